"""What both verifiers are asked."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from ..manifest import BoundManifest, Message, ProofManifest
from ..model import read_model
from ..hidden_rows import HiddenRows, hidden_rows
from ..proof_file import HIDING, VERSION, ModelFile, ProofFile, lists_of_rows
from ..sodium import SodiumGroup
from ..statement import model_identity
from ..transcript import prefixed, u32
from ..validity import check_proof_shape
from ..vectors.examples import PROOFS


@dataclass(frozen=True)
class Question:
    """A model commitment, a proof, and what is expected of it; all as bytes of files."""

    model: bytes
    proof: bytes
    contexts: tuple[bytes, ...] = ()
    inputs: tuple[bytes, ...] = ()
    openings: tuple[bytes, ...] = ()
    predicates: tuple[bytes, ...] = ()
    predictions: tuple[bytes, ...] = ()
    labels: tuple[bytes, ...] = ()

    def encode(self) -> bytes:
        """As test/judge.cc reads it."""
        return b"".join(
            (
                prefixed(self.model),
                prefixed(self.proof),
                *map(_several, (self.contexts, self.inputs, self.openings)),
                *map(_several, (self.predicates, self.predictions, self.labels)),
            )
        )


def _several(files: Sequence[bytes]) -> bytes:
    return u32(len(files)) + b"".join(map(prefixed, files))


@dataclass
class Lists:
    """The lists of encodings of a file: rows, in the file's order, then messages, and what those
    are. Counts are what the file says instead of how many there are.
    """

    rows: dict[str, list[bytes]]
    messages: list[bytes]
    manifest: tuple[Message, ...]
    counts: dict[str, int] = field(default_factory=dict)

    def all(self) -> dict[str, list[bytes]]:
        """By name, in the file's order."""
        return {**self.rows, "messages": self.messages}

    def filled(self) -> list[list[bytes]]:
        """Those that have any."""
        return [entries for entries in self.all().values() if entries]


@dataclass
class Draft:
    """A question taken apart, for changes of fields; bytes are changed after that. The proof's own
    lists of rows and messages count for nothing, those of `of_proof` do.
    """

    circuit: bytes
    of_model: Lists
    proof: ProofFile
    of_proof: Lists
    contexts: tuple[bytes, ...]
    inputs: list[bytes]
    openings: list[bytes]
    predicates: tuple[bytes, ...]
    predictions: list[bytes]
    labels: list[bytes]

    def question(self) -> Question:
        """Its files."""
        rows, messages = self.of_proof.rows, self.of_proof.messages
        return Question(
            encode_model(self._model(), self.of_model.counts),
            encode_proof(replace(self.proof, rows=rows, messages=messages), self.of_proof.counts),
            self.contexts,
            tuple(self.inputs),
            tuple(self.openings),
            self.predicates,
            tuple(self.predictions),
            tuple(self.labels),
        )

    def change(self, **fields: object) -> None:
        """Change fields of the proof."""
        self.proof = replace(self.proof, **fields)  # type: ignore[arg-type]

    def adopt_model(self) -> None:
        """Let the proof be about the model as it is."""
        self.change(model=model_identity(self._model()))

    def _model(self) -> ModelFile:
        return ModelFile(self.circuit, *self.of_model.all().values())


def encode_model(model: ModelFile, counts: Mapping[str, int] = MappingProxyType({})) -> bytes:
    """formats, "Model commitment, `.pub`"; counts: what it says instead of how many rows there are."""
    lists = {
        "W": model.rows_w,
        "b": model.rows_b,
        "bits": model.rows_bits,
        "messages": model.bound_messages,
    }
    return b"".join(
        (
            _head(b"VOUCHPUB"),
            prefixed(model.circuit),
            *(_rows(rows, counts.get(name)) for name, rows in lists.items()),
        )
    )


def encode_proof(proof: ProofFile, counts: Mapping[str, int]) -> bytes:
    """formats, "Proof, `.proof`"; counts: what it says instead of how many rows or bytes there are."""
    predicate = proof.predicate
    rows = {name: proof.rows.get(name, []) for name in lists_of_rows(predicate)}
    lists = {**rows, "messages": proof.messages}
    return b"".join(
        (
            _head(b"VOUCHPRF", VERSION if predicate is None else HIDING),
            proof.model,
            proof.shape.encode(),
            bytes([proof.is_public]),
            *proof.salts,
            u32(counts.get("context", len(proof.context))) + proof.context,
            b"" if predicate is None else predicate.encode(),
            u32(counts.get("output", len(proof.output))) + proof.output,
            *(_rows(rows, counts.get(name)) for name, rows in lists.items()),
        )
    )


def _head(magic: bytes, version: int = VERSION) -> bytes:
    return magic + version.to_bytes(2, "little")


def _rows(rows: Sequence[bytes], count: int | None = None) -> bytes:
    return u32(len(rows) if count is None else count) + b"".join(rows)


@dataclass(frozen=True)
class Example:
    """A proof that is accepted, with what belongs to it."""

    model: ModelFile
    proof: ProofFile
    of_model: Lists
    of_proof: Lists
    inputs: tuple[bytes, ...]
    openings: tuple[bytes, ...]
    hidden: HiddenRows

    @classmethod
    def read(cls, path: Path) -> "Example":
        """path.proof, path.input0, …, and its model."""
        of_model = path.with_name(PROOFS[path.name]).with_suffix(".pub")
        model = read_model(of_model.read_bytes(), SodiumGroup())
        file, proof = model.file, ProofFile.decode(path.with_suffix(".proof").read_bytes())
        circuit = model.circuit.for_pictures(proof.shape.pictures)
        columns = check_proof_shape(circuit, proof.shape, proof.predicate)
        numbers = range(proof.shape.pictures)
        hidden = () if proof.is_public else numbers
        rows_of_model = {"W": file.rows_w, "b": file.rows_b, "bits": file.rows_bits}
        return cls(
            file,
            proof,
            Lists(rows_of_model, file.bound_messages, tuple(BoundManifest(model.columns))),
            Lists(proof.rows, proof.messages, tuple(ProofManifest(columns, proof.shape))),
            tuple(path.with_suffix(f".input{i}").read_bytes() for i in numbers),
            tuple(path.with_suffix(f".open{i}").read_bytes() for i in hidden),
            hidden_rows(circuit, proof),
        )

    def draft(self) -> Draft:
        """A question about it that nothing is wrong with."""
        return Draft(
            self.model.circuit,
            deepcopy(self.of_model),
            replace(self.proof, salts=list(self.proof.salts)),
            deepcopy(self.of_proof),
            (self.proof.context,),
            list(self.inputs),
            list(self.openings),
            (self.proof.predicate.encode() if self.proof.predicate else b"",),
            list(self.hidden.predictions or ()),
            list(self.hidden.labels or ()),
        )
