"""Section 17, "Decoding": PNG pictures (ISO/IEC 15948)."""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from .picture import Picture, check_size, over_white, usable

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
CRITICAL = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
CHANNELS = {GREY: 1, COLOUR: 3, PALETTE: 1, GREY_ALPHA: 2, COLOUR_ALPHA: 4}
DEPTHS = {
    GREY: (1, 2, 4, 8, 16),
    COLOUR: (8, 16),
    PALETTE: (1, 2, 4, 8),
    GREY_ALPHA: (8, 16),
    COLOUR_ALPHA: (8, 16),
}
ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
Pass = tuple[range, range]


@dataclass(frozen=True)
class Header:
    """IHDR."""

    width: int
    height: int
    depth: int
    kind: int
    interlaced: bool

    @classmethod
    def decode(cls, data: bytes) -> "Header":
        """The 13 bytes of IHDR."""
        usable(len(data) == 13, "PNG: IHDR of another size")
        width, height, depth, kind, *methods = struct.unpack(">IIBBBBB", data)
        check_size(width, height)
        usable(depth in DEPTHS.get(kind, ()), "PNG: unknown kind of pixels")
        usable(methods[:2] == [0, 0] and methods[2] <= 1, "PNG: unknown method")
        return cls(width, height, depth, kind, methods[2] == 1)

    @property
    def passes(self) -> list[Pass]:
        """The columns and rows of each pass."""
        steps = ADAM7 if self.interlaced else ((0, 0, 1, 1),)
        ranges = ((range(x, self.width, dx), range(y, self.height, dy)) for x, y, dx, dy in steps)
        return [(columns, rows) for columns, rows in ranges if columns and rows]

    @property
    def pixel_bits(self) -> int:
        """Bits of a pixel."""
        return CHANNELS[self.kind] * self.depth

    def row_bytes(self, width: int) -> int:
        """Bytes of a row without its filter's."""
        return (width * self.pixel_bits + 7) // 8

    @property
    def size(self) -> int:
        """Bytes of all filtered rows."""
        return sum(len(rows) * (1 + self.row_bytes(len(columns))) for columns, rows in self.passes)


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """All chunks up to IEND."""
    at, kind = len(SIGNATURE), b""
    while kind != b"IEND":
        usable(at + 12 <= len(data), "PNG: too short")
        length, kind = struct.unpack_from(">I4s", data, at)
        usable(at + 12 + length <= len(data), "PNG: too short")
        body = data[at + 8 : at + 8 + length]
        (crc,) = struct.unpack_from(">I", data, at + 8 + length)
        usable(crc == zlib.crc32(kind + body), "PNG: damaged chunk")
        yield kind, body
        at += 12 + length


