"""Reading what a caller sent: numbers come as numbers or as text, lists as one or many, and anything may be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

Fields = Mapping[str, Any]


class Refusal(Exception):
    """Billomat says no: an HTTP status and one or several sentences."""

    def __init__(self, status: int, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.status = status
        self.sentences = sentences


def text(fields: Fields, name: str) -> str:
    """The field as text; "" when missing or null. Refuses lists and objects."""
    value = fields.get(name)
    if isinstance(value, dict | list):
        raise Refusal(400, f"{name}: text expected")
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def number(fields: Fields, name: str) -> Decimal | None:
    """The field as a number with a dot; None when unset. Refuses everything else, "1,5" too."""
    written = text(fields, name).strip()
    if not written:
        return None
    try:
        value = Decimal(written)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= 10**12:
        raise Refusal(400, f"{name}: '{written}' is not a number")
    return value


def reduction(fields: Fields, name: str) -> str:
    """The field as an amount ("10") or a percentage ("10%"), as it was written; "" when unset."""
    written = text(fields, name).strip()
    number({name: written.removesuffix("%")}, name)
    return written


def whole(fields: Fields, name: str) -> int | None:
    """The field as a whole number, such as an id; None when unset."""
    value = number(fields, name)
    if value is not None and value != int(value):
        raise Refusal(400, f"{name}: '{value}' is not a whole number")
    return None if value is None else int(value)


def day(fields: Fields, name: str) -> date | None:
    """The field as a date written YYYY-MM-DD; None when unset."""
    written = text(fields, name)
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Refusal(400, f"{name}: '{written}' is not a date (YYYY-MM-DD)") from None


def choice(fields: Fields, name: str, *allowed: str) -> str:
    """The field as one of the words allowed; "" when unset."""
    written = text(fields, name)
    if written and written not in allowed:
        raise Refusal(400, f"{name}: '{written}' is not one of {', '.join(allowed)}")
    return written


def nested(fields: Fields, many: str, one: str) -> list[Fields]:
    """The elements of a nested list, written as a list or as a single object."""
    holder = fields.get(many) or {}
    elements = holder.get(one) or [] if isinstance(holder, dict) else None
    if isinstance(elements, dict):
        return [elements]
    if isinstance(elements, list) and all(isinstance(element, dict) for element in elements):
        return elements
    raise Refusal(400, f'{many}: {{"{one}": [...]}} expected')
