"""Section 21.5: counts of several proofs, opened together."""

from pathlib import Path

from ..count import check_count
from ..generators import Generators
from ..proof_file import CountOpening
from ..verify import verify_proof
from .examples import COUNTED
from .json_text import scalar_hex
from .proofs import model_of


def count_vectors(generators: Generators, examples: Path) -> dict:
    """The opening of the sum of all proofs that have counts."""
    opening = CountOpening.decode((examples / "counted.count").read_bytes())
    accepted = [
        verify_proof(
            model_of(examples / name, generators),
            (examples / name).with_suffix(".proof").read_bytes(),
            generators,
        )
        for name in COUNTED
    ]
    check_count(accepted, opening, generators)
    return {
        "proofs": list(COUNTED),
        "total": opening.total,
        "blinder": scalar_hex(opening.blinder),
    }
