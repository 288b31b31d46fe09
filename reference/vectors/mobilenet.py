"""The circuit of MobileNetV2 1.0 at 224 × 224, of which section 18 has the counts."""

from ..circuit import Circuit, Kind, Operator, Preparation, Tensor
from ..window import Window, WindowAxis

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

    def add(self, kind: int, channels: int, axis: WindowAxis, *others: int) -> None:
        """One more operator, with the same window along both axes."""
        window = Window(axis, axis)
        self.operators.append(Operator(kind, (self.last, *others), window, channels, 0, 0, 255))

    def point(self, channels: int) -> None:
        """A convolution of 1 × 1."""
        self.add(Kind.CONVOLUTION, channels, WindowAxis(1, 1, 0, 0))


def _around(stride: int) -> WindowAxis:
    """A kernel of 3; strides of 2 pad even extents behind only."""
    return WindowAxis(3, stride, 2 - stride, 1)


def mobilenet_v2() -> Circuit:
    """The network with a single clamp table."""
    network = _Network()
    network.add(Kind.CONVOLUTION, 32, _around(2))
    channels = 32
    for expansion, width, repeats, first_stride in BLOCKS:
        for repeat in range(repeats):
            before = network.last
            if expansion > 1:
                network.point(expansion * channels)
            stride = first_stride if repeat == 0 else 1
            network.add(Kind.DEPTHWISE, expansion * channels, _around(stride))
            network.point(width)
            if repeat > 0:
                network.add(Kind.WEIGHTED_SUM, width, WindowAxis(1, 1, 0, 0), before)
            channels = width
    network.point(1280)
    network.add(Kind.AVERAGE_POOL, 1280, WindowAxis(7, 1, 0, 0))
    network.point(1001)
    return Circuit(
        shift=20,
        value_bits=17,
        model_kappa=14,
        input_kappa=15,
        preparation=Preparation(224, 224, 875),
        scale=0.125,
        softmax=False,
        input=Tensor(3, 1, 224, 224, 128),
        operators=tuple(network.operators),
    )
