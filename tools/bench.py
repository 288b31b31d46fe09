#!/usr/bin/env python3
"""One table of what everything costs: `./dev bench` makes it.

For each model (a name of DATA/models/tflite, or new:WIDTH:SIZE[:CLASSES]) and each back-end of the
kernels that this machine runs: time and memory of every step of `vouch prove`, proof bytes by part,
every step of the verifier, whole processes with warm and cold generator caches, and the ratio to
running the integer network alone. Medians of several runs. With --counted PROGRAM, from a build that
counts, also the arithmetic of every step, in million products of scalars. With --benches FOLDER also
the Google Benchmark programs there, nanoseconds an item or a call.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from measuring import DATA, Case, Measured, steps_of

MODEL = "mobilenet_v2_1.0_224_quant"
# What the design allows for MobileNetV2 1.0 @ 224, million products: docs/performance.md.
BUDGET = {"commitments": 115, "lookups": 150, "products": 10, "opening": 60, "folding": 95,
          "total": 430}
BUDGET_ACTIVATIONS = 6.9e6


class Table:
    """Rows by name, columns by back-end; printed as Markdown."""

    def __init__(self, columns):
        self.columns, self.rows = [*columns, "counted", "budget"], {}

    def put(self, row, column, text):
        self.rows.setdefault(row, {})[column] = text

    def print(self):
        print("| | " + " | ".join(self.columns) + " |")
        print("| --- |" + " --- |" * len(self.columns))
        for name, cells in self.rows.items():
            print(f"| {name} | " + " | ".join(cells.get(c, "") for c in self.columns) + " |")


def time_text(seconds):
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.1f} ms"


def median_steps(runs):
    """Median seconds and largest peak of every step."""
    all_steps = [steps_of(run.json()) for run in runs]
    return {name: (statistics.median(s[name]["seconds"] for s in all_steps),
                   max(s[name]["peak_bytes"] for s in all_steps) / 1e6) for name in all_steps[0]}


def median_seconds(runs):
    return statistics.median(run.seconds for run in runs)


def put_steps(table, label, column, runs):
    for name, (seconds, megabytes) in median_steps(runs).items():
        table.put(f"{label}: {name}", column, f"{time_text(seconds)}, {megabytes:.0f} MB")


def measure_back_end(args, table, case, kernels, cache):
    warm = {"VOUCH_KERNELS": kernels, "XDG_CACHE_HOME": cache}
    cold = {"VOUCH_KERNELS": kernels, "VOUCH_CACHE": "off"}
    case.prove(environment=warm)
    proofs = [case.prove(environment=warm) for _ in range(args.runs)]
    table.put("prove, whole process", kernels, time_text(median_seconds(proofs)))
    table.put("prove, cold cache", kernels, time_text(
        median_seconds([case.prove(environment=cold) for _ in range(args.runs)])))
    plain = median_seconds([case.run("run", case.model, case.picture, "--quiet", environment=warm)
                            for _ in range(args.runs)])
    table.put("integer network alone", kernels, time_text(plain))
    network = median_steps(proofs)["network"][0]
    table.put("prove / network step", kernels, f"{median_seconds(proofs) / network:.0f}")
    put_steps(table, "prove", kernels, proofs)
    case.verify(args.verifier, warm)
    checks = [case.verify(args.verifier, warm) for _ in range(args.runs)]
    table.put("verify, whole process", kernels, time_text(median_seconds(checks)))
    table.put("verify, cold cache", kernels, time_text(
        median_seconds([case.verify(args.verifier, cold) for _ in range(args.runs)])))
    put_steps(table, "verify", kernels, checks)
    return proofs[0].json()


def put_bytes(table, column, proof):
    for part, count in proof["proof_parts"].items():
        table.put(f"bytes: {part}", column, str(count))
    table.put("bytes: total", column, str(proof["proof_bytes"]))


def put_counts(args, table, case, cache):
    case.vouch = str(args.counted)
    near = abs(case.activations() / BUDGET_ACTIVATIONS - 1) < 0.1
    result = case.prove("--threads", "1", environment={"XDG_CACHE_HOME": cache}).json()
    for name, step in steps_of(result).items():
        table.put(f"prove: {name}", "counted", f"{step['work']['equivalents'] / 1e6:.1f} M")
        if near and name in BUDGET:
            table.put(f"prove: {name}", "budget", f"{BUDGET[name]} M")


def measure_model(args, name):
    with tempfile.TemporaryDirectory() as scratch:
        case = Case(name, args.vouch, scratch, args.picture)
        back_ends = case.prove().json()["available_kernels"]
        table = Table(back_ends)
        for kernels in back_ends:
            proof = measure_back_end(args, table, case, kernels, f"{scratch}/cache")
        put_bytes(table, back_ends[0], proof)
        if args.counted:
            put_counts(args, table, case, f"{scratch}/cache")
    return table


def run_benchmark(program, kernels, arguments):
    """Name and nanoseconds of every benchmark of one program."""
    command = [str(program), "--benchmark_format=json", *arguments]
    output = subprocess.run(command, env={**os.environ, "VOUCH_KERNELS": kernels}, check=True,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    for result in json.loads(output)["benchmarks"] if output.strip() else []:
        scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[result["time_unit"]]
        if "cpu_time" in result:
            yield result["name"], 1e9 * result["per_item"] if "per_item" in result else \
                scale * result["cpu_time"]


def put_benchmarks(args, table, back_ends):
    """Benchmarks named BACK-END/NAME are of that back-end, the others of the one that is forced."""
    for program in sorted(args.benches.iterdir()):
        for kernels in back_ends:
            for name, nanoseconds in run_benchmark(program, kernels, args.arguments):
                back_end, _, rest = name.partition("/")
                if back_end in back_ends:
                    name = rest
                if back_end == kernels or back_end not in back_ends:
                    table.put(f"{program.name}: {name}", kernels, f"{nanoseconds:.1f} ns")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*")
    parser.add_argument("--vouch", type=pathlib.Path, default=pathlib.Path("build/vouch"))
    parser.add_argument("--verifier", type=pathlib.Path, default=pathlib.Path("build/vouch-verify"))
    parser.add_argument("--counted", type=pathlib.Path)
    parser.add_argument("--benches", type=pathlib.Path)
    parser.add_argument("--picture", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path, help="where to write the tables, too")
    args, args.arguments = parser.parse_known_args()
    model = MODEL if (DATA / "models" / "tflite" / f"{MODEL}.tflite").exists() else "new:1.0:224"
    tables = {name: measure_model(args, name) for name in args.models or [model]}
    if args.benches:
        first = next(iter(tables.values()))
        put_benchmarks(args, first, first.columns[:-2])
    for name, table in tables.items():
        print(f"\n### {name}\n")
        table.print()
    if args.json:
        args.json.write_text(json.dumps({n: t.rows for n, t in tables.items()}, indent=1) + "\n",
                             encoding="utf-8")


if __name__ == "__main__":
    main()
