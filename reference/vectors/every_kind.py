"""A circuit of every kind of operator, reading in every way there is."""

from dataclasses import replace

from ..activation_table import ActivationTable, Ramp
from ..circuit import NO_PICTURE, Circuit, Kind, Operator, Rounding, Tensor
from ..linear_map import Matrix, Run, Term
from ..window import Window, WindowAxis
from ..windows import Boundaries, WindowTable

CLAMP, NARROW, UP_AND_DOWN, ENDS, CONSTANT, UNUSED = range(6)


def some_tables() -> tuple[ActivationTable, ...]:
    """Of several sizes, rising and falling, with steps at both ends and without any; two are equal."""
    up_and_down = (
        Ramp(-700, 50, 4, -30),
        Ramp(-100, 3, 60, 2),
        Ramp(300, 1, 1, -200),
        Ramp(500, 7, 5, 51),
    )
    ends = (Ramp(-1023, 1, 1, 5), Ramp(-3, 2, 4, 40), Ramp(1023, 1, 1, 90))
    return (
        ActivationTable.clamp(10, 0, 255),
        ActivationTable.clamp(9, 3, 200),
        ActivationTable(11, 200, up_and_down),
        ActivationTable(10, 0, ends),
        ActivationTable.clamp(9, 77, 77),
        ActivationTable.clamp(10, 0, 255),
    )


def some_windows() -> tuple[WindowTable, ...]:
    """In the places of some_tables: of both boundaries, with all codes, with one, with nothing below
    them; of zero-points at both ends and in the middle, inside and outside the codes; two are equal.
    """
    return (
        WindowTable(Boundaries.FLOAT32, 128, 0, 255, 900, 800),
        WindowTable(Boundaries.FLOOR, 0, 3, 200, 300, 200),
        WindowTable(Boundaries.FLOAT32, 0, 0, 255, 500, 300),
        WindowTable(Boundaries.FLOAT32, 255, 101, 240, 0, 600),
        WindowTable(Boundaries.FLOOR, 0, 77, 77, 12, 3),
        WindowTable(Boundaries.FLOAT32, 128, 0, 255, 900, 800),
    )


def _sum(extent: int) -> Matrix:
    return Matrix((Run(0, 0, 0, 1, extent),))


def _map(inputs: tuple[int, ...], shape: tuple[int, int, int], table: int, *terms: Term) -> Operator:
    channels, rows, columns = shape
    return Operator(
        Kind.LINEAR_MAP, inputs, 9, table, channels, rows=rows, columns=columns, terms=terms
    )


def _maps_of_all_kinds() -> Operator:
    """From tensors of 8 × 3 × 3 and of 3 × 5 × 6 to 4 × 3 × 5."""
    permuted = Term(
        0,
        0,
        (1, 2, 0),
        (Matrix((Run(0, 1, 0, 1, 3, 2),)), Matrix(), Matrix((Run(4, -1, 1, 1, 5, -3),))),
    )
    of_the_same_weight = Term(
        1,
        0,
        (0, 2, 1),
        (Matrix((Run(1, 1, 2, -1, 3),)), Matrix((Run(0, 1, 5, -2, 3),)), Matrix()),
    )
    repeated_and_summed = Term(
        2,
        1,
        matrices=(
            Matrix((Run(0, 1, 7, 0, 4),)),
            Matrix((Run(2, 0, 0, 1, 3, 5),)),
            Matrix((Run(0, 2, 0, 1, 3), Run(1, 3, 2, -2, 2, -1))),
        ),
    )
    one_entry_twice = Term(
        2,
        0,
        (2, 0, 1),
        (
            Matrix((Run(3, 0, 2, 0, 3, 7),)),
            Matrix((Run(1, 1, 0, 7, 2), Run(2, -1, 7, -7, 2))),
            Matrix((Run(0, 4, 0, 1, 2), Run(0, 1, 0, 0, 1, -4))),
        ),
    )
    of_another_weight = Term(
        0,
        2,
        matrices=(Matrix((Run(0, 1, 0, 2, 4),)), Matrix(), Matrix((Run(1, 1, 0, 1, 3),))),
    )
    terms = (permuted, of_the_same_weight, repeated_and_summed, one_entry_twice, of_another_weight)
    return _map((3, 0, 3), (4, 3, 5), UP_AND_DOWN, *terms)


def every_kind() -> Circuit:
    """Windows that are dilated, transposed, cut off; permuted, shared, negative, repeating and summing
    terms; products of every combination of repeated axes and of the input, also with itself.
    """
    dilated = Window(
        WindowAxis(2, 1, 1, -1, dilation=2),
        WindowAxis(2, 2, -1, 0),
    )
    transposed = Window(
        WindowAxis(3, 2, 1, 0, transposed=True),
        WindowAxis(2, 3, -1, 1, dilation=2, transposed=True),
    )
    of_channels = Window(
        WindowAxis(2, 1, 1, 1, dilation=2),
        WindowAxis(1, 1, -1, 2),
    )
    transposed_of_channels = Window(
        WindowAxis(2, 2, 0, -1, transposed=True),
        WindowAxis(2, 1, 2, 0, dilation=3, transposed=True),
    )
    transposed_term = Term(0, 0, (0, 2, 1))
    one_channel = Term(0, 0, matrices=(_sum(3), Matrix(), Matrix()))
    one_place = Term(0, 0, matrices=(Matrix(), _sum(6), _sum(6)))
    one_column = Term(0, 0, (0, 2, 1), (Matrix((Run(0, 1, 0, 0, 3),)), Matrix(), _sum(5)))
    operators = (
        Operator(Kind.CONVOLUTION, (0,), 3, CLAMP, 4, dilated),
        Operator(Kind.CONVOLUTION, (1,), 250, UP_AND_DOWN, 2, transposed),
        Operator(Kind.DEPTHWISE, (1,), 0, NARROW, 8, of_channels),
        Operator(Kind.DEPTHWISE, (1,), 77, CLAMP, 4, transposed_of_channels),
        _maps_of_all_kinds(),
        _map((2,), (2, 1, 1), NARROW, one_place),
        Operator(Kind.PRODUCT, (2, 6), 11, CLAMP),
        Operator(Kind.PRODUCT, (0, 0), 128, ENDS),
        Operator(Kind.PRODUCT, (8, 0), 200, UP_AND_DOWN),
        _map((9,), (1, 5, 6), CLAMP, one_channel),
        Operator(Kind.PRODUCT, (9, 10), 30, CLAMP),
        _map((10,), (3, 6, 1), NARROW, one_column),
        _map((12, 0, 11), (3, 6, 5), CLAMP, Term(1, 0, (0, 2, 1)), Term(2, 1, (0, 2, 1))),
        Operator(Kind.PRODUCT, (13, 12), 1, CLAMP),
        _map((14,), (3, 5, 6), ENDS, transposed_term),
        Operator(Kind.PRODUCT, (0, 15), 1, CONSTANT),
        _map((16, 15), (3, 5, 6), CLAMP, Term(0, 0), Term(1, 1)),
    )
    given = Tensor(3, 2, 5, 6, 128)
    return Circuit(Rounding.FAST, 10, 4, 5, NO_PICTURE, 0.5, True, given, some_tables(), operators)


def exact_kinds() -> Circuit:
    """The same with exact rounding, and as small limbs as there are."""
    return replace(every_kind(), rounding=Rounding.EXACT, shift=13, tables=some_windows())
