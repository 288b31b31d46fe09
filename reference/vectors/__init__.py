"""Test vectors, for the C++ tests (test/vectors): what this verifier computes, written out.

`python3 -m reference vectors testdata/reference` writes them there, with `--check` it compares. Every
file is made by one function of these modules from nothing but the documents, and from the proofs
(.pub, .proof, …) that lie there already.
"""

from collections.abc import Callable
from pathlib import Path

from ..generators import Generators
from .algebra import generator_vectors, group_vectors, scalar_vectors, transcript_vectors
from .circuits import circuit_vectors, refused_circuits
from .examples import EXAMPLES, PROOFS, write_circuits
from .inputs import input_vectors
from .json_text import json_text
from .openings import opening_vectors
from .projections import projection_vectors
from .proofs import bound_vectors, proof_vectors


def vectors(generators: Generators, examples: Path) -> dict[str, str]:
    """The text of every file, by its name."""
    group = generators.group
    makers: dict[str, Callable[[], dict]] = {
        "scalars": scalar_vectors,
        "group": lambda: group_vectors(group),
        "generators": lambda: generator_vectors(group),
        "transcript": transcript_vectors,
        "projections": projection_vectors,
        "circuits": lambda: circuit_vectors(examples),
        "refused_circuits": refused_circuits,
        "inputs": lambda: input_vectors(generators, examples),
        **{
            f"proof_{name}": lambda name=name: proof_vectors(generators, examples / name)
            for name in PROOFS
        },
        **{
            f"bound_{name}": lambda name=name: bound_vectors(generators, examples / name)
            for name in EXAMPLES
        },
        "openings": lambda: opening_vectors(generators, examples),
    }
    return {f"{name}.json": json_text(make()) for name, make in makers.items()}


def write(directory: Path, generators: Generators) -> None:
    """Write all files."""
    for name, text in vectors(generators, directory).items():
        (directory / name).write_text(text, encoding="utf-8")


def stale(directory: Path, generators: Generators) -> list[str]:
    """The names of files that are missing, or not what they should be, byte for byte."""

    def differs(name: str, text: str) -> bool:
        path = directory / name
        return not path.exists() or path.read_bytes() != text.encode()

    return [name for name, text in vectors(generators, directory).items() if differs(name, text)]
