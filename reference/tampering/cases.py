"""Which proofs are tampered with, and how: case by case, from the seed."""

from dataclasses import dataclass, replace
from random import Random

from ..descriptor import encode_circuit
from ..proof_file import ModelFile
from ..vectors.circuits import accepted_circuits
from ..vectors.examples import EXAMPLES as CIRCUITS
from ..vectors.examples import OF_PREDICATES
from . import changes
from .changes import ByteChange, Change, ListChange
from .circuits import other_circuit
from .question import Example, Question, encode_model

# Of a list's changes, how often a proof's and how often a model commitment's. The latter are rarer:
# almost always it is the bound that is refused, whose equation is what takes longest.
LIST_CHANGES: tuple[tuple[ListChange, int, float], ...] = (
    (changes.swap_messages, 4, 0.2),
    (changes.swap_entries, 4, 0.2),
    (changes.drop_entry, 2, 0.3),
    (changes.add_entry, 2, 0.3),
    (changes.move_entry, 2, 0.3),
    (changes.other_element, 8, 0.8),
    (changes.identity, 2, 0.3),
    (changes.other_scalar, 6, 0.6),
    (changes.false_product, 2, 0.5),
    (changes.list_count, 3, 0.4),
)
# A model that can be read takes two seconds to refuse: its bound is of 2^14 generators.
OF_MODELS = 0.25
FIELD_CHANGES: tuple[tuple[Change, float], ...] = (
    *((changes.in_proof(change), often) for change, often, _ in LIST_CHANGES),
    *((changes.in_model(change), often * OF_MODELS) for change, _, often in LIST_CHANGES),
    (changes.length, 1),
    (changes.shape, 4),
    (changes.mode, 1),
    (changes.salt, 1),
    (changes.context, 2),
    (changes.output, 3),
    (changes.predicate, 4),
    (changes.results, 2),
    (changes.expected_predicate, 1),
    (changes.expected_identities, 2),
    (changes.expected_inputs, 2),
    (changes.openings, 4),
    (changes.expect_nothing, 1),
    (changes.model_circuit, OF_MODELS),
    (changes.model_bytes, OF_MODELS),
)
SPLICES = 3
BYTE_CHANGES: tuple[tuple[ByteChange, int], ...] = (
    (changes.change_byte, 12),
    (changes.change_bit, 8),
    (changes.change_head, 6),
    (changes.cut, 3),
    (changes.extend, 2),
    (changes.remove, 2),
    (changes.repeat, 2),
)
# Of which proofs: what a verification costs grows with their generators.
EXAMPLES = {
    **{"tiny": 16, "two": 4, "fast": 1, "small": 1, "exact_tiny": 8, "exact": 1},
    **{proof: 4 for proofs in OF_PREDICATES.values() for proof in proofs},
}
# How many changes there are in a case: several show which check comes first.
HOW_MANY = ((0, 1), (1, 70), (2, 22), (3, 7))


@dataclass(frozen=True)
class Case:
    """A question, and the names of the changes that led to it."""

    number: int
    question: Question
    changes: tuple[str, ...]


def make_case(examples: dict[str, Example], seed: int, number: int) -> Case:
    """Case number … of a seed; it depends on no other."""
    draw = Random(f"{seed} {number}")
    (name,) = draw.choices(list(EXAMPLES), list(EXAMPLES.values()))
    example, other = examples[name], examples[draw.choice(list(EXAMPLES))]
    fields = [*FIELD_CHANGES, (changes.splice_with(other), SPLICES)]
    kinds = [change for change, _ in (*fields, *BYTE_CHANGES)]
    weights = [weight for _, weight in (*fields, *BYTE_CHANGES)]
    (how_many,) = draw.choices(*zip(*HOW_MANY))
    chosen = draw.choices(kinds, weights, k=how_many)

    draft = example.draft()
    of_fields = [change for change, _ in fields]
    for change in chosen:
        if change in of_fields:
            change(draft, draw)
    question = draft.question()
    proof, model = question.proof, question.model
    for change in chosen:
        if change not in of_fields:
            proof, model = _of_one(change, proof, model, draw)
    question = replace(question, model=model, proof=proof)
    return Case(number, question, tuple(change.__name__ for change in chosen))


def _of_one(change: ByteChange, proof: bytes, model: bytes, draw: Random) -> tuple[bytes, bytes]:
    """Mostly it is the proof's bytes that change."""
    if draw.randrange(64):
        return change(proof, draw), model
    return proof, change(model, draw)


def make_circuit_case(seed: int, number: int) -> Case:
    """About a circuit alone: a model commitment without rows, which is refused as *descriptor* if its
    circuit is not valid, else as *decoding*; and no proof.
    """
    draw = Random(f"{seed} circuit {number}")
    circuit = draw.choice([*accepted_circuits().values(), *(make() for make in CIRCUITS.values())])
    (how_many,) = draw.choices((1, 2, 3), (6, 2, 1))
    for _ in range(how_many):
        circuit = other_circuit(circuit, draw)
    data = encode_circuit(circuit)
    if draw.randrange(16) == 0:
        data = draw.choice(BYTE_CHANGES)[0](data, draw)
    model = encode_model(ModelFile(data, [], [], [], []))
    return Case(number, Question(model, b""), ("circuit",) * how_many)
