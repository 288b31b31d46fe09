"""Section 2: "F is the integers modulo ℓ = 2²⁵² + 27742317777372353535851937790883648493."

Elements of F are plain integers in [0, ℓ) wherever they are kept or compared.
"""

from collections.abc import Iterable

ORDER = 2**252 + 27742317777372353535851937790883648493


def decode_scalar(data: bytes) -> int:
    """ "32 bytes, the integer in [0, ℓ). Other integers are refused." """
    value = int.from_bytes(data, "little")
    if len(data) != 32 or value >= ORDER:
        raise ValueError("not a canonical scalar")
    return value


def inverse(value: int) -> int:
    """1 / value; value ≠ 0."""
    return pow(value, -1, ORDER)


def product(values: Iterable[int]) -> int:
    """ "Sums over an empty range are 0, products 1." """
    result = 1
    for value in values:
        result = result * value % ORDER
    return result


def powers(base: int, count: int) -> list[int]:
    """base⁰, base¹, … , count of them."""
    result = [1] * count
    for i in range(1, count):
        result[i] = result[i - 1] * base % ORDER
    return result


def dot(a: Iterable[int], b: Iterable[int]) -> int:
    """⟨a, b⟩ for vectors of one length."""
    return sum(x * y for x, y in zip(a, b, strict=True)) % ORDER
