"""How each language says what can be done: the English here, any other language in its catalogue.

Words stand between commas, the first is the one to show; examples stand between bars. Help, hints and the README's
table come from these terms, and so does what is understood: words count in whatever language they are in.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.languages import Term


@dataclass(frozen=True, slots=True)
class Wording:
    """A subcommand in one language. The first word is the one to show; every example parses."""

    words: tuple[str, ...]
    summary: str
    usage: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A subcommand: its canonical name, and the terms of its wording."""

    name: str
    words: Term
    summary: Term
    usage: Term
    examples: Term

    def wording(self, language: str) -> Wording:
        """What a person who reads this language is shown."""
        return Wording(
            words_of(self.words, language),
            self.summary.said(language),
            self.usage.said(language),
            patterns_of(self.examples, language),
        )


def words_of(term: Term, language: str) -> tuple[str, ...]:
    """The words of a term in one language."""
    return tuple(word.strip() for word in term.said(language).split(","))


def patterns_of(term: Term, language: str) -> tuple[str, ...]:
    """The patterns or examples of a term in one language."""
    return tuple(pattern.strip() for pattern in term.said(language).split(" | "))


SUBCOMMANDS: tuple[Subcommand, ...] = (
    Subcommand(
        "start",
        Term("command words", "start"),
        Term("command summary", "Start a timer, now or at a past time."),
        Term("command usage", "start [customer project service] [#tag] [since 9:15 | 20m ago] [--nb] [: note]"),
        Term("command examples", "start acme website | start acme since 9:15 #call: kick-off | start web 20m ago --nb"),
    ),
    Subcommand(
        "stop",
        Term("command words", "stop"),
        Term("command summary", "Stop the timer, now or at a past time."),
        Term("command usage", "stop [17:30 | 20m ago] [: note]"),
        Term("command examples", "stop | stop 17:30 | stop 20m ago: draft sent"),
    ),
    Subcommand(
        "pause",
        Term("command words", "pause, break, lunch"),
        Term("command summary", "Stop the timer for a break; continue goes on."),
        Term("command usage", "pause [since 12:30 | 20m ago]"),
        Term("command examples", "pause | lunch since 12:30"),
    ),
    Subcommand(
        "switch",
        Term("command words", "switch"),
        Term("command summary", "Stop what runs and go on with something else."),
        Term("command usage", "switch [customer project service] [#tag] [at 9:15 | 20m ago] [: note]"),
        Term("command examples", "switch acme website | switch: review | switch globex at 14:15"),
    ),
    Subcommand(
        "continue",
        Term("command words", "continue, resume"),
        Term("command summary", "Go on with your last entry, or with the last one that fits."),
        Term("command usage", "continue [customer project service] [since 9:15 | 20m ago]"),
        Term("command examples", "continue | continue acme | continue 20m ago"),
    ),
    Subcommand(
        "log",
        Term("command words", "log"),
        Term("command summary", "Record work that is done."),
        Term(
            "command usage",
            "log <1h30 | 9-12 13-17 | 9-17 -30m> <customer project service> [#tag] [yesterday | mon] [--private] "
            "[: note]",
        ),
        Term("command examples", "log 1h30 acme website | log 9-10:30 acme yesterday: review | log 9-17 -30m acme mon"),
    ),
    Subcommand(
        "expense",
        Term("command words", "expense, expenses, spent"),
        Term("command summary", "Record an expense or a lump sum, to be billed like time."),
        Term(
            "command usage",
            "expense <49.90 | €49.90> [net | gross | pass-through] [19%] <customer project> [yesterday | 10.03.] "
            "[receipt 4711] [--nb] [: what for]",
        ),
        Term(
            "command examples",
            "expense 49.90 acme website: train ticket | expense €1,234.50 net acme yesterday: licences | "
            "expense 107 7% acme receipt 4711: books",
        ),
    ),
    Subcommand(
        "status",
        Term("command words", "status"),
        Term("command summary", "Show what is running."),
        Term("command usage", "status"),
        Term("command examples", "status"),
    ),
    Subcommand(
        "list",
        Term("command words", "list"),
        Term("command summary", "Show your entries: of a day, a week or a month, of a customer, with a tag."),
        Term(
            "command usage",
            "list [yesterday | week | march 2026 | last 7 days | since monday] [customer project service] [#tag] "
            "[not billed] [: text in the note]",
        ),
        Term("command examples", "list | list yesterday | list acme last week | list march not billed #call"),
    ),
    Subcommand(
        "report",
        Term("command words", "report, reports"),
        Term("command summary", "Add up time by customer, project, service, person, tag, day, week or month."),
        Term(
            "command usage",
            "report [last month | q3 2025 | kw 50 | since 3 march] [customer project service person] [#tag] "
            "[billable | not billed] [team] [by customer and week] [: text in the note]",
        ),
        Term("command examples", "report | report acme october by service | report team q3 not billed by week"),
    ),
    Subcommand(
        "edit",
        Term("command words", "edit"),
        Term("command summary", "Correct an entry: the running or last one, or the one of that time."),
        Term("command usage", "edit [yesterday] [9:15]"),
        Term("command examples", "edit | edit 9:15 | edit yesterday"),
    ),
    Subcommand(
        "split",
        Term("command words", "split"),
        Term("command summary", "Make two entries of one."),
        Term("command usage", "split [yesterday] [10:30]"),
        Term("command examples", "split 10:30 | split yesterday"),
    ),
    Subcommand(
        "delete",
        Term("command words", "delete"),
        Term("command summary", "Delete an entry: the running or last one, or the one of that time."),
        Term("command usage", "delete [yesterday] [9:15]"),
        Term("command examples", "delete | delete 9:15 | delete yesterday"),
    ),
    Subcommand(
        "undo",
        Term("command words", "undo"),
        Term("command summary", "Take back your last change, for 15 minutes."),
        Term("command usage", "undo"),
        Term("command examples", "undo"),
    ),
    Subcommand(
        "tag",
        Term("command words", "tag"),
        Term("command summary", "Tag an entry, or take a tag away."),
        Term("command usage", "tag #tag [-#tag] [yesterday] [9:15]"),
        Term("command examples", "tag #call | tag #review -#call | tag #call yesterday 9:15"),
    ),
    Subcommand(
        "note",
        Term("command words", "note"),
        Term("command summary", "Add a line to the note."),
        Term("command usage", "note [[yesterday] 9:15:] text"),
        Term("command examples", "note kick-off with Ada | note 9:15: kick-off | note yesterday 9:15: kick-off"),
    ),
    Subcommand(
        "gaps",
        Term("command words", "gaps"),
        Term("command summary", "Show the times of a day that nothing was tracked for."),
        Term("command usage", "gaps [yesterday]"),
        Term("command examples", "gaps | gaps yesterday"),
    ),
    Subcommand(
        "link",
        Term("command words", "link"),
        Term("command summary", "Link this channel to a project, so that start needs no name here."),
        Term("command usage", "link [customer/project]"),
        Term("command examples", "link acme/website | link"),
    ),
    Subcommand(
        "connect",
        Term("command words", "connect"),
        Term("command summary", "Connect Billomat."),
        Term("command usage", "connect [billomatID]"),
        Term("command examples", "connect | connect acme"),
    ),
    Subcommand(
        "invoice",
        Term("command words", "invoice, invoices"),
        Term("command summary", "Put unbilled work together as an invoice draft."),
        Term("command usage", "invoice [customer | all] [days] [filters]"),
        Term("command examples", "invoice acme | invoice acme october | invoice acme website last week #call"),
    ),
    Subcommand(
        "settings",
        Term("command words", "settings"),
        Term("command summary", "Change your settings."),
        Term("command usage", "settings"),
        Term("command examples", "settings"),
    ),
    Subcommand(
        "new",
        Term("command words", "new"),
        Term("command summary", "Create a customer, project or service."),
        Term("command usage", "new [name]"),
        Term("command examples", "new | new relaunch"),
    ),
    Subcommand(
        "catalog",
        Term("command words", "catalog, catalogue, customers"),
        Term("command summary", "Look through customers, projects and services; rename, archive or merge them."),
        Term("command usage", "catalog [name]"),
        Term("command examples", "catalog | catalog acme"),
    ),
    Subcommand(
        "help",
        Term("command words", "help, ?"),
        Term("command summary", "Explain the commands."),
        Term("command usage", "help [command]"),
        Term("command examples", "help | help log"),
    ),
)
BY_NAME = {known.name: known for known in SUBCOMMANDS}


