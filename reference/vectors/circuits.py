"""Sections 4 to 7 and 18: layouts, columns, tables and manifests of some circuits."""

from dataclasses import replace
from itertools import groupby
from pathlib import Path

from ..circuit import Circuit, Kind, Operator, Preparation, Tensor
from ..columns import Column, Columns
from ..descriptor import decode_circuit, encode_circuit
from ..layout import Brick, Layout
from ..manifest import BoundManifest, Manifest, ProofManifest
from ..operators import operator_terms
from ..proof_file import ModelFile
from ..shape import Shape
from ..tables import lookup_tables, table_denominator, tag_at
from ..validity import check_circuit, check_proof_shape
from ..verdicts import Rejected
from ..window import Window, WindowAxis
from .draws import some_point, some_scalar
from .json_text import scalar_hex, scalars_hex
from .mobilenet import mobilenet_v2
from .proofs import PROOFS

UNIT = WindowAxis(1, 1, 0, 0)
POINT = Window(UNIT, UNIT)


def all_kinds() -> Circuit:
    """Every kind of operator, several clamp tables, pads and strides, two batches."""
    odd = Window(WindowAxis(3, 2, 1, 0), WindowAxis(2, 1, 0, 1))
    operators = (
        Operator(Kind.CONVOLUTION, (0,), odd, 5, 3, 3, 255),
        Operator(Kind.DEPTHWISE, (1,), Window(WindowAxis(3, 1, 1, 1), UNIT), 10, 0, 0, 200),
        Operator(Kind.WEIGHTED_SUM, (2, 2), POINT, 10, 7, 0, 255),
        Operator(Kind.AVERAGE_POOL, (3,), Window(WindowAxis(3, 1, 1, 1), UNIT), 10, 7, 3, 255),
        Operator(Kind.CONVOLUTION, (4,), Window(UNIT, WindowAxis(2, 2, 0, 0)), 3, 1, 0, 200),
    )
    given = Tensor(3, 2, 7, 9, 128)
    return Circuit(5, 10, 4, 5, Preparation(0, 0, 0), 0.5, True, given, operators)


def smallest() -> Circuit:
    """One weight."""
    operators = (Operator(Kind.CONVOLUTION, (0,), POINT, 1, 0, 0, 0),)
    given = Tensor(1, 1, 1, 1, 0)
    return Circuit(4, 9, 4, 4, Preparation(1, 1, 1), 1.0, False, given, operators)


def circuit_vectors(examples: Path) -> dict:
    """Circuits with shapes of proofs about them."""
    subjects = [
        ("smallest", smallest(), Shape(4, 1, 1, 1)),
        ("smallest of five", smallest(), Shape(11, 24, 6, 5)),
        ("all kinds", all_kinds(), Shape(6, 9, 4, 1)),
        ("all kinds of three", all_kinds(), Shape(4, 1, 1, 3)),
        ("MobileNetV2, fast", mobilenet_v2(), Shape(15, 16, 4, 1)),
        ("MobileNetV2, small", mobilenet_v2(), Shape(18, 21, 6, 1)),
        ("MobileNetV2, three inputs", mobilenet_v2(), Shape(16, 16, 4, 3)),
    ]
    for name in PROOFS:
        file = ModelFile.decode((examples / f"{name}.pub").read_bytes())
        subjects.append((f"example {name}", decode_circuit(file.circuit), Shape(5, 7, 2, 2)))
    return {"circuits": [_describe(*subject) for subject in subjects]}


def _describe(name: str, model: Circuit, shape: Shape) -> dict:
    columns_of_model = check_circuit(model)
    circuit = model.for_pictures(shape.pictures)
    columns = check_proof_shape(circuit, shape)
    manifest, of_bound = ProofManifest(columns, shape), BoundManifest(columns_of_model)
    alpha, gamma = some_scalar("alpha"), some_scalar("gamma")
    r, p = some_point("r", columns.X.n), some_point("p", columns.m.n)
    tag = tag_at(circuit, columns.X.layout.axes_of_eq(r))
    denominator = table_denominator(lookup_tables(circuit), columns.m.layout, p, alpha, gamma)
    return {
        "name": name,
        "descriptor": encode_circuit(model).hex(),
        "shape": [shape.kappa, shape.budget, shape.most, shape.pictures],
        "columns": [_column(column) for column in columns],
        "entries": _layout(columns.entries),
        "kappa": columns.kappa,
        "opening_bits": columns.opening_bits,
        "clamps": circuit.clamps,
        "clamp_of_operator": [circuit.clamp(t) for t in range(len(circuit.operators))],
        "biases": [terms.biases for terms in operator_terms(circuit)],
        "tag": {"r": scalars_hex(r), "value": scalar_hex(tag)},
        "tables": {
            "alpha": scalar_hex(alpha),
            "gamma": scalar_hex(gamma),
            "p": scalars_hex(p),
            "value": scalar_hex(denominator),
        },
        "manifest": manifest_runs(manifest),
        "counts": manifest_counts(manifest),
        "bound_manifest": manifest_runs(of_bound),
        "bound_counts": manifest_counts(of_bound),
    }


