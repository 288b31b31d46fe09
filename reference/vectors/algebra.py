"""Sections 2 and 3: scalars, group elements, generators, transcripts."""

from pathlib import Path

from ..field import ORDER, decode_scalar, inverse
from ..generators import generator_seed
from ..group import Group, P
from ..products import lagrange
from ..transcript import Transcript
from .draws import some_bytes, some_scalar
from .json_text import scalar_hex, scalars_hex

EDGES = (0, 1, 2, ORDER - 1, ORDER - 2, 2**252, 2**128, (ORDER + 1) // 2)
NOT_SCALARS = (ORDER, ORDER + 1, 2 * ORDER, 15 * ORDER, 2**253, 2**255 - 1, 2**255, 2**256 - 1)

BASE = "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"

RFC_9496 = Path(__file__).parents[2] / "testdata" / "rfc9496.txt"


def scalar_vectors() -> dict:
    """Encodings, reductions, arithmetic, Lagrange coefficients."""
    operands = [*EDGES, *(some_scalar(f"scalar {i}") for i in range(8))]
    pairs = [(a, operands[(3 * i + 5) % len(operands)]) for i, a in enumerate(operands)]
    wide = [b"\xff" * 64, bytes(64), ORDER.to_bytes(64, "little")]
    wide += [some_bytes(f"wide {i}", 64) for i in range(8)]
    return {
        "accepted": [scalar_hex(decode_scalar(a.to_bytes(32, "little"))) for a in operands],
        "refused": [value.to_bytes(32, "little").hex() for value in NOT_SCALARS],
        "reduced": [
            {"wide": data.hex(), "scalar": scalar_hex(int.from_bytes(data, "little"))}
            for data in wide
        ],
        "arithmetic": [
            {
                "a": scalar_hex(a),
                "b": scalar_hex(b),
                "sum": scalar_hex(a + b),
                "difference": scalar_hex(a - b),
                "product": scalar_hex(a * b),
                "inverse": scalar_hex(inverse(a) if a else 0),
            }
            for a, b in pairs
        ],
        "lagrange": [
            {"n": n, "x": scalar_hex(x), "coefficients": scalars_hex(lagrange(n, x))}
            for n, x in ((1, 5), (4, some_scalar("x")), (9, 3), (12, ORDER - 1))
        ],
    }


def not_elements() -> list[bytes]:
    """RFC 9496's, appendix A.2; every integer from p on that has 255 bits; the base negated, and
    with the highest bit set.
    """
    words = (line.split() for line in RFC_9496.read_text(encoding="utf-8").splitlines())
    base = int.from_bytes(bytes.fromhex(BASE), "little")
    integers = [*range(P, 2**255), P - base, base + 2**255]
    others = [value.to_bytes(32, "little") for value in integers]
    return [*(bytes.fromhex(word[2]) for word in words if word[0] == "invalid"), *others]


def is_element(group: Group, data: bytes) -> bool:
    """Whether it decodes."""
    try:
        group.decode(data)
    except ValueError:
        return False
    return True


def group_vectors(group: Group) -> dict:
    """Multiples, sums, encodings that are refused, elements derived from bytes."""
    base = group.decode(bytes.fromhex(BASE))
    scalars = [*range(17), ORDER - 1, 2**252, *(some_scalar(f"multiple {i}") for i in range(6))]
    candidates = [some_bytes(f"candidate {i}", 31) + b"\x10" for i in range(64)]
    seeds = [bytes(64), b"\xff" * 64, *(some_bytes(f"seed {i}", 64) for i in range(8))]
    derived = [group.derive(seed) for seed in seeds]
    weights = [some_scalar(f"weight {i}") for i in range(len(derived))]
    return {
        "multiples": [
            [scalar_hex(k), group.encode(group.combine([(k, base)])).hex()] for k in scalars
        ],
        "candidates": [
            [data.hex(), is_element(group, data)] for data in (*not_elements(), *candidates)
        ],
        "derived": [
            [seed.hex(), group.encode(element).hex()] for seed, element in zip(seeds, derived)
        ],
        "weights": scalars_hex(weights),
        "weighted_sum": group.encode(group.combine(zip(weights, derived))).hex(),
    }


def generator_vectors(group: Group) -> dict:
    """The first, some, and the last of each label."""
    numbers = {
        "G": [0, 1, 2, 3, 255, 256, 4095, 4096, 65535, 65536, 2**18, 2**18 + 2**15 - 1],
        "H": [0],
        "U": [0],
    }
    return {
        "generators": [
            [label, i, group.encode(group.derive(generator_seed(label, i))).hex()]
            for label, indices in numbers.items()
            for i in indices
        ]
    }


def transcript_vectors() -> dict:
    """Histories; of each challenge, the values that were forbidden, and the one that came; bytes."""
    histories = []
    for number, start in enumerate(("vouch proof v1.2", "", "another")):
        transcript = Transcript(start)
        operations: list[dict] = []
        for step in range(6):
            label, data = f"data {step}", some_bytes(f"data {number}", 37 * step)
            transcript.absorb(label, data)
            operations.append({"absorb": label, "data": data.hex()})
            forbidden = _first_draws(transcript, "challenge", (step + number) % 4)
            value = transcript.challenge("challenge", forbidden)
            operations.append(
                {
                    "challenge": "challenge",
                    "forbidden": scalars_hex(forbidden),
                    "value": scalar_hex(value),
                }
            )
            count = (0, 1, 64, 65, 128, 200)[step]
            drawn = transcript.draw_bytes("bytes", count)
            operations.append({"bytes": "bytes", "count": count, "value": drawn.hex()})
        histories.append(
            {"start": start, "operations": operations, "state": transcript.state.hex()}
        )
    return {"histories": histories}


def _first_draws(transcript: Transcript, label: str, count: int) -> list[int]:
    """What the next challenge would be, and if that is forbidden, and so on."""
    draws: list[int] = []
    for _ in range(count):
        copy = Transcript("")
        copy.state = transcript.state
        draws.append(copy.challenge(label, draws))
    return draws
