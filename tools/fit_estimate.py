#!/usr/bin/env python3
"""Fits the constants of `vouch estimate` to measured proofs, and checks what it tells.

    tools/fit_estimate.py measure POINTS.json CASE...   proves and verifies, adds to POINTS.json
    tools/fit_estimate.py fit POINTS.json               writes src/evaluate/cost_table.h
    tools/fit_estimate.py recount POINTS.json           what is counted, anew; nothing is measured
    tools/fit_estimate.py check POINTS.json             the built program's estimates against them

A case is MODEL[:PROFILE[:PICTURES[:SHIFT]]] (SHIFT may be `exact`, for exact rounding), where MODEL is
the end of a model's path below DATA/models without the format (mobilenet_v2_0_5_96_quant), or
new-WIDTH-SIZE for a MobileNetV2 with random weights; without cases a set of all sizes. Measure on an idle machine with a warm generator cache. The fit is least
squares of relative errors with coefficients that are not negative, step by step: which terms a step has
is written down here, in TERMS.
"""

import argparse
import json
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile

from measuring import DATA, Measured
from model_table import MODELS, under_data

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "src/evaluate/cost_table.h"
CASES = ["new-0.35-96", "new-0.5-128", "new-1.0-160", "mobilenet_v2_0_5_96_quant",
         "mobilenet_v2_0_75_192_quant", "mobilenet_v2_1.0_224_quant", "mcunet_144_int8",
         "mobilenet_v1_0.25_128_quant", "resnet8_cifar10_int8", "dscnn_keywords_int8",
         "mobilenet_v1_visual_wake_words_int8", "autoencoder_anomaly_int8",
         "pretrainedResnet_quant_qdq", "resnet_cifar10_float/resnet20_bnfolded",
         "mnist_cnn_float/model", "4l_relu_conv_fc/network",
         "mobilenet_v2_0_5_96_quant:small", "resnet8_cifar10_int8:small",
         "mobilenet_v2_0_5_96_quant:fast:4", "resnet8_cifar10_int8:fast:8",
         "resnet8_cifar10_int8:fast:1:16", "resnet8_cifar10_int8:fast:1:20",
         "mobilenet_v2_0_75_192_quant:fast:1:20", "mcunet_144_int8:fast:1:20",
         "new-0.35-96:fast:1:exact", "mobilenet_v2_0_5_96_quant:fast:1:exact",
         "mcunet_144_int8:fast:1:exact", "mobilenet_v2_1.0_224_quant:fast:1:exact",
         "resnet8_cifar10_int8:fast:1:exact"]

USUAL_SHIFT = "18"  # of `vouch compile`

# Step: what is counted (Count of proof_counts.h), and in which unit (SpeedUnit of cost_table.h).
PROVE_TERMS = {
    "process": [("one", "fixed"), ("weights", "fixed"), ("activations", "fixed")],
    "model": [("one", "fixed"), ("weights", "fixed"), ("wide_weights", "fixed")],
    "pictures": [("one", "fixed"), ("inputs", "fixed")],
    "generators": [("one", "fixed"), ("generators", "fixed")],
    "network": [("one", "fixed"), ("multiply_adds", "integer"), ("activations", "fixed"),
                ("low_limbs", "fixed"), ("table_rows", "fixed")],
    "commitments": [("one", "fixed"), ("activations", "group"), ("table_rows", "group"), ("low_limbs", "group"),
                    ("low_slots", "group")],
    "lookups": [("one", "fixed"), ("activations", "field"), ("slots", "field"), ("grids", "field"),
                ("table_rows", "field"), ("low_limbs", "field"), ("low_slots", "field")],
    "products": [("weights", "field"), ("activations", "field"), ("one", "fixed"),
                 ("wide_weights", "field")],
    "opening": [("one", "fixed"), ("activations", "field"), ("slots", "field"), ("weights", "field"),
                ("row", "field"), ("table_rows", "field"), ("low_limbs", "field"),
                ("low_slots", "field")],
    "folding": [("one", "fixed"), ("generators", "group"), ("row", "group")],
    "writing": [("one", "fixed")],
}
VERIFY_TERMS = {
    "process": [("one", "fixed")],
    "model": [("one", "fixed"), ("model_points", "square"), ("axes", "square")],
    "pictures": [("one", "fixed"), ("inputs", "fixed")],
    "generators": [("one", "fixed"), ("generators", "fixed")],
    "rows": [("one", "fixed"), ("points", "square"), ("inputs", "serial")],
    "script": [("one", "fixed"), ("axes", "square"), ("points", "square")],
    "equation": [("one", "fixed"), ("generators", "serial"), ("points", "serial"),
                 ("axes", "square")],
    "points": [("one", "fixed"), ("generators", "serial"), ("points", "serial")],
}
MEMORY_TERMS = {"peak": [("one", "fixed"), ("activations", "fixed"), ("slots", "fixed"),
                         ("weights", "fixed"), ("table_rows", "fixed"), ("generators", "fixed"), ("row", "fixed"),
                         ("low_limbs", "fixed"), ("low_slots", "fixed")]}
