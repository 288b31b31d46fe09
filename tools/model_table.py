#!/usr/bin/env python3
"""Every model of the shared data: accuracy in its framework and proven, and what a proof costs.

Classifiers run on the labelled set that there is for them; where there is none (visual wake words, the
autoencoder, the untrained network) only outputs are compared. Models with attention and layer
normalisation must be refused in one sentence. Needs numpy, ai-edge-litert, onnxruntime and onnx
(PyPI). Prints a table; --json writes the figures. With --check the exit status is 1 if a classifier
loses more than 0.5 points against its framework (1.5 on the 200 pictures of cifar10-ic01) and more than two
deviations of what chance makes of the answers that differ, or if a model is refused or taken that should
not be; what loses more points within chance is named.

    tools/model_table.py --vouch build/vouch --verifier build/vouch-verify --check
    tools/model_table.py --no-costs --only mnist
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from measuring import DATA, Measured

SETS = {
    "imagenet": ("imagenet-val-1000", ["--labels", "imagenet-val-1000/labels.csv"], 0.5),
    "cifar": ("cifar10-ic01", ["--labels", "cifar10-ic01/y_labels.csv"], 1.5),
    "keywords": ("keywords-kws01", ["--labels", "keywords-kws01/y_labels.csv", "--signed"], 0.5),
    "mnist": ("mnist", [], 0.5),
    "pictures": ("imagenet-val-1000", ["--limit", "200"], None),
    "noise": (None, [], None),
    "example": ("models/onnx/4l_relu_conv_fc", [], None),
}

IMAGENET = ["--crop", "1000"]  # the whole picture, resized
RESNET20 = ["--pixel-scale", "0.0156", "--pixel-zero", "121"]  # (pixel/255 - mean)/deviation
# Name, set, options of `compile` that say what pixels are, those that `evaluate` needs as well.
MODELS = [
    ("tflite/mobilenet_v2_1.0_224_quant.tflite", "imagenet", IMAGENET, []),
    ("tflite/tf2_mobilenet_v2_1.0_224_ptq.tflite", "imagenet", IMAGENET, []),
    ("tflite/mobilenet_v2_0_75_192_quant.tflite", "imagenet", IMAGENET, []),
    ("tflite/mobilenet_v2_0_5_224_quant.tflite", "imagenet", IMAGENET, []),
    ("tflite/mobilenet_v2_1_0_96_quant.tflite", "imagenet", IMAGENET, []),
    ("tflite/mobilenet_v2_0_75_96_quant.tflite", "imagenet", IMAGENET, []),
    ("tflite/mobilenet_v2_0_5_96_quant.tflite", "imagenet", IMAGENET, []),
    ("tflite/mcunet_144_int8.tflite", "imagenet", IMAGENET, []),
    ("tflite/mobilenet_v1_0.25_128_quant.tflite", "imagenet", IMAGENET, []),
    ("tflite/resnet8_cifar10_int8.tflite", "cifar", IMAGENET, []),
    ("tflite/dscnn_keywords_int8.tflite", "keywords", [], []),
    ("tflite/mobilenet_v1_visual_wake_words_int8.tflite", "pictures", IMAGENET, []),
    ("tflite/autoencoder_anomaly_int8.tflite", "noise", [], []),
    ("onnx/mobilenet_v2_1_0_224_quant_qdq.onnx", "imagenet", IMAGENET, []),
    ("onnx/tf2_mobilenet_v2_1.0_224_ptq_qdq.onnx", "imagenet", IMAGENET, []),
    ("onnx/mcunet_imagenet_best_qdq.onnx", "imagenet", IMAGENET, []),
    ("onnx/pretrainedResnet_quant_qdq.onnx", "cifar", IMAGENET, []),
    ("onnx/resnet_cifar10_float/resnet20_bnfolded.onnx", "cifar", IMAGENET,
     ["--samples", "cifar10-ic01", *RESNET20]),
    ("onnx/mnist_cnn_float/model.onnx", "mnist", [],
     ["--samples", "models/onnx/mnist_cnn_float"]),
    ("onnx/4l_relu_conv_fc/network.onnx", "example", [],
     ["--samples", "models/onnx/4l_relu_conv_fc", "--input", "codes"]),
]
REFUSED = ["layernorm", "self_attention", "multihead_attention", "nanoGPT"]


def under_data(options):
    """Options whose values are paths below the data."""
    return [str(DATA / o) if i and options[i - 1] in ("--labels", "--samples") else o
            for i, o in enumerate(options)]


def noise(scratch, inputs, elements):
    """Codes that wander about the middle, as spectra do."""
    draw = random.Random(1)
    data = bytearray()
    for _ in range(inputs):
        level = 128.0
        for _ in range(elements):
            level = 0.9 * level + 0.1 * 128 + draw.gauss(0, 8)
            data.append(min(255, max(0, round(level))))
    path = f"{scratch}/noise.bin"
    pathlib.Path(path).write_bytes(data)
    return path


class Model:
    """One model of the table, compiled in a folder of its own."""

    def __init__(self, args, entry, scratch):
        name, self.set, preparation, self.quantisation = entry
        self.args, self.name, self.scratch = args, name, scratch
        self.source = DATA / "models" / name
        self.model = f"{scratch}/model.vouch"
        Measured([str(args.vouch), "compile", str(self.source), "-o", self.model, "--quiet",
                  *preparation, *under_data(self.quantisation)])

    def run(self, *command):
        return Measured([str(c) for c in command])

    def data(self):
        folder = SETS[self.set][0]
        if folder is not None:
            return str(DATA / folder)
        extents = self.input_extents()
        return noise(self.scratch, 200, extents["rows"] * extents["columns"] * extents["channels"])

    def input_extents(self):
        return self.run(self.args.vouch, "inspect", self.model, "--json").json()["circuit"]["input"]

    def accuracy(self):
        # What the circuit itself shows need not be said again.
        again = [o for o in self.quantisation if o not in ("--input", "codes")]
        options = ["--data", self.data(), *under_data(SETS[self.set][1]), *under_data(again)]
        if self.args.limit and "--limit" not in options:
            options += ["--limit", str(self.args.limit)]
        return self.run(self.args.vouch, "evaluate", self.model, "--original", self.source,
                        "--original-by", "framework", "--python", sys.executable, "--json",
                        *options, "--layers", "0").json()

    def costs(self):
        vouch, public, proof = self.args.vouch, f"{self.scratch}/m.pub", f"{self.scratch}/x.proof"
        self.run(vouch, "evaluate", self.model, "--data", self.data(), "--limit", "1", "--quiet",
                 *(["--signed"] if "--signed" in SETS[self.set][1] else []), "--inputs-to",
                 f"{self.scratch}/one.npy", *self.original_for_reals())
        input_file = self.first_input()
        self.run(vouch, "commit", self.model, "-o", public, "--quiet")
        prove = [self.run(vouch, "prove", self.model, input_file, "-o", proof, "--json")
                 for _ in range(self.args.runs)]
        verify = [self.run(self.args.verifier, public, proof, "--input", input_file, "--json")
                  for _ in range(self.args.runs)]
        middle = lambda runs: sorted(r.seconds for r in runs)[len(runs) // 2]
        return {"prove_s": middle(prove), "prove_mb": max(r.megabytes for r in prove),
                "proof_bytes": prove[0].json()["proof_bytes"], "verify_s": middle(verify)}

    def original_for_reals(self):
        if self.set != "example":
            return []
        again = [o for o in self.quantisation if o not in ("--input", "codes")]
        return ["--original", self.source, *under_data(again)]

    def first_input(self):
        """One input's codes, as prove takes them."""
        import numpy as np
        array = np.load(f"{self.scratch}/one.npy")[0]
        path = f"{self.scratch}/first.npy"
        if array.dtype != np.uint8:  # reals: any codes cost the same
            extents = self.input_extents()
            array = np.full((extents["rows"], extents["columns"], extents["channels"]), 128,
                            np.uint8)
        np.save(path, array)
        return path


