"""Section 9: "an expression is constant + Σ coefficient·t_slot with public coefficients"."""

from collections.abc import Iterable, Sequence

from .field import ORDER


class Expression:
    """Terms map a slot's number to its coefficient; ~k stands for product z_k's slot, which is
    sent later (section 14).
    """

    __slots__ = ("constant", "terms")

    def __init__(self, constant: int = 0, terms: dict[int, int] | None = None) -> None:
        self.constant = constant % ORDER
        self.terms = terms or {}

    @classmethod
    def slot(cls, number: int) -> "Expression":
        """t_number."""
        return cls(0, {number: 1})

    @classmethod
    def combine(cls, pairs: Iterable[tuple[int, "Expression"]]) -> "Expression":
        """Σ coefficient·expression."""
        constant, terms = 0, dict[int, int]()
        for coefficient, expression in pairs:
            constant += coefficient * expression.constant
            for slot, value in expression.terms.items():
                terms[slot] = (terms.get(slot, 0) + coefficient * value) % ORDER
        return cls(constant, terms)

    def resolve(self, products: "Sequence[Expression]") -> "Expression":
        """The same, with the slots that the products have got."""
        pairs = (
            (coefficient, products[~slot - 1] if slot < 0 else Expression.slot(slot))
            for slot, coefficient in self.terms.items()
        )
        return Expression.combine(pairs) + self.constant

    def __add__(self, other: "Expression | int") -> "Expression":
        if isinstance(other, int):
            return Expression(self.constant + other, self.terms)
        return Expression.combine(((1, self), (1, other)))

    def __sub__(self, other: "Expression | int") -> "Expression":
        if isinstance(other, int):
            return self + -other
        return Expression.combine(((1, self), (-1, other)))

    def __rsub__(self, other: int) -> "Expression":
        return -1 * self + other

    def __rmul__(self, factor: int) -> "Expression":
        return Expression.combine(((factor, self),))
