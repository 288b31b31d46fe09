#!/usr/bin/env python3
"""Holds the cost of a proof (test/cost.cc) against committed bounds (test/cost.json).

    tools/check_cost.py counts --cost build/counted/test/cost [--update]
    tools/check_cost.py time --cost build/release/test/cost --yardstick build/release/test/yardstick

`counts`: in an instrumented build, the products of scalars and the additions of points of every step
of one proof, by kind, must be what is committed, within 2 %: more is a lost optimisation, less is a
gained one, to be committed with --update, which writes the new counts. `time`: processor seconds of
the same proof over those of a fixed loop of multiplications (test/yardstick.cc) must stay below a
generous bound, with the portable and with the best kernels. Seconds alone decide nothing.
"""

import argparse
import json
import pathlib
import sys

from measuring import Measured

BOUNDS = pathlib.Path(__file__).resolve().parent.parent / "test" / "cost.json"
TOLERANCE = 0.02
ENOUGH = 1000  # fewer operations than this are no cost
TRIES = 3  # noise only ever adds to a time
# Everything is made anew, so that the counts are the same everywhere.
ENVIRONMENT = {"VOUCH_CACHE": "off"}


def counts_of(program):
    result = Measured([program], ENVIRONMENT).json()
    if not result["counted"]:
        sys.exit("check_cost: this build does not count: use the preset `counted`")
    return result["steps"]


def print_counts(counts, bounds):
    print(f"{'M product equivalents':<24}{'counted':>10}{'committed':>11}")
    for name, step in counts.items():
        bound = bounds.get(name, {}).get("equivalents", 0)
        print(f"{name:<24}{step['equivalents'] / 1e6:>10.2f}{bound / 1e6:>11.2f}")


def differences(counts, bounds):
    for name in sorted(set(counts) | set(bounds)):
        for kind in sorted(set(counts.get(name, {})) | set(bounds.get(name, {}))):
            now, bound = counts.get(name, {}).get(kind, 0), bounds.get(name, {}).get(kind, 0)
            if abs(now - bound) > max(ENOUGH, TOLERANCE * bound):
                yield f"{name}, {kind}: {now} counted, {bound} committed"


def check_counts(args, committed):
    counts = counts_of(args.cost)
    print_counts(counts, committed["counts"])
    found = list(differences(counts, committed["counts"]))
    if args.update:
        committed["counts"] = counts
        BOUNDS.write_text(json.dumps(committed, indent=1) + "\n", encoding="utf-8")
    elif found:
        sys.exit("check_cost: not within 2 % of test/cost.json (./dev count --update):\n  "
                 + "\n  ".join(found))


def check_time(args, committed):
    bound = committed["yardsticks"]
    for kernels in ("portable", ""):
        environment = {**ENVIRONMENT, "VOUCH_KERNELS": kernels}
        for _ in range(TRIES):
            ratio = (Measured([args.cost], environment).cpu_seconds /
                     Measured([args.yardstick]).cpu_seconds)
            print(f"kernels {kernels or 'best'}: {ratio:.1f} yardsticks, at most {bound}", flush=True)
            if ratio <= bound:
                break
        else:
            sys.exit("check_cost: too slow; if the work has grown, test/cost.json has the bound")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("counts", "time"))
    parser.add_argument("--cost", required=True)
    parser.add_argument("--yardstick")
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    if args.what == "time" and args.yardstick is None:
        parser.error("time needs --yardstick")
    committed = json.loads(BOUNDS.read_text(encoding="utf-8"))
    (check_counts if args.what == "counts" else check_time)(args, committed)


if __name__ == "__main__":
    main()
