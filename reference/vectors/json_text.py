"""How vectors are written: integers of F and bytes in hexadecimal, a vector a line."""

import json

from ..field import ORDER


def scalar_hex(value: int) -> str:
    """Section 2: 32 bytes, little-endian."""
    return (value % ORDER).to_bytes(32, "little").hex()


def scalars_hex(values: list[int]) -> list[str]:
    """Each of them."""
    return [scalar_hex(value) for value in values]


def json_text(document: dict) -> str:
    """A line for each key, and for each entry of a list of lists or objects."""
    entries = (f" {json.dumps(key)}: {_value(value)}" for key, value in document.items())
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _value(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], list | dict | tuple):
        return "[\n" + ",\n".join(f"  {_compact(entry)}" for entry in value) + "\n ]"
    return _compact(value)


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
