"""What people call what can be filled in, and the templates that they type with it."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.billing.rules.templates import UnknownVariable, Variable, read_template, shown_template
from bot.core.errors import UserError
from bot.core.languages import languages
from bot.core.texts import Reader
from bot.slack.blocks import Element, text_input

LONGEST_TYPED = 3000
"""What a field of Slack's takes."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""No text has them on purpose, and XML, which Billomat speaks inside, takes none."""


def variables(to: Reader, those: Iterable[Variable]) -> dict[str, Variable]:
    """By what the person calls them."""
    called = {
        Variable.PROJECT: to.t("project"),
        Variable.SERVICE: to.t("service"),
        Variable.PERSON: to.t("person"),
        Variable.DAYS: to.t("days"),
        Variable.HOURS: to.t("hours"),
        Variable.TAGS: to.t("tags"),
        Variable.NOTES: to.t("notes"),
        Variable.ENTRIES: to.t("entries"),
        Variable.CUSTOMER: to.t("customer"),
        Variable.PERIOD: to.t("period"),
        Variable.CUSTOMER_NUMBER: to.t("customer number"),
        Variable.ORDER_NUMBER: to.t("order number"),
        Variable.CUSTOMERS_VAT_ID: to.t("customer's VAT id"),
        Variable.OWN_VAT_ID: to.t("our VAT id"),
        Variable.NET: to.t("net"),
        Variable.GROSS: to.t("gross"),
    }
    return {called[each]: each for each in those}


def _in_any_language(to: Reader, those: Iterable[Variable]) -> dict[str, Variable]:
    """By what anybody calls them; where two languages differ about a word, as the person means it."""
    everywhere = [variables(replace(to, language=language), those) for language in (*languages(), to.language)]
    return {name: variable for names in everywhere for name, variable in names.items()}


def named(to: Reader, those: Iterable[Variable]) -> str:
    """All of them, as they are typed."""
    return ", ".join(f"{{{name}}}" for name in variables(to, those))


def template_input(
    to: Reader,
    action_id: str,
    template: str,
    those: Sequence[Variable],
    *,
    multiline: bool = True,
    most: int = LONGEST_TYPED,
) -> Element:
    """A field in which stands a template, with the variables as the person calls them where there is room for that."""
    shown = shown_template(template, variables(to, those))
    initial = shown if len(shown) <= most else template
    return text_input(action_id, initial=initial, multiline=multiline, most=most)


def entered_template(
    to: Reader, written: str, those: Sequence[Variable], *, field: str, most: int = LONGEST_TYPED
) -> str:
    """A template as it is kept. Raises UserError at its field for what cannot be filled in, or has no room there."""
    plain = _CONTROLS.sub("", written.replace("\r\n", "\n"))
    template = _read(to, plain, those, field)
    if (length := max(len(plain), len(template))) > most:  # or the next one who opens the form would lose the end
        raise UserError(
            "This has {length} characters, and {most} have room. Please shorten it.",
            field=field,
            length=length,
            most=most,
        )
    return template


def _read(to: Reader, written: str, those: Sequence[Variable], field: str) -> str:
    try:
        return read_template(written, _in_any_language(to, those))
    except UnknownVariable as unknown:
        raise _refused(to, unknown.name, those, field) from None


def _refused(to: Reader, unknown: str, those: Sequence[Variable], field: str) -> UserError:
    meant = _nearest(to, unknown.strip("{ }").casefold(), those)
    if meant is None:
        return UserError(
            "“{unknown}” cannot be filled in here. What you can write in braces: {variables}.",
            field=field,
            unknown=unknown,
            variables=named(to, those),
        )
    return UserError(
        "“{unknown}” cannot be filled in here. Do you mean {meant}? What you can write in braces: {variables}.",
        field=field,
        unknown=unknown,
        meant=named(to, [meant]),
        variables=named(to, those),
    )


def _nearest(to: Reader, word: str, those: Sequence[Variable]) -> Variable | None:
    """What was probably meant by a word that is none of them."""
    months = {replace(to, language=language).t("month").casefold() for language in languages()}
    if Variable.PERIOD in those and word in months:
        return Variable.PERIOD
    known = {name.casefold(): variable for name, variable in _in_any_language(to, those).items()}
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.75)
    return known[near[0]] if near else None
