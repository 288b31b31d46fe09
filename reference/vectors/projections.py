"""Section 20: projections, of columns of several sizes."""

from ..projections import BLOCKS, Projections, block_bits
from ..transcript import Transcript
from .draws import some_point
from .json_text import scalars_hex

SIZES = (1, 2, 4, 5, 9, 11, 17)
COUNT = 4


def projection_vectors() -> dict:
    """The bytes of the subsets, what is in them, and p̃_i of all projections at a point."""
    return {"projections": [_describe(n) for n in SIZES]}


def _describe(n: int) -> dict:
    start, label = f"projections {n}", "subsets"
    sizes = [-(-(1 << bits) // 8) for bits in block_bits(n)]
    data = Transcript(start).draw_bytes(label, COUNT * sum(sizes))
    projections = Projections(n, COUNT, Transcript(start), label)
    z = some_point("z", n)
    members = [
        [[j for j in range(1 << bits) if subset[j]] for bits, subset in zip(block_bits(n), of_blocks)]
        for of_blocks in projections.subsets
    ]
    assert len(members) == COUNT and all(len(of_blocks) == BLOCKS for of_blocks in members)
    return {
        "n": n,
        "blocks": block_bits(n),
        "start": start,
        "label": label,
        "bytes": data.hex(),
        "members": members,
        "z": scalars_hex(z),
        "values": scalars_hex(list(projections.at(z))),
    }