def _layout(layout: Layout) -> dict:
    """n, and of each brick the extents, the offset and the last element's slot."""
    return {
        "n": layout.n,
        "bricks": [
            [brick.o, brick.a, brick.b, brick.c, offset, offset + _last_slot(brick)]
            for brick, offset in zip(layout.bricks, layout.offsets)
        ],
    }


def _last_slot(brick: Brick) -> int:
    """Section 5: o·2^h + a·2^(e_b+e_c) + b·2^(e_c) + c, for the last o, a, b, c."""
    o, a, b, c = brick.o - 1, brick.a - 1, brick.b - 1, brick.c - 1
    _, e_b, e_c = brick.bits
    return (o << brick.height) + (a << e_b + e_c) + (b << e_c) + c


def _column(column: Column) -> dict:
    """The layout, and the present rows as runs (first, how many)."""
    runs: list[list[int]] = []
    for row in column.present_rows:
        if runs and row == sum(runs[-1]):
            runs[-1][1] += 1
        else:
            runs.append([row, 1])
    kappa = {"name": column.name, "kappa": column.kappa}
    return kappa | _layout(column.layout) | {"present": runs}


def manifest_runs(manifest: Manifest) -> list:
    """All messages in order: label, kind, slots, and how many the same in a row."""
    return [[*message, len(list(same))] for message, same in groupby(manifest)]


def manifest_counts(manifest: Manifest) -> dict:
    """The formulas of sections 18 and 20."""
    return {
        "messages": manifest.messages,
        "ledger_messages": manifest.ledger_messages,
        "slots": manifest.slots,
        "products": manifest.products,
        "requires": manifest.requires,
        "generators": manifest.generators,
    }


def refused_circuits() -> dict:
    """Descriptors that section 4.3 refuses, and the rule; bytes that are no descriptor."""
    good = all_kinds()
    changes = {
        "shift": replace(good, shift=3),
        "value_bits": replace(good, value_bits=25),
        "model_kappa": replace(good, model_kappa=3),
        "input_kappa": replace(good, input_kappa=17),
        "scale 0": replace(good, scale=0.0),
        "scale not finite": replace(good, scale=float("inf")),
        "no operators": replace(good, operators=()),
        "reads itself": _with(good, 2, inputs=(2, 3)),
        "no inputs": _with(good, 2, inputs=()),
        "no channels": _with(good, 0, channels=0),
        "batch": replace(good, input=replace(good.input, batch=4097)),
        "kernel": _with(good, 0, window=Window(WindowAxis(0, 1, 0, 0), UNIT)),
        "stride": _with(good, 0, window=Window(WindowAxis(1, 0, 0, 0), UNIT)),
        "pad": _with(good, 0, window=Window(WindowAxis(1, 1, 513, 0), UNIT)),
        "window": _with(good, 0, window=Window(WindowAxis(8, 1, 0, 0), UNIT)),
        "lo above hi": _with(good, 0, lo=9, hi=8),
        "kind": _with(good, 0, kind=4),
        "depthwise channels": _with(good, 1, channels=9),
        "sum of different shapes": _with(good, 2, inputs=(1, 2)),
        "padded sum": _with(good, 2, window=Window(WindowAxis(1, 1, 1, 0), UNIT)),
        "wide pad of a pool": _with(good, 3, window=Window(WindowAxis(3, 1, 3, 0), UNIT)),
        "preparation": replace(good, preparation=Preparation(7, 8, 875)),
        "crop": replace(good, preparation=Preparation(7, 9, 1001)),
        "clamps": replace(good, operators=_clamped(good, 17)),
    }
    encoded = {name: encode_circuit(circuit) for name, circuit in changes.items()}
    bytes_of_good = encode_circuit(good)
    encoded["version"] = bytes([1]) + bytes_of_good[1:]
    encoded["softmax"] = bytes_of_good[:20] + b"\x02" + bytes_of_good[21:]
    encoded["short"] = bytes_of_good[:-1]
    encoded["long"] = bytes_of_good + b"\0"
    for name, data in encoded.items():
        _demand_refused(name, data)
    return {
        "accepted": encode_circuit(good).hex(),
        "refused": [[name, data.hex()] for name, data in encoded.items()],
    }


def _demand_refused(name: str, data: bytes) -> None:
    try:
        check_circuit(decode_circuit(data))
    except Rejected:
        return
    raise AssertionError(f"{name}: not refused")


def _with(circuit: Circuit, number: int, **changes: object) -> Circuit:
    """The circuit with an operator changed."""
    operators = list(circuit.operators)
    operators[number] = replace(operators[number], **changes)  # type: ignore[arg-type]
    return replace(circuit, operators=tuple(operators))


def _clamped(circuit: Circuit, count: int) -> tuple[Operator, ...]:
    """That many pools of 1 × 1 with clamp ranges of their own."""
    pool = Operator(Kind.AVERAGE_POOL, (0,), POINT, circuit.input.channels, 0, 0, 255)
    return tuple(replace(pool, inputs=(i,), hi=255 - i) for i in range(count))
