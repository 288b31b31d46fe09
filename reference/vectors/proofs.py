"""Whole proofs, as the verifier goes through them."""

from collections.abc import Container
from itertools import accumulate, groupby
from pathlib import Path

from ..argument import Argument, run_argument
from ..equation import final_equation
from ..expectation import Expectation
from ..field import ORDER
from ..generators import Generators
from ..manifest import Manifest
from ..model import Model, Rows, decode_rows, verify_model
from ..proof_file import InputOpening, ProofFile
from ..statement import START, absorb_statement
from ..transcript import Transcript, digest
from ..validity import check_proof_shape
from ..verify import verify_proof
from .json_text import scalar_hex, scalars_hex

PROOFS = ("fast", "small", "two", "tiny")


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


def proof_vectors(generators: Generators, example: Path) -> dict:
    """Everything about one of the examples."""
    group = generators.group
    model = verify_model(example.with_suffix(".pub").read_bytes(), group)
    data = example.with_suffix(".proof").read_bytes()
    proof = ProofFile.decode(data)
    circuit = model.circuit.for_pictures(proof.shape.pictures)
    columns = check_proof_shape(circuit, proof.shape)
    rows = model.rows | decode_rows(group, columns, {name: proof.rows[name] for name in "XEmD"})
    transcript = RecordingTranscript(START)
    absorb_statement(transcript, model.file, proof)
    statement, transcript.events = transcript.events, []
    state = transcript.state
    argument = run_argument(transcript, proof, circuit, columns, group)
    events = list(transcript.events)
    return {
        "name": example.name,
        "statement": statement,
        "state_after_statement": state.hex(),
        "events": events,
        "next_challenge": scalar_hex(transcript.challenge("end")),
        "manifest": list(Manifest(columns, proof.shape)),
        **_ledger(argument),
        "equation": _equation(argument, rows, generators),
        "accepted": _accepted(model, data, example, generators),
    }


def _ledger(argument: Argument) -> dict:
    """Slot ranges (first, how many) of all messages, counts, and f*, g*, h*."""
    ledger, products = argument.ledger, argument.products
    slots = [list(same) for _, same in groupby(ledger.message_of_slot)]
    first = accumulate(map(len, slots), initial=0)
    return {
        "slots": [[start, len(same)] for start, same in zip(first, slots)],
        "requires": len(ledger.requires),
        "products": len(ledger.products),
        "revealed": scalars_hex([products.f, products.g, products.h]),
    }


def _equation(argument: Argument, rows: Rows, generators: Generators) -> dict:
    """Section 15: the coefficients of G_0, G_1, …, as the digest of their encodings; those of H and
    U; and of all other elements, as the digest of element ‖ coefficient in increasing order.
    """
    encode = generators.group.encode
    *terms, h, u = final_equation(
        argument.folding, argument.ledger, argument.opening, rows, generators
    )
    count = (1 << len(argument.opening.low)) + len(argument.ledger.message_of_slot)
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
    return {
        "model": accepted.model.hex(),
        "inputs": [identity.hex() for identity in accepted.inputs],
        "outputs": [output.hex() for output in accepted.outputs],
        "public": accepted.is_public,
        "context": accepted.context.hex(),
    }
