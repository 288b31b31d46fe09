"""Section 2: "The group is ristretto255 (RFC 9496), of order ℓ, written additively."

Group is what the verifier needs of it. PlainGroup is RFC 9496 in integers; sodium.py has the
same on libsodium. Their elements are of different types, which only the group itself looks into.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from .field import ORDER

IDENTITY_ENCODING = bytes(32)

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


class Group(Protocol):
    """The operations on group elements."""

    def decode(self, data: bytes) -> Any:
        """RFC 9496, 4.3.1; raises ValueError."""

    def encode(self, element: Any) -> bytes:
        """RFC 9496, 4.3.2."""

    def derive(self, data: bytes) -> Any:
        """RFC 9496, 4.3.4, from 64 bytes."""

    def combine(self, terms: Iterable[tuple[int, Any]]) -> Any:
        """Σ scalar·element."""


def sqrt_ratio_m1(u: int, v: int) -> tuple[bool, int]:
    """RFC 9496, 4.2: SQRT_RATIO_M1."""
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    correct, flipped = check == u % P, check == -u % P
    if flipped or check == -u * SQRT_M1 % P:
        r = r * SQRT_M1 % P
    return correct or flipped, absolute(r)


def is_negative(value: int) -> bool:
    """RFC 9496, 3.1: negative elements are those with an odd canonical encoding."""
    return value % P % 2 == 1


def field_element(data: bytes) -> int:
    """Step 1 of RFC 9496, 4.3.1: the element's s, refused unless its encoding is canonical."""
    s = int.from_bytes(data, "little")
    if len(data) != 32 or s >= P or is_negative(s):
        raise ValueError("not a canonical encoding")
    return s


def absolute(value: int) -> int:
    """CT_ABS of RFC 9496, 3.1."""
    return (-value if is_negative(value) else value) % P


SQRT_AD_MINUS_ONE = -absolute(sqrt_ratio_m1(-D - 1, 1)[1]) % P
INVSQRT_A_MINUS_D = sqrt_ratio_m1(1, -1 - D)[1]
ONE_MINUS_D_SQ = (1 - D * D) % P
D_MINUS_ONE_SQ = (D - 1) ** 2 % P

Affine = tuple[int, int]
Extended = tuple[int, int, int, int]
Niels = tuple[int, int, int]

ZERO: Extended = (0, 1, 1, 0)


def extend(point: Affine) -> Extended:
    """(X : Y : Z : T) with x = X/Z, y = Y/Z, xy = T/Z."""
    x, y = point
    return x, y, 1, x * y % P


def normalize(point: Extended) -> Affine:
    """x and y of an extended point."""
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    return x * inverse % P, y * inverse % P


def niels(point: Affine) -> Niels:
    """(y + x, y − x, 2d·xy), the form in which an affine point is added fastest."""
    x, y = point
    return y + x, y - x, 2 * D * x * y % P


def add(a: Extended, b: Extended) -> Extended:
    """The complete addition of extended twisted Edwards coordinates, a = −1."""
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    return _complete((y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2), 2 * D * t1 * t2, 2 * z1 * z2)


def add_niels(a: Extended, b: Niels) -> Extended:
    """add() for an affine second summand."""
    x, y, z, t = a
    plus, minus, product = b
    return _complete((y - x) * minus, (y + x) * plus, t * product, 2 * z)


def _complete(a: int, b: int, c: int, d: int) -> Extended:
    a, b, c = a % P, b % P, c % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def elligator(t: int) -> Extended:
    """RFC 9496, 4.3.4: MAP."""
    r = SQRT_M1 * t * t % P
    u = (r + 1) * ONE_MINUS_D_SQ % P
    v = (-1 - r * D) * (r + D) % P
    was_square, s = sqrt_ratio_m1(u, v)
    s, c = (s, -1) if was_square else (-absolute(s * t), r)
    n = (c * (r - 1) * D_MINUS_ONE_SQ - v) % P
    w0, w1, w2, w3 = 2 * s * v, n * SQRT_AD_MINUS_ONE, 1 - s * s, 1 + s * s
    return w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P


class PlainGroup:
    """ristretto255 in integers. An element is any affine point of its coset."""

    def decode(self, data: bytes) -> Affine:
        """RFC 9496, 4.3.1."""
        s = field_element(data)
        ss = s * s % P
        u1, u2 = 1 - ss, 1 + ss
        u2_sqr = u2 * u2 % P
        v = (-D * u1 * u1 - u2_sqr) % P
        was_square, invsqrt = sqrt_ratio_m1(1, v * u2_sqr % P)
        den_x = invsqrt * u2 % P
        den_y = invsqrt * den_x * v % P
        x = absolute(2 * s * den_x)
        y = u1 * den_y % P
        if not was_square or is_negative(x * y) or y == 0:
            raise ValueError("not the encoding of an element")
        return x, y

    def encode(self, element: Affine) -> bytes:
        """RFC 9496, 4.3.2, with z0 = 1."""
        x0, y0 = element
        t0 = x0 * y0 % P
        u1 = (1 + y0) * (1 - y0) % P
        _, invsqrt = sqrt_ratio_m1(1, u1 * t0 * t0 % P)
        den1, den2 = invsqrt * u1 % P, invsqrt * t0 % P
        z_inv = den1 * den2 * t0 % P
        x, y, den_inv = x0, y0, den2
        if is_negative(t0 * z_inv):
            x, y, den_inv = y0 * SQRT_M1 % P, x0 * SQRT_M1 % P, den1 * INVSQRT_A_MINUS_D % P
        if is_negative(x * z_inv):
            y = -y
        return absolute(den_inv * (1 - y)).to_bytes(32, "little")

    def derive(self, data: bytes) -> Affine:
        """RFC 9496, 4.3.4: the sum of two MAPs, each of 32 bytes without their highest bit."""
        halves = [int.from_bytes(data[i : i + 32], "little") % 2**255 for i in (0, 32)]
        return normalize(add(elligator(halves[0]), elligator(halves[1])))

    def combine(self, terms: Iterable[tuple[int, Affine]]) -> Affine:
        """Pippenger's buckets: digit by digit, from the highest, in base 2^width."""
        table = [(scalar % ORDER, niels(element)) for scalar, element in terms]
        width = max(1, len(table).bit_length() - 4)
        bits = max((scalar.bit_length() for scalar, _ in table), default=0)
        total = ZERO
        for shift in range(bits // width * width, -1, -width):
            for _ in range(width):
                total = add(total, total)
            total = add(total, _digit_sum(table, shift, width))
        return normalize(total)


def _digit_sum(table: list[tuple[int, Niels]], shift: int, width: int) -> Extended:
    """Σ digit·element, as the sum over d of all elements whose digit is at least d."""
    mask = 2**width - 1
    buckets = [ZERO] * (mask + 1)
    for scalar, element in table:
        if digit := scalar >> shift & mask:
            buckets[digit] = add_niels(buckets[digit], element)
    at_least, total = ZERO, ZERO
    for bucket in buckets[:0:-1]:
        at_least = add(at_least, bucket)
        total = add(total, at_least)
    return total
