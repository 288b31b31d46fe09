"""The ways in which proofs are tampered with. Each changes a draft, or the bytes of a file."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from random import Random

from ..descriptor import decode_circuit, encode_circuit
from ..field import ORDER
from ..generators import generator_seed
from ..group import IDENTITY_ENCODING
from ..manifest import SCALAR
from ..predicate import Predicate, PredicateKind
from ..sodium import SodiumGroup
from ..verdicts import Rejected
from .circuits import other_circuit
from .question import Draft, Example, Lists

GROUP = SodiumGroup()
BASE = GROUP.derive(generator_seed("G", 0))

Change = Callable[[Draft, Random], None]
ListChange = Callable[[Lists, Random], None]
ByteChange = Callable[[bytes, Random], bytes]


# Messages and rows, of a proof or of a model commitment.


def in_proof(change: ListChange) -> Change:
    """The change, of the proof's lists."""

    def changed(draft: Draft, draw: Random) -> None:
        change(draft.of_proof, draw)

    changed.__name__ = change.__name__
    return changed


def in_model(change: ListChange) -> Change:
    """The change, of the model commitment's lists: its rows, and those and the messages of the proof
    that it is bounded.
    """

    def changed(draft: Draft, draw: Random) -> None:
        change(draft.of_model, draw)
        mostly_adopt(draft, draw)

    changed.__name__ = f"model: {change.__name__}"
    return changed


def mostly_adopt(draft: Draft, draw: Random) -> None:
    """A proof that names the changed model gets further than one that does not."""
    if draw.randrange(4):
        draft.adopt_model()


def scalar_numbers(lists: Lists) -> list[int]:
    """Which messages are scalars."""
    return [i for i, m in enumerate(lists.manifest) if m.kind == SCALAR and _has(lists, i)]


def element_numbers(lists: Lists) -> list[int]:
    """Which messages are group elements."""
    return [i for i, m in enumerate(lists.manifest) if m.kind != SCALAR and _has(lists, i)]


def _has(lists: Lists, i: int) -> bool:
    return i < len(lists.messages)


def swap_messages(lists: Lists, draw: Random) -> None:
    """Two messages, or two neighbours."""
    messages = lists.messages
    if len(messages) > 1:
        i = draw.randrange(len(messages) - 1)
        j = draw.choice((i + 1, draw.randrange(len(messages))))
        messages[i], messages[j] = messages[j], messages[i]


def swap_entries(lists: Lists, draw: Random) -> None:
    """An entry of one list with one of another."""
    a, b = draw.choice(lists.filled()), draw.choice(lists.filled())
    i, j = draw.randrange(len(a)), draw.randrange(len(b))
    a[i], b[j] = b[j], a[i]


def drop_entry(lists: Lists, draw: Random) -> None:
    """One is missing, often the last."""
    entries = draw.choice(lists.filled())
    del entries[draw.choice((-1, draw.randrange(len(entries))))]


def add_entry(lists: Lists, draw: Random) -> None:
    """One is there twice, or anything at the end."""
    entries = draw.choice([*lists.filled(), lists.messages])
    if draw.randrange(2) or not entries:
        entries.append(draw.choice((BASE, bytes(32), draw.randbytes(32))))
    else:
        entries.insert(draw.randrange(len(entries) + 1), draw.choice(entries))


def move_entry(lists: Lists, draw: Random) -> None:
    """From the end of one list to the beginning of the next: the same bytes but for counts."""
    ordered = list(lists.all().values())
    i = draw.randrange(len(ordered) - 1)
    if ordered[i]:
        ordered[i + 1].insert(0, ordered[i].pop())


def other_element(lists: Lists, draw: Random) -> None:
    """A group element by another that is valid too."""
    entries = draw.choice([*lists.rows.values(), lists.messages, lists.messages])
    numbers = element_numbers(lists) if entries is lists.messages else range(len(entries))
    if not numbers:
        return
    i = draw.choice(list(numbers))
    factor, more = draw.choice(((1, 1), (2, 0), (ORDER - 1, 0), (0, 1), (1, ORDER - 1), (1, 2)))
    try:
        changed = GROUP.combine([(factor, GROUP.decode(entries[i])), (more, BASE)])
    except ValueError:
        return
    entries[i] = changed


def identity(lists: Lists, draw: Random) -> None:
    """A group element by the identity, or a scalar by 0."""
    entries = draw.choice(lists.filled())
    entries[draw.randrange(len(entries))] = IDENTITY_ENCODING


