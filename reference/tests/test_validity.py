"""Section 4.3, rule by rule; each circuit or shape breaks one."""

import unittest
from dataclasses import replace

from ..circuit import Circuit, Kind, Operator, Preparation, Tensor
from ..shape import Shape
from ..validity import check_circuit, check_proof_shape
from ..verdicts import Reason, Rejected
from ..window import Window, WindowAxis
from . import examples

UNIT = WindowAxis(1, 1, 0, 0)
POINT = Window(UNIT, UNIT)
FAST = Shape(15, 16, 4, 1)


def along_rows(kernel: int, stride: int = 1, before: int = 0, after: int = 0) -> Window:
    """A window of one column."""
    return Window(WindowAxis(kernel, stride, before, after), UNIT)


class Rules(unittest.TestCase):
    """Rules 1–13."""

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
            preparation=Preparation(0, 0, 0),
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
            "value_bits": (8, 25),
            "model_kappa": (3, 17),
            "input_kappa": (3, 17),
            "scale": (0.0, -1.0, float("inf"), float("nan")),
        }.items():
            for value in values:
                changed = replace(self.circuit, **{name: value})  # type: ignore[arg-type]
                self.refused(changed, f"{name} out of range")

    def test_operators(self) -> None:
        """Rule 2."""
        self.refused(replace(self.circuit, operators=()), "number of operators")
        many = self.circuit.operators * 9
        self.refused(replace(self.circuit, operators=many), "number of operators")
        self.refused(self.with_operator(3, inputs=()), "an operator without inputs")
        self.refused(self.with_operator(3, inputs=(4,)), "reads a tensor that is not there yet")

    def test_tensors(self) -> None:
        """Rules 3 and 5."""
        operator = Operator(Kind.CONVOLUTION, (0,), POINT, 1, 0, 0, 255)
        self.refused(self.single(operator, (65537, 1, 1, 1)), "channels out of range")
        for extents in ((1, 4097, 1, 1), (1, 1, 4097, 1), (1, 1, 1, 4097), (1, 0, 1, 1)):
            rule = "batch, rows or columns out of range"
            self.refused(self.single(operator, extents), rule)
        self.refused(self.single(operator, (64, 1, 4096, 4096)), "a tensor has too many elements")
        self.refused(self.with_operator(3, lo=9, hi=8), "lo above hi")

    def test_windows(self) -> None:
        """Rule 4."""
        for window in (along_rows(0), along_rows(513), along_rows(1, 0), along_rows(1, 513)):
            self.refused(self.with_operator(0, window=window), "kernel or stride out of range")
        for window in (along_rows(1, before=513), along_rows(1, after=513)):
            self.refused(self.with_operator(0, window=window), "pad out of range")
        self.refused(self.with_operator(0, window=along_rows(97)), "a window larger than its input")

    def test_shapes(self) -> None:
        """Section 4.2."""
        self.refused(self.with_operator(1, channels=17), "not a multiple of the input's channels")
        self.refused(self.with_operator(9, channels=9), "not the input's channels")
        self.refused(self.with_operator(9, inputs=(6,) * 17), "too many inputs")
        self.refused(self.with_operator(9, inputs=(5, 6)), "inputs differ in shape")
        pool = along_rows(3, before=3)
        self.refused(self.with_operator(62, window=pool), "a pad is not smaller than the kernel")
        two = along_rows(2)
        self.refused(self.with_operator(9, window=two), "a weighted sum has kernel and stride 1")
        padded = along_rows(1, before=1)
        self.refused(self.with_operator(9, window=padded), "pads with several inputs")
        self.refused(self.with_operator(9, kind=4), "unknown kind of operator")

    def test_preparation(self) -> None:
        """Rule 6."""
        for preparation, rule in (
            (Preparation(96, 95, 875), "preparation of another size"),
            (Preparation(0, 0, 875), "preparation of another size"),
            (Preparation(96, 96, 0), "crop out of range"),
            (Preparation(96, 96, 1001), "crop out of range"),
        ):
            self.refused(replace(self.circuit, preparation=preparation), rule)

    def test_sizes(self) -> None:
        """Rules 7, 8, 9 and 10."""
        wide = Operator(Kind.CONVOLUTION, (0,), along_rows(512, 1, 512, 512), 1, 0, 0, 255)
        self.refused(self.single(wide, (1, 1, 3000, 1)), "too much work")
        tall = [Operator(Kind.DEPTHWISE, (t,), POINT, 8, 0, 0, 255) for t in range(2)]
        large = replace(self.single(tall[0], (8, 1, 4096, 4096)), operators=tuple(tall))
        self.refused(large, "too many elements")
        clamps = [replace(op, hi=255 - t) for t, op in enumerate(self.circuit.operators[:17])]
        self.refused(replace(self.circuit, operators=tuple(clamps)), "too many clamps")
        self.refused(
            replace(self.circuit, operators=self.circuit.operators[:4]),
            "too many output elements",
        )

    def test_columns(self) -> None:
        """Rules 11 and 12."""
        rows = Operator(Kind.CONVOLUTION, (0,), POINT, 4096, 0, 0, 255)
        small = replace(self.single(rows, (1024, 1, 1, 1)), model_kappa=4)
        self.refused(small, "a column has too many rows")
        full = Operator(Kind.CONVOLUTION, (0,), POINT, 65536, 0, 0, 255)
        self.refused(self.single(full, (65536, 1, 1, 1)), "an index space is too large")
        clamps = [replace(op, hi=255 - t) for t, op in enumerate(self.circuit.operators[:16])]
        tables = replace(
            self.circuit, value_bits=24, operators=(*clamps, *self.circuit.operators[16:])
        )
        self.refused(tables, "too many lookups for the tables")

    def test_proofs(self) -> None:
        """Rule 13, and rule 10 for several inputs."""
        tiny = Operator(Kind.CONVOLUTION, (0,), POINT, 1, 0, 0, 255)
        small = replace(self.single(tiny, (1, 1, 1, 1)), shift=4, value_bits=9)
        large = replace(self.circuit, shift=24, value_bits=24)
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