COUNTS = {"one": "kOne", "activations": "kActivations", "slots": "kSlots", "grids": "kGrids", "inputs": "kInputs",
          "table_rows": "kTableRows", "weights": "kWeights", "multiply_adds": "kMultiplyAdds",
          "generators": "kGenerators", "row": "kRow", "points": "kPoints",
          "model_points": "kModelPoints", "axes": "kAxes", "low_limbs": "kLowLimbs", "low_slots": "kLowSlots",
          "wide_weights": "kWideWeights"}
UNITS = {"fixed": "kFixed", "field": "kField", "group": "kGroup", "square": "kSquare",
         "serial": "kSerial", "integer": "kInteger"}


def least(runs):
    """Of several `--timings --json`: seconds by step, with what the process took beside them. What else
    the machine does only adds to it: the least of each counts, as its share of the least whole run."""
    steps = {}
    for run in runs:
        own = {s["name"]: s["seconds"] for s in run.json()["steps"]}
        own.pop("total", None)
        own["process"] = max(0.0, run.seconds - sum(own.values()))
        for name, seconds in own.items():
            steps.setdefault(name, []).append(seconds)
    whole = min(run.seconds for run in runs)
    share = whole / sum(min(s) for s in steps.values())
    return {name: share * min(s) for name, s in steps.items()}


def source_of(name, vouch, scratch):
    if name.startswith("new-"):
        _, width, size = name.split("-")
        path = f"{scratch}/new.tflite"
        Measured([vouch, "new-model", "mobilenet_v2", "--width", width, "--size", size, "-o", path,
                  "--quiet"])
        return path
    found = sorted((DATA / "models").glob(f"**/{name}.*"))
    if not found:
        sys.exit(f"no model {name} below {DATA}/models")
    return str(found[0])


def quantisation_of(source):
    """What a float model of the table is compiled with."""
    for name, _, _, options in MODELS:
        if source.endswith(f"models/{name}"):
            return under_data(options)
    return []


def estimate(vouch, model, profile, pictures):
    return Measured([vouch, "estimate", model, "--profile", profile, "--pictures", str(pictures),
                     "--counts", "--json"]).json()


def compile_case(args, case, scratch):
    """The model of a case, its profile and its number of pictures."""
    words = case.split(":")
    name, profile, pictures, shift = words + ["", "fast", "1", USUAL_SHIFT][len(words):]
    model = f"{scratch}/m.vouch"
    rounding = ["--rounding", "exact"] if shift == "exact" else ["--shift", shift]
    source = source_of(name, args.vouch, scratch)
    Measured([args.vouch, "compile", source, "-o", model, *rounding, *quantisation_of(source),
              "--quiet"])
    return model, profile, pictures


def told_of(estimate_object):
    return {k: estimate_object[k] for k in ("prove_seconds", "verify_seconds", "prove_memory_bytes",
                                            "proof_bytes")}


def recount(args, point):
    with tempfile.TemporaryDirectory() as scratch:
        told = estimate(args.vouch, *compile_case(args, point["case"], scratch))
    point.update(counts=told["counts"], told=told_of(told))


def measure_case(args, case):
    with tempfile.TemporaryDirectory() as scratch:
        model, profile, pictures = compile_case(args, case, scratch)
        public, proof = f"{scratch}/m.pub", f"{scratch}/x.proof"
        Measured([args.vouch, "commit", model, "-o", public, "--quiet"])
        extents = Measured([args.vouch, "inspect", model, "--json"]).json()["circuit"]["input"]
        size = extents["rows"] * extents["columns"] * extents["channels"]
        inputs = []
        for i in range(int(pictures)):
            inputs.append(f"{scratch}/{i}.bin")
            pathlib.Path(inputs[-1]).write_bytes(random.Random(i).randbytes(size))
        told = estimate(args.vouch, model, profile, pictures)
        prove = [Measured([args.vouch, "prove", model, *inputs, "-o", proof, "--profile", profile,
                           "--memory", "64GB", "--timings", "--json"]) for _ in range(args.runs)]
        shown = [word for path in inputs for word in ("--input", path)]
        verify = [Measured([args.verifier, public, proof, *shown, "--timings", "--json"])
                  for _ in range(args.runs)]
        return {"case": case, "counts": told["counts"], "nanoseconds": told["nanoseconds"],
                "told": told_of(told),
                "prove": least(prove), "verify": least(verify),
                "prove_seconds": min(r.seconds for r in prove),
                "verify_seconds": min(r.seconds for r in verify),
                "memory_bytes": max(r.megabytes for r in prove) * 1048576,
                "proof_bytes": pathlib.Path(proof).stat().st_size}


