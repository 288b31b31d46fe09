"""Changes of a file."""


def changed(data: bytes, at: int, difference: int = 1) -> bytes:
    """One byte of data changed."""
    return data[:at] + bytes([data[at] ^ difference]) + data[at + 1 :]
