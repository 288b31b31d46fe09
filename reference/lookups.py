"""Section 10: the lookups, as three trees of fractions, four with exact rounding, one more with a
predicate (section 21.3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .expression import Expression
from .field import powers
from .ledger import Ledger


@dataclass
class Tree:
    """One of the "trees of fractions, node (P, Q)"; p and q are those of the current node."""

    depth: int
    is_table: bool
    p: Expression
    q: Expression

    def is_live(self, d: int) -> bool:
        """ "A tree is live at layer d if d < depth." """
        return d < self.depth

    def is_bottom(self, d: int) -> bool:
        """ "It is at its bottom there if d + 1 = depth and it is not the table tree" """
        return d + 1 == self.depth and not self.is_table


@dataclass(frozen=True)
class LookupClaims:
    """What the lookups leave: the leaves' denominators, and the table's fraction. With fast rounding
    there is no Q_L; without a predicate Q_q is 0, at no point.
    """

    alpha: int
    gamma: int
    q_c: Expression
    q_u: Expression
    r_main: list[int]
    q_l: Expression | None
    r_low: list[int]
    q_d: Expression
    r_input: list[int]
    q_q: Expression
    r_predicate: list[int]
    p_t: Expression
    q_t: Expression
    r_table: list[int]


def run_lookups(ledger: Ledger, depths: Mapping[str, int]) -> LookupClaims:
    """Section 10, steps 1–4; the depths of all trees, in their order."""
    alpha = ledger.challenge("lookup alpha")
    gamma = ledger.challenge("lookup gamma")
    sent = iter(ledger.send("lookup roots", 2 * len(depths)))
    trees = {
        name: Tree(depth, name == "table", next(sent), next(sent)) for name, depth in depths.items()
    }
    _root(ledger, list(trees.values()))
    points: list[list[int]] = [[]]
    for d in range(max(depths.values())):
        points.append(_layer(ledger, list(trees.values()), d, points[-1]))
    main, given, table = trees["main"], trees["input"], trees["table"]
    return LookupClaims(
        alpha,
        gamma,
        q_c=main.p,
        q_u=main.q,
        r_main=points[main.depth][1:],
        q_l=trees["low"].q if "low" in trees else None,
        r_low=points[main.depth - 1],
        q_d=given.q,
        r_input=points[given.depth],
        q_q=trees["predicate"].q if "predicate" in trees else Expression(),
        r_predicate=points[depths.get("predicate", 0)],
        p_t=table.p,
        q_t=table.q,
        r_table=points[table.depth],
    )


def _root(ledger: Ledger, trees: Sequence[Tree]) -> None:
    """Step 3."""
    p, q = trees[0].p, trees[0].q
    for tree in trees[1:]:
        z, z_1 = ledger.product(p, tree.q), ledger.product(tree.p, q)
        p = z + z_1
        if tree is not trees[-1]:
            q = ledger.product(q, tree.q)
    ledger.require(p)


def _layer(ledger: Ledger, trees: list[Tree], d: int, r: list[int]) -> list[int]:
    """Step 4: layer d, from the point r to the next one."""
    lam = ledger.challenge("lookup lambda")
    mu = ledger.challenge("lookup mu")
    live = [tree for tree in trees if tree.is_live(d)]
    weights = powers(mu, len(live))
    claim = Expression.combine(
        (weight, tree.p + lam * tree.q) for weight, tree in zip(weights, live)
    )
    claim, x = ledger.rounds("lookup round", [(1 - r_i, r_i) for r_i in r], claim)
    counts = [2 if tree.is_bottom(d) else 4 for tree in live]
    sent = iter(ledger.send("lookup children", sum(counts)))
    children = [[next(sent) for _ in range(count)] for count in counts]
    summands = [_summand(ledger, lam, child) for child in children]
    ledger.require(Expression.combine(zip(weights, summands)) - claim)
    e = ledger.challenge("lookup line")
    for tree, child in zip(live, children):
        if tree is trees[0] and tree.is_bottom(d):
            tree.p, tree.q = child
        elif tree.is_bottom(d):
            tree.q = _line(e, *child)
        else:
            tree.p, tree.q = _line(e, *child[:2]), _line(e, *child[2:])
    return [e, *x]


def _summand(ledger: Ledger, lam: int, child: list[Expression]) -> Expression:
    """Step 4.5: "Inner … Bottom"."""
    if len(child) == 2:
        q_0, q_1 = child
        return q_0 + q_1 + lam * ledger.product(q_0, q_1)
    p_0, p_1, q_0, q_1 = child
    first = ledger.product(p_0, q_1)
    return first + ledger.product(q_0, p_1 + lam * q_1)


def _line(e: int, a: Expression, b: Expression) -> Expression:
    """line(a, b) = a + e·(b − a)."""
    return Expression.combine(((1 - e, a), (e, b)))