def percent(share):
    return f"{100 * share:.1f}"


def accuracy_cells(result):
    """In the framework, proven, and what they have in common."""
    def of(who):
        if "top1" not in result.get(who, {}):
            return "–"
        top5 = f" / {percent(result[who]['top5'])}" if "top5" in result[who] else ""
        return percent(result[who]["top1"]) + top5
    original = result["original"]
    lost_won = f"{original['lost']}, {original['won']}" if "lost" in original else "–"
    return [of("original"), of("proven"), percent(original["same_top1"]) + " %", lost_won,
            f"{original['mean_error'] / result['output_step']:.2f} steps"
            if not result["original_as_probabilities"] else f"{original['mean_error']:.4f}"]


def cost_cells(costs):
    return [f"{costs['prove_s']:.2f} s", f"{costs['prove_mb']:.0f} MB",
            f"{costs['proof_bytes'] / 1000:.1f} kB", f"{1000 * costs['verify_s']:.0f} ms"]


def is_lost(result, path, name):
    """True if the proven network lacks more top-1 than its set allows, and than chance explains."""
    allowed = SETS[name][2]
    if allowed is None or "top1" not in result["proven"]:
        return False
    original = result["original"]
    points = 100 * (original["top1"] - result["proven"]["top1"])
    if points <= allowed + 1e-9:
        return False
    chance = (original["lost"] + original["won"]) ** 0.5
    beyond = original["lost"] - original["won"] > 2 * chance
    print(f"{path}: {points:.1f} points lost, {original['lost']} answers lost and "
          f"{original['won']} won: {'more than' if beyond else 'within'} twice what chance makes",
          file=sys.stderr)
    return beyond


