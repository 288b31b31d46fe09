"""Sections 1, 3, 5 and 7: closed forms against sums over all indices."""

import unittest
from hashlib import sha512
from itertools import product as indices

from ..activation_table import ActivationTable
from ..field import ORDER, inverse
from ..layout import Brick, Layout, live
from ..multilinear import eq_below, eq_index, eq_point, eq_range, index_below
from ..products import lagrange
from ..tables import ExactTable, FastTable, PlainTable, RangeTable, Table
from ..transcript import Transcript
from ..vectors.every_kind import some_tables, some_windows
from ..windows import Boundaries, WindowTable
from .test_group import scalar

BRICKS = (Brick(3, 2, 3, 5), Brick(1, 1, 1, 4), Brick(5, 1, 1, 1), Brick(2, 3, 1, 7))


def point(n: int) -> list[int]:
    """Some point of Fⁿ."""
    return [scalar(i) for i in range(n)]


def slots(brick: Brick, offset: int) -> dict[tuple[int, ...], int]:
    """Section 5: the slots of all elements."""
    _, e_b, e_c = brick.bits
    extents = (brick.o, brick.a, brick.b, brick.c)
    return {
        (o, a, b, c): offset + (o << brick.height) + (a << e_b + e_c) + (b << e_c) + c
        for o, a, b, c in indices(*map(range, extents))
    }


class Multilinear(unittest.TestCase):
    """Section 1."""

    def test_ranges(self) -> None:
        """eq_range, B and N."""
        r = point(5)
        eq = [eq_index(r, i) for i in range(32)]
        self.assertEqual(sum(eq) % ORDER, 1)
        for start in range(32):
            for count in range(33 - start):
                self.assertEqual(eq_range(r, start, count), eq[start : start + count])
        for bound in range(33):
            self.assertEqual(eq_below(r, bound), sum(eq[:bound]) % ORDER)
            expected = sum(i * eq[i] for i in range(bound)) % ORDER
            self.assertEqual(index_below(r, bound), expected)
        self.assertEqual((eq_below([], 1), index_below([], 1)), (1, 0))
        self.assertEqual(eq_range([], 1, 0), [])

    def test_points(self) -> None:
        """eq of two points."""
        r, s = point(4), [scalar(100 + i) for i in range(4)]
        expected = sum(eq_index(r, i) * eq_index(s, i) for i in range(16)) % ORDER
        self.assertEqual(eq_point(r, s), expected)

    def test_lagrange(self) -> None:
        """A polynomial of degree n is determined by its values at 0 … n."""
        x = scalar(7)
        values = [(3 * i**3 + i + 5) for i in range(4)]
        at_x = sum(l_i * value for l_i, value in zip(lagrange(3, x), values, strict=True))
        self.assertEqual(at_x % ORDER, (3 * x**3 + x + 5) % ORDER)


class Layouts(unittest.TestCase):
    """Section 5."""

    layout = Layout(BRICKS, 1)

    def test_slots_are_distinct(self) -> None:
        """No two elements share a slot, and all are in the index space."""
        all_slots = [
            slot
            for brick, offset in zip(BRICKS, self.layout.offsets, strict=True)
            for slot in slots(brick, offset).values()
        ]
        self.assertEqual(len(all_slots), len(set(all_slots)))
        self.assertLess(max(all_slots), 1 << self.layout.n)

    def test_axes_of_eq(self) -> None:
        """Their product is eq(r, slot); Live is its sum."""
        r = point(self.layout.n)
        for number, brick in enumerate(BRICKS):
            axes = self.layout.brick_axes_of_eq(number, r)
            total = 0
            for (o, a, b, c), slot in slots(brick, self.layout.offsets[number]).items():
                value = axes[0][o] * axes[1][a] * axes[2][b] * axes[3][c]
                self.assertEqual(value % ORDER, eq_index(r, slot))
                total += value
            self.assertEqual(live(axes), total % ORDER)

    def test_present_rows(self) -> None:
        """Rows with at least one element."""
        for kappa in range(self.layout.n + 1):
            rows = {
                slot >> kappa
                for brick, offset in zip(BRICKS, self.layout.offsets, strict=True)
                for slot in slots(brick, offset).values()
            }
            self.assertEqual(self.layout.present_rows(kappa), sorted(rows))


