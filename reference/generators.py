"""Section 2: the generators, and a cache of their encodings."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .generator_digests import DIGESTS
from .group import Group
from .transcript import u32

CHUNK = 4096


def generator_seed(label: str, i: int) -> bytes:
    """sha512("vouch generator v1" ‖ label ‖ u32 i)."""
    return hashlib.sha512(b"vouch generator v1" + label.encode() + u32(i)).digest()


def chunk_digest(chunk: bytes) -> str:
    """What generator_digests.py has of each chunk."""
    return hashlib.blake2b(chunk, digest_size=32).hexdigest()


class Generators:
    """ "G_i = generator("G", i)   H = generator("H", 0)   U = generator("U", 0)" """

    def __init__(self, group: Group, cache: Path | None = None) -> None:
        self.group = group
        self._cache = cache
        self._chunks: dict[int, list[Any]] = {}
        self.H = group.derive(generator_seed("H", 0))
        self.U = group.derive(generator_seed("U", 0))

    def first(self, count: int) -> Iterator[Any]:
        """G_0 … G_{count−1}."""
        for number in range(-(-count // CHUNK)):
            yield from self._chunk(number)[: count - number * CHUNK]

    def _chunk(self, number: int) -> list[Any]:
        if number not in self._chunks:
            self._chunks[number] = self._load(number)
        return self._chunks[number]

    def _load(self, number: int) -> list[Any]:
        cached = self._read(number)
        if cached is not None:
            encodings = (cached[i : i + 32] for i in range(0, len(cached), 32))
            return [self.group.decode(encoding) for encoding in encodings]
        first = number * CHUNK
        derived = [self.group.derive(generator_seed("G", i)) for i in range(first, first + CHUNK)]
        self._write(number, derived)
        return derived

    def _read(self, number: int) -> bytes | None:
        """A chunk of the cache, if it has the digest that belongs to it."""
        if self._cache is None:
            return None
        try:
            chunk = self._path(self._cache, number).read_bytes()
        except OSError:
            return None
        return chunk if chunk_digest(chunk) == DIGESTS[number] else None

    def _write(self, number: int, elements: list[Any]) -> None:
        """Keep a chunk; that the directory cannot be written costs time only."""
        if self._cache is None:
            return
        path = self._path(self._cache, number)
        temporary = path.with_suffix(f".{os.getpid()}")
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(b"".join(map(self.group.encode, elements)))
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)

    @staticmethod
    def _path(cache: Path, number: int) -> Path:
        return cache / f"generators-v1-{number:02}.bin"
