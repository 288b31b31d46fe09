"""Section 12: the claims about the columns."""

from collections.abc import Sequence

from .bilinear import BilinearClaims
from .circuit import Circuit
from .claim import Claim
from .columns import Columns
from .field import product
from .layout import Axes
from .ledger import Ledger
from .lookups import LookupClaims
from .operators import as_axes, operator_terms, scaled
from .output import Output
from .tables import lookup_tables, table_denominator, tag_at, units


def make_claims(
    ledger: Ledger,
    circuit: Circuit,
    columns: Columns,
    lookups: LookupClaims,
    bilinear: BilinearClaims,
    output: Output,
) -> list[Claim]:
    """All claims, the require between them, and the challenges δ."""
    out = columns.X.layout.axes_of_eq(lookups.r_main)
    claims = [
        *_operator_claims(circuit, columns, bilinear, out),
        *_main_claims(circuit, lookups, bilinear, out),
        *_leaf_claims(lookups),
        *output.lookup_claims(lookups),
    ]
    multiplicities = Claim(lookups.p_t)
    multiplicities.evaluate("m", -1, lookups.r_table)
    denominator = table_denominator(
        lookup_tables(circuit), columns.m.layout, lookups.r_table, lookups.alpha, lookups.gamma
    )
    ledger.require(lookups.q_t - denominator)
    return [*claims, multiplicities, *output.claims(ledger)]


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


def _main_claims(
    circuit: Circuit, lookups: LookupClaims, bilinear: BilinearClaims, out: Sequence[Axes]
) -> list[Claim]:
    """The claims P + 2 and P + 3: what the main tree leaves."""
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
    if lookups.q_l is not None:
        remainders.evaluate("L", 1, r_main)
    return [keys, remainders]


def _leaf_claims(lookups: LookupClaims) -> list[Claim]:
    """The next, "L: (1, r_low)" and "D: (1, r_input)": what the trees low and input leave."""
    alpha, gamma = lookups.alpha, lookups.gamma
    claims = []
    if lookups.q_l is not None:
        claims.append(Claim(alpha - gamma**2 - lookups.q_l))
        claims[-1].evaluate("L", 1, lookups.r_low)
    claims.append(Claim(alpha - 2 * gamma**2 - lookups.q_d))
    claims[-1].evaluate("D", 1, lookups.r_input)
    return claims
