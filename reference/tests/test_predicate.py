"""Section 21: predicates of hidden outputs, on honest columns and on others."""

import unittest
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product as indices
from random import Random
from types import SimpleNamespace

from ..activation_table import ActivationTable
from ..circuit import Circuit, Kind, Operator, Tensor
from ..claim import Claim
from ..expression import Expression
from ..field import ORDER, product
from ..hidden_output import HiddenOutput
from ..layout import Brick
from ..linear_map import IDENTITY, Matrix, Run, Term
from ..predicate import Predicate, PredicateKind, decode_classes, encode_classes
from ..predicate_layout import PredicateLayouts
from ..reader import Reader
from ..shape import Shape
from ..validity import check_proof_shape
from ..verdicts import Reason, Rejected
from ..vectors.examples import tiny

MEMBERS, CONTAINS, SCORE, LABEL = PredicateKind
CLASSES = 6
PREDICATES = (
    Predicate(MEMBERS, False, 2),
    Predicate(MEMBERS, False, CLASSES),
    Predicate(CONTAINS, False, 1, (1, 3)),
    Predicate(CONTAINS, True, 3, (0, 4, 5)),
    Predicate(SCORE, False, classes=(2,), threshold=100),
    Predicate(SCORE, True, classes=(5,), threshold=2),
    Predicate(LABEL, False, 2, labels=(3, 1, 1)),
    Predicate(LABEL, True, 1, labels=(0, 5, 0)),
    Predicate(LABEL, False, 3, labels=None),
    Predicate(LABEL, True, 2, labels=None),
)
Array = dict[tuple[int, int], int]


def network(classes: int, pictures: int) -> Circuit:
    """With this many codes of each input."""
    operators = (Operator(Kind.CONVOLUTION, (0,), 0, 0, 3), Operator(Kind.CONVOLUTION, (1,), 0, 0, classes))
    given = Tensor(2, 1, 1, 1, 0)
    return replace(tiny(), operators=operators, input=given).for_pictures(pictures)


def many_lookups() -> Circuit:
    """n_X = 23 and n_m = 25: as many lookups for the tables' rows as there may be."""
    column = Matrix((Run(0, 0, 0, 1, 2048),))
    mean = Term(0, 0, matrices=(IDENTITY, column, Matrix((Run(0, 0, 0, 1, 1024),))))
    operators = (
        Operator(Kind.CONVOLUTION, (0,), 0, 0, 2),
        Operator(Kind.LINEAR_MAP, (1,), 0, 0, 2, terms=(mean,)),
    )
    tables = (ActivationTable.clamp(23, 0, 255),)
    given = Tensor(1, 1, 2048, 1024, 0)
    return replace(tiny(), operators=operators, tables=tables, input=given, input_kappa=16)


def top(codes: Sequence[int], n: int) -> list[int]:
    """ "Classes are ranked by decreasing code, those of equal codes by increasing number." """
    return sorted(range(len(codes)), key=lambda c: (-codes[c], c))[:n]


class Honest:
    """Y's bricks and q's for some codes, element by element; the result."""

    def __init__(self, predicate: Predicate, codes: Sequence[Sequence[int]], labels: Sequence[int]) -> None:
        self.predicate, self.codes = predicate, codes
        labels = labels if predicate.labels is None else predicate.labels
        ranked = [top(of_input, predicate.top) for of_input in codes]
        self.bits = [self._bit(p, set(first), labels) for p, first in enumerate(ranked)]
        each = list(indices(range(len(codes)), range(len(codes[0]))))
        last = [first[-1] if first else 0 for first in ranked]
        self.y: dict[str, Array] = {
            "h": {(p, c): int(c in ranked[p]) for p, c in each},
            "λ": {(p, c): int(bool(labels) and c == labels[p]) for p, c in each},
            "g": {(p, c): int(c == last[p]) for p, c in each},
            "μ": {(p, c): int(bool(labels) and c == labels[p] and c in ranked[p]) for p, c in each},
            "N": {(0, 0): sum(self.bits)},
            "t": {(p, 0): codes[p][last[p]] for p in range(len(codes))},
            "b": {(p, 0): bit for p, bit in enumerate(self.bits)},
        }
        self.results = [self._result(p, ranked[p]) for p in range(len(codes))]

    def _bit(self, p: int, first: set[int], labels: Sequence[int]) -> int:
        match self.predicate.kind:
            case PredicateKind.CONTAINS:
                return int(bool(first & set(self.predicate.classes)))
            case PredicateKind.SCORE:
                return int(self.codes[p][self.predicate.classes[0]] >= self.predicate.threshold)
            case PredicateKind.LABEL:
                return int(labels[p] in first)
        return 0

    def _result(self, p: int, ranked: list[int]) -> bytes:
        if self.predicate.kind == MEMBERS:
            return encode_classes(sorted(ranked))
        return b"" if self.predicate.is_count else bytes([self.bits[p]])

    def q(self, name: str, p: int, c: int) -> int:
        """An element of q, as section 21.3 has it; b_p is Y's where there is one."""
        y, predicate = {brick: of_brick.get((p, c), 0) for brick, of_brick in self.y.items()}, self.predicate
        match name:
            case "w":
                above = sum(self.y["g"][p, j] for j in range(c, len(self.codes[p])))
                return self.codes[p][c] - self.y["t"][p, 0] + above + 255 - 256 * y["h"]
            case "x":
                return 255 * (y["h"] + y["λ"] - 2 * y["μ"])
            case "e" if predicate.kind == CONTAINS:
                return sum(self.y["h"][p, j] for j in predicate.classes) + 255 - 256 * y["b"]
            case "e":
                return self.codes[p][predicate.classes[0]] - predicate.threshold + 256 - 256 * y["b"]
        return y[name]


