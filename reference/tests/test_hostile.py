"""Hostile bytes: always a verdict, never another exception.

VOUCH_SAMPLES is the number of changed proofs that are verified.
"""

import os
import random
import unittest

from ..model import read_model
from ..proof_file import ModelFile, ProofFile
from ..statement import model_identity
from ..verdicts import Reason, Rejected
from ..verify import verify_proof
from . import examples
from .changes import changed

SAMPLES = int(os.environ.get("VOUCH_SAMPLES", "24"))
MODEL_AT = 10
REASONS = {reason.value for reason in Reason}


class ChangedProofs(unittest.TestCase):
    """An example's proof."""

    model = examples.data("network1.pub")
    proof = examples.data("network1.proof")

    def check(self, proof: bytes) -> None:
        """A proof is rejected."""
        self.assertIn(examples.reason(self.model, proof), REASONS)

    def test_single_bytes(self) -> None:
        """Single bytes changed, all over the proof."""
        draw = random.Random(1)
        for sample in range(SAMPLES):
            at = draw.randrange(sample * len(self.proof) // SAMPLES, len(self.proof))
            with self.subTest(at=at):
                self.check(changed(self.proof, at, draw.randrange(1, 256)))

    def test_frame(self) -> None:
        """Every byte of the frame up to the context."""
        for at in range(10 + 32 + 5 + 1):
            with self.subTest(at=at):
                self.check(changed(self.proof, at))

    def test_length(self) -> None:
        """Bytes missing, and bytes to spare."""
        for length in [*range(80), *range(80, len(self.proof), 97)]:
            self.assertEqual(examples.reason(self.model, self.proof[:length]), "decoding")
        self.assertEqual(examples.reason(self.model, self.proof + b"\0"), "decoding")

    def test_messages(self) -> None:
        """The identity, a scalar that is not canonical, one message too many or too few."""
        messages = ProofFile.decode(self.proof).messages
        start = len(self.proof) - 32 * len(messages)
        for number in (0, len(messages) // 2, len(messages) - 5):
            at = start + 32 * number
            self.assertReason("decoding", self.proof[:at] + bytes(32) + self.proof[at + 32 :])
        self.assertReason("decoding", self.proof[:-32] + b"\xff" * 32)
        self.assertReason("decoding", self.with_count(start, len(messages) - 1)[:-32])
        self.assertReason("decoding", self.with_count(start, len(messages) + 1) + bytes(32))

    def with_count(self, start: int, count: int) -> bytes:
        """The proof with another number of messages in its frame."""
        return self.proof[: start - 4] + count.to_bytes(4, "little") + self.proof[start:]

    def assertReason(self, reason: str, proof: bytes) -> None:  # noqa: N802
        """A proof is rejected for this reason."""
        self.assertEqual(examples.reason(self.model, proof), reason)


class ChangedModels(unittest.TestCase):
    """An example's model commitment."""

    model = examples.data("network2.pub")
    proof = examples.data("network2.proof")

    def test_single_bytes(self) -> None:
        """The model is rejected, or the proof is about another model."""
        draw = random.Random(2)
        for at in [*range(0, 64), *range(64, len(self.model), 127)]:
            with self.subTest(at=at):
                model = changed(self.model, at, draw.randrange(1, 256))
                self.assertIn(examples.reason(model, self.proof), REASONS)

    def test_length(self) -> None:
        """Bytes missing, and bytes to spare."""
        for length in range(0, len(self.model), 31):
            self.assertEqual(examples.reason(self.model[:length], self.proof), "decoding")
        self.assertEqual(examples.reason(self.model + b"\0", self.proof), "decoding")

    def test_descriptors(self) -> None:
        """Many random changes of a circuit: it is read or rejected, and soon."""
        draw = random.Random(3)
        size = int.from_bytes(self.model[MODEL_AT : MODEL_AT + 4], "little")
        for _ in range(400):
            model = bytearray(self.model)
            for _ in range(draw.randrange(1, 4)):
                model[MODEL_AT + 4 + draw.randrange(size)] = draw.choice((0, 1, 2, 8, 128, 255))
            try:
                read_model(bytes(model), examples.GROUP)
            except Rejected as rejected:
                self.assertIn(rejected.reason, REASONS)

    def test_proofs_about_changed_models(self) -> None:
        """The last zero-point, a row of W and one of b; the proof names the changed model. It is
        rejected even if nobody asks whether the changed model's weights are bounded.
        """
        file = ModelFile.decode(self.model)
        rows_w = MODEL_AT + 4 + len(file.circuit) + 4
        rows_b = rows_w + 32 * len(file.rows_w) + 4
        for at in (rows_w - 4 - 2, rows_w, rows_b):
            model = self.find_readable(at)
            identity = model_identity(ModelFile.decode(model))
            proof = self.proof[:MODEL_AT] + identity + self.proof[MODEL_AT + 32 :]
            with self.subTest(at=at):
                self.assertEqual(examples.reason(model, proof), "linear form")
                with self.assertRaises(Rejected) as caught:
                    verify_proof(read_model(model, examples.GROUP), proof, examples.GENERATORS)
                self.assertEqual(caught.exception.reason, Reason.LINEAR_FORM)

    def find_readable(self, at: int) -> bytes:
        """The model with this byte changed so that it still reads as a model commitment."""
        for difference in range(1, 256):
            model = changed(self.model, at, difference)
            try:
                read_model(model, examples.GROUP)
            except Rejected:
                continue
            return model
        raise AssertionError("no change is accepted")
