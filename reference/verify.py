"""Sections 16 and 21.5: the verification of a proof, check by check."""

from dataclasses import dataclass

from .argument import check_argument
from .expectation import Expectation
from .generators import Generators
from .hidden_output import read_output
from .hidden_rows import HiddenRows, hidden_rows
from .model import Model
from .predicate import Predicate
from .proof_file import ProofFile
from .rows import decode_rows
from .statement import input_identity, rows_of_inputs
from .validity import check_proof_shape
from .verdicts import Reason, check


@dataclass(frozen=True)
class Accepted:
    """What an accepted proof says; of each input, its identity and its output, or the result of the
    predicate.
    """

    model: bytes
    inputs: list[bytes]
    outputs: list[bytes]
    is_public: bool
    context: bytes
    predicate: Predicate | None = None
    hidden: HiddenRows = HiddenRows()


def verify_proof(
    model: Model,
    data: bytes,
    generators: Generators,
    expectation: Expectation = Expectation(),
) -> Accepted:
    """ "A proof, against a model commitment that was accepted": checks 1–13, and section 21.5's."""
    proof = ProofFile.decode(data)
    check(proof.model == model.identity, Reason.STATEMENT, "about another model")
    pictures = proof.shape.pictures
    circuit = model.circuit.for_pictures(pictures)
    columns = check_proof_shape(circuit, proof.shape, proof.predicate)
    output = read_output(circuit, proof)
    rows = model.rows | decode_rows(generators.group, columns, proof.rows)
    check_argument(model, proof, circuit, columns, output, rows, generators)
    rows_of_d = rows_of_inputs(pictures, proof.rows["D"])
    hidden = hidden_rows(circuit, proof)
    expectation.check(model, proof, rows_of_d, hidden, generators)
    return Accepted(
        model.identity,
        [input_identity(rows) for rows in rows_of_d],
        list(output.of_inputs),
        proof.is_public,
        proof.context,
        proof.predicate,
        hidden,
    )
