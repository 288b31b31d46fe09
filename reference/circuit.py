"""Section 4: circuits, with the rules of section 4.3 that building one needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

from .activation_table import ActivationTable
from .linear_map import Term, check_weight_numbers
from .verdicts import require_valid
from .window import Window, WindowAxis
from .windows import WindowTable

Extents = tuple[int, int, int, int]


@dataclass(frozen=True)
class Tensor:
    """ "A tensor has a shape (channels, batch, rows, columns), a zero-point z in 0…255, and, but for
    the input, a table": the number of one.
    """

    channels: int
    batch: int
    rows: int
    columns: int
    zero_point: int
    table: int | None = None

    @property
    def shape(self) -> Extents:
        """(channels, batch, rows, columns)."""
        return self.channels, self.batch, self.rows, self.columns

    @property
    def elements(self) -> int:
        """The number of its codes."""
        return self.channels * self.batch * self.rows * self.columns

    def check(self) -> None:
        """Section 4.3, rule 3."""
        require_valid(1 <= self.channels <= 65536, "channels out of range")
        for extent in (self.batch, self.rows, self.columns):
            require_valid(1 <= extent <= 4096, "batch, rows or columns out of range")
        require_valid(self.elements <= 2**28, "a tensor has too many elements")


class Kind(IntEnum):
    """Section 4.1: the kinds of operators."""

    CONVOLUTION = 0
    DEPTHWISE = 1
    LINEAR_MAP = 2
    PRODUCT = 3


WINDOWED = (Kind.CONVOLUTION, Kind.DEPTHWISE)
POINT = Window(WindowAxis(1), WindowAxis(1))


@dataclass(frozen=True)
class Operator:
    """One operator, as formats has it: a window of kinds 0 and 1, channels of kinds 0, 1 and 2; rows,
    columns and terms of kind 2. What else there is of its output's shape follows.
    """

    kind: int
    inputs: tuple[int, ...]
    zero_point: int = 0
    table: int = 0
    channels: int = 1
    window: Window = POINT
    rows: int = 1
    columns: int = 1
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Preparation:
    """How pictures become inputs; all 0 if they do not."""

    rows: int
    columns: int
    crop_permille: int


NO_PICTURE = Preparation(0, 0, 0)


class Rounding(IntEnum):
    """ "how accumulators become codes" """

    FAST = 0
    EXACT = 1


@dataclass(frozen=True)
class Circuit:
    """ "A circuit is a sequence of tensors and operators.", and "has tables, numbered from 0 on": "with
    exact rounding they are tables of windows", with fast rounding functions.
    """

    rounding: int
    shift: int
    model_kappa: int
    input_kappa: int
    preparation: Preparation
    scale: float
    softmax: bool
    input: Tensor
    tables: tuple[ActivationTable | WindowTable, ...]
    operators: tuple[Operator, ...]

    @cached_property
    def tensors(self) -> tuple[Tensor, ...]:
        """ "Tensor 0 is the input, tensor t + 1 is the output of operator t"; section 4.3,
        rules 2–4, and "Every tensor but the input names one of" the tables, hold for all of them.
        """
        require_valid(1 <= len(self.operators) <= 512, "number of operators")
        tensors = [self.input]
        self.input.check()
        for number, operator in enumerate(self.operators):
            require_valid(len(operator.inputs) >= 1, "an operator without inputs")
            require_valid(max(operator.inputs) <= number, "reads a tensor that is not there yet")
            require_valid(operator.table < len(self.tables), "a table that is not there")
            shape = output_shape(operator, [tensors[i] for i in operator.inputs])
            output = Tensor(*shape, operator.zero_point, operator.table)
            output.check()
            tensors.append(output)
        return tuple(tensors)

    @property
    def output(self) -> Tensor:
        """ "the last tensor is the network's output" """
        return self.tensors[-1]

    @property
    def products(self) -> int:
        """Section 11: P, the number of operators of kind 3."""
        return sum(operator.kind == Kind.PRODUCT for operator in self.operators)

    def for_pictures(self, k: int) -> "Circuit":
        """ "the circuit of the model with every tensor's batch multiplied by k" """
        return replace(self, input=replace(self.input, batch=self.input.batch * k))


def output_shape(operator: Operator, inputs: Sequence[Tensor]) -> Extents:
    """Section 4.2: the shape rules; rule 4 of section 4.3."""
    match operator.kind:
        case Kind.CONVOLUTION | Kind.DEPTHWISE:
            return _of_window(operator, inputs)
        case Kind.LINEAR_MAP:
            return _of_linear_map(operator, inputs)
        case Kind.PRODUCT:
            return _of_product(inputs)
    raise AssertionError("decoding knows no other kind")


def _of_window(operator: Operator, inputs: Sequence[Tensor]) -> Extents:
    """Kinds 0 and 1: "channels as stated; batch of the input; rows and columns from the window"."""
    (first, *others), window, channels = inputs, operator.window, operator.channels
    require_valid(not others, "a convolution has one input")
    window.check()
    if operator.kind == Kind.DEPTHWISE:
        require_valid(channels % first.channels == 0, "not a multiple of the input's channels")
    rows, columns = window.rows.outputs(first.rows), window.columns.outputs(first.columns)
    return channels, first.batch, rows, columns


def _of_linear_map(operator: Operator, inputs: Sequence[Tensor]) -> Extents:
    """Kind 2: "channels, rows and columns as stated; batch of the inputs"."""
    batch = inputs[0].batch
    require_valid(len(inputs) <= 64, "too many inputs")
    require_valid(all(t.batch == batch for t in inputs), "inputs differ in batch")
    require_valid(1 <= len(operator.terms) <= 1024, "number of terms")
    shape = operator.channels, batch, operator.rows, operator.columns
    for term in operator.terms:
        require_valid(term.input < len(inputs), "a term reads no input")
        term.check(inputs[term.input].shape, shape)
    check_weight_numbers(operator.terms)
    return shape


def _of_product(inputs: Sequence[Tensor]) -> Extents:
    """Kind 3: "the first input's shape"; "Along each axis the second input's extent is the first's, or,
    but for the batch, 1".
    """
    require_valid(len(inputs) == 2, "a product has two inputs")
    first, second = (t.shape for t in inputs)
    for axis, (a, b) in enumerate(zip(first, second)):
        require_valid(b == a or (b == 1 and axis != 1), "factors do not fit")
    return first