class Draws:
    """A ledger that draws challenges only."""

    def __init__(self, draw: Random) -> None:
        self._draw = draw

    def challenge(self, _: str) -> int:
        """Any."""
        return self._draw.randrange(ORDER)


class Checked:
    """A predicate's claims, held against columns."""

    def __init__(self, honest: Honest, draw: Random) -> None:
        self.honest, self.draw = honest, draw
        self.circuit = network(len(honest.codes[0]), len(honest.codes))
        self.layouts = PredicateLayouts(honest.predicate, self.circuit)
        self.output = HiddenOutput(honest.predicate, self.circuit, honest.results)

    def lookups(self) -> Iterator[int]:
        """Every element of q."""
        for name, brick in self.bricks_of_q():
            yield from (self.honest.q(name, p, c) for p, c in indices(range(brick.o), range(brick.a)))

    def bricks_of_q(self) -> Iterator[tuple[str, Brick]]:
        """By name."""
        return zip(self.layouts.q.number, self.layouts.q.bricks, strict=True)

    def holds(self) -> bool:
        """Whether all claims do, q̃ being that of all its elements."""
        point = [self.draw.randrange(ORDER) for _ in range(self.layouts.q.n)]
        alpha, gamma = self.draw.randrange(ORDER), self.draw.randrange(ORDER)
        axes = self.layouts.q.named_axes_of_eq(point)
        q = sum(
            axes[name][0][p] * axes[name][1][c] * self.honest.q(name, p, c)
            for name, brick in self.bricks_of_q()
            for p, c in indices(range(brick.o), range(brick.a))
        )
        lookups = SimpleNamespace(
            alpha=alpha,
            gamma=gamma,
            q_q=Expression(alpha - 2 * gamma**2 - q),
            r_predicate=point,
        )
        claims = [*self.output.lookup_claims(lookups), *self.output.claims(Draws(self.draw))]
        return all(self._value(claim) == claim.y.constant for claim in claims)

    def _value(self, claim: Claim) -> int:
        """Σ_col ⟨Ω_col, col⟩."""
        names, total = list(self.layouts.y.number), 0
        for column, functional in claim.functionals.items():
            assert not functional.evaluations
            for brick, axes in functional.brick_terms:
                element = partial(self._code, brick) if column == "X" else self.honest.y[names[brick]].get
                for index in indices(*map(range, map(len, axes))):
                    weight = product(axis[i] for axis, i in zip(axes, index))
                    total += weight * (element(index[:2]) or 0)
        return total % ORDER

    def _code(self, brick: int, index: tuple[int, int]) -> int:
        """X's last brick is (channels, batch, 1, 1)."""
        assert brick == len(self.circuit.operators) - 1
        return self.honest.codes[index[1]][index[0]]


def examples(draw: Random) -> Iterator[Checked]:
    """All kinds, of random codes, of equal ones, of extreme ones."""
    for predicate in PREDICATES:
        for values in (range(256), (7, 8), (0, 255), (100,), (255,), (0,)):
            codes = [[draw.choice(values) for _ in range(CLASSES)] for _ in range(3)]
            labels = [draw.randrange(CLASSES) for _ in codes]
            yield Checked(Honest(predicate, codes, labels), draw)


