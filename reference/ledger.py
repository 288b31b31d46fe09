"""Section 9: the ledger, as the verifier keeps it."""

from collections.abc import Container, Iterable, Sequence
from itertools import product as indices
from typing import Any

from .expression import Expression
from .field import ORDER, inverse, product
from .messages import Messages
from .shape import Grouping
from .transcript import Transcript

HALF = inverse(2)
Pair = tuple[int, int]


class Ledger:
    """ "One script that prover and verifier both run. The prover's values stay committed." """

    def __init__(self, transcript: Transcript, messages: Messages, shape: Grouping) -> None:
        self._transcript = transcript
        self._messages = messages
        self.shape = shape
        self.elements: list[Any] = []
        self.message_of_slot: list[int] = []
        self.requires: list[Expression] = []
        self.products: list[tuple[Expression, Expression]] = []

    def challenge(self, label: str, forbidden: Container[int] = ()) -> int:
        """V → P: a challenge."""
        return self._transcript.challenge(label, forbidden)

    def element(self, label: str) -> Any:
        """P → V: a group element that is no message of the ledger."""
        data, element = self._messages.element()
        self._transcript.absorb(label, data)
        return element

    def scalar(self, label: str) -> int:
        """P → V: a scalar in clear."""
        data, scalar = self._messages.scalar()
        self._transcript.absorb(label, data)
        return scalar

    def send(self, label: str, n: int) -> list[Expression]:
        """send(label, n): "the next n slots, in one group element … This is message k = 1, 2,
        …, K, in order of sending."
        """
        self.elements.append(self.element(label))
        first = len(self.message_of_slot)
        self.message_of_slot += [len(self.elements)] * n
        return [Expression.slot(first + i) for i in range(n)]

    def end(self) -> None:
        """Section 16: "no message is left over"."""
        self._messages.end()

    def require(self, expression: Expression) -> None:
        """require(E): "the expression E has to be 0"."""
        self.requires.append(expression)

    def product(self, a: Expression, b: Expression) -> Expression:
        """product(a, b): "the next product z_1, z_2, …, which has to be a·b"."""
        self.products.append((a, b))
        return Expression.slot(~len(self.products))

    def rounds(
        self,
        label: str,
        weights: Sequence[Pair],
        claim: Expression,
        grouping: Iterable[int] | None = None,
    ) -> tuple[Expression, list[int]]:
        """rounds(label, weights, claim): the last claim, and the challenges."""
        challenges: list[int] = []
        for v in self.shape.rounds(len(weights)) if grouping is None else grouping:
            bound = weights[len(challenges) : len(challenges) + v]
            q = self.send(label, 3**v)
            self.require(_corners(bound, q) - claim)
            z = [self.challenge(label) for _ in range(v)]
            claim = Expression.combine(zip(_lagrange(z), q, strict=True))
            challenges += z
        return claim, challenges


def _corners(weights: Sequence[Pair], q: Sequence[Expression]) -> Expression:
    """Σ_{b ∈ {0,1}^v} Π_i w_{i,b_i}·q(b); "the value at t is number Σ t_i·3^i"."""
    return Expression.combine(
        (product(w[bit] for w, bit in zip(weights, b)), q[sum(t * 3**i for i, t in enumerate(b))])
        for b in indices((0, 1), repeat=len(weights))
    )


def _lagrange(z: Sequence[int]) -> list[int]:
    """Π_i l_{t_i}(z_i) for all t, in order of their numbers."""
    values = [1]
    for x in z:
        l_0, l_1, l_2 = HALF * (x - 1) * (x - 2), -x * (x - 2), HALF * x * (x - 1)
        values = [value * l_t % ORDER for l_t in (l_0, l_1, l_2) for value in values]
    return values
