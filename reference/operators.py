"""Sections 4.1, 6, 11 and 12: what each kind of operator contributes.

An activation term is (tensor, axes): the tensor it reads, and the brick term's axes in the order
of bricks of X (channels, batch, rows, columns).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import product as pairs

from .circuit import Circuit, Kind, Operator, Tensor
from .field import ORDER, product
from .layout import Axes, Brick

ActivationTerm = tuple[int, Axes]


def scaled(factor: int, axis: list[int]) -> list[int]:
    """factor·axis."""
    return [factor * value % ORDER for value in axis]


class OperatorTerms(ABC):
    """One operator of the circuit with the tensors around it."""

    def __init__(self, operator: Operator, inputs: list[Tensor], output: Tensor) -> None:
        self.operator = operator
        self.input = inputs[0]
        self.output = output
        self.window = operator.window

    @property
    @abstractmethod
    def weight_brick(self) -> Brick:
        """Section 6: the brick of W."""

    @property
    @abstractmethod
    def entry_brick(self) -> Brick:
        """Section 6: the brick of entries."""

    @property
    def biases(self) -> int:
        """Section 4.1: the number of biases."""
        return 1

    @property
    def classes(self) -> int:
        """The number of an average pool's classes."""
        return 0

    @abstractmethod
    def weight_term(self, out: Axes, en: Axes) -> Axes:
        """Section 12, "Terms at ρ": the brick term on W's brick."""

    @abstractmethod
    def activation_terms(self, out: Axes, en: Axes) -> Iterator[ActivationTerm]:
        """Section 12, "Terms at ρ": the brick terms on the inputs' bricks."""

    def bias_axis(self, out: Axes) -> list[int]:
        """Section 12, axis 0 of the bias term: "the one entry (Σ out_0)·Π for kinds 2 and 3", Π
        being (Σ out_1)(Σ out_2)(Σ out_3).
        """
        return [product(map(sum, out))]

    def work(self) -> int:
        """Section 4.3, rule 7: the sum over its inputs of w, and classes·w in addition."""
        rows, columns = self.window.axes
        w = self.input.channels + self.output.channels + self.input.batch
        w += self.input.rows + self.input.columns
        w += rows.kernel * self.output.rows + columns.kernel * self.output.columns
        return (len(self.operator.inputs) + self.classes) * w

    def spread(self, out: Axes, taps: Axes) -> tuple[list[int], list[int]]:
        """spread(rows, taps_2, out_2) and spread(columns, taps_3, out_3)."""
        return (
            self.window.rows.spread(taps[2], out[2], self.input.rows),
            self.window.columns.spread(taps[3], out[3], self.input.columns),
        )


class Convolution(OperatorTerms):
    """Kind 0: A[c, p] = Σ_{k,dy,dx} W[c,k,dy,dx]·X'[k, σp + d] + b[c]."""

    @property
    def weight_brick(self) -> Brick:
        """(C_out, C_in, kernel_rows, kernel_columns)."""
        rows, columns = self.window.axes
        return Brick(self.output.channels, self.input.channels, rows.kernel, columns.kernel)

    @property
    def entry_brick(self) -> Brick:
        """(1, C_in, kernel_rows, kernel_columns)."""
        rows, columns = self.window.axes
        return Brick(1, self.input.channels, rows.kernel, columns.kernel)

    @property
    def biases(self) -> int:
        """C_out."""
        return self.output.channels

    def weight_term(self, out: Axes, en: Axes) -> Axes:
        """f·out_0, en_1, en_2, en_3."""
        return scaled(en[0][0], out[0]), en[1], en[2], en[3]

    def activation_terms(self, out: Axes, en: Axes) -> Iterator[ActivationTerm]:
        """f·en_1, out_1, spread(rows, en_2, out_2), spread(columns, en_3, out_3)."""
        yield self.operator.inputs[0], (scaled(en[0][0], en[1]), out[1], *self.spread(out, en))

    def bias_axis(self, out: Axes) -> list[int]:
        """ "out_0[c]·Π for kinds 0 and 1" """
        return scaled(product(map(sum, out[1:])), out[0])


