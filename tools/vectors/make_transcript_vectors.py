#!/usr/bin/env python3
"""Test vectors for the transcript and the generators: an implementation of their own, from the
definitions in src/transcript/transcript.h and src/group/generators.h, with hashlib and integers.

usage: make_transcript_vectors.py > testdata/transcript_vectors.txt
"""

import hashlib

L = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


class Transcript:
    def __init__(self, protocol):
        self.state = bytes(64)
        self.update(0, protocol, b"")

    def update(self, kind, label, data):
        label = label.encode()
        message = self.state + bytes([kind]) + len(label).to_bytes(4, "little") + label
        self.state = hashlib.sha512(message + len(data).to_bytes(8, "little") + data).digest()

    def absorb(self, label, data):
        self.update(1, label, data)

    def challenge(self, label, draws=1):
        """The challenge after draws - 1 forbidden values."""
        for counter in range(draws):
            self.update(2, label, counter.to_bytes(4, "little"))
        return int.from_bytes(hashlib.sha512(self.state + b"\x03").digest(), "little") % L

    def challenge_bytes(self, label, n):
        self.update(4, label, n.to_bytes(8, "little"))
        blocks = [
            hashlib.sha512(self.state + b"\x05" + i.to_bytes(8, "little")).digest() for i in range(n // 64 + 1)
        ]
        return b"".join(blocks)[:n]


def negative(x):
    return x % P % 2 == 1


def absolute(x):
    return P - x % P if negative(x) else x % P


def sqrt_ratio(u, v):
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    correct, flipped = check == u % P, check == -u % P
    if flipped or check == -u * SQRT_M1 % P:
        r = r * SQRT_M1 % P
    return correct or flipped, absolute(r)


ONE_MINUS_D_SQ = (1 - D * D) % P
D_MINUS_ONE_SQ = (D - 1) ** 2 % P
SQRT_AD_MINUS_ONE = P - sqrt_ratio(-D - 1, 1)[1]
INVSQRT_A_MINUS_D = sqrt_ratio(1, -1 - D)[1]


def map_to_curve(data):
    """MAP of RFC 9496, 4.3.4, as an affine point."""
    t = int.from_bytes(data, "little") % 2**255
    r = SQRT_M1 * t * t % P
    u = (r + 1) * ONE_MINUS_D_SQ % P
    v = (-1 - r * D) * (r + D) % P
    was_square, s = sqrt_ratio(u, v)
    c = -1 if was_square else r
    s = s if was_square else -absolute(s * t)
    n = (c * (r - 1) * D_MINUS_ONE_SQ - v) % P
    w0, w1, w2, w3 = 2 * s * v, n * SQRT_AD_MINUS_ONE, 1 - s * s, 1 + s * s
    return w0 * pow(w1, -1, P) % P, w2 * pow(w3, -1, P) % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    k = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + k, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P


def encode(point):
    """RFC 9496, 4.3.2, with Z = 1."""
    x, y = point
    u1, u2 = (1 + y) * (1 - y) % P, x * y % P
    inverse_root = sqrt_ratio(1, u1 * u2 * u2 % P)[1]
    den1, den2 = inverse_root * u1 % P, inverse_root * u2 % P
    z_inverse = den1 * den2 * u2 % P
    if negative(u2 * z_inverse):
        x, y, den = y * SQRT_M1 % P, x * SQRT_M1 % P, den1 * INVSQRT_A_MINUS_D % P
    else:
        den = den2
    if negative(x * z_inverse):
        y = -y
    return absolute(den * (1 - y)).to_bytes(32, "little")


def generator(label, index):
    h = hashlib.sha512(b"vouch generator v1" + label.encode() + index.to_bytes(4, "little")).digest()
    return encode(add(map_to_curve(h[:32]), map_to_curve(h[32:])))


def main():
    print("# Made by tools/vectors/make_transcript_vectors.py.")
    print("# start P | absorb LABEL DATA | challenge LABEL r | except LABEL n r: after n forbidden draws |")
    print("# bytes LABEL n OUT | state S: one history, in order. DATA, OUT, S, r in hexadecimal; - is empty.")
    t = Transcript("test_protocol")
    print("start test_protocol")
    data = bytes(range(200))
    for label, n in (("a", 0), ("a", 1), ("ab", 0), ("point", 32), ("long", 200)):
        t.absorb(label, data[:n])
        print(f"absorb {label} {data[:n].hex() or '-'}")
    print(f"state {t.state.hex()}")
    print(f"challenge alpha {t.challenge('alpha').to_bytes(32, 'little').hex()}")
    print(f"challenge alpha {t.challenge('alpha').to_bytes(32, 'little').hex()}")
    for n in (0, 1, 3):
        print(f"except theta {n} {t.challenge('theta', n + 1).to_bytes(32, 'little').hex()}")
    for n in (0, 1, 64, 65, 200):
        print(f"bytes signs {n} {t.challenge_bytes('signs', n).hex() or '-'}")
    print(f"state {t.state.hex()}")
    print("# generator LABEL i E")
    for label, index in (("G", 0), ("G", 1), ("G", 1023), ("G", 32767), ("G", 131071), ("H", 0), ("U", 0)):
        print(f"generator {label} {index} {generator(label, index).hex()}")


if __name__ == "__main__":
    main()
