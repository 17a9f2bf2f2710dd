"""The form of `/track settings`, and what is said when it was saved."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from babel import Locale

from bot.languages import languages
from bot.preferences import Appointed, Preferences, Saved, WorkspacePreferences
from bot.texts import Reader
from bot.views.blocks import (
    Block,
    View,
    context,
    divider,
    external_select,
    field,
    header,
    modal,
    option,
    plain,
    section,
    static_select,
    text_input,
)
from bot.views.catalog import named_option
from storage.catalog import MOST_OPTIONS, Named
from storage.preferences import BilledService

FILLED = "settings_filled"
ARTICLE = "settings_article"
OFF = "off"
AS_IN_SLACK = "slack"
NO_ARTICLE = "0"
ROLES = ("member", "biller", "admin")
MOST_SERVICES = 20
_TIMES = range(15 * 60, 20 * 60 + 1, 30)


def form(to: Reader, now: Preferences, *, just_saved: int | None = None) -> View:
    """What the person may set; `just_saved` is the service whose article was chosen a moment ago."""
    blocks = [_summary(to, now.summary_minute), _language(to, now.language)]
    if now.workspace:
        blocks += _for_all(to, now.workspace, just_saved)
    kept = json.dumps({"rate": _rate(to, now.workspace)} if now.workspace else {})
    return modal(FILLED, to.t("Settings"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=kept)


def saved(done: Saved) -> View:
    """What was changed, in the language that was chosen."""
    to = done.reader
    changes = [*_own_changes(to, done), *_changes_for_all(to, done)]
    blocks = [section("✅ " + change) for change in changes] or [section(to.t("Nothing was changed."))]
    return modal("settings_saved", to.t("Settings"), blocks, close=to.t("Close"))


def article_options(to: Reader, articles: Sequence[Named]) -> list[dict[str, Any]]:
    """The menu of articles; its first line takes the article away."""
    return [option(to.t("No article"), NO_ARTICLE), *map(named_option, articles)][:MOST_OPTIONS]


def _own_changes(to: Reader, done: Saved) -> list[str]:
    changes = []
    if (minute := done.after.summary_minute) != done.before.summary_minute:
        if minute is None:
            changes.append(to.t("You get no daily summary any more."))
        else:
            changes.append(to.t("Your daily summary comes at {time} on working days.", time=_time(to, minute)))
    if (language := done.after.language) != done.before.language:
        changes.append(to.t("Language: {language}", language=_language_name(to, language)))
    return changes


def _changes_for_all(to: Reader, done: Saved) -> list[str]:
    changes = []
    before, after = done.before.workspace, done.after.workspace
    if before and after and before.terms != after.terms:
        changes.append(_rate_change(to, after))
    if done.appointed:
        changes.append(_appointment(to, done.appointed))
    return changes


def _rate_change(to: Reader, after: WorkspacePreferences) -> str:
    if after.terms.rate_cents is None:
        return to.t("There is no hourly rate for the workspace any more.")
    return to.t("Hourly rate: {rate} net", rate=to.money(after.terms.rate_cents, after.terms.currency))


def _appointment(to: Reader, appointed: Appointed) -> str:
    sentences = {
        "member": to.t("{name} sees and changes their own time only.", name=appointed.name),
        "biller": to.t("{name} can now see rates and send invoices.", name=appointed.name),
        "admin": to.t("{name} is now an admin.", name=appointed.name),
    }
    return sentences[appointed.role]


def _summary(to: Reader, minute: int | None) -> Block:
    times = sorted({*_TIMES, *([] if minute is None else [minute])})
    options = {OFF: option(to.t("Off"), OFF)} | {str(time): option(_time(to, time), str(time)) for time in times}
    menu = static_select("summary", [*options.values()], initial=options[OFF if minute is None else str(minute)])
    return field(to.t("Daily summary"), menu, block_id="summary", hint=to.t("A direct message on working days"))


def _language(to: Reader, language: str | None) -> Block:
    values = {AS_IN_SLACK: None} | {name: name for name in languages()}
    options = {value: option(_language_name(to, name), value) for value, name in values.items()}
    menu = static_select("language", [*options.values()], initial=options.get(language or AS_IN_SLACK))
    return field(to.t("Language"), menu, block_id="language")


def _for_all(to: Reader, now: WorkspacePreferences, just_saved: int | None) -> list[Block]:
    return [
        divider(),
        header(to.t("For the whole workspace")),
        field(
            to.t("Hourly rate"),
            text_input("rate", initial=_rate(to, now), most=20),
            block_id="rate",
            optional=True,
            hint=to.t("Net, in {currency}; for work whose service has no article", currency=now.terms.currency),
        ),
        *_services(to, now.services, just_saved),
        header(to.t("Roles")),
        context(_appointed(to, now)),
        field(
            to.t("Person"),
            {"type": "users_select", "action_id": "person", "placeholder": plain(to.t("Whom to appoint"), 150)},
            block_id="person",
            optional=True,
        ),
        field(
            to.t("Role"),
            static_select("role", [option(_role(to, role), role) for role in ROLES], placeholder=to.t("Choose one")),
            block_id="role",
            optional=True,
        ),
    ]


def _rate(to: Reader, now: WorkspacePreferences) -> str:
    cents = now.terms.rate_cents
    return "" if cents is None else to.decimal(cents)


def _services(to: Reader, services: tuple[BilledService, ...], just_saved: int | None) -> list[Block]:
    blocks = [_service(to, service, saved=service.id == just_saved) for service in services[:MOST_SERVICES]]
    hidden = len(services) - MOST_SERVICES
    if hidden > 0:
        more = to.n("… and {count} more service.", "… and {count} more services.", hidden)
        blocks.append(context(more + " " + to.t("Their articles can be chosen when you make an invoice.")))
    return blocks


def _service(to: Reader, service: BilledService, *, saved: bool) -> Block:
    chosen = option(service.article, str(service.article_id)) if service.article else None
    text = to.t("{service} is billed as", service=service.name) + (" ✅" if saved else "")
    menu = external_select(ARTICLE, to.t("Choose an article"), initial=chosen)
    return section(text, menu, block_id=f"service:{service.id}")


def _appointed(to: Reader, now: WorkspacePreferences) -> str:
    lines = [to.t("Admins: {names}", names=", ".join(now.admins))]
    if now.billers:
        lines.append(to.t("Billers: {names}", names=", ".join(now.billers)))
    return "\n".join(lines)


def _role(to: Reader, role: str) -> str:
    return {
        "member": to.t("Member: their own time"),
        "biller": to.t("Biller: rates and invoices, too"),
        "admin": to.t("Admin: Billomat and these settings, too"),
    }[role]


def _language_name(to: Reader, language: str | None) -> str:
    return to.t("As in Slack") if language is None else str(Locale.parse(language).get_display_name()).capitalize()


def _time(to: Reader, minute: int) -> str:
    return to.clock(datetime(2000, 1, 3, minute // 60, minute % 60, tzinfo=to.zone))