class Purpose(StrEnum):
    """What somebody wants to do who looks for a command."""

    TIME = "time"
    CORRECTING = "correcting"
    REPORTS = "reports"
    INVOICES = "invoices"
    CATALOG = "catalog"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """The commands for one purpose, by name; the commonest first."""

    purpose: Purpose
    title: Term
    commands: tuple[str, ...]

    @property
    def subcommands(self) -> tuple[Subcommand, ...]:
        """Its subcommands, in the order in which they are shown."""
        return tuple(BY_NAME[command] for command in self.commands)


GROUPS: tuple[CommandGroup, ...] = (
    CommandGroup(
        Purpose.TIME,
        Term("command group", "Track time and expenses"),
        ("start", "stop", "log", "pause", "continue", "switch", "status", "expense"),
    ),
    CommandGroup(
        Purpose.CORRECTING,
        Term("command group", "Correct and complete"),
        ("edit", "undo", "delete", "split", "note", "tag", "gaps"),
    ),
    CommandGroup(Purpose.REPORTS, Term("command group", "Lists and reports"), ("list", "report")),
    CommandGroup(Purpose.INVOICES, Term("command group", "Invoices in Billomat"), ("invoice", "connect")),
    CommandGroup(Purpose.CATALOG, Term("command group", "Customers and projects"), ("new", "catalog", "link")),
    CommandGroup(Purpose.SETTINGS, Term("command group", "Settings and help"), ("settings", "help")),
)
"""All subcommands in the order of help and of the README, the commonest first."""
