"""Section 15: the final equation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .field import ORDER, dot, powers, product
from .folding import Folding
from .generators import Generators
from .ledger import Ledger
from .opening import Opening

Term = tuple[int, Any]


def final_equation(
    folding: Folding,
    ledger: Ledger,
    opening: Opening,
    rows: Mapping[str, Sequence[Any]],
    generators: Generators,
) -> Iterator[Term]:
    """The table of section 15: scalars and group elements, whose sum has to be the identity."""
    challenges = [q for _, _, q in folding.rounds]
    pi = product(challenges)
    scale = pi * folding.c
    theta = powers(folding.theta, len(ledger.elements) + 2)
    count = (1 << len(opening.low)) + len(ledger.message_of_slot)
    s = _fold_scalars(challenges)
    for i, generator in enumerate(generators.first(count)):
        yield -folding.z[i % 4] * s[i // 4], generator
    for j, (left, right, q) in enumerate(folding.rounds):
        pi_j = product(challenges[j + 1 :])
        yield pi_j, left
        yield pi_j * q**2, right
    yield pi, folding.mask
    for power, element in zip(theta[1:], ledger.elements):
        yield scale * power, element
    for column, scalars in opening.rows.items():
        for scalar, element in zip(scalars, rows[column], strict=True):
            yield scale * theta[-1] * scalar, element
    yield -pi * folding.phi, generators.H
    value = scale * folding.y + pi * folding.tau - dot(folding.form, folding.z)
    yield folding.xi * value, generators.U


def _fold_scalars(challenges: Sequence[int]) -> list[int]:
    """ "s_i is the product of the q_j for which bit F − 1 − j of i is 0", for i = 0, 4, 8, …"""
    values = [1]
    for q in challenges:
        values = [scaled for value in values for scaled in (value * q % ORDER, value)]
    return values
