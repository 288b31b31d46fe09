"""Section 7: the lookup tables and their closed forms."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .activation_table import ActivationTable
from .circuit import Circuit, Rounding
from .field import ORDER
from .layout import Axes, Brick, Layout, live
from .multilinear import Point, eq_below, eq_index, eq_range, index_below
from .windows import WindowTable, limb_base, offset

RANGE_TAG, PLAIN_TAG, FIRST_TAG = 1, 2, 3


class Table(ABC):
    """A table; its rows are u = 0, 1, …"""

    @property
    @abstractmethod
    def rows(self) -> int:
        """How many."""

    @property
    def brick(self) -> Brick:
        """Section 6: its brick in m."""
        return Brick(1, 1, 1, self.rows)

    @abstractmethod
    def inner_sum(self, p: Point, alpha: int, gamma: int) -> int:
        """Σ_u eq((p_0 … p_{h−1}), u)·(denominator of row u − 1), p having h entries."""


@dataclass(frozen=True)
class RangeTable(Table):
    """ "u, u < 2ˢ (exact: u < T)" """

    limb: int

    @property
    def rows(self) -> int:
        """2ˢ, or T."""
        return self.limb

    def inner_sum(self, p: Point, alpha: int, gamma: int) -> int:
        """(α − γ² − 1)·B(rows) − N(rows)."""
        constant = alpha - RANGE_TAG * gamma**2 - 1
        return constant * eq_below(p, self.rows) - index_below(p, self.rows)


class PlainTable(Table):
    """ "X = u, E = 0, u < 256" """

    @property
    def rows(self) -> int:
        """256."""
        return 256

    def inner_sum(self, p: Point, alpha: int, gamma: int) -> int:
        """(α − 2γ² − 1)·B(rows) − N(rows)."""
        constant = alpha - PLAIN_TAG * gamma**2 - 1
        return constant * eq_below(p, self.rows) - index_below(p, self.rows)


@dataclass(frozen=True)
class FastTable(Table):
    """ "k of the circuit, fast": "V = u − 2ᵛ, X = f(V), E = V − X, u < 2^(v+1)" """

    number: int
    function: ActivationTable

    @property
    def rows(self) -> int:
        """2^(v+1)."""
        return 2 << self.function.bits

    def inner_sum(self, p: Point, alpha: int, gamma: int) -> int:
        """α − (3 + k)·γ² − 1 − X̃ − γ·(N(rows) − 2ᵛ − X̃), X̃ = first + Σ_steps rise·(1 − B(x + 2ᵛ))."""
        zero = 1 << self.function.bits
        steps = self.function.steps()
        x = self.function.first + sum(rise * (1 - eq_below(p, at + zero)) for at, rise in steps)
        tag = FIRST_TAG + self.number
        return alpha - tag * gamma**2 - 1 - x - gamma * (index_below(p, self.rows) - zero - x)


@dataclass(frozen=True)
class ExactTable(Table):
    """ "k of the circuit, exact": "(X, E), section 4.1" """

    number: int
    table: WindowTable
    shift: int

    @property
    def rows(self) -> int:
        """Those of the table of windows."""
        return self.table.rows

    def inner_sum(self, p: Point, alpha: int, gamma: int) -> int:
        """With d = α − (3 + k)·γ² − 1 and v = below + 3(hi − lo), the sum of

            (d − lo + γ·below)·B(below + 1) − γ·N(below + 1)                    rows u ≤ below
            Σ eq(p, u)·(d − X − γE)                                             rows below < u ≤ v
            (d − hi + γ·v)·(B(rows) − B(v + 1)) − γ·(N(rows) − N(v + 1))        rows above v
        """
        table, d = self.table, alpha - (FIRST_TAG + self.number) * gamma**2 - 1
        begin, v = table.below + 1, table.below + 3 * (table.hi - table.lo)
        below, to_v, all_rows = (
            (eq_below(p, u), index_below(p, u)) for u in (begin, v + 1, self.rows)
        )
        total = (d - table.lo + gamma * table.below) * below[0] - gamma * below[1]
        steps = zip(eq_range(p, begin, v + 1 - begin), table.steps(self.shift), strict=True)
        total += sum(eq * (d - x - gamma * offset(x, w, self.shift)) for eq, (x, w) in steps)
        total += (d - table.hi + gamma * v) * (all_rows[0] - to_v[0])
        return total - gamma * (all_rows[1] - to_v[1])


def lookup_tables(circuit: Circuit) -> list[Table]:
    """Section 6: "range table; the circuit's tables; plain table"."""
    tables: list[Table] = []
    for number, table in enumerate(circuit.tables):
        if isinstance(table, WindowTable):
            tables.append(ExactTable(number, table, circuit.shift))
        else:
            tables.append(FastTable(number, table))
    return [RangeTable(limb_of(circuit)), *tables, PlainTable()]


def limb_of(circuit: Circuit) -> int:
    """The number of values of a limb: "u < 2ˢ (exact: u < T)"."""
    return limb_base(circuit.shift) if circuit.rounding == Rounding.EXACT else 1 << circuit.shift


class Units(NamedTuple):
    """ "A = c_X·X + c_E·E + L + c_U·U" """

    x: int
    e: int
    u: int


def units(circuit: Circuit) -> Units:
    """The table of c_X, c_E and c_U."""
    if circuit.rounding == Rounding.FAST:
        return Units(1 << circuit.shift, 1 << circuit.shift, 1)
    limb = limb_base(circuit.shift)
    return Units(1 << 2 * circuit.shift, limb**2, limb)


def table_denominator(
    tables: Sequence[Table], layout: Layout, p: Point, alpha: int, gamma: int
) -> int:
    """T(p) = 1 + Σ_j eq((p_h …), offset_j/2^h)·Σ_u eq((p_0 … p_{h−1}), u)·(denominator of row u − 1)."""
    total = 1
    for table, offset_j in zip(tables, layout.offsets, strict=True):
        h = table.brick.height
        total += eq_index(p[h:], offset_j >> h) * table.inner_sum(p[:h], alpha, gamma)
    return total % ORDER


def tag_at(circuit: Circuit, axes: Sequence[Axes]) -> int:
    """tag(r) = 2 + Σ_t (3 + table(t) − 2)·Live_t(r), from the axes of eq of X's bricks at r."""
    return PLAIN_TAG + sum(
        (FIRST_TAG + operator.table - PLAIN_TAG) * live(out)
        for operator, out in zip(circuit.operators, axes, strict=True)
    )
