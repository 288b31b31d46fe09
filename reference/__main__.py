"""python3 -m reference verify MODEL.pub NAME.proof: exit status 0 accepted, 1 rejected, 2 error.

python3 -m reference count NAME.count MODEL.pub NAME.proof …: likewise, of the sum of these proofs' counts.

python3 -m reference vectors DIRECTORY: test vectors; with --check, 1 if they are not what is there.

python3 -m reference circuits DIRECTORY: the circuits of the proofs that vectors are of.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from .circuit import Circuit
from .class_commitment import opens
from .count import check_count
from .expectation import Expectation
from .generators import Generators
from .group import Group, PlainGroup
from .input_file import InputFiles
from .model import verify_model
from .picture import UnusableInput
from .proof_file import MODEL, PROOF, ClassesOpening, CountOpening, InputOpening, ProofFile
from .sodium import SodiumGroup
from .vectors import stale, write, write_circuits
from .verdicts import Rejected
from .verify import Accepted, verify_proof

ACCEPTED, REJECTED, ERROR = 0, 1, 2
FILE_LIMIT = 16 * 2**20
CONTEXT_LIMIT = 4096
Opening = TypeVar("Opening", InputOpening, ClassesOpening, CountOpening)
GROUPS: dict[str, Callable[[], Group]] = {"sodium": SodiumGroup, "plain": PlainGroup}


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="reference")
    commands = parser.add_subparsers(dest="command", required=True)
    vectors = commands.add_parser("vectors", help="write test vectors")
    vectors.add_argument("directory", type=Path, help="where they are, and the proofs they are of")
    vectors.add_argument("--check", action="store_true", help="compare instead")
    circuits = commands.add_parser("circuits", help="write the circuits of those proofs")
    circuits.add_argument("directory", type=Path, help="where to")
    verify = commands.add_parser("verify", help="verify a proof against a model commitment")
    verify.add_argument("model", type=Path, help="a model commitment (.pub)")
    verify.add_argument("proof", type=Path, help="a proof (.proof)")
    context = verify.add_mutually_exclusive_group()
    context.add_argument("--context", type=os.fsencode, help="the context that is expected")
    context.add_argument(
        "--context-hex", dest="context", type=from_hex, help="the same, in hexadecimal"
    )
    verify.add_argument(
        "--input", type=Path, action="append", help="an expected input (.raw .i8 .npy .png)"
    )
    verify.add_argument("--opening", type=Path, action="append", help="an opening (.open)")
    verify.add_argument(
        "--predicate-hex",
        dest="predicate",
        type=from_hex,
        help="the predicate that is expected, as a proof has it; nothing for the output's codes",
    )
    for name, what in (("prediction", "prediction"), ("label-opening", "committed label")):
        verify.add_argument(
            f"--{name}", type=Path, action="append", help=f"an expected {what} (.classes)"
        )
    count = commands.add_parser("count", help="verify proofs, and how many bits of theirs are 1")
    count.add_argument("opening", type=Path, help="an opening of the sum of their counts (.count)")
    count.add_argument("model", type=Path, help="a model commitment (.pub)")
    count.add_argument("proofs", type=Path, nargs="+", help="proofs (.proof)")
    count.add_argument("--json", action="store_true", help="report as JSON")
    for command in (vectors, verify, count):
        command.add_argument("--group", choices=GROUPS, default="sodium", help="arithmetic to use")
        command.add_argument("--cache", type=Path, help="a directory to keep generators in")
    verify.add_argument("--json", action="store_true", help="report as JSON")
    return parser.parse_args(arguments)


def verify_files(arguments: argparse.Namespace) -> Accepted:
    """Verify what the command line names."""
    group = GROUPS[arguments.group]()
    generators = Generators(group, arguments.cache)
    model_data, proof_data = read(arguments.model), read(arguments.proof)
    check_question(arguments, model_data, proof_data)
    openings = arguments.opening and [read_opening(path) for path in arguments.opening]
    model = verify_model(model_data, generators)
    hidden = not openings and not is_public(proof_data)
    inputs = arguments.input and InputFiles(arguments.input, model.circuit, hidden)
    predictions, labels = (
        paths and [read_classes(generators, model.circuit, path, is_label) for path in paths]
        for paths, is_label in ((arguments.prediction, False), (arguments.label_opening, True))
    )
    expectation = Expectation(
        arguments.context, openings, inputs, arguments.predicate, predictions, labels
    )
    return verify_proof(model, proof_data, generators, expectation)


def count_files(arguments: argparse.Namespace) -> CountOpening:
    """Verify proofs, and the opening of their sum."""
    generators = Generators(GROUPS[arguments.group](), arguments.cache)
    opening = canonical(CountOpening.decode, arguments.opening)
    model_data, proofs = read(arguments.model), [read(path) for path in arguments.proofs]
    model = verify_model(model_data, generators)
    check_count([verify_proof(model, data, generators) for data in proofs], opening, generators)
    return opening


def check_question(arguments: argparse.Namespace, model: bytes, proof: bytes) -> None:
    """The errors of the caller that section 16 names, but for those of single files."""
    if arguments.opening and not arguments.input:
        raise UnusableInput("--opening without --input")
    if len(arguments.context or b"") > CONTEXT_LIMIT:
        raise UnusableInput("a context of more than 4096 bytes")
    if model.startswith(PROOF) or proof.startswith(MODEL):
        raise UnusableInput("the model commitment comes first, then the proof")


def is_public(proof: bytes) -> bool:
    """Whether a proof says that its inputs are public; also of one that will be refused."""
    try:
        return ProofFile.decode(proof).is_public
    except Rejected:
        return True


def from_hex(digits: str) -> bytes:
    """Pairs of hexadecimal digits, and nothing between them."""
    if not re.fullmatch("([0-9A-Fa-f]{2})*", digits):
        raise ValueError("not hexadecimal")
    return bytes.fromhex(digits)


def read(path: Path) -> bytes:
    """A file of at most 16 MiB."""
    with path.open("rb") as file:
        data = file.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise OSError(f"{path} has more than 16 MiB")
    return data


def read_opening(path: Path) -> InputOpening:
    """One of an input."""
    return canonical(InputOpening.decode, path)


def read_classes(generators: Generators, circuit: Circuit, path: Path, is_label: bool) -> bytes:
    """The identity that an opening of classes is of."""
    opening = canonical(ClassesOpening.decode, path)
    if opening.is_label != is_label or not opens(generators, circuit, opening):
        raise UnusableInput(f"{path}: no such opening, or not of its own identity")
    return opening.identity


def canonical(decode: Callable[[bytes], Opening], path: Path) -> Opening:
    """ "An opening that is not canonical …: errors of the caller" """
    try:
        return decode(read(path))
    except Rejected as rejected:
        raise OSError(f"{path}: {rejected.detail}") from rejected


def describe_count(opening: CountOpening) -> dict:
    """What the proofs say together."""
    return {"command": "count", "status": "accepted", "total": opening.total}


def describe(accepted: Accepted, arguments: argparse.Namespace) -> dict:
    """What an accepted proof says, with the keys of the C++ verifier's report."""
    said = "output" if accepted.predicate is None else "result"
    inputs = [
        {"input": identity.hex(), said: output.hex()}
        for identity, output in zip(accepted.inputs, accepted.outputs)
    ]
    return {
        "command": "verify",
        "status": "accepted",
        "model": accepted.model.hex(),
        "input_public": accepted.is_public,
        "input_checked": bool(arguments.input),
        "context": accepted.context.hex(),
        "context_checked": arguments.context is not None,
        **(describe_predicate(accepted) if accepted.predicate is not None else {}),
        **(inputs[0] if len(inputs) == 1 else {"inputs": inputs}),
    }


