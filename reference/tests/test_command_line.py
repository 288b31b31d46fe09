"""python3 -m reference."""

import contextlib
import io
import json
import pickle
import unittest
from pathlib import Path

from ..__main__ import ACCEPTED, ERROR, REJECTED, main, parse
from ..vectors.examples import COUNTED
from ..verdicts import Reason, Rejected
from . import examples


KEPT = Path(__file__).parents[2] / "testdata" / "reference"


def run(*arguments: str, command: str = "verify") -> tuple[int, dict]:
    """The exit status and the report."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        status = main([command, *arguments, "--json"])
    return status, json.loads(output.getvalue())


class CommandLine(unittest.TestCase):
    """Exit status and report."""

    model = str(examples.DIRECTORY / "mobilenet_fast.pub")
    proof = str(examples.DIRECTORY / "mobilenet_fast.proof")

    def test_accepted(self) -> None:
        """0, and what the C++ verifier reports; with fast and with exact rounding."""
        expected = ("--context-hex", examples.CONTEXT.hex())
        expected += ("--input", str(examples.DIRECTORY / "a.png"))
        for rounding in ("fast", "exact"):
            files = [f"mobilenet_{rounding}.{ending}" for ending in ("pub", "proof", "json")]
            model, proof, answer = (str(examples.DIRECTORY / name) for name in files)
            status, report = run(model, proof, *expected)
            self.assertEqual(status, ACCEPTED)
            wanted = json.loads(Path(answer).read_text(encoding="utf-8"))
            self.assertEqual(report, {key: wanted[key] for key in report})

    def test_rejected(self) -> None:
        """1, with a reason."""
        status, report = run(self.model, __file__)
        self.assertEqual((status, report["reason"]), (REJECTED, "decoding"))

    def test_error(self) -> None:
        """2."""
        self.assertEqual(run(self.model, self.proof + ".not-there")[0], ERROR)
        status, _ = run(self.model, self.proof, "--input", self.proof)
        self.assertEqual(status, ERROR)
        self.assertEqual(run(self.model, self.model)[0], ERROR)
        self.assertEqual(run(self.proof, self.proof)[0], ERROR)
        status, _ = run(self.model, self.proof, "--context", "x" * 4097)
        self.assertEqual(status, ERROR)
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as caught:
            run(self.model, self.proof, "--context-hex", "61 62")
        self.assertEqual(caught.exception.code, ERROR)

    def test_error_before_verdict(self) -> None:
        """A file or an opening that cannot be used, even if the model would be refused."""
        bad = __file__
        self.assertEqual(run(bad, self.proof)[0], REJECTED)
        self.assertEqual(run(bad, self.proof + ".not-there")[0], ERROR)
        self.assertEqual(run(bad, self.proof, "--input", bad, "--opening", bad)[0], ERROR)
        self.assertEqual(run(bad, self.proof, "--opening", bad)[0], ERROR)
        self.assertEqual(run(bad, self.proof, "--context", "x" * 4097)[0], ERROR)

    def test_verdict_before_error(self) -> None:
        """A file of an input matters only if all checks before 13 hold, and their number."""
        bad = ("--input", __file__)
        self.assertEqual(run(__file__, self.proof, *bad)[0], REJECTED)
        self.assertEqual(run(self.model, __file__, *bad)[0], REJECTED)
        self.assertEqual(run(self.model, self.proof, "--context", "no", *bad)[0], REJECTED)
        self.assertEqual(run(self.model, self.proof, *bad, *bad)[0], REJECTED)
        self.assertEqual(run(self.model, self.proof, *bad)[0], ERROR)

    def test_hidden(self) -> None:
        """A hidden input cannot be compared without its opening."""
        files = [str(KEPT / name) for name in ("two.pub", "two.proof")]
        status, report = run(*files, *("--input", __file__) * 2)
        self.assertEqual(status, ERROR)
        self.assertIn("hidden", report["detail"])

    def test_contexts(self) -> None:
        """Bytes of an argument as they are, whether they are text or not."""
        parsed = parse(["verify", "m", "p", "--context", "\udcff"])
        self.assertEqual(parsed.context, b"\xff")

    def test_refusals_between_processes(self) -> None:
        """What one process raises, another gets whole."""
        sent = pickle.loads(pickle.dumps(Rejected(Reason.DECODING, "too long")))
        self.assertEqual((sent.reason, sent.detail), (Reason.DECODING, "too long"))


class HiddenOutputs(unittest.TestCase):
    """Predicates, and what opens predictions, labels and counts."""

    model = str(KEPT / "ranked.pub")

    def run_on(self, proof: str, *arguments: str) -> tuple[int, dict]:
        """About one of the kept proofs."""
        return run(self.model, str(KEPT / f"{proof}.proof"), *arguments)

    def test_predicate(self) -> None:
        """Reported; expected or not."""
        status, report = self.run_on("members")
        self.assertEqual((status, report["predicate"]), (ACCEPTED, "010003"))
        self.assertEqual(len(report["inputs"][2]["result"]), 4 * 3)
        self.assertNotIn("output", report["inputs"][2])
        for predicate, wanted in (("010003", ACCEPTED), ("010004", REJECTED), ("", REJECTED)):
            status, report = self.run_on("members", "--predicate-hex", predicate)
            self.assertEqual(status, wanted, report)
        tiny = [str(KEPT / name) for name in ("tiny.pub", "tiny.proof")]
        self.assertEqual(run(*tiny, "--predicate-hex", "")[0], ACCEPTED)
        self.assertEqual(run(*tiny, "--predicate-hex", "010003")[0], REJECTED)

    def test_openings(self) -> None:
        """All of them, in order, of this proof; of predictions no labels."""
        for proof, option, ending in (
            ("members", "--prediction", "classes"),
            ("hidden_label", "--label-opening", "label"),
        ):
            files = sorted(str(path) for path in KEPT.glob(f"{proof}.{ending}[0-9]"))
            self.assertGreater(len(files), 1)
            self.assertEqual(self.expecting(proof, option, files), ACCEPTED)
            for others in (files[::-1], files[:-1], [*files, files[0]]):
                self.assertEqual(self.expecting(proof, option, others), REJECTED)
            self.assertEqual(self.expecting("score", option, files), REJECTED)
            other = {"--prediction": "--label-opening", "--label-opening": "--prediction"}[option]
            self.assertEqual(self.expecting(proof, other, files), ERROR)
            self.assertEqual(self.expecting(proof, option, [__file__]), ERROR)

    def expecting(self, proof: str, option: str, files: list[str]) -> int:
        """The exit status."""
        return self.run_on(proof, *(word for file in files for word in (option, file)))[0]

    def test_counts(self) -> None:
        """Of all proofs that it is of, and no others."""
        opening, proofs = str(KEPT / "ranked.count"), [str(KEPT / f"{p}.proof") for p in COUNTED]
        status, report = run(opening, self.model, *proofs, command="count")
        self.assertEqual((status, report["status"]), (ACCEPTED, "accepted"))
        self.assertGreater(report["total"], 0)
        without = [str(KEPT / "members.proof")]
        for others in (proofs[:-1], [*proofs, proofs[0]], [*proofs, *without], without):
            self.assertEqual(run(opening, self.model, *others, command="count")[0], REJECTED)
        self.assertEqual(run(__file__, self.model, *proofs, command="count")[0], ERROR)
