"""Section 16: the verdict of every case is that of the C++ verifier."""

import unittest

from ..expectation import Expectation
from ..proof_file import InputOpening
from ..verdicts import Rejected
from ..verify import Accepted
from . import examples
from .changes import changed


def answer(case: dict) -> Accepted | str:
    """What is accepted, or why not."""
    context = case.get("context")
    expectation = Expectation(
        None if context is None else bytes.fromhex(context),
        [InputOpening.decode(examples.data(name)) for name in case.get("openings", ())] or None,
        [examples.data(name) for name in case.get("inputs", ())] or None,
    )
    model = changed(examples.data(case["model"]), *case.get("change_model", (0, 0)))
    proof = changed(examples.data(case["proof"]), *case.get("change_proof", (0, 0)))
    try:
        return examples.verify(model, proof, expectation)
    except Rejected as rejected:
        return rejected.reason.value


class Cases(unittest.TestCase):
    """All of cases.json."""

    def test_verdicts(self) -> None:
        """The same verdict; of what is accepted, the same claim."""
        for case in examples.cases():
            with self.subTest(case):
                self.check(case)

    def check(self, case: dict) -> None:
        """One of them."""
        result = answer(case)
        if case["verdict"] != "accepted":
            self.assertEqual(result, case["verdict"])
            return
        self.assertIsInstance(result, Accepted)
        claims = [
            {"input": identity.hex(), "output": output.hex()}
            for identity, output in zip(result.inputs, result.outputs)
        ]
        self.assertEqual(claims, case["claim"])

    def test_all_verdicts_occur(self) -> None:
        """The cases are of all kinds."""
        verdicts = {case["verdict"] for case in examples.cases()}
        reasons = {"decoding", "descriptor", "statement", "product", "linear form"}
        self.assertEqual(verdicts, {"accepted"} | reasons)
