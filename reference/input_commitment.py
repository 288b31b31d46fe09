"""Section 17: the commitment to an input."""

from collections import defaultdict

from .columns import Columns
from .generators import Generators
from .layout import Brick
from .transcript import hash_to_scalar, prefixed, u32


INPUT_BLINDER = b"vouch input blinder v1"


def blinder(salt: bytes, i: int, domain: bytes = INPUT_BLINDER) -> int:
    """ω_i = sha512(prefixed("vouch input blinder v1") ‖ salt ‖ u32 i) as an integer, mod ℓ; section 21
    has other domains.
    """
    return hash_to_scalar(prefixed(domain) + salt + u32(i))


def input_rows(generators: Generators, columns: Columns, codes: bytes, salt: bytes) -> list[bytes]:
    """ "Row i of an input's rows of D is Com(row; ω_i)", for the columns of a single input; "i
    being the row's number among all rows of that input, present or not".
    """
    group, kappa = generators.group, columns.D.kappa
    (brick,) = columns.D.layout.bricks
    basis = list(generators.first(1 << kappa))
    rows = defaultdict[int, list](list)
    for slot, code in zip(_slots(brick), codes, strict=True):
        rows[slot >> kappa].append((code, basis[slot & (1 << kappa) - 1]))
    return [
        group.encode(group.combine([*rows[i], (blinder(salt, i), generators.H)]))
        for i in columns.D.present_rows
    ]


def _slots(brick: Brick) -> list[int]:
    """The slots of codes in the order [channel][batch][row][column], D's brick being (batch,
    channels, rows, columns) at offset 0.
    """
    _, e_b, e_c = brick.bits
    return [
        (o << brick.height) + (a << e_b + e_c) + (b << e_c) + c
        for a in range(brick.a)
        for o in range(brick.o)
        for b in range(brick.b)
        for c in range(brick.c)
    ]
