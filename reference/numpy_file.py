"""Section 17: "a NumPy array of format 1.0, 2.0 or 3.0"."""

import re
from collections.abc import Mapping

from .picture import UnusableInput, usable

MAGIC = b"\x93NUMPY"
HEADER_LIMIT = 4096
ADDED = {b"|u1": 0, b"|i1": 128}

# Between all tokens there may be spaces and line feeds, written S here.
HEADER = re.compile(
    rb"""S{
    (?:S(?:
      (?P<a>['"])descr(?P=a)S:S(?P<b>['"])(?P<kind>\|[ui]1)(?P=b)
    | (?P<c>['"])fortran_order(?P=c)S:S(?P<order>False)
    | (?P<d>['"])shape(?P=d)S:S\(S(?P<shape>[0-9]+(?:S,S[0-9]+){0,7})S(?:,S)?\)
    )S(?:,|(?=}))){3}
    S}S""".replace(b"S", rb"[\ \n]*"),
    re.VERBOSE,
)


def decode_numpy(data: bytes, shape: tuple[int, int, int]) -> bytes:
    """ "header of at most 4096 bytes …; its shape without axes of extent 1 is that of
    [row][column][channel] without those"
    """
    version = tuple(data[6:8])
    usable(version in ((1, 0), (2, 0), (3, 0)), "NumPy: another format")
    start = 10 if version == (1, 0) else 12
    end = start + int.from_bytes(data[8:start], "little")
    usable(end - start <= HEADER_LIMIT and end <= len(data), "NumPy: header of this size")
    fields = _header(data[start:end])
    wanted = [extent for extent in shape if extent != 1]
    extents = [int(digits) for digits in fields["shape"].split(b",")]
    usable([extent for extent in extents if extent != 1] == wanted, "NumPy: another shape")
    added = ADDED[fields["kind"]]
    return bytes((value + added) % 256 for value in data[end:])


def _header(text: bytes) -> Mapping[str, bytes]:
    """Three entries, and none twice: then each of the three kinds is there."""
    match = HEADER.fullmatch(text)
    if match is None or not all(match[name] for name in ("kind", "order", "shape")):
        raise UnusableInput("NumPy: not a header")
    return match.groupdict()
