"""Writes data.csv of the worked models whose data are simulated: those that the last lines of this file name. Same seed, same bytes.

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


def pick(draw, chances):
    """One of 0, 1, ..., with these chances."""
    return draw.choices(range(len(chances)), chances)[0]


def poisson(draw, rate):
    """A count: how many exponential waits fit into 1."""
    count, waited = 0, draw.expovariate(rate)
    while waited < 1:
        count, waited = count + 1, waited + draw.expovariate(rate)
    return count


def happens(draw, chance):
    """1 with a chance, else 0."""
    return int(draw.random() < chance)


def logistic(x):
    """A chance from log odds."""
    return 1 / (1 + math.exp(-x))


def states(draw, start, transitions, length):
    """A chain of states."""
    path = [pick(draw, start)]
    while len(path) < length:
        path.append(pick(draw, transitions[path[-1]]))
    return path


def annotators():
    """Three labels for 70 pictures by five people of different care, each picture seen by four of them."""
    draw = random.Random(11)
    labels = ["cat", "dog", "fox"]
    care = {"Ann": 0.95, "Ben": 0.85, "Cleo": 0.8, "Dan": 0.7, "Eve": 0.5}
    rows = []
    for item in range(1, 71):
        truth = pick(draw, [0.5, 0.3, 0.2])
        for name in sorted(draw.sample(sorted(care), 4)):
            wrong = [label for k, label in enumerate(labels) if k != truth]
            rows.append((item, name, labels[truth] if happens(draw, care[name]) else draw.choice(wrong)))
    write("annotators", ["item", "annotator", "rating"], rows)


def ringed_birds():
    """Birds of two sexes ringed in one of six years, and seen again with the chance 0.7 where they live."""
    draw = random.Random(12)
    rows = []
    for _ in range(120):
        sex = draw.choice(["female", "male"])
        first = draw.randint(1, 6)
        seen, alive = [0] * 7, True
        seen[first - 1] = 1
        for year in range(first, 7):
            alive = alive and happens(draw, 0.5 if sex == "female" else 0.65)
            seen[year] = int(alive and happens(draw, 0.7))
        rows.append((sex, first, *seen))
    write("ringed_birds", ["sex", "first", *(f"seen.{year}" for year in range(1, 8))], rows)


def voles():
    """80 voles on five nights: caught with the chance 0.3, once they know the trap 0.5; then rows of zeros."""
    draw = random.Random(13)
    rows = []
    for _ in range(80):
        nights = []
        for _ in range(5):
            nights.append(happens(draw, 0.5 if any(nights) else 0.3))
        if any(nights):
            rows.append(tuple(nights))
    print(len(rows), "voles of 80 caught")
    rows += [(0,) * 5] * (150 - len(rows))
    write("voles", [f"caught.{night}" for night in range(1, 6)], rows)


def pond_frogs():
    """Frogs live in deep ponds rather, and are heard on calm nights rather."""
    draw = random.Random(14)
    rows = []
    for _ in range(80):
        depth = round(draw.gauss(0, 1), 2)
        present = happens(draw, logistic(0.3 + 1.2 * depth))
        wind = [round(draw.gauss(0, 1), 2) for _ in range(4)]
        rows.append((depth, *wind, *(present * happens(draw, logistic(-0.2 - 0.8 * w)) for w in wind)))
    nights = range(1, 5)
    write("pond_frogs", ["depth", *(f"wind.{n}" for n in nights), *(f"heard.{n}" for n in nights)], rows)


def territories():
    """Birds at 30 sites, more in old forest, each counted with the chance 0.5 on each of four visits."""
    draw = random.Random(15)
    rows = []
    for _ in range(30):
        age = round(draw.gauss(0, 1), 2)
        birds = poisson(draw, math.exp(1.2 + 0.4 * age))
        rows.append((age, *(sum(happens(draw, 0.5) for _ in range(birds)) for _ in range(4))))
    write("territories", ["age", *(f"counted.{visit}" for visit in range(1, 5))], rows)


def parasites():
    """Worms of fish, of which 6 in 10 ever met the worms; longer fish have more."""
    draw = random.Random(16)
    rows = []
    for _ in range(150):
        length = round(draw.gauss(0, 1), 2)
        rows.append((length, poisson(draw, math.exp(1 + 0.5 * length)) if happens(draw, 0.6) else 0))
    write("parasites", ["length", "worms"], rows)


def shells():
    """Lengths of shells of three years."""
    draw = random.Random(17)
    kinds = [(12, 1), (18, 1.5), (24, 2)]
    write("shells", ["length"], [(round(draw.gauss(*kinds[pick(draw, [0.5, 0.3, 0.2])]), 1),) for _ in range(250)])


def responders():
    """A drug lowers the pressure of 4 in 10 patients."""
    draw = random.Random(18)
    rows = []
    for _ in range(150):
        dose = draw.choice([0, 5, 10, 20])
        rows.append((dose, round(draw.gauss(2 + (0.8 if happens(draw, 0.4) else 0.02) * dose, 2.5), 1)))
    write("responders", ["dose", "fall"], rows)


def symptoms():
    """Five symptoms of people who are ill, 3 in 10, or not."""
    draw = random.Random(19)
    chances = [(0.05, 0.8), (0.3, 0.7), (0.1, 0.6), (0.2, 0.75), (0.02, 0.4)]
    rows = [tuple(happens(draw, pair[ill]) for pair in chances) for ill in (happens(draw, 0.3) for _ in range(300))]
    write("symptoms", ["fever", "cough", "rash", "headache", "numbness"], rows)


def collars():
    """Hourly steps of eight animals, which rest or travel."""
    draw = random.Random(20)
    rows = []
    for animal in range(1, 9):
        for state in states(draw, [0.5, 0.5], [[0.9, 0.1], [0.2, 0.8]], 50):
            step = draw.gammavariate(1.5, 20 / 1.5) if state == 0 else draw.gammavariate(4, 200 / 4)
            rows.append((f"A{animal}", round(step, 1)))
    write("collars", ["animal", "step"], rows)


def pumping():
    """A pump runs or stands; it seldom changes within two steps of the last change."""
    draw = random.Random(21)
    running = {(0, 0): 0.15, (0, 1): 0.95, (1, 0): 0.05, (1, 1): 0.8}
    path = [0, 0]
    while len(path) < 300:
        path.append(happens(draw, running[path[-2], path[-1]]))
    write("pumping", ["kilowatts"], [(round(draw.gauss(2 + 3 * s, 1), 2),) for s in path])


def exam():
    """Right and wrong answers of 100 pupils to eight questions; some were not reached."""
    draw = random.Random(22)
    hard = [-1.5, -1, -0.5, 0, 0, 0.5, 1, 1.5]
    rows = []
    for _ in range(100):
        ability = draw.gauss(0, 1.2)
        rows.append(tuple(None if happens(draw, 0.12) else happens(draw, logistic(ability - h)) for h in hard))
    write("exam", [f"right.{question}" for question in range(1, 9)], rows)


def topics():
    """Letters to a newspaper, 25 words each, from three subjects that mix."""
    draw = random.Random(23)
    words = ["goal", "match", "team", "vote", "party", "law", "rain", "wind", "sun", "city", "day", "people"]
    common = [1, 2, 2]
    weights = [[6, 5, 5, 0, 0, 0, 0, 0, 0, *common], [0, 0, 0, 6, 5, 5, 0, 0, 0, *common], [0, 0, 0, 0, 0, 0, 6, 5, 5, *common]]
    rows = []
    for letter in range(1, 21):
        shares = [draw.gammavariate(1, 1) for _ in range(3)]
        for _ in range(25):
            rows.append((letter, words[pick(draw, weights[pick(draw, shares)])]))
    write("topics", ["letter", "word"], rows)


def smokers():
    """Birth weight by smoking, which a fifth did not answer."""
    draw = random.Random(24)
    rows = []
    for _ in range(200):
        age = draw.randint(18, 42)
        smokes = happens(draw, logistic(-0.8 - 0.06 * (age - 30)))
        weight = round(draw.gauss(3.4 - 0.35 * smokes + 0.01 * (age - 30), 0.35), 2)
        rows.append((age, None if happens(draw, 0.2) else smokes, weight))
    write("smokers", ["age", "smokes", "weight"], rows)


def readers():
    """Children's reading at four tests: 7 in 10 gain 8 points a test, the others 2; each child has a level of its own."""
    draw = random.Random(25)
    rows = []
    for child in range(1, 71):
        gain = 8 if happens(draw, 0.7) else 2
        level = draw.gauss(50, 6)
        rows += [(child, test, round(draw.gauss(level + gain * (test - 1.5), 3), 1)) for test in range(4)]
    write("readers", ["child", "test", "score"], rows)


