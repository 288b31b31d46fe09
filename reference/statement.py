"""Sections 8 and 21.2: the statement, and the identities of models, inputs, predictions, labels."""

from .proof_file import ModelFile, ProofFile
from .transcript import Transcript, digest, prefixed

START, START_WITH_PREDICATE = "vouch proof v1.2", "vouch proof v1.3"


def model_identity(model: ModelFile) -> bytes:
    """sha512₃₂(prefixed("vouch model v1") ‖ prefixed(circuit) ‖ prefixed(rows of W) ‖
    prefixed(rows of b)).
    """
    parts = (b"vouch model v1", model.circuit, b"".join(model.rows_w), b"".join(model.rows_b))
    return digest(b"".join(map(prefixed, parts)))


def input_identity(rows: list[bytes]) -> bytes:
    """sha512₃₂(prefixed("vouch input v1") ‖ prefixed(the input's rows of D))."""
    return digest(prefixed(b"vouch input v1") + prefixed(b"".join(rows)))


def prediction_identity(rows: list[bytes]) -> bytes:
    """sha512₃₂(prefixed("vouch prediction v1") ‖ prefixed(the input's rows of h))."""
    return digest(prefixed(b"vouch prediction v1") + prefixed(b"".join(rows)))


def label_identity(rows: list[bytes]) -> bytes:
    """sha512₃₂(prefixed("vouch label v1") ‖ prefixed(the input's rows of λ))."""
    return digest(prefixed(b"vouch label v1") + prefixed(b"".join(rows)))


def rows_of_inputs(pictures: int, rows: list[bytes]) -> list[list[bytes]]:
    """Section 6: "An input has the same number of rows of D, and the same ones present,
    whichever inputs it is proven with."
    """
    each = len(rows) // pictures
    return [rows[i : i + each] for i in range(0, len(rows), each)]


def start_of(proof: ProofFile) -> str:
    """ "The transcript starts with the label `vouch proof v1.2`", with a predicate `vouch proof v1.3`."""
    return START if proof.predicate is None else START_WITH_PREDICATE


def absorb_statement(transcript: Transcript, model: ModelFile, proof: ProofFile) -> None:
    """ "and absorbs, in this order"; a predicate "between `context` and `output`", "behind `rows m`"
    the rows of Y.
    """
    predicate = proof.predicate
    absorbed = {
        "circuit": model.circuit,
        "shape": proof.shape.encode(),
        "model W": b"".join(model.rows_w),
        "model b": b"".join(model.rows_b),
        "input D": b"".join(proof.rows["D"]),
        "input mode": b"public" if proof.is_public else b"hidden",
        "input salts": b"".join(proof.salts),
        "context": proof.context,
        **({"predicate": predicate.encode()} if predicate else {}),
        "output": proof.output,
        "rows X": b"".join(proof.rows["X"]),
        "rows E": b"".join(proof.rows["E"]),
        "rows L": b"".join(proof.rows["L"]),
        "rows m": b"".join(proof.rows["m"]),
        **({"rows Y": b"".join(proof.rows["Y"])} if predicate else {}),
    }
    for label, data in absorbed.items():
        transcript.absorb(label, data)
