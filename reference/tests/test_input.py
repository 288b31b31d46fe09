"""Section 17: input preparation."""

import struct
import unittest
import zlib
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ..circuit import Circuit, Preparation
from ..input_file import read_input
from ..picture import Picture, UnusableInput, over_white, resample
from ..png import ADAM7, SIGNATURE, decode_png
from . import examples


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(header: tuple[int, ...], rows: list[bytes], *others: bytes) -> bytes:
    """A PNG file: width, height, depth, kind, interlace; filtered rows; further chunks."""
    *sizes, interlace = header
    ihdr = chunk(b"IHDR", struct.pack(">IIBBBBB", *sizes, 0, 0, interlace))
    idat = chunk(b"IDAT", zlib.compress(b"".join(rows)))
    return SIGNATURE + ihdr + b"".join(others) + idat + chunk(b"IEND", b"")


def pixels(data: bytes) -> list[list[tuple[int, ...]]]:
    """A PNG file's rows of colours."""
    return [list(zip(*rows, strict=True)) for rows in zip(*decode_png(data).planes, strict=True)]


class Png(unittest.TestCase):
    """PNG files of several kinds."""

    def test_grey(self) -> None:
        """Low depths are expanded, 16 bits reduced."""
        self.assertEqual(
            pixels(png((3, 1, 2, 0, 0), [b"\0\x6c"])), [[(85,) * 3, (170,) * 3, (255,) * 3]]
        )
        wide = png((2, 1, 16, 0, 0), [b"\0\x80\x80\x00\xff"])
        self.assertEqual(pixels(wide), [[(128,) * 3, (1,) * 3]])

    def test_palette(self) -> None:
        """Colours, and their transparency over white."""
        palette, alphas = chunk(b"PLTE", bytes(range(6))), chunk(b"tRNS", b"\x80")
        data = png((2, 1, 1, 3, 0), [b"\0\x40"], palette, alphas)
        white = tuple(over_white(c, 128) for c in range(3))
        self.assertEqual(pixels(data), [[white, (3, 4, 5)]])
        with self.assertRaises(UnusableInput):
            decode_png(png((1, 1, 2, 3, 0), [b"\0\x80"], palette))

    def test_transparent_colour(self) -> None:
        """tRNS without a palette."""
        key = chunk(b"tRNS", bytes([0, 1, 0, 2, 0, 3]))
        data = png((2, 1, 8, 2, 0), [bytes([0, 1, 2, 3, 1, 2, 4])], key)
        self.assertEqual(pixels(data), [[(255,) * 3, (1, 2, 4)]])

    def test_filters(self) -> None:
        """All five, on a picture of 2 × 5 grey pixels."""
        rows = [bytes([kind, 10, 20]) for kind in range(5)]
        decoded = [[colour[0] for colour in row] for row in pixels(png((2, 5, 8, 0, 0), rows))]
        self.assertEqual(decoded, [[10, 20], [10, 30], [20, 50], [20, 55], [30, 75]])

    def test_interlacing(self) -> None:
        """A picture of 9 × 9 pixels in seven passes."""
        rows = []
        for x0, y0, dx, dy in ADAM7:
            for y in range(y0, 9, dy):
                rows.append(bytes([0, *(16 * y + x for x in range(x0, 9, dx))]))
        decoded = pixels(png((9, 9, 8, 0, 1), rows))
        self.assertEqual(decoded, [[(16 * y + x,) * 3 for x in range(9)] for y in range(9)])

    def test_damage(self) -> None:
        """Never another exception than UnusableInput."""
        good = png((3, 2, 8, 2, 0), [bytes(10), bytes(10)])
        for at in range(len(good)):
            for data in (good[:at], good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]):
                with self.assertRaises(UnusableInput):
                    if not data.startswith(SIGNATURE):
                        raise UnusableInput("not a PNG file")
                    decode_png(data)


