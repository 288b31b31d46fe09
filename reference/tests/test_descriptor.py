"""formats, "Circuit descriptor": one encoding for each circuit, one circuit for each encoding."""

import unittest

from ..descriptor import decode_circuit, encode_circuit
from ..vectors.examples import EXAMPLES
from ..vectors.mobilenet import mobilenet_v2
from ..verdicts import Reason, Rejected
from .changes import changed


class Descriptors(unittest.TestCase):
    """Of the examples' circuits, which read in every way."""

    circuits = (mobilenet_v2(), *(circuit() for circuit in EXAMPLES.values()))

    def test_there_and_back(self) -> None:
        """What was encoded."""
        for circuit in self.circuits:
            self.assertEqual(decode_circuit(encode_circuit(circuit)), circuit)

    def test_length(self) -> None:
        """Bytes missing, and bytes to spare."""
        for circuit in self.circuits[1:]:
            data = encode_circuit(circuit)
            for other in (*(data[:length] for length in range(len(data))), data + b"\0"):
                self.refused(other)

    def test_every_byte(self) -> None:
        """What reads with a byte changed is encoded as it was read."""
        read = 0
        for circuit in self.circuits[1:]:
            data = encode_circuit(circuit)
            for at in range(len(data)):
                other = changed(data, at, 1 << at % 8)
                try:
                    self.assertEqual(encode_circuit(decode_circuit(other)), other)
                    read += 1
                except Rejected as rejected:
                    self.assertEqual(rejected.reason, Reason.DESCRIPTOR)
        self.assertGreater(read, 1000)

    def test_signed(self) -> None:
        """Pads, steps, coefficients, ramps: two's complement."""
        data = encode_circuit(EXAMPLES["fast"]())
        for bytes_of, what in (
            ("0100ffffffff0000", "pads 1, −1, −1, 0"),
            ("0400ffff0100010005 00fdff", "a run that goes back, of coefficient −3"),
            ("44fdffff32000400e2ff", "a ramp from −700 on that falls by 30"),
        ):
            self.assertIn(bytes.fromhex(bytes_of), data, what)

    def refused(self, data: bytes) -> None:
        """For its reason."""
        with self.assertRaises(Rejected) as caught:
            decode_circuit(data)
        self.assertEqual(caught.exception.reason, Reason.DESCRIPTOR)
