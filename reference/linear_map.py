"""Section 4.1: the terms of linear maps, and their matrices along each axis."""

from collections.abc import Sequence
from dataclasses import dataclass

from .field import ORDER
from .verdicts import require_valid

# Of (channels, batch, rows, columns), those that a term permutes: "the axes channel, row, column".
AXES = (0, 2, 3)


@dataclass(frozen=True)
class Run:
    """ "0 ≤ k < count … the matrices with the one entry `coefficient` at (out + k·out_step, in +
    k·in_step)"; `into` is the document's in.
    """

    out: int
    out_step: int
    into: int
    in_step: int
    count: int
    coefficient: int = 1

    def check(self, outputs: int, inputs: int) -> None:
        """Section 4.2: "both ends of each run, of outputs and of inputs, are within their extents";
        4.3, rule 4: "counts and coefficients of runs are not 0".
        """
        require_valid(0 not in (self.count, self.coefficient), "a run of nothing")
        last = self.count - 1
        for first, step, extent in (
            (self.out, self.out_step, outputs),
            (self.into, self.in_step, inputs),
        ):
            require_valid(0 <= first < extent and 0 <= first + last * step < extent, "a run out of range")


@dataclass(frozen=True)
class Matrix:
    """ "the sum, over its runs … A matrix without runs is the identity." """

    runs: tuple[Run, ...] = ()

    @property
    def count(self) -> int:
        """The counts of all its runs."""
        return sum(run.count for run in self.runs)

    def check(self, outputs: int, inputs: int) -> None:
        """Section 4.2: "an identity joins equal extents"; and its runs."""
        require_valid(bool(self.runs) or outputs == inputs, "an identity between different extents")
        for run in self.runs:
            run.check(outputs, inputs)

    def adjoint(self, outs: Sequence[int], extent: int) -> list[int]:
        """Section 12: "adjoint(K, outs)[i] = Σ_o K[o, i]·outs[o]", for each i < extent."""
        if not self.runs:
            return list(outs)
        result = [0] * extent
        for run in self.runs:
            for k in range(run.count):
                out = outs[run.out + k * run.out_step]
                result[run.into + k * run.in_step] += run.coefficient * out
        return [value % ORDER for value in result]


IDENTITY = Matrix()


@dataclass(frozen=True)
class Term:
    """ "an input t(n), a weight number k(n), a permutation of the axes channel, row, column, and along
    each axis of the output a matrix K_a"
    """

    input: int
    weight: int
    axes: tuple[int, ...] = (0, 1, 2)
    matrices: tuple[Matrix, ...] = (IDENTITY, IDENTITY, IDENTITY)

    @property
    def count(self) -> int:
        """The counts of all its runs."""
        return sum(matrix.count for matrix in self.matrices)

    def read_along(self, extents: Sequence[int]) -> list[int]:
        """The input's extents along the channels, rows and columns of the output."""
        return [extents[AXES[axis]] for axis in self.axes]

    def check(self, given: Sequence[int], output: Sequence[int]) -> None:
        """Section 4.2, "Every term of a linear map", from the extents of its input and of the output."""
        require_valid(sorted(self.axes) == [0, 1, 2], "axes are not a permutation")
        for matrix, a, inputs in zip(self.matrices, AXES, self.read_along(given), strict=True):
            matrix.check(output[a], inputs)


def check_weight_numbers(terms: Sequence[Term]) -> None:
    """Section 4.2: "Weight numbers are given in order of first use, from 0 on, without gaps." """
    used = list(dict.fromkeys(term.weight for term in terms))
    require_valid(used == list(range(len(used))), "weights out of order")
