"""Sections 18, 20 and 21.6: the messages of a proof, counted before there are any."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .columns import ColumnList, Columns
from .layout import ceil_log2
from .shape import Grouping, Shape
from .weight_bound import BoundShape, bound_columns

LEDGER, SCALAR, POINT = "T", "S", "P"


class Message(NamedTuple):
    """A message: "T: a group element with this many slots. S: a scalar in clear. P: a group
    element that is no message of the ledger."
    """

    label: str
    kind: str
    slots: int = 0


class Manifest(ABC):
    """All messages in order, and their counts: what a proof and a bound have in common."""

    def __init__(self, columns: ColumnList, shape: Grouping) -> None:
        self._kappa = columns.kappa
        self._opening = list(shape.opening_rounds(columns.opening_bits))

    @property
    @abstractmethod
    def products(self) -> int:
        """Products M."""

    @abstractmethod
    def _before_opening(self) -> Iterator[Message]:
        """The ledger's messages before those of section 13."""

    @property
    @abstractmethod
    def ledger_messages(self) -> int:
        """The ledger's messages K."""

    @property
    @abstractmethod
    def slots(self) -> int:
        """Slots S."""

    @property
    def requires(self) -> int:
        """ "requires N_r: K + 2" """
        return self.ledger_messages + 2

    @property
    def generators(self) -> int:
        """Section 4.3, rule 12: 2^κ + S."""
        return (1 << self._kappa) + self.slots

    @property
    def messages(self) -> int:
        """ "all messages: K + 10 + 2(F − 2)" """
        return self.ledger_messages + 10 + 2 * (ceil_log2(self.generators) - 2)

    def __iter__(self) -> Iterator[Message]:
        """ "Messages of a proof, in order." """
        yield from self._before_opening()
        yield from round_messages("opening round", self._opening)
        yield Message("products", LEDGER, 2 * self.products + 3)
        for label in ("product f", "product g", "product h"):
            yield Message(label, SCALAR)
        yield Message("mask", POINT)
        yield Message("mask form", SCALAR)
        yield Message("blinder", SCALAR)
        for _ in range(ceil_log2(self.generators) - 2):
            yield Message("fold left", POINT)
            yield Message("fold right", POINT)
        for _ in range(4):
            yield Message("folded", SCALAR)


def round_messages(label: str, grouping: Iterable[int]) -> Iterator[Message]:
    """ "messages that bind d variables": T 3^v."""
    return (Message(label, LEDGER, 3**v) for v in grouping)


class ProofManifest(Manifest):
    """Both tables of section 18."""

    def __init__(self, columns: Columns, shape: Shape) -> None:
        super().__init__(columns, shape)
        self.columns = columns
        self.shape = shape

    @property
    def _sum_of_n(self) -> int:
        return self.columns.X.n + self.columns.D.n + self.columns.m.n

    @property
    def _more_trees(self) -> list[int]:
        """Depths: "exact: 2n_X + 2 more" products, with a predicate "2·n_Q + 2 more"."""
        trees = self.columns.trees
        return [trees[name] for name in ("low", "predicate") if name in trees]

    @property
    def layers(self) -> int:
        """ "layers d_max: max(n_X + 1, n_D, n_m)", and n_Q."""
        return max(self.columns.trees.values())

    @property
    def products(self) -> int:
        """ "products M: 2(n_X + n_D + n_m) + 6 + P, exact: 2n_X + 2 more" """
        more = sum(2 * depth + 2 for depth in self._more_trees)
        return 2 * self._sum_of_n + 6 + self.columns.products + more

    @property
    def rounds(self) -> list[int]:
        """How many variables each message of rounds binds, in order."""
        layers = (v for d in range(self.layers) for v in self.shape.rounds(d))
        return [*layers, *self.shape.rounds(self.columns.J), *self._opening]

    @property
    def ledger_messages(self) -> int:
        """ "ledger's messages K: N_l + d_max + those of J and N + 4" """
        return len(self.rounds) + self.layers + 4

    @property
    def slots(self) -> int:
        """ "slots S: 4(n_X + n_D + n_m) + 9 + 2P + 2M + 3 + Σ 3^v, exact: 4n_X more and those of M" """
        fixed = 4 * self._sum_of_n + 9 + 2 * self.columns.products
        fixed += 4 * sum(self._more_trees)
        return fixed + 2 * self.products + 3 + sum(3**v for v in self.rounds)

    def _before_opening(self) -> Iterator[Message]:
        yield Message("lookup roots", LEDGER, 2 * len(self.columns.trees))
        for d in range(self.layers):
            yield from round_messages("lookup round", self.shape.rounds(d))
            yield Message("lookup children", LEDGER, self._children(d))
        yield Message("bilinear claim", LEDGER, 1 + 2 * self.columns.products)
        yield from round_messages("bilinear round", self.shape.rounds(self.columns.J))
        yield Message("bilinear ends", LEDGER, 2)

    def _children(self, d: int) -> int:
        """ "over trees live at d, 2 at a bottom, else 4" """
        return sum(
            2 if d + 1 == depth and name != "table" else 4
            for name, depth in self.columns.trees.items()
            if d < depth
        )


class BoundManifest(Manifest):
    """The table of section 20."""

    def __init__(self, columns: Columns) -> None:
        """The columns are the model's."""
        opened, shape = bound_columns(columns), BoundShape()
        super().__init__(opened, shape)
        *_, bits = opened
        self._rounds = list(shape.rounds(bits.n))

    @property
    def products(self) -> int:
        """ "M = 1" """
        return 1

    @property
    def ledger_messages(self) -> int:
        """Rounds, `bound bit`, `products`."""
        return len(self._rounds) + 1 + len(self._opening) + 1

    @property
    def slots(self) -> int:
        """Theirs."""
        in_rounds = sum(3**v for v in (*self._rounds, *self._opening))
        return in_rounds + 1 + 2 * self.products + 3

    def _before_opening(self) -> Iterator[Message]:
        yield from round_messages("bound round", self._rounds)
        yield Message("bound bit", LEDGER, 1)
