"""Section 21: predicates of hidden outputs; formats, "A proof with a predicate"."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from .circuit import Circuit
from .reader import Reader
from .verdicts import Reason, check, require_valid


class PredicateKind(IntEnum):
    """The table of kinds."""

    MEMBERS = 1
    CONTAINS = 2
    SCORE = 3
    LABEL = 4


@dataclass(frozen=True)
class Predicate:
    """What is said of each input's output; `classes` is S, or the one class of a score. Labels are None
    if they are committed.
    """

    kind: int
    is_count: bool
    top: int = 0
    classes: tuple[int, ...] = ()
    threshold: int = 0
    labels: tuple[int, ...] | None = ()

    @classmethod
    def read(cls, reader: Reader, pictures: int) -> "Predicate":
        """Of a proof about so many inputs; refuses what no predicate's encoding is."""
        kind = reader.integer(1)
        reader.check(kind in tuple(PredicateKind), "unknown kind of predicate")
        is_count = reader.flag()
        if kind == PredicateKind.SCORE:
            return cls(kind, is_count, classes=(reader.integer(2),), threshold=reader.integer(1))
        top = reader.integer(1)
        if kind == PredicateKind.CONTAINS:
            return cls(kind, is_count, top, _classes(reader, reader.integer(2)))
        if kind == PredicateKind.LABEL:
            labels = None if reader.flag() else _classes(reader, pictures)
            return cls(kind, is_count, top, labels=labels)
        return cls(kind, is_count, top)

    def encode(self) -> bytes:
        """As it stands in a proof, and as section 21.2 absorbs it."""
        head = bytes([self.kind, self.is_count])
        match self.kind:
            case PredicateKind.SCORE:
                return head + encode_classes(self.classes) + bytes([self.threshold])
            case PredicateKind.CONTAINS:
                of_set = _u16(len(self.classes)) + encode_classes(self.classes)
                return head + bytes([self.top]) + of_set
            case PredicateKind.LABEL:
                labels = bytes([self.labels is None]) + encode_classes(self.labels or ())
                return head + bytes([self.top]) + labels
        return head + bytes([self.top])

    @property
    def has_ranking(self) -> bool:
        """ "kinds 1, 2, 4": those about top_n."""
        return self.kind != PredicateKind.SCORE

    @property
    def commits_labels(self) -> bool:
        """ "kind 4, labels committed" """
        return self.labels is None

    @property
    def commits_bits(self) -> bool:
        """ "kinds 2, 3 with count" """
        return self.is_count and self.kind != PredicateKind.LABEL

    def check(self, circuit: Circuit, pictures: int) -> None:
        """ "A predicate is valid for a circuit (otherwise verdict descriptor) if", but for column Y; the
        circuit is that of all inputs.
        """
        output = circuit.output
        one_code_a_class = output.shape == (output.channels, pictures, 1, 1)
        require_valid(one_code_a_class, "a predicate of an output that is no list of classes")
        if self.has_ranking:
            require_valid(output.channels >= 2, "a ranking of one class")
            require_valid(1 <= self.top <= output.channels, "the first 0, or more than there are")
        if self.kind == PredicateKind.MEMBERS:
            require_valid(not self.is_count, "members are not counted")
        if self.kind == PredicateKind.CONTAINS:
            require_valid(len(self.classes) > 0, "an empty set of classes")
            require_valid(is_increasing(self.classes), "not in increasing order")
        named = (*self.classes, *(self.labels or ()))
        require_valid(all(c < output.channels for c in named), "a class that is not there")

    def results(self, data: bytes, pictures: int, channels: int) -> list[bytes]:
        """Section 16, check 4, "the result has the length and the form that the predicate says": that of
        each input.
        """
        size = self.result_size
        check(len(data) == size * pictures, Reason.STATEMENT, "a result of another size")
        results = [data[i * size : (i + 1) * size] for i in range(pictures)]
        for result in results:
            self._check_form(result, channels)
        return results

    @property
    def result_size(self) -> int:
        """How many bytes "for each input"."""
        if self.kind == PredicateKind.MEMBERS:
            return 2 * self.top
        return 0 if self.is_count else 1

    def _check_form(self, result: bytes, channels: int) -> None:
        """ "of kind 1 n classes, u16 each, in increasing order; otherwise a byte b_p, 0 or 1" """
        if self.kind == PredicateKind.MEMBERS:
            members = decode_classes(result)
            valid = is_increasing(members) and members[-1] < channels
        else:
            valid = result in (b"", b"\0", b"\1")
        check(valid, Reason.STATEMENT, "no result of this predicate")


def decode_classes(data: bytes) -> tuple[int, ...]:
    """ "u16 each" """
    return tuple(int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2))


def encode_classes(classes: Sequence[int]) -> bytes:
    """The same."""
    return b"".join(map(_u16, classes))


def is_increasing(classes: Sequence[int]) -> bool:
    """ "in increasing order" """
    return all(a < b for a, b in zip(classes, classes[1:]))


def _classes(reader: Reader, count: int) -> tuple[int, ...]:
    return decode_classes(reader.take(2 * count))


def _u16(value: int) -> bytes:
    return value.to_bytes(2, "little")
