"""What both verifiers are asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..manifest import Manifest, Message
from ..proof_file import ModelFile, ProofFile
from ..sodium import SodiumGroup
from ..transcript import prefixed, u32
from ..model import verify_model
from ..validity import check_proof_shape


@dataclass(frozen=True)
class Question:
    """A model commitment, a proof, and what is expected of it; all as bytes of files."""

    model: bytes
    proof: bytes
    contexts: tuple[bytes, ...] = ()
    inputs: tuple[bytes, ...] = ()
    openings: tuple[bytes, ...] = ()

    def encode(self) -> bytes:
        """As test/judge.cc reads it."""
        return b"".join(
            (
                prefixed(self.model),
                prefixed(self.proof),
                *map(_several, (self.contexts, self.inputs, self.openings)),
            )
        )


def _several(files: Sequence[bytes]) -> bytes:
    return u32(len(files)) + b"".join(map(prefixed, files))


@dataclass
class Draft:
    """A question taken apart, for changes of fields; bytes are changed after that."""

    model: ModelFile
    proof: ProofFile
    messages: list[Message]
    contexts: tuple[bytes, ...]
    inputs: list[bytes]
    openings: list[bytes]
    counts: dict[str, int] = field(default_factory=dict)

    def question(self) -> Question:
        """Its files."""
        return Question(
            encode_model(self.model),
            encode_proof(self.proof, self.counts),
            self.contexts,
            tuple(self.inputs),
            tuple(self.openings),
        )

    def change(self, **fields: object) -> None:
        """Change fields of the proof."""
        self.proof = replace(self.proof, **fields)  # type: ignore[arg-type]


def encode_model(model: ModelFile) -> bytes:
    """formats, "Model commitment, `.pub`"."""
    rows = (_rows(model.rows_w), _rows(model.rows_b))
    return b"VOUCHPUB\x02\x00" + prefixed(model.circuit) + b"".join(rows)


def encode_proof(proof: ProofFile, counts: dict[str, int]) -> bytes:
    """formats, "Proof, `.proof`"; counts: what it says instead of how many rows or bytes there are."""
    lists = {**{name: proof.rows[name] for name in "DXEm"}, "messages": proof.messages}
    return b"".join(
        (
            b"VOUCHPRF\x02\x00",
            proof.model,
            proof.shape.encode(),
            bytes([proof.is_public]),
            *proof.salts,
            u32(counts.get("context", len(proof.context))) + proof.context,
            u32(counts.get("output", len(proof.output))) + proof.output,
            *(_rows(rows, counts.get(name)) for name, rows in lists.items()),
        )
    )


def _rows(rows: Sequence[bytes], count: int | None = None) -> bytes:
    return u32(len(rows) if count is None else count) + b"".join(rows)


@dataclass(frozen=True)
class Example:
    """A proof that is accepted, with what belongs to it."""

    model: ModelFile
    proof: ProofFile
    messages: tuple[Message, ...]
    inputs: tuple[bytes, ...]
    openings: tuple[bytes, ...]

    @classmethod
    def read(cls, path: Path) -> "Example":
        """path.pub, path.proof, path.input0, …"""
        model = verify_model(path.with_suffix(".pub").read_bytes(), SodiumGroup())
        proof = ProofFile.decode(path.with_suffix(".proof").read_bytes())
        columns = check_proof_shape(model.circuit.for_pictures(proof.shape.pictures), proof.shape)
        numbers = range(proof.shape.pictures)
        hidden = () if proof.is_public else numbers
        return cls(
            model.file,
            proof,
            tuple(Manifest(columns, proof.shape)),
            tuple(path.with_suffix(f".input{i}").read_bytes() for i in numbers),
            tuple(path.with_suffix(f".open{i}").read_bytes() for i in hidden),
        )

    def draft(self) -> Draft:
        """A question about it that nothing is wrong with."""
        proof = replace(
            self.proof,
            rows={name: list(rows) for name, rows in self.proof.rows.items()},
            messages=list(self.proof.messages),
            salts=list(self.proof.salts),
        )
        model = replace(
            self.model, rows_w=list(self.model.rows_w), rows_b=list(self.model.rows_b)
        )
        contexts, inputs, openings = (proof.context,), list(self.inputs), list(self.openings)
        return Draft(model, proof, list(self.messages), contexts, inputs, openings)
