"""Section 4.3, rule by rule; each circuit or shape breaks one."""

import unittest
from dataclasses import replace
from functools import partial

from ..activation_table import ActivationTable, Ramp
from ..circuit import (
    NO_PICTURE,
    Circuit,
    Kind,
    Operator,
    Preparation,
    Rounding,
    Tensor,
    output_shape,
)
from ..linear_map import IDENTITY, Matrix, Run, Term
from ..operators import operator_terms
from ..shape import Shape
from ..validity import check_circuit, check_proof_shape
from ..verdicts import Reason, Rejected
from ..window import Window, WindowAxis
from ..windows import Boundaries, WindowTable
from . import examples

FAST = Shape(15, 16, 4, 1)
FIRST_SUM = 9  # the example's first operator of kind 2


def along_rows(*of_rows: int, transposed: bool = False) -> Window:
    """A window of one column: of its rows kernel, stride, pads before and after, and dilation."""
    columns = WindowAxis(1, transposed=transposed)
    return Window(replace(WindowAxis(*of_rows), transposed=transposed), columns)


def convolution(channels: int = 1, window: Window = along_rows(1)) -> Operator:
    """Of the input."""
    return Operator(Kind.CONVOLUTION, (0,), channels=channels, window=window)


class Rules(unittest.TestCase):
    """Rules 1–12."""

    circuit = examples.mobilenet().circuit

    def refused(self, circuit: Circuit, rule: str) -> None:
        """The circuit is refused, and by this rule."""
        with self.assertRaises(Rejected) as caught:
            check_circuit(circuit)
        self.assertEqual(caught.exception.reason, Reason.DESCRIPTOR)
        self.assertEqual(caught.exception.detail, rule)

    def with_operator(self, number: int, **changes: object) -> Circuit:
        """The circuit with an operator changed."""
        operators = list(self.circuit.operators)
        operators[number] = replace(operators[number], **changes)  # type: ignore[arg-type]
        return replace(self.circuit, operators=tuple(operators))

    def single(self, operator: Operator, extents: tuple[int, int, int, int]) -> Circuit:
        """The circuit of one operator on an input of these extents."""
        return replace(
            self.circuit,
            input=Tensor(*extents, 0),
            preparation=NO_PICTURE,
            operators=(operator,),
        )

    def test_accepted(self) -> None:
        """The example's circuit, as it is."""
        check_circuit(self.circuit)
        check_proof_shape(self.circuit, FAST)

    def test_parameters(self) -> None:
        """Rule 1."""
        for name, values in {
            "shift": (3, 25),
            "model_kappa": (3, 17),
            "input_kappa": (3, 17),
            "scale": (0.0, -1.0, float("inf"), float("nan")),
        }.items():
            for value in values:
                changed = replace(self.circuit, **{name: value})  # type: ignore[arg-type]
                self.refused(changed, f"{name} out of range")

    def exact(self, *tables: WindowTable, shift: int = 20) -> Circuit:
        """The circuit with exact rounding."""
        return replace(self.circuit, rounding=Rounding.EXACT, shift=shift, tables=tables)

    def test_exact_parameters(self) -> None:
        """Rule 1."""
        table = WindowTable(Boundaries.FLOAT32, 128, 0, 255)
        for shift in (13, 20):
            check_circuit(self.exact(table, shift=shift))
        for shift in (12, 21):
            self.refused(self.exact(table, shift=shift), "shift out of range")

    def test_tables_of_windows(self) -> None:
        """Rule 5."""
        one = WindowTable(Boundaries.FLOOR, 0, 9, 9)
        check_circuit(self.exact(*64 * (one,)))
        self.refused(self.exact(*65 * (one,)), "number of tables")
        self.refused(self.exact(), "number of tables")
        for table, rule in (
            (one, None),
            (WindowTable(Boundaries.FLOAT32, 255, 0, 255, 2**20, 2**20), None),
            (WindowTable(Boundaries.FLOOR, 1, 0, 255), "floor with a zero-point"),
            (WindowTable(Boundaries.FLOAT32, 1, 9, 8), "codes out of order"),
            (WindowTable(Boundaries.FLOAT32, 1, 0, 255, 2**20 + 1), "too many windows beyond"),
            (WindowTable(Boundaries.FLOOR, 0, 0, 255, 0, 2**20 + 1), "too many windows beyond"),
        ):
            if rule is None:
                check_circuit(self.exact(table))
            else:
                self.refused(self.exact(table), rule)

    def test_operators(self) -> None:
        """Rule 2."""
        self.refused(replace(self.circuit, operators=()), "number of operators")
        many = self.circuit.operators * 9
        self.refused(replace(self.circuit, operators=many), "number of operators")
        self.refused(self.with_operator(3, inputs=()), "an operator without inputs")
        self.refused(self.with_operator(3, inputs=(4,)), "reads a tensor that is not there yet")

    def test_tensors(self) -> None:
        """Rule 3."""
        self.refused(self.single(convolution(), (65537, 1, 1, 1)), "channels out of range")
        for extents in ((1, 4097, 1, 1), (1, 1, 4097, 1), (1, 1, 1, 4097), (1, 0, 1, 1)):
            rule = "batch, rows or columns out of range"
            self.refused(self.single(convolution(), extents), rule)
        large = self.single(convolution(), (64, 1, 4096, 4096))
        self.refused(large, "a tensor has too many elements")

    def test_windows(self) -> None:
        """Rule 4."""
        for window in (
            *(along_rows(kernel) for kernel in (0, 513)),
            *(along_rows(1, stride) for stride in (0, 513)),
            *(along_rows(1, 1, 0, 0, dilation) for dilation in (0, 513)),
        ):
            rule = "kernel, stride or dilation out of range"
            self.refused(self.with_operator(0, window=window), rule)
        for pads in ((513, 0), (0, 513), (-513, 512), (512, -513)):
            for window in (along_rows(1, 1, *pads), along_rows(1, 1, *pads, transposed=True)):
                self.refused(self.with_operator(0, window=window), "pad out of range")

    def test_shapes_of_windows(self) -> None:
        """Section 4.2: outputs of one row, and of none."""
        of_ten = (1, 1, 10, 1)
        for window in (
            along_rows(10),
            along_rows(4, 1, 0, 0, 3),
            along_rows(1, 1, -4, -5),
            along_rows(12, 1, 1, 1),
            along_rows(1, 1, 4, 5, transposed=True),
            along_rows(1, 3, 17, 10, transposed=True),
        ):
            circuit = self.single(convolution(window=window), of_ten)
            self.assertEqual(circuit.tensors[1].rows, 1)
            rows = replace(window.rows, pad_after=window.rows.pad_after - 1)
            if window.transposed:
                rows = replace(window.rows, pad_after=window.rows.pad_after + 1)
            circuit = self.single(convolution(window=replace(window, rows=rows)), of_ten)
            rule = "a window larger than its input"
            if window.transposed:
                rule = "a transposed window without outputs"
            self.refused(circuit, rule)
        self.refused(self.with_operator(1, channels=17), "not a multiple of the input's channels")
        self.refused(self.with_operator(1, inputs=(0, 1)), "a convolution has one input")

    def test_linear_maps(self) -> None:
        """Section 4.2, and rule 4."""
        self.refused(self.with_operator(FIRST_SUM, inputs=(6,) * 65), "too many inputs")
        self.refused(self.with_operator(FIRST_SUM, terms=()), "number of terms")
        for count in (1024, 1025):
            single = Operator(Kind.LINEAR_MAP, (0,), terms=(Term(0, 0),) * count)
            circuit = self.single(single, (1, 1, 1, 1))
            if count == 1024:
                check_circuit(circuit)
            else:
                self.refused(circuit, "number of terms")
        for terms, rule in (
            ((Term(0, 0), Term(2, 0)), "a term reads no input"),
            ((Term(0, 1), Term(1, 0)), "weights out of order"),
            ((Term(0, 0), Term(1, 2)), "weights out of order"),
            ((Term(0, 0, (0, 1, 1)),), "axes are not a permutation"),
            ((Term(0, 0, (0, 1, 3)),), "axes are not a permutation"),
            ((Term(0, 0, (1, 0, 2)),), "an identity between different extents"),
        ):
            self.refused(self.with_operator(FIRST_SUM, terms=terms), rule)

    def test_runs(self) -> None:
        """Both ends, of outputs and of inputs; from 6 rows to 4."""
        for run, rule in (
            (Run(0, 1, 0, 1, 0), "a run of nothing"),
            (Run(0, 1, 0, 1, 1, 0), "a run of nothing"),
            (Run(4, 0, 0, 1, 1), "a run out of range"),
            (Run(0, 1, 6, 0, 1), "a run out of range"),
            (Run(0, 1, 0, 1, 5), "a run out of range"),
            (Run(3, -1, 0, 1, 5), "a run out of range"),
            (Run(0, 0, 0, 1, 7), "a run out of range"),
            (Run(0, 0, 5, -1, 7), "a run out of range"),
            (Run(0, 1, 1, 2, 4), "a run out of range"),
            (Run(0, 32767, 0, 0, 65535), "a run out of range"),
            (Run(3, -1, 5, -1, 4, -32768), None),
            (Run(0, 3, 5, -5, 2), None),
            (Run(0, 0, 0, 0, 65535), None),
        ):
            term = Term(0, 0, matrices=(IDENTITY, Matrix((run,)), IDENTITY))
            single = Operator(Kind.LINEAR_MAP, (0,), rows=4, terms=(term,))
            circuit = self.single(single, (1, 1, 6, 1))
            if rule is None:
                check_circuit(circuit)
            else:
                self.refused(circuit, rule)

    def test_products(self) -> None:
        """Section 4.2."""
        self.refused(self.with_product((9,)), "a product has two inputs")
        self.refused(self.with_product((9, 9, 9)), "a product has two inputs")
        self.refused(self.with_product((9, 1)), "factors do not fit")
        self.assertEqual(self.with_product((9, 9)).tensors[10].shape, self.circuit.tensors[9].shape)

    def with_product(self, inputs: tuple[int, ...]) -> Circuit:
        """The first operators, then a product."""
        before = self.circuit.operators[:9]
        return replace(self.circuit, operators=(*before, Operator(Kind.PRODUCT, inputs)))

    def test_factors(self) -> None:
        """Of 2 × 3 × 2 × 2 with others; only the batch must be the same."""
        for second in ((2, 3, 2, 2), (1, 3, 1, 1), (2, 3, 1, 2), (2, 1, 2, 2), (2, 3, 3, 2)):
            first, other = Tensor(2, 3, 2, 2, 0), Tensor(*second, 0)
            shape = partial(output_shape, Operator(Kind.PRODUCT, (0, 1)), [first, other])
            if second[1:3] in ((3, 1), (3, 2)):
                self.assertEqual(shape(), first.shape)
            else:
                self.assertRaises(Rejected, shape)

    def test_tables(self) -> None:
        """Rule 5."""
        self.refused(replace(self.circuit, tables=()), "number of tables")
        constant = ActivationTable(9, 0)
        self.refused(replace(self.circuit, tables=(constant,) * 65), "number of tables")
        self.refused(self.with_operator(3, table=1), "a table that is not there")
        full = ActivationTable(10, 0, (Ramp(0, 1, 255, 1), Ramp(255, 1, 255, -1)))
        self.refused(replace(self.circuit, tables=(full,) * 17), "too many steps in all tables")
        for table, rule in (
            (ActivationTable(8, 0), "bits of a table out of range"),
            (ActivationTable(25, 0), "bits of a table out of range"),
            (ActivationTable(9, 0, (Ramp(0, 0, 1, 1),)), "a ramp of nothing"),
            (ActivationTable(9, 0, (Ramp(0, 1, 0, 1),)), "a ramp of nothing"),
            (ActivationTable(9, 0, (Ramp(0, 1, 1, 0),)), "a ramp of nothing"),
            (ActivationTable(9, 0, (Ramp(-512, 1, 1, 1),)), "a step before the table"),
            (ActivationTable(9, 0, (Ramp(-511, 1, 1, 1), Ramp(511, 1, 1, 1))), None),
            (ActivationTable(9, 0, (Ramp(509, 3, 2, 1),)), "a step behind the table"),
            (ActivationTable(9, 0, (Ramp(0, 2, 2, 1), Ramp(2, 1, 1, 1))), "ramps out of order"),
            (ActivationTable(9, 0, (Ramp(0, 2, 2, 1), Ramp(3, 1, 1, 1))), None),
            (ActivationTable(9, 0, (Ramp(0, 1, 1, -1),)), "a table out of the codes"),
            (ActivationTable(9, 0, (Ramp(0, 1, 1, 256), Ramp(1, 1, 1, -9))), "a table out of the codes"),
            (ActivationTable(9, 255, (Ramp(0, 1, 17, -15),)), None),
        ):
            circuit = replace(self.circuit, tables=(table,))
            if rule is None:
                check_circuit(circuit)
            else:
                self.refused(circuit, rule)
        up_and_down = [Ramp(2 * i, 1, 1, 1 - 2 * (i % 2)) for i in range(1025)]
        for count in (1024, 1025):
            table = ActivationTable(12, 0, tuple(up_and_down[:count]))
            circuit = replace(self.circuit, tables=(table,))
            if count == 1024:
                check_circuit(circuit)
            else:
                self.refused(circuit, "too many steps")

    def test_preparation(self) -> None:
        """Rule 6."""
        for preparation, rule in (
            (Preparation(96, 95, 875), "preparation of another size"),
            (Preparation(0, 0, 875), "preparation of another size"),
            (Preparation(96, 96, 0), "crop out of range"),
            (Preparation(96, 96, 1001), "crop out of range"),
        ):
            self.refused(replace(self.circuit, preparation=preparation), rule)

    def test_work(self) -> None:
        """Rule 7, exactly, of each kind: the operator alone takes all that is allowed, or 1 more."""
        rows = WindowAxis(500, 1, 260, 261)
        long = convolution(window=Window(rows, WindowAxis(1)))
        sums = (Matrix((Run(0, 0, 0, 0, 65533),)), Matrix((Run(0, 0, 0, 0, 2),)))
        terms = (Term(0, 0, matrices=(*sums, IDENTITY)),) * 15 + (Term(0, 0),) * 63
        few = Operator(Kind.LINEAR_MAP, (0,), terms=terms)
        for operator, extents, work in (
            (long, (1, 1, 2071, 1), 2**20),
            (few, (1, 1, 1, 1), 15 * (65533 + 2 + 8) + 63 * 8),
            (Operator(Kind.PRODUCT, (0, 0)), (7, 5, 3, 2), 2 * (17 + 17)),
        ):
            (terms_of,) = operator_terms(self.single(operator, extents))
            self.assertEqual(terms_of.work, work)
        check_circuit(self.single(long, (1, 1, 2071, 1)))
        self.refused(self.single(replace(long, channels=2), (1, 1, 2071, 1)), "too much work")

    def test_sizes(self) -> None:
        """Rules 8 and 9."""
        tall = [Operator(Kind.DEPTHWISE, (t,), channels=8) for t in range(2)]
        large = replace(self.single(tall[0], (8, 1, 4096, 4096)), operators=tuple(tall))
        self.refused(large, "too many elements")
        pool = convolution(window=Window(WindowAxis(64, 64), WindowAxis(64, 64)))
        check_circuit(self.single(pool, (4, 4, 1024, 1024)))
        for extents, rule in (
            ((5, 1, 1024, 1024), "too many codes of one input"),
            ((5, 4, 1024, 1024), "too many codes of one input"),
            ((4, 5, 1024, 1024), "too many codes of all inputs"),
        ):
            self.refused(self.single(pool, extents), rule)
        self.refused(
            replace(self.circuit, operators=self.circuit.operators[:4]),
            "too many output elements",
        )

    def test_columns(self) -> None:
        """Rules 10 and 11."""
        small = replace(self.single(convolution(4096), (1024, 1, 1, 1)), model_kappa=4)
        self.refused(small, "a column has too many rows")
        full = self.single(convolution(65536), (65536, 1, 1, 1))
        self.refused(full, "an index space is too large")
        tables = replace(self.circuit, tables=(ActivationTable(24, 0),) * 16)
        self.refused(tables, "too many lookups for the tables")
        windows = 64 * (WindowTable(Boundaries.FLOOR, 0, 0, 255, 2**20, 2**20),)
        of_many = self.exact(*windows).for_pictures(64)
        self.refused(of_many, "too many lookups for the tables")

    def test_proofs(self) -> None:
        """Rule 12, and rule 9 for several inputs."""
        tiny = replace(self.single(convolution(), (1, 1, 1, 1)), tables=(ActivationTable(9, 0),))
        small = replace(tiny, shift=4)
        large = replace(self.circuit, shift=24, tables=(ActivationTable(24, 0),))
        check_proof_shape(small, Shape(11, 16, 4, 1))
        for circuit, shape, rule in (
            (self.circuit, Shape(4, 16, 4, 1), "a column has too many rows"),
            (small, Shape(12, 16, 4, 1), "rows larger than the columns"),
            (large, Shape(18, 24, 6, 1), "needs more generators than there are"),
            (self.circuit.for_pictures(66), Shape(15, 16, 4, 66), "too many output elements"),
        ):
            with self.assertRaises(Rejected) as caught:
                check_proof_shape(circuit, shape)
            self.assertEqual(caught.exception.detail, rule)
