"""Section 21.1: rows of column Y that are known by themselves: predictions, labels, counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .circuit import Circuit
from .predicate_layout import PredicateLayouts
from .proof_file import ProofFile
from .statement import label_identity, prediction_identity, rows_of_inputs


@dataclass(frozen=True)
class HiddenRows:
    """Identities of each input's prediction and committed label, and N's row; None if there is none."""

    predictions: list[bytes] | None = None
    labels: list[bytes] | None = None
    count: bytes | None = None


def hidden_rows(circuit: Circuit, proof: ProofFile) -> HiddenRows:
    """Of a proof about the circuit of all inputs, whose rows are as many as there must be."""
    if proof.predicate is None:
        return HiddenRows()
    layouts = PredicateLayouts(proof.predicate, circuit)
    pictures, rows = proof.shape.pictures, proof.rows["Y"]
    count = _rows_of("N", layouts, rows)
    return HiddenRows(
        _identities(prediction_identity, _rows_of("h", layouts, rows), pictures),
        _identities(label_identity, _rows_of("λ", layouts, rows), pictures),
        count[0] if count else None,
    )


def _rows_of(name: str, layouts: PredicateLayouts, rows: Sequence[bytes]) -> list[bytes]:
    """A brick's, in order; those of h, λ and N hold nothing else."""
    layout, kappa = layouts.y, layouts.kappa_y
    if name not in layout.number:
        return []
    number = layout.number[name]
    of_brick = layout.bricks[number].rows(layout.offsets[number], kappa)
    present = zip(layout.present_rows(kappa), rows, strict=True)
    return [row for i, row in present if i in of_brick]


def _identities(
    identity: Callable[[list[bytes]], bytes], rows: list[bytes], pictures: int
) -> list[bytes] | None:
    """ "as many for each" input"""
    return [identity(of_input) for of_input in rows_of_inputs(pictures, rows)] if rows else None
