"""What admins set for everybody: one description of each setting makes its field, reads it back and says its value."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.billing.rating import entered_rate
from bot.core.errors import FieldErrors
from bot.core.languages import languages
from bot.core.roles import Creators
from bot.core.texts import Reader
from bot.preferences.form import SharedPreferences, WorkspacePreferences, entered_day, entered_limit
from bot.preferences.views.own import NOTHING, language_name, menu, read_weekday
from bot.slack.blocks import Block, checkbox, field, option, text_input
from bot.slack.request import Request
from bot.slack.untrusted import read_number, read_one_of

UNITS = (1, 5, 6, 10, 15, 30, 60)
"""Minutes."""
LONGEST_WORD = 30
RATE = "rate"
SECOND = "second_from"


@dataclass(frozen=True, slots=True)
class SharedField:
    """One setting. `said` gives the name and the value as they are shown when something was saved."""

    column: str
    """As the workspace's row and SharedPreferences call it."""
    block: Callable[[Reader, WorkspacePreferences], Block]
    read: Callable[[Request], Any] | None
    """None for what `read_shared` reads itself."""
    said: Callable[[Reader, WorkspacePreferences], tuple[str, str]]
    is_rare: bool = True
    """As for a person's own."""


def read_shared(
    request: Request, currency: str, shown: SharedPreferences, wrong: FieldErrors, *, is_whole: bool
) -> SharedPreferences:
    """What stands in the fields, as `read_own`, and what is wrong there as it was; the rate is in `currency`."""
    rate, limit = shown.rate_cents, shown.second_from_cents
    if request.input_called(RATE):
        rate = wrong.read(lambda: entered_rate(request.entered_text(RATE), currency, field=RATE), rate)
    if is_whole:
        limit = wrong.read(lambda: entered_limit(request.entered_text(SECOND), currency), limit)
    read = {
        each.column: wrong.read(partial(each.read, request), getattr(shown, each.column))
        if is_whole or not each.is_rare
        else getattr(shown, each.column)
        for each in SHARED_FIELDS
        if each.read
    }
    return SharedPreferences(rate_cents=rate, second_from_cents=limit, **read)


def _rate(to: Reader, now: WorkspacePreferences) -> Block:
    cents = now.shared.rate_cents
    return field(
        to.t("Hourly rate"),
        text_input(RATE, initial="" if cents is None else to.decimal(cents), most=20),
        block_id=RATE,
        optional=True,
        hint=to.t("Net, in {currency}; for work whose service has no article", currency=now.currency),
    )


def _say_rate(to: Reader, now: WorkspacePreferences) -> tuple[str, str]:
    cents = now.shared.rate_cents
    net = NOTHING if cents is None else to.t("{rate} net", rate=to.money(cents, now.currency))
    return to.t("Hourly rate"), net


def _invoice_language(to: Reader, now: WorkspacePreferences) -> Block:
    names = {language: language_name(language) for language in languages()}
    return menu(
        to.t("Language of invoices"),
        "invoice_language",
        names,
        now.shared.invoice_language,
        hint=to.t("Where Billomat names none, for the customer or the account"),
    )


def _read_invoice_language(request: Request) -> str:
    return read_one_of(languages(), str(request.entered_choice("invoice_language")))


def _say_invoice_language(to: Reader, now: WorkspacePreferences) -> tuple[str, str]:
    return to.t("Language of invoices"), language_name(now.shared.invoice_language)


