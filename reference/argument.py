"""Section 16, checks 7–10: the argument of sections 8–15, run once through."""

from .bilinear import run_bilinear
from .circuit import Circuit
from .claims import make_claims
from .columns import Columns
from .conclusion import Conclusion, conclude
from .generators import Generators
from .ledger import Ledger
from .lookups import run_lookups
from .messages import Messages
from .model import Model
from .output import Output
from .proof_file import ProofFile
from .rows import Rows
from .statement import absorb_statement, start_of
from .transcript import Transcript


def check_argument(
    model: Model,
    proof: ProofFile,
    circuit: Circuit,
    columns: Columns,
    output: Output,
    rows: Rows,
    generators: Generators,
) -> None:
    """Circuit, columns and output are those of all inputs; rows are those of all columns."""
    transcript = Transcript(start_of(proof))
    absorb_statement(transcript, model.file, proof)
    ledger = Ledger(transcript, Messages(proof.messages, generators.group), proof.shape)
    run_argument(ledger, circuit, columns, output).check(rows, generators)


def run_argument(ledger: Ledger, circuit: Circuit, columns: Columns, output: Output) -> Conclusion:
    """The script after the statement: sections 9–14."""
    lookups = run_lookups(ledger, columns.trees)
    bilinear = run_bilinear(ledger, columns.J, circuit.products)
    claims = make_claims(ledger, circuit, columns, lookups, bilinear, output)
    return conclude(ledger, columns, claims)
