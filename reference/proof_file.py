"""formats: the frames of `.pub`, `.proof` and `.open`."""

from dataclasses import dataclass

from .field import ORDER
from .predicate import Predicate, decode_classes, is_increasing
from .reader import Reader
from .shape import Shape
from .verdicts import Reason

ROWS_LIMIT = 2**17
VERSION, HIDING = 0x0102, 0x0103  # the latter with a predicate


MODEL, PROOF = b"VOUCHPUB", b"VOUCHPRF"
COUNT, CLASSES = b"VOUCHCNT", b"VOUCHCLS"


def _open(data: bytes, magic: bytes, version: int = VERSION) -> Reader:
    """ "Every file … begins with 8 bytes of kind and a u16 version" """
    reader, found = _open_any(data, magic)
    reader.check(found == version, "another version")
    return reader


def _open_any(data: bytes, magic: bytes) -> tuple[Reader, int]:
    """Of whatever version, and that."""
    reader = Reader(data, Reason.DECODING)
    reader.check(reader.take(8) == magic, "not a file of this kind")
    return reader, reader.integer(2)


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
    """formats, "Proof, `.proof`"; with a predicate the output is the result."""

    model: bytes
    shape: Shape
    is_public: bool
    salts: list[bytes]
    context: bytes
    output: bytes
    rows: dict[str, list[bytes]]
    messages: list[bytes]
    predicate: Predicate | None = None

    @classmethod
    def decode(cls, data: bytes) -> "ProofFile":
        """Section 16: "the frame of `.proof`, and a shape within the ranges of section 4"."""
        reader, version = _open_any(data, PROOF)
        reader.check(version in (VERSION, HIDING), "another version")
        model = reader.take(32)
        shape = Shape(*(reader.integer(size) for size in (1, 1, 1, 2)))
        shape.check()
        mode = reader.integer(1)
        reader.check(mode <= 1, "unknown input mode")
        salts = [reader.take(32) for _ in range(shape.pictures * mode)]
        context = reader.prefixed(4096)
        predicate = Predicate.read(reader, shape.pictures) if version == HIDING else None
        output = reader.prefixed(2**16 if predicate is None else 2**17)
        rows = {name: reader.rows(ROWS_LIMIT) for name in lists_of_rows(predicate)}
        messages = reader.rows(ROWS_LIMIT)
        reader.end()
        return cls(model, shape, mode == 1, salts, context, output, rows, messages, predicate)


def lists_of_rows(predicate: Predicate | None) -> str:
    """The columns that a proof commits to, in the file's order."""
    return "DXELm" if predicate is None else "DXELmY"


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


@dataclass(frozen=True)
class CountOpening:
    """formats, "Count opening, `.count`"."""

    total: int
    blinder: int

    @classmethod
    def decode(cls, data: bytes) -> "CountOpening":
        """Magic, version, T, ω."""
        reader = _open(data, COUNT, HIDING)
        total, blinder = reader.integer(4), int.from_bytes(reader.take(32), "little")
        reader.check(blinder < ORDER, "not a canonical scalar")
        reader.end()
        return cls(total, blinder)


@dataclass(frozen=True)
class ClassesOpening:
    """formats, "Opening of classes, `.classes`"."""

    is_label: bool
    identity: bytes
    salt: bytes
    classes: tuple[int, ...]

    @classmethod
    def decode(cls, data: bytes) -> "ClassesOpening":
        """Magic, version, what it opens, identity, salt, classes."""
        reader = _open(data, CLASSES, HIDING)
        is_label, identity, salt = reader.flag(), reader.take(32), reader.take(32)
        classes = decode_classes(reader.take(2 * reader.integer(2)))
        most = 1 if is_label else 255
        reader.check(1 <= len(classes) <= most, "another number of classes")
        reader.check(is_increasing(classes), "not in increasing order")
        reader.end()
        return cls(is_label, identity, salt, classes)
