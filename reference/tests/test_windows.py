"""Section 4.1, exact rounding: windows cover every accumulator once, and give float32's codes."""

import struct
import unittest
from itertools import pairwise
from math import floor, frexp
from random import Random

from ..field import ORDER
from ..vectors.every_kind import some_windows
from ..windows import Boundaries, WindowTable, limb_base, offset

SHIFTS = range(13, 21)
TABLES = (
    *some_windows(),
    *(WindowTable(Boundaries.FLOAT32, z, 0, 255) for z in (0, 1, 2, 117, 127, 128, 254, 255)),
    WindowTable(Boundaries.FLOOR, 0, 0, 255, 3, 5),
    WindowTable(Boundaries.FLOOR, 0, 0, 0),
)
ALL_CODES = (*TABLES, *(WindowTable(Boundaries.FLOAT32, z, 0, 255) for z in range(256)))


def float32(value: float) -> float:
    """Rounded to the nearest one, ties to even."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


class Windows(unittest.TestCase):
    """The rows of tables."""

    def test_as_many_rows_as_counted(self) -> None:
        """below + above + 3(hi − lo) + 1."""
        for table in TABLES:
            self.assertEqual(len(list(table.windows(13))), table.rows)
        self.assertEqual(WindowTable(Boundaries.FLOOR, 0, 3, 200, 9, 2).rows, 9 + 2 + 3 * 197 + 1)

    def test_they_cover(self) -> None:
        """Without a gap, and from the first value to the last in the order of their codes."""
        for shift in SHIFTS:
            size = limb_base(shift) ** 2
            for table in ALL_CODES:
                windows = sorted(table.windows(shift), key=lambda row: row[1])
                self.assertEqual(windows[0][1], table.lo * 4**shift - size * table.below)
                self.assertEqual(windows[-1][1], table.hi * 4**shift + size * table.above)
                for (x, w), (next_x, next_w) in pairwise(windows):
                    self.assertLessEqual(next_w, w + size)
                    self.assertIn(next_x - x, (0, 1))

    def test_one_code(self) -> None:
        """Where another code begins all windows of the one before have ended."""
        for shift in SHIFTS:
            size = limb_base(shift) ** 2
            for table in ALL_CODES:
                for x, w in table.windows(shift):
                    if x > table.lo:
                        self.assertLessEqual(table.boundary(x, shift), w)
                    if x < table.hi:
                        self.assertLessEqual(w + size, table.boundary(x + 1, shift))

    def test_larger_limbs_would_not_cover(self) -> None:
        """Why s is at most 20."""
        table, shift = WindowTable(Boundaries.FLOAT32, 0, 0, 255), 21
        size = limb_base(shift) ** 2
        ends = [w + size - table.boundary(x + 1, shift) for x, w in table.windows(shift) if x < 255]
        self.assertGreater(max(ends), 0)

    def test_rows_in_order(self) -> None:
        """A small table, row by row: (X, w) as the rows of the document's table."""
        table, shift = WindowTable(Boundaries.FLOAT32, 1, 0, 2, 2, 1), 13
        unit, size = 2**26, (2**13 - 16) ** 2
        # k = 0: j = −1, even; k = 1: j = −1, odd.
        one, two = unit - 2**9 - 1 - 2, 2 * unit - 2**9 - 1 + 2 + 1
        expected = [(0, -2 * size), (0, -size), (0, 0)]
        expected += [(0, one - size), (1, one), (1, unit), (1, two - size), (2, two), (2, 2 * unit)]
        expected += [(2, 2 * unit + size)]
        self.assertEqual(list(table.windows(shift)), expected)

    def test_offsets(self) -> None:
        """E·T² = w − 2^(2s)·X; beyond the codes E counts windows."""
        for shift in SHIFTS:
            for table in TABLES:
                rows = [(x, w, offset(x, w, shift)) for x, w in table.windows(shift)]
                for x, w, e in rows:
                    self.assertEqual((e * limb_base(shift) ** 2 + x * 4**shift - w) % ORDER, 0)
                first = [e for _, _, e in rows[: table.below + 1]]
                last = [e for _, _, e in rows[table.rows - table.above :]]
                self.assertEqual(first, [e % ORDER for e in range(-table.below, 1)])
                self.assertEqual(last, list(range(1, table.above + 1)))


class Float32(unittest.TestCase):
    """ "The code of float32 is z + rne(fl32(fl32(acc)·scale)), clamped" """

    shift = 20
    draw = Random(1)

    def code_of_windows(self, table: WindowTable, accumulator: int) -> int:
        """The one whose boundary is the last at or below."""
        codes = range(table.lo + 1, table.hi + 1)
        return table.lo + sum(table.boundary(x, self.shift) <= accumulator for x in codes)

    def check(self, zero_point: int, acc: int, scale: float) -> None:
        """One accumulator, one scale."""
        self.assertEqual(float32(scale), scale)
        value = float32(float32(acc) * scale)
        expected = min(255, max(0, round(value) + zero_point))
        product = int(scale * 2**40) * acc  # in units of 2⁻⁴⁰
        self.assertEqual(int(scale * 2**40), scale * 2**40)
        accumulator = product + (zero_point << 40) + 2**39 - 2**23 - 1
        table = WindowTable(Boundaries.FLOAT32, zero_point, 0, 255)
        self.assertEqual(self.code_of_windows(table, accumulator), expected, (acc, scale))

    def scale_near(self, value: float) -> float:
        """A float32 of 2⁻¹⁶ or more beside it."""
        mantissa, exponent = frexp(max(value, 2**-15))
        near = floor(mantissa * 2**24) + self.draw.randrange(-2, 4)
        return float32(near * 2.0 ** (exponent - 24))

    def test_near_boundaries(self) -> None:
        """Products beside k − ½, of all k; exact ties are among them."""
        for sample in range(6000):
            zero_point = self.draw.choice((0, 1, 2, 127, 128, 254, 255))
            k = self.draw.randrange(-zero_point, 257 - zero_point)
            bits = self.draw.randrange(2, 24)
            acc = self.draw.randrange(1, 2**bits) * (1 if k > 0 else -1)
            if sample % 3 == 0:
                acc = (2 * k - 1) << self.draw.randrange(12)
            self.check(zero_point, acc, self.scale_near((k - 0.5) / acc))

    def test_any_accumulator(self) -> None:
        """Of 32 bits, with scales from 2⁻¹⁶ on."""
        for _ in range(3000):
            zero_point = self.draw.randrange(256)
            acc = self.draw.randrange(-(2**31), 2**31) >> self.draw.randrange(31)
            self.check(zero_point, acc, float32(2.0 ** self.draw.uniform(-15.99, -2)))

    def test_floor(self) -> None:
        """A floor is one."""
        table = WindowTable(Boundaries.FLOOR, 0, 3, 200)
        for code in range(2, 202):
            for more, expected in ((-1, code - 1), (0, code), (4**self.shift - 1, code)):
                accumulator = code * 4**self.shift + more
                clamped = min(200, max(3, expected))
                self.assertEqual(self.code_of_windows(table, accumulator), clamped)
