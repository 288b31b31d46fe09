"""Section 4.3: what a verifier refuses. Rules 2–4 hold wherever Circuit.tensors exist."""

import math

from .activation_table import ActivationTable
from .circuit import Circuit, Rounding
from .columns import Column, Columns
from .manifest import ProofManifest
from .operators import operator_terms
from .predicate import Predicate
from .shape import Shape
from .verdicts import require_valid

KAPPA_OF_MODELS = 18
GENERATORS = 2**18 + 2**15
SHIFTS = {Rounding.FAST: (4, 24), Rounding.EXACT: (13, 20)}


def check_circuit(
    circuit: Circuit, kappa_p: int = KAPPA_OF_MODELS, predicate: Predicate | None = None
) -> Columns:
    """Rules 1–11, "for the model's circuit (with k = 1 and κ_P = 18)" unless κ_P is given; those
    on columns also with a predicate's.
    """
    _check_parameters(circuit)
    _check_tables(circuit)
    _check_preparation(circuit)
    tensors = circuit.tensors
    work = sum(operator.work for operator in operator_terms(circuit))
    require_valid(work <= 2**20, "too much work")
    require_valid(sum(t.elements for t in tensors) <= 2**28, "too many elements")
    given = circuit.input
    require_valid(given.elements <= given.batch << 22, "too many codes of one input")
    require_valid(given.elements <= 2**24, "too many codes of all inputs")
    require_valid(circuit.output.elements <= 65536, "too many output elements")
    columns = Columns(circuit, kappa_p, predicate)
    for layout in (*(column.layout for column in columns), columns.entries):
        require_valid(layout.n <= 30, "an index space is too large")
    for column in columns:
        if column.name in "WbDY":
            _check_rows(column)
    require_valid(_lookup_bits(columns) + columns.m.n <= 50, "too many lookups for the tables")
    return columns


def _lookup_bits(columns: Columns) -> int:
    """Rule 11: "max(n_X, n_D) + 2"; "max(n_X, n_D, n_Q) + 3" with a predicate."""
    spaces = columns.X.n, columns.D.n
    if "predicate" not in columns.trees:
        return max(spaces) + 2
    return max(*spaces, columns.trees["predicate"]) + 3


def check_proof_shape(
    circuit: Circuit, shape: Shape, predicate: Predicate | None = None
) -> Columns:
    """Rules 1–12, for the circuit of all inputs, a proof's shape and its predicate."""
    if predicate is not None:
        predicate.check(circuit, shape.pictures)
    columns = check_circuit(circuit, shape.kappa, predicate)
    _check_rows(columns.X)  # and L with it: its bricks are X's, or none
    _check_rows(columns.m)
    useful = max(4, columns.X.layout.bits_of_bricks, columns.m.layout.bits_of_bricks)
    require_valid(shape.kappa <= useful, "rows larger than the columns")
    needed = ProofManifest(columns, shape).generators
    require_valid(needed <= GENERATORS, "needs more generators than there are")
    return columns


def _check_parameters(circuit: Circuit) -> None:
    """Rule 1."""
    low, high = SHIFTS[circuit.rounding]
    require_valid(low <= circuit.shift <= high, "shift out of range")
    require_valid(4 <= circuit.model_kappa <= 16, "model_kappa out of range")
    require_valid(4 <= circuit.input_kappa <= 16, "input_kappa out of range")
    require_valid(math.isfinite(circuit.scale) and circuit.scale > 0, "scale out of range")


def _check_tables(circuit: Circuit) -> None:
    """Rule 5."""
    require_valid(1 <= len(circuit.tables) <= 64, "number of tables")
    for table in circuit.tables:
        table.check()
    steps = sum(table.count for table in circuit.tables if isinstance(table, ActivationTable))
    require_valid(steps <= 8192, "too many steps in all tables")


def _check_preparation(circuit: Circuit) -> None:
    """Rule 6."""
    preparation, given = circuit.preparation, circuit.input
    sizes = (preparation.rows, preparation.columns)
    if (*sizes, preparation.crop_permille) == (0, 0, 0):
        return
    require_valid(sizes == (given.rows, given.columns), "preparation of another size")
    require_valid(1 <= preparation.crop_permille <= 1000, "crop out of range")
    require_valid(given.channels in (1, 3), "neither grey nor colour")


def _check_rows(column: Column) -> None:
    require_valid(column.row_bits <= 14, "a column has too many rows")
