"""Section 16, checks 7–10: the argument of sections 8–15, run once through."""

from .bilinear import run_bilinear
from .circuit import Circuit
from .claims import make_claims
from .columns import Columns
from .equation import final_equation
from .folding import run_folding
from .generators import Generators
from .group import IDENTITY_ENCODING
from .ledger import Ledger
from .lookups import run_lookups
from .messages import Messages
from .model import Model, Rows
from .opening import run_opening
from .products import run_products
from .proof_file import ProofFile
from .statement import absorb_statement
from .verdicts import Reason, check


def check_argument(
    model: Model,
    proof: ProofFile,
    circuit: Circuit,
    columns: Columns,
    rows: Rows,
    generators: Generators,
) -> None:
    """Circuit and columns are those of all inputs; rows are those of all columns."""
    group = generators.group
    messages = Messages(proof.messages, group)
    ledger = Ledger(absorb_statement(model.file, proof), messages, proof.shape)
    lookups = run_lookups(ledger, columns.X.n, columns.D.n, columns.m.n)
    bilinear = run_bilinear(ledger, columns.J)
    claims = make_claims(ledger, circuit, columns, lookups, bilinear, proof.output)
    opening = run_opening(ledger, columns, claims)
    products = run_products(ledger)
    folding = run_folding(ledger, opening, products)
    messages.end()
    products.check()
    total = group.combine(final_equation(folding, ledger, opening, rows, generators))
    holds = group.encode(total) == IDENTITY_ENCODING
    check(holds, Reason.LINEAR_FORM, "the final equation is false")
