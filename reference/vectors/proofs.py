"""Whole proofs, as the verifier goes through them; those of models' bounds as well."""

from collections.abc import Callable, Container
from itertools import accumulate, groupby
from pathlib import Path

from .. import statement, weight_bound
from ..argument import run_argument
from ..conclusion import Conclusion
from ..expectation import Expectation
from ..field import ORDER
from ..generators import Generators
from ..hidden_output import read_output
from ..ledger import Ledger
from ..manifest import BoundManifest, ProofManifest
from ..messages import Messages
from ..model import Model, read_model, verify_model
from ..proof_file import InputOpening, ProofFile
from ..rows import Rows, decode_rows
from ..transcript import Transcript, digest
from ..validity import check_proof_shape
from ..verify import Accepted, verify_proof
from .examples import PROOFS
from .json_text import scalar_hex, scalars_hex

class RecordingTranscript(Transcript):
    """A transcript that keeps what was absorbed and drawn, in order."""

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.events: list[tuple[str, str, str]] = []

    def absorb(self, label: str, data: bytes) -> None:
        """Keep the label and a digest of the bytes."""
        super().absorb(label, data)
        self.events.append(("absorb", label, digest(data).hex()))

    def challenge(self, label: str, forbidden: Container[int] = ()) -> int:
        """Keep the label and the value."""
        value = super().challenge(label, forbidden)
        self.events.append(("challenge", label, scalar_hex(value)))
        return value

    def draw_bytes(self, label: str, count: int) -> bytes:
        """Keep the label and a digest of the bytes."""
        data = super().draw_bytes(label, count)
        self.events.append(("bytes", label, digest(data).hex()))
        return data


def proof_vectors(generators: Generators, example: Path) -> dict:
    """Everything about one of the examples."""
    model = model_of(example, generators)
    data = example.with_suffix(".proof").read_bytes()
    proof = ProofFile.decode(data)
    circuit = model.circuit.for_pictures(proof.shape.pictures)
    columns = check_proof_shape(circuit, proof.shape, proof.predicate)
    output = read_output(circuit, proof)
    rows = model.rows | decode_rows(generators.group, columns, proof.rows)
    transcript = RecordingTranscript(statement.start_of(proof))
    statement.absorb_statement(transcript, model.file, proof)

    def run(messages: Messages) -> Conclusion:
        ledger = Ledger(transcript, messages, proof.shape)
        return run_argument(ledger, circuit, columns, output)

    return {
        "name": example.name,
        "of": PROOFS[example.name],
        **_script(transcript, proof.messages, run, rows, generators),
        "manifest": list(ProofManifest(columns, proof.shape)),
        "accepted": _accepted(model, data, example, generators),
    }


def model_of(example: Path, generators: Generators) -> Model:
    """The model that a proof is about."""
    path = example.with_name(PROOFS[example.name]).with_suffix(".pub")
    return verify_model(path.read_bytes(), generators)


def bound_vectors(generators: Generators, example: Path) -> dict:
    """The same of the proof that its model's weights are bounded."""
    model = read_model(example.with_suffix(".pub").read_bytes(), generators.group)
    opened = weight_bound.bound_columns(model.columns)
    of_bits = decode_rows(generators.group, opened, {"bits": model.file.rows_bits})
    transcript = RecordingTranscript(weight_bound.START)
    projections = weight_bound.absorb_model(transcript, model.file, opened)

    def run(messages: Messages) -> Conclusion:
        ledger = Ledger(transcript, messages, weight_bound.BoundShape())
        return weight_bound.run_weight_bound(ledger, opened, projections)

    return {
        "name": example.name,
        **_script(transcript, model.file.bound_messages, run, model.rows | of_bits, generators),
        "manifest": list(BoundManifest(model.columns)),
    }


def _script(
    transcript: RecordingTranscript,
    messages: list[bytes],
    run: Callable[[Messages], Conclusion],
    rows: Rows,
    generators: Generators,
) -> dict:
    """What was absorbed and drawn before the messages and while a script takes them; its ledger and
    its final equation.
    """
    before, transcript.events = transcript.events, []
    state = transcript.state
    conclusion = run(Messages(messages, generators.group))
    events = list(transcript.events)
    return {
        "statement": before,
        "state_after_statement": state.hex(),
        "events": events,
        "next_challenge": scalar_hex(transcript.challenge("end")),
        **_ledger(conclusion),
        "equation": _equation(conclusion, rows, generators),
    }


def _ledger(conclusion: Conclusion) -> dict:
    """Slot ranges (first, how many) of all messages, counts, and f*, g*, h*."""
    ledger, products = conclusion.ledger, conclusion.products
    slots = [list(same) for _, same in groupby(ledger.message_of_slot)]
    first = accumulate(map(len, slots), initial=0)
    return {
        "slots": [[start, len(same)] for start, same in zip(first, slots)],
        "requires": len(ledger.requires),
        "products": len(ledger.products),
        "revealed": scalars_hex([products.f, products.g, products.h]),
    }


def _equation(conclusion: Conclusion, rows: Rows, generators: Generators) -> dict:
    """Section 15: the coefficients of G_0, G_1, …, as the digest of their encodings; those of H and
    U; and of all other elements, as the digest of element ‖ coefficient in increasing order.
    """
    encode = generators.group.encode
    *terms, h, u = conclusion.final_equation(rows, generators)
    count = (1 << len(conclusion.opening.low)) + len(conclusion.ledger.message_of_slot)
    elements = sorted(encode(element) + _encoded(scalar) for scalar, element in terms[count:])
    return {
        "generators": count,
        "generators_digest": digest(b"".join(_encoded(k) for k, _ in terms[:count])).hex(),
        "H": scalar_hex(h[0]),
        "U": scalar_hex(u[0]),
        "elements": len(elements),
        "elements_digest": digest(b"".join(elements)).hex(),
    }


def _encoded(scalar: int) -> bytes:
    return (scalar % ORDER).to_bytes(32, "little")


def _accepted(model: Model, data: bytes, example: Path, generators: Generators) -> dict:
    """The verdict, all inputs and openings expected: what an accepted proof says."""
    numbers = range(ProofFile.decode(data).shape.pictures)
    openings = [example.with_suffix(f".open{i}") for i in numbers]
    inputs = [example.with_suffix(f".input{i}").read_bytes() for i in numbers]
    hidden = openings[0].exists()
    decoded = [InputOpening.decode(path.read_bytes()) for path in openings if hidden]
    accepted = verify_proof(model, data, generators, Expectation(None, decoded or None, inputs))
    return _claim(accepted) | (_hidden(accepted) if accepted.predicate else {})


def _claim(accepted: Accepted) -> dict:
    return {
        "model": accepted.model.hex(),
        "inputs": [identity.hex() for identity in accepted.inputs],
        "outputs": [output.hex() for output in accepted.outputs],
        "public": accepted.is_public,
        "context": accepted.context.hex(),
    }


def _hidden(accepted: Accepted) -> dict:
    """The predicate, and what belongs to it."""
    hidden = accepted.hidden
    return {
        "predicate": accepted.predicate.encode().hex() if accepted.predicate else "",
        "predictions": [identity.hex() for identity in hidden.predictions or ()],
        "labels": [identity.hex() for identity in hidden.labels or ()],
        "count": hidden.count.hex() if hidden.count else "",
    }
