"""formats, "Circuit descriptor": the encoding of the model's circuit."""

import struct

from .circuit import Circuit, Operator, Preparation, Tensor
from .reader import Reader
from .verdicts import Reason
from .window import Window, WindowAxis

VERSION = 0x0100


def decode_circuit(data: bytes) -> Circuit:
    """Section 16: "the circuit decodes, all its bytes are used"."""
    reader = Reader(data, Reason.DESCRIPTOR)
    reader.check(reader.integer(2) == VERSION, "another version of the descriptor")
    shift, value_bits, model_kappa, input_kappa = (reader.integer(1) for _ in range(4))
    preparation = Preparation(reader.integer(4), reader.integer(4), reader.integer(2))
    (scale,) = struct.unpack("<f", reader.take(4))
    softmax = reader.integer(1)
    reader.check(softmax <= 1, "softmax is neither 0 nor 1")
    tensor = Tensor(*(reader.integer(size) for size in (4, 4, 4, 4, 1)))
    count = reader.integer(4)
    reader.check(1 <= count <= 512, "number of operators")
    operators = tuple(_operator(reader) for _ in range(count))
    reader.end()
    return Circuit(
        shift,
        value_bits,
        model_kappa,
        input_kappa,
        preparation,
        scale,
        bool(softmax),
        tensor,
        operators,
    )


def encode_circuit(circuit: Circuit) -> bytes:
    """The descriptor of any circuit, valid or not."""
    parts = [VERSION.to_bytes(2, "little")]

    def put(size: int, *values: int) -> None:
        parts.extend(value.to_bytes(size, "little") for value in values)

    put(1, circuit.shift, circuit.value_bits, circuit.model_kappa, circuit.input_kappa)
    put(4, circuit.preparation.rows, circuit.preparation.columns)
    put(2, circuit.preparation.crop_permille)
    parts.append(struct.pack("<f", circuit.scale))
    put(1, circuit.softmax)
    put(4, *circuit.input.shape)
    put(1, circuit.input.zero_point)
    put(4, len(circuit.operators))
    for operator in circuit.operators:
        rows, columns = operator.window.axes
        put(1, operator.kind, len(operator.inputs))
        put(4, *operator.inputs)
        put(2, rows.kernel, columns.kernel, rows.stride, columns.stride)
        put(2, rows.pad_before, rows.pad_after, columns.pad_before, columns.pad_after)
        put(4, operator.channels)
        put(1, operator.zero_point, operator.lo, operator.hi)
    return b"".join(parts)


def _operator(reader: Reader) -> Operator:
    kind = reader.integer(1)
    inputs = tuple(reader.integer(4) for _ in range(reader.integer(1)))
    kernel_rows, kernel_columns, stride_rows, stride_columns = (reader.integer(2) for _ in range(4))
    top, bottom, left, right = (reader.integer(2) for _ in range(4))
    window = Window(
        WindowAxis(kernel_rows, stride_rows, top, bottom),
        WindowAxis(kernel_columns, stride_columns, left, right),
    )
    channels = reader.integer(4)
    return Operator(kind, inputs, window, channels, *(reader.integer(1) for _ in range(3)))
