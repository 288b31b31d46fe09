"""Section 12: the claims about the columns."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product as indices

from .bilinear import BilinearClaims
from .circuit import Circuit
from .columns import Columns
from .expression import Expression
from .field import dot, product
from .layout import Axes, ceil_log2
from .ledger import Ledger
from .lookups import LookupClaims
from .multilinear import Point
from .operators import as_axes, operator_terms, scaled
from .tables import lookup_tables, table_denominator, tag_at, units


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


def make_claims(
    ledger: Ledger,
    circuit: Circuit,
    columns: Columns,
    lookups: LookupClaims,
    bilinear: BilinearClaims,
    output: bytes,
) -> list[Claim]:
    """All claims, the require between the last two, and the challenges δ."""
    out = columns.X.layout.axes_of_eq(lookups.r_main)
    claims = [
        *_operator_claims(circuit, columns, bilinear, out),
        *_leaf_claims(circuit, lookups, bilinear, out),
    ]
    denominator = table_denominator(
        lookup_tables(circuit), columns.m.layout, lookups.r_table, lookups.alpha, lookups.gamma
    )
    ledger.require(lookups.q_t - denominator)
    return [*claims, _output_claim(ledger, columns, output)]


def _operator_claims(
    circuit: Circuit, columns: Columns, bilinear: BilinearClaims, out: Sequence[Axes]
) -> list[Claim]:
    """Claims 0, 1 and 1 + j: the terms at ρ, and the weights of products."""
    factors, activations = Claim(bilinear.w), Claim(bilinear.x)
    weights: list[Claim] = []
    en = columns.entries.axes_of_eq(bilinear.rho)
    for t, operator in enumerate(operator_terms(circuit)):
        if (axes := operator.weight_term(out[t], en[t])) is not None:
            factors.add_brick("W", t, axes)
        if (factor := operator.factor_term(en[t])) is not None:
            tensor, (first, *rest) = factor
            zeta_j = bilinear.zeta[len(weights)]
            _read_input(circuit, factors, tensor, as_axes([scaled(zeta_j, first), *rest]))
            weights.append(Claim(bilinear.weights[len(weights)]))
            weights[-1].add_brick("W", t, ([1], [1], [1], [1]))
        for tensor, axes in operator.activation_terms(out[t], en[t]):
            _read_input(circuit, activations, tensor, axes)
    return [factors, activations, *weights]


def _read_input(circuit: Circuit, claim: Claim, tensor: int, axes: Axes) -> None:
    """A brick term on an input's brick, and what it adds to y: "z·(Σ axis 0)(Σ axis 1)(Σ axis 2)(Σ axis
    3)", z being "the zero-point of the tensor that the term reads".
    """
    claim.y += circuit.tensors[tensor].zero_point * product(map(sum, axes))
    if tensor == 0:
        channels, batch, rows, cols = axes
        claim.add_brick("D", 0, (batch, channels, rows, cols))
    else:
        claim.add_brick("X", tensor - 1, axes)


def _leaf_claims(
    circuit: Circuit, lookups: LookupClaims, bilinear: BilinearClaims, out: Sequence[Axes]
) -> list[Claim]:
    """The claims from P + 2 on, but for the last: what the lookups leave."""
    alpha, gamma, r_main = lookups.alpha, lookups.gamma, lookups.r_main
    of_x, of_e, of_u = units(circuit)
    keys = Claim(alpha - gamma**2 * tag_at(circuit, out) - lookups.q_c)
    keys.evaluate("X", 1, r_main)
    keys.evaluate("E", gamma, r_main)
    remainders = Claim(of_u * (lookups.q_u - (alpha - gamma**2)) + bilinear.a)
    remainders.evaluate("X", of_x, r_main)
    remainders.evaluate("E", of_e, r_main)
    for t, operator in enumerate(operator_terms(circuit)):
        minus_bias = scaled(-1, operator.bias_axis(out[t]))
        remainders.add_brick("b", t, (minus_bias, [1], [1], [1]))
    claims = [keys, remainders]
    if lookups.q_l is not None:
        remainders.evaluate("L", 1, r_main)
        low = Claim(alpha - gamma**2 - lookups.q_l)
        low.evaluate("L", 1, lookups.r_low)
        claims.append(low)
    codes = Claim(alpha - 2 * gamma**2 - lookups.q_d)
    codes.evaluate("D", 1, lookups.r_input)
    multiplicities = Claim(lookups.p_t)
    multiplicities.evaluate("m", -1, lookups.r_table)
    return [*claims, codes, multiplicities]


def _output_claim(ledger: Ledger, columns: Columns, output: bytes) -> Claim:
    """The last claim: "The term's axes are the axes of eq of this brick with offset 0 at δ; its value
    Σ_i runs over the output's codes with the same axes."
    """
    bricks = columns.X.layout.bricks
    delta = [ledger.challenge("output delta") for _ in range(ceil_log2(bricks[-1].size))]
    axes = bricks[-1].axes_of_eq(delta, 0)
    claim = Claim(Expression(dot(map(product, indices(*axes)), output)))
    claim.add_brick("X", len(bricks) - 1, axes)
    return claim
