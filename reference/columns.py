"""Section 6: the committed columns, and the entries; section 21: column Y, and q."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from .circuit import Circuit, Rounding
from .layout import Brick, Layout
from .operators import operator_terms
from .predicate import Predicate
from .predicate_layout import PredicateLayouts
from .tables import lookup_tables


@dataclass(frozen=True)
class Column:
    """A column's layout and the κ of its rows."""

    name: str
    layout: Layout
    kappa: int

    @property
    def n(self) -> int:
        """The number of bits of its index space."""
        return self.layout.n

    @property
    def row_bits(self) -> int:
        """ "a_col = n_col − κ_col is the number of row bits." """
        return self.n - self.kappa

    @cached_property
    def present_rows(self) -> list[int]:
        """The numbers of its present rows, in increasing order."""
        return self.layout.present_rows(self.kappa)


class ColumnList:
    """Columns that are opened together, in their order."""

    def __init__(self, columns: Iterable[Column]) -> None:
        self._columns = tuple(columns)

    def __iter__(self) -> Iterator[Column]:
        return iter(self._columns)

    @property
    def kappa(self) -> int:
        """Section 6: "κ = max(κ_M, κ_P, κ_D)"; section 20: "κ = max(κ_M, 14)"."""
        return max(column.kappa for column in self)

    @property
    def opening_bits(self) -> int:
        """Section 13: "N = κ + max_col a_col"."""
        return self.kappa + max(column.row_bits for column in self)


class Columns(ColumnList):
    """All columns of a circuit, for proofs with rows of 2^κ_P entries."""

    def __init__(
        self, circuit: Circuit, kappa_p: int, predicate: Predicate | None = None
    ) -> None:
        """The first two tables of section 6; section 10's trees, with their depths, in their order."""
        kappa_m = circuit.model_kappa
        exact = circuit.rounding == Rounding.EXACT
        terms = operator_terms(circuit)
        activations = Layout([Brick(*t.shape) for t in circuit.tensors[1:]], kappa_p)
        tables = [table.brick for table in lookup_tables(circuit)]
        given = circuit.input
        inputs = Brick(given.batch, given.channels, given.rows, given.columns)
        self.X = Column("X", activations, kappa_p)
        self.E = Column("E", activations, kappa_p)
        self.L = Column("L", activations if exact else Layout([], kappa_p), kappa_p)
        self.m = Column("m", Layout(tables, kappa_p), kappa_p)
        self.W = Column("W", Layout([op.weight_brick for op in terms], kappa_m), kappa_m)
        self.b = Column("b", Layout([Brick(op.biases, 1, 1, 1) for op in terms], kappa_m), kappa_m)
        self.D = Column("D", Layout([inputs], 1), min(circuit.input_kappa, inputs.height))
        self.entries = Layout([op.entry_brick for op in terms], 1)
        self.products = circuit.products
        self.trees = {
            "main": self.X.n + 1,
            **({"low": self.X.n} if exact else {}),
            "input": self.D.n,
        }
        # "The columns' order, wherever they are gone through, is X, E, L, m, W, b, D."
        ordered = [self.X, self.E, self.L, self.m, self.W, self.b, self.D]
        if predicate is not None:
            # "Column Y comes behind D", the tree "between input and table".
            layouts = PredicateLayouts(predicate, circuit)
            ordered.append(Column("Y", layouts.y, layouts.kappa_y))
            self.trees["predicate"] = layouts.q.n
        self.trees["table"] = self.m.n
        super().__init__(ordered)

    @property
    def J(self) -> int:
        """The entries' n."""
        return self.entries.n
