"""Numbers and bytes without a pattern, the same ones every time."""

import hashlib

from ..transcript import hash_to_scalar


def some_bytes(name: str, count: int) -> bytes:
    """A stream of SHA-512 blocks."""
    blocks = (
        hashlib.sha512(b"vouch vectors " + name.encode() + b" %d" % i).digest()
        for i in range(-(-count // 64))
    )
    return b"".join(blocks)[:count]


def some_scalar(name: str) -> int:
    """An element of F."""
    return hash_to_scalar(some_bytes(name, 64))


def some_point(name: str, n: int) -> list[int]:
    """A point of Fⁿ."""
    return [some_scalar(f"{name} {j}") for j in range(n)]
