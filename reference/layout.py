"""Section 5: bricks, slots, rows and axes of eq."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from .field import dot, product
from .multilinear import Point, eq_range

Axes = tuple[list[int], list[int], list[int], list[int]]


def ceil_log2(value: int) -> int:
    """⌈log₂ value⌉ for value ≥ 1; "⌈log₂ x⌉ is 0 for x = 1"."""
    return (value - 1).bit_length()


@dataclass(frozen=True)
class Brick:
    """ "A brick is an array of extents (o, a, b, c), c fastest." """

    o: int
    a: int
    b: int
    c: int

    @cached_property
    def bits(self) -> tuple[int, int, int]:
        """e_a, e_b, e_c."""
        return ceil_log2(self.a), ceil_log2(self.b), ceil_log2(self.c)

    @property
    def height(self) -> int:
        """h = e_a + e_b + e_c."""
        return sum(self.bits)

    @property
    def size(self) -> int:
        """o·2^h."""
        return self.o << self.height

    def axes_of_eq(self, point: Point, offset: int) -> Axes:
        """The table of axes of eq at a point, for the brick at an offset."""
        _, e_b, e_c = self.bits
        h = self.height
        return (
            eq_range(point[h:], offset >> h, self.o),
            eq_range(point[e_b + e_c : h], 0, self.a),
            eq_range(point[e_c : e_b + e_c], 0, self.b),
            eq_range(point[:e_c], 0, self.c),
        )

    def rows(self, offset: int, kappa: int) -> set[int]:
        """The numbers of all rows of 2^κ slots in which the brick has an element."""
        _, e_b, e_c = self.bits
        parts = (
            {offset + (o << self.height) >> kappa for o in range(self.o)},
            {a << e_b + e_c >> kappa for a in range(self.a)},
            {b << e_c >> kappa for b in range(self.b)},
            {c >> kappa for c in range(self.c)},
        )
        rows = {0}
        for part in parts:
            rows = {row + more for row in rows for more in part}
        return rows


class Layout:
    """Bricks in their given order, placed with a minimum n_min."""

    def __init__(self, bricks: Sequence[Brick], n_min: int) -> None:
        """ "sort by decreasing height, bricks of equal height in their given order (stable);
        going through them in this order, a brick's offset is the sum of o·2^h over the bricks
        before it." Section 6: "Without bricks n is n_min".
        """
        self.bricks = list(bricks)
        order = sorted(range(len(bricks)), key=lambda i: -bricks[i].height)
        ends = list(accumulate((bricks[i].size for i in order), initial=0))
        self.offsets = [0] * len(bricks)
        for i, offset in zip(order, ends):
            self.offsets[i] = offset
        self.bits_of_bricks = ceil_log2(ends[-1]) if bricks else 0
        self.n = max(n_min, self.bits_of_bricks)

    def axes_of_eq(self, point: Point) -> list[Axes]:
        """Every brick's four axes of eq at a point of Fⁿ."""
        return [self.brick_axes_of_eq(brick, point) for brick in range(len(self.bricks))]

    def brick_axes_of_eq(self, brick: int, point: Point) -> Axes:
        """One brick's four axes of eq at a point of Fⁿ."""
        return self.bricks[brick].axes_of_eq(point, self.offsets[brick])

    def present_rows(self, kappa: int) -> list[int]:
        """ "A row is present if at least one of its slots belongs to an element." """
        rows: set[int] = set()
        for brick, offset in zip(self.bricks, self.offsets):
            rows |= brick.rows(offset, kappa)
        return sorted(rows)


def live(axes: Axes) -> int:
    """ "Live(r) is the sum of all entries of axis 0, times the same of axes 1, 2 and 3." """
    return product(map(sum, axes))


def dot_axes(a: Axes, b: Axes) -> int:
    """Π over the axes of ⟨a's, b's⟩: the sum over the brick's elements of both products."""
    return product(dot(x, y) for x, y in zip(a, b))
