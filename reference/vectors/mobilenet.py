"""The circuit of MobileNetV2 1.0 at 224 × 224, of which section 18 has the counts."""

from dataclasses import replace

from ..activation_table import ActivationTable
from ..circuit import Circuit, Kind, Operator, Preparation, Rounding, Tensor
from ..linear_map import IDENTITY, Matrix, Run, Term
from ..window import Window, WindowAxis
from ..windows import Boundaries, WindowTable

# Expansion, channels, repetitions, stride of the first.
BLOCKS = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


class _Network:
    """Operators one after the other; each reads the output of the last."""

    def __init__(self) -> None:
        self.operators: list[Operator] = []

    @property
    def last(self) -> int:
        """The tensor written last."""
        return len(self.operators)

    def add(self, kind: int, channels: int, axis: WindowAxis) -> None:
        """One more convolution, with the same window along both axes."""
        window = Window(axis, axis)
        self.operators.append(Operator(kind, (self.last,), channels=channels, window=window))

    def point(self, channels: int) -> None:
        """A convolution of 1 × 1."""
        self.add(Kind.CONVOLUTION, channels, WindowAxis(1))

    def sum(self, channels: int, size: int, before: int) -> None:
        """With the output of an earlier one."""
        self._map((self.last, before), channels, size, Term(0, 0), Term(1, 1))

    def mean(self, channels: int, size: int) -> None:
        """Of every channel."""
        column = Matrix((Run(0, 0, 0, 1, size),))
        self._map((self.last,), channels, 1, Term(0, 0, matrices=(IDENTITY, column, column)))

    def _map(self, inputs: tuple[int, ...], channels: int, size: int, *terms: Term) -> None:
        linear_map = Operator(
            Kind.LINEAR_MAP, inputs, channels=channels, rows=size, columns=size, terms=terms
        )
        self.operators.append(linear_map)


def _around(stride: int) -> WindowAxis:
    """A kernel of 3; strides of 2 pad even extents behind only."""
    return WindowAxis(3, stride, 2 - stride, 1)


def mobilenet_v2() -> Circuit:
    """The network with a single table, a clamp."""
    network = _Network()
    network.add(Kind.CONVOLUTION, 32, _around(2))
    channels, size = 32, 112
    for expansion, width, repeats, first_stride in BLOCKS:
        for repeat in range(repeats):
            before = network.last
            if expansion > 1:
                network.point(expansion * channels)
            stride = first_stride if repeat == 0 else 1
            size //= stride
            network.add(Kind.DEPTHWISE, expansion * channels, _around(stride))
            network.point(width)
            if repeat > 0:
                network.sum(width, size, before)
            channels = width
    network.point(1280)
    network.mean(1280, size)
    network.point(1001)
    return Circuit(
        rounding=Rounding.FAST,
        shift=20,
        model_kappa=14,
        input_kappa=15,
        preparation=Preparation(224, 224, 875),
        scale=0.125,
        softmax=False,
        input=Tensor(3, 1, 224, 224, 128),
        tables=(ActivationTable.clamp(17, 0, 255),),
        operators=tuple(network.operators),
    )


def exact_mobilenet_v2() -> Circuit:
    """The same with exact rounding and a single table."""
    table = WindowTable(Boundaries.FLOAT32, 0, 0, 255, 2**11, 2**11)
    return replace(mobilenet_v2(), rounding=Rounding.EXACT, tables=(table,))
