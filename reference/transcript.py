"""Section 3: the transcript."""

import hashlib
from collections.abc import Container

from .field import ORDER

START, ABSORB, CHALLENGE, BYTES = 0, 1, 2, 4
RESULT, BLOCK = b"\x03", b"\x05"


def u32(value: int) -> bytes:
    """A u32 of section 1."""
    return value.to_bytes(4, "little")


def u64(value: int) -> bytes:
    """A u64 of section 1."""
    return value.to_bytes(8, "little")


def prefixed(data: bytes) -> bytes:
    """Section 1: "prefixed(x) is u32 length of x ‖ x"."""
    return u32(len(data)) + data


def digest(data: bytes) -> bytes:
    """Section 1: "sha512₃₂ is the first 32 bytes of its result"."""
    return hashlib.sha512(data).digest()[:32]


def hash_to_scalar(data: bytes) -> int:
    """sha512(data) "as an integer, mod ℓ"."""
    return int.from_bytes(hashlib.sha512(data).digest(), "little") % ORDER


class Transcript:
    """ "The state S is 64 bytes, zero at first." """

    def __init__(self, label: str) -> None:
        self.state = bytes(64)
        self._operate(START, label, b"")

    def absorb(self, label: str, data: bytes) -> None:
        """Operation "absorb"."""
        self._operate(ABSORB, label, data)

    def draw_bytes(self, label: str, count: int) -> bytes:
        """ "the first n bytes of block 0 ‖ block 1 ‖ …, block i = sha512(S ‖ u8 5 ‖ u64 i)" """
        self._operate(BYTES, label, u64(count))
        blocks = range(-(-count // 64))
        prefix = self.state + BLOCK
        return b"".join(hashlib.sha512(prefix + u64(i)).digest() for i in blocks)[:count]

    def challenge(self, label: str, forbidden: Container[int] = ()) -> int:
        """ "A challenge with a set of forbidden values is drawn again, with the counter one
        higher, until its value is not forbidden. Each draw is an operation on the state that the
        one before left."
        """
        counter = 0
        while True:
            self._operate(CHALLENGE, label, u32(counter))
            value = hash_to_scalar(self.state + RESULT)
            if value not in forbidden:
                return value
            counter += 1

    def _operate(self, kind: int, label: str, data: bytes) -> None:
        """S ← sha512(S ‖ u8 kind ‖ u32 len(label) ‖ label ‖ u64 len(data) ‖ data)."""
        length = len(data).to_bytes(8, "little")
        operation = bytes([kind]) + prefixed(label.encode()) + length + data
        self.state = hashlib.sha512(self.state + operation).digest()
