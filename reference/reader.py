"""formats: bytes that are read once, from front to back, and whose end has to be met."""

from struct import Struct

from .verdicts import Reason, check


class Reader:
    """Takes values off the front of bytes; refuses for one reason whatever is not there."""

    def __init__(self, data: bytes, reason: Reason) -> None:
        self._data = data
        self._at = 0
        self._reason = reason

    def take(self, count: int) -> bytes:
        """The next count bytes."""
        self.check(count <= len(self._data) - self._at, "missing bytes")
        self._at += count
        return self._data[self._at - count : self._at]

    def integer(self, size: int) -> int:
        """An unsigned little-endian integer of this many bytes."""
        return int.from_bytes(self.take(size), "little")

    def flag(self) -> bool:
        """A byte that is 1 or 0."""
        value = self.integer(1)
        self.check(value <= 1, "neither 0 nor 1")
        return bool(value)

    def unpack(self, layout: Struct) -> tuple[int, ...]:
        """The integers that these bytes are."""
        return layout.unpack(self.take(layout.size))

    def prefixed(self, limit: int) -> bytes:
        """ "a u32 length and then that many bytes" """
        length = self.integer(4)
        self.check(length <= limit, "a length above its limit")
        return self.take(length)

    def rows(self, limit: int) -> list[bytes]:
        """ "a u32 count and then 32 bytes each" """
        count = self.integer(4)
        self.check(count <= limit, "a count above its limit")
        data = self.take(32 * count)
        return [data[i : i + 32] for i in range(0, len(data), 32)]

    def end(self) -> None:
        """ "Readers refuse … bytes to spare." """
        self.check(self._at == len(self._data), "bytes to spare")

    def check(self, condition: bool, detail: str) -> None:
        """Refuse, for this reader's reason, unless the condition holds."""
        check(condition, self._reason, detail)
