"""What people set for themselves: one description of each setting makes its field, reads it back and says its value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from babel import Locale

from bot.core.languages import languages
from bot.core.texts import Reader
from bot.preferences.form import OwnPreferences, Preferences
from bot.routine.public_holidays import REGIONS, regions
from bot.routine.views.summaries import NATIONWIDE
from bot.slack.blocks import Block, checkbox, external_select, field, multi_select, option, static_select, time_picker
from bot.slack.request import Request
from bot.slack.untrusted import read_number, read_one_of, reading
from bot.tracking.views.entries import SERVICE

OFF = "off"
USUAL = "usual"
NOTHING = "–"
MIDNIGHT = 24 * 60
"""How the end of a working day is stored that a time picker shows as 00:00."""
_SUMMARIES = range(15 * 60, 20 * 60 + 1, 30)


@dataclass(frozen=True, slots=True)
class OwnField:
    """One setting. `said` gives the name and the value as they are shown when something was saved."""

    column: str
    """As the person's row and OwnPreferences call it."""
    block: Callable[[Reader, Preferences], Block]
    read: Callable[[Request], Any]
    said: Callable[[Reader, Preferences], tuple[str, str]]
    is_rare: bool = False
    """It stands behind "More settings": what it is without that suits most people."""


def read_own(request: Request, shown: OwnPreferences, *, is_whole: bool) -> OwnPreferences:
    """What stands in the fields; as it was `shown` where they stand behind "More settings". Raises UserError."""
    return OwnPreferences(
        **{
            each.column: each.read(request) if is_whole or not each.is_rare else getattr(shown, each.column)
            for each in OWN_FIELDS
        }
    )


def _language(to: Reader, now: Preferences) -> Block:
    return menu(to.t("Language"), "language", _languages(to), now.own.language or USUAL)


def _read_language(request: Request) -> str | None:
    chosen = request.entered_choice("language")
    return None if chosen == USUAL else read_one_of(languages(), str(chosen))


def _say_language(to: Reader, now: Preferences) -> tuple[str, str]:
    return to.t("Language"), _languages(to).get(now.own.language or USUAL, now.own.language or "")


def _languages(to: Reader) -> dict[str, str]:
    return {USUAL: to.t("As in Slack")} | {language: language_name(language) for language in languages()}


def language_name(language: str) -> str:
    """What a language calls itself."""
    return str(Locale.parse(language).get_display_name()).capitalize()


def _clock(to: Reader, now: Preferences) -> Block:
    return menu(to.t("Clock"), "clock", _clocks(to), str(now.own.clock or USUAL))


def _read_clock(request: Request) -> int | None:
    chosen = request.entered_choice("clock")
    return None if chosen == USUAL else read_one_of((12, 24), read_number(chosen))


def _say_clock(to: Reader, now: Preferences) -> tuple[str, str]:
    return to.t("Clock"), _clocks(to)[str(now.own.clock or USUAL)]


def _clocks(to: Reader) -> dict[str, str]:
    return {USUAL: to.t("As usual in your language"), "24": to.t("24 hours"), "12": to.t("12 hours")}


def _working_days(to: Reader, now: Preferences) -> Block:
    days = [option(to.day_name(day), str(day)) for day in range(7)]
    initial = [days[day] for day in _days(now.own.working_days)]
    menu_of_days = multi_select("multi_static_select", "working_days", to.t("Choose days"), initial=initial)
    return field(to.t("Working days"), menu_of_days | {"options": days}, block_id="working_days")


def _read_working_days(request: Request) -> int:
    return sum(1 << read_weekday(day) for day in set(request.entered_choices("working_days")))


def _say_working_days(to: Reader, now: Preferences) -> tuple[str, str]:
    return to.t("Working days"), ", ".join(to.day_name(day) for day in _days(now.own.working_days))


def _days(chosen: int) -> list[int]:
    return [day for day in range(7) if chosen >> day & 1]


def read_weekday(chosen: str | None) -> int:
    """A day of the week, 0 for Monday. Raises UserError."""
    return read_one_of(range(7), read_number(chosen))


def _work_starts(to: Reader, now: Preferences) -> Block:
    return _time_field(to, to.t("Work begins"), "work_starts", now.own.work_starts)


def _read_work_starts(request: Request) -> int:
    return _minute(request.entered_text("work_starts"))


def _work_ends(to: Reader, now: Preferences) -> Block:
    return _time_field(to, to.t("Work ends"), "work_ends", now.own.work_ends)


def _read_work_ends(request: Request) -> int:
    return _minute(request.entered_text("work_ends")) or MIDNIGHT


def _say_working_hours(to: Reader, now: Preferences) -> tuple[str, str]:
    """Of both: one line says when work begins and ends."""
    own = now.own
    return to.t("Working hours"), f"{_time(to, own.work_starts)} – {_time(to, own.work_ends)}"


def _time_field(to: Reader, label: str, name: str, minute: int) -> Block:
    picker = time_picker(name, initial=f"{minute // 60 % 24:02}:{minute % 60:02}", timezone=to.zone.key)
    return field(label, picker, block_id=name)


def _minute(clock: str) -> int:
    """Minutes after midnight: 90 for 01:30. Raises UserError."""
    with reading():
        entered = time.fromisoformat(clock)
    return entered.hour * 60 + entered.minute


