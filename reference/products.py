"""Section 14, steps 1 and 2: the products, as polynomials f, g and h = f·g."""

from dataclasses import dataclass
from itertools import accumulate
from math import factorial

from .expression import Expression
from .field import ORDER, inverse
from .ledger import Ledger
from .verdicts import Reason, check


def lagrange(n: int, x: int) -> list[int]:
    """ "L_{n,i} is the Lagrange polynomial of node i among 0, 1, …, n": all of them at x,
    Π_{j≠i} (x − j) / (i − j).
    """
    below = list(accumulate(range(n), lambda value, j: value * (x - j) % ORDER, initial=1))
    above = list(accumulate(range(n, 0, -1), lambda value, j: value * (x - j) % ORDER, initial=1))
    denominators = [(-1) ** (n - i) * factorial(i) * factorial(n - i) for i in range(n + 1)]
    return [
        below[i] * above[n - i] * inverse(denominator) % ORDER
        for i, denominator in enumerate(denominators)
    ]


@dataclass(frozen=True)
class Products:
    """The products' slots, and f*, g*, h*."""

    z: list[Expression]
    f: int
    g: int
    h: int

    def check(self) -> None:
        """Section 14, step 2: "The verifier checks f*·g* = h* (verdict product)." """
        check(self.f * self.g % ORDER == self.h, Reason.PRODUCT, "f*·g* is not h*")


def run_products(ledger: Ledger) -> Products:
    """Section 14, steps 1 and 2."""
    factors = ledger.products
    m = len(factors)
    sent = ledger.send("products", 2 * m + 3)
    z, (f_0, g_0), h_values = sent[:m], sent[m : m + 2], sent[m + 2 :]
    c = ledger.challenge("product point", forbidden=range(m + 1))
    l_m, l_2m = lagrange(m, c), lagrange(2 * m, c)
    at_c = {
        "product f": zip(l_m, [f_0, *(a for a, _ in factors)], strict=True),
        "product g": zip(l_m, [g_0, *(b for _, b in factors)], strict=True),
        "product h": zip(l_2m, [h_values[0], *z, *h_values[1:]], strict=True),
    }
    revealed = []
    for label, pairs in at_c.items():
        value = ledger.scalar(label)
        ledger.require(Expression.combine(pairs) - value)
        revealed.append(value)
    return Products(z, *revealed)