class Depthwise(Convolution):
    """Kind 1: A[c, p] = Σ_{dy,dx} W[c,dy,dx]·X'[⌊c/g⌋, σp + d] + b[c], g = C_out/C_in."""

    @property
    def weight_brick(self) -> Brick:
        """(C_out, 1, kernel_rows, kernel_columns)."""
        rows, columns = self.window.axes
        return Brick(self.output.channels, 1, rows.kernel, columns.kernel)

    def weight_term(self, out: Axes, en: Axes) -> Axes:
        """out_0[c]·en_1[⌊c/g⌋], (f), en_2, en_3."""
        g = self.output.channels // self.input.channels
        return [v * en[1][c // g] % ORDER for c, v in enumerate(out[0])], en[0], en[2], en[3]


class WeightedSum(OperatorTerms):
    """Kind 2: A[c, p] = Σ_n w_n·X'_n[c, p − pad] + b."""

    @property
    def weight_brick(self) -> Brick:
        """(1, 1, 1, inputs)."""
        return Brick(1, 1, 1, len(self.operator.inputs))

    @property
    def entry_brick(self) -> Brick:
        """ "the same" """
        return self.weight_brick

    def weight_term(self, out: Axes, en: Axes) -> Axes:
        """en_0, en_1, en_2, en_3."""
        return en

    def activation_terms(self, out: Axes, en: Axes) -> Iterator[ActivationTerm]:
        """for each input n: f·en_3[n]·out_0, out_1, spread(rows, (1), out_2), spread(columns,
        (1), out_3).
        """
        spread = self.spread(out, ([1], [1], [1], [1]))
        for tensor, entry in zip(self.operator.inputs, en[3]):
            yield tensor, (scaled(en[0][0] * entry, out[0]), out[1], *spread)


class AveragePool(OperatorTerms):
    """Kind 3: A[c, p] = w_{q(p)}·Σ_d X'[c, σp + d] + b."""

    @cached_property
    def insides(self) -> tuple[list[int], list[int]]:
        """in_y(0), in_y(1), … and in_x(0), in_x(1), …"""
        rows, columns = self.window.axes
        return rows.all_inside(self.input.rows), columns.all_inside(self.input.columns)

    @cached_property
    def class_list(self) -> list[tuple[int, ...]]:
        """ "Classes are the pairs (value of in_y, value of in_x), numbered with the second
        fastest", values "in order of first appearance".
        """
        return list(pairs(*(dict.fromkeys(inside) for inside in self.insides)))

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.class_list)

    @property
    def weight_brick(self) -> Brick:
        """(1, 1, 1, classes)."""
        return Brick(1, 1, 1, self.classes)

    @property
    def entry_brick(self) -> Brick:
        """ "the same" """
        return self.weight_brick

    def weight_term(self, out: Axes, en: Axes) -> Axes:
        """en_0, en_1, en_2, en_3."""
        return en

    def activation_terms(self, out: Axes, en: Axes) -> Iterator[ActivationTerm]:
        """for each class q = (q_y, q_x): f·en_3[q]·out_0, out_1, spread(rows, (1 … 1), out_2
        where in_y = q_y, else 0), spread(columns, (1 … 1), out_3 where in_x = q_x, else 0).
        """
        rows, columns = self.window.axes
        taps = ([1], [1], [1] * rows.kernel, [1] * columns.kernel)
        inside_rows, inside_columns = self.insides
        for (q_y, q_x), entry in zip(self.class_list, en[3]):
            outs_y = [out if y == q_y else 0 for out, y in zip(out[2], inside_rows)]
            outs_x = [out if x == q_x else 0 for out, x in zip(out[3], inside_columns)]
            spread = self.spread((out[0], out[1], outs_y, outs_x), taps)
            yield self.operator.inputs[0], (scaled(en[0][0] * entry, out[0]), out[1], *spread)


KINDS: dict[int, Callable[[Operator, list[Tensor], Tensor], OperatorTerms]] = {
    Kind.CONVOLUTION: Convolution,
    Kind.DEPTHWISE: Depthwise,
    Kind.WEIGHTED_SUM: WeightedSum,
    Kind.AVERAGE_POOL: AveragePool,
}


def operator_terms(circuit: Circuit) -> list[OperatorTerms]:
    """All operators of a circuit, in order."""
    tensors = circuit.tensors
    return [
        KINDS[operator.kind](operator, [tensors[i] for i in operator.inputs], tensors[t + 1])
        for t, operator in enumerate(circuit.operators)
    ]
