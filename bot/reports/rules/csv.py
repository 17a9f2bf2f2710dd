"""Entries as lines of CSV, in one of two forms."""

from enum import StrEnum


class CsvForm(StrEnum):
    """For whom the lines are."""

    READER = "reader"
    """For the person's own spreadsheet: their language, their decimal mark, their way to write a day."""
    FIXED = "fixed"
    """For programs: the same for everybody, and for ever."""