class Resampling(unittest.TestCase):
    """The formula, with all taps."""

    def test_formula(self) -> None:
        """Several pictures, inputs and crops."""
        for h, w, r, c, p in (
            (7, 9, 3, 4, 875),
            (5, 4, 8, 8, 1000),
            (30, 11, 2, 3, 100),
            (1, 1, 3, 2, 1),
        ):
            plane = [[(37 * y + 91 * x * x) % 256 for x in range(w)] for y in range(h)]
            picture = Picture((plane, plane, plane))
            length, m = (h, r) if h * c <= w * r else (w, c)
            narrow = [self.line(row, c, length * p, 1000 * m) for row in plane]
            columns = [
                self.line(list(x), r, length * p, 1000 * m) for x in zip(*narrow, strict=True)
            ]
            expected = [list(row) for row in zip(*columns, strict=True)]
            self.assertEqual(resample(picture, r, c, p).planes, (expected,) * 3)

    @staticmethod
    def line(x: list[int], m: int, length: int, scale: int) -> list[int]:
        """One line, literally."""
        n, result = len(x), []
        for i in range(m):
            taps = [
                max(
                    0,
                    2 * max(length, scale)
                    - abs(scale * (2 * j + 1 - n) - length * (2 * i + 1 - m)),
                )
                for j in range(n)
            ]
            total = sum(taps)
            weighted = sum(t * value for t, value in zip(taps, x, strict=True))
            result.append((2 * weighted + total) // (2 * total))
        return result


class Files(unittest.TestCase):
    """The table of files, for an input of 2 × 3 pixels in colour."""

    def setUp(self) -> None:
        """A directory and a circuit."""
        self.directory = TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        circuit = examples.mobilenet().circuit
        small = replace(circuit.input, rows=2, columns=3)
        self.circuit: Circuit = replace(circuit, input=small, preparation=Preparation(2, 3, 1000))

    def read(self, name: str, data: bytes) -> bytes:
        """A file's codes."""
        path = Path(self.directory.name) / name
        path.write_bytes(data)
        return read_input(path, self.circuit)

    def test_raw(self) -> None:
        """[row][column][channel] becomes [channel][row][column]."""
        data = bytes(range(18))
        expected = data[0::3] + data[1::3] + data[2::3]
        self.assertEqual(self.read("x.RAW", data), expected)
        self.assertEqual(self.read("x.bin", data), expected)
        self.assertEqual(self.read("x.i8", bytes(v ^ 128 for v in data)), expected)
        with self.assertRaises(UnusableInput):
            self.read("x.raw", data + b"\0")

    def test_numpy(self) -> None:
        """Unsigned and signed bytes, with and without an axis for the batch."""
        data = bytes(range(18))
        expected = self.read("x.raw", data)
        for kind, flip, shape in (("|u1", 0, "(1, 2, 3, 3)"), ("|i1", 128, "(2, 3, 3)")):
            header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
            head = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
            self.assertEqual(self.read("x", head + bytes(v ^ flip for v in data)), expected)
            for length in range(len(head) + 18):
                with self.assertRaises(UnusableInput):
                    self.read("x", (head + data)[:length])

    def test_numpy_headers(self) -> None:
        """The grammar of section 17, and nothing else of Python's."""
        data = bytes(range(18))
        header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 3), }"
        for text, good in (
            (header, True),
            (header.replace("'descr'", '"descr"'), True),
            (header.replace("(2, ", "(02 ,\n"), True),
            (header.replace(", }", "}"), True),
            (f"\n {header}\n", True),
            ("{'shape':(2,3,3),'fortran_order':False,'descr':'|u1'}", True),
            (header.replace("(2", "(0x2"), False),
            (header.replace("(2", "(+2"), False),
            (header.replace("(2, 3, 3)", "[2, 3, 3]"), False),
            (header.replace("(2, ", "(2, , "), False),
            (header.replace("'descr'", "u'descr'"), False),
            (header.replace("'|u1'", "'|' 'u1'"), False),
            (header.replace("'|u1'", "'\\x7cu1'"), False),
            (header.replace("'descr", '"descr'), False),
            (header.replace("{", "{'descr': '|u1', "), False),
            (header.replace("'shape'", "'descr'"), False),
            (header.replace("False", "0"), False),
            (header.replace(" ", "\t"), False),
            (f"({header})", False),
            (header + " # x", False),
            (header + "\r\n", False),
            (header.replace("(", "(1, 1, 1, 1, 1, "), True),
            (header.replace("(", "(1, 1, 1, 1, 1, 1, "), False),
        ):
            head = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()
            if good:
                self.assertEqual(self.read("x", head + data), self.read("x.raw", data), text)
            else:
                with self.assertRaises(UnusableInput, msg=text):
                    self.read("x", head + data)

    def test_other_pictures(self) -> None:
        """JPEG and BMP are not decoded here; nor is a picture for a model that takes none."""
        for data in (b"\xff\xd8\xff\xe0", b"BM", b""):
            with self.assertRaises(UnusableInput):
                self.read("x.png", data)
        self.circuit = replace(self.circuit, preparation=Preparation(0, 0, 0))
        with self.assertRaises(UnusableInput):
            self.read("x.png", png((1, 1, 8, 0, 0), [b"\0\0"]))
