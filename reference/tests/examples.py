"""Files made by the C++ programs, in the directory $VOUCH_CASES (see reference/test)."""

import json
import os
from functools import cache
from pathlib import Path

from ..expectation import Expectation
from ..generators import Generators
from ..model import Model, verify_model
from ..sodium import SodiumGroup
from ..verdicts import Rejected
from ..verify import Accepted, verify_proof

DIRECTORY = Path(os.environ["VOUCH_CASES"])
CONTEXT = b"order 66"
GROUP = SodiumGroup()
GENERATORS = Generators(GROUP, DIRECTORY / "generators")


@cache
def data(name: str) -> bytes:
    """A file's bytes."""
    return (DIRECTORY / name).read_bytes()


@cache
def cases() -> list[dict]:
    """Questions to a verifier, with the C++ verifier's answers."""
    return json.loads(data("cases.json"))["cases"]


@cache
def model(model_data: bytes) -> Model:
    """A model commitment, verified once."""
    return verify_model(model_data, GENERATORS)


def mobilenet() -> Model:
    """The commitment of a MobileNetV2 0.35 at 96 × 96, verified."""
    return model(data("mobilenet_fast.pub"))


def verify(
    model_data: bytes, proof_data: bytes, expectation: Expectation = Expectation()
) -> Accepted:
    """Verify both."""
    return verify_proof(model(model_data), proof_data, GENERATORS, expectation)


def reason(
    model_data: bytes, proof_data: bytes, expectation: Expectation = Expectation()
) -> str | None:
    """Why both are rejected, or None."""
    try:
        verify(model_data, proof_data, expectation)
    except Rejected as rejected:
        return rejected.reason.value
    return None
