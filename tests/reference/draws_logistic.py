"""Logistic regression by Newton's method at 40 digits: writes draws_logistic.json with data, estimates, standard errors and log likelihood.

The data are Fisher's (1922) style dose response: Bliss (1935), beetles killed by carbon disulphide, as listed in
Dobson and Barnett, An Introduction to Generalized Linear Models, table 7.2.
"""
import json
import os

import mpmath as mp

mp.mp.dps = 40
dose = ["1.6907", "1.7242", "1.7552", "1.7842", "1.8113", "1.8369", "1.8610", "1.8839"]
trials = [59, 60, 62, 56, 63, 59, 62, 60]
killed = [6, 13, 18, 28, 52, 53, 61, 60]
x = [mp.mpf(d) for d in dose]
b = mp.matrix([0, 0])
for _ in range(60):
    g, h = mp.matrix(2, 1), mp.matrix(2, 2)
    for xi, n, y in zip(x, trials, killed):
        p = 1 / (1 + mp.exp(-(b[0] + b[1] * xi)))
        row = (1, xi)
        for i in range(2):
            g[i] += (y - n * p) * row[i]
            for j in range(2):
                h[i, j] += n * p * (1 - p) * row[i] * row[j]
    b = b + mp.lu_solve(h, g)
covariance = h**-1
likelihood = mp.fsum(y * (b[0] + b[1] * xi) - n * mp.log(1 + mp.exp(b[0] + b[1] * xi)) for xi, n, y in zip(x, trials, killed))
out = {
    "dose": [float(d) for d in dose],
    "trials": trials,
    "killed": killed,
    "estimate": [float(v) for v in b],
    "std_error": [float(mp.sqrt(covariance[i, i])) for i in range(2)],
    "log_likelihood_without_constant": float(likelihood),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "draws_logistic.json"), "w") as f:
    json.dump(out, f, indent=1)
    f.write("\n")
