"""Section 8: the statement, and the identities of models and inputs."""

from .columns import Columns
from .proof_file import ModelFile, ProofFile
from .transcript import Transcript, digest, prefixed

START = "vouch proof v1.2"


def model_identity(model: ModelFile) -> bytes:
    """sha512₃₂(prefixed("vouch model v1") ‖ prefixed(circuit) ‖ prefixed(rows of W) ‖
    prefixed(rows of b)).
    """
    parts = (b"vouch model v1", model.circuit, b"".join(model.rows_w), b"".join(model.rows_b))
    return digest(b"".join(map(prefixed, parts)))


def input_identity(rows: list[bytes]) -> bytes:
    """sha512₃₂(prefixed("vouch input v1") ‖ prefixed(the input's rows of D))."""
    return digest(prefixed(b"vouch input v1") + prefixed(b"".join(rows)))


def rows_of_inputs(columns: Columns, pictures: int, rows: list[bytes]) -> list[list[bytes]]:
    """Section 6: "An input has the same number of rows of D, and the same ones present,
    whichever inputs it is proven with."
    """
    each = len(columns.D.present_rows) // pictures
    return [rows[i : i + each] for i in range(0, len(rows), each)]


def absorb_statement(transcript: Transcript, model: ModelFile, proof: ProofFile) -> None:
    """ "The transcript starts with the label `vouch proof v1.2` and absorbs, in this order" """
    absorbed = {
        "circuit": model.circuit,
        "shape": proof.shape.encode(),
        "model W": b"".join(model.rows_w),
        "model b": b"".join(model.rows_b),
        "input D": b"".join(proof.rows["D"]),
        "input mode": b"public" if proof.is_public else b"hidden",
        "input salts": b"".join(proof.salts),
        "context": proof.context,
        "output": proof.output,
        "rows X": b"".join(proof.rows["X"]),
        "rows E": b"".join(proof.rows["E"]),
        "rows L": b"".join(proof.rows["L"]),
        "rows m": b"".join(proof.rows["m"]),
    }
    for label, data in absorbed.items():
        transcript.absorb(label, data)
