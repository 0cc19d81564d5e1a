"""What SciPy's SLSQP and NLopt's MMA make of the problems on standard input: a table cell a line.

SLSQP as PyMC-Marketing's BudgetOptimizer calls it (from an even split, gradient given); MMA inside AUGLAG as Robyn's allocator
calls it (from the floors, xtol 1e-10, at most 1e5 evaluations, here also 20 s, equality constraint). Three problems of
each size, one of the largest. The gap is to the proven upper bound.
"""
import json
import os
import statistics
import sys
import time

# Before numpy: threads of its linear algebra wait for each other where others use the machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import nlopt
import numpy as np
from scipy.optimize import minimize

# Beyond these sizes one run takes minutes.
SLSQP_MOST, MMA_MOST = 100, 1000
MMA_SECONDS = 20


def sigma(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


class Curves:
    """All segments of one problem, which are of one curve each; vectorised."""

    def __init__(self, segments):
        self.kind = segments[0]["curve"]
        names = segments[0]["params"].keys()
        self.p = {name: np.array([s["params"][name] for s in segments]) for name in names}
        self.lo = np.array([s["lo"] for s in segments])
        self.hi = np.array([s["hi"] for s in segments])

    def value_and_slope(self, b):
        p = self.p
        beta = p["beta"]
        if self.kind == "mm":
            return beta * b / (p["kappa"] + b), beta * p["kappa"] / (p["kappa"] + b) ** 2
        if self.kind == "exp":
            e = np.exp(-b / p["kappa"])
            return beta * (1 - e), beta / p["kappa"] * e
        if self.kind == "logistic":
            t = np.tanh(0.5 * p["lam"] * b)
            return beta * t, 0.5 * beta * p["lam"] * (1 - t * t)
        if self.kind == "log":
            return beta * np.log1p(b / p["kappa"]), beta / (p["kappa"] + b)
        if self.kind == "power":
            return beta * b ** p["p"], beta * p["p"] * b ** (p["p"] - 1)
        if self.kind == "hill":
            s = sigma(p["alpha"] * np.log(b / p["kappa"]))
            return beta * s, beta * p["alpha"] / b * s * (1 - s)
        s = sigma((b - p["m"]) / p["w"])
        return beta * (s - sigma(-p["m"] / p["w"])), beta / p["w"] * s * (1 - s)


def slsqp(curves, total):
    n = len(curves.lo)
    result = minimize(
        lambda b: -curves.value_and_slope(b)[0].sum(),
        np.full(n, total / n),
        jac=lambda b: -curves.value_and_slope(b)[1],
        method="SLSQP",
        bounds=list(zip(curves.lo, curves.hi)),
        constraints=[{"type": "eq", "fun": lambda b: b.sum() - total, "jac": lambda b: np.ones(n)}],
        options={"ftol": 1e-9, "maxiter": 1000},
    )
    return result.x


def mma(curves, total):
    n = len(curves.lo)

    def objective(b, gradient):
        value, slope = curves.value_and_slope(b)
        if gradient.size:
            gradient[:] = -slope
        return -value.sum()

    def whole(b, gradient):
        if gradient.size:
            gradient[:] = 1
        return b.sum() - total

    inner = nlopt.opt(nlopt.LD_MMA, n)
    inner.set_xtol_rel(1e-10)
    outer = nlopt.opt(nlopt.LD_AUGLAG, n)
    outer.set_local_optimizer(inner)
    outer.set_min_objective(objective)
    outer.add_equality_constraint(whole, 1e-8 * total)
    outer.set_lower_bounds(curves.lo)
    outer.set_upper_bounds(curves.hi)
    outer.set_xtol_rel(1e-10)
    outer.set_maxeval(100_000)
    outer.set_maxtime(MMA_SECONDS)
    return outer.optimize(curves.lo.copy())


def show(seconds):
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def measure(solver, problems, most):
    if len(problems[0][0]["segments"]) > most:
        return "not run"
    times, gaps, missed = [], [], 0.0
    for problem, bound in problems[: 3 if len(problems[0][0]["segments"]) <= 100 else 1]:
        curves, total = Curves(problem["segments"]), problem["total"]
        begun = time.perf_counter()
        try:
            b = solver(curves, total)
        except Exception as error:  # what the peer raises is its answer
            return type(error).__name__
        times.append(time.perf_counter() - begun)
        b = np.clip(b, curves.lo, curves.hi)
        missed = max(missed, abs(b.sum() - total) / total)
        gaps.append((bound - curves.value_and_slope(b)[0].sum()) / bound)
    note = f", sum off by {missed:.0e}" if missed > 1e-6 else ""
    return f"{show(statistics.median(times))} / {max(gaps):.0e}{note}"


for line in sys.stdin:
    problems = json.loads(line)["problems"]
    print(f"{measure(slsqp, problems, SLSQP_MOST)} | {measure(mma, problems, MMA_MOST)}", flush=True)