class Tables(unittest.TestCase):
    """Section 7: the closed forms of rows."""

    def check(self, table: Table, denominator_of_row: list[int]) -> None:
        """A table's closed form is the extension of its rows' denominators."""
        p = point(table.brick.height)
        eq = eq_range(p, 0, table.rows)
        expected = sum(e * (row - 1) for e, row in zip(eq, denominator_of_row, strict=True))
        self.assertEqual(table.inner_sum(p, scalar(50), scalar(51)) % ORDER, expected % ORDER)

    def test_closed_forms(self) -> None:
        """Range, plain and the circuit's tables."""
        alpha, gamma = scalar(50), scalar(51)
        for limb in (16, 2**9 - 16):
            self.check(RangeTable(limb), [alpha - u - gamma**2 for u in range(limb)])
        self.check(PlainTable(), [alpha - u - 2 * gamma**2 for u in range(256)])
        for number, table in enumerate(some_tables()):
            rows = []
            for value in range(-(1 << table.bits), 1 << table.bits):
                x = code_of(table, value)
                rows.append(alpha - x - gamma * (value - x) - gamma**2 * (3 + number))
            self.check(FastTable(number, table), rows)

    def test_closed_forms_of_windows(self) -> None:
        """Of a row (X, w) E·T² is w − 2^(2s)·X; tables of one row and of one code are among them."""
        alpha, gamma, shift = scalar(50), scalar(51), 13
        tables = (*some_windows(), WindowTable(Boundaries.FLOOR, 0, 9, 9))
        for number, table in enumerate(tables):
            rows = []
            for x, w in table.windows(shift):
                e = (w - x * 2**26) * inverse((2**13 - 16) ** 2)
                rows.append(alpha - x - gamma * e - gamma**2 * (3 + number))
            self.check(ExactTable(number, table, shift), rows)

    def test_clamps(self) -> None:
        """A clamp is what it is called."""
        for lo, hi in ((0, 255), (3, 200), (0, 0), (255, 255)):
            table = ActivationTable.clamp(9, lo, hi)
            table.check()
            for value in range(-512, 512):
                self.assertEqual(code_of(table, value), min(hi, max(lo, value)))


def code_of(table: ActivationTable, value: int) -> int:
    """Section 4: "f(V) is `first` plus the heights of all steps at V or below"."""
    return table.first + sum(rise for at, rise in table.steps() if at <= value)


class Challenges(unittest.TestCase):
    """Section 3."""

    def test_bytes(self) -> None:
        """Blocks that are counted, cut where they have to be; how many there are changes them."""
        transcript = Transcript("test")
        drawn = transcript.draw_bytes("b", 150)
        blocks = [sha512(transcript.state + b"\5" + bytes([i, *[0] * 7])) for i in range(3)]
        self.assertEqual(drawn, b"".join(block.digest() for block in blocks)[:150])
        self.assertEqual(len(drawn), 150)
        self.assertNotEqual(Transcript("test").draw_bytes("b", 149), drawn[:149])
        operation = bytes([4, 1, 0, 0, 0]) + b"b" + bytes([8, *[0] * 7]) + bytes([150, *[0] * 7])
        before = Transcript("test").state
        self.assertEqual(transcript.state, sha512(before + operation).digest())

    def test_forbidden_values_are_drawn_again(self) -> None:
        """Other values change nothing; a forbidden one gives another."""
        value = Transcript("test").challenge("c")
        self.assertEqual(Transcript("test").challenge("c", forbidden=(value + 1,)), value)
        self.assertNotEqual(Transcript("test").challenge("c", forbidden=(value,)), value)
