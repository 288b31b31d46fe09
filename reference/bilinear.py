"""Section 11: the bilinear sumcheck."""

from dataclasses import dataclass

from .expression import Expression
from .ledger import Ledger


@dataclass(frozen=True)
class BilinearClaims:
    """B = Σ_entries Ŵ·X̂, and w = Ŵ(ρ), x = X̂(ρ)."""

    b: Expression
    w: Expression
    x: Expression
    rho: list[int]


def run_bilinear(ledger: Ledger, j: int) -> BilinearClaims:
    """Section 11, steps 1–3, for entries with an index space of J bits."""
    (b,) = ledger.send("bilinear claim", 1)
    claim, rho = ledger.rounds("bilinear round", [(1, 1)] * j, b)
    w, x = ledger.send("bilinear ends", 2)
    ledger.require(ledger.product(w, x) - claim)
    return BilinearClaims(b, w, x, rho)
