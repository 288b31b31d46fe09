"""Section 4.1: tables of windows, by which exact rounding makes codes of accumulators."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from .field import ORDER, inverse
from .verdicts import require_valid

MOST_BEYOND = 2**20


class Boundaries(IntEnum):
    """ "where codes begin" """

    FLOOR = 0
    FLOAT32 = 1


def limb_base(shift: int) -> int:
    """T = 2ˢ − 16."""
    return (1 << shift) - 16


@dataclass(frozen=True)
class WindowTable:
    """The parameters of a table of windows; those that follow from s are asked with it."""

    boundaries: int
    zero_point: int
    lo: int
    hi: int
    below: int = 0
    above: int = 0

    @property
    def rows(self) -> int:
        """below + above + 3(hi − lo) + 1."""
        return self.below + self.above + 3 * (self.hi - self.lo) + 1

    def boundary(self, code: int, shift: int) -> int:
        """B_X, for lo < X ≤ hi."""
        begin = code << 2 * shift
        if self.boundaries == Boundaries.FLOOR:
            return begin
        k = code - self.zero_point
        j = abs(2 * k - 1).bit_length() - 2  # ⌊log₂ |k − ½|⌋
        unit = 1 << 2 * shift - 24 + j
        sigma = -unit if k % 2 == 0 else unit + 1
        return begin - (1 << 2 * shift - 17) - 1 + sigma

    def steps(self, shift: int) -> Iterator[tuple[int, int]]:
        """(X, w) of the 3(hi − lo) rows from u = below + 1 on."""
        for code in range(self.lo + 1, self.hi + 1):
            begin = self.boundary(code, shift)
            yield code - 1, begin - limb_base(shift) ** 2
            yield code, begin
            yield code, code << 2 * shift

    def windows(self, shift: int) -> Iterator[tuple[int, int]]:
        """(X, w) of all rows, u = 0, 1, …"""
        size = limb_base(shift) ** 2
        for u in range(self.below + 1):
            yield self.lo, (self.lo << 2 * shift) - size * (self.below - u)
        yield from self.steps(shift)
        for e in range(1, self.above + 1):
            yield self.hi, (self.hi << 2 * shift) + size * e

    def check(self) -> None:
        """Section 4.3, rule 5: "the parameters of each lie in the ranges of section 4.1"."""
        of_float32 = self.boundaries == Boundaries.FLOAT32
        require_valid(of_float32 or self.zero_point == 0, "floor with a zero-point")
        require_valid(self.lo <= self.hi, "codes out of order")
        require_valid(max(self.below, self.above) <= MOST_BEYOND, "too many windows beyond")


def offset(code: int, window: int, shift: int) -> int:
    """E = (w − 2^(2s)·X)/T² in F."""
    return (window - (code << 2 * shift)) * _inverse_size(shift) % ORDER


@cache
def _inverse_size(shift: int) -> int:
    return inverse(limb_base(shift) ** 2)
