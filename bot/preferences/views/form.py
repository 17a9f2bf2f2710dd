"""The form of `/track settings`, and what is said when it was saved."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.billing.rating import Holds
from bot.billing.views import locking, rates
from bot.billing.views.rate_words import prices_said
from bot.catalog.rules.names import Target
from bot.catalog.views import channels
from bot.catalog.views import listing as catalog
from bot.catalog.views.creation import named_option
from bot.core.roles import BILLING, Role
from bot.core.texts import Reader
from bot.preferences.form import (
    Appointed,
    FilledForAll,
    FilledPreferences,
    Holder,
    Preferences,
    Rebilled,
    Saved,
    WorkspacePreferences,
)
from bot.preferences.views.own import NOTHING, OWN_FIELDS
from bot.preferences.views.shared import SHARED_FIELDS
from bot.slack.blocks import (
    Block,
    View,
    actions,
    button,
    context,
    cut,
    divider,
    external_select,
    field,
    header,
    modal,
    multi_select,
    option,
    plain,
    section,
    static_select,
)
from bot.slack.metadata import Metadata
from storage.billing_defaults import BilledService
from storage.catalog import MOST_OPTIONS, Named
from storage.channels import LinkedChannel

FILLED = "settings_filled"
MORE = "settings_more"
ARTICLE = "settings_article"
NOT_BILLABLE = "settings_not_billable"
NEVER = "never"
NO_ARTICLE = "0"
MOST_SERVICES = 50
LONGEST_VALUE = 500
HOLDS = "rate_holds"
BOOKS = "export_books"
"""Has the books of the workspace sent to the admin who presses it; bot/bookkeeping does."""
SHOWN = Metadata(FilledPreferences)
"""What a form showed when it was opened travels with it."""


def form(
    to: Reader,
    now: Preferences,
    *,
    shown: FilledPreferences | None = None,
    is_whole: bool = False,
    rebilled: Rebilled | None = None,
    unlinked: bool = False,
) -> View:
    """What the person may set; `rebilled` and `unlinked` say what was saved a moment ago.

    What most people never touch stands behind a button; `shown` is what the form showed before that was pressed.
    """
    blocks = [
        header(to.t("For you")),
        *(each.block(to, now) for each in OWN_FIELDS if is_whole or not each.is_rare),
    ]
    if now.workspace:
        blocks += [divider(), header(to.t("For everybody")), *_shared(to, now.workspace, is_whole=is_whole)]
    if not is_whole:
        blocks.append(actions(button(to.t("More settings"), MORE)))
    if now.workspace:
        blocks += [divider(), header(to.t("Roles")), *_roles(to, now.workspace)]
        blocks += _services(to, now.workspace.services, rebilled)
        books = button(to.t("Books for an auditor"), BOOKS, BOOKS)
        blocks.append(actions(catalog.open_button(to), books))
    if now.bills:
        blocks.append(actions(locking.open_button(to)))
    blocks += _links(to, now.links, unlinked=unlinked)
    kept = replace(shown or _filled(now), is_whole=is_whole)
    return modal(FILLED, to.t("Settings"), blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=SHOWN.pack(kept))


def saved(done: Saved) -> View:
    """What was changed, old and new, in the language that was chosen."""
    to = done.reader
    before, after = _values(to, done.before), _values(to, done.after)
    changes = [_change(to, what, before[what], value) for what, value in after.items() if value != before[what]]
    if done.appointed:
        changes.append(_appointment(to, done.appointed))
    blocks = [section("✅ " + change) for change in changes] or [section(to.t("Nothing was changed."))]
    return modal("settings_saved", to.t("Settings"), blocks, close=to.t("Close"))


def article_options(to: Reader, articles: Sequence[Named]) -> list[dict[str, Any]]:
    """The menu of articles; its first lines take the article away, and the bill."""
    without = [option(_no_article(to), NO_ARTICLE), option(to.t("Not billable"), NEVER)]
    return [*without, *map(named_option, articles)][:MOST_OPTIONS]


def project_option(project: Target) -> dict[str, Any]:
    """A project in a menu."""
    return option(_project(project), str(project.project_id))


def _filled(now: Preferences) -> FilledPreferences:
    """The form as it is opened."""
    if now.workspace is None:
        return FilledPreferences(now.own, None)
    projects = tuple(project.project_id for project in now.workspace.not_billable if project.project_id)
    return FilledPreferences(now.own, FilledForAll(now.workspace.shared, projects))


# The form


def _shared(to: Reader, now: WorkspacePreferences, *, is_whole: bool) -> list[Block]:
    rate, *others = (each.block(to, now) for each in SHARED_FIELDS if is_whole or not each.is_rare)
    rates = _rates(to, now, rate)
    return [*rates, _projects(to, now), *others] if is_whole else [*rates, *others]


def _rates(to: Reader, now: WorkspacePreferences, rate: Block) -> list[Block]:
    """One field while there is one rate; from when on another one holds is asked of whoever has one."""
    opened = rates.open_button(to)
    if not now.rates.is_plain or len(now.rates.usual.prices) > 1:
        prices = prices_said(to, now.rates.usual.prices, now.currency)
        return [section(to.t("Hourly rate: {prices}", prices=prices), opened)]
    if now.shared.rate_cents is None:
        return [rate]
    options = {
        Holds.TODAY: option(to.t("From today on"), Holds.TODAY),
        Holds.OPEN: option(to.t("Also for all that is open"), Holds.OPEN),
    }
    menu = static_select(HOLDS, [*options.values()], initial=options[Holds.TODAY])
    return [rate, field(to.t("Another rate holds"), menu, block_id=HOLDS), actions(opened, block_id="rates")]


def _projects(to: Reader, now: WorkspacePreferences) -> Block:
    projects = multi_select(
        "multi_external_select",
        NOT_BILLABLE,
        to.t("Search"),
        initial=[project_option(project) for project in now.not_billable],
    )
    return field(
        to.t("Projects that are not billable"),
        projects | {"min_query_length": 0},
        block_id="not_billable",
        optional=True,
        hint=to.t("New entries on them are not billed unless somebody says so"),
    )


def _roles(to: Reader, now: WorkspacePreferences) -> list[Block]:
    """Approvers are spoken of where there can be something to approve."""
    is_approved = now.shared.second_from_cents is not None or bool(now.having(Role.APPROVER))
    roles = [role for role in Role if is_approved or role is not Role.APPROVER]
    return [
        context(_appointed(to, now)),
        field(
            to.t("Person"),
            {"type": "users_select", "action_id": "person", "placeholder": plain(to.t("Whom to appoint"), 150)},
            block_id="person",
            optional=True,
        ),
        field(
            to.t("Role"),
            static_select("role", [option(_role(to, each), each) for each in roles], placeholder=to.t("Choose one")),
            block_id="role",
            optional=True,
        ),
    ]


def _services(to: Reader, services: tuple[BilledService, ...], rebilled: Rebilled | None) -> list[Block]:
    if not services:
        return []
    blocks = [divider(), header(to.t("Services"))]
    for service in services[:MOST_SERVICES]:
        blocks.append(_service(to, service))
        if rebilled and rebilled.after.id == service.id:
            change = _change(to, service.name, _billed_as(to, rebilled.before), _billed_as(to, rebilled.after))
            blocks.append(context("✅ " + change))
    hidden = len(services) - MOST_SERVICES
    if hidden > 0:
        more = to.n("… and {count} more service.", "… and {count} more services.", hidden)
        blocks.append(context(more + " " + to.t("Their articles can be chosen when you make an invoice.")))
    return blocks


def _links(to: Reader, links: tuple[LinkedChannel, ...], *, unlinked: bool) -> list[Block]:
    done = [context("✅ " + to.t("This channel belongs to no project any more."))] if unlinked else []
    if not links and not done:
        return []
    return [divider(), header(to.t("Channels")), *channels.listed(to, links), *done]


def _service(to: Reader, service: BilledService) -> Block:
    chosen = None
    if not service.billable:
        chosen = option(to.t("Not billable"), NEVER)
    elif service.article:
        chosen = option(service.article, str(service.article_id))
    menu = external_select(ARTICLE, to.t("Choose an article"), initial=chosen)
    return section(to.t("{service} is billed as", service=service.name), menu, block_id=f"service:{service.id}")


# What the settings are, in words


def _values(to: Reader, now: Preferences) -> dict[str, str]:
    """Each setting by its name."""
    own = dict(each.said(to, now) for each in OWN_FIELDS)
    return own | (_values_for_all(to, now.workspace) if now.workspace else {})


def _values_for_all(to: Reader, now: WorkspacePreferences) -> dict[str, str]:
    rate, *others = (each.said(to, now) for each in SHARED_FIELDS)
    projects = ", ".join(_project(project) for project in now.not_billable)
    return dict([rate, (to.t("Projects that are not billable"), cut(projects, LONGEST_VALUE) or NOTHING), *others])


def _change(to: Reader, what: str, before: str, after: str) -> str:
    return to.t("{what}: {before} → {after}", what=what, before=before, after=after)


def _appointment(to: Reader, appointed: Appointed) -> str:
    sentences = {
        Role.MEMBER: to.t("{name} sees and changes their own time only.", name=appointed.name),
        Role.BILLER: to.t("{name} can now see rates and send invoices.", name=appointed.name),
        Role.APPROVER: to.t("{name} can now send invoices, and approve those that others submit.", name=appointed.name),
        Role.ADMIN: to.t("{name} is now an admin.", name=appointed.name),
    }
    return sentences[appointed.role]


def _billed_as(to: Reader, service: BilledService) -> str:
    if not service.billable:
        return to.t("Not billable")
    return service.article or _no_article(to)


def _no_article(to: Reader) -> str:
    return to.t("No article: the hourly rate")


def _project(project: Target) -> str:
    return f"{project.customer} › {project.project}"


def _appointed(to: Reader, now: WorkspacePreferences) -> str:
    listed = {role: ", ".join(_holder(to, each) for each in now.having(role)) for role in BILLING}
    lines = [to.t("Admins: {names}", names=listed[Role.ADMIN])]
    if listed[Role.BILLER]:
        lines.append(to.t("Billers: {names}", names=listed[Role.BILLER]))
    if listed[Role.APPROVER]:
        lines.append(to.t("Approvers: {names}", names=listed[Role.APPROVER]))
    if any(each.has_left for each in now.holders):
        lines.append(
            to.t(
                "Who left Slack can do nothing any more: appoint somebody else here. Who returns has their role again."
            )
        )
    return "\n".join(lines)


def _holder(to: Reader, each: Holder) -> str:
    return "⚠️ " + to.t("{name} (left Slack)", name=each.name) if each.has_left else each.name


def _role(to: Reader, role: Role) -> str:
    return {
        Role.MEMBER: to.t("Member: their own time"),
        Role.BILLER: to.t("Biller: rates and invoices, too"),
        Role.APPROVER: to.t("Approver: approves invoices, too"),
        Role.ADMIN: to.t("Admin: Billomat and these settings, too"),
    }[role]
