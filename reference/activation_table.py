"""Section 4: the tables of a circuit, functions of V with public steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .verdicts import require_valid

MOST_STEPS = 1024


@dataclass(frozen=True)
class Ramp:
    """ "steps at V = at + every·k, 0 ≤ k < count, of height rise" """

    at: int
    every: int
    count: int
    rise: int

    @property
    def last(self) -> int:
        """V of the last step."""
        return self.at + self.every * (self.count - 1)


@dataclass(frozen=True)
class ActivationTable:
    """ "functions f from the integers V of [−2ᵛ, 2ᵛ), with v (`bits`) the table's own, to 0…255" """

    bits: int
    first: int
    ramps: tuple[Ramp, ...] = ()

    @classmethod
    def clamp(cls, bits: int, lo: int, hi: int) -> "ActivationTable":
        """ "first = lo and one ramp (lo + 1, 1, hi − lo, 1), or none if lo = hi" """
        return cls(bits, lo, (Ramp(lo + 1, 1, hi - lo, 1),) if lo < hi else ())

    @property
    def count(self) -> int:
        """The number of its steps."""
        return sum(ramp.count for ramp in self.ramps)

    def steps(self) -> Iterator[tuple[int, int]]:
        """V and height of each."""
        for ramp in self.ramps:
            for k in range(ramp.count):
                yield ramp.at + ramp.every * k, ramp.rise

    def check(self) -> None:
        """Section 4.3, rule 5, of a single table."""
        require_valid(9 <= self.bits <= 24, "bits of a table out of range")
        for ramp in self.ramps:
            require_valid(0 not in (ramp.every, ramp.count, ramp.rise), "a ramp of nothing")
        require_valid(self.count <= MOST_STEPS, "too many steps")
        for before, ramp in pairwise(self.ramps):
            require_valid(before.last < ramp.at, "ramps out of order")
        if self.ramps:
            require_valid(-(1 << self.bits) < self.ramps[0].at, "a step before the table")
            require_valid(self.ramps[-1].last < 1 << self.bits, "a step behind the table")
        code = self.first
        for ramp in self.ramps:
            code += ramp.rise * ramp.count
            require_valid(0 <= code <= 255, "a table out of the codes")
