"""Section 2: both groups against the vectors of RFC 9496, appendix A, and each other."""

import hashlib
import unittest

from ..field import ORDER
from ..group import Group, P, PlainGroup
from ..sodium import SodiumGroup

MULTIPLES = """
0000000000000000000000000000000000000000000000000000000000000000
e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76
6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919
94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259
da80862773358b466ffadfe0b3293ab3d9fd53c5ea6c955358f568322daf6a57
e882b131016b52c1d3337080187cf768423efccbb517bb495ab812c4160ff44e
""".split()

BAD_ENCODINGS = """
00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
0100000000000000000000000000000000000000000000000000000000000000
01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20
c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562
26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371
4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f
3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e
ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
""".split()

ESPRESSO = b"Ristretto is traditionally a short shot of espresso coffee"
ESPRESSO_ELEMENT = "3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46"


def scalar(i: int) -> int:
    """Some scalar."""
    return int.from_bytes(hashlib.sha512(b"scalar%d" % i).digest(), "little") % ORDER


def seed(i: int) -> bytes:
    """Some 64 bytes."""
    return hashlib.sha512(b"seed%d" % i).digest()


GROUPS: tuple[Group, ...] = (PlainGroup(), SodiumGroup())


class Vectors(unittest.TestCase):
    """RFC 9496, A.1–A.3."""

    def test_multiples_of_the_generator(self) -> None:
        """A.1."""
        for group in GROUPS:
            base = group.decode(bytes.fromhex(MULTIPLES[1]))
            for k, encoding in enumerate(MULTIPLES):
                self.assertEqual(group.encode(group.combine([(k, base)])).hex(), encoding)

    def test_bad_encodings(self) -> None:
        """A.2."""
        for group in GROUPS:
            for encoding in BAD_ENCODINGS:
                with self.assertRaises(ValueError):
                    group.decode(bytes.fromhex(encoding))

    def test_derivation(self) -> None:
        """A.3."""
        for group in GROUPS:
            element = group.derive(hashlib.sha512(ESPRESSO).digest())
            self.assertEqual(group.encode(element).hex(), ESPRESSO_ELEMENT)


def decoded(group: Group, data: bytes) -> bytes | None:
    """The encoding of what data decodes to."""
    try:
        return group.encode(group.decode(data))
    except ValueError:
        return None


class Agreement(unittest.TestCase):
    """PlainGroup and SodiumGroup."""

    def test_derive_encode_decode(self) -> None:
        """Elements go through both groups unchanged."""
        for i in range(32):
            plain, sodium = (group.encode(group.derive(seed(i))) for group in GROUPS)
            self.assertEqual(plain, sodium)
            for group in GROUPS:
                self.assertEqual(group.encode(group.decode(plain)), plain)

    def test_decode_of_any_bytes(self) -> None:
        """Both accept the same encodings."""
        for i in range(64):
            data = seed(i)[:31] + bytes([seed(i)[31] & 0x7F])
            self.assertEqual(*(decoded(group, data) for group in GROUPS))

    def test_decode_of_others_encodings(self) -> None:
        """The highest bit set, or negated: nobody's encoding."""
        for i in range(32):
            data = PlainGroup().encode(PlainGroup().derive(seed(i)))
            negated = (P - int.from_bytes(data, "little")).to_bytes(32, "little")
            for other in (data[:31] + bytes([data[31] | 0x80]), negated):
                self.assertEqual([decoded(group, other) for group in GROUPS], [None, None])

    def test_combine(self) -> None:
        """Sums of several sizes, with zeros, equal scalars, and cancelling ones."""
        for count in (0, 1, 2, 7, 40):
            scalars = [scalar(i) if i % 5 else i for i in range(count)]
            scalars += [1, ORDER - 1, 0, 3, 3]
            sums = []
            for group in GROUPS:
                elements = [group.derive(seed(i)) for i in range(count)]
                elements += [group.derive(seed(1000))] * 2
                elements += [group.derive(seed(1001 + i)) for i in range(3)]
                sums.append(group.encode(group.combine(zip(scalars, elements, strict=True))))
            self.assertEqual(*sums)

    def test_identity(self) -> None:
        """A sum that cancels is encoded as 32 zero bytes."""
        for group in GROUPS:
            element = group.derive(seed(0))
            total = group.combine([(5, element), (ORDER - 2, element), (-3, element)])
            self.assertEqual(group.encode(total), bytes(32))
