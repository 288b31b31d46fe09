"""Both verifiers, answering the same questions in the same words."""

import subprocess
from functools import lru_cache
from itertools import chain
from pathlib import Path

from ..expectation import Expectation
from ..generators import Generators
from ..model import Model, verify_model
from ..proof_file import InputOpening
from ..sodium import SodiumGroup
from ..verdicts import Rejected
from ..verify import verify_proof
from .question import Question


class OtherVerifier:
    """test/judge.cc behind a pipe."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=-1
        )

    def ask(self, question: Question) -> None:
        """Start on a question."""
        assert self._process.stdin is not None
        self._process.stdin.write(question.encode())
        self._process.stdin.flush()

    def answer(self) -> str:
        """The line about it."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().decode()
        if not line:
            raise RuntimeError(f"the other verifier has stopped: {self._process.wait()}")
        return line.strip()


class ThisVerifier:
    """The same in this process."""

    def __init__(self, cache: Path | None = None) -> None:
        self._generators = Generators(SodiumGroup(), cache)
        self._model = lru_cache(maxsize=64)(self._load)

    def answer(self, question: Question) -> str:
        """A verdict, and of what is accepted all inputs' identities and outputs, or results, and what
        belongs to a predicate.
        """
        expectation = Expectation(
            question.contexts[0] if question.contexts else None,
            [InputOpening.decode(data) for data in question.openings] or None,
            question.inputs or None,
            question.predicates[0] if question.predicates else None,
            question.predictions or None,
            question.labels or None,
        )
        model = self._model(question.model)
        if isinstance(model, str):
            return model
        try:
            accepted = verify_proof(model, question.proof, self._generators, expectation)
        except Rejected as rejected:
            return rejected.reason.value
        pairs, hidden = zip(accepted.inputs, accepted.outputs), accepted.hidden
        counts = [hidden.count] if hidden.count else []
        of_predicate = (*(hidden.predictions or ()), *(hidden.labels or ()), *counts)
        words = (b.hex() for b in (*chain.from_iterable(pairs), *of_predicate))
        return " ".join(("accepted", *words))

    def _load(self, data: bytes) -> Model | str:
        try:
            return verify_model(data, self._generators)
        except Rejected as rejected:
            return rejected.reason.value
