"""A model's own framework, TensorFlow Lite or ONNX Runtime, on inputs that `vouch evaluate` wrote.

    run_framework.py MODEL INPUTS.npy OUTPUTS.npy SCALE ZERO OUT_SCALE OUT_ZERO

Inputs are [input][element] in the order of the model's own input: uint8 codes, which stand for
SCALE * (code - ZERO), or reals. Outputs are reals, before a final softmax, argmax or top-k; where
ONNX Runtime gives codes there, they stand for OUT_SCALE * (code - OUT_ZERO). Prints
{"framework": what ran}. Exits with 3 if the framework, or what is needed to run it, is not installed.
Needs numpy, and ai-edge-litert (or tflite-runtime) or onnxruntime and onnx.
"""

import json
import sys

NOT_INSTALLED = 3
RANKING = ("Softmax", "LogSoftmax", "ArgMax", "ArgMin", "TopK")
PASSING_ON = ("QuantizeLinear", "DequantizeLinear", "Cast", "CastLike", "Identity", "Dropout",
              "Flatten", "Reshape", "Squeeze", "Transpose", "Unsqueeze")
LITE_RANKING = ("SOFTMAX", "LOG_SOFTMAX", "ARG_MAX", "ARG_MIN")


def as_input(value, dtype, scale, zero):
    """Codes or reals as the model takes them: reals, or codes with 128 less where they are int8."""
    if value.dtype != np.uint8:
        if dtype not in (np.uint8, np.int8):
            return value.astype(dtype)
        value = np.clip(np.rint(value.astype(np.float64) / scale) + zero, 0, 255).astype(np.uint8)
    if dtype == np.uint8:
        return value
    if dtype == np.int8:
        return (value.astype(np.int16) - 128).astype(np.int8)
    return ((value.astype(np.float32) - np.float32(zero)) * np.float32(scale)).astype(dtype)


class TensorFlowLite:
    """The model in TensorFlow Lite, with the tensor before a final softmax or top-k."""

    def __init__(self, path, scale=None, zero=None, _out_scale=None, _out_zero=None):
        try:
            from ai_edge_litert import interpreter as lite
            package = "ai-edge-litert"
        except ImportError:
            from tflite_runtime import interpreter as lite
            package = "tflite-runtime"
        self.name = f"TensorFlow Lite ({package} {version_of(package)})"
        self.scale, self.zero = scale, zero
        self.interpreter = lite.Interpreter(model_path=str(path), num_threads=2,
                                            experimental_preserve_all_tensors=True)
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]
        details = self.interpreter.get_output_details()[0]
        # pylint: disable=protected-access
        for op in reversed(self.interpreter._get_ops_details()):
            if op["op_name"] in (*LITE_RANKING, "QUANTIZE", "DEQUANTIZE") and \
                    details["index"] in op["outputs"]:
                before = op["inputs"][0]
                details = next(d for d in self.interpreter.get_tensor_details()
                               if d["index"] == before)
        self.output = details

    def outputs(self, value):
        """Of one input."""
        value = as_input(value, self.input["dtype"], self.scale, self.zero)
        self.interpreter.set_tensor(self.input["index"], value.reshape(self.input["shape"]))
        self.interpreter.invoke()
        out = self.interpreter.get_tensor(self.output["index"]).reshape(-1)
        scale, zero = self.output["quantization"]
        return (out.astype(np.float64) - zero) * scale if scale else out.astype(np.float64)


class OnnxRuntime:
    """The model in ONNX Runtime, with what a final Softmax or TopK reads."""

    def __init__(self, path, scale=None, zero=None, out_scale=1.0, out_zero=0):
        import onnx
        import onnxruntime
        self.name = f"ONNX Runtime {onnxruntime.__version__}"
        self.scale, self.zero = scale, zero
        self.out_scale, self.out_zero = out_scale, out_zero
        model = onnx.load(str(path))
        name = before_ranking(model.graph, model.graph.output[0].name)
        if name != model.graph.output[0].name:
            del model.graph.output[:]
            model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(model.SerializeToString(), options,
                                                    providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0]
        types = {"float": np.float32, "double": np.float64, "float16": np.float16}
        word = self.input.type[len("tensor("):-1]
        self.dtype = np.dtype(types.get(word, word))

    def outputs(self, value):
        """Of one input."""
        shape = [n if isinstance(n, int) else 1 for n in self.input.shape]
        value = as_input(value, self.dtype, self.scale, self.zero).reshape(shape)
        out = np.asarray(self.session.run(None, {self.input.name: value})[0])
        reals = out.reshape(-1).astype(np.float64)
        if out.dtype not in (np.uint8, np.int8):
            return reals
        return (reals - self.out_zero + (128 if out.dtype == np.int8 else 0)) * self.out_scale


def before_ranking(graph, name):
    """What the first of RANKING reads, up from `name` through what only passes on; else `name`."""
    makers = {output: node for node in graph.node for output in node.output}
    found = name
    while name in makers and makers[name].op_type in (*RANKING, *PASSING_ON):
        node = makers[name]
        name = node.input[0]
        found = name if node.op_type in RANKING else found
    return found


def version_of(package):
    from importlib import metadata
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "of unknown version"


def main():
    path, inputs, outputs, scale, zero, out_scale, out_zero = sys.argv[1:]
    kind = TensorFlowLite if is_tensorflow_lite(path) else OnnxRuntime
    try:
        framework = kind(path, float(scale), int(zero), float(out_scale), int(out_zero))
    except ImportError as missing:
        print(missing, file=sys.stderr)
        sys.exit(NOT_INSTALLED)
    np.save(outputs, np.stack([framework.outputs(value)
                               for value in np.load(inputs, mmap_mode="r")]))
    print(json.dumps({"framework": framework.name}))


def is_tensorflow_lite(path):
    with open(path, "rb") as file:
        return file.read(8)[4:] == b"TFL3"


try:
    import numpy as np
except ImportError as no_numpy:
    print(no_numpy, file=sys.stderr)
    sys.exit(NOT_INSTALLED)

if __name__ == "__main__":
    main()
