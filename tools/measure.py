#!/usr/bin/env python3
"""Time, memory and bytes of proofs, whole processes, medians of several runs.

For every model: compile, commit, then `vouch prove` and `vouch-verify --input` on one picture, each
measured from its start to its end with its largest resident set. Prints a table and, with --json,
writes the figures. A name like new:0.35:96 makes a MobileNetV2 of that width and size with random
weights instead of reading DATA/models/tflite/NAME.tflite. Example:

    tools/measure.py --data ../shared/data mobilenet_v2_1.0_224_quant new:0.35:96
    VOUCH_KERNELS=portable tools/measure.py ...
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time


def run(command, expect=0):
    """Wall seconds and peak megabytes of one process."""
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != expect:
        sys.exit(f"{' '.join(command)}: exit status {process.returncode}")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def medians(command, runs):
    seconds, megabytes = zip(*(run(command) for _ in range(runs)))
    return statistics.median(seconds), max(megabytes)


def measure(args, name, scratch):
    if name.startswith("new:"):
        _, width, size = name.split(":")
        source = f"{scratch}/model.tflite"
        run([args.vouch, "new-model", "mobilenet_v2", "--width", width, "--size", size,
             "-o", source, "--quiet"])
    else:
        source = str(args.data / "models" / "tflite" / f"{name}.tflite")
    model, public, proof = (f"{scratch}/model.vouch", f"{scratch}/model.pub", f"{scratch}/x.proof")
    figures = {"compile_s": run([args.vouch, "compile", source, "-o", model, "--replace", "--quiet"])[0]}
    run([args.vouch, "commit", model, "-o", public, "--quiet"])
    figures["prove_s"], figures["prove_mb"] = medians(
        [args.vouch, "prove", model, str(args.picture), "-o", proof, "--quiet"], args.runs)
    figures["verify_s"], figures["verify_mb"] = medians(
        [args.verifier, public, proof, "--input", str(args.picture), "--quiet"], args.runs)
    figures["proof_bytes"] = os.path.getsize(proof)
    figures["public_bytes"] = os.path.getsize(public)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--picture", type=pathlib.Path, help="default: DATA/pictures/cat.bmp")
    parser.add_argument("--vouch", default="build/vouch")
    parser.add_argument("--verifier", default="build/vouch-verify")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    args = parser.parse_args()
    args.picture = args.picture or args.data / "pictures" / "cat.bmp"
    results = {}
    print("| model | compile | prove | peak memory | proof | model.pub | verify |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in args.models:
        with tempfile.TemporaryDirectory() as scratch:
            f = results[name] = measure(args, name, scratch)
        print(f"| {name} | {f['compile_s']:.2f} s | {f['prove_s']:.2f} s | {f['prove_mb']:.0f} MB "
              f"| {f['proof_bytes'] / 1000:.1f} kB | {f['public_bytes'] / 1000:.1f} kB "
              f"| {1000 * f['verify_s']:.0f} ms |", flush=True)
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
