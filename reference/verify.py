"""Section 16: the verification of a proof, check by check."""

from dataclasses import dataclass

from .argument import check_argument
from .circuit import Circuit
from .expectation import Expectation
from .generators import Generators
from .model import Model
from .proof_file import ProofFile
from .rows import decode_rows
from .statement import input_identity, rows_of_inputs
from .validity import check_proof_shape
from .verdicts import Reason, check


@dataclass(frozen=True)
class Accepted:
    """What an accepted proof says; of each input, its identity and its output."""

    model: bytes
    inputs: list[bytes]
    outputs: list[bytes]
    is_public: bool
    context: bytes


def verify_proof(
    model: Model,
    data: bytes,
    generators: Generators,
    expectation: Expectation = Expectation(),
) -> Accepted:
    """ "A proof, against a model commitment that was accepted": checks 1–13."""
    proof = ProofFile.decode(data)
    check(proof.model == model.identity, Reason.STATEMENT, "about another model")
    pictures = proof.shape.pictures
    circuit = model.circuit.for_pictures(pictures)
    columns = check_proof_shape(circuit, proof.shape)
    same_size = len(proof.output) == circuit.output.elements
    check(same_size, Reason.STATEMENT, "output of another size")
    committed = {name: proof.rows[name] for name in "XELmD"}
    rows = model.rows | decode_rows(generators.group, columns, committed)
    check_argument(model, proof, circuit, columns, rows, generators)
    rows_of_d = rows_of_inputs(columns, pictures, proof.rows["D"])
    expectation.check(model, proof, rows_of_d, generators)
    return Accepted(
        model.identity,
        [input_identity(rows) for rows in rows_of_d],
        outputs_of_inputs(circuit, pictures, proof.output),
        proof.is_public,
        proof.context,
    )


def outputs_of_inputs(circuit: Circuit, pictures: int, output: bytes) -> list[bytes]:
    """Section 4: "Input i has the batch entries i·B … (i + 1)·B − 1 of every tensor"; an
    output is [channel][batch][row][column].
    """
    size = circuit.output.elements // (circuit.output.channels * pictures)
    blocks = [output[i : i + size] for i in range(0, len(output), size)]
    return [b"".join(blocks[i::pictures]) for i in range(pictures)]