def _shown_unit(to: Reader, now: WorkspacePreferences) -> Block:
    unit = now.shared.shown_unit
    return menu(
        to.t("Smallest unit shown"),
        "shown_unit",
        {str(minutes * 60): _unit(to, minutes * 60) for minutes in sorted({*UNITS, unit // 60})},
        str(unit),
        hint=to.t(
            "Only of what is shown: what is stored stays exact, and how billed time is rounded is chosen in an "
            "invoice, with “Rounding …”."
        ),
    )


def _read_shown_unit(request: Request) -> int:
    return read_one_of(range(1, 3601), read_number(request.entered_choice("shown_unit")))


def _say_shown_unit(to: Reader, now: WorkspacePreferences) -> tuple[str, str]:
    return to.t("Smallest unit shown"), _unit(to, now.shared.shown_unit)


def _unit(to: Reader, seconds: int) -> str:
    return to.n("{count} minute", "{count} minutes", seconds // 60)


def _week_start(to: Reader, now: WorkspacePreferences) -> Block:
    days = {str(day): to.day_name(day) for day in range(7)}
    return menu(to.t("First day of the week"), "week_start", days, str(now.shared.week_start))


def _read_week_start(request: Request) -> int:
    return read_weekday(request.entered_choice("week_start"))


def _say_week_start(to: Reader, now: WorkspacePreferences) -> tuple[str, str]:
    return to.t("First day of the week"), to.day_name(now.shared.week_start)


def _day_seconds(to: Reader, now: WorkspacePreferences) -> Block:
    return field(
        to.t("Hours of a working day"),
        text_input("day_seconds", initial=to.length(now.shared.day_seconds), most=20),
        block_id="day_seconds",
        optional=True,
        hint=to.t("What 1 day or 1 person-day means when it is typed as a length"),
    )


def _read_day_seconds(request: Request) -> int:
    return entered_day(request.entered_text("day_seconds"))


def _say_day_seconds(to: Reader, now: WorkspacePreferences) -> tuple[str, str]:
    return to.t("Hours of a working day"), f"{to.length(now.shared.day_seconds)} h"


def _overlaps(to: Reader, now: WorkspacePreferences) -> Block:
    box = checkbox("overlaps", option(to.t("Entries may share time"), "yes"), on=now.shared.overlaps_allowed)
    return field(to.t("Overlaps"), box, block_id="overlaps", optional=True)


def _read_overlaps(request: Request) -> bool:
    return request.is_ticked("overlaps")


def _say_overlaps(to: Reader, now: WorkspacePreferences) -> tuple[str, str]:
    return to.t("Overlaps"), to.t("Allowed") if now.shared.overlaps_allowed else to.t("Not allowed")


def _creators(to: Reader, now: WorkspacePreferences) -> Block:
    return menu(
        to.t("Who creates"),
        "creators",
        {who.value: text for who, text in _who(to).items()},
        now.shared.creators.value,
        hint=to.t("Customers, projects and services; the others ask somebody who may"),
    )


def _read_creators(request: Request) -> Creators:
    return Creators(read_one_of([*Creators], str(request.entered_choice("creators"))))


def _say_creators(to: Reader, now: WorkspacePreferences) -> tuple[str, str]:
    return to.t("Who creates"), _who(to)[now.shared.creators]


def _who(to: Reader) -> dict[Creators, str]:
    return {
        Creators.EVERYBODY: to.t("Everybody, also guests of the workspace"),
        Creators.MEMBERS: to.t("Members, but no guests"),
        Creators.BILLERS: to.t("People who bill"),
        Creators.ADMINS: to.t("Admins"),
    }


def _second_person(to: Reader, now: WorkspacePreferences) -> Block:
    cents = now.shared.second_from_cents
    return field(
        to.t("A second person approves from"),
        text_input(SECOND, initial="" if cents is None else to.decimal(cents), most=20),
        block_id=SECOND,
        optional=True,
        hint=to.t(
            "Net, in {currency}; 0: every invoice. Whoever submits it then cannot approve it: an admin or an approver "
            "does, appointed under Roles once this is saved. Empty: one person is enough.",
            currency=now.currency,
        ),
    )


def _say_second_person(to: Reader, now: WorkspacePreferences) -> tuple[str, str]:
    cents = now.shared.second_from_cents
    if cents is None:
        said = to.t("never")
    else:
        said = to.t("every invoice") if cents == 0 else to.t("{rate} net", rate=to.money(cents, now.currency))
    return to.t("A second person approves from"), said


def _customer_word(to: Reader, now: WorkspacePreferences) -> Block:
    return _word(to.t("Your word for customer"), "customer_word", now.shared.customer_word, to.t("Customer"))


def _say_customer_word(to: Reader, now: WorkspacePreferences) -> tuple[str, str]:
    return to.t("Your word for customer"), now.shared.customer_word or to.t("Customer")


def _project_word(to: Reader, now: WorkspacePreferences) -> Block:
    return _word(to.t("Your word for project"), "project_word", now.shared.project_word, to.t("Project"))


def _say_project_word(to: Reader, now: WorkspacePreferences) -> tuple[str, str]:
    return to.t("Your word for project"), now.shared.project_word or to.t("Project")


def _service_word(to: Reader, now: WorkspacePreferences) -> Block:
    return _word(to.t("Your word for service"), "service_word", now.shared.service_word, to.t("Service"))


def _say_service_word(to: Reader, now: WorkspacePreferences) -> tuple[str, str]:
    return to.t("Your word for service"), now.shared.service_word or to.t("Service")


def _word(label: str, name: str, word: str, usual: str) -> Block:
    return field(
        label, text_input(name, initial=word, most=LONGEST_WORD, placeholder=usual), block_id=name, optional=True
    )


def _read_word(name: str) -> Callable[[Request], str]:
    return lambda request: request.entered_text(name)


SHARED_FIELDS = (
    SharedField("rate_cents", _rate, None, _say_rate, is_rare=False),
    SharedField("invoice_language", _invoice_language, _read_invoice_language, _say_invoice_language),
    SharedField("shown_unit", _shown_unit, _read_shown_unit, _say_shown_unit),
    SharedField("week_start", _week_start, _read_week_start, _say_week_start),
    SharedField("day_seconds", _day_seconds, _read_day_seconds, _say_day_seconds),
    SharedField("overlaps_allowed", _overlaps, _read_overlaps, _say_overlaps),
    SharedField("customer_word", _customer_word, _read_word("customer_word"), _say_customer_word),
    SharedField("project_word", _project_word, _read_word("project_word"), _say_project_word),
    SharedField("service_word", _service_word, _read_word("service_word"), _say_service_word),
    SharedField("creators", _creators, _read_creators, _say_creators),
    SharedField("second_from_cents", _second_person, None, _say_second_person),
)
"""In the order in which the form shows them."""
