"""python3 -m reference."""

import contextlib
import io
import json
import unittest

from ..__main__ import ACCEPTED, ERROR, REJECTED, main
from . import examples


def run(*arguments: str) -> tuple[int, dict]:
    """The exit status and the report."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        status = main(["verify", *arguments, "--json"])
    return status, json.loads(output.getvalue())


class CommandLine(unittest.TestCase):
    """Exit status and report."""

    model = str(examples.DIRECTORY / "mobilenet.pub")
    proof = str(examples.DIRECTORY / "mobilenet.proof")

    def test_accepted(self) -> None:
        """0, and what the C++ verifier reports."""
        status, report = run(
            self.model,
            self.proof,
            *("--context-hex", examples.CONTEXT.hex()),
            *("--input", str(examples.DIRECTORY / "a.png")),
        )
        self.assertEqual(status, ACCEPTED)
        wanted = json.loads(examples.data("mobilenet.json"))
        self.assertEqual(report, {key: wanted[key] for key in report})

    def test_rejected(self) -> None:
        """1, with a reason."""
        status, report = run(self.model, self.model)
        self.assertEqual((status, report["reason"]), (REJECTED, "decoding"))

    def test_error(self) -> None:
        """2."""
        self.assertEqual(run(self.model, self.proof + ".not-there")[0], ERROR)
        status, _ = run(self.model, self.proof, "--input", self.proof)
        self.assertEqual(status, ERROR)

    def test_error_before_verdict(self) -> None:
        """A file or an opening that cannot be used, even if the model would be refused."""
        self.assertEqual(run(self.proof, self.proof)[0], REJECTED)
        self.assertEqual(run(self.proof, self.proof + ".not-there")[0], ERROR)
        self.assertEqual(run(self.proof, self.proof, "--opening", self.proof)[0], ERROR)
