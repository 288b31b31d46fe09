"""Section 17, "Input preparation": files become codes."""

from collections.abc import Sequence
from pathlib import Path

from .circuit import Circuit
from .numpy_file import MAGIC, decode_numpy
from .picture import BYTES_LIMIT, UnusableInput, codes_of_picture, usable
from .png import SIGNATURE, decode_png


class InputFiles(Sequence[bytes]):
    """Codes of files, which are read where they are needed: "In check 13"."""

    def __init__(self, paths: Sequence[Path], circuit: Circuit, hidden: bool) -> None:
        self._paths, self._circuit, self._hidden = paths, circuit, hidden

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, i):  # type: ignore[no-untyped-def]
        usable(not self._hidden, "the input is hidden: --input needs the --opening")
        return read_input(self._paths[i], self._circuit)


def read_input(path: Path, circuit: Circuit) -> bytes:
    """Codes, [channel][batch][row][column], by the first row of the table that applies."""
    given = circuit.input
    usable(given.batch == 1, "files become inputs of batch 1 only")
    with path.open("rb") as file:
        data = file.read(BYTES_LIMIT + 1)
    usable(len(data) <= BYTES_LIMIT, "the file is too large")
    name = path.name.lower()
    if data.startswith(MAGIC):
        codes = decode_numpy(data, (given.rows, given.columns, given.channels))
    elif name.endswith((".bin", ".raw")):
        codes = data
    elif name.endswith(".i8"):
        codes = bytes((value + 128) % 256 for value in data)
    else:
        return _read_picture(data, circuit)
    usable(len(codes) == given.elements, f"{given.elements} codes are wanted")
    return b"".join(codes[channel :: given.channels] for channel in range(given.channels))


def _read_picture(data: bytes, circuit: Circuit) -> bytes:
    """ "a picture, if the circuit's preparation is not 0 × 0"; of pictures, this verifier
    decodes PNG alone.
    """
    usable(circuit.preparation.rows != 0, "the model's input is not a picture")
    if not data.startswith(SIGNATURE):
        raise UnusableInput("of pictures, only PNG is decoded here")
    return codes_of_picture(decode_png(data), circuit)
