"""Section 12: the claims about a network's output; section 21 has others for one that stays hidden."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product as indices

from .circuit import Circuit
from .claim import Claim
from .expression import Expression
from .field import dot, product
from .layout import Brick, ceil_log2
from .ledger import Ledger
from .lookups import LookupClaims
from .verdicts import Reason, check


class Output(ABC):
    """What a proof says of the outputs of a circuit of all inputs."""

    @property
    @abstractmethod
    def of_inputs(self) -> Sequence[bytes]:
        """What it says of each input's."""

    @abstractmethod
    def lookup_claims(self, lookups: LookupClaims) -> Sequence[Claim]:
        """The claims behind that of D."""

    @abstractmethod
    def claims(self, ledger: Ledger) -> Sequence[Claim]:
        """The claims behind that of m."""


@dataclass(frozen=True)
class PublicOutput(Output):
    """All codes."""

    circuit: Circuit
    pictures: int
    codes: bytes

    def __post_init__(self) -> None:
        """Section 16, check 4: "the output has as many codes as the output tensor has elements"."""
        same_size = len(self.codes) == self.circuit.output.elements
        check(same_size, Reason.STATEMENT, "output of another size")

    @property
    def of_inputs(self) -> Sequence[bytes]:
        """Section 4: "Input i has the batch entries i·B … (i + 1)·B − 1 of every tensor"; an
        output is [channel][batch][row][column].
        """
        size = len(self.codes) // (self.circuit.output.channels * self.pictures)
        blocks = [self.codes[i : i + size] for i in range(0, len(self.codes), size)]
        return [b"".join(blocks[i :: self.pictures]) for i in range(self.pictures)]

    def lookup_claims(self, lookups: LookupClaims) -> Sequence[Claim]:
        """None."""
        return ()

    def claims(self, ledger: Ledger) -> Sequence[Claim]:
        """The last claim: "The term's axes are the axes of eq of this brick with offset 0 at δ; its
        value Σ_i runs over the output's codes with the same axes."
        """
        brick = Brick(*self.circuit.output.shape)
        delta = [ledger.challenge("output delta") for _ in range(ceil_log2(brick.size))]
        axes = brick.axes_of_eq(delta, 0)
        claim = Claim(Expression(dot(map(product, indices(*axes)), self.codes)))
        claim.add_brick("X", len(self.circuit.operators) - 1, axes)
        return (claim,)
