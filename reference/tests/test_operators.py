"""Sections 11 and 12 against section 4.1: the functionals give the accumulators."""

import unittest
from collections.abc import Iterator
from itertools import product as indices

from ..circuit import Circuit, Kind, Tensor
from ..field import ORDER
from ..layout import Axes, Brick
from ..linear_map import Matrix, Term
from ..operators import OperatorTerms, operator_terms
from ..vectors.every_kind import every_kind
from ..window import WindowAxis
from .test_group import scalar

Element = tuple[int, ...]
Values = dict[Element, int]


def elements(*extents: int) -> list[Element]:
    """All indices of an array."""
    return list(indices(*map(range, extents)))


def some_values(keys: list[Element], first: int) -> Values:
    """Some value for each key."""
    return {key: scalar(first + i) for i, key in enumerate(keys)}


def brick_values(brick: Brick, first: int) -> Values:
    """Some value for each element of a brick."""
    return some_values(elements(brick.o, brick.a, brick.b, brick.c), first)


def apply(axes: Axes, values: Values) -> int:
    """A brick term's value; no axis is longer than the brick."""
    extents = (1 + max(key[axis] for key in values) for axis in range(4))
    assert [len(axis) for axis in axes] == list(extents)
    total = 0
    for (o, a, b, c), value in values.items():
        total += axes[0][o] * axes[1][a] * axes[2][b] * axes[3][c] * value
    return total % ORDER


def read_codes(circuit: Circuit) -> list[Values]:
    """X' of some codes of every tensor."""
    return [
        {key: value - t.zero_point for key, value in some_values(elements(*t.shape), 99 * i).items()}
        for i, t in enumerate(circuit.tensors)
    ]


class Functionals(unittest.TestCase):
    """Σ out·A = Σ_entries Ŵ·X̂ (of products: times w) + bias, entry by entry."""

    def test_every_operator(self) -> None:
        """Of the circuit that has all kinds, with random axes out, weights, biases and codes."""
        circuit = every_kind()
        codes = read_codes(circuit)
        for t, terms in enumerate(operator_terms(circuit)):
            with self.subTest(operator=t):
                self.check(terms, [codes[i] for i in terms.operator.inputs], codes)

    def check(self, terms: OperatorTerms, inputs: list[Values], codes: list[Values]) -> None:
        """Of one operator."""
        extents = terms.output.shape
        values = ([scalar(100 * axis + i) for i in range(n)] for axis, n in enumerate(extents))
        out: Axes = (next(values), next(values), next(values), next(values))
        weights = brick_values(terms.weight_brick, 1000)
        biases = [scalar(5000 + i) for i in range(terms.biases)]
        expected = 0
        for element in elements(*extents):
            c, n, y, x = element
            a = accumulator(terms, weights, inputs, element) + biases[c % len(biases)]
            expected += out[0][c] * out[1][n] * out[2][y] * out[3][x] * a
        total = sum(a * b for a, b in zip(terms.bias_axis(out), biases, strict=True))
        for en in indicators(terms.entry_brick):
            w = factor(terms, weights, codes, out, en)
            for tensor, axes in terms.activation_terms(out, en):
                total += w * apply(axes, codes[tensor])
        self.assertEqual(total % ORDER, expected % ORDER)


def factor(
    terms: OperatorTerms, weights: Values, codes: list[Values], out: Axes, en: Axes
) -> int:
    """Ŵ of an entry; of a product w·Ŵ."""
    axes, read = terms.weight_term(out, en), terms.factor_term(en)
    if axes is not None:
        assert read is None
        return apply(axes, weights)
    assert read is not None
    (w,) = weights.values()
    return w * apply(read[1], codes[read[0]])


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


def accumulator(terms: OperatorTerms, weights: Values, inputs: list[Values], at: Element) -> int:
    """Section 4.1: A[c, p] without its bias."""
    c, _, _, _ = at
    operator, first = terms.operator, inputs[0]
    given = terms.inputs[0]
    match operator.kind:
        case Kind.CONVOLUTION:
            return sum(
                weights[c, k, *d] * first[k, *i]
                for k in range(given.channels)
                for d, i in taps(terms, at)
            )
        case Kind.DEPTHWISE:
            k = c // (terms.output.channels // given.channels)
            return sum(weights[c, 0, *d] * first[k, *i] for d, i in taps(terms, at))
        case Kind.LINEAR_MAP:
            return sum(
                weights[0, 0, 0, term.weight]
                * mapped(term, terms.inputs[term.input], inputs[term.input], at)
                for term in operator.terms
            )
    second = tuple(i if n > 1 else 0 for i, n in zip(at, terms.inputs[1].shape))
    return weights[0, 0, 0, 0] * first[at] * inputs[1][second]


def taps(terms: OperatorTerms, at: Element) -> Iterator[tuple[Element, Element]]:
    """(dy, dx), and a (batch, row, column) that is read through it."""
    rows, columns = terms.operator.window.axes
    _, n, y, x = at
    given = terms.inputs[0]
    for dy, dx in elements(rows.kernel, columns.kernel):
        for i, j in elements(given.rows, given.columns):
            if reads(rows, y, dy, i) and reads(columns, x, dx, j):
                yield (dy, dx), (n, i, j)


def reads(axis: WindowAxis, y: int, d: int, i: int) -> bool:
    """Whether y reads i through tap d."""
    if axis.transposed:
        y, i = i, y
    return i == axis.stride * y + axis.dilation * d - axis.pad_before


def entries(matrix: Matrix, extent: int) -> dict[tuple[int, int], int]:
    """The matrix, but for zeros."""
    if not matrix.runs:
        return {(i, i): 1 for i in range(extent)}
    result: dict[tuple[int, int], int] = {}
    for run in matrix.runs:
        for k in range(run.count):
            key = run.out + k * run.out_step, run.into + k * run.in_step
            result[key] = result.get(key, 0) + run.coefficient
    return result


def mapped(term: Term, given: Tensor, codes: Values, at: Element) -> int:
    """(K_n X'_{t(n)})[c, p]."""
    c, n, y, x = at
    extents = [(given.channels, given.rows, given.columns)[axis] for axis in term.axes]
    matrices = [entries(matrix, extent) for matrix, extent in zip(term.matrices, extents)]
    total = 0
    for read in elements(*extents):
        value = 1
        for matrix, out, i in zip(matrices, (c, y, x), read):
            value *= matrix.get((out, i), 0)
        if value:
            place = {axis: i for axis, i in zip(term.axes, read)}
            total += value * codes[place[0], n, place[1], place[2]]
    return total
