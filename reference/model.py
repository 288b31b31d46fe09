"""Section 16: the verification of a model commitment."""

from dataclasses import dataclass
from typing import Any

from .circuit import Circuit
from .columns import Columns
from .descriptor import decode_circuit
from .group import Group
from .messages import decode_element
from .proof_file import ModelFile
from .statement import model_identity
from .validity import check_circuit
from .verdicts import Reason, check

Rows = dict[str, list[Any]]


@dataclass(frozen=True)
class Model:
    """A model commitment that was accepted; the columns are those of a single input."""

    file: ModelFile
    identity: bytes
    circuit: Circuit
    columns: Columns
    rows: Rows


def verify_model(data: bytes, group: Group) -> Model:
    """ "A model commitment": checks 1–4."""
    file = ModelFile.decode(data)
    circuit = decode_circuit(file.circuit)
    columns = check_circuit(circuit)
    rows = decode_rows(group, columns, {"W": file.rows_w, "b": file.rows_b})
    return Model(file, model_identity(file), circuit, columns, rows)


def decode_rows(group: Group, columns: Columns, rows: dict[str, list[bytes]]) -> Rows:
    """As many rows "as are present"; all "group elements other than the identity"."""
    for column in columns:
        if column.name in rows:
            counts = len(rows[column.name]), len(column.present_rows)
            check(counts[0] == counts[1], Reason.DECODING, f"{column.name}: number of rows")
    return {
        name: [decode_element(group, encoding) for encoding in encodings]
        for name, encodings in rows.items()
    }
