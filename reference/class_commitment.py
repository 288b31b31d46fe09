"""Section 21.1: the commitment to the first classes of an input, or to its label."""

from .circuit import Circuit
from .generators import Generators
from .input_commitment import blinder
from .predicate_layout import kappa_y
from .proof_file import ClassesOpening
from .statement import label_identity, prediction_identity

PREDICTION_BLINDER, LABEL_BLINDER = b"vouch prediction blinder v1", b"vouch label blinder v1"


def class_rows(generators: Generators, circuit: Circuit, opening: ClassesOpening) -> list[bytes]:
    """ "Row i of an input's rows of h is Com(row; ω_i)", "and of λ likewise" """
    group, kappa = generators.group, kappa_y(circuit)
    domain = LABEL_BLINDER if opening.is_label else PREDICTION_BLINDER
    basis = list(generators.first(1 << kappa))
    terms = [
        [(blinder(opening.salt, i, domain), generators.H)]
        for i in range(-(-circuit.output.channels >> kappa))
    ]
    for c in opening.classes:
        terms[c >> kappa].append((1, basis[c & (1 << kappa) - 1]))
    return [group.encode(group.combine(row)) for row in terms]


def opens(generators: Generators, circuit: Circuit, opening: ClassesOpening) -> bool:
    """formats: "Who has the circuit computes the rows of h or λ from classes and salt, and compares the
    identity."
    """
    if opening.classes[-1] >= circuit.output.channels:
        return False
    identity = label_identity if opening.is_label else prediction_identity
    return identity(class_rows(generators, circuit, opening)) == opening.identity
