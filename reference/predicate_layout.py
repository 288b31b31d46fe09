"""Sections 21.1 and 21.3: column Y, and the lookups q of a predicate."""

from collections.abc import Iterable

from .circuit import Circuit
from .layout import Axes, Brick, Layout, ceil_log2
from .multilinear import Point
from .predicate import Predicate, PredicateKind


class NamedLayout(Layout):
    """A layout whose bricks have names."""

    def __init__(self, bricks: Iterable[tuple[str, Brick]], n_min: int) -> None:
        named = dict(bricks)
        super().__init__(list(named.values()), n_min)
        self.number = {name: i for i, name in enumerate(named)}

    def named_axes_of_eq(self, point: Point) -> dict[str, Axes]:
        """Each brick's axes of eq."""
        return dict(zip(self.number, self.axes_of_eq(point), strict=True))


def kappa_y(circuit: Circuit) -> int:
    """κ_Y = max(1, min(κ_I, ⌈log₂ C⌉))."""
    return max(1, min(circuit.input_kappa, ceil_log2(circuit.output.channels)))


class PredicateLayouts:
    """Those of a predicate, for the circuit of all inputs."""

    def __init__(self, predicate: Predicate, circuit: Circuit) -> None:
        """The tables of sections 21.1 and 21.3."""
        pictures, channels = circuit.input.batch, circuit.output.channels
        of_classes, of_inputs = Brick(pictures, channels, 1, 1), Brick(pictures, 1, 1, 1)
        ranking, labels = predicate.has_ranking, predicate.commits_labels
        limb = predicate.kind in (PredicateKind.CONTAINS, PredicateKind.SCORE)
        self.kappa_y = kappa_y(circuit)
        self.y = _layout(
            self.kappa_y,
            ("h", of_classes, ranking),
            ("λ", of_classes, labels),
            ("g", of_classes, ranking),
            ("μ", of_classes, labels),
            ("N", Brick(1, 1 << self.kappa_y, 1, 1), predicate.is_count),
            ("t", of_inputs, ranking),
            ("b", of_inputs, predicate.commits_bits),
        )
        # "q's index space (not committed, n_min = 1)"
        self.q = _layout(
            1,
            ("h", of_classes, ranking),
            ("g", of_classes, ranking),
            ("w", of_classes, ranking),
            ("λ", of_classes, labels),
            ("μ", of_classes, labels),
            ("x", of_classes, labels),
            ("e", of_inputs, limb),
            ("b", of_inputs, predicate.commits_bits),
        )


def _layout(n_min: int, *bricks: tuple[str, Brick, bool]) -> NamedLayout:
    """ "those of the following that there are, in this order" """
    return NamedLayout(((name, brick) for name, brick, there in bricks if there), n_min)
