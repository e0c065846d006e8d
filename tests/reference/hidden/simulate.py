"""Writes the tables of simulated data of this folder. Same seed, same bytes.

Run: python3 tests/reference/hidden/simulate.py   (Python 3, standard library only)
"""

import math
import pathlib
import random

HERE = pathlib.Path(__file__).parent


def write(name, header, rows):
    lines = [",".join(str(cell) for cell in row) for row in [header, *rows]]
    (HERE / f"{name}.csv").write_text("\n".join(lines) + "\n")


def chain(draw, length, mean, phi, s):
    """A stationary autoregression of order 1."""
    values = [draw.gauss(mean, s / math.sqrt(1 - phi**2))]
    while len(values) < length:
        values.append(draw.gauss(mean + phi * (values[-1] - mean), s))
    return values


def poisson(draw, mean):
    """By inversion."""
    u, count, term = draw.random(), 0, math.exp(-mean)
    while u > term:
        u, count = u - term, count + 1
        term *= mean / count
    return count


def binary_visits():
    """base -0.5, fall -0.25, more -0.15, s_patient 3."""
    draw = random.Random(11)
    rows = []
    for patient in range(1, 121):
        treated, effect = patient % 2, draw.gauss(0, 3)
        for month in (0, 1, 2, 3, 6, 9, 12):
            # Some visits are not made.
            if month == 0 or draw.random() < 0.9:
                eta = -0.5 + effect + (-0.25 - 0.15 * treated) * month
                rows.append((patient, treated, month, int(draw.random() < 1 / (1 + math.exp(-eta)))))
    write("binary_visits", ["patient", "treated", "month", "there"], rows)


def ar_noise():
    """mu 3, phi 0.8, s 1, r 0.7."""
    draw = random.Random(12)
    write("ar_noise", ["y"], [(round(draw.gauss(x, 0.7), 4),) for x in chain(draw, 200, 3, 0.8, 1)])


def volatility():
    """mu -1, phi 0.95, s 0.3."""
    draw = random.Random(13)
    write("volatility", ["r"], [(round(draw.gauss(0, math.exp(h / 2)), 4),) for h in chain(draw, 200, -1, 0.95, 0.3)])


def beta_binomial():
    """a 2, b 5."""
    draw = random.Random(14)
    rows = []
    for _ in range(80):
        n, p = draw.randint(1, 20), draw.betavariate(2, 5)
        rows.append((n, sum(draw.random() < p for _ in range(n))))
    write("beta_binomial", ["n", "y"], rows)


def gamma_poisson():
    """average 4, size 1.5."""
    draw = random.Random(15)
    write("gamma_poisson", ["y"], [(poisson(draw, draw.gammavariate(1.5, 4 / 1.5)),) for _ in range(100)])


if __name__ == "__main__":
    binary_visits()
    ar_noise()
    volatility()
    beta_binomial()
    gamma_poisson()