def check_refusals(args, scratch):
    """Names of models that are not refused in a sentence."""
    wrong = []
    for name in REFUSED:
        run = subprocess.run([str(args.vouch), "compile",
                              str(DATA / "models/onnx" / name / "network.onnx"), "-o",
                              f"{scratch}/no.vouch"], check=False, capture_output=True, text=True)
        said = [line for line in run.stderr.splitlines() if line.strip()]
        print(f"{name}: {' '.join(said)}")
        if run.returncode != 2 or len(said) != 1:
            wrong.append(name)
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vouch", type=pathlib.Path, default=pathlib.Path("build/vouch"))
    parser.add_argument("--verifier", type=pathlib.Path, default=pathlib.Path("build/vouch-verify"))
    parser.add_argument("--only", help="models whose name holds this")
    parser.add_argument("--limit", type=int, help="only the first N inputs")
    parser.add_argument("--no-costs", action="store_true", help="no proofs")
    parser.add_argument("--no-accuracy", action="store_true", help="no frameworks")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", type=pathlib.Path)
    args = parser.parse_args()
    head = ["model", "inputs", "framework", "proven", "same top-1", "lost, won", "mean error",
            "prove", "peak memory", "proof", "verify"]
    print("| " + " | ".join(head) + " |\n|" + " --- |" * len(head))
    results, wrong = {}, []
    for entry in MODELS:
        if args.only and args.only not in entry[0]:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            model = Model(args, entry, scratch)
            result = {} if args.no_accuracy else model.accuracy()
            costs = {} if args.no_costs else model.costs()
        results[entry[0]] = {**result, **costs}
        cells = ([str(result["inputs"]), *accuracy_cells(result)] if result else ["–"] * 6) + (
            cost_cells(costs) if costs else ["–"] * 4)
        print("| " + " | ".join([pathlib.Path(entry[0]).as_posix(), *cells]) + " |", flush=True)
        if result and is_lost(result, entry[0], entry[1]):
            wrong.append(entry[0])
    if not args.only:
        with tempfile.TemporaryDirectory() as scratch:
            wrong += check_refusals(args, scratch)
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if args.check and wrong:
        sys.exit("not as they should be: " + ", ".join(wrong))


if __name__ == "__main__":
    main()
