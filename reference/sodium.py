"""ristretto255 (section 2) on libsodium. An element is its encoding."""

import ctypes
import ctypes.util
from collections.abc import Iterable

from .field import ORDER
from .group import IDENTITY_ENCODING, field_element


class SodiumGroup:
    """The same group as group.PlainGroup."""

    def __init__(self) -> None:
        path = ctypes.util.find_library("sodium")
        if path is None:
            raise OSError("libsodium is not installed")
        self._library = ctypes.CDLL(path)
        if self._library.sodium_init() < 0:
            raise OSError("libsodium does not start")

    def decode(self, data: bytes) -> bytes:
        """RFC 9496, 4.3.1; libsodium 1.0.18 does not look at the highest bit."""
        field_element(data)
        if not self._library.crypto_core_ristretto255_is_valid_point(data):
            raise ValueError("not the encoding of an element")
        return data

    def encode(self, element: bytes) -> bytes:
        """RFC 9496, 4.3.2."""
        return element

    def derive(self, data: bytes) -> bytes:
        """RFC 9496, 4.3.4."""
        result = ctypes.create_string_buffer(32)
        self._library.crypto_core_ristretto255_from_hash(result, data)
        return result.raw

    def combine(self, terms: Iterable[tuple[int, bytes]]) -> bytes:
        """Each scalar times the sum of all elements that have it."""
        add = self._library.crypto_core_ristretto255_add
        multiply = self._library.crypto_scalarmult_ristretto255
        sums: dict[int, bytes] = {}
        buffer = ctypes.create_string_buffer(32)
        for scalar, element in terms:
            scalar %= ORDER
            if scalar in sums:
                add(buffer, sums[scalar], element)
                element = buffer.raw
            sums[scalar] = element
        total = ctypes.create_string_buffer(32)
        for scalar, element in sums.items():
            if scalar != 0 and element != IDENTITY_ENCODING:
                multiply(buffer, scalar.to_bytes(32, "little"), element)
                add(total, total, buffer)
        return total.raw
