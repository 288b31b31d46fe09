"""Section 18: MobileNetV2 1.0 at 224 × 224 has the numbers of the table, and its messages are those
of the list.
"""

import re
import unittest
from itertools import groupby
from pathlib import Path

from ..manifest import LEDGER, POINT, SCALAR, BoundManifest, Manifest, ProofManifest
from ..predicate import Predicate, PredicateKind
from ..shape import Shape
from ..validity import check_circuit, check_proof_shape
from ..vectors.every_kind import every_kind, exact_kinds
from ..vectors.examples import ranked
from ..vectors.mobilenet import exact_mobilenet_v2, mobilenet_v2
from . import examples

PROTOCOL = Path(__file__).parents[2] / "docs" / "protocol.md"
FAST, SMALL = Shape(15, 12, 2, 1), Shape(18, 21, 6, 1)


def manifest(shape: Shape) -> ProofManifest:
    """Of the network, for a shape."""
    return ProofManifest(check_proof_shape(mobilenet_v2(), shape), shape)


class Counts(unittest.TestCase):
    """All numbers of the table."""

    def check(self, shape: Shape, rows: list[int], counts: list[int]) -> None:
        """For one shape."""
        of_shape = manifest(shape)
        columns = of_shape.columns
        numbers = [columns.X.n, columns.D.n, columns.m.n, of_shape.layers, columns.J]
        self.assertEqual(numbers, [24, 18, 21, 25, 18])
        present = {column.name: len(column.present_rows) for column in columns}
        self.assertEqual([present[name] for name in "DXELmWb"], rows)
        sizes = [columns.kappa, columns.opening_bits, of_shape.products]
        totals = [of_shape.ledger_messages, of_shape.slots, of_shape.requires, of_shape.messages]
        self.assertEqual([*sizes, *totals], counts)

    def test_fast(self) -> None:
        """(15, 12, 2, 1)."""
        rows = [6, 275, 275, 0, 41, 313, 2]
        self.check(FAST, rows, [15, 24, 132, 259, 1890, 261, 297])

    def test_small(self) -> None:
        """(18, 21, 6, 1)."""
        rows = [6, 35, 35, 0, 6, 313, 2]
        self.check(SMALL, rows, [18, 27, 132, 114, 30531, 116, 158])

    def test_exact(self) -> None:
        """Exact rounding adds rows, products and slots, and no messages."""
        fast = manifest(FAST)
        columns = check_proof_shape(exact_mobilenet_v2(), FAST)
        exact = ProofManifest(columns, FAST)
        self.assertEqual(len(columns.L.present_rows), len(columns.X.present_rows))
        self.assertEqual(exact.products - fast.products, 2 * 24 + 2)
        self.assertEqual(exact.slots - fast.slots, 4 * 24 + 2 * (2 * 24 + 2))
        self.assertEqual(exact.messages, fast.messages)
        self.assertEqual([exact.products, exact.slots], [182, 2086])

    def test_model(self) -> None:
        """The circuit is valid for itself, and built like the compiled one of another size."""
        check_circuit(mobilenet_v2())
        pairs = zip(mobilenet_v2().operators, examples.mobilenet().circuit.operators, strict=True)
        *pairs, pool, last = pairs
        for ours, theirs in (*pairs, last):
            same = (ours.kind, set(ours.inputs), ours.window, len(ours.terms))
            self.assertEqual(
                same, (theirs.kind, set(theirs.inputs), theirs.window, len(theirs.terms))
            )
        self.assertEqual(pool[0].kind, pool[1].kind)


class Messages(unittest.TestCase):
    """The list of messages."""

    def test_as_many_as_counted(self) -> None:
        """The list has the lengths of the table of counts."""
        of_bound = BoundManifest(check_circuit(mobilenet_v2()))
        manifests: list[Manifest] = [manifest(FAST), manifest(SMALL), of_bound]
        for each in manifests:
            messages = list(each)
            self.assertEqual(len(messages), each.messages)
            ledger = [message for message in messages if message.kind == LEDGER]
            self.assertEqual(len(ledger), each.ledger_messages)
            self.assertEqual(sum(message.slots for message in ledger), each.slots)

    def test_products(self) -> None:
        """Of circuits that have P = 6, fast and exact, the counts are those of the list."""
        shape = Shape(6, 9, 4, 2)
        for circuit in (every_kind(), exact_kinds()):
            self.assertEqual(circuit.products, 6)
            of_products = ProofManifest(check_proof_shape(circuit.for_pictures(2), shape), shape)
            slots = sum(message.slots for message in of_products)
            self.assertEqual(
                (len(list(of_products)), slots), (of_products.messages, of_products.slots)
            )

    def test_predicates(self) -> None:
        """Likewise with a tree more, which here is the deepest one or not."""
        label = PredicateKind.LABEL
        for pictures, predicate in (
            (1, Predicate(PredicateKind.MEMBERS, False, 3)),
            (3, Predicate(label, True, 2, labels=None)),
            (1024, Predicate(label, False, 1, labels=None)),
            (2, Predicate(PredicateKind.SCORE, False, classes=(4,))),
        ):
            shape = Shape(4, 9, 4, pictures)
            circuit = ranked().for_pictures(pictures)
            with_it = ProofManifest(check_proof_shape(circuit, shape, predicate), shape)
            without = ProofManifest(check_proof_shape(circuit, shape), shape)
            n_q = with_it.columns.trees["predicate"]
            self.assertEqual(with_it.products - without.products, 2 * n_q + 2)
            self.assertEqual(with_it.layers, max(without.layers, n_q))
            messages = list(with_it)
            self.assertEqual(len(messages), with_it.messages)
            self.assertEqual(sum(message.slots for message in messages), with_it.slots)
            self.assertEqual(messages[0].slots, 8)

    def test_labels_are_those_of_the_document(self) -> None:
        """In the order of the first table of section 18, with its kinds."""
        text = PROTOCOL.read_text(encoding="utf-8").split("\n## 18. ")[1].split("\n## ")[0]
        rows = re.findall(r"^\| (`.+?`) \|.*\| ([TSP])\b[^|]*\|$", text, re.MULTILINE)
        documented = [(label, kind) for labels, kind in rows for label in labels[1:-1].split("`, `")]
        self.assertEqual({kind for _, kind in documented}, {LEDGER, SCALAR, POINT})
        met = dict.fromkeys((message.label, message.kind) for message in manifest(FAST))
        # Layer 0 binds no variables: children come before the first round.
        self.assertEqual(sorted(met), sorted(documented))
        after_layers = [entry for entry in met if not entry[0].startswith("lookup")]
        self.assertEqual(after_layers, [entry for entry in documented if "lookup" not in entry[0]])

    def test_rounds_are_in_one_piece(self) -> None:
        """But for the layers', whose children come between them."""
        labels = [label for label, _ in groupby(message.label for message in manifest(FAST))]
        self.assertEqual(labels.count("lookup round"), manifest(FAST).layers - 1)
        for label in ("bilinear round", "opening round", "folded"):
            self.assertEqual(labels.count(label), 1)
