"""What the scripts of this folder share: tables, maxima, standard errors, and figures in the form of figures.json."""

import csv
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

jax.config.update("jax_enable_x64", True)

ROOT = pathlib.Path(__file__).resolve().parents[3]
HERE = "tests/reference/hidden"
LOG_2PI = float(np.log(2 * np.pi))


def table(path):
    """A CSV file as columns: numbers where all are."""
    with open(ROOT / path) as file:
        rows = list(csv.DictReader(file))
    columns = {}
    for name in rows[0]:
        texts = [row[name] for row in rows]
        try:
            columns[name] = np.array([float(text) for text in texts])
        except ValueError:
            columns[name] = np.array(texts)
    return columns


def levels(column):
    """The distinct values in order, and for each row the place of its value."""
    return np.unique(column, return_inverse=True)


def numbers(value, digits=None):
    """Arrays as nested lists; with so many significant digits where they are given."""
    if isinstance(value, dict):
        return {key: numbers(part, digits) for key, part in value.items()}
    if np.ndim(value) > 0:
        return [numbers(part, digits) for part in np.asarray(value)]
    return float(value) if digits is None else float(f"{float(value):.{digits}g}")


def arrays(parameters):
    return {name: jnp.asarray(value, dtype=float) for name, value in parameters.items()}


def at(log_likelihood, parameters):
    """The value at a point, with the gradient by the parameters as they are named in the model."""
    value, gradient = jax.value_and_grad(log_likelihood)(arrays(parameters))
    return {"parameters": numbers(parameters), "log_likelihood": numbers(value), "gradient": numbers(gradient)}


OUT_OF_BOUNDS = {"real": lambda v: v, "positive": jnp.exp, "correlation": jnp.tanh}
INTO_BOUNDS = {"real": lambda v: v, "positive": jnp.log, "correlation": jnp.arctanh}


def hessian_of(gradient, point, step):
    """The derivative of a gradient by central differences of fourth order."""
    columns = []
    for i in range(len(point)):
        h = step * max(1.0, abs(point[i]))
        e = np.eye(len(point))[i] * h
        columns.append((8 * (gradient(point + e) - gradient(point - e)) - gradient(point + 2 * e) + gradient(point - 2 * e)) / (12 * h))
    matrix = np.array(columns)
    return (matrix + matrix.T) / 2


def maximum(log_likelihood, start, kinds, differences=False, with_errors=True):
    """The maximum, by Newton's steps in unbounded coordinates.

    `kinds` names the parameters that are not real. Standard errors are from the observed information on the natural scale. With `differences`
    second derivatives are differences of exact gradients.
    """
    start = arrays(start)
    outward = lambda free: {name: OUT_OF_BOUNDS[kinds.get(name, "real")](v) for name, v in free.items()}
    free, unravel = ravel_pytree({name: INTO_BOUNDS[kinds.get(name, "real")](v) for name, v in start.items()})
    both = jax.jit(jax.value_and_grad(lambda v: -log_likelihood(outward(unravel(v)))))

    value = lambda v: tuple(np.asarray(part, dtype=float) for part in both(v))
    gradient = lambda v: value(v)[1]
    exact = jax.jit(jax.hessian(lambda v: -log_likelihood(outward(unravel(v))))) if not differences else None
    second = (lambda v: hessian_of(gradient, v, 1e-3)) if differences else (lambda v: np.asarray(exact(v)))
    point = np.asarray(free)
    height, slope = value(point)
    for _ in range(100):
        sizes, ways = np.linalg.eigh(second(point))
        step = -ways @ (ways.T @ slope / np.maximum(np.abs(sizes), 1e-6 * np.abs(sizes).max()))
        step *= min(1, 0.5 / np.abs(step).max())
        # The last steps change the height by rounding errors only.
        while not value(point + step)[0] <= height + 1e-9:
            step /= 2
        point = point + step
        height, slope = value(point)
        if np.abs(slope).max() < 1e-9 or np.abs(step).max() < 1e-13:
            break
    assert np.linalg.eigvalsh(second(point)).min() > 0 and np.abs(slope).max() < 1e-6, "a maximum"
    best = outward(unravel(point))
    found = {"log_likelihood": -float(value(point)[0]), "parameters": numbers(best), "largest_slope": float(np.abs(gradient(point)).max())}
    if with_errors:
        natural, back = ravel_pytree(best)
        if differences:
            slope = jax.jit(jax.grad(lambda v: -log_likelihood(back(v))))
            information = hessian_of(lambda v: np.asarray(slope(v)), np.asarray(natural), 1e-3)
        else:
            information = np.asarray(jax.hessian(lambda v: -log_likelihood(back(v)))(natural))
        found["std_errors"] = numbers(back(np.sqrt(np.diag(np.linalg.inv(information)))))
    return found


def normal(y, mean, sd):
    return -0.5 * LOG_2PI - jnp.log(sd) - 0.5 * ((y - mean) / sd) ** 2


def dense_normal(y, mean, covariance):
    """The log density of a multivariate normal distribution."""
    root = jnp.linalg.cholesky(covariance)
    residual = jax.scipy.linalg.solve_triangular(root, y - mean, lower=True)
    return -0.5 * len(y) * LOG_2PI - jnp.log(jnp.diag(root)).sum() - 0.5 * residual @ residual


def from_lme4(figures, parameters):
    """Figures of lme4.R with `level[1]`, `level[2]`, ... gathered into lists, in the order of the levels."""
    gathered = dict(figures)
    for key in ("parameters", "std_errors"):
        found = {}
        for name, value in figures[key].items():
            base = name.split("[")[0]
            if base == name:
                found[name] = value
            else:
                found.setdefault(base, []).append(value)
        gathered[key] = found
    assert set(gathered["parameters"]) == set(parameters), (gathered["parameters"], parameters)
    return gathered
