#!/usr/bin/env python3
"""Fits the time to prove as fixed + slope x activations over networks of several sizes.

Networks with random weights (`vouch new-model`), whole processes, medians of several runs with a
warm generator cache, least squares. Prints a table, both figures and R^2. Run it on an idle machine:

    tools/fit_cost.py --vouch build/vouch
"""

import argparse
import json
import pathlib
import statistics
import tempfile

from measuring import Case


def measure(args, size):
    with tempfile.TemporaryDirectory() as scratch:
        case = Case(f"new:{args.width}:{size}", args.vouch, scratch)
        case.prove()  # fills the cache of generators
        runs = [case.prove() for _ in range(args.runs)]
        return {"size": size, "activations": case.activations(),
                "seconds": statistics.median(run.seconds for run in runs),
                "megabytes": max(run.megabytes for run in runs)}


def fit(points, x, y):
    """Least squares y = a + b x, with R^2."""
    xs, ys = [p[x] for p in points], [p[y] for p in points]
    slope, fixed = statistics.linear_regression(xs, ys)
    left = sum((b - fixed - slope * a) ** 2 for a, b in zip(xs, ys))
    mean = statistics.fmean(ys)
    return fixed, slope, 1 - left / sum((b - mean) ** 2 for b in ys)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vouch", type=pathlib.Path, default=pathlib.Path("build/vouch"))
    parser.add_argument("--width", default="1.0")
    parser.add_argument("--sizes", type=int, nargs="+", default=[96, 128, 160, 192, 224])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    args = parser.parse_args()
    print("| size | activations | prove | fitted | peak memory |\n| --- | --- | --- | --- | --- |")
    points = [measure(args, size) for size in args.sizes]
    fixed, slope, r2 = fit(points, "activations", "seconds")
    for p in points:
        print(f"| {p['size']} | {p['activations'] / 1e6:.2f} M | {p['seconds']:.3f} s "
              f"| {fixed + slope * p['activations']:.3f} s | {p['megabytes']:.0f} MB |")
    print(f"\nprove = {fixed:.3f} s + {1e6 * slope:.4f} s x million activations, R² = {r2:.4f}")
    if args.json:
        args.json.write_text(json.dumps({"points": points, "fixed_s": fixed, "slope_s": slope,
                                         "r2": r2}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