def least_squares(rows, targets):
    """Coefficients >= 0 of the least sum of squares, one after another until they stay."""
    n = len(rows[0])
    x = [0.0] * n
    squares = [sum(r[j] * r[j] for r in rows) or 1.0 for j in range(n)]
    left = list(targets)
    for _ in range(20000):
        moved = 0.0
        for j in range(n):
            step = sum(r[j] * e for r, e in zip(rows, left)) / squares[j]
            new = max(0.0, x[j] + step)
            change = new - x[j]
            if change:
                x[j] = new
                left = [e - change * r[j] for r, e in zip(rows, left)]
                moved = max(moved, abs(change) * squares[j] ** 0.5)
        if moved < 1e-9:
            break
    return x


def fit_part(points, part, terms):
    """[(step, count, unit, coefficient)] of `prove` or `verify`."""
    fitted = []
    steps = sorted({s for p in points for s in p[part]}, key=lambda s: (s not in terms, s))
    for step in [*terms, *[s for s in steps if s not in terms]]:
        own = terms.get(step, [("one", "fixed")])
        rows, targets = [], []
        for p in points:
            # The median of all points' kernels: one machine has one speed.
            total = sum(p[part].values())
            rows.append([1e-9 * p["counts"][c] * p["nanoseconds"][u] / total for c, u in own])
            targets.append(p[part].get(step, 0.0) / total)
        fitted += [(step, c, u, k) for (c, u), k in zip(own, least_squares(rows, targets)) if k > 0]
    return fitted


def seconds(point, fitted):
    return sum(1e-9 * k * point["counts"][c] * point["nanoseconds"][u] for _, c, u, k in fitted)


def array_text(name, fitted):
    lines = [f"inline constexpr std::array<CostTerm, {len(fitted)}> {name}{{{{"]
    lines += [f'    {{"{step}", Count::{COUNTS[c]}, SpeedUnit::{UNITS[u]}, {k:.5g}}},'
              for step, c, u, k in fitted]
    return "\n".join([*lines, "}};", ""])


def with_steady_speed(points):
    """Kernels' times vary from one moment to the next; the machine's are their medians."""
    for unit in UNITS:
        middle = statistics.median(p["nanoseconds"][unit] for p in points)
        for p in points:
            p["nanoseconds"][unit] = middle
    return points


def fit(points):
    points = with_steady_speed(points)
    for p in points:
        p["memory"] = {"peak": 1e-9 * p["memory_bytes"]}
    prove, verify, memory = (fit_part(points, "prove", PROVE_TERMS),
                             fit_part(points, "verify", VERIFY_TERMS),
                             fit_part(points, "memory", MEMORY_TERMS))
    text = TABLE.read_text(encoding="utf-8")
    made = (array_text("kProveCosts", prove) + array_text("kVerifyCosts", verify) +
            array_text("kMemoryCosts", memory))
    text = re.sub(r"(// begin fitted\n).*(// end fitted\n)", lambda m: m[1] + made + m[2], text,
                  flags=re.S)
    TABLE.write_text(text, encoding="utf-8")
    for p in points:
        p["told"].update(prove_seconds=seconds(p, prove), verify_seconds=seconds(p, verify),
                         prove_memory_bytes=1e9 * seconds(p, memory))
    report(points)


def report(points):
    print("| case | prove | told | | memory | told | | proof | told | verify | told | |\n"
          "|" + " --- |" * 12)
    for p in points:
        told = p["told"]
        off = lambda a, b: f"{100 * (a / b - 1):+.0f} %"
        print(f"| {p['case']} | {p['prove_seconds']:.3f} s | {told['prove_seconds']:.3f} s "
              f"| {off(told['prove_seconds'], p['prove_seconds'])} "
              f"| {p['memory_bytes'] / 1e6:.0f} MB | {told['prove_memory_bytes'] / 1e6:.0f} MB "
              f"| {off(told['prove_memory_bytes'], p['memory_bytes'])} "
              f"| {p['proof_bytes']} | {told['proof_bytes']} "
              f"| {1000 * p['verify_seconds']:.0f} ms | {1000 * told['verify_seconds']:.0f} ms "
              f"| {off(told['verify_seconds'], p['verify_seconds'])} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=["measure", "recount", "fit", "check"])
    parser.add_argument("points", type=pathlib.Path)
    parser.add_argument("cases", nargs="*")
    parser.add_argument("--vouch", default="build/vouch")
    parser.add_argument("--verifier", default="build/vouch-verify")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    points = json.loads(args.points.read_text(encoding="utf-8")) if args.points.exists() else []
    if args.job == "fit":
        fit(points)
        return
    for point in points if args.job in ("recount", "check") else []:
        recount(args, point)
    for case in (args.cases or CASES) if args.job == "measure" else []:
        points = [p for p in points if p["case"] != case] + [measure_case(args, case)]
        args.points.write_text(json.dumps(points, indent=1) + "\n", encoding="utf-8")
        print(f"{case}: {points[-1]['prove_seconds']:.3f} s", flush=True)
    if args.job == "recount":
        args.points.write_text(json.dumps(points, indent=1) + "\n", encoding="utf-8")
    if args.job == "check":
        report(points)


if __name__ == "__main__":
    main()
