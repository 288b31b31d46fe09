"""Section 13: the opening of the columns at one point."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .claim import Claim
from .columns import Column, ColumnList
from .expression import Expression
from .field import ORDER, powers, product
from .layout import dot_axes
from .ledger import Ledger
from .multilinear import eq_index, eq_point


@dataclass(frozen=True)
class Opening:
    """ "⟨eq((r*_0 … r*_{κ−1}), ·), v⟩ = claim", and v's commitment, as scalars on rows."""

    claim: Expression
    low: list[int]
    rows: dict[str, list[int]]


def run_opening(ledger: Ledger, columns: ColumnList, claims: Sequence[Claim]) -> Opening:
    """Section 13, steps 1–3."""
    eta = powers(ledger.challenge("opening eta"), len(claims))
    claim = Expression.combine(zip(eta, (c.y for c in claims)))
    n = columns.opening_bits
    claim, r = ledger.rounds("opening round", [(1, 1)] * n, claim, ledger.shape.opening_rounds(n))
    kappa = columns.kappa
    rows = {column.name: _row_scalars(column, kappa, r, eta, claims) for column in columns}
    return Opening(claim, r[:kappa], rows)


def _row_scalars(
    column: Column, kappa: int, r: list[int], eta: list[int], claims: Sequence[Claim]
) -> list[int]:
    """ω_col·eq(row, i) for the column's present rows i, of C_v."""
    low, mid = r[: column.kappa], r[column.kappa : kappa]
    row, pre = r[kappa : kappa + column.row_bits], r[kappa + column.row_bits :]
    z = low + row
    omega = product(1 - r_j for r_j in mid + pre)
    omega *= _functional_at(column, z, eta, claims)
    return [omega * eq_index(row, i) % ORDER for i in column.present_rows]


def _functional_at(column: Column, z: list[int], eta: list[int], claims: Sequence[Claim]) -> int:
    """Ω̃_col(z) of Ω_col = Σ_k η^k·Ω_{k,col}."""
    axes_at_z = cache(lambda brick: column.layout.brick_axes_of_eq(brick, z))
    total = 0
    for power, claim in zip(eta, claims):
        functional = claim.functionals[column.name]
        value = sum(scale * eq_point(point, z) for scale, point in functional.evaluations)
        value += sum(dot_axes(axes, axes_at_z(brick)) for brick, axes in functional.brick_terms)
        value += sum(extension(z) for extension in functional.extensions)
        total += power * value
    return total % ORDER
