#!/usr/bin/env python3
"""A model's own framework beside the proven network, on the same input bytes.

`vouch evaluate --inputs-to` writes the inputs; TensorFlow Lite or ONNX Runtime, whichever the model
is for, runs on them; its outputs (dequantised logits before a final softmax) go back to `vouch
evaluate --reference`. What follows `--` are further options of `vouch evaluate`. Needs numpy, and
ai-edge-litert (or tflite-runtime) or onnxruntime and onnx (PyPI). Example:

    tools/evaluate_framework.py mobilenet.tflite mobilenet.vouch -- --data val/ --labels val/labels.csv
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np


def interpreter_class():
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        from tflite_runtime.interpreter import Interpreter
    return Interpreter


class TensorFlowLite:
    """The model in TensorFlow Lite, with the tensor before a final softmax."""

    def __init__(self, path):
        self.interpreter = interpreter_class()(
            model_path=str(path), num_threads=2, experimental_preserve_all_tensors=True)
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]
        details = self.interpreter.get_output_details()[0]
        # pylint: disable=protected-access
        for op in reversed(self.interpreter._get_ops_details()):
            if op["op_name"] in ("SOFTMAX", "QUANTIZE") and details["index"] in op["outputs"]:
                before = op["inputs"][0]
                details = next(d for d in self.interpreter.get_tensor_details()
                               if d["index"] == before)
        self.output = details

    def outputs(self, value):
        """Of one input: codes 0...255 in rows, columns, channels, or reals."""
        dtype = self.input["dtype"]
        if value.dtype == np.uint8 and dtype == np.int8:
            value = (value.astype(np.int16) - 128).astype(np.int8)
        elif value.dtype != dtype:
            scale, zero = self.input["quantization"]
            limits = np.iinfo(dtype)
            value = np.clip(np.rint(value / scale) + zero, limits.min, limits.max).astype(dtype)
        self.interpreter.set_tensor(self.input["index"], value.reshape(self.input["shape"]))
        self.interpreter.invoke()
        out = self.interpreter.get_tensor(self.output["index"]).reshape(-1)
        scale, zero = self.output["quantization"]
        return (out.astype(np.float64) - zero) * scale if scale else out.astype(np.float64)


class OnnxRuntime:
    """The model in ONNX Runtime, with what a final Softmax reads."""

    def __init__(self, path, code_input):
        import onnx
        import onnxruntime
        model = onnx.load(str(path))
        name = model.graph.output[0].name
        for node in reversed(model.graph.node):
            if node.op_type in ("Softmax", "QuantizeLinear", "DequantizeLinear") and \
                    name in node.output and ends_in_softmax(model.graph, name):
                name = node.input[0]
        self.output_codes = codes_of(model.graph, name)
        if name != model.graph.output[0].name:
            del model.graph.output[:]
            model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
        self.session = onnxruntime.InferenceSession(model.SerializeToString(),
                                                    providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0]
        self.scale, self.zero = code_input["scale"], code_input["zero_point"]

    def outputs(self, value):
        shape = [n if isinstance(n, int) else 1 for n in self.input.shape]
        if value.dtype == np.uint8:
            # Codes are in rows, columns, channels; the model may want channels first.
            if value.shape != tuple(shape[1:]) and len(shape) == 4:
                value = np.transpose(value, (2, 0, 1))
            if self.input.type == "tensor(int8)":
                value = (value.astype(np.int16) - 128).astype(np.int8)
            elif self.input.type != "tensor(uint8)":
                value = (value.astype(np.float32) - self.zero) * np.float32(self.scale)
        out = self.session.run(None, {self.input.name: value.reshape(shape)})
        scale, zero = self.output_codes
        return (np.asarray(out[0]).reshape(-1).astype(np.float64) - zero) * scale


def codes_of(graph, name):
    """Scale and zero-point of an output that is codes; 1 and 0 of one that is not."""
    from onnx import numpy_helper
    constants = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
    for node in graph.node:
        if node.op_type == "QuantizeLinear" and name in node.output:
            zero = constants[node.input[2]] if len(node.input) > 2 else 0
            return float(constants[node.input[1]]), float(zero)
    return 1.0, 0.0


def ends_in_softmax(graph, name):
    """True if a Softmax is among the nodes that only pass on or round, up from `name`."""
    makers = {output: node for node in graph.node for output in node.output}
    while name in makers:
        node = makers[name]
        if node.op_type == "Softmax":
            return True
        if node.op_type not in ("QuantizeLinear", "DequantizeLinear"):
            return False
        name = node.input[0]
    return False


def evaluate(vouch, model, options):
    run = subprocess.run([str(vouch), "evaluate", str(model), "--json", *options], check=False,
                         capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stderr or run.stdout)
    return json.loads(run.stdout)


def framework_outputs(path, inputs, code_input):
    if path.suffix == ".tflite":
        framework = TensorFlowLite(path)
    else:
        framework = OnnxRuntime(path, code_input)
    rows = []
    for i, value in enumerate(inputs):
        rows.append(framework.outputs(value))
        if i % 50 == 49 and sys.stderr.isatty():
            print(f"{path.name}: {i + 1}/{len(inputs)}", end="\r", file=sys.stderr)
    return np.stack(rows)


def compare(vouch, original, model, options):
    """The object of `vouch evaluate` with the framework's outputs as its reference."""
    against = ["--original", str(original)]
    # The original says what codes stand for, which a .tflite file says itself; without it this is
    # quicker.
    asked = against if original.suffix == ".onnx" else []
    quick = [] if "--layers" in options else ["--layers", "0"]
    with tempfile.TemporaryDirectory() as scratch:
        inputs = f"{scratch}/inputs.npy"
        outputs = f"{scratch}/outputs.npy"
        first = evaluate(vouch, model, [*asked, *options, *quick, "--inputs-to", inputs])
        np.save(outputs, framework_outputs(original, np.load(inputs, mmap_mode="r"),
                                           first.get("input")))
        return evaluate(vouch, model, [*against, *options, "--reference", outputs])


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("original", type=pathlib.Path, help="the .tflite or .onnx file")
    parser.add_argument("model", type=pathlib.Path, help="the .vouch file compiled from it")
    parser.add_argument("--vouch", default="build/vouch")
    parser.add_argument("options", nargs="*", help="of `vouch evaluate`, behind --")
    args = parser.parse_args()
    print(json.dumps(compare(args.vouch, args.original, args.model, args.options), indent=1))


if __name__ == "__main__":
    main()
