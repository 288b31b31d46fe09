"""Section 14, steps 3–7: the folding argument."""

from dataclasses import dataclass, field
from typing import Any

from .expression import Expression
from .field import ORDER, inverse, powers
from .layout import ceil_log2
from .ledger import Ledger
from .multilinear import eq_range
from .opening import Opening
from .products import Products


@dataclass
class Folding:
    """What section 15 takes from section 14: challenges, messages, and what is left of Λ and z."""

    theta: int
    mask: Any
    tau: int
    c: int
    phi: int
    xi: int
    y: int
    rounds: list[tuple[Any, Any, int]] = field(default_factory=list)
    form: list[int] = field(default_factory=list)
    z: list[int] = field(default_factory=list)


def run_folding(ledger: Ledger, opening: Opening, products: Products) -> Folding:
    """Section 14, steps 3–7."""
    theta = ledger.challenge("theta", forbidden=(0,))
    mu = ledger.challenge("mu")
    form, y = _linear_form(ledger, opening, products, theta, mu)
    mask = ledger.element("mask")
    tau = ledger.scalar("mask form")
    c = ledger.challenge("mask challenge", forbidden=(0,))
    phi = ledger.scalar("blinder")
    xi = ledger.challenge("value scale", forbidden=(0,))
    folding = Folding(theta, mask, tau, c, phi, xi, y)
    while len(form) > 4:
        left = ledger.element("fold left")
        right = ledger.element("fold right")
        q = ledger.challenge("fold", forbidden=(0,))
        folding.rounds.append((left, right, q))
        half = len(form) // 2
        form = [(q * low + high) % ORDER for low, high in zip(form[:half], form[half:])]
    folding.form = form
    folding.z = [ledger.scalar("folded") for _ in range(4)]
    return folding


def _linear_form(
    ledger: Ledger, opening: Opening, products: Products, theta: int, mu: int
) -> tuple[list[int], int]:
    """Section 14, step 4: Λ and y."""
    theta_inverse = powers(inverse(theta), len(ledger.elements) + 2)
    mu_powers = powers(mu, len(ledger.requires) + 1)
    total = Expression.combine((*zip(mu_powers, ledger.requires), (-mu_powers[-1], opening.claim)))
    on_slots = total.resolve(products.z)
    form = [
        mu_powers[-1] * theta_inverse[-1] * value % ORDER
        for value in eq_range(opening.low, 0, 1 << len(opening.low))
    ]
    form += [
        on_slots.terms.get(slot, 0) * theta_inverse[k] % ORDER
        for slot, k in enumerate(ledger.message_of_slot)
    ]
    form += [0] * ((1 << ceil_log2(len(form))) - len(form))
    return form, -total.constant % ORDER
