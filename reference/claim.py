"""Section 12: a claim about the columns."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from .expression import Expression
from .layout import Axes
from .multilinear import Point


@dataclass
class Functional:
    """Ω_col: "a sum of two kinds of terms"; and section 20's, as what they add to Ω̃_col(z)."""

    evaluations: list[tuple[int, Point]] = field(default_factory=list)
    brick_terms: list[tuple[int, Axes]] = field(default_factory=list)
    extensions: list[Callable[[Point], int]] = field(default_factory=list)


@dataclass
class Claim:
    """ "Each claim is Σ_col ⟨Ω_col, col⟩ = y with an expression y." """

    y: Expression = field(default_factory=Expression)
    functionals: defaultdict[str, Functional] = field(
        default_factory=lambda: defaultdict(Functional)
    )

    def evaluate(self, column: str, scale: int, point: Point) -> None:
        """Add the evaluation scale·f̃(point)."""
        self.functionals[column].evaluations.append((scale, point))

    def add_brick(self, column: str, brick: int, axes: Axes) -> None:
        """Add a brick term."""
        self.functionals[column].brick_terms.append((brick, axes))

    def add_extension(self, column: str, extension: Callable[[Point], int]) -> None:
        """Add a term of projections, by its multilinear extension."""
        self.functionals[column].extensions.append(extension)