def other_scalar(lists: Lists, draw: Random) -> None:
    """A scalar by a neighbour, its negative, itself plus ℓ or 2·ℓ …, or any other."""
    numbers = scalar_numbers(lists)
    if not numbers:
        return
    i = draw.choice(numbers)
    value = int.from_bytes(lists.messages[i], "little")
    changed = draw.choice(
        (
            (value + 1) % ORDER,
            (value - 1) % ORDER,
            -value % ORDER,
            2 * value % ORDER,
            value + ORDER,
            value + 7 * ORDER,
            draw.randrange(ORDER),
            ORDER,
            2**256 - 1,
        )
    )
    lists.messages[i] = (changed % 2**256).to_bytes(32, "little")


def false_product(lists: Lists, draw: Random) -> None:
    """f*, g* and h* of which h* = f*·g* still holds, or does not."""
    by_label = {m.label: i for i, m in enumerate(lists.manifest) if _has(lists, i)}
    if not {"product f", "product g", "product h"} <= by_label.keys():
        return
    f, g = draw.randrange(ORDER), draw.randrange(ORDER)
    h = (f * g + draw.choice((0, 0, 1))) % ORDER
    for label, value in (("product f", f), ("product g", g), ("product h", h)):
        lists.messages[by_label[label]] = value.to_bytes(32, "little")


def list_count(lists: Lists, draw: Random) -> None:
    """A count of rows or messages that is not how many there are."""
    name, entries = draw.choice(list(lists.all().items()))
    lists.counts[name] = false_count(len(entries), draw)


def false_count(there: int, draw: Random) -> int:
    """Instead of this many."""
    return draw.choice((there + 1, there - 1, 0, 2**17, 2**17 + 1, 2**32 - 1)) % 2**32


# Fields of the frame.


def length(draft: Draft, draw: Random) -> None:
    """A length of context or output that is not how many bytes there are."""
    name = draw.choice(("context", "output"))
    draft.of_proof.counts[name] = false_count(len(getattr(draft.proof, name)), draw)


def shape(draft: Draft, draw: Random) -> None:
    """A parameter of the shape."""
    name = draw.choice(("kappa", "budget", "most", "pictures"))
    old = getattr(draft.proof.shape, name)
    new = draw.choice((old + 1, max(0, old - 1), 0, 1, 4, 6, 7, 18, 19, 24, 25, 255))
    limit = 2**16 if name == "pictures" else 2**8
    draft.change(shape=replace(draft.proof.shape, **{name: new % limit}))


def mode(draft: Draft, draw: Random) -> None:
    """Public or hidden, with or without as many salts."""
    public = not draft.proof.is_public
    count_of_salts = draw.choice((0, draft.proof.shape.pictures))
    draft.change(is_public=public, salts=[draw.randbytes(32) for _ in range(count_of_salts)])


def salt(draft: Draft, draw: Random) -> None:
    """Another salt, or none."""
    if salts := draft.proof.salts:
        i = draw.randrange(len(salts))
        salts[i : i + 1] = draw.choice(([draw.randbytes(32)], []))


def context(draft: Draft, draw: Random) -> None:
    """Another context, expected or not."""
    old = draft.proof.context
    new = draw.choice((old + b"x", old[:-1], b"", draw.randbytes(draw.randrange(40)), bytes(4097)))
    draft.change(context=new)
    draft.contexts = draw.choice(((), (old,), (new,)))


def output(draft: Draft, draw: Random) -> None:
    """Another output."""
    codes = bytearray(draft.proof.output)
    if not codes:
        return
    i = draw.randrange(len(codes))
    match draw.randrange(4):
        case 0:
            del codes[i]
        case 1:
            codes.insert(i, codes[i])
        case 2:
            j = draw.randrange(len(codes))
            codes[i], codes[j] = codes[j], codes[i]
        case _:
            codes[i] = (codes[i] + draw.choice((1, 255, 128))) % 256
    draft.change(output=bytes(codes))


def predicate(draft: Draft, draw: Random) -> None:
    """Another predicate, or none where there was one; expected or not. Mostly the result has the length
    that it then should have.
    """
    old = draft.proof.predicate
    new = other_predicate(old, draft.proof.shape.pictures, draw)
    draft.change(predicate=new)
    if draw.randrange(2):
        draft.predicates = expected_encoding(new)
    if new is not None and draw.randrange(4):
        length = new.result_size * draft.proof.shape.pictures
        draft.change(output=draft.proof.output[:length].ljust(length, b"\0"))


