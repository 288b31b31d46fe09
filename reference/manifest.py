"""Section 18: the messages of a proof, counted before there are any."""

from dataclasses import dataclass

from .columns import Columns
from .layout import ceil_log2
from .shape import Shape


@dataclass(frozen=True)
class Manifest:
    """The table of counts of section 18."""

    columns: Columns
    shape: Shape

    @property
    def _sum_of_n(self) -> int:
        return self.columns.X.n + self.columns.D.n + self.columns.m.n

    @property
    def layers(self) -> int:
        """ "layers d_max: max(n_X + 1, n_D, n_m)" """
        return max(self.columns.X.n + 1, self.columns.D.n, self.columns.m.n)

    @property
    def products(self) -> int:
        """ "products M: 2(n_X + n_D + n_m) + 6" """
        return 2 * self._sum_of_n + 6

    @property
    def rounds(self) -> list[int]:
        """How many variables each message of rounds binds, in order."""
        layers = (v for d in range(self.layers) for v in self.shape.rounds(d))
        bilinear = self.shape.rounds(self.columns.J)
        return [*layers, *bilinear, *self.shape.opening_rounds(self.columns.opening_bits)]

    @property
    def ledger_messages(self) -> int:
        """ "ledger's messages K: N_l + d_max + those of J and N + 4" """
        return len(self.rounds) + self.layers + 4

    @property
    def slots(self) -> int:
        """ "slots S: 4(n_X + n_D + n_m) + 9 + 2M + 3 + Σ 3^v" """
        return 4 * self._sum_of_n + 9 + 2 * self.products + 3 + sum(3**v for v in self.rounds)

    @property
    def generators(self) -> int:
        """Section 4.3, rule 13: 2^κ + S."""
        return (1 << self.columns.kappa) + self.slots

    @property
    def messages(self) -> int:
        """ "all messages: K + 10 + 2(F − 2)" """
        return self.ledger_messages + 10 + 2 * (ceil_log2(self.generators) - 2)
