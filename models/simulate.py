"""Writes data.csv of the worked models whose data are simulated: classrooms, gaps, gaussian_process, volatility, workshops.
Same seed, same bytes.

Run: python3 models/simulate.py   (Python 3, standard library only)
"""

import math
import pathlib
import random

HERE = pathlib.Path(__file__).parent


def write(model, header, rows):
    """Writes a table, numbers as given, None as an empty cell."""
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in [header, *rows]]
    (HERE / model / "data.csv").write_text("\n".join(lines) + "\n")


def chain(draw, length, mean, phi, s):
    """A stationary autoregression of order 1."""
    values = [draw.gauss(mean, s / math.sqrt(1 - phi**2))]
    while len(values) < length:
        values.append(draw.gauss(mean + phi * (values[-1] - mean), s))
    return values


def gaps():
    """A chain with single cells and two runs missing."""
    draw = random.Random(1)
    values = [round(value, 2) for value in chain(draw, 150, 12, 0.9, 0.5)]
    missing = set(range(40, 52)) | set(range(101, 107)) | set(draw.sample(range(1, 150), 22))
    write("gaps", ["hour", "temperature"], [(t + 1, None if t in missing else value) for t, value in enumerate(values)])
    return len(missing)


def gaussian_process():
    """A curve with noise at random places."""
    draw = random.Random(2)
    xs = sorted(round(draw.uniform(0, 10), 2) for _ in range(25))
    write("gaussian_process", ["x", "y"], [(x, round(2 * math.sin(x) + x / 2 + draw.gauss(0, 0.4), 3)) for x in xs])


def volatility():
    """Returns with the variance exp(h), h a chain."""
    draw = random.Random(3)
    write("volatility", ["r"], [(round(draw.gauss(0, math.exp(h / 2)), 4),) for h in chain(draw, 400, -1, 0.95, 0.3)])


def intercepts(draw, groups, each, mean, between, within):
    """Values of groups that have a mean of their own."""
    levels = [draw.gauss(mean, between) for _ in range(groups)]
    return [(g + 1, round(draw.gauss(level, within), 2)) for g, level in enumerate(levels) for _ in range(each)]


def classrooms():
    """Little data a group: two pupils each, who differ more than the classes do."""
    write("classrooms", ["class", "score"], intercepts(random.Random(4), 40, 2, 50, 3, 9))


def workshops():
    """Much data a group."""
    write("workshops", ["workshop", "length"], intercepts(random.Random(5), 40, 60, 100, 2, 3))


if __name__ == "__main__":
    classrooms()
    print(gaps(), "cells missing in gaps")
    gaussian_process()
    volatility()
    workshops()
