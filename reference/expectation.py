"""Section 16, checks 11–13, and section 21.5: what a caller expects of a proof besides its being one."""

from collections.abc import Sequence
from dataclasses import dataclass

from .generators import Generators
from .input_commitment import input_rows
from .hidden_rows import HiddenRows
from .model import Model
from .predicate import Predicate
from .proof_file import InputOpening, ProofFile
from .statement import input_identity
from .verdicts import Reason, check


@dataclass(frozen=True)
class Expectation:
    """Each is expected only if it is not None. A predicate is its encoding, of no bytes if it is the output's
    codes that are expected; predictions and labels are their identities.
    """

    context: bytes | None = None
    openings: Sequence[InputOpening] | None = None
    inputs: Sequence[bytes] | None = None
    predicate: bytes | None = None
    predictions: Sequence[bytes] | None = None
    labels: Sequence[bytes] | None = None

    def check(
        self,
        model: Model,
        proof: ProofFile,
        rows_of_d: Sequence[list[bytes]],
        hidden: HiddenRows,
        generators: Generators,
    ) -> None:
        """All of them, for a proof with these rows of D for each of its inputs."""
        same = self.context is None or self.context == proof.context
        require(same, "made for another context")
        self._check_hidden(proof.predicate, hidden)
        self._check_openings(rows_of_d)
        if self.inputs is None:
            return
        require(len(self.inputs) == len(rows_of_d), "about another number of inputs")
        inputs = list(self.inputs)  # files are read here
        for codes in inputs:
            require(len(codes) == model.circuit.input.elements, "an input of another size")
        salts = proof.salts or [opening.salt for opening in self.openings or ()]
        require(len(salts) == len(rows_of_d), "the input is hidden, and its salt unknown")
        for codes, salt, rows in zip(inputs, salts, rows_of_d):
            expected = input_rows(generators, model.columns, codes, salt)
            require(expected == rows, "about another input")

    def _check_hidden(self, predicate: Predicate | None, hidden: HiddenRows) -> None:
        """Section 21.5: "Behind step 11 (context), in this order"."""
        encoding = predicate.encode() if predicate is not None else b""
        require(self.predicate in (None, encoding), "another predicate")
        self._check_identities("predictions", self.predictions, hidden.predictions)
        self._check_identities("labels", self.labels, hidden.labels)

    @staticmethod
    def _check_identities(
        name: str, expected: Sequence[bytes] | None, found: Sequence[bytes] | None
    ) -> None:
        """ "the proof has such, there are k, and their identities are those of the proof's rows, in
        order"
        """
        if expected is not None:
            require(found is not None, f"commits to no {name}")
            require(list(expected) == found, f"about other {name}")

    def _check_openings(self, rows_of_d: Sequence[list[bytes]]) -> None:
        """Check 12: "there are k, and their identities are those of the proof's inputs"."""
        if self.openings is None:
            return
        require(len(self.openings) == len(rows_of_d), "another number of openings")
        for opening, rows in zip(self.openings, rows_of_d):
            require(opening.identity == input_identity(rows), "an opening of another input")


def require(condition: bool, detail: str) -> None:
    """Refuse for the reason "statement" unless the condition holds."""
    check(condition, Reason.STATEMENT, detail)
