#!/usr/bin/env python3
"""Accuracy of the proven integer networks beside TensorFlow Lite's, on the same input bytes.

Every picture of a labelled set is resized once (bilinear, to the model's input) and handed to both
as the same codes: to `vouch run` as .npy tensors, to TensorFlow Lite as its input tensor. Classes
are ranked by the quantised logits before a final softmax, the lower class first among equals.

Needs numpy, Pillow and ai-edge-litert (PyPI), and the built programs. Example:

    tools/accuracy.py --data ../shared/data mobilenet_v2_1.0_224_quant mobilenet_v2_0_5_96_quant
"""

import argparse
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

BATCH = 50


def rank(logits):
    """Classes by falling logit, the lower class first among equals."""
    return np.lexsort((np.arange(logits.size), -logits.astype(np.int64)))


class TensorFlowLite:
    """The model in TensorFlow Lite, with the tensor before a final softmax."""

    def __init__(self, path):
        self.interpreter = Interpreter(
            model_path=str(path), num_threads=2, experimental_preserve_all_tensors=True
        )
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]
        output = self.interpreter.get_output_details()[0]["index"]
        # pylint: disable=protected-access
        for op in reversed(self.interpreter._get_ops_details()):
            if op["op_name"] in ("SOFTMAX", "QUANTIZE") and output in op["outputs"]:
                output = op["inputs"][0]
        self.output = output

    def size(self):
        return int(self.input["shape"][1])

    def logits(self, codes):
        if self.input["dtype"] == np.int8:
            codes = (codes.astype(np.int16) - 128).astype(np.int8)
        self.interpreter.set_tensor(self.input["index"], codes[np.newaxis])
        self.interpreter.invoke()
        return self.interpreter.get_tensor(self.output).reshape(-1)


def vouch_logits(vouch, model, files):
    run = subprocess.run(
        [vouch, "run", model, *files, "--json", "--top", "1"],
        check=True, capture_output=True, text=True,
    )
    pictures = json.loads(run.stdout)["pictures"]
    return [np.frombuffer(bytes.fromhex(p["output"]), dtype=np.uint8) for p in pictures]


def measure(args, name, rows):
    path = args.data / "models" / "tflite" / f"{name}.tflite"
    tflite = TensorFlowLite(path)
    counts = {"pictures": 0, "agree": 0}
    counts.update({f"{who}_{k}": 0 for who in ("vouch", "tflite") for k in ("top1", "top5")})
    with tempfile.TemporaryDirectory() as scratch:
        model = f"{scratch}/model.vouch"
        subprocess.run([args.vouch, "compile", str(path), "-o", model, "--replace", "--quiet"], check=True)
        for begin in range(0, len(rows), BATCH):
            files, codes, labels = [], [], []
            for i, row in enumerate(rows[begin : begin + BATCH]):
                picture = Image.open(args.data / "imagenet-val-1000" / row["file"]).convert("RGB")
                size = tflite.size()
                codes.append(np.asarray(picture.resize((size, size), Image.BILINEAR), np.uint8))
                files.append(f"{scratch}/{i}.npy")
                np.save(files[-1], codes[-1])
                labels.append(row)
            for ours, code, row in zip(vouch_logits(args.vouch, model, files), codes, labels):
                theirs = tflite.logits(code)
                label = int(row["label_1001" if ours.size == 1001 else "label_1000"])
                a, b = rank(ours), rank(theirs)
                counts["pictures"] += 1
                counts["agree"] += int(a[0] == b[0])
                for who, order in (("vouch", a), ("tflite", b)):
                    counts[f"{who}_top1"] += int(order[0] == label)
                    counts[f"{who}_top5"] += int(label in order[:5])
            print(f"{name}: {counts['pictures']}/{len(rows)}", end="\r", file=sys.stderr)
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", help="names of files in DATA/models/tflite")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--vouch", default="build/vouch")
    parser.add_argument("--pictures", type=int, default=1000, help="only the first N")
    parser.add_argument("--json", type=pathlib.Path, help="also write the counts here")
    args = parser.parse_args()
    with open(args.data / "imagenet-val-1000" / "labels.csv", newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))[: args.pictures]
    results = {}
    print("| model | pictures | vouch top-1 / top-5 | TensorFlow Lite | same top-1 |")
    print("| --- | --- | --- | --- | --- |")
    for name in args.models:
        c = results[name] = measure(args, name, rows)
        percent = {k: f"{100 * v / c['pictures']:.1f}" for k, v in c.items()}
        print(f"| {name} | {c['pictures']} | {percent['vouch_top1']} / {percent['vouch_top5']} "
              f"| {percent['tflite_top1']} / {percent['tflite_top5']} | {percent['agree']} % |",
              flush=True)
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
