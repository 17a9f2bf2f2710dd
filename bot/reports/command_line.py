"""`trackomat report`: the words of `/track report` for people who script.

Whoever has the machine has the database, so they see what those see who bill.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from bot.catalog.rules.spelling import words as words_in
from bot.catalog.understanding import understand
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.roles import Role
from bot.core.texts import Reader
from bot.grammar import values as grammar
from bot.grammar.refusals import NotUnderstood
from bot.people import callers as people
from bot.reports import exports, report
from bot.reports.rules import csv
from bot.reports.views import terminal as views
from bot.slack.untrusted import MOST_ID
from bot.tracking import filtering
from bot.tracking.rules.filters import ReportQuery
from storage import people as people_rows
from storage.people import KnownPerson

COMMAND = "report"
NOBODY = MOST_ID
"""The id of whoever asks where nobody was named: their own time is nobody's."""
ALL_ROWS = 1_000_000


class Shape(Enum):
    """What is printed."""

    TABLE = auto()
    JSON = auto()
    CSV = auto()
    """The entries themselves, in the form for programs."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What is printed, piece by piece, and what has to be said beside it."""

    pieces: Iterator[str]
    beside: str = ""


class Refused(Exception):
    """It was not understood; the sentences say why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed on the command line."""

    words: str
    shape: Shape = Shape.TABLE
    person: str = ""
    workspace: str = ""
    language: str = ""
    """As it was asked for; else the person's."""
    locale: str = ""
    """The machine's, where no person was named."""
    width: int | None = None
    """Of the terminal; None: there is none."""


def locale_of(environment: Mapping[str, str]) -> str:
    """The machine's locale as Slack names it: de-DE out of de_DE.UTF-8."""
    named = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return named.partition(".")[0].partition("@")[0].replace("_", "-")


def answer(bot: Bot, asked: Asked) -> Answered:
    """What is printed. Raises Refused, and that before the first piece."""
    to = Reader.for_locale(locale=asked.locale, language=asked.language or None, zone="UTC")
    try:
        caller = _caller(bot, asked)
        to = caller.reader
        typed = _understood(bot, caller, asked)
        query = _query(bot, caller, typed)
        beside = views.no_grouping(to, query.by) if typed.by and asked.shape is Shape.CSV else ""
        return Answered(_printed(bot, caller, query, asked), beside)
    except NotUnderstood as error:
        raise Refused(views.not_understood(to, error, f"trackomat {COMMAND}")) from error
    except UserError as error:
        raise Refused(views.on_screen_lines([error.sentence(to)])) from error


def _printed(bot: Bot, caller: Caller, query: ReportQuery, asked: Asked) -> Iterator[str]:
    if asked.shape is Shape.CSV:
        return exports.csv_lines(bot, caller, query.filter, csv.FIXED)
    found = report.read_report(bot, caller, query, most=ALL_ROWS)
    if asked.shape is Shape.JSON:
        return iter([views.as_json(found), "\n"])
    near = [] if found.totals.entries else filtering.near(bot, caller, found.query.filter)
    return (f"{line}\n" for line in views.table(caller.reader, found, near, width=asked.width))


def _understood(bot: Bot, caller: Caller, asked: Asked) -> grammar.Report:
    typed = understand(bot, caller, f"{COMMAND} {asked.words}".strip())
    if not isinstance(typed, grammar.Report):
        raise UserError("These are no words of a report: {words}", words=asked.words)
    return typed


def _query(bot: Bot, caller: Caller, typed: grammar.Report) -> ReportQuery:
    query = report.asked_for(bot, caller, typed)
    if NOBODY in query.filter.people:
        raise UserError(
            "Whose time? Name somebody with --person, or add “team” to the words. There are: {people}",
            people=", ".join(each.name for each in _members(bot, caller.workspace_id)),
        )
    return query


def _caller(bot: Bot, asked: Asked) -> Caller:
    """Whoever was named, or the only one there is; else somebody of the workspace's zone who has no time."""
    members = _members(bot, _workspace(bot, asked))
    if not members:
        raise UserError("Nobody uses Trackomat in this workspace yet.")
    if asked.person:
        who = _named(members, asked.person)
    elif len(members) == 1:
        (who,) = members
    else:
        who = members[0]._replace(person_id=NOBODY, locale=asked.locale, language=None)
    language = asked.language or who.language
    return people.acting(who._replace(role=Role.BILLER, is_guest=False, language=language), now=bot.now())


def _workspace(bot: Bot, asked: Asked) -> int:
    with bot.database.read() as db:
        known = people_rows.workspaces_by_team(db)
    if asked.workspace:
        if asked.workspace not in known:
            raise UserError(
                "There is no workspace {name} here. There are: {known}", name=asked.workspace, known=", ".join(known)
            )
        return known[asked.workspace]
    if len(known) > 1:
        raise UserError("Which workspace? Name one with --workspace: {known}", known=", ".join(known))
    if not known:
        raise UserError("Nobody uses Trackomat here yet.")
    return next(iter(known.values()))


def _members(bot: Bot, workspace_id: int) -> list[KnownPerson]:
    with bot.database.read() as db:
        return people_rows.people_of(db, workspace_id)


def _named(members: list[KnownPerson], name: str) -> KnownPerson:
    """The person of this name, of a part of it that nobody else has, or with this id of Slack's."""
    typed = words_in(name)
    whole = [each for each in members if each.slack_id == name or words_in(each.name) == typed]
    found = whole or [each for each in members if typed and _begins(words_in(each.name), typed)]
    if len(found) == 1:
        return found[0]
    named = ", ".join(each.name for each in found or members)
    if found:
        raise UserError("“{name}” may be several people: {people}", name=name, people=named)
    raise UserError("Nobody here is called “{name}”. There are: {people}", name=name, people=named)


def _begins(of_name: tuple[str, ...], typed: tuple[str, ...]) -> bool:
    return all(any(word.startswith(each) for word in of_name) for each in typed)