def other_predicate(old: Predicate | None, pictures: int, draw: Random) -> Predicate | None:
    """One thing in it, also an impossible one."""
    if old is None or draw.randrange(12) == 0:
        kind = draw.choice(tuple(PredicateKind))
        labels = draw.choice((None, (0,) * pictures)) if kind == PredicateKind.LABEL else ()
        return draw.choice((None, Predicate(kind, bool(draw.randrange(2)), 1, (0,), 9, labels)))
    near = draw.choice((-1, 1))
    fields: list[Callable[[], dict]] = [
        lambda: other_kind(old, pictures, draw),
        lambda: {"is_count": not old.is_count},
        lambda: {"top": draw.choice((0, 1, 7, 18, 19, 255, (old.top + near) % 256))},
        lambda: {"threshold": draw.choice((0, 255, (old.threshold + near) % 256))},
        lambda: {"classes": other_classes(old.classes, draw)},
        lambda: {"labels": other_labels(old.labels, pictures, draw)},
    ]
    new = replace(old, **draw.choice(fields)())
    return replace(new, classes=(*new.classes, 0)[:1]) if new.kind == PredicateKind.SCORE else new


def other_kind(old: Predicate, pictures: int, draw: Random) -> dict:
    """With as many labels as there must be."""
    kind = draw.choice((0, *PredicateKind, 5, 255))
    return {
        "kind": kind,
        "labels": draw.choice((None, (0,) * pictures)) if kind == PredicateKind.LABEL else (),
    }


def other_classes(classes: tuple[int, ...], draw: Random) -> tuple[int, ...]:
    """One more or less, another one, or out of order."""
    some = draw.choice((0, 6, 7, 17, 18, 65535))
    if not classes:
        return (some,)
    i = draw.randrange(len(classes))
    before, behind = classes[:i], classes[i + 1 :]
    return draw.choice(
        (
            (*before, *behind),
            (*before, some, *behind),
            (*before, classes[i], *classes[i:]),
            (*before, (classes[i] + 1) % 65536, *behind),
            tuple(sorted({*classes, some})),
            classes[::-1],
        )
    )


def other_labels(
    labels: tuple[int, ...] | None, pictures: int, draw: Random
) -> tuple[int, ...] | None:
    """Committed ones by public ones, or one of them by another."""
    if labels is None:
        return tuple(draw.randrange(19) for _ in range(pictures))
    return draw.choice((None, *2 * (other_classes(labels, draw),)))


def results(draft: Draft, draw: Random) -> None:
    """A bit or a class of the result; of two inputs the other's."""
    proof = draft.proof
    if proof.predicate is None or not proof.output:
        return
    size = proof.predicate.result_size
    at = draw.randrange(len(proof.output))
    each = [proof.output[i : i + size] for i in range(0, len(proof.output), size)]
    changed = draw.choice(
        (
            flipped(proof.output, at, 1),
            flipped(proof.output, at, draw.choice((1, 2, 3, 16, 128))),
            b"".join(each[1:] + each[:1]),
            b"".join(each[:-1] + [each[-1][::-1]]),
            proof.output[2:] + proof.output[:2],
        )
    )
    draft.change(output=changed)


# What the caller expects.


def expected_encoding(predicate: Predicate | None) -> tuple[bytes, ...]:
    """Codes without one; nothing if no caller could mean it."""
    if predicate is None:
        return (b"",)
    return (predicate.encode(),) if predicate.kind in tuple(PredicateKind) else ()


def expected_predicate(draft: Draft, draw: Random) -> None:
    """Another one, none, or codes."""
    other = other_predicate(draft.proof.predicate, draft.proof.shape.pictures, draw)
    draft.predicates = draw.choice(((), (b"",), expected_encoding(other)))


def expected_identities(draft: Draft, draw: Random) -> None:
    """Other predictions or labels, another number of them, or where there are none."""
    identities = draw.choice((draft.predictions, draft.labels))
    match draw.randrange(5):
        case 0:
            identities.reverse()
        case 1:
            identities.clear()
        case 2:
            identities.append(identities[0] if identities else bytes(32))
        case 3:
            draft.predictions, draft.labels = draft.labels, draft.predictions
        case _ if identities:
            i = draw.randrange(len(identities))
            identities[i] = flipped(identities[i], draw.randrange(32), 1)


