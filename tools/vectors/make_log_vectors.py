#!/usr/bin/env python3
"""Test vectors for Merkle trees, by the definitions of RFC 9162, section 2.1, word for word.

usage: make_log_vectors.py > testdata/log_vectors.txt

Leaf i is i bytes of value i. Hashes are in hexadecimal, paths in the order of the RFC.
"""

from hashlib import sha256

MOST = 20


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(d):
    if not d:
        return sha256(b"").digest()
    if len(d) == 1:
        return sha256(b"\0" + d[0]).digest()
    k = split(len(d))
    return sha256(b"\1" + mth(d[:k]) + mth(d[k:])).digest()


def path(m, d):
    if len(d) == 1:
        return []
    k = split(len(d))
    if m < k:
        return path(m, d[:k]) + [mth(d[k:])]
    return path(m - k, d[k:]) + [mth(d[:k])]


def subproof(m, d, whole):
    if m == len(d):
        return [] if whole else [mth(d)]
    k = split(len(d))
    if m <= k:
        return subproof(m, d[:k], whole) + [mth(d[k:])]
    return subproof(m - k, d[k:], False) + [mth(d[:k])]


def line(*words):
    print(" ".join(w.hex() if isinstance(w, bytes) else str(w) for w in words))


def main():
    print("# Made by tools/vectors/make_log_vectors.py: leaf i is i bytes of value i.")
    print("# root N hash    inclusion INDEX N hashes    consistency OLD N hashes")
    leaves = [bytes([i]) * i for i in range(MOST)]
    for n in range(MOST + 1):
        line("root", n, mth(leaves[:n]))
        for i in range(n):
            line("inclusion", i, n, *path(i, leaves[:n]))
        for m in range(1, n):
            line("consistency", m, n, *subproof(m, leaves[:n], True))


if __name__ == "__main__":
    main()
