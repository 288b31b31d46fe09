#!/usr/bin/env python3
"""Plots accuracy against the cost of a proof from the figures of tools/model_table.py --json. Needs
matplotlib (PyPI).

    tools/plot_cost.py models.json docs/accuracy_cost.svg
"""

import argparse
import json
import pathlib

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

# Kang, Hashimoto, Stoica, Sun: Scaling up Trustless DNN Inference with Zero-Knowledge Proofs (2022):
# name, top-5 on all of ImageNet, seconds to prove on 128 virtual cores.
PUBLISHED = [("0.35/96", 59.1, 163), ("0.5/224", 75.7, 1531), ("0.75/192", 79.2, 2457)]


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    args = parser.parse_args()
    figures = {pathlib.Path(path).stem: f
               for path, f in json.loads(args.models.read_text(encoding="utf-8")).items()
               if path.startswith("tflite/") and "mobilenet_v2" in path}
    plt.rcParams["svg.hashsalt"] = "vouch"
    figure, axes = plt.subplots(figsize=(7, 4.2))
    for name in sorted(figures, key=lambda n: figures[n]["prove_s"]):
        x, y = figures[name]["prove_s"], 100 * figures[name]["proven"]["top5"]
        axes.plot(x, y, "o", color="tab:blue")
        label = name.replace("mobilenet_v2_", "").replace("_quant", "").replace("tf2_", "")
        axes.annotate(label, (x, y), textcoords="offset points", xytext=(6, -10), fontsize=8)
    for name, top5, seconds in PUBLISHED:
        axes.plot(seconds, top5, "s", color="tab:gray")
        axes.annotate(name, (seconds, top5), textcoords="offset points", xytext=(6, -10),
                      fontsize=8)
    axes.plot([], [], "o", color="tab:blue", label="vouch, 2 cores; top-5 on a 1000-picture subset")
    axes.plot([], [], "s", color="tab:gray", label="Kang et al. 2022, 128 vCPU; top-5 on ImageNet")
    axes.set(xscale="log", xlabel="seconds to prove one picture", ylabel="top-5 accuracy, %",
             title="MobileNetV2: accuracy against the cost of a proof")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, loc="lower left")
    figure.tight_layout()
    figure.savefig(args.output, metadata={"Date": None})


if __name__ == "__main__":
    main()
