"""Section 17: input commitments, and how files become codes; section 8: identities."""

import struct
import tempfile
import zlib
from dataclasses import replace
from pathlib import Path

from ..circuit import Circuit, Preparation, Tensor
from ..columns import Columns
from ..descriptor import decode_circuit, encode_circuit
from ..generators import Generators
from ..input_commitment import blinder, input_rows
from ..input_file import read_input
from ..numpy_file import MAGIC
from ..picture import UnusableInput
from ..png import COLOUR, GREY, SIGNATURE
from ..proof_file import ModelFile
from ..statement import input_identity, model_identity
from .circuits import smallest
from .draws import some_bytes
from .every_kind import every_kind
from .examples import EXAMPLES
from .json_text import scalar_hex

Size = tuple[int, int, int, int]  # channels, rows, columns, crop in thousandths (0: no picture)


def input_vectors(generators: Generators, examples: Path) -> dict:
    """Blinders, commitments, identities, preparations."""
    salt = some_bytes("salt", 32)
    return {
        "blinders": [
            [s.hex(), i, scalar_hex(blinder(s, i))]
            for s in (bytes(32), salt)
            for i in (0, 1, 255, 2**32 - 1)
        ],
        "commitments": [
            _commitment(generators, circuit, some_bytes(f"salt {i}", 32))
            for i, circuit in enumerate((smallest(), every_kind()))
        ],
        "models": [_model(examples, name) for name in EXAMPLES],
        "files": _files(),
        "refused_files": _refused_files(),
    }


def _commitment(generators: Generators, circuit: Circuit, salt: bytes) -> dict:
    codes = some_bytes("codes", circuit.input.elements)
    rows = input_rows(generators, Columns(circuit, 18), codes, salt)
    return {
        "descriptor": encode_circuit(circuit).hex(),
        "codes": codes.hex(),
        "salt": salt.hex(),
        "rows": [row.hex() for row in rows],
        "identity": input_identity(rows).hex(),
    }


def _model(examples: Path, name: str) -> dict:
    file = ModelFile.decode((examples / f"{name}.pub").read_bytes())
    circuit = decode_circuit(file.circuit)
    return {
        "name": name,
        "identity": model_identity(file).hex(),
        "encoded_again": encode_circuit(circuit).hex(),
    }


def _png(width: int, height: int, kind: int, pixels: bytes) -> bytes:
    """A picture of 8 bits a sample, not compressed."""
    samples = len(pixels) // height

    def chunk(name: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
    lines = b"".join(b"\0" + pixels[y * samples : (y + 1) * samples] for y in range(height))
    stored = b"\x01" + struct.pack("<HH", len(lines), len(lines) ^ 0xFFFF) + lines
    stream = b"\x78\x01" + stored + struct.pack(">I", zlib.adler32(lines))
    return SIGNATURE + header + chunk(b"IDAT", stream) + chunk(b"IEND", b"")


def _numpy(kind: str, shape: tuple[int, ...], data: bytes, more: str = "") -> bytes:
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, {more}}}\n".encode()
    return MAGIC + b"\x01\x00" + struct.pack("<H", len(header)) + header + data


def _of(channels: int, rows: int, columns: int, crop: int) -> Circuit:
    """The smallest circuit with another input."""
    return replace(
        smallest(),
        input=Tensor(channels, 1, rows, columns, 0),
        preparation=Preparation(rows, columns, crop) if crop else Preparation(0, 0, 0),
    )


def _files() -> list[dict]:
    """Files, and their codes for an input of that many channels, rows and columns."""
    codes = some_bytes("file", 24)
    colours = some_bytes("colours", 3 * 7 * 5)
    greys = some_bytes("greys", 6 * 9)
    cases = [("a.bin", codes, (3, 2, 4, 0)), ("a.RAW", codes, (2, 4, 3, 0))]
    cases += [("a.i8", codes, (3, 2, 4, 0))]
    cases += [("a.npy", _numpy("|u1", (2, 4, 3), codes), (3, 2, 4, 0))]
    cases += [("a", _numpy("|i1", (1, 24), codes), (1, 24, 1, 0))]
    for size in ((3, 4, 4, 1000), (3, 7, 5, 1000), (3, 11, 9, 875), (1, 3, 2, 500), (3, 1, 1, 1)):
        cases.append(("colour.png", _png(5, 7, COLOUR, colours), size))
        cases.append(("grey.png", _png(9, 6, GREY, greys), size))
    return [_file(*case) for case in cases]


def _refused_files() -> list[dict]:
    """Files that are not an input."""
    codes, size = some_bytes("file", 24), (3, 2, 4, 0)
    good = _numpy("|u1", (2, 4, 3), codes)
    picture = _png(4, 2, COLOUR, codes)
    changed = picture[:-20] + bytes([picture[-20] ^ 1]) + picture[-19:]
    cases = [
        ("a.bin", codes[:-1], size),
        ("a.raw", codes + b"\0", size),
        ("a.i8", b"", size),
        ("a.npy", good[:-1], size),
        ("a.npy", good + b"\0", size),
        ("a.npy", good.replace(b"|u1", b"<u1"), size),
        ("a.npy", good.replace(b"False", b"True "), size),
        ("a.npy", good.replace(b"descr", b"other"), size),
        ("a.npy", _numpy("|u1", (2, 4, 3), codes, "'more': 1, "), size),
        ("a.npy", _numpy("|u1", (2, 3, 4), codes), size),
        ("a.npy", _numpy("|u1", (1,) * 6 + (2, 4, 3), codes), size),
        ("a.npy", good[:6] + b"\x04" + good[7:], size),
        ("a.txt", codes, size),
        ("a.png", picture, size),
        ("a.png", changed, (3, 2, 4, 1000)),
        ("a.png", picture[:60], (3, 2, 4, 1000)),
    ]
    return [_refused_file(*case) for case in cases]


def _codes(name: str, data: bytes, circuit: Circuit) -> bytes:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / name
        path.write_bytes(data)
        return read_input(path, circuit)


def _file(name: str, data: bytes, size: Size) -> dict:
    circuit = _of(*size)
    return _of_file(name, data, circuit) | {"codes": _codes(name, data, circuit).hex()}


def _refused_file(name: str, data: bytes, size: Size) -> dict:
    circuit = _of(*size)
    try:
        _codes(name, data, circuit)
    except UnusableInput:
        return _of_file(name, data, circuit)
    raise AssertionError(f"{name}: not refused")


def _of_file(name: str, data: bytes, circuit: Circuit) -> dict:
    return {"name": name, "file": data.hex(), "descriptor": encode_circuit(circuit).hex()}
