"""Section 16: the reasons for which something is refused."""

from enum import StrEnum


class Reason(StrEnum):
    """The reasons of section 16, with their meanings."""

    DECODING = "decoding"  # not a file of ours, not canonical, too few bytes or too many
    DESCRIPTOR = "descriptor"  # a circuit, or a shape, that section 4.3 refuses
    STATEMENT = "statement"  # about another model, output size, context or inputs
    PRODUCT = "product"  # f*·g* ≠ h*
    LINEAR_FORM = "linear form"  # the final equation is false


class Rejected(Exception):
    """ "The first check that fails gives the reason." """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type, tuple[Reason, str]]:
        """Let a process hand it to another: an exception is otherwise made again from its one text."""
        return Rejected, (self.reason, self.detail)


def check(condition: bool, reason: Reason, detail: str) -> None:
    """Refuse for the given reason unless the condition holds."""
    if not condition:
        raise Rejected(reason, detail)


def require_valid(condition: bool, detail: str) -> None:
    """Section 4.3: "A verifier refuses … (verdict descriptor), unless all of this holds"."""
    check(condition, Reason.DESCRIPTOR, detail)
