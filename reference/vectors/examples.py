"""The circuits of the proofs in testdata/reference, which test/write_examples.cc makes."""

from dataclasses import replace
from pathlib import Path

from ..activation_table import ActivationTable, Ramp
from ..circuit import NO_PICTURE, Circuit, Kind, Operator, Rounding, Tensor
from ..descriptor import encode_circuit
from ..linear_map import Matrix, Run, Term
from ..window import Window, WindowAxis
from ..windows import Boundaries, WindowTable
from .every_kind import every_kind, exact_kinds


def windows_and_maps() -> Circuit:
    """Without products."""
    circuit = every_kind()
    return replace(circuit, operators=circuit.operators[:5])


def products() -> Circuit:
    """A transposed window, gates of both kinds, a table that falls; the input is read by all of them."""
    window = Window(
        WindowAxis(2, 1, 1, 0, transposed=True), WindowAxis(3, 2, 2, 0, dilation=2, transposed=True)
    )
    mean = Term(0, 0, matrices=(Matrix(), Matrix((Run(0, 0, 0, 1, 4),)), Matrix((Run(0, 0, 0, 1, 3),))))
    falling = ActivationTable(9, 255, (Ramp(-90, 9, 20, -9), Ramp(200, 1, 1, 180)))
    operators = (
        Operator(Kind.CONVOLUTION, (0,), 128, 1, 3, window),
        Operator(Kind.LINEAR_MAP, (0,), 5, 0, 3, terms=(mean,)),
        Operator(Kind.PRODUCT, (0, 2), 100, 1),
        Operator(Kind.PRODUCT, (3, 0), 90),
        Operator(Kind.DEPTHWISE, (4,), 3, 0, 3, Window(WindowAxis(4), WindowAxis(3))),
    )
    tables = (ActivationTable.clamp(9, 0, 255), falling)
    given = Tensor(3, 1, 4, 3, 120)
    return Circuit(Rounding.FAST, 9, 4, 5, NO_PICTURE, 0.25, False, given, tables, operators)


def tiny() -> Circuit:
    """One operator of each kind but depthwise, on two codes."""
    swapped = Matrix((Run(0, 1, 1, -1, 2),))
    operators = (
        Operator(Kind.CONVOLUTION, (0,), 100, 0, 2),
        Operator(Kind.PRODUCT, (1, 0), 7, 1),
        Operator(
            Kind.LINEAR_MAP,
            (2, 1),
            3,
            0,
            2,
            terms=(Term(0, 0), Term(1, 1, matrices=(swapped, Matrix(), Matrix()))),
        ),
    )
    tables = (ActivationTable.clamp(9, 10, 200), ActivationTable(9, 0, (Ramp(-200, 20, 20, 12),)))
    given = Tensor(2, 1, 1, 1, 3)
    return Circuit(Rounding.FAST, 8, 4, 4, NO_PICTURE, 1.0, False, given, tables, operators)


def exact_tiny() -> Circuit:
    """Tiny with exact rounding: a table of one window, and one of float32."""
    tables = (
        WindowTable(Boundaries.FLOAT32, 101, 10, 200, 2, 50),
        WindowTable(Boundaries.FLOOR, 0, 9, 9),
    )
    return replace(tiny(), rounding=Rounding.EXACT, shift=13, tables=tables)


def ranked() -> Circuit:
    """Eighteen classes, for predicates: two rows of κ_I = 4 for each input's."""
    operators = (
        Operator(Kind.CONVOLUTION, (0,), 100, 0, 3),
        Operator(Kind.CONVOLUTION, (1,), 0, 1, 18),
    )
    tables = (ActivationTable.clamp(9, 0, 255), ActivationTable.clamp(9, 20, 200))
    given = Tensor(3, 1, 1, 1, 128)
    return Circuit(Rounding.FAST, 8, 4, 4, NO_PICTURE, 0.5, True, given, tables, operators)


def exact_ranked() -> Circuit:
    """The same with exact rounding, seven classes and larger rows."""
    circuit = ranked()
    first, last = circuit.operators
    windows = WindowTable(Boundaries.FLOAT32, 0, 0, 255, 20, 30)
    return replace(
        circuit,
        rounding=Rounding.EXACT,
        shift=13,
        input_kappa=6,
        tables=(windows, windows),
        operators=(first, replace(last, channels=7)),
    )


EXAMPLES = {
    "fast": every_kind,
    "small": windows_and_maps,
    "two": products,
    "tiny": tiny,
    "exact": exact_kinds,
    "exact_tiny": exact_tiny,
    "ranked": ranked,
    "exact_ranked": exact_ranked,
}
# Proofs of a predicate, of all kinds, by their models; of each other model there is one of its name.
OF_PREDICATES = {
    "ranked": (
        "members",
        "contains",
        "contains_count",
        "score",
        "score_count",
        "label",
        "label_count",
        "hidden_label",
        "hidden_label_count",
    ),
    "exact_ranked": ("exact_members", "exact_score_count", "exact_hidden_label_count"),
}
# All proofs, and the names of their models.
PROOFS = {
    proof: model for model in EXAMPLES for proof in OF_PREDICATES.get(model, (model,))
}
# Proofs whose sum of counts ranked.count opens.
COUNTED = tuple(proof for proof in OF_PREDICATES["ranked"] if proof.endswith("_count"))


def write_circuits(directory: Path) -> None:
    """NAME.circuit of each."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, circuit in EXAMPLES.items():
        (directory / f"{name}.circuit").write_bytes(encode_circuit(circuit()))
