"""Section 21.5: how many bits of several proofs are 1, in an opening of the sum of their rows of N."""

from collections.abc import Iterable

from .expectation import require
from .generators import Generators
from .group import IDENTITY_ENCODING
from .proof_file import CountOpening
from .verify import Accepted


def check_count(
    proofs: Iterable[Accepted], opening: CountOpening, generators: Generators
) -> None:
    """ "an opening of a total T and a scalar ω holds if Σ C_i = T·G_0 + ω·H" """
    group = generators.group
    (g_0,) = generators.first(1)
    proofs = list(proofs)
    require(len(proofs) > 0, "no proofs")
    terms = [(-opening.total, g_0), (-opening.blinder, generators.H)]
    for proof in proofs:
        row = proof.hidden.count
        require(row is not None, "a proof without a count")
        terms.append((1, group.decode(row)))
    holds = group.encode(group.combine(terms)) == IDENTITY_ENCODING
    require(holds, "another count")