def phylogeny():
    """A tree of 80 species: winglessness comes and goes along its branches, and is known of the living ones."""
    draw = random.Random(26)
    parents, tips, lengths = [0], [0], [0.0]
    while len(tips) < 80:
        parent = tips.pop(draw.randrange(len(tips)))
        for _ in range(2):
            tips.append(len(parents))
            parents.append(parent)
            lengths.append(round(draw.uniform(0.1, 1), 2))
    trait = []
    for i, parent in enumerate(parents):
        before = trait[parent] if i else 0
        settled = 0.3 / (0.3 + 0.6)
        stays = math.exp(-(0.3 + 0.6) * lengths[i])
        trait.append(happens(draw, settled + (before - settled) * stays))
    rows = [(parents[i] + 1, lengths[i], trait[i] if i in tips else None) for i in range(len(parents))]
    write("phylogeny", ["parent", "length", "wingless"], rows)


def appliances():
    """The power of a house with four appliances, of which nobody wrote down which was on."""
    draw = random.Random(27)
    power, share = [0.31, 0.77, 1.45, 3.1], [0.5, 0.3, 0.2, 0.1]
    rows = [(round(draw.gauss(0.2 + sum(p * happens(draw, c) for p, c in zip(power, share)), 0.06), 2),) for _ in range(150)]
    write("appliances", ["kilowatts"], rows)


def regimes():
    """Consumption follows income tightly in good times and hardly in bad ones."""
    draw = random.Random(28)
    rows = []
    for bad in states(draw, [1, 0], [[0.95, 0.05], [0.1, 0.9]], 200):
        income = round(draw.gauss(0, 1), 2)
        rows.append((income, round(draw.gauss(*((-1 + 0.1 * income, 1.2) if bad else (1 + 0.8 * income, 0.4))), 2)))
    write("regimes", ["income", "spending"], rows)
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
    annotators()
    ringed_birds()
    voles()
    pond_frogs()
    territories()
    parasites()
    shells()
    responders()
    symptoms()
    collars()
    pumping()
    exam()
    topics()
    smokers()
    readers()
    phylogeny()
    appliances()
    regimes()
    school_slopes()
