"""Section 16: the rows of columns, counted and decoded."""

from typing import Any

from .columns import ColumnList
from .group import Group
from .messages import decode_element
from .verdicts import Reason, check

Rows = dict[str, list[Any]]


def decode_rows(group: Group, columns: ColumnList, rows: dict[str, list[bytes]]) -> Rows:
    """As many rows "as are present"; all "group elements other than the identity"."""
    for column in columns:
        if column.name in rows:
            counts = len(rows[column.name]), len(column.present_rows)
            check(counts[0] == counts[1], Reason.DECODING, f"{column.name}: number of rows")
    return {
        name: [decode_element(group, encoding) for encoding in encodings]
        for name, encodings in rows.items()
    }
