"""Section 17, "Input preparation": pictures, and their resampling and conversion."""

from collections.abc import Sequence
from dataclasses import dataclass

from .circuit import Circuit

BYTES_LIMIT = 64 * 2**20
SIDE_LIMIT = 65500
PIXELS_LIMIT = 25 * 10**6

Plane = list[list[int]]


class UnusableInput(Exception):
    """A file that does not become an input. No verdict: nothing was said about a proof."""


def usable(condition: bool, detail: str) -> None:
    """Refuse a file unless the condition holds."""
    if not condition:
        raise UnusableInput(detail)


@dataclass(frozen=True)
class Picture:
    """Three planes of rows of bytes: red, green, blue."""

    planes: tuple[Plane, Plane, Plane]

    @property
    def height(self) -> int:
        """H."""
        return len(self.planes[0])

    @property
    def width(self) -> int:
        """W."""
        return len(self.planes[0][0])


def check_size(width: int, height: int) -> None:
    """ "sides of 1…65500 pixels, at most 25·10⁶ pixels" """
    usable(1 <= width <= SIDE_LIMIT and 1 <= height <= SIDE_LIMIT, "sides out of range")
    usable(width * height <= PIXELS_LIMIT, "too many pixels")


def over_white(c: int, a: int) -> int:
    """⌊(a·c + (255 − a)·255 + 127)/255⌋."""
    return (a * c + (255 - a) * 255 + 127) // 255


def axis_taps(n: int, m: int, length: int, scale: int) -> list[list[tuple[int, int]]]:
    """For each of m outputs along an axis of n pixels the pairs (j, t(i, j)) with t ≠ 0, of
    which there is always one:

        t(i, j) = max(0, 2·max(L·p, 1000·M) − |1000·M·(2j + 1 − n) − L·p·(2i + 1 − m)|)

    length is L·p, scale is 1000·M.
    """
    reach = 2 * max(length, scale)
    taps = []
    for i in range(m):
        centre = length * (2 * i + 1 - m)
        # |scale·(2j + 1 − n) − centre| < reach holds for no j outside of this range.
        middle = (centre // scale + n) // 2
        around = reach // (2 * scale) + 2
        near = range(max(0, middle - around), min(n, middle + around + 1))
        values = ((j, reach - abs(scale * (2 * j + 1 - n) - centre)) for j in near)
        taps.append([(j, t) for j, t in values if t > 0])
    return taps


def resample_row(x: Sequence[int], taps: list[list[tuple[int, int]]]) -> list[int]:
    """y(i) = ⌊(2·Σ_j t(i, j)·x(j) + T) / (2T)⌋, T = Σ_j t(i, j)."""
    result = []
    for tap in taps:
        total = sum(t for _, t in tap)
        result.append((2 * sum(t * x[j] for j, t in tap) + total) // (2 * total))
    return result


def resample(picture: Picture, rows: int, columns: int, crop: int) -> Picture:
    """ "Along an axis of n pixels and m outputs (first columns: n = W, m = C; then rows: n = H,
    m = R), each of the three colours alone"; "Both passes round to bytes."
    """
    height, width = picture.height, picture.width
    by_rows = height * columns <= width * rows
    length, scale = (height, rows) if by_rows else (width, columns)
    horizontal = axis_taps(width, columns, length * crop, 1000 * scale)
    vertical = axis_taps(height, rows, length * crop, 1000 * scale)

    def both(plane: Plane) -> Plane:
        narrow = [resample_row(row, horizontal) for row in plane]
        return transpose([resample_row(column, vertical) for column in transpose(narrow)])

    red, green, blue = map(both, picture.planes)
    return Picture((red, green, blue))


def transpose(plane: Plane) -> Plane:
    """Rows become columns."""
    return [list(column) for column in zip(*plane)]


def codes_of_picture(picture: Picture, circuit: Circuit) -> bytes:
    """ "Three channels are red, green, blue; one channel is ⌊(19595·red + 38470·green +
    7471·blue + 32768)/65536⌋."
    """
    preparation = circuit.preparation
    resampled = resample(picture, preparation.rows, preparation.columns, preparation.crop_permille)
    flat = [bytes(v for row in plane for v in row) for plane in resampled.planes]
    if circuit.input.channels == 3:
        return b"".join(flat)
    return bytes(
        (19595 * red + 38470 * green + 7471 * blue + 32768) // 65536
        for red, green, blue in zip(*flat)
    )
