"""Section 20: projections, sums of random subsets of a column's entries."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, compress

from .field import ORDER, dot
from .multilinear import Point, eq_range
from .transcript import Transcript

BLOCKS = 3


class Projections:
    """Some projections of a column whose index space has n bits."""

    def __init__(self, n: int, count: int, transcript: Transcript, label: str) -> None:
        """ "V → P by bytes the subsets": ⌈2^(n_k)/8⌉ bytes each, in the order S_{0,0}, S_{0,1},
        S_{0,2}, S_{1,0}, …
        """
        self._blocks = block_bits(n)
        sizes = [-(-(1 << bits) // 8) for bits in self._blocks]
        data = iter(transcript.draw_bytes(label, count * sum(sizes)))
        self.subsets = [[_flags(data, size) for size in sizes] for _ in range(count)]

    def at(self, z: Point) -> Iterator[int]:
        """p̃_i(z) = Π_k Σ_{j ∈ S_{i,k}} eq(z_k, j), for all i; block 0 is the lowest bits."""
        ends = list(accumulate(self._blocks, initial=0))
        eq = [eq_range(z[start:end], 0, 1 << end - start) for start, end in zip(ends, ends[1:])]
        for subsets in self.subsets:
            value = 1
            for eq_of_block, subset in zip(eq, subsets, strict=True):
                value = value * sum(compress(eq_of_block, subset)) % ORDER
            yield value

    def combination_at(self, scalars: Sequence[int], z: Point) -> int:
        """Σ_i scalar_i·p̃_i(z)."""
        return dot(scalars, self.at(z))


def block_bits(n: int) -> list[int]:
    """n_0 = ⌈n/3⌉, n_1 = ⌈(n − n_0)/2⌉, n_2 = n − n_0 − n_1."""
    sizes: list[int] = []
    for blocks in range(BLOCKS, 0, -1):
        sizes.append(-(-(n - sum(sizes)) // blocks))
    return sizes


def _flags(data: Iterator[int], size: int) -> list[int]:
    """ "j is in the subset if bit (j mod 8) of byte ⌊j/8⌋ is 1"; flags beyond the subset's range
    have no entry to be compressed with.
    """
    return [byte >> bit & 1 for byte in (next(data) for _ in range(size)) for bit in range(8)]
