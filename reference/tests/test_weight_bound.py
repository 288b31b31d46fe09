"""Section 20: projections, their claim, and examples' proofs that weights are bounded."""

import re
import unittest
from dataclasses import replace
from types import SimpleNamespace

from ..field import ORDER, dot
from ..layout import ceil_log2
from ..manifest import BoundManifest
from ..multilinear import eq_index
from ..projections import Projections, block_bits
from ..proof_file import ModelFile
from ..tampering.question import encode_model
from ..transcript import Transcript
from ..validity import check_circuit
from ..vectors.mobilenet import mobilenet_v2
from ..verdicts import Rejected
from ..weight_bound import BITS, KAPPA, LIMBS, PROJECTIONS, WIDTH, BoundShape, bound_columns, sum_claim
from . import examples
from .test_algebra import point
from .test_group import scalar
from .test_manifest import PROTOCOL

BLOCKS = {4: [2, 1, 1], 5: [2, 2, 1], 6: [2, 2, 2], 17: [6, 6, 5], 23: [8, 8, 7], 30: [10, 10, 10]}
COUNT = 5


def members(n: int, count: int, transcript: Transcript) -> list[list[int]]:
    """Of every projection, the indices of which it is the sum; byte by byte as section 20 has it."""
    sizes = BLOCKS[n]
    lengths = [max(1, 2**bits // 8) for bits in sizes]
    data = transcript.draw_bytes("subsets", count * sum(lengths))
    result = []
    for i in range(count):
        start = i * sum(lengths)
        indices = []
        for index in range(1 << n):
            at, rest = start, index
            inside = True
            for bits, length in zip(sizes, lengths):
                j, rest = rest % 2**bits, rest >> bits
                inside = inside and data[at + j // 8] >> j % 8 & 1 == 1
                at += length
            if inside:
                indices.append(index)
        result.append(indices)
    return result


class ProjectionSums(unittest.TestCase):
    """Which entries a projection has, and its extension."""

    def test_blocks(self) -> None:
        """The lowest blocks have the bits that are left over."""
        for n, sizes in BLOCKS.items():
            self.assertEqual(block_bits(n), sizes)

    def test_extension(self) -> None:
        """p̃_i(z) is the sum of eq(z, ·) over the projection's indices."""
        for n in (4, 5, 6):
            z = point(n)
            projections = Projections(n, COUNT, Transcript("test"), "subsets")
            wanted = [
                sum(eq_index(z, j) for j in indices) % ORDER
                for indices in members(n, COUNT, Transcript("test"))
            ]
            self.assertEqual(list(projections.at(z)), wanted)


class SumClaim(unittest.TestCase):
    """Claim 1 holds for what an honest prover commits to, and only then."""

    def difference(self, change: int = 0) -> int:
        """Σ_col ⟨Ω_col, col⟩ − y for some W and b and their bits, a bit of which is changed."""
        entries = {"W": [(-1) ** j * (scalar(j) >> 190) for j in range(64)]}
        entries["b"] = [scalar(100 + j) >> 190 for j in range(16)]
        sums = [0] * PROJECTIONS
        projections = {}
        for name, n in (("W", 6), ("b", 4)):
            projections[name] = Projections(n, PROJECTIONS, Transcript(name), "subsets")
            for i, indices in enumerate(members(n, PROJECTIONS, Transcript(name))):
                sums[i] += sum(entries[name][j] for j in indices)
        ledger = SimpleNamespace(challenge=lambda label: scalar(7))
        claim = sum_claim(ledger, projections)  # type: ignore[arg-type]
        total = 0
        for name, n in (("W", 6), ("b", 4)):
            (extension,) = claim.functionals[name].extensions
            omega = (extension([j >> bit & 1 for bit in range(n)]) for j in range(1 << n))
            total += dot(omega, entries[name])
        ((brick, (first, *ones, last)),) = claim.functionals["bits"].brick_terms
        self.assertEqual((brick, ones), (0, [[1], [1]]))
        for i, y in enumerate(sums):
            moved = y + 2 ** (BITS - 1)
            self.assertLess(moved, 2**BITS)
            for j in range(BITS):
                bit = moved >> j & 1
                total += first[5 * i + j // 16] * last[j % 16] * (bit + change * (i == j == 17))
        self.assertEqual(claim.y.terms, {})
        return (total - claim.y.constant) % ORDER

    def test_holds(self) -> None:
        """Of honest bits; not with one more or less."""
        self.assertEqual(self.difference(), 0)
        self.assertNotEqual(self.difference(1), 0)


class Counts(unittest.TestCase):
    """The numbers of section 20."""

    def test_mobilenet(self) -> None:
        """MobileNetV2 1.0 at 224 × 224."""
        columns = check_circuit(mobilenet_v2())
        manifest = BoundManifest(columns)
        self.assertEqual((manifest.ledger_messages, manifest.messages), (13, 49))
        self.assertEqual(ceil_log2(manifest.generators), 15)
        opened = bound_columns(columns)
        self.assertEqual(opened.opening_bits, 23)
        *_, bits = opened
        self.assertEqual((bits.n, len(bits.present_rows)), (17, 6))
        self.assertEqual(list(BoundShape().rounds(17)), [4, 4, 4, 4, 1])

    def test_labels_are_those_of_the_document(self) -> None:
        """Before `products`, from where on they are section 18's."""
        text = PROTOCOL.read_text(encoding="utf-8").split("\n## 20. ")[1]
        documented = re.findall(r"^\| `(.+?)` \|.*\| T\b[^|]*\|$", text, re.MULTILINE)
        labels = list(dict.fromkeys(m.label for m in BoundManifest(check_circuit(mobilenet_v2()))))
        self.assertEqual(labels[: labels.index("products")], documented)

    def test_examples(self) -> None:
        """As many messages as counted."""
        for name in sorted({case["model"] for case in examples.cases()}):
            model = examples.model(examples.data(name))
            count = len(model.file.bound_messages)
            self.assertEqual(count, BoundManifest(model.columns).messages)


class ChangedBounds(unittest.TestCase):
    """An example's proof that weights are bounded; whatever is wrong with it comes before what is
    wrong with a proof about the model.
    """

    file = ModelFile.decode(examples.data("network2.pub"))

    def reason(self, **changes: list[bytes]) -> str | None:
        """Why a model commitment is refused, or, if it is not, a proof that is none."""
        changed = replace(self.file, **changes)  # type: ignore[arg-type]
        return examples.reason(encode_model(changed), b"")

    def with_message(self, number: int, data: bytes) -> str | None:
        """The verdict with another message."""
        messages = list(self.file.bound_messages)
        messages[number] = data
        return self.reason(bound_messages=messages)

    def test_unchanged(self) -> None:
        """The model is accepted; what is empty is no proof."""
        self.assertEqual(encode_model(self.file), examples.data("network2.pub"))
        examples.model(encode_model(self.file))
        self.assertEqual(self.reason(), "decoding")

    def test_numbers(self) -> None:
        """A row or a message too few or too many."""
        for name in ("rows_bits", "bound_messages"):
            data = getattr(self.file, name)
            for changed in ([], data[:-1], [*data, data[-1]]):
                with self.assertRaisesRegex(Rejected, "^decoding: bounded weights: .*(number of rows|message)"):
                    examples.model(encode_model(replace(self.file, **{name: changed})))

    def test_not_canonical(self) -> None:
        """The identity, an element that is none, and a scalar beyond ℓ."""
        count = len(self.file.bound_messages)
        for number, data in ((0, bytes(32)), (0, b"\xff" * 32), (count - 1, b"\xff" * 32)):
            messages = list(self.file.bound_messages)
            messages[number] = data
            with self.assertRaisesRegex(Rejected, "^decoding: bounded weights: (group element|scalar|a group)"):
                examples.model(encode_model(replace(self.file, bound_messages=messages)))
        rows = [bytes(32), *self.file.rows_bits[1:]]
        with self.assertRaisesRegex(Rejected, "^decoding: bounded weights: .*identity"):
            examples.model(encode_model(replace(self.file, rows_bits=rows)))

    def test_product(self) -> None:
        """f* of another value."""
        opening = -(-bound_columns(examples.model(encode_model(self.file)).columns).opening_bits // 4)
        self.assertEqual(self.with_message(5 + 1 + opening + 1, scalar_one()), "product")

    def test_linear_form(self) -> None:
        """Another last scalar, element, row; the proof of another model, or of another W."""
        self.assertEqual(self.with_message(-1, scalar_one()), "linear form")
        self.assertEqual(self.with_message(0, self.file.rows_bits[0]), "linear form")
        rows = self.file.rows_bits[::-1]
        self.assertEqual(self.reason(rows_bits=rows), "linear form")
        self.assertEqual(self.reason(rows_w=self.file.rows_w[::-1]), "linear form")
        other = ModelFile.decode(examples.data("network1.pub"))
        proof = {"rows_bits": other.rows_bits, "bound_messages": other.bound_messages}
        counted = len(other.bound_messages) == len(self.file.bound_messages)
        self.assertEqual(self.reason(**proof), "linear form" if counted else "decoding")


def scalar_one() -> bytes:
    """1, as a message."""
    return (1).to_bytes(32, "little")


class Document(unittest.TestCase):
    """Section 20 says these numbers in words and tables."""

    def test_numbers(self) -> None:
        """Each that the code has, as the document writes it."""
        text = PROTOCOL.read_text(encoding="utf-8")
        section = " ".join(text.split("\n## 20. ")[1].split())
        power = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
        half, most = (str(n).translate(power) for n in (BITS - 1, BITS - 1 + 3))
        lines, grouping = PROJECTIONS * LIMBS, BoundShape()
        slots = (lines * WIDTH - 1).bit_length()
        for words in (
            f"at most 2{most} in absolute value",
            f"| 2 | *bits* | one, ({lines}, 1, 1, {WIDTH}) | {KAPPA} | {KAPPA} |",
            f"So κ = max(κ_M, {KAPPA}) here; n of the bits is {slots}, and "
            f"{-(-lines * WIDTH >> KAPPA)} of their rows are present.",
            f"budget = {grouping.budget} and most = {grouping.most}.",
            f"There are P = {PROJECTIONS} projections.",
            f"bit j, 0 ≤ j < {BITS}, of y_i + 2{half}",
            f"element ({LIMBS}i + ⌊j/{WIDTH}⌋, 0, 0, j mod {WIDTH})",
            f"V → P r_0, …, r_{slots - 1} (`bound point`)",
            f"2^({WIDTH}·l) at {LIMBS}i + l (0 ≤ l < {LIMBS})",
            f"| 2{half}·Σ_i ρ^i |",
        ):
            self.assertIn(words, section)
