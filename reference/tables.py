"""Section 7: the lookup tables and their closed forms."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from .activation_table import ActivationTable
from .circuit import Circuit
from .field import ORDER
from .layout import Axes, Brick, Layout, live
from .multilinear import Point, eq_below, eq_index, index_at

RANGE_TAG, PLAIN_TAG, FIRST_TAG = 1, 2, 3


class Table(ABC):
    """A table of 2^h rows."""

    @property
    @abstractmethod
    def height(self) -> int:
        """h."""

    @property
    def brick(self) -> Brick:
        """Section 6: its brick in m."""
        return Brick(1, 1, 1, 1 << self.height)

    @abstractmethod
    def denominator(self, p: Point, alpha: int, gamma: int) -> int:
        """row(p_0 … p_{h−1}): its rows' denominators, extended to a point."""


@dataclass(frozen=True)
class RangeTable(Table):
    """ "R = u, u < 2ˢ" """

    shift: int

    @property
    def height(self) -> int:
        """s."""
        return self.shift

    def denominator(self, p: Point, alpha: int, gamma: int) -> int:
        """α − γ² − N."""
        return alpha - gamma**2 * RANGE_TAG - index_at(p)


class PlainTable(Table):
    """ "X = u, E = 0, u < 256" """

    @property
    def height(self) -> int:
        """8."""
        return 8

    def denominator(self, p: Point, alpha: int, gamma: int) -> int:
        """α − 2γ² − N."""
        return alpha - PLAIN_TAG * gamma**2 - index_at(p)


@dataclass(frozen=True)
class CircuitTable(Table):
    """ "V = u − 2ᵛ, X = f(V), E = V − X, u < 2^(v+1)" """

    number: int
    function: ActivationTable

    @property
    def height(self) -> int:
        """v + 1."""
        return self.function.bits + 1

    def denominator(self, p: Point, alpha: int, gamma: int) -> int:
        """α − (3 + k)·γ² − X̃ − γ·(N − 2ᵛ − X̃), X̃ = first + Σ_steps rise·(1 − B(x + 2ᵛ))."""
        zero = 1 << self.function.bits
        steps = self.function.steps()
        x = self.function.first + sum(rise * (1 - eq_below(p, at + zero)) for at, rise in steps)
        tag = FIRST_TAG + self.number
        return alpha - tag * gamma**2 - x - gamma * (index_at(p) - zero - x)


def lookup_tables(circuit: Circuit) -> list[Table]:
    """Section 6: "range table; the circuit's tables; plain table"."""
    tables = [CircuitTable(number, table) for number, table in enumerate(circuit.tables)]
    return [RangeTable(circuit.shift), *tables, PlainTable()]


def table_denominator(
    tables: Sequence[Table], layout: Layout, p: Point, alpha: int, gamma: int
) -> int:
    """T(p) = 1 + Σ_j eq((p_h …), offset_j/2^h)·(row_j(p_0 … p_{h−1}) − 1)."""
    total = 1
    for table, offset in zip(tables, layout.offsets, strict=True):
        h = table.height
        row = table.denominator(p[:h], alpha, gamma)
        total += eq_index(p[h:], offset >> h) * (row - 1)
    return total % ORDER


def tag_at(circuit: Circuit, axes: Sequence[Axes]) -> int:
    """tag(r) = 2 + Σ_t (3 + table(t) − 2)·Live_t(r), from the axes of eq of X's bricks at r."""
    return PLAIN_TAG + sum(
        (FIRST_TAG + operator.table - PLAIN_TAG) * live(out)
        for operator, out in zip(circuit.operators, axes, strict=True)
    )
