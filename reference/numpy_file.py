"""Section 17: "a NumPy array of format 1.0, 2.0 or 3.0"."""

import ast

from .picture import UnusableInput, usable

MAGIC = b"\x93NUMPY"
HEADER_LIMIT = 4096
ADDED = {"|u1": 0, "|i1": 128}
KEYS = {"descr", "fortran_order", "shape"}


def decode_numpy(data: bytes, shape: tuple[int, int, int]) -> bytes:
    """ "header of at most 4096 bytes with the three keys and no other, `fortran_order` False, type
    `|u1` or `|i1` (signed; 128 is added), 1 to 8 axes, as many bytes as elements; its shape without
    axes of extent 1 is that of [row][column][channel] without those"
    """
    version = tuple(data[6:8])
    usable(version in ((1, 0), (2, 0), (3, 0)), "NumPy: another format")
    start = 10 if version == (1, 0) else 12
    end = start + int.from_bytes(data[8:start], "little")
    usable(end - start <= HEADER_LIMIT and end <= len(data), "NumPy: header of this size")
    fields = _header(data[start:end])
    usable(fields.keys() == KEYS, "NumPy: other keys")
    kind, axes = fields["descr"], fields["shape"]
    usable(isinstance(kind, str) and kind in ADDED, "NumPy: element type")
    usable(fields["fortran_order"] is False, "NumPy: not in C order")
    if not isinstance(axes, tuple) or not 1 <= len(axes) <= 8:
        raise UnusableInput("NumPy: number of axes")
    usable(all(type(extent) is int for extent in axes), "NumPy: extents")
    wanted = [extent for extent in shape if extent != 1]
    usable([extent for extent in axes if extent != 1] == wanted, "NumPy: another shape")
    added = ADDED[kind]
    return bytes((value + added) % 256 for value in data[end:])


def _header(text: bytes) -> dict:
    try:
        fields = ast.literal_eval(text.decode("utf-8"))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise UnusableInput("NumPy: unreadable header") from error
    if not isinstance(fields, dict):
        raise UnusableInput("NumPy: unreadable header")
    return fields