def describe_predicate(accepted: Accepted) -> dict:
    """What is said of a hidden output; the result stands in the output's place."""
    hidden = accepted.hidden
    return {
        "predicate": accepted.predicate.encode().hex() if accepted.predicate else "",
        "predictions": [identity.hex() for identity in hidden.predictions or ()],
        "labels": [identity.hex() for identity in hidden.labels or ()],
        "count": hidden.count.hex() if hidden.count is not None else None,
    }


def report(description: dict, as_json: bool) -> None:
    """Print the verdict."""
    if as_json:
        print(json.dumps(description, indent=2))
        return
    for key, value in description.items():
        print(f"{key}: {value}")


def write_vectors(arguments: argparse.Namespace) -> int:
    """Write test vectors, or tell which of those that are there are stale."""
    generators = Generators(GROUPS[arguments.group](), arguments.cache)
    if not arguments.check:
        write(arguments.directory, generators)
        return 0
    names = stale(arguments.directory, generators)
    for name in names:
        print(f"{arguments.directory / name} is stale: python3 -m reference vectors")
    return 1 if names else 0


def main(arguments: list[str]) -> int:
    """The exit status."""
    parsed = parse(arguments)
    if parsed.command == "vectors":
        return write_vectors(parsed)
    if parsed.command == "circuits":
        write_circuits(parsed.directory)
        return 0
    status, description = REJECTED, {"command": parsed.command}
    try:
        if parsed.command == "count":
            description = describe_count(count_files(parsed))
        else:
            description = describe(verify_files(parsed), parsed)
        status = ACCEPTED
    except Rejected as rejected:
        description |= refusal("rejected", rejected.reason.value, rejected.detail)
    except (OSError, UnusableInput) as error:
        status = ERROR
        description |= refusal("error", "error", str(error))
    report(description, parsed.json)
    return status


def refusal(status: str, reason: str, detail: str) -> dict:
    """What is reported instead."""
    return {"status": status, "reason": reason, "detail": detail}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
