"""Changes of a file."""

from ..proof_file import VERSION, ModelFile
from ..transcript import prefixed, u32


def changed(data: bytes, at: int, difference: int = 1) -> bytes:
    """One byte of data changed."""
    return data[:at] + bytes([data[at] ^ difference]) + data[at + 1 :]


def encoded(model: ModelFile) -> bytes:
    """The bytes of a model commitment."""
    lists = (model.rows_w, model.rows_b, model.rows_bits, model.bound_messages)
    rows = (u32(len(items)) + b"".join(items) for items in lists)
    return b"VOUCHPUB" + VERSION.to_bytes(2, "little") + prefixed(model.circuit) + b"".join(rows)
