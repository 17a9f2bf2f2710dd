"""Rows of the books as lines: JSON for programs, CSV for spreadsheets and for an auditor's software."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from bot.reports.rules.csv import harmless

PRIVATE = ("source_text", "source_link")
"""The message that time was tracked on: for its person's eyes alone, so no column of it and nothing in the audit."""
_SNAPSHOTS = ("before", "after")


def json_line(row: Mapping[str, Any]) -> str:
    """One row as an object, on a line of its own: days and moments as ISO 8601, moments in UTC."""
    return json.dumps({name: _plain(name, value) for name, value in row.items()}, ensure_ascii=False) + "\n"


def csv_heads(columns: Sequence[str]) -> str:
    """The first line."""
    return _written(columns)


def csv_line(row: Mapping[str, Any]) -> str:
    """One row: what is empty has no value, and no text begins like a formula."""
    return _written([_cell(_plain(name, value)) for name, value in row.items()])


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if name in _SNAPSHOTS and isinstance(value, dict):
        return {column: kept for column, kept in value.items() if column not in PRIVATE}
    return value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


class _Line:
    """What the csv module writes to: hands each line back."""

    def write(self, text: str) -> str:
        """The line."""
        return text


def _written(cells: Sequence[str]) -> str:
    line: str = csv.writer(_Line()).writerow(cells)
    return line


def described_lines(described: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """The description of each field, as a table."""
    yield _written(("table", "field", "meaning"))
    for table, fields in described.items():
        for field, meaning in fields.items():
            yield _written((table, field, harmless(meaning)))
