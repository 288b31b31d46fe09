"""Section 16, checks 7–10: the argument of sections 8–15, run once through."""

from dataclasses import dataclass

from .bilinear import run_bilinear
from .circuit import Circuit
from .claims import make_claims
from .columns import Columns
from .equation import final_equation
from .folding import Folding, run_folding
from .generators import Generators
from .group import IDENTITY_ENCODING, Group
from .ledger import Ledger
from .lookups import run_lookups
from .messages import Messages
from .model import Model, Rows
from .opening import Opening, run_opening
from .products import Products, run_products
from .proof_file import ProofFile
from .statement import START, absorb_statement
from .transcript import Transcript
from .verdicts import Reason, check


@dataclass(frozen=True)
class Argument:
    """What the script leaves: the ledger, and what sections 13 and 14 say about it."""

    ledger: Ledger
    opening: Opening
    products: Products
    folding: Folding


def run_argument(
    transcript: Transcript, proof: ProofFile, circuit: Circuit, columns: Columns, group: Group
) -> Argument:
    """The script, after the statement: sections 9–14."""
    messages = Messages(proof.messages, group)
    ledger = Ledger(transcript, messages, proof.shape)
    lookups = run_lookups(ledger, columns.X.n, columns.D.n, columns.m.n)
    bilinear = run_bilinear(ledger, columns.J)
    claims = make_claims(ledger, circuit, columns, lookups, bilinear, proof.output)
    opening = run_opening(ledger, columns, claims)
    products = run_products(ledger)
    folding = run_folding(ledger, opening, products)
    messages.end()
    return Argument(ledger, opening, products, folding)


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
    transcript = Transcript(START)
    absorb_statement(transcript, model.file, proof)
    argument = run_argument(transcript, proof, circuit, columns, group)
    argument.products.check()
    total = group.combine(
        final_equation(argument.folding, argument.ledger, argument.opening, rows, generators)
    )
    holds = group.encode(total) == IDENTITY_ENCODING
    check(holds, Reason.LINEAR_FORM, "the final equation is false")
