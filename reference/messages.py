"""Section 18: the messages of a proof, taken in order."""

from typing import Any

from .field import decode_scalar
from .group import IDENTITY_ENCODING, Group
from .verdicts import Reason, Rejected, check


def decode_element(group: Group, data: bytes) -> Any:
    """Section 2: "Wherever a proof or a model commitment has a group element, the identity (32
    zero bytes) is refused as well."
    """
    check(data != IDENTITY_ENCODING, Reason.DECODING, "a group element is the identity")
    try:
        return group.decode(data)
    except ValueError as error:
        raise Rejected(Reason.DECODING, f"group element: {error}") from error


class Messages:
    """Section 16: "all messages … are there, group elements (other than the identity) and
    scalars canonical"; "no message is left over".
    """

    def __init__(self, messages: list[bytes], group: Group) -> None:
        self._messages = messages
        self._group = group
        self._next = 0

    def element(self) -> tuple[bytes, Any]:
        """The next message, a group element: as sent, and decoded."""
        data = self._take()
        return data, decode_element(self._group, data)

    def scalar(self) -> tuple[bytes, int]:
        """The next message, a scalar: as sent, and decoded."""
        data = self._take()
        try:
            return data, decode_scalar(data)
        except ValueError as error:
            raise Rejected(Reason.DECODING, f"scalar: {error}") from error

    def end(self) -> None:
        """ "no message is left over" """
        check(self._next == len(self._messages), Reason.DECODING, "messages left over")

    def _take(self) -> bytes:
        check(self._next < len(self._messages), Reason.DECODING, "a message is missing")
        self._next += 1
        return self._messages[self._next - 1]
