"""Writes data.csv of the worked models whose data are simulated: classrooms, gaps, gaussian_process, volatility, workshops,
hidden_regression, hidden_outputs, two_layer, school_slopes, fishing, absences, landings. Same seed, same bytes.

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


def hidden_regression():
    """An output of a hidden variable of three features."""
    draw = random.Random(4)
    rows = []
    for _ in range(500):
        x = [round(draw.gauss(0, 1), 3) for _ in range(3)]
        z = draw.gauss(x[0] - 0.5 * x[1] + 0.25 * x[2], 1)
        rows.append((*x, round(draw.gauss(z + 2, 0.7), 4)))
    write("hidden_regression", ["x1", "x2", "x3", "y"], rows)


def hidden_outputs():
    """Three outputs of a hidden variable of two features."""
    draw = random.Random(5)
    rows = []
    for _ in range(400):
        x = [round(draw.gauss(0, 1), 3) for _ in range(2)]
        z = draw.gauss(0.8 * x[0] - 0.6 * x[1], 1)
        outputs = zip((1, 0.7, 1.5), (0, 1, -1), (0.5, 0.8, 0.6))
        rows.append((*x, *(round(draw.gauss(b * z + b0, r), 4) for b, b0, r in outputs)))
    write("hidden_outputs", ["x1", "x2", "y1", "y2", "y3"], rows)


def two_layer():
    """An output of a hidden variable that bends another."""
    draw = random.Random(6)
    rows = []
    for _ in range(1000):
        x = round(draw.uniform(-3, 3), 3)
        z1 = draw.gauss(1.2 * x - 0.3, 0.6)
        z2 = draw.gauss(math.tanh(z1), 0.2)
        rows.append((x, round(draw.gauss(2 * z2 + 0.5, 0.3), 4)))
    write("two_layer", ["x", "y"], rows)
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


def school_slopes():
    """Lines of thirty schools, fifteen students each, whose intercepts and slopes are correlated."""
    draw = random.Random(6)
    rows = []
    for school in range(1, 31):
        first, second = draw.gauss(0, 1), draw.gauss(0, 1)
        intercept = 2 + 1.5 * first
        slope = 1 + 0.6 * (-0.5 * first + math.sqrt(0.75) * second)
        for _ in range(15):
            x = round(draw.uniform(-2, 2), 2)
            rows.append((school, x, round(draw.gauss(intercept + slope * x, 1), 2)))
    write("school_slopes", ["school", "x", "y"], rows)


def poisson(draw, rate):
    """By counting exponential waiting times."""
    count, time = -1, 0.0
    while time < rate:
        count, time = count + 1, time + draw.expovariate(1)
    return count


def fishing():
    """Parties of which some did not fish."""
    draw = random.Random(11)
    rows = []
    for _ in range(120):
        persons, children = draw.randint(1, 5), int(draw.random() < 0.3)
        rate = 0.9 * persons * (0.6 if children else 1)
        rows.append((0 if draw.random() < 0.35 else poisson(draw, rate), persons, children))
    write("fishing", ["fish", "persons", "children"], rows)


def absences():
    """Nobody ill, or at least a day: a Poisson variable with a gamma rate, drawn until it is above 0."""
    draw = random.Random(12)
    rows = []
    for _ in range(150):
        age, days = draw.randint(20, 64), 0
        if draw.random() > 1 / (1 + math.exp(0.4 + 0.03 * (age - 40))):
            while days == 0:
                days = poisson(draw, draw.gammavariate(1.2, 6 / 1.2))
        rows.append((days, age))
    write("absences", ["absent", "age"], rows)


def landings():
    """Fish below the limit of their harbour are not in the table."""
    draw = random.Random(13)
    rows = []
    for harbour, limit in (("east", 22), ("north", 28), ("west", 34)):
        kept = 0
        while kept < 40:
            length = round(draw.gauss(31, 6), 1)
            if length >= limit:
                kept += 1
                rows.append((length, harbour, limit))
    write("landings", ["length", "harbour", "smallest"], rows)


if __name__ == "__main__":
    absences()
    classrooms()
    fishing()
    print(gaps(), "cells missing in gaps")
    gaussian_process()
    volatility()
    hidden_regression()
    hidden_outputs()
    landings()
    two_layer()
    workshops()
    school_slopes()
