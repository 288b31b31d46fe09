"""Section 11: the bilinear sumcheck."""

from dataclasses import dataclass

from .expression import Expression
from .field import powers
from .ledger import Ledger


@dataclass(frozen=True)
class BilinearClaims:
    """A° = B + Σ_j w_j·S_j, each w_j and ζ^j, and w = Ŵ(ρ), x = X̂(ρ)."""

    a: Expression
    weights: list[Expression]
    zeta: list[int]
    w: Expression
    x: Expression
    rho: list[int]


def run_bilinear(ledger: Ledger, j: int, products: int) -> BilinearClaims:
    """Section 11, steps 1–5, for entries with an index space of J bits and P products."""
    b, *of_products = ledger.send("bilinear claim", 1 + 2 * products)
    sums, weights = of_products[:products], of_products[products:]
    zeta = powers(ledger.challenge("bilinear products"), products + 1)[1:]
    claim = b + Expression.combine(zip(zeta, sums, strict=True))
    claim, rho = ledger.rounds("bilinear round", [(1, 1)] * j, claim)
    w, x = ledger.send("bilinear ends", 2)
    ledger.require(ledger.product(w, x) - claim)
    a = b
    for w_j, s_j in zip(weights, sums, strict=True):
        a += ledger.product(w_j, s_j)
    return BilinearClaims(a, weights, zeta, w, x, rho)
