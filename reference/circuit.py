"""Section 4: circuits, with the rules of section 4.3 that building one needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

from .verdicts import Reason, check
from .window import Window


def require_valid(condition: bool, detail: str) -> None:
    """Section 4.3: "A verifier refuses … (verdict descriptor), unless all of this holds"."""
    check(condition, Reason.DESCRIPTOR, detail)


@dataclass(frozen=True)
class Tensor:
    """ "A tensor has a shape (channels, batch, rows, columns), a zero-point z in 0…255, and a
    range lo ≤ hi in 0…255."
    """

    channels: int
    batch: int
    rows: int
    columns: int
    zero_point: int
    lo: int = 0
    hi: int = 255

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(channels, batch, rows, columns)."""
        return self.channels, self.batch, self.rows, self.columns

    @property
    def elements(self) -> int:
        """The number of its codes."""
        return self.channels * self.batch * self.rows * self.columns

    def check(self) -> None:
        """Section 4.3, rules 3 and 5."""
        require_valid(1 <= self.channels <= 65536, "channels out of range")
        for extent in (self.batch, self.rows, self.columns):
            require_valid(1 <= extent <= 4096, "batch, rows or columns out of range")
        require_valid(self.elements <= 2**28, "a tensor has too many elements")
        require_valid(self.lo <= self.hi, "lo above hi")


class Kind(IntEnum):
    """Section 4.1: the kinds of operators."""

    CONVOLUTION = 0
    DEPTHWISE = 1
    WEIGHTED_SUM = 2
    AVERAGE_POOL = 3


@dataclass(frozen=True)
class Operator:
    """One operator, as formats has it; its output's batch, rows and columns follow."""

    kind: int
    inputs: tuple[int, ...]
    window: Window
    channels: int
    zero_point: int
    lo: int
    hi: int


@dataclass(frozen=True)
class Preparation:
    """How pictures become inputs; all 0 if they do not."""

    rows: int
    columns: int
    crop_permille: int


@dataclass(frozen=True)
class Circuit:
    """ "A circuit is a sequence of tensors and operators." """

    shift: int
    value_bits: int
    model_kappa: int
    input_kappa: int
    preparation: Preparation
    scale: float
    softmax: bool
    input: Tensor
    operators: tuple[Operator, ...]

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """ "Tensor 0 is the input, tensor t + 1 is the output of operator t"; section 4.3,
        rules 2–5, hold for all of them.
        """
        require_valid(1 <= len(self.operators) <= 512, "number of operators")
        tensors = [self.input]
        self.input.check()
        for number, operator in enumerate(self.operators):
            require_valid(len(operator.inputs) >= 1, "an operator without inputs")
            require_valid(max(operator.inputs) <= number, "reads a tensor that is not there yet")
            operator.window.check()
            output = output_of(operator, [tensors[i] for i in operator.inputs])
            output.check()
            tensors.append(output)
        return tuple(tensors)

    @property
    def output(self) -> Tensor:
        """ "the last tensor is the network's output" """
        return self.tensors[-1]

    def for_pictures(self, k: int) -> "Circuit":
        """ "the circuit of the model with every tensor's batch multiplied by k" """
        return replace(self, input=replace(self.input, batch=self.input.batch * k))

    @cached_property
    def clamps(self) -> tuple[tuple[int, int], ...]:
        """Section 6: "Clamp tables are the distinct pairs (lo, hi) of tensors 1, 2, … in order
        of first appearance."
        """
        return tuple(dict.fromkeys((t.lo, t.hi) for t in self.tensors[1:]))

    def clamp(self, t: int) -> int:
        """Section 6: "clamp(t) is the number of operator t's output's pair." """
        output = self.tensors[t + 1]
        return self.clamps.index((output.lo, output.hi))


def output_of(operator: Operator, inputs: Sequence[Tensor]) -> Tensor:
    """Section 4.2: the shape rules."""
    first, window, channels = inputs[0], operator.window, operator.channels
    match operator.kind:
        case Kind.CONVOLUTION:
            require_valid(len(inputs) == 1, "a convolution has one input")
        case Kind.DEPTHWISE:
            require_valid(len(inputs) == 1, "a depthwise convolution has one input")
            require_valid(channels % first.channels == 0, "not a multiple of the input's channels")
        case Kind.WEIGHTED_SUM:
            require_valid(len(inputs) <= 16, "too many inputs")
            require_valid(all(t.shape == first.shape for t in inputs), "inputs differ in shape")
            require_valid(channels == first.channels, "not the input's channels")
            require_valid(window.is_shift, "a weighted sum has kernel and stride 1")
            require_valid(len(inputs) == 1 or window.is_unpadded, "pads with several inputs")
        case Kind.AVERAGE_POOL:
            require_valid(len(inputs) == 1, "an average pool has one input")
            require_valid(channels == first.channels, "not the input's channels")
            require_valid(window.pads_below_kernel, "a pad is not smaller than the kernel")
        case _:
            require_valid(False, "unknown kind of operator")
    rows, columns = window.rows.outputs(first.rows), window.columns.outputs(first.columns)
    return Tensor(
        channels, first.batch, rows, columns, operator.zero_point, operator.lo, operator.hi
    )
