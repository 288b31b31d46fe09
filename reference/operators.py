"""Sections 4.1, 6, 11 and 12: what each kind of operator contributes.

A term on an input's brick is (tensor, axes): the tensor it reads, and the brick term's axes in the
order of bricks of X (channels, batch, rows, columns).
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence

from .circuit import Circuit, Kind, Operator, Tensor
from .field import ORDER, product
from .layout import Axes, Brick
from .linear_map import AXES

InputTerm = tuple[int, Axes]


def scaled(factor: int, axis: Sequence[int]) -> list[int]:
    """factor·axis."""
    return [factor * value % ORDER for value in axis]


def as_axes(axes: Sequence[list[int]]) -> Axes:
    """Four of them."""
    o, a, b, c = axes
    return o, a, b, c


class OperatorTerms(ABC):
    """One operator of the circuit with the tensors around it."""

    def __init__(self, operator: Operator, inputs: list[Tensor], output: Tensor) -> None:
        self.operator = operator
        self.inputs = inputs
        self.output = output

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
    @abstractmethod
    def work(self) -> int:
        """Section 4.3, rule 7: what it adds to the sum."""

    @abstractmethod
    def weight_term(self, out: Axes, en: Axes) -> Axes | None:
        """Section 12, "Terms at ρ": the brick term on W's brick, if there is one."""

    def factor_term(self, en: Axes) -> InputTerm | None:
        """Section 12: the factor term without its ζ^j, if there is one."""
        return None

    @abstractmethod
    def activation_terms(self, out: Axes, en: Axes) -> Iterator[InputTerm]:
        """Section 12, "Terms at ρ": the brick terms on the inputs' bricks."""

    def bias_axis(self, out: Axes) -> list[int]:
        """Section 12, axis 0 of the bias term: "the one entry (Σ out_0)·Π for kinds 2 and 3", Π
        being (Σ out_1)(Σ out_2)(Σ out_3).
        """
        return [product(map(sum, out))]


class Convolution(OperatorTerms):
    """Kind 0: A[c, p] = Σ_{k,d} W[c,k,d]·Σ_i X'[k, i] + b[c]."""

    @property
    def input(self) -> Tensor:
        """The one it reads."""
        return self.inputs[0]

    @property
    def weight_brick(self) -> Brick:
        """(C_out, C_in, kernel_rows, kernel_columns)."""
        rows, columns = self.operator.window.axes
        return Brick(self.output.channels, self.input.channels, rows.kernel, columns.kernel)

    @property
    def entry_brick(self) -> Brick:
        """(1, C_in, kernel_rows, kernel_columns)."""
        rows, columns = self.operator.window.axes
        return Brick(1, self.input.channels, rows.kernel, columns.kernel)

    @property
    def biases(self) -> int:
        """C_out."""
        return self.output.channels

    @property
    def work(self) -> int:
        """C_in + C_out + batch + rows_in + columns_in + kernel_rows·rows_out +
        kernel_columns·columns_out.
        """
        rows, columns = self.operator.window.axes
        extents = self.output.channels + sum(self.input.shape)
        return extents + rows.kernel * self.output.rows + columns.kernel * self.output.columns

    def weight_term(self, out: Axes, en: Axes) -> Axes:
        """f·out_0, en_1, en_2, en_3."""
        return scaled(en[0][0], out[0]), en[1], en[2], en[3]

    def activation_terms(self, out: Axes, en: Axes) -> Iterator[InputTerm]:
        """f·en_1, out_1, spread(rows, en_2, out_2), spread(columns, en_3, out_3)."""
        rows, columns = self.operator.window.axes
        yield self.operator.inputs[0], (
            scaled(en[0][0], en[1]),
            out[1],
            rows.spread(en[2], out[2], self.input.rows),
            columns.spread(en[3], out[3], self.input.columns),
        )

    def bias_axis(self, out: Axes) -> list[int]:
        """ "out_0[c]·Π for kinds 0 and 1" """
        return scaled(product(map(sum, out[1:])), out[0])


