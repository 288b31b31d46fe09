"""Sections 11 and 12 against section 4.1: the functionals give the accumulators."""

import unittest
from itertools import product as indices

from ..circuit import Circuit, Kind, Operator, Preparation, Tensor
from ..field import ORDER
from ..layout import Axes, Brick
from ..operators import AveragePool, OperatorTerms, operator_terms
from ..window import Window, WindowAxis
from .test_group import scalar

Element = tuple[int, ...]
ROWS, COLUMNS = WindowAxis(3, 2, 1, 2), WindowAxis(2, 1, 0, 1)
SHIFT_ROWS, SHIFT_COLUMNS = WindowAxis(1, 1, 1, 0), WindowAxis(1, 1, 0, 2)


def circuit_of(kind: Kind, window: Window, channels: int, inputs: int = 1) -> Circuit:
    """One operator on an input of 2 channels, batch 2, 5 × 4."""
    operator = Operator(kind, (0,) * inputs, window, channels, 0, 0, 255)
    tensor = Tensor(2, 2, 5, 4, zero_point=7)
    return Circuit(4, 9, 4, 4, Preparation(0, 0, 0), 1.0, False, tensor, (operator,))


def elements(*extents: int) -> list[Element]:
    """All indices of an array."""
    return list(indices(*map(range, extents)))


def some_values(keys: list[Element], first: int) -> dict[Element, int]:
    """Some value for each key."""
    return {key: scalar(first + i) for i, key in enumerate(keys)}


def brick_values(brick: Brick, first: int) -> dict[Element, int]:
    """Some value for each element of a brick."""
    return some_values(elements(brick.o, brick.a, brick.b, brick.c), first)


def apply(axes: Axes, values: dict[Element, int]) -> int:
    """A brick term's value."""
    total = 0
    for (o, a, b, c), value in values.items():
        total += axes[0][o] * axes[1][a] * axes[2][b] * axes[3][c] * value
    return total % ORDER


class Functionals(unittest.TestCase):
    """Σ out·A = Σ_entries Ŵ·X̂ + bias, entry by entry."""

    def check(self, circuit: Circuit) -> None:
        """For an operator with random axes out, weights, biases and codes."""
        (terms,) = operator_terms(circuit)
        output = circuit.output
        extents = output.shape
        values = ([scalar(100 * axis + i) for i in range(n)] for axis, n in enumerate(extents))
        out: Axes = (next(values), next(values), next(values), next(values))
        weights = brick_values(terms.weight_brick, 1000)
        biases = [scalar(5000 + i) for i in range(terms.biases)]
        codes = some_values(elements(*circuit.input.shape), 9000)
        expected = 0
        for element in elements(*extents):
            c, n, y, x = element
            a = accumulator(terms, weights, codes, element) + biases[c % len(biases)]
            expected += out[0][c] * out[1][n] * out[2][y] * out[3][x] * a
        total = sum(a * b for a, b in zip(terms.bias_axis(out), biases, strict=True))
        for en in indicators(terms.entry_brick):
            w = apply(terms.weight_term(out, en), weights)
            for _, axes in terms.activation_terms(out, en):
                shifted = {key: code - terms.input.zero_point for key, code in codes.items()}
                total += w * apply(axes, shifted)
        self.assertEqual(total % ORDER, expected % ORDER)

    def test_convolution(self) -> None:
        """Kind 0."""
        self.check(circuit_of(Kind.CONVOLUTION, Window(ROWS, COLUMNS), 3))

    def test_depthwise(self) -> None:
        """Kind 1, with two output channels for each of the input."""
        self.check(circuit_of(Kind.DEPTHWISE, Window(ROWS, COLUMNS), 4))

    def test_weighted_sum(self) -> None:
        """Kind 2, of several inputs, and padded."""
        plain = WindowAxis(1, 1, 0, 0)
        self.check(circuit_of(Kind.WEIGHTED_SUM, Window(plain, plain), 2, inputs=3))
        self.check(circuit_of(Kind.WEIGHTED_SUM, Window(SHIFT_ROWS, SHIFT_COLUMNS), 2))

    def test_average_pool(self) -> None:
        """Kind 3, with several classes."""
        circuit = circuit_of(Kind.AVERAGE_POOL, Window(ROWS, COLUMNS), 2)
        (terms,) = operator_terms(circuit)
        self.assertEqual(terms.classes, 4)
        self.check(circuit)


def indicators(brick: Brick) -> list[Axes]:
    """The axes of eq at every entry."""
    return [
        (
            [int(i == o) for i in range(brick.o)],
            [int(i == a) for i in range(brick.a)],
            [int(i == b) for i in range(brick.b)],
            [int(i == c) for i in range(brick.c)],
        )
        for o, a, b, c in elements(brick.o, brick.a, brick.b, brick.c)
    ]


def accumulator(
    terms: OperatorTerms, weights: dict[Element, int], codes: dict[Element, int], at: Element
) -> int:
    """Section 4.1: A[c, p] without its bias."""
    c, n, y, x = at
    rows, columns = terms.window.axes
    given = terms.input

    def read(k: int, dy: int, dx: int) -> int:
        row = rows.stride * y + dy - rows.pad_before
        column = columns.stride * x + dx - columns.pad_before
        if 0 <= row < given.rows and 0 <= column < given.columns:
            return codes[k, n, row, column] - given.zero_point
        return 0

    window = elements(rows.kernel, columns.kernel)
    match terms.operator.kind:
        case Kind.CONVOLUTION:
            return sum(
                weights[c, k, dy, dx] * read(k, dy, dx)
                for k in range(given.channels)
                for dy, dx in window
            )
        case Kind.DEPTHWISE:
            k = c // (terms.output.channels // given.channels)
            return sum(weights[c, 0, dy, dx] * read(k, dy, dx) for dy, dx in window)
        case Kind.WEIGHTED_SUM:
            return sum(weights.values()) * read(c, 0, 0)
    assert isinstance(terms, AveragePool)
    inside = (rows.inside(given.rows, y), columns.inside(given.columns, x))
    q = terms.class_list.index(inside)
    return weights[0, 0, 0, q] * sum(read(c, dy, dx) for dy, dx in window)
