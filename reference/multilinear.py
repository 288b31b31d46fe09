"""Section 1: eq, on ranges of indices, and section 7's closed forms over such ranges."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from .field import ORDER, product

Point = Sequence[int]


def eq_index(point: Point, index: int) -> int:
    """ "eq(r, i) = Π_j (bit j of i is 1 ? r_j : 1 − r_j)" """
    return product(r if index >> j & 1 else 1 - r for j, r in enumerate(point))


def eq_point(r: Point, s: Point) -> int:
    """ "eq(r, s) = Π_j (1 − r_j − s_j + 2·r_j·s_j)" """
    return product(1 - a - b + 2 * a * b for a, b in zip(r, s, strict=True))


def eq_range(point: Point, start: int, count: int) -> list[int]:
    """eq(r, i) for start ≤ i < start + count, bit by bit from the highest."""
    if count == 0:
        return []
    values, first = [1], 0
    for j in reversed(range(len(point))):
        r = point[j]
        low, high = start >> j, start + count - 1 >> j
        values = [
            values[(i >> 1) - first] * (r if i & 1 else 1 - r) % ORDER for i in range(low, high + 1)
        ]
        first = low
    return values


def eq_below(point: Point, bound: int) -> int:
    """Section 7: B(u) = Σ_{i<u} eq((p_0 … p_{h−1}), i), for u ≤ 2^h."""
    return sum(weight for weight, _, _ in _blocks_below(point, bound)) % ORDER


def index_below(point: Point, bound: int) -> int:
    """Section 7: N(u) = Σ_{i<u} eq((p_0 … p_{h−1}), i)·i, for u ≤ 2^h.

    What the lower bits add to a block's indices is Σ_j 2^j·p_j: i ↦ i is linear in them.
    """
    added = list(accumulate((r << j for j, r in enumerate(point)), initial=0))
    blocks = _blocks_below(point, bound)
    return sum(weight * (first + added[bits]) for weight, first, bits in blocks) % ORDER


def _blocks_below(point: Point, bound: int) -> Iterator[tuple[int, int, int]]:
    """The indices i < u in blocks of 2^j that begin at multiples of it: Σ eq over the block, its first
    index, and j. An i < u has the bits of u down to some bit j that is 1 in u and 0 in i.
    """
    if bound >> len(point):
        yield 1, 0, len(point)
        return
    prefix = 1
    for j in reversed(range(len(point))):
        r = point[j]
        if bound >> j & 1:
            yield prefix * (1 - r) % ORDER, bound >> j + 1 << j + 1, j
            prefix = prefix * r % ORDER
        else:
            prefix = prefix * (1 - r) % ORDER
