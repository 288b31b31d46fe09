"""Section 21: openings of counts, of predictions and of labels."""

from pathlib import Path

from ..class_commitment import class_rows, opens
from ..count import check_count
from ..generators import Generators
from ..proof_file import ClassesOpening, CountOpening
from ..verify import Accepted, verify_proof
from .examples import COUNTED, OF_PREDICATES
from .json_text import scalar_hex
from .proofs import model_of


def opening_vectors(generators: Generators, examples: Path) -> dict:
    """What the files beside the proofs open; all that they should."""
    accepted = {
        name: _accepted(generators, examples / name)
        for proofs in OF_PREDICATES.values()
        for name in proofs
    }
    return {
        "count": _count(generators, examples, accepted),
        "classes": [
            _classes(generators, examples / name, number, ending)
            for name, proof in accepted.items()
            for ending in ("classes", "label")
            for number in range(len(proof.inputs))
            if (examples / f"{name}.{ending}{number}").exists()
        ],
    }


def _accepted(generators: Generators, example: Path) -> Accepted:
    data = example.with_suffix(".proof").read_bytes()
    return verify_proof(model_of(example, generators), data, generators)


def _count(generators: Generators, examples: Path, accepted: dict[str, Accepted]) -> dict:
    """The opening of the sum of all proofs about one model that have counts."""
    opening = CountOpening.decode((examples / "ranked.count").read_bytes())
    check_count([accepted[name] for name in COUNTED], opening, generators)
    return {
        "proofs": COUNTED,
        "total": opening.total,
        "blinder": scalar_hex(opening.blinder),
    }


def _classes(generators: Generators, example: Path, number: int, ending: str) -> dict:
    """One, and its rows."""
    path = example.with_suffix(f".{ending}{number}")
    opening = ClassesOpening.decode(path.read_bytes())
    circuit = model_of(example, generators).circuit
    if not opens(generators, circuit, opening):
        raise ValueError(f"{path.name} does not open its identity")
    rows = class_rows(generators, circuit, opening)
    return {
        "file": path.name,
        "proof": example.name,
        "input": number,
        "label": opening.is_label,
        "classes": opening.classes,
        "identity": opening.identity.hex(),
        "rows": [row.hex() for row in rows],
    }
