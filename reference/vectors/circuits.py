"""Sections 4 to 7 and 18: layouts, columns, tables and manifests of some circuits."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from ..activation_table import ActivationTable, Ramp
from ..circuit import NO_PICTURE, Circuit, Kind, Operator, Preparation, Rounding, Tensor
from ..columns import Column, Columns
from ..descriptor import decode_circuit, encode_circuit
from ..layout import Brick, Layout
from ..linear_map import Matrix
from ..manifest import BoundManifest, Manifest, ProofManifest
from ..operators import operator_terms
from ..predicate import Predicate, PredicateKind
from ..proof_file import ModelFile
from ..shape import Shape
from ..tables import lookup_tables, table_denominator, tag_at
from ..validity import check_circuit, check_proof_shape
from ..verdicts import Rejected
from ..window import Window, WindowAxis
from ..windows import MOST_BEYOND, Boundaries, WindowTable
from .draws import some_point, some_scalar
from .every_kind import CONSTANT, every_kind, exact_kinds
from .examples import EXAMPLES, exact_ranked, ranked
from .json_text import scalar_hex, scalars_hex
from .mobilenet import exact_mobilenet_v2, mobilenet_v2


def smallest() -> Circuit:
    """One weight."""
    operators = (Operator(Kind.CONVOLUTION, (0,)),)
    given, tables = Tensor(1, 1, 1, 1, 0), (ActivationTable(9, 0),)
    preparation = Preparation(1, 1, 1)
    return Circuit(
        Rounding.FAST, 4, 4, 4, preparation, 1.0, False, given, tables, operators
    )


def smallest_exact() -> Circuit:
    """One weight, one window."""
    tables = (WindowTable(Boundaries.FLOOR, 0, 0, 0),)
    return replace(smallest(), rounding=Rounding.EXACT, shift=13, tables=tables)


def circuit_vectors(examples: Path) -> dict:
    """Circuits with shapes of proofs about them."""
    subjects = [
        ("smallest", smallest(), Shape(4, 1, 1, 1)),
        ("smallest of five", smallest(), Shape(11, 24, 6, 5)),
        ("every kind", every_kind(), Shape(6, 9, 4, 1)),
        ("every kind of three", every_kind(), Shape(4, 1, 1, 3)),
        ("smallest exact", smallest_exact(), Shape(14, 1, 1, 1)),
        ("smallest exact of five", smallest_exact(), Shape(6, 24, 6, 5)),
        ("every kind, exact", exact_kinds(), Shape(6, 9, 4, 1)),
        ("every kind of three, exact", exact_kinds(), Shape(4, 1, 1, 3)),
        ("MobileNetV2, fast", mobilenet_v2(), Shape(15, 12, 2, 1)),
        ("MobileNetV2, small", mobilenet_v2(), Shape(18, 21, 6, 1)),
        ("MobileNetV2, three inputs", mobilenet_v2(), Shape(16, 16, 4, 3)),
        ("MobileNetV2, exact", exact_mobilenet_v2(), Shape(15, 12, 2, 1)),
    ]
    for name, circuit in EXAMPLES.items():
        file = ModelFile.decode((examples / f"{name}.pub").read_bytes())
        if decode_circuit(file.circuit) != circuit():
            raise ValueError(f"{name}.pub is of another circuit: make the examples anew (README)")
        subjects.append((f"example {name}", circuit(), Shape(5, 7, 2, 2)))
    return {
        "circuits": [
            *(_describe(*subject) for subject in subjects),
            *(_describe(*subject) for subject in _with_predicates()),
        ]
    }


def _with_predicates() -> Iterator[tuple[str, Circuit, Shape, Predicate]]:
    """Predicates of all kinds, rows of Y that hold many classes, some, and two."""
    label, contains = PredicateKind.LABEL, PredicateKind.CONTAINS
    yield "members", ranked(), Shape(5, 8, 2, 1), Predicate(PredicateKind.MEMBERS, False, 18)
    yield "one class", smallest(), Shape(4, 1, 1, 5), Predicate(PredicateKind.SCORE, True, classes=(0,))
    yield "score", exact_ranked(), Shape(4, 24, 6, 33), Predicate(PredicateKind.SCORE, False, classes=(6,))
    of_set = tuple(range(0, 1001, 7))
    yield "contains", mobilenet_v2(), Shape(15, 12, 2, 1), Predicate(contains, False, 255, of_set)
    yield "counted", exact_ranked(), Shape(7, 9, 3, 64), Predicate(contains, True, 2, (1, 5))
    yield "label", exact_mobilenet_v2(), Shape(16, 16, 4, 3), Predicate(label, True, 5, labels=(7, 0, 1000))
    yield "hidden label", mobilenet_v2(), Shape(16, 16, 4, 2), Predicate(label, False, 1, labels=None)
    yield "hidden labels", ranked(), Shape(4, 1, 1, 1024), Predicate(label, True, 3, labels=None)


def _describe(
    name: str, model: Circuit, shape: Shape, predicate: Predicate | None = None
) -> dict:
    columns_of_model = check_circuit(model)
    circuit = model.for_pictures(shape.pictures)
    columns = check_proof_shape(circuit, shape, predicate)
    manifest, of_bound = ProofManifest(columns, shape), BoundManifest(columns_of_model)
    alpha, gamma = some_scalar("alpha"), some_scalar("gamma")
    r, p = some_point("r", columns.X.n), some_point("p", columns.m.n)
    tag = tag_at(circuit, columns.X.layout.axes_of_eq(r))
    denominator = table_denominator(lookup_tables(circuit), columns.m.layout, p, alpha, gamma)
    return {
        "name": name,
        "descriptor": encode_circuit(model).hex(),
        "shape": [shape.kappa, shape.budget, shape.most, shape.pictures],
        **({"predicate": predicate.encode().hex()} if predicate else {}),
        "columns": [_column(column) for column in columns],
        "entries": _layout(columns.entries),
        "kappa": columns.kappa,
        "opening_bits": columns.opening_bits,
        "table_of_operator": [operator.table for operator in circuit.operators],
        "shapes": [t.shape for t in circuit.tensors],
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
    """Descriptors that section 4.3 accepts, and that it refuses; bytes that are no descriptor."""
    good = every_kind()
    circuits = _refused(good) | _refused_exact(exact_kinds())
    encoded = {name: encode_circuit(circuit) for name, circuit in circuits.items()}
    bytes_of_good, bytes_of_exact = encode_circuit(good), encode_circuit(exact_kinds())
    encoded["version"] = bytes([0]) + bytes_of_good[1:]
    encoded["rounding"] = bytes_of_exact[:2] + b"\x02" + bytes_of_exact[3:]
    encoded["the other rounding"] = bytes_of_exact[:2] + b"\x00" + bytes_of_exact[3:]
    encoded["softmax"] = bytes_of_good[:20] + b"\x02" + bytes_of_good[21:]
    encoded["boundaries"] = bytes_of_exact[:39] + b"\x02" + bytes_of_exact[40:]
    encoded["short"] = bytes_of_good[:-1]
    encoded["long"] = bytes_of_good + b"\0"
    product, flag = _offset_of(good, 6), _offset_of(good, 1) - 4 - 2 - 1
    encoded["kind"] = bytes_of_good[:product] + b"\x04" + bytes_of_good[product + 1 :]
    encoded["transposed"] = bytes_of_good[:flag] + b"\x02" + bytes_of_good[flag + 1 :]
    for name, data in encoded.items():
        _demand_refused(name, data)
    return {
        "accepted": [
            [name, _demand_accepted(circuit)] for name, circuit in accepted_circuits().items()
        ],
        "refused": [[name, data.hex()] for name, data in encoded.items()],
    }


def _refused(good: Circuit) -> dict[str, Circuit]:
    """Each breaks one rule."""
    map_of, summed, product = 4, 5, 6
    return {
        "shift": replace(good, shift=3),
        "model_kappa": replace(good, model_kappa=3),
        "input_kappa": replace(good, input_kappa=17),
        "scale 0": replace(good, scale=0.0),
        "scale not finite": replace(good, scale=float("inf")),
        "no operators": replace(good, operators=()),
        "reads itself": _with(good, map_of, inputs=(3, 5, 3)),
        "no inputs": _with(good, map_of, inputs=()),
        "no channels": _with(good, 0, channels=0),
        "batch": replace(good, input=replace(good.input, batch=4097)),
        "kernel": _with_rows(good, 0, kernel=0),
        "kernel above": _with_rows(good, 0, kernel=513, pad_after=512),
        "stride": _with_rows(good, 0, stride=0),
        "dilation": _with_rows(good, 0, dilation=0),
        "dilation of one tap": _with_rows(good, 0, kernel=1, pad_before=0, dilation=513),
        "pad": _with_rows(good, 0, pad_after=513),
        "pad below": _with_rows(good, 1, pad_after=-513),
        "window": _with_rows(good, 0, dilation=6),
        "cut off": _with_rows(good, 0, pad_after=-4),
        "transposed without outputs": _with_rows(good, 1, pad_after=7),
        "convolution of two": _with(good, 0, inputs=(0, 0)),
        "depthwise channels": _with(good, 2, channels=9),
        "terms": _with(good, map_of, terms=()),
        "a term's input": _with_term(good, map_of, input=3),
        "axes": _with_term(good, map_of, axes=(1, 2, 2)),
        "axis": _with_term(good, map_of, axes=(1, 2, 3)),
        "weight": _with_term(good, map_of, weight=1),
        "gap of weights": _with_term(good, map_of, 4, weight=3),
        "identity": _with(good, map_of, rows=4),
        "channels of map": _with(good, 11, channels=65537),
        "run count": _with_run(good, count=0),
        "run coefficient": _with_run(good, coefficient=0),
        "run out": _with_run(good, out=1, out_step=0),
        "run out behind": _with_run(good, out_step=1),
        "run out before": _with_run(good, out_step=-1, count=2),
        "run in": _with_run(good, into=6, in_step=0),
        "run in behind": _with_run(good, count=7),
        "run in before": _with_run(good, in_step=-1, count=2),
        "product of one": _with(good, product, inputs=(2,)),
        "product of three": _with(good, product, inputs=(2, 6, 6)),
        "product of other extents": _with(good, product, inputs=(2, 3)),
        "product of a small first": _with(good, product, inputs=(6, 2)),
        "no tables": replace(good, tables=()),
        "tables": replace(good, tables=good.tables + 59 * (ActivationTable(9, 0),)),
        "table": _with(good, summed, table=6),
        "table of the output": _with(good, 16, table=255),
        "bits": _with_table(good, bits=8),
        "bits above": _with_table(good, bits=25),
        "ramp every": _with_ramps(good, Ramp(0, 0, 1, 1)),
        "ramp count": _with_ramps(good, Ramp(0, 1, 0, 1)),
        "ramp rise": _with_ramps(good, Ramp(0, 1, 1, 0)),
        "ramp before": _with_ramps(good, Ramp(-512, 1, 1, 1)),
        "ramp behind": _with_ramps(good, Ramp(510, 2, 2, 1)),
        "ramps touch": _with_ramps(good, Ramp(0, 3, 3, 1), Ramp(6, 1, 1, 1)),
        "ramps out of order": _with_ramps(good, Ramp(9, 1, 1, 1), Ramp(0, 1, 1, 1)),
        "above 255": _with_ramps(good, Ramp(0, 1, 2, 90), Ramp(2, 1, 1, -1)),
        "below 0": _with_ramps(good, Ramp(0, 1, 1, -78), Ramp(1, 1, 1, 78)),
        "steps": _with_table(good, bits=10, first=0, ramps=_zigzag(1025)),
        "steps of all": replace(good, tables=9 * (ActivationTable(10, 0, _zigzag(911)),)),
        "preparation": replace(good, preparation=Preparation(5, 7, 875)),
        "crop": replace(good, preparation=Preparation(5, 6, 1001)),
        "work": _long(channels=2),
        "a map of too many inputs": _with(good, 5, inputs=65 * (2,)),
    }


def _refused_exact(good: Circuit) -> dict[str, Circuit]:
    """Each breaks one rule that is about exact rounding, or breaks it with tables of windows."""
    return {
        "exact: shift": replace(good, shift=12),
        "exact: shift above": replace(good, shift=21),
        "exact: no tables": replace(good, tables=()),
        "exact: tables": replace(good, tables=65 * (WindowTable(Boundaries.FLOOR, 0, 0, 0),)),
        "exact: table": _with(good, 5, table=6),
        "exact: floor with a zero-point": _with_table(good, zero_point=1),
        "exact: codes out of order": _with_table(good, lo=78),
        "exact: below": _with_table(good, below=MOST_BEYOND + 1),
        "exact: above": _with_table(good, above=MOST_BEYOND + 1),
        "exact: lookups": _with_most_windows(good, batch=200),
    }


def accepted_circuits() -> dict[str, Circuit]:
    """At the edges of what is allowed."""
    good, exact = every_kind(), exact_kinds()
    wide = Window(
        WindowAxis(1, 512, -512, -512, dilation=512, transposed=True), WindowAxis(1, transposed=True)
    )
    return {
        "every kind": good,
        "most work": _long(channels=1),
        "most tables": replace(good, tables=good.tables + 58 * (ActivationTable(9, 0),)),
        "most steps": replace(good, tables=8 * (ActivationTable(10, 0, _zigzag(1024)),)),
        "pads": replace(smallest(), operators=(Operator(0, (0,), window=wide),)),
        "an input that no term reads": _with(good, 5, inputs=(2, 5)),
        "a map of all inputs": _with(good, 5, inputs=64 * (2,)),
        "exact": exact,
        "exact: most shift": replace(exact, shift=20),
        "exact: most lookups": _with_most_windows(exact, batch=100),
        "exact: most tables": replace(exact, tables=64 * (WindowTable(Boundaries.FLOOR, 0, 9, 9),)),
    }


def _with_most_windows(circuit: Circuit, batch: int) -> Circuit:
    """With the most and longest tables there are, of 2²⁹ slots: n_X is 19 for a batch of 100 (rule 11
    allows it), 20 for one of 200.
    """
    longest = WindowTable(Boundaries.FLOAT32, 255, 0, 255, MOST_BEYOND, MOST_BEYOND)
    given = replace(circuit.input, batch=batch)
    return replace(circuit, input=given, tables=64 * (longest,))


def _long(channels: int) -> Circuit:
    """Of one operator with as much work as rule 7 allows: 1 + channels + 1 + 2071 + 1 + 500·2093 + 1."""
    rows = WindowAxis(500, 1, 260, 261)
    operator = Operator(Kind.CONVOLUTION, (0,), channels=channels, window=Window(rows, WindowAxis(1)))
    of_rows = replace(smallest(), input=Tensor(1, 1, 2071, 1, 0), operators=(operator,))
    return replace(of_rows, preparation=NO_PICTURE)


def _zigzag(count: int) -> tuple[Ramp, ...]:
    """So many steps, from 0 to 255 and back, on and on."""
    starts = range(0, count, 255)
    return tuple(
        Ramp(at - 500, 1, min(255, count - at), 1 - 2 * (number % 2))
        for number, at in enumerate(starts)
    )


def _demand_accepted(circuit: Circuit) -> str:
    check_circuit(circuit)
    return encode_circuit(circuit).hex()


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


def _with_rows(circuit: Circuit, number: int, **changes: int) -> Circuit:
    """With an operator's window changed along the rows."""
    window = circuit.operators[number].window
    return _with(circuit, number, window=replace(window, rows=replace(window.rows, **changes)))


