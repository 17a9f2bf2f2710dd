"""A text with variables, which each line or the invoice fills in: "{service} in {days}"."""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from enum import StrEnum

from bot.billing.rules.joints import Kind, Piece, close_up, pieces_of
from bot.billing.rules.shortening import shorten


class Variable(StrEnum):
    """What can be filled in."""

    PROJECT = "project"
    SERVICE = "service"
    PERSON = "person"
    DAYS = "days"
    HOURS = "hours"
    TAGS = "tags"
    NOTES = "notes"
    ENTRIES = "entries"
    """What the description of a line says otherwise."""
    CUSTOMER = "customer"
    PERIOD = "period"
    """The days that were chosen, as "March 2026"; DAYS are those of the work."""
    CUSTOMER_NUMBER = "customer_number"
    ORDER_NUMBER = "order_number"
    """Of the customer's order, or its Leitweg-ID."""
    CUSTOMERS_VAT_ID = "customers_vat_id"
    OWN_VAT_ID = "own_vat_id"
    NET = "net"
    GROSS = "gross"


OF_A_TITLE = (
    Variable.PROJECT,
    Variable.SERVICE,
    Variable.PERSON,
    Variable.DAYS,
    Variable.HOURS,
    Variable.TAGS,
    Variable.NOTES,
)
OF_A_DESCRIPTION = (Variable.ENTRIES, *OF_A_TITLE)
OF_AN_INVOICE = (
    Variable.CUSTOMER,
    Variable.PERIOD,
    *OF_A_TITLE,
    Variable.NET,
    Variable.GROSS,
    Variable.CUSTOMER_NUMBER,
    Variable.ORDER_NUMBER,
    Variable.CUSTOMERS_VAT_ID,
    Variable.OWN_VAT_ID,
)


class UnknownVariable(ValueError):
    """Something in braces that cannot be filled in there; `name` is what stands there."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


_VARIABLE = re.compile(r"\{([^{}]*)\}")
_BILLOMATS = re.compile(r"\[(\s*[^\W\d_]+\s*\.[^\[\]]*)\]")
"""[Invoice.due_date], [Client.name] and whatever else looks like it: nobody knows all that Billomat fills in."""
_BETWEEN = re.compile(r"(\s+[·|/–—-]\s+|,\s+)")
"""What parts of a title stand between: it goes with a part that has nothing to say."""
_PAIRS = ((r"\(", r"\)"), (r"\[", r"\]"), ("„", "[“”]"), ("“", "”"), ("«", "»"), ("»", "«"), ('"', '"'))
_HERE = "…"
"""Stands for what is in brackets, while it is asked what stands beside it."""
_INSIDE = r"[^{}()\[\]„“”«»\"]*\{[^()\[\]„“”«»\"]*"
_BRACKETS = re.compile("|".join(f"{opening}{_INSIDE}{closing}" for opening, closing in _PAIRS))
"""With something in them that is filled in."""


def read_template(written: str, names: Mapping[str, Variable]) -> str:
    """A text as a person wrote it, its variables under `names` or their own. Raises UnknownVariable."""
    known = {each.value: each for each in names.values()} | {name.casefold(): each for name, each in names.items()}

    def named(match: re.Match[str]) -> str:
        variable = known.get(match[1].strip().casefold())
        if variable is None:
            raise UnknownVariable(match[0])
        return f"{{{variable}}}"

    template = _VARIABLE.sub(named, written)
    if odd := re.search(r"[{}]", _VARIABLE.sub("", template)):
        raise UnknownVariable(odd[0])
    return template


def shown_template(template: str, names: Mapping[str, Variable]) -> str:
    """A text as a person reads it, its variables under `names`."""
    called = {each.value: name for name, each in names.items()}
    return _VARIABLE.sub(lambda match: f"{{{called.get(match[1], match[1])}}}", template)


def variables_of(template: str) -> tuple[Variable, ...]:
    """What a text wants filled in, each once."""
    return tuple(map(Variable, dict.fromkeys(_VARIABLE.findall(template))))


def fill(template: str, value: Callable[[Variable], str]) -> str:
    """One line with what is said; parts whose variables are all empty are left away with what joins them."""
    values = {each.value: value(each) for each in variables_of(template)}
    if all(values.values()):
        return _filled(template, values)
    return _closed_up(template, values)


def _closed_up(template: str, known: Mapping[str, str]) -> str:
    """Each part with what it says; brackets are a part that says what stands in them, bare where that is all."""
    values = dict(known)
    while brackets := _BRACKETS.search(template):  # the innermost first
        before, behind = template[: brackets.start()], template[brackets.end() :]
        inner = _joined(brackets[0][1:-1], values)
        name = f"#{len(values)}"
        is_bare = brackets[0][0] in "([" and _stands_alone(before, behind, values)
        values[name] = inner if is_bare or not inner else f"{brackets[0][0]}{inner}{brackets[0][-1]}"
        template = f"{before}{{{name}}}{behind}"
    return _joined(template, values)


def _stands_alone(before: str, behind: str, values: Mapping[str, str]) -> bool:
    """Whether what brackets add something to is missing: "{service} ({person})" without a service."""
    known = {**values, "here": _HERE}
    if _joined(f"{before}{{here}}", known) != _HERE:
        return False
    return bool(_VARIABLE.search(before) or (_VARIABLE.search(behind) and _joined(f"{{here}}{behind}", known) == _HERE))


def _joined(template: str, values: Mapping[str, str]) -> str:
    pieces: list[Piece] = []
    for number, part in enumerate(_BETWEEN.split(template)):
        names = _VARIABLE.findall(part)
        if number % 2:
            pieces.append(Piece(Kind.JOINT, part))
        elif names and not any(values[name] for name in names):
            pieces.append(Piece(Kind.NOTHING))
        else:
            pieces += _pieces(part, values)
    return close_up(pieces)


def _pieces(part: str, values: Mapping[str, str]) -> list[Piece]:
    pieces: list[Piece] = []
    for number, typed in enumerate(_VARIABLE.split(part)):
        if number % 2 == 0:
            pieces += pieces_of(typed)
        else:
            pieces.append(Piece(Kind.FILLED, values[typed]) if values[typed] else Piece(Kind.NOTHING))
    return pieces


def fill_paragraphs(template: str, value: Callable[[Variable], str], *, most: int) -> tuple[str, bool]:
    """A text of several lines, of which those are left away that would say nothing; and whether it was shortened.

    Where that is more than `most` characters, the longest of what is filled in gives way, and nothing that was typed.
    """
    values = {each: value(each) for each in variables_of(template)}

    def written(room: int) -> str:
        return "\n".join(
            said
            for line in template.splitlines()
            if (said := fill(line, lambda each: shorten(values[each], room))) or not _VARIABLE.search(line)
        ).strip()

    longest = max(map(len, values.values()), default=0)
    fits = bisect_right(range(longest + 1), most, key=lambda room: len(written(room))) - 1
    return written(max(fits, 0)), fits < longest


def printed(text: str) -> str:
    """`text` in which Billomat finds nothing to fill in: what stands in square brackets for it stands in round ones.

    How Billomat lets them be printed is not documented; without square brackets there is nothing to find.
    """
    if "[" not in text:  # as nearly all notes
        return text
    while (plain := _BILLOMATS.sub(r"(\1)", text)) != text:
        text = plain
    return text


def _filled(part: str, values: Mapping[str, str]) -> str:
    """At once, so that braces in what is filled in stay what they are."""
    return _VARIABLE.sub(lambda match: values[match[1]], part)
