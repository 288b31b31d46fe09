"""Section 18's table: MobileNetV2 1.0 at 224 × 224."""

import unittest
from dataclasses import replace

from ..circuit import Circuit, Preparation
from ..manifest import Manifest
from ..shape import Shape
from ..validity import check_circuit, check_proof_shape
from ..window import Window, WindowAxis
from . import examples

BLOCKS = ((24, 2), (32, 3), (64, 4), (96, 3), (160, 3), (320, 1))


def mobilenet_v2() -> Circuit:
    """The examples' circuit with the channels and the input of the full-width network."""
    small = examples.mobilenet().circuit
    channels = [32, 32, 16]
    for width, repeats in BLOCKS:
        for repeat in range(repeats):
            expanded = 6 * channels[-1]
            channels += [expanded, expanded, width] + [width] * (repeat > 0)
    channels += [1280, 1280, 1001]
    operators = [
        replace(operator, channels=c) for operator, c in zip(small.operators, channels, strict=True)
    ]
    pool = WindowAxis(7, 1, 0, 0)
    operators[-2] = replace(operators[-2], window=Window(pool, pool))
    return replace(
        small,
        input=replace(small.input, rows=224, columns=224),
        preparation=Preparation(224, 224, 875),
        input_kappa=15,
        value_bits=17,
        operators=tuple(operators),
    )


class Counts(unittest.TestCase):
    """All numbers of the table."""

    def check(self, shape: Shape, rows: list[int], counts: list[int]) -> None:
        """For one shape."""
        columns = check_proof_shape(mobilenet_v2(), shape)
        manifest = Manifest(columns, shape)
        numbers = [columns.X.n, columns.D.n, columns.m.n, manifest.layers, columns.J]
        self.assertEqual(numbers, [24, 18, 21, 25, 18])
        self.assertEqual([len(column.present_rows) for column in columns], rows)
        sizes = [columns.kappa, columns.opening_bits, manifest.products]
        totals = [manifest.ledger_messages, manifest.slots, manifest.messages]
        self.assertEqual([*sizes, *totals], counts)

    def test_fast(self) -> None:
        """(15, 16, 4, 1)."""
        rows = [275, 275, 41, 313, 2, 6]
        self.check(Shape(15, 16, 4, 1), rows, [15, 24, 132, 170, 5361, 208])

    def test_small(self) -> None:
        """(18, 21, 6, 1)."""
        rows = [35, 35, 6, 313, 2, 6]
        self.check(Shape(18, 21, 6, 1), rows, [18, 27, 132, 114, 30531, 158])

    def test_model(self) -> None:
        """The circuit is valid for itself."""
        check_circuit(mobilenet_v2())
