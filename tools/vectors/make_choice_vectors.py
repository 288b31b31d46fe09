#!/usr/bin/env python3
"""Prints the vectors of src/protocol/random_choice_test.cc, from the definition in
docs/protocols.md: a list that is really shuffled where it is short."""

import hashlib
import struct


def words(seed):
    label = b"vouch random choice v1"
    block = 0
    while True:
        digest = hashlib.sha512(struct.pack("<I", len(label)) + label + seed +
                                struct.pack("<Q", block)).digest()
        yield from struct.unpack("<8Q", digest)
        block += 1


def choices(seed, count, how_many):
    stream = words(seed)
    a = {}
    for j in range(how_many):
        bound = count - j
        w = next(w for w in stream if w < 2**64 - 2**64 % bound)
        r = j + w % bound
        a[j], a[r] = a.get(r, r), a.get(j, j)
        yield a[j]


if __name__ == "__main__":
    for which, count, how_many in ((0, 10, 10), (7, 1_000_000_007, 5), (7, 2**64 - 1, 3)):
        print(*choices(bytes([which]) + bytes(31), count, how_many))