def _with_term(circuit: Circuit, number: int, which: int = 0, **changes: object) -> Circuit:
    """With a term of an operator changed."""
    terms = list(circuit.operators[number].terms)
    terms[which] = replace(terms[which], **changes)  # type: ignore[arg-type]
    return _with(circuit, number, terms=tuple(terms))


def _with_run(circuit: Circuit, **changes: int) -> Circuit:
    """With the run changed that sums six rows into one."""
    number, along_columns = 5, 2
    matrices = list(circuit.operators[number].terms[0].matrices)
    (run,) = matrices[along_columns].runs
    matrices[along_columns] = Matrix((replace(run, **changes),))
    return _with_term(circuit, number, matrices=tuple(matrices))


def _with_table(circuit: Circuit, **changes: object) -> Circuit:
    """With the constant table changed."""
    tables = list(circuit.tables)
    tables[CONSTANT] = replace(tables[CONSTANT], **changes)  # type: ignore[arg-type]
    return replace(circuit, tables=tuple(tables))


def _with_ramps(circuit: Circuit, *ramps: Ramp, **changes: object) -> Circuit:
    """With ramps in the constant table."""
    return _with_table(circuit, ramps=ramps, **changes)


def _offset_of(circuit: Circuit, number: int) -> int:
    """Where an operator begins in the descriptor: its encoding without those from there on."""
    return len(encode_circuit(replace(circuit, operators=circuit.operators[:number])))