class Depthwise(Convolution):
    """Kind 1: A[c, p] = Σ_d W[c,d]·Σ_i X'[⌊c/g⌋, i] + b[c], g = C_out/C_in."""

    @property
    def weight_brick(self) -> Brick:
        """(C_out, 1, kernel_rows, kernel_columns)."""
        rows, columns = self.operator.window.axes
        return Brick(self.output.channels, 1, rows.kernel, columns.kernel)

    def weight_term(self, out: Axes, en: Axes) -> Axes:
        """out_0[c]·en_1[⌊c/g⌋], (f), en_2, en_3."""
        g = self.output.channels // self.input.channels
        return [v * en[1][c // g] % ORDER for c, v in enumerate(out[0])], en[0], en[2], en[3]


class LinearMap(OperatorTerms):
    """Kind 2: A[c, p] = Σ_n w_{k(n)}·(K_n X'_{t(n)})[c, p] + b."""

    @property
    def weight_brick(self) -> Brick:
        """(1, 1, 1, weights)."""
        return Brick(1, 1, 1, 1 + max(term.weight for term in self.operator.terms))

    @property
    def entry_brick(self) -> Brick:
        """ "the same" """
        return self.weight_brick

    @property
    def work(self) -> int:
        """Σ over terms of (the counts of all its runs + the four extents of its input and of the
        output).
        """
        of_output = sum(self.output.shape)
        return sum(
            term.count + sum(self.inputs[term.input].shape) + of_output
            for term in self.operator.terms
        )

    def weight_term(self, out: Axes, en: Axes) -> Axes:
        """en_0, en_1, en_2, en_3."""
        return en

    def activation_terms(self, out: Axes, en: Axes) -> Iterator[InputTerm]:
        """for each term n: axis 1 is out_1; of the others, axis axes[a] is adjoint(K_a, out_a),
        channels, rows and columns being axes 0, 2, 3; and axis 0 is multiplied by f·en_3[k(n)].
        """
        for term in self.operator.terms:
            extents = self.inputs[term.input].shape
            axes = list(out)
            for a, axis, matrix in zip(AXES, term.axes, term.matrices, strict=True):
                axes[AXES[axis]] = matrix.adjoint(out[a], extents[AXES[axis]])
            axes[0] = scaled(en[0][0] * en[3][term.weight], axes[0])
            yield self.operator.inputs[term.input], as_axes(axes)


class Product(OperatorTerms):
    """Kind 3: A[c, p] = w·X'_0[c, p]·X'_1[c, p] + b."""

    @property
    def weight_brick(self) -> Brick:
        """(1, 1, 1, 1)."""
        return Brick(1, 1, 1, 1)

    @property
    def entry_brick(self) -> Brick:
        """ "the second input's shape: (channels, batch, rows, columns)" """
        return Brick(*self.inputs[1].shape)

    @property
    def work(self) -> int:
        """Twice the four extents of each input."""
        return 2 * sum(sum(tensor.shape) for tensor in self.inputs)

    def weight_term(self, out: Axes, en: Axes) -> None:
        """None."""
        return None

    def factor_term(self, en: Axes) -> InputTerm:
        """On the second input's brick: (ζ^j·)en_0, en_1, en_2, en_3."""
        return self.operator.inputs[1], en

    def activation_terms(self, out: Axes, en: Axes) -> Iterator[InputTerm]:
        """On the first input's: axis a is out_a[i]·en_a[i], or out_a[i]·en_a[0] where the second
        input's extent is 1.
        """
        axes = [
            scaled(en_a[0], out_a)
            if extent == 1
            else [x * y % ORDER for x, y in zip(out_a, en_a, strict=True)]
            for out_a, en_a, extent in zip(out, en, self.inputs[1].shape, strict=True)
        ]
        yield self.operator.inputs[0], as_axes(axes)


KINDS: dict[int, Callable[[Operator, list[Tensor], Tensor], OperatorTerms]] = {
    Kind.CONVOLUTION: Convolution,
    Kind.DEPTHWISE: Depthwise,
    Kind.LINEAR_MAP: LinearMap,
    Kind.PRODUCT: Product,
}


def operator_terms(circuit: Circuit) -> list[OperatorTerms]:
    """All operators of a circuit, in order."""
    tensors = circuit.tensors
    return [
        KINDS[operator.kind](operator, [tensors[i] for i in operator.inputs], tensors[t + 1])
        for t, operator in enumerate(circuit.operators)
    ]