def expected_inputs(draft: Draft, draw: Random) -> None:
    """Other inputs than the proof's."""
    match draw.randrange(5):
        case 0:
            draft.inputs.reverse()
        case 1 if draft.inputs:
            draft.inputs.pop()
        case 2:
            draft.inputs.append(draft.inputs[0] if draft.inputs else b"")
        case _ if draft.inputs:
            i = draw.randrange(len(draft.inputs))
            codes = bytearray(draft.inputs[i]) + bytes(draw.randrange(2))
            codes[draw.randrange(len(codes))] ^= draw.randrange(256)
            draft.inputs[i] = bytes(codes)


def openings(draft: Draft, draw: Random) -> None:
    """Other openings."""
    if not draft.openings:
        return
    if draw.randrange(2):
        draft.inputs = []
    i = draw.randrange(len(draft.openings))
    match draw.randrange(4):
        case 0:
            draft.openings.clear()
        case 1:
            draft.openings.reverse()
        case 2:
            draft.openings.append(draft.openings[0])
        case _:
            at = draw.randrange(10, len(draft.openings[i]))
            draft.openings[i] = flipped(draft.openings[i], at, 1 + draw.randrange(255))


def expect_nothing(draft: Draft, draw: Random) -> None:
    """Fewer expectations."""
    if draw.randrange(2):
        draft.inputs = []
    if draw.randrange(2):
        draft.openings = []
    if draw.randrange(2):
        draft.predictions, draft.labels = [], []
    draft.contexts, draft.predicates = (), ()


# The model's circuit.


def model_circuit(draft: Draft, draw: Random) -> None:
    """One thing in the circuit."""
    try:
        circuit = decode_circuit(draft.circuit)
    except Rejected:  # another change came first
        return
    draft.circuit = encode_circuit(other_circuit(circuit, draw))
    mostly_adopt(draft, draw)


def model_bytes(draft: Draft, draw: Random) -> None:
    """A byte of the descriptor."""
    at, difference = draw.randrange(len(draft.circuit)), draw.choice((1, 1, 2, 128, 255))
    draft.circuit = flipped(draft.circuit, at, difference)
    mostly_adopt(draft, draw)


def splice_with(other: Example) -> Change:
    """Part of another proof, or of another model commitment."""

    def splice(draft: Draft, draw: Random) -> None:
        there = deepcopy(other.of_proof)
        match draw.randrange(6):
            case 0:
                draft.circuit, draft.of_model = other.model.circuit, deepcopy(other.of_model)
            case 1:
                draft.of_proof.messages = there.messages
            case 2:
                name = draw.choice(list(there.rows))
                draft.of_proof.rows[name] = there.rows[name]
            case 3:
                draft.change(shape=other.proof.shape)
            case 4:
                bound = deepcopy(other.of_model)
                draft.of_model.rows["bits"] = bound.rows["bits"]
                draft.of_model.messages = bound.messages
            case _:
                a, b = draft.of_proof.messages, there.messages
                cut = draw.randrange(1, min(len(a), len(b)) + 1) if a else 0
                a[-cut:] = b[-cut:]

    return splice


# Bytes of whole files.


def flipped(data: bytes, at: int, difference: int) -> bytes:
    """One byte changed."""
    return data[:at] + bytes([data[at] ^ difference]) + data[at + 1 :]


def change_byte(data: bytes, draw: Random) -> bytes:
    """Anywhere."""
    return flipped(data, draw.randrange(len(data)), 1 + draw.randrange(255)) if data else data


def change_bit(data: bytes, draw: Random) -> bytes:
    """Anywhere."""
    return flipped(data, draw.randrange(len(data)), 1 << draw.randrange(8)) if data else data


def change_head(data: bytes, draw: Random) -> bytes:
    """In the first hundred bytes, which are the frame."""
    if not data:
        return data
    return flipped(data, draw.randrange(min(100, len(data))), 1 + draw.randrange(255))


def cut(data: bytes, draw: Random) -> bytes:
    """The end is missing."""
    at = draw.choice((draw.randrange(len(data) + 1), len(data) - 32 * draw.randrange(1, 20)))
    return data[: max(0, at)]


def extend(data: bytes, draw: Random) -> bytes:
    """More than there should be."""
    return data + draw.randbytes(draw.choice((1, 31, 32, 64)))


def remove(data: bytes, draw: Random) -> bytes:
    """Bytes are missing in the middle."""
    at, size = draw.randrange(len(data) + 1), draw.choice((1, 4, 32))
    return data[:at] + data[at + size :]


def repeat(data: bytes, draw: Random) -> bytes:
    """Bytes are there twice."""
    at, size = draw.randrange(len(data) + 1), draw.choice((1, 4, 32))
    return data[: at + size] + data[at:]
