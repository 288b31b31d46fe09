#!/usr/bin/env python3
"""Proves and verifies a model on every picture of DATA/pictures and compares top-1 with TensorFlow
Lite's recorded answers (DATA/golden/pictures__MODEL.logits.bin, pictures in alphabetical order).
Exit status 1 if they differ on any picture but one that is a near tie.

    tools/prove_pictures.py --data ../shared/data mobilenet_v2_1.0_224_quant
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

NEAR_TIES = {"grace_hopper.bmp"}  # two classes within a code of each other
PICTURES = (".bmp", ".jpg", ".jpeg", ".png")


def call(*command):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stderr}")
    return done.stdout


def top1(codes, signed):
    """The class of the largest code, the lowest among equals."""
    values = [(c ^ 0x80 if signed else c) for c in codes]
    return values.index(max(values)), values


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", default="mobilenet_v2_1.0_224_quant")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--vouch", default="build/vouch")
    parser.add_argument("--verifier", default="build/vouch-verify")
    args = parser.parse_args()
    pictures = sorted(p for p in (args.data / "pictures").iterdir() if p.suffix in PICTURES)
    golden = (args.data / "golden" / f"pictures__{args.model}.logits.bin").read_bytes()
    classes = len(golden) // len(pictures)
    source = args.data / "models" / "tflite" / f"{args.model}.tflite"
    signed = "int8" in args.model or "ptq" in args.model
    with tempfile.TemporaryDirectory() as scratch:
        model, public, proof = (f"{scratch}/{n}" for n in ("model.vouch", "model.pub", "x.proof"))
        call(args.vouch, "compile", source, "-o", model, "--replace", "--quiet")
        call(args.vouch, "commit", model, "-o", public, "--quiet")
        different = []
        for i, picture in enumerate(pictures):
            call(args.vouch, "prove", model, picture, "-o", proof, "--quiet")
            answer = json.loads(call(args.verifier, public, proof, "--input", picture, "--json"))
            ours, codes = top1(bytes.fromhex(answer["output"]), False)
            theirs, logits = top1(golden[i * classes : (i + 1) * classes], signed)
            print(f"{picture.name}: {answer['status']}, top-1 {ours} (code {codes[ours]}), "
                  f"TensorFlow Lite {theirs} (code {logits[theirs]}): "
                  f"{'same' if ours == theirs else 'DIFFERENT'}", flush=True)
            if ours != theirs:
                different.append(picture.name)
    if set(different) - NEAR_TIES:
        sys.exit(f"another top-1 than TensorFlow Lite's: {', '.join(different)}")


if __name__ == "__main__":
    main()
