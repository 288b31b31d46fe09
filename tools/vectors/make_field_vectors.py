#!/usr/bin/env python3
"""Test vectors for the two fields, made with Python's own integers.

usage: make_field_vectors.py > testdata/field_vectors.txt

FIELD is "l" (scalars, l = 2^252 + 27742317777372353535851937790883648493) or "p" (the curve's field,
p = 2^255 - 19). Numbers are 32 bytes, little-endian, in hexadecimal.
"""

import random

L = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19


def edges(modulus):
    """Where carries, borrows and reductions happen."""
    values = [0, 1, 2, modulus - 1, modulus - 2, (modulus - 1) // 2, (modulus + 1) // 2]
    for k in (1, 32, 51, 63, 64, 65, 102, 127, 128, 153, 191, 192, 204, 251, 252):
        values += [2**k - 1, 2**k, 2**k + 1]
    return [v % modulus for v in values]


def hexadecimal(x, size=32):
    return x.to_bytes(size, "little").hex()


def field_lines(name, modulus, rng):
    special = edges(modulus)
    pairs = [(a, b) for a in special for b in rng.sample(special, 2)]
    pairs += [(rng.choice(special), rng.randrange(modulus)) for _ in range(20)]
    pairs += [(rng.randrange(modulus), rng.randrange(modulus)) for _ in range(60)]
    for a, b in pairs:
        results = [(a + b) % modulus, (a - b) % modulus, a * b % modulus, pow(a, -1, modulus) if a else 0]
        yield " ".join(["arithmetic", name] + [hexadecimal(x) for x in [a, b] + results])


def scalar_lines(rng):
    wide = [0, 1, L - 1, L, L + 1, L * L, L * L - 1, 2**512 - 1, 2**256, 2**256 - 1, 2**511, L << 259]
    wide += [rng.randrange(2**512) for _ in range(100)]
    for x in wide:
        yield f"wide {hexadecimal(x, 64)} {hexadecimal(x % L)}"
    for x in [L, L + 1, 2 * L, 2**253, 2**255 - 1, 2**255, 2**256 - 1, L + 2**64, L + 2**192]:
        yield f"too-large {hexadecimal(x)}"
    for x in [L - 1, L - 2, 2**252, 2**252 - 1, 2**252 + 2**124]:
        yield f"not-too-large {hexadecimal(x)}"
    for x in [0, 1, -1, 255, -(2**17), 2**63 - 1, -(2**63)] + [rng.randrange(-(2**63), 2**63) for _ in range(50)]:
        yield f"integer {x} {hexadecimal(x % L)}"
    for exponent in [0, 1, 2, 3, 254, 2**32, 2**64 - 1, rng.randrange(2**64)]:
        x = rng.randrange(L)
        yield f"power {hexadecimal(x)} {exponent} {hexadecimal(pow(x, exponent, L))}"


def main():
    rng = random.Random(20240511)
    print("# Made by tools/vectors/make_field_vectors.py. Numbers: little-endian, hexadecimal.")
    print("# arithmetic FIELD a b a+b a-b a*b 1/a     (1/0 = 0)")
    print("# wide X r: the 512-bit integer X mod l    too-large x, not-too-large x: against l")
    print("# integer x r: a signed decimal mod l      power x e r: e in decimal")
    for name, modulus in (("l", L), ("p", P)):
        for line in field_lines(name, modulus, rng):
            print(line)
    for line in scalar_lines(rng):
        print(line)


if __name__ == "__main__":
    main()