class Claims(unittest.TestCase):
    """Sections 21.3 and 21.4."""

    def test_honest(self) -> None:
        """Lookups are in the plain table, and all claims hold."""
        for checked in examples(Random(1)):
            with self.subTest(checked.honest.predicate):
                self.assertTrue(all(0 <= q <= 255 for q in checked.lookups()))
                self.assertTrue(checked.holds())

    def test_another_result(self) -> None:
        """A bit or a class that is not so: a claim is false, even if what is looked up is not the result's;
        if it is, of kinds 2 and 3 a lookup is out of range.
        """
        for checked in examples(Random(2)):
            honest = checked.honest
            kind = honest.predicate.kind
            if honest.predicate.is_count or honest.predicate.top == CLASSES:
                continue
            with self.subTest(honest.predicate):
                honest.results[1] = other_result(honest)
                self.assertFalse(checked.holds())
                if kind in (CONTAINS, SCORE):
                    honest.y["b"][1, 0] ^= 1
                    self.assertFalse(all(0 <= q <= 255 for q in checked.lookups()))

    def test_another_column(self) -> None:
        """Any element of Y one more: a claim is false, or a lookup out of range."""
        draw = Random(3)
        for checked in examples(draw):
            for name, brick in zip(checked.layouts.y.number, checked.layouts.y.bricks):
                index = draw.randrange(brick.o), draw.randrange(brick.a if name != "N" else 1)
                with self.subTest(checked.honest.predicate, name=name):
                    checked.honest.y[name][index] += 1
                    in_range = all(0 <= q <= 255 for q in checked.lookups())
                    self.assertFalse(in_range and checked.holds())
                    checked.honest.y[name][index] -= 1

    def test_only_the_first(self) -> None:
        """ "classes with h = 1 are those whose code is above t, or t itself and not behind g's 1": whatever
        t and g are, if n of the h that fit are 1, they are the first n; and never is one more than 1.
        """
        draw = Random(4)
        for values, t in indices((range(256), (0, 255), (4, 5)), (*range(-600, 600, 7), *range(3, 7))):
            codes = [draw.choice(values) for _ in range(4)]
            last = draw.randrange(4)
            above = [code - t + (c <= last) for c, code in enumerate(codes)]
            h = [-(-v // 256) for v in above]  # the only integer with 0 ≤ v + 255 − 256·h ≤ 255
            if min(h) >= 0 and 1 <= sum(h) <= 4:
                members = [c for c in range(4) if h[c]]
                self.assertEqual(members, sorted(top(codes, sum(h))))
                self.assertEqual(max(h), 1)


def other_result(honest: Honest) -> bytes:
    """Of input 1."""
    if honest.predicate.kind == MEMBERS:
        others = set(range(CLASSES)) - set(decode_classes(honest.results[1]))
        return encode_classes(sorted(others)[: honest.predicate.top])
    return bytes([1 - honest.bits[1]])


class Encoding(unittest.TestCase):
    """formats."""

    def read(self, data: bytes, pictures: int = 3) -> Predicate:
        """All of it."""
        reader = Reader(data, Reason.DECODING)
        predicate = Predicate.read(reader, pictures)
        reader.end()
        return predicate

    def test_round_trip(self) -> None:
        """What is written reads the same; and never a byte shorter or longer."""
        for predicate in PREDICATES:
            data = predicate.encode()
            self.assertEqual(self.read(data), predicate)
            for wrong in (data[:-1], data + b"\0"):
                with self.assertRaises(Rejected):
                    self.read(wrong)

    def test_refused(self) -> None:
        """Not an encoding of a predicate."""
        for data in (
            "00 00 01",  # no kind
            "05 00 01",
            "01 02 02",  # no mode of result
            "04 00 01 02",  # neither public nor committed
        ):
            with self.subTest(data), self.assertRaises(Rejected) as caught:
                self.read(bytes.fromhex(data))
            self.assertEqual(caught.exception.reason, Reason.DECODING)

    def test_not_of_this_circuit(self) -> None:
        """Valid for others."""
        circuit = network(CLASSES, 3)
        for predicate in PREDICATES:
            predicate.check(circuit, 3)
        refused = (
            Predicate(MEMBERS, False, CLASSES + 1),
            Predicate(MEMBERS, False, 0),
            Predicate(MEMBERS, True, 2),
            Predicate(CONTAINS, False, 1),
            Predicate(CONTAINS, False, 1, (3, 3)),
            Predicate(CONTAINS, False, 1, (3, 2)),
            Predicate(CONTAINS, True, 1, (1, CLASSES)),
            Predicate(SCORE, True, classes=(CLASSES,)),
            Predicate(LABEL, False, 1, labels=(0, 1, CLASSES)),
        )
        for predicate in refused:
            self.assert_invalid(predicate, circuit, 3)
        self.assert_invalid(PREDICATES[0], circuit, 1)  # a model of batch 3
        one_class = network(1, 3)
        Predicate(SCORE, True, classes=(0,)).check(one_class, 3)
        self.assert_invalid(Predicate(LABEL, True, 1, labels=None), one_class, 3)
        rows = replace(circuit, input=Tensor(2, 3, 2, 1, 0))
        self.assert_invalid(PREDICATES[4], rows, 3)

    def test_limits(self) -> None:
        """Rows of Y, 2^14, and lookups × table rows, 2^50: the predicate's are counted as well."""
        label = Predicate(LABEL, True, 1, labels=None)
        wide = replace(network(2**14, 1), input_kappa=4)
        check_proof_shape(wide.for_pictures(2), Shape(13, 9, 4, 2), label)
        rows = replace(label, labels=(0,) * 4)
        check_proof_shape(wide.for_pictures(4), Shape(14, 9, 4, 4), rows)
        check_proof_shape(wide.for_pictures(4), Shape(14, 9, 4, 4))
        self.assert_refused(wide.for_pictures(4), Shape(14, 9, 4, 4), label)
        many = many_lookups()
        check_proof_shape(many, Shape(18, 9, 4, 1))
        self.assert_refused(many, Shape(18, 9, 4, 1), Predicate(LABEL, True, 1, labels=None))

    def assert_refused(self, circuit: Circuit, shape: Shape, predicate: Predicate) -> None:
        """As *descriptor*."""
        with self.assertRaises(Rejected) as caught:
            check_proof_shape(circuit, shape, predicate)
        self.assertEqual(caught.exception.reason, Reason.DESCRIPTOR)

    def assert_invalid(self, predicate: Predicate, circuit: Circuit, pictures: int) -> None:
        """Refused as *descriptor*."""
        with self.subTest(predicate), self.assertRaises(Rejected) as caught:
            predicate.check(circuit, pictures)
        self.assertEqual(caught.exception.reason, Reason.DESCRIPTOR)

    def test_results(self) -> None:
        """Of another length, or form."""
        for predicate, results in (
            (PREDICATES[0], ("0000", "000001000200", "0100 0100", "0100 0000", "0000 0600")),
            (PREDICATES[2], ("", "02", "0001")),
            (PREDICATES[3], ("00", "01")),
            (PREDICATES[9], ("00",)),
        ):
            for data in map(bytes.fromhex, results):
                with self.subTest(predicate, data=data), self.assertRaises(Rejected) as caught:
                    predicate.results(data, 1, CLASSES)
                self.assertEqual(caught.exception.reason, Reason.STATEMENT)


class Layouts(unittest.TestCase):
    """Section 21.1."""

    def test_rows(self) -> None:
        """Those of h first, of λ next; N has one of its own. Rows are as large as a list of classes, or as
        κ_I; with a score alone there are none.
        """
        for predicate, classes, kappa_i in indices(PREDICATES, (6, 8, 33), (4, 16)):
            circuit = replace(network(classes, 3), input_kappa=kappa_i)
            layouts = PredicateLayouts(predicate, circuit)
            y, kappa = layouts.y, layouts.kappa_y
            self.assertEqual(kappa, min(kappa_i, (classes - 1).bit_length()))
            present = y.present_rows(kappa)
            each = -(-classes // 2**kappa)
            of_each = {
                name: sorted(y.bricks[i].rows(y.offsets[i], kappa)) for name, i in y.number.items()
            }
            before: list[int] = []
            for name in ("h", "λ"):
                if name in of_each:
                    self.assertEqual(len(of_each[name]), 3 * each)
                    before += of_each[name]
            self.assertEqual(present[: len(before)], before)
            if "N" in of_each:
                (row,) = of_each.pop("N")
                self.assertTrue(all(row not in rows for rows in of_each.values()))
            if predicate == PREDICATES[4]:
                self.assertEqual((present, y.n), ([], kappa))


if __name__ == "__main__":
    unittest.main()
