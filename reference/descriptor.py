"""formats, "Circuit descriptor": the encoding of the model's circuit."""

import struct
from dataclasses import astuple

from .activation_table import ActivationTable, Ramp
from .circuit import WINDOWED, Circuit, Kind, Operator, Preparation, Rounding, Tensor
from .linear_map import Matrix, Run, Term
from .reader import Reader
from .verdicts import Reason
from .window import Window, WindowAxis
from .windows import Boundaries, WindowTable

VERSION = 0x0102
RAMP = struct.Struct("<iHHh")
WINDOW_TABLE = struct.Struct("<4B2I")
WINDOW = struct.Struct("<6H4hB")
RUN = struct.Struct("<HhHhHh")


def decode_circuit(data: bytes) -> Circuit:
    """Section 16: "the circuit decodes, all its bytes are used"."""
    reader = Reader(data, Reason.DESCRIPTOR)
    reader.check(reader.integer(2) == VERSION, "another version of the descriptor")
    rounding, shift, model_kappa, input_kappa = (reader.integer(1) for _ in range(4))
    reader.check(rounding in tuple(Rounding), "neither fast nor exact")
    preparation = Preparation(reader.integer(4), reader.integer(4), reader.integer(2))
    (scale,) = struct.unpack("<f", reader.take(4))
    softmax = reader.flag()
    tensor = Tensor(*(reader.integer(size) for size in (4, 4, 4, 4, 1)))
    table = _window_table if rounding == Rounding.EXACT else _activation_table
    tables = tuple(table(reader) for _ in range(reader.integer(1)))
    count = reader.integer(4)
    reader.check(1 <= count <= 512, "number of operators")
    operators = tuple(_operator(reader) for _ in range(count))
    reader.end()
    sizes = shift, model_kappa, input_kappa
    return Circuit(rounding, *sizes, preparation, scale, softmax, tensor, tables, operators)


def encode_circuit(circuit: Circuit) -> bytes:
    """The descriptor of any circuit, valid or not."""
    parts = [
        VERSION.to_bytes(2, "little"),
        _integers(1, circuit.rounding, circuit.shift, circuit.model_kappa, circuit.input_kappa),
        _integers(4, circuit.preparation.rows, circuit.preparation.columns),
        _integers(2, circuit.preparation.crop_permille),
        struct.pack("<f", circuit.scale),
        _integers(1, circuit.softmax),
        _integers(4, *circuit.input.shape),
        _integers(1, circuit.input.zero_point, len(circuit.tables)),
        *map(_encoded_table, circuit.tables),
        _integers(4, len(circuit.operators)),
        *map(_encoded_operator, circuit.operators),
    ]
    return b"".join(parts)


def _integers(size: int, *values: int) -> bytes:
    return b"".join(value.to_bytes(size, "little") for value in values)


def _activation_table(reader: Reader) -> ActivationTable:
    bits, first = reader.integer(1), reader.integer(1)
    ramps = (Ramp(*reader.unpack(RAMP)) for _ in range(reader.integer(2)))
    return ActivationTable(bits, first, tuple(ramps))


def _window_table(reader: Reader) -> WindowTable:
    table = WindowTable(*reader.unpack(WINDOW_TABLE))
    reader.check(table.boundaries in tuple(Boundaries), "unknown boundaries")
    return table


def _encoded_table(table: ActivationTable | WindowTable) -> bytes:
    if isinstance(table, WindowTable):
        return WINDOW_TABLE.pack(*astuple(table))
    ramps = (RAMP.pack(ramp.at, ramp.every, ramp.count, ramp.rise) for ramp in table.ramps)
    return _integers(1, table.bits, table.first) + _integers(2, len(table.ramps)) + b"".join(ramps)


def _operator(reader: Reader) -> Operator:
    kind = reader.integer(1)
    reader.check(kind in tuple(Kind), "unknown kind of operator")
    inputs = tuple(reader.integer(4) for _ in range(reader.integer(1)))
    operator: dict = {}
    if kind in WINDOWED:
        operator["window"] = _window(reader)
    if kind != Kind.PRODUCT:
        operator["channels"] = reader.integer(4)
    if kind == Kind.LINEAR_MAP:
        operator["rows"], operator["columns"] = reader.integer(4), reader.integer(4)
        operator["terms"] = tuple(_term(reader) for _ in range(reader.integer(2)))
    zero_point, table = reader.integer(1), reader.integer(1)
    return Operator(kind, inputs, zero_point, table, **operator)


def _encoded_operator(operator: Operator) -> bytes:
    kind = operator.kind
    parts = [_integers(1, kind, len(operator.inputs)), _integers(4, *operator.inputs)]
    if kind in WINDOWED:
        parts.append(_encoded_window(operator.window))
    if kind != Kind.PRODUCT:
        parts.append(_integers(4, operator.channels))
    if kind == Kind.LINEAR_MAP:
        parts.append(_integers(4, operator.rows, operator.columns))
        parts.append(_integers(2, len(operator.terms)))
        parts += map(_encoded_term, operator.terms)
    return b"".join(parts) + _integers(1, operator.zero_point, operator.table)


def _window(reader: Reader) -> Window:
    """Kernels, strides, dilations, each of rows and columns; pads of both; whether it is transposed."""
    *of_axes, top, bottom, left, right, transposed = reader.unpack(WINDOW)
    reader.check(transposed <= 1, "neither 0 nor 1")
    pads = (top, bottom), (left, right)
    axes = (
        WindowAxis(kernel, stride, *pads_of_axis, dilation, bool(transposed))
        for kernel, stride, dilation, pads_of_axis in zip(
            of_axes[0:2], of_axes[2:4], of_axes[4:6], pads
        )
    )
    return Window(*axes)


def _encoded_window(window: Window) -> bytes:
    rows, columns = window.axes
    return WINDOW.pack(
        *(rows.kernel, columns.kernel, rows.stride, columns.stride, rows.dilation, columns.dilation),
        *(rows.pad_before, rows.pad_after, columns.pad_before, columns.pad_after),
        window.transposed,
    )


def _term(reader: Reader) -> Term:
    given, weight = reader.integer(1), reader.integer(2)
    axes: list[int] = []
    matrices: list[Matrix] = []
    for _ in range(3):
        axes.append(reader.integer(1))
        count = reader.integer(4)
        matrices.append(Matrix(tuple(Run(*reader.unpack(RUN)) for _ in range(count))))
    return Term(given, weight, tuple(axes), tuple(matrices))


def _encoded_term(term: Term) -> bytes:
    parts = [_integers(1, term.input), _integers(2, term.weight)]
    for axis, matrix in zip(term.axes, term.matrices, strict=True):
        parts += [_integers(1, axis), _integers(4, len(matrix.runs))]
        parts += (
            RUN.pack(run.out, run.out_step, run.into, run.in_step, run.count, run.coefficient)
            for run in matrix.runs
        )
    return b"".join(parts)
