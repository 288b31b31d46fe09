"""Section 20: the proof that the weights of a model commitment are bounded."""

from dataclasses import dataclass
from functools import partial

from .claim import Claim
from .columns import Column, ColumnList, Columns
from .conclusion import Conclusion, conclude
from .expression import Expression
from .field import powers
from .generators import Generators
from .layout import Brick, Layout
from .ledger import Ledger
from .messages import Messages
from .projections import Projections
from .proof_file import ModelFile
from .rows import Rows, decode_rows
from .shape import Grouping
from .transcript import Transcript

START = "vouch weight bound v1"

PROJECTIONS = 1048
BITS = 80  # of each projection, moved by half of 2^BITS
WIDTH = 16  # bits side by side in the brick
LIMBS = BITS // WIDTH
KAPPA = 14


@dataclass(frozen=True)
class BoundShape(Grouping):
    """ "In section 9, budget = 20 and most = 4." """

    budget: int = 20
    most: int = 4


def bound_columns(columns: Columns) -> ColumnList:
    """W, b and bits."""
    bits = Layout([Brick(PROJECTIONS * LIMBS, 1, 1, WIDTH)], KAPPA)
    return ColumnList((columns.W, columns.b, Column("bits", bits, KAPPA)))


def check_weight_bound(
    file: ModelFile, columns: Columns, rows_of_model: Rows, generators: Generators
) -> None:
    """Section 16, a model commitment's checks 5–7; columns and rows are the model's."""
    opened = bound_columns(columns)
    rows = rows_of_model | decode_rows(generators.group, opened, {"bits": file.rows_bits})
    transcript = Transcript(START)
    projections = absorb_model(transcript, file, opened)
    ledger = Ledger(transcript, Messages(file.bound_messages, generators.group), BoundShape())
    run_weight_bound(ledger, opened, projections).check(rows, generators)


def absorb_model(
    transcript: Transcript, file: ModelFile, opened: ColumnList
) -> dict[str, Projections]:
    """Steps 1–3: the projections of W and b."""
    transcript.absorb("circuit", file.circuit)
    transcript.absorb("model W", b"".join(file.rows_w))
    transcript.absorb("model b", b"".join(file.rows_b))
    w, b, _ = opened
    projections = {
        column.name: Projections(
            column.n, PROJECTIONS, transcript, f"bound projections {column.name}"
        )
        for column in (w, b)
    }
    transcript.absorb("rows bits", b"".join(file.rows_bits))
    return projections


def run_weight_bound(
    ledger: Ledger, opened: ColumnList, projections: dict[str, Projections]
) -> Conclusion:
    """Steps 4–8, but for the final equation."""
    *_, bits = opened
    claims = [_bits_are_bits(ledger, bits.n), sum_claim(ledger, projections)]
    return conclude(ledger, opened, claims)


def _bits_are_bits(ledger: Ledger, n: int) -> Claim:
    """Steps 4 and 5, and claim 0: β_j² − β_j is 0 for all slots of the bits."""
    r = [ledger.challenge("bound point") for _ in range(n)]
    claim, x = ledger.rounds("bound round", [(1 - r_i, r_i) for r_i in r], Expression())
    (beta,) = ledger.send("bound bit", 1)
    ledger.require(ledger.product(beta, beta) - beta - claim)
    at_x = Claim(beta)
    at_x.evaluate("bits", 1, x)
    return at_x


def sum_claim(ledger: Ledger, projections: dict[str, Projections]) -> Claim:
    """Step 6 and claim 1: the bits of each y_i + 2⁷⁹, y_i the sum of both columns' projection i."""
    rho = powers(ledger.challenge("bound rho"), PROJECTIONS)
    claim = Claim(Expression(2 ** (BITS - 1) * sum(rho)))
    limbs = [power << WIDTH * limb for power in rho for limb in range(LIMBS)]
    claim.add_brick("bits", 0, (limbs, [1], [1], [1 << j for j in range(WIDTH)]))
    minus_rho = [-power for power in rho]
    for column, of_column in projections.items():
        claim.add_extension(column, partial(of_column.combination_at, minus_rho))
    return claim
