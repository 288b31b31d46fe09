"""Section 10: the lookups, as three trees of fractions."""

from dataclasses import dataclass

from .expression import Expression
from .field import powers
from .ledger import Ledger


@dataclass
class Tree:
    """ "Three trees of fractions, node (P, Q)"; p and q are those of the current node."""

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
    """What the lookups leave: the leaves' denominators, and the table's fraction."""

    alpha: int
    gamma: int
    q_c: Expression
    q_r: Expression
    r_main: list[int]
    q_d: Expression
    r_input: list[int]
    p_t: Expression
    q_t: Expression
    r_table: list[int]


def run_lookups(ledger: Ledger, n_x: int, n_d: int, n_m: int) -> LookupClaims:
    """Section 10, steps 1–4."""
    alpha = ledger.challenge("lookup alpha")
    gamma = ledger.challenge("lookup gamma")
    roots = ledger.send("lookup roots", 6)
    main = Tree(n_x + 1, False, roots[0], roots[1])
    given = Tree(n_d, False, roots[2], roots[3])
    table = Tree(n_m, True, roots[4], roots[5])
    _root(ledger, main, given, table)
    points: list[list[int]] = [[]]
    for d in range(max(main.depth, given.depth, table.depth)):
        points.append(_layer(ledger, [main, given, table], d, points[-1]))
    return LookupClaims(
        alpha,
        gamma,
        q_c=main.p,
        q_r=main.q,
        r_main=points[n_x + 1][1:],
        q_d=given.q,
        r_input=points[n_d],
        p_t=table.p,
        q_t=table.q,
        r_table=points[n_m],
    )


def _root(ledger: Ledger, main: Tree, given: Tree, table: Tree) -> None:
    """Step 3."""
    z_1 = ledger.product(main.p, given.q)
    z_2 = ledger.product(given.p, main.q)
    z_3 = ledger.product(main.q, given.q)
    z_4 = ledger.product(z_1 + z_2, table.q)
    z_5 = ledger.product(z_3, table.p)
    ledger.require(z_4 + z_5)


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
