"""formats: the frames of `.pub`, `.proof` and `.open`."""

from dataclasses import dataclass

from .reader import Reader
from .shape import Shape
from .verdicts import Reason

ROWS_LIMIT = 2**17
VERSION = 0x0102


MODEL, PROOF = b"VOUCHPUB", b"VOUCHPRF"


def _open(data: bytes, magic: bytes) -> Reader:
    """ "Every file … begins with 8 bytes of kind and a u16 version" """
    reader = Reader(data, Reason.DECODING)
    reader.check(reader.take(8) == magic, "not a file of this kind")
    reader.check(reader.integer(2) == VERSION, "another version")
    return reader


@dataclass(frozen=True)
class ModelFile:
    """formats, "Model commitment, `.pub`"."""

    circuit: bytes
    rows_w: list[bytes]
    rows_b: list[bytes]
    rows_bits: list[bytes]
    bound_messages: list[bytes]

    @classmethod
    def decode(cls, data: bytes) -> "ModelFile":
        """Section 16: "the frame of `.pub`"."""
        reader = _open(data, MODEL)
        model = cls(reader.prefixed(2**20), *(reader.rows(ROWS_LIMIT) for _ in range(4)))
        reader.end()
        return model


@dataclass(frozen=True)
class ProofFile:
    """formats, "Proof, `.proof`"."""

    model: bytes
    shape: Shape
    is_public: bool
    salts: list[bytes]
    context: bytes
    output: bytes
    rows: dict[str, list[bytes]]
    messages: list[bytes]

    @classmethod
    def decode(cls, data: bytes) -> "ProofFile":
        """Section 16: "the frame of `.proof`, and a shape within the ranges of section 4"."""
        reader = _open(data, PROOF)
        model = reader.take(32)
        shape = Shape(*(reader.integer(size) for size in (1, 1, 1, 2)))
        shape.check()
        mode = reader.integer(1)
        reader.check(mode <= 1, "unknown input mode")
        salts = [reader.take(32) for _ in range(shape.pictures * mode)]
        context = reader.prefixed(4096)
        output = reader.prefixed(2**16)
        rows = {name: reader.rows(ROWS_LIMIT) for name in "DXELm"}
        messages = reader.rows(ROWS_LIMIT)
        reader.end()
        return cls(model, shape, mode == 1, salts, context, output, rows, messages)


@dataclass(frozen=True)
class InputOpening:
    """formats, "Input opening, `.open`"."""

    identity: bytes
    salt: bytes

    @classmethod
    def decode(cls, data: bytes) -> "InputOpening":
        """Magic, version, input identity, salt."""
        reader = _open(data, b"VOUCHOPN")
        opening = cls(reader.take(32), reader.take(32))
        reader.end()
        return opening
