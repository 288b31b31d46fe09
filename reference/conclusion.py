"""Sections 13–15: claims about columns, opened together; the end of every argument."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .claim import Claim
from .columns import ColumnList
from .equation import Term, final_equation
from .folding import Folding, run_folding
from .generators import Generators
from .group import IDENTITY_ENCODING
from .ledger import Ledger
from .opening import Opening, run_opening
from .products import Products, run_products
from .rows import Rows
from .verdicts import Reason, check


@dataclass(frozen=True)
class Conclusion:
    """The ledger, and what sections 13 and 14 leave of it."""

    ledger: Ledger
    opening: Opening
    products: Products
    folding: Folding

    def check(self, rows: Rows, generators: Generators) -> None:
        """Section 16, the last two checks: product and linear form."""
        self.products.check()
        group = generators.group
        total = group.combine(self.final_equation(rows, generators))
        holds = group.encode(total) == IDENTITY_ENCODING
        check(holds, Reason.LINEAR_FORM, "the final equation is false")

    def final_equation(self, rows: Rows, generators: Generators) -> Iterator[Term]:
        """Section 15, of this argument."""
        return final_equation(self.folding, self.ledger, self.opening, rows, generators)


def conclude(ledger: Ledger, columns: ColumnList, claims: Sequence[Claim]) -> Conclusion:
    """Sections 13 and 14; no message is left over."""
    opening = run_opening(ledger, columns, claims)
    products = run_products(ledger)
    folding = run_folding(ledger, opening, products)
    ledger.end()
    return Conclusion(ledger, opening, products, folding)
