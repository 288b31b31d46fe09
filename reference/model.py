"""Section 16: the verification of a model commitment."""

from dataclasses import dataclass

from .circuit import Circuit
from .columns import Columns
from .descriptor import decode_circuit
from .generators import Generators
from .group import Group
from .proof_file import ModelFile
from .rows import Rows, decode_rows
from .statement import model_identity
from .validity import check_circuit
from .verdicts import Rejected
from .weight_bound import check_weight_bound


@dataclass(frozen=True)
class Model:
    """A model commitment; the columns are those of a single input."""

    file: ModelFile
    identity: bytes
    circuit: Circuit
    columns: Columns
    rows: Rows


def verify_model(data: bytes, generators: Generators) -> Model:
    """ "A model commitment": checks 1–7. Do it once for all proofs about the model."""
    model = read_model(data, generators.group)
    try:
        check_weight_bound(model.file, model.columns, model.rows, generators)
    except Rejected as rejected:
        raise Rejected(rejected.reason, f"bounded weights: {rejected.detail}") from rejected
    return model


def read_model(data: bytes, group: Group) -> Model:
    """Checks 1–4."""
    file = ModelFile.decode(data)
    circuit = decode_circuit(file.circuit)
    columns = check_circuit(circuit)
    rows = decode_rows(group, columns, {"W": file.rows_w, "b": file.rows_b})
    return Model(file, model_identity(file), circuit, columns, rows)
