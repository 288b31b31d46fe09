"""Section 4: a proof's shape; section 9: how its rounds are grouped."""

from collections.abc import Iterator
from dataclasses import dataclass

from .verdicts import Reason, check


class Grouping:
    """How many variables the messages of rounds bind."""

    budget: int
    most: int

    def rounds(self, n: int) -> Iterator[int]:
        """Section 9: "While m > 0 variables are left: let v be the largest number ≤ min(most,
        m) for which 3^v·2^(m−v) ≤ 2^budget, or 1 if there is none."
        """
        m = n
        while m > 0:
            fitting = (v for v in range(min(self.most, m), 0, -1) if self._fits(v, m))
            v = next(fitting, 1)
            yield v
            m -= v

    def opening_rounds(self, n: int) -> Iterator[int]:
        """Section 13: "with v = min(most, m) whatever the budget"."""
        for m in range(n, 0, -self.most):
            yield min(self.most, m)

    def _fits(self, v: int, m: int) -> bool:
        return 3**v * 2 ** (m - v) <= 2**self.budget


@dataclass(frozen=True)
class Shape(Grouping):
    """ "A proof is about one or more inputs at once, and chooses how it is made." """

    kappa: int
    budget: int
    most: int
    pictures: int

    def check(self) -> None:
        """Section 16: "a shape within the ranges of section 4"."""
        ranges = ((self.kappa, 4, 18), (self.budget, 1, 24), (self.most, 1, 6))
        for value, low, high in (*ranges, (self.pictures, 1, 1024)):
            check(low <= value <= high, Reason.DECODING, "shape out of range")

    def encode(self) -> bytes:
        """Section 8: "u8 κ_P ‖ u8 budget ‖ u8 most ‖ u16 k"."""
        return bytes([self.kappa, self.budget, self.most]) + self.pictures.to_bytes(2, "little")
