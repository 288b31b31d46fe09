"""Section 16, checks 7–10: the argument of sections 8–15, run once through."""

from .bilinear import run_bilinear
from .circuit import Circuit
from .claims import make_claims
from .columns import Columns
from .conclusion import conclude
from .generators import Generators
from .ledger import Ledger
from .lookups import run_lookups
from .messages import Messages
from .model import Model
from .proof_file import ProofFile
from .rows import Rows
from .statement import absorb_statement


def check_argument(
    model: Model,
    proof: ProofFile,
    circuit: Circuit,
    columns: Columns,
    rows: Rows,
    generators: Generators,
) -> None:
    """Circuit and columns are those of all inputs; rows are those of all columns."""
    messages = Messages(proof.messages, generators.group)
    ledger = Ledger(absorb_statement(model.file, proof), messages, proof.shape)
    lookups = run_lookups(ledger, columns.X.n, columns.D.n, columns.m.n)
    bilinear = run_bilinear(ledger, columns.J)
    claims = make_claims(ledger, circuit, columns, lookups, bilinear, proof.output)
    conclude(ledger, columns, claims).check(rows, generators)
