#!/usr/bin/env python3
"""Whether a model compiled with exact rounding answers its framework's bytes.

Compiles MODEL with `--rounding exact`, runs `vouch run` and TensorFlow Lite or ONNX Runtime on the same
inputs, and compares the codes of the output (before a final softmax, and in TensorFlow Lite also
behind it) byte for byte. Names the layers as well that ONNX Runtime computes in float32
(`computed_in_float`), whose codes are equal by chance. Exits with 1 if a byte differs or there is
such a layer. Needs numpy, and ai-edge-litert (or tflite-runtime) or onnxruntime and onnx (PyPI).

ONNX Runtime computes int8 models in float32 here and there on x86-64, unless it is told not to
(session.qdqisint8allowed); on processors without VNNI some of its kernels saturate. Examples:

    tools/compare_codes.py mobilenet.tflite -- --data val/ --limit 200
    tools/compare_codes.py keywords.onnx --compile=--input=codes -- --data inputs.npy
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "src" / "evaluate"))
from run_framework import TensorFlowLite  # noqa: E402 pylint: disable=wrong-import-position


# What ONNX Runtime leaves in its graph where it has not fused a layer into an integer kernel.
FLOAT_KERNELS = {"Add", "Conv", "ConvTranspose", "FusedConv", "FusedGemm", "FusedMatMul", "Gemm",
                 "GlobalAveragePool", "MatMul", "NhwcFusedConv"}


def stored(codes):
    """Codes as vouch stores them: 0...255, signed ones with 128 added."""
    if codes.dtype == np.int8:
        codes = codes.astype(np.int16) + 128
    return codes.astype(np.uint8).reshape(-1)


class LiteCodes(TensorFlowLite):
    """Output codes before and behind a final softmax."""

    in_float = []

    def __init__(self, path):
        super().__init__(path)
        self.end = self.interpreter.get_output_details()[0]

    def answers(self, value):
        self.outputs(value)
        logits, end = (stored(self.interpreter.get_tensor(t["index"]))
                       for t in (self.output, self.end))
        return logits, end if self.end["index"] != self.output["index"] else None


class OnnxCodes:
    """Output codes before a final softmax, of the integer kernels."""

    def __init__(self, path):
        import onnx
        import onnxruntime
        model = onnx.load(str(path))
        makers = {output: node for node in model.graph.node for output in node.output}
        name = model.graph.output[0].name
        while "Softmax" in kinds_above(makers, name):
            name = makers[name].input[0]
        if makers[name].op_type == "DequantizeLinear":
            name = makers[name].input[0]
        if name != model.graph.output[0].name:
            del model.graph.output[:]
            model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
        options = onnxruntime.SessionOptions()
        options.add_session_config_entry("session.qdqisint8allowed", "1")
        options.log_severity_level = 3
        with tempfile.TemporaryDirectory() as scratch:
            options.optimized_model_filepath = f"{scratch}/optimised.onnx"
            self.session = onnxruntime.InferenceSession(model.SerializeToString(), options,
                                                        providers=["CPUExecutionProvider"])
            optimised = onnx.load(options.optimized_model_filepath)
        self.in_float = [f"{node.op_type} '{node.name}'" for node in optimised.graph.node
                         if node.op_type in FLOAT_KERNELS]
        self.input = self.session.get_inputs()[0]

    def answers(self, value):
        shape = [n if isinstance(n, int) else 1 for n in self.input.shape]
        if value.shape != tuple(shape[1:]) and len(shape) == 4:
            value = np.transpose(value, (2, 0, 1))
        if self.input.type == "tensor(int8)":
            value = (value.astype(np.int16) - 128).astype(np.int8)
        out = np.asarray(self.session.run(None, {self.input.name: value.reshape(shape)})[0])
        if out.dtype not in (np.int8, np.uint8):
            sys.exit("the model's output is no codes")
        return stored(out), None


def kinds_above(makers, name):
    """What stands above a tensor, up to the first node that computes anything else."""
    kinds = []
    while name in makers and makers[name].op_type in ("Softmax", "QuantizeLinear",
                                                      "DequantizeLinear"):
        kinds.append(makers[name].op_type)
        name = makers[name].input[0]
    return kinds


def vouch_json(*command):
    run = subprocess.run([str(c) for c in command], check=False, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stderr or run.stdout)
    return json.loads(run.stdout) if run.stdout.strip() else {}


def runs(vouch, model, inputs, scratch):
    """What `vouch run` says of each input."""
    paths = []
    for i, value in enumerate(inputs):
        paths.append(f"{scratch}/{i}.npy")
        np.save(paths[-1], value)
    return vouch_json(vouch, "run", model, *paths, "--json")["pictures"]


def differences(framework, inputs, answers):
    """Inputs whose bytes differ: before the softmax, behind it."""
    before, behind = [], []
    for i, (value, answer) in enumerate(zip(inputs, answers)):
        logits, end = framework.answers(value)
        if bytes.fromhex(answer["output"]) != logits.tobytes():
            before.append(i)
        if end is not None and bytes.fromhex(answer.get("softmax_codes", "")) != end.tobytes():
            behind.append(i)
    return before, behind


def compare(vouch, original, options, compile_options=()):
    with tempfile.TemporaryDirectory() as scratch:
        model = f"{scratch}/exact.vouch"
        vouch_json(vouch, "compile", original, "-o", model, "--rounding", "exact", "--json",
                   *compile_options)
        inputs = f"{scratch}/inputs.npy"
        vouch_json(vouch, "evaluate", model, "--json", "--inputs-to", inputs, *options)
        inputs = np.load(inputs, mmap_mode="r")
        framework = LiteCodes(original) if original.suffix == ".tflite" else OnnxCodes(original)
        before, behind = differences(framework, inputs, runs(vouch, model, inputs, scratch))
    return {"inputs": len(inputs), "different": before, "different_softmax": behind,
            "computed_in_float": framework.in_float}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("original", type=pathlib.Path, help="the .tflite or .onnx file")
    parser.add_argument("--vouch", default="build/vouch")
    parser.add_argument("--compile", action="append", default=[], metavar="OPTION",
                        help="an option of `vouch compile`")
    parser.usage = "%(prog)s [-h] [--vouch VOUCH] [--compile OPTION] MODEL -- EVALUATE-OPTIONS"
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    args = parser.parse_args(words[:end])
    found = compare(args.vouch, args.original, words[end + 1:], args.compile)
    print(json.dumps(found))
    sys.exit(1 if any(found[what] for what in found if what != "inputs") else 0)


if __name__ == "__main__":
    main()