def _time(to: Reader, minute: int) -> str:
    return to.clock(datetime(2000, 1, 3, minute // 60 % 24, minute % 60, tzinfo=to.zone))


def _service(to: Reader, now: Preferences) -> Block:
    usual = option(now.service.name, str(now.service.id)) if now.service else None
    return field(
        to.thing("service"),
        external_select(SERVICE, to.t("Search"), initial=usual),
        block_id="service",
        optional=True,
        hint=to.t("What you usually do: taken for entries that name none"),
    )


def _read_service(request: Request) -> int | None:
    return request.entered_id("service")


def _say_service(to: Reader, now: Preferences) -> tuple[str, str]:
    return to.thing("service"), now.service.name if now.service else NOTHING


def _summary_time(to: Reader, now: Preferences) -> Block:
    minute = now.own.summary_minute
    return menu(
        to.t("Daily summary"),
        "summary",
        _summaries(to, minute),
        OFF if minute is None else str(minute),
        hint=to.t("A direct message on working days"),
    )


def _read_summary_time(request: Request) -> int | None:
    chosen = request.entered_choice("summary")
    return None if chosen == OFF else read_one_of(range(24 * 60), read_number(chosen))


def _say_summary_time(to: Reader, now: Preferences) -> tuple[str, str]:
    return to.t("Daily summary"), _summary(to, now.own.summary_minute)


def _summaries(to: Reader, minute: int | None) -> dict[str, str]:
    times = sorted({*_SUMMARIES, *([] if minute is None else [minute])})
    return {OFF: _summary(to, None)} | {str(time): _summary(to, time) for time in times}


def _summary(to: Reader, minute: int | None) -> str:
    return to.t("Off") if minute is None else _time(to, minute)


def _reminders(to: Reader, now: Preferences) -> Block:
    box = option(to.t("Of forgotten timers and of days without entries"), "yes")
    return field(
        to.t("Reminders"), checkbox("reminders", box, on=now.own.reminders), block_id="reminders", optional=True
    )


def _read_reminders(request: Request) -> bool:
    return request.is_ticked("reminders")


def _say_reminders(to: Reader, now: Preferences) -> tuple[str, str]:
    return to.t("Reminders"), to.t("On") if now.own.reminders else to.t("Off")


def _invoice_news(to: Reader, now: Preferences) -> Block:
    box = option(to.t("When one is paid or overdue in Billomat"), "yes")
    return field(
        to.t("News of invoices"),
        checkbox("invoice_news", box, on=now.own.invoice_news),
        block_id="invoice_news",
        optional=True,
        hint=to.t("For those who may bill"),
    )


def _read_invoice_news(request: Request) -> bool:
    return request.is_ticked("invoice_news")


def _say_invoice_news(to: Reader, now: Preferences) -> tuple[str, str]:
    return to.t("News of invoices"), to.t("On") if now.own.invoice_news else to.t("Off")


def _holiday_region(to: Reader, now: Preferences) -> Block:
    known = _regions(to, now)
    hint = to.t("No summary comes on these days")
    return menu(to.t("Holidays"), "region", known, now.own.holiday_region or NATIONWIDE, hint=hint)


def _read_holiday_region(request: Request) -> str | None:
    chosen = request.entered_choice("region")
    known = {code for regions in REGIONS.values() for code in regions}
    return None if chosen in (None, NATIONWIDE) else read_one_of(known, str(chosen))


def _say_holiday_region(to: Reader, now: Preferences) -> tuple[str, str]:
    return to.t("Holidays"), _regions(to, now)[now.own.holiday_region or NATIONWIDE]


def _regions(to: Reader, now: Preferences) -> dict[str, str]:
    """Of the person's country, and the one that was chosen before they moved."""
    here = regions(to.zone.key)
    chosen = now.own.holiday_region
    elsewhere = {chosen: REGIONS[chosen[:2]][chosen]} if chosen and chosen not in here else {}
    named = sorted({**here, **elsewhere}.items(), key=lambda each: each[1])
    return {NATIONWIDE: to.t("Only nationwide holidays"), **dict(named)}


def menu(label: str, name: str, options: dict[str, str], chosen: str, *, hint: str = "") -> Block:
    """A menu of which exactly one line is chosen; `options` are texts by value."""
    lines = {value: option(text, value) for value, text in options.items()}
    return field(label, static_select(name, [*lines.values()], initial=lines.get(chosen)), block_id=name, hint=hint)


OWN_FIELDS = (
    OwnField("language", _language, _read_language, _say_language),
    OwnField("clock", _clock, _read_clock, _say_clock, is_rare=True),
    OwnField("working_days", _working_days, _read_working_days, _say_working_days),
    OwnField("work_starts", _work_starts, _read_work_starts, _say_working_hours, is_rare=True),
    OwnField("work_ends", _work_ends, _read_work_ends, _say_working_hours, is_rare=True),
    OwnField("service_id", _service, _read_service, _say_service, is_rare=True),
    OwnField("summary_minute", _summary_time, _read_summary_time, _say_summary_time),
    OwnField("holiday_region", _holiday_region, _read_holiday_region, _say_holiday_region),
    OwnField("reminders", _reminders, _read_reminders, _say_reminders, is_rare=True),
    OwnField("invoice_news", _invoice_news, _read_invoice_news, _say_invoice_news, is_rare=True),
)
"""In the order in which the form shows them."""