def unfilter(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    """Undo the filter of one row; step is the distance of a byte's left neighbour."""
    usable(kind <= 4, "PNG: unknown filter")
    if kind == 0:
        return row
    predict: Callable[[int, int, int], int] = (
        lambda left, up, corner: left,
        lambda left, up, corner: up,
        lambda left, up, corner: (left + up) // 2,
        paeth,
    )[kind - 1]
    result = bytearray(step) + row
    above = bytes(step) + above
    for i in range(step, len(result)):
        result[i] = result[i] + predict(result[i - step], above[i], above[i - step]) & 255
    return bytes(result[step:])


def paeth(left: int, up: int, corner: int) -> int:
    """The neighbour nearest to left + up − corner."""
    estimate = left + up - corner
    return min((left, up, corner), key=lambda neighbour: abs(estimate - neighbour))


def samples_of_row(row: bytes, depth: int, count: int) -> list[int]:
    """A row's samples, most significant bits first."""
    if depth == 16:
        return list(struct.unpack(f">{count}H", row))
    per_byte = 8 // depth
    shifts = range(8 - depth, -1, -depth)
    used = row[: -(-count // per_byte)]
    return [byte >> shift & (1 << depth) - 1 for byte in used for shift in shifts][:count]


@dataclass(frozen=True)
class Colours:
    """How samples become red, green and blue over white."""

    header: Header
    palette: bytes
    transparency: bytes | None

    def to_byte(self, sample: int) -> int:
        """ "low grey levels are expanded; 16-bit samples v become ⌊(255·v + 32895)/65536⌋" """
        depth = self.header.depth
        if depth == 16:
            return (255 * sample + 32895) // 65536
        return sample * 255 // ((1 << depth) - 1)

    def of(self, samples: tuple[int, ...]) -> tuple[int, int, int]:
        """The colour of one pixel."""
        *colour, alpha = self._with_alpha(samples)
        red, green, blue = colour * 3 if len(colour) == 1 else colour
        return over_white(red, alpha), over_white(green, alpha), over_white(blue, alpha)

    @cached_property
    def _key(self) -> tuple[int, ...] | None:
        """The transparent colour of pictures without an alpha channel."""
        if self.transparency is None or self.header.kind not in (GREY, COLOUR):
            return None
        count = CHANNELS[self.header.kind]
        usable(len(self.transparency) == 2 * count, "PNG: tRNS of another size")
        return struct.unpack(f">{count}H", self.transparency)

    def _with_alpha(self, samples: tuple[int, ...]) -> tuple[int, ...]:
        kind = self.header.kind
        if kind == PALETTE:
            (index,) = samples
            usable(3 * index + 3 <= len(self.palette), "PNG: colour outside of the palette")
            alphas = self.transparency or b""
            alpha = alphas[index] if index < len(alphas) else 255
            return (*self.palette[3 * index : 3 * index + 3], alpha)
        expanded = tuple(map(self.to_byte, samples))
        if kind in (GREY_ALPHA, COLOUR_ALPHA):
            return expanded
        return (*expanded, 0 if samples == self._key else 255)


def decode_png(data: bytes) -> Picture:
    """A PNG file, over white."""
    found: dict[bytes, bytes] = {}
    compressed = []
    last = b""
    for kind, body in chunks(data):
        usable((kind == b"IHDR") == (not found), "PNG: IHDR is not the first chunk, or not alone")
        if kind == b"IDAT" and (not compressed or last == b"IDAT"):
            compressed.append(body)
        if not compressed:
            usable(kind in CRITICAL or kind[0] & 32 != 0, "PNG: unknown critical chunk")
            usable(kind != b"PLTE" or kind not in found, "PNG: two palettes")
            found.setdefault(kind, body)
        last = kind
    header = Header.decode(found[b"IHDR"])
    palette = found.get(b"PLTE", b"")
    if header.kind == PALETTE:
        usable(len(palette) % 3 == 0 and 3 <= len(palette) <= 768, "PNG: palette of another size")
    colours = Colours(header, palette, found.get(b"tRNS"))
    try:
        filtered = zlib.decompressobj().decompress(b"".join(compressed), header.size)
    except zlib.error as error:
        usable(False, f"PNG: {error}")
    usable(len(filtered) == header.size, "PNG: too few pixels")
    return _pixels(header, colours, filtered)


def _pixels(header: Header, colours: Colours, filtered: bytes) -> Picture:
    red, green, blue = ([[0] * header.width for _ in range(header.height)] for _ in range(3))
    channels = CHANNELS[header.kind]
    known: dict[tuple[int, ...], tuple[int, int, int]] = {}
    at = 0
    for columns, rows in header.passes:
        size = header.row_bytes(len(columns))
        row = bytes(size)
        for y in rows:
            kind = filtered[at]
            row = unfilter(kind, filtered[at + 1 : at + 1 + size], row, -(-header.pixel_bits // 8))
            at += 1 + size
            samples = iter(samples_of_row(row, header.depth, channels * len(columns)))
            for x, pixel in zip(columns, zip(*[samples] * channels)):
                if pixel not in known:
                    known[pixel] = colours.of(pixel)
                red[y][x], green[y][x], blue[y][x] = known[pixel]
    return Picture((red, green, blue))
