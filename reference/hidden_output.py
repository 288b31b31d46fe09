"""Sections 21.3 and 21.4: what a predicate claims of an output that stays committed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from .circuit import Circuit
from .claim import Claim
from .expression import Expression
from .field import dot
from .layout import ceil_log2
from .ledger import Ledger
from .lookups import LookupClaims
from .multilinear import eq_range
from .operators import scaled
from .output import Output, PublicOutput
from .predicate import Predicate, PredicateKind, decode_classes
from .predicate_layout import PredicateLayouts
from .proof_file import ProofFile

Axis = Sequence[int]
ONE = [1]


def read_output(circuit: Circuit, proof: ProofFile) -> Output:
    """Section 16, check 4: what a proof says, for the circuit of all inputs."""
    pictures, predicate = proof.shape.pictures, proof.predicate
    if predicate is None:
        return PublicOutput(circuit, pictures, proof.output)
    results = predicate.results(proof.output, pictures, circuit.output.channels)
    return HiddenOutput(predicate, circuit, results)


@dataclass(frozen=True)
class HiddenOutput(Output):
    """A predicate of the output of a circuit of all inputs, with the result of each."""

    predicate: Predicate
    circuit: Circuit
    results: Sequence[bytes]

    @property
    def of_inputs(self) -> Sequence[bytes]:
        """The result, "for each input in order"."""
        return self.results

    def lookup_claims(self, lookups: LookupClaims) -> Sequence[Claim]:
        """ "q̃(r_predicate) = α − 2γ² − Q_q, in which q̃ is the sum of all of q's bricks" """
        claim = Claim(lookups.alpha - 2 * lookups.gamma**2 - lookups.q_q)
        axes = self._layouts.q.named_axes_of_eq(lookups.r_predicate)
        for name, (inputs, classes, _, _) in axes.items():
            self._lookups[name](claim, inputs, classes)
        return (claim,)

    def claims(self, ledger: Ledger) -> Sequence[Claim]:
        """The challenges ε and δ, and the claims "in the place of the output's term"."""
        pictures, predicate = self._pictures, self.predicate
        epsilon = [ledger.challenge("predicate inputs") for _ in range(ceil_log2(pictures))]
        eq = eq_range(epsilon, 0, pictures)
        claims = []
        if predicate.has_ranking:
            claims += [self._sum_claim("h", eq, predicate.top), self._sum_claim("g", eq, 1)]
        if predicate.commits_labels:
            claims.append(self._sum_claim("λ", eq, 1))
        if predicate.kind == PredicateKind.MEMBERS:
            claims.append(self._members_claim(ledger))
        elif predicate.is_count:
            claims.append(self._bits([1] * pictures))
            self._add(claims[-1], "N", ONE, [-1] + [0] * ((1 << self._layouts.kappa_y) - 1))
        elif predicate.kind == PredicateKind.LABEL:
            claims.append(self._bits(eq))
            claims[-1].y += dot(eq, self._public_bits)
        return claims

    @property
    def _lookups(self) -> dict[str, Callable[[Claim, Axis, Axis], None]]:
        """The table of section 21.3: the terms of each brick of q, with its axes of eq."""

        def itself(name: str) -> Callable[[Claim, Axis, Axis], None]:
            return lambda claim, inputs, classes: self._add(claim, name, inputs, classes)

        return {
            **{name: itself(name) for name in "hgλμb"},
            "w": self._add_rank,
            "x": self._add_both,
            "e": self._add_limb,
        }

    def _add_rank(self, claim: Claim, inputs: Axis, classes: Axis) -> None:
        """y_{p,c} − t_p + Σ_{j ≥ c} g_{p,j} + 255 − 256·h_{p,c}."""
        below = list(accumulate(classes))
        self._add_codes(claim, inputs, classes)
        self._add(claim, "t", scaled(-sum(classes), inputs))
        self._add(claim, "g", inputs, below)
        claim.y -= 255 * sum(inputs) * sum(classes)
        self._add(claim, "h", scaled(-256, inputs), classes)

    def _add_both(self, claim: Claim, inputs: Axis, classes: Axis) -> None:
        """255·(h_{p,c} + λ_{p,c} − 2μ_{p,c})."""
        for name, factor in (("h", 255), ("λ", 255), ("μ", -510)):
            self._add(claim, name, scaled(factor, inputs), classes)

    def _add_limb(self, claim: Claim, inputs: Axis, _: Axis) -> None:
        """Kind 2: Σ_{c ∈ S} h_{p,c} + 255 − 256·b_p; kind 3: y_{p,class} − threshold + 256 − 256·b_p."""
        predicate = self.predicate
        named = self._indicator(predicate.classes)
        if predicate.kind == PredicateKind.CONTAINS:
            self._add(claim, "h", inputs, named)
            constant = 255
        else:
            self._add_codes(claim, inputs, named)
            constant = 256 - predicate.threshold
        claim.y -= constant * sum(inputs)
        if predicate.is_count:
            self._add(claim, "b", scaled(-256, inputs))
        else:
            claim.y += 256 * dot(inputs, self._public_bits)

    def _sum_claim(self, name: str, eq: Axis, total: int) -> Claim:
        """Σ_p eq_p Σ_c (the brick's) = total·E."""
        claim = Claim(Expression(total * sum(eq)))
        self._add(claim, name, eq, [1] * self._channels)
        return claim

    def _members_claim(self, ledger: Ledger) -> Claim:
        """Σ_{p,c} eq(δ, (p, c))·h_{p,c} = Σ_p Σ_{c of p's result} eq(δ, (p, c))."""
        brick = self._layouts.y.bricks[self._layouts.y.number["h"]]
        delta = [ledger.challenge("predicate members") for _ in range(ceil_log2(brick.size))]
        inputs, classes, _, _ = brick.axes_of_eq(delta, 0)
        members = (sum(classes[c] for c in decode_classes(result)) for result in self.results)
        claim = Claim(Expression(dot(inputs, members)))
        self._add(claim, "h", inputs, classes)
        return claim

    def _bits(self, weights: Axis) -> Claim:
        """Σ_p weight_p·b_p on the left, b_p of kind 4 being h_{p,ℓ_p} or Σ_c μ_{p,c}."""
        claim = Claim()
        if self.predicate.commits_bits:
            self._add(claim, "b", weights)
        elif self.predicate.labels is None:
            self._add(claim, "μ", weights, [1] * self._channels)
        else:
            for label in sorted(set(self.predicate.labels)):
                with_label = zip(weights, self.predicate.labels, strict=True)
                inputs = [weight * (other == label) for weight, other in with_label]
                self._add(claim, "h", inputs, self._indicator([label]))
        return claim

    def _add(self, claim: Claim, name: str, inputs: Axis, classes: Axis = ONE) -> None:
        """A term on a brick of Y."""
        claim.add_brick("Y", self._layouts.y.number[name], (list(inputs), list(classes), ONE, ONE))

    def _add_codes(self, claim: Claim, inputs: Axis, classes: Axis) -> None:
        """A term on "its last brick, where axes 0 and 1 are exchanged"."""
        claim.add_brick("X", len(self.circuit.operators) - 1, (list(classes), list(inputs), ONE, ONE))

    def _indicator(self, classes: Sequence[int]) -> Axis:
        """1 at these classes, 0 at others."""
        named = set(classes)
        return [int(c in named) for c in range(self._channels)]

    @cached_property
    def _layouts(self) -> PredicateLayouts:
        return PredicateLayouts(self.predicate, self.circuit)

    @property
    def _public_bits(self) -> list[int]:
        """The result's b_p."""
        return [result[0] for result in self.results]

    @property
    def _pictures(self) -> int:
        return self.circuit.input.batch

    @property
    def _channels(self) -> int:
        return self.circuit.output.channels
