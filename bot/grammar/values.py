"""What a typed text can mean: one value for each kind of command."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

LONGEST_TEXT = 3_000  # characters; Slack lets a person paste much more
LONGEST_WORK = 24 * 3_600  # seconds
USUAL_DAY = 8 * 3_600  # seconds of a working day or a person-day, where a workspace says nothing else
MOST_TAGS = 10
MOST_GROUPS = 2  # by which a report puts time together
LONGEST_SOUGHT = 100  # characters that are looked for in notes


@dataclass(frozen=True, slots=True)
class Untimed:
    """Work that was described without saying how long it took. With that it would be a Log."""

    words: tuple[str, ...]
    note: str
    day: date
    tags: tuple[str, ...]
    billable: bool | None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Duration:
    """Work of so many seconds on a local day; where in the day was not said."""

    seconds: int
    day: date


@dataclass(frozen=True, slots=True)
class Span:
    """Work from `start` until before `end`, aware UTC, never in the future and at most 24 hours."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Which:
    """Which entry is meant: the one at `at` (aware UTC), one of the local `day`, otherwise the running or last one."""

    day: date | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Start a timer now, or at a past instant (aware UTC). A quoted phrase is one word.

    Tags are casefolded and without "#"; `billable` is None where project and service decide. A `private` note is kept
    from the customer. `unexplained` words stand among the others, but look like numbers or flags: they mean something
    else unless a name has them.
    """

    words: tuple[str, ...]
    note: str
    at: datetime | None
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    private: bool = False
    unexplained: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the timer now, or at a past instant (aware UTC). No note typed is None, an emptied one is ""."""

    at: datetime | None
    note: str | None
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop the timer for a break, now or since a past instant (aware UTC); Continue goes on with it."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Switch:
    """Stop what runs and go on with something else in the same second; without words on the same project."""

    words: tuple[str, ...]
    note: str
    at: datetime | None
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    private: bool = False
    unexplained: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Continue:
    """Start the last entry again, or the newest of the last seven days that fits the words."""

    words: tuple[str, ...]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Log:
    """Record work that is done: one or several stretches. A quoted phrase is one word.

    The stretches stand in the order of time and share none; breaks are already taken out of them. `year_typed` is False
    where the day was a date without its year, which is then the last such day; that is how it was said, so it does not
    tell two logs apart.
    """

    words: tuple[str, ...]
    note: str
    worked: tuple[Duration | Span, ...]
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    private: bool = False
    year_typed: bool = field(default=True, compare=False)
    unexplained: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Expense:
    """Record a lump sum or what was paid for a customer, on a local day. Without an amount its form is meant.

    `gross` is whether the amount is with VAT, None where nothing was said of it; `vat` is in hundredths of a percent.
    A currency is its code, "" where none was named.
    """

    words: tuple[str, ...]
    note: str
    cents: int | None
    day: date
    gross: bool | None = None
    vat: int | None = None
    currency: str = ""
    receipt: str = ""
    billable: bool | None = None
    private: bool = False
    unexplained: tuple[str, ...] = field(default=(), compare=False)
    pass_through: bool = False
    """It was paid in the customer's name and for their account."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Correct an entry."""

    which: Which


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete an entry."""

    which: Which


@dataclass(frozen=True, slots=True)
class Split:
    """Make two entries of one. Where `at` is known, `which` is the entry that covers it."""

    at: datetime | None
    which: Which


@dataclass(frozen=True, slots=True)
class Tag:
    """Add tags to an entry and take others from it; at least one."""

    add: tuple[str, ...]
    remove: tuple[str, ...]
    which: Which


@dataclass(frozen=True, slots=True)
class Note:
    """Add a line to the note of an entry, and say whether it is kept from customers, and whether the work is billable.

    An empty text of which nothing is said takes the note away.
    """

    text: str
    which: Which
    private: bool = False
    billable: bool | None = None

    @property
    def takes_away(self) -> bool:
        """Whether the entry loses its note."""
        return not self.text and not self.private and self.billable is None


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last own change."""


@dataclass(frozen=True, slots=True)
class Status:
    """Tell what is running."""


UnitName = Literal["day", "week", "month", "quarter", "year"]
GroupName = Literal["customer", "project", "service", "person", "tag", "day", "week", "month"]
NameKind = Literal["customer", "project", "service", "person"]


@dataclass(frozen=True, slots=True)
class TypedFilter:
    """Which time is meant, as far as the words alone say it; who knows the names makes a filter of it.

    Days are whole and local, both inclusive, none in the future. `unit` says what the span is one of: this month is
    "month", though it ends today. Nothing said of the days leaves them None; `all_days` was said. "Until Friday" has a
    last day alone.
    """

    first: date | None = None
    last: date | None = None
    unit: UnitName | None = None
    all_days: bool = False
    words: tuple[str, ...] = ()
    """Names of customers, projects, services and people, in the order typed; a comma or "and" between two stands as
    ",", and "&" as it is, for names have it too. A quoted phrase is one word."""
    named: tuple[tuple[NameKind, tuple[str, ...]], ...] = ()
    """Names of which was said what they are: "service design", "kunde acme"."""
    tags: tuple[str, ...] = ()
    billable: bool | None = None
    billed: bool | None = None
    text: str = ""
    everybody: bool | None = None
    """True: the team's time was asked for; False: the own; None: not said."""
    typed: str = field(default="", compare=False)
    """All of the text: what is asked about a name is answered by the text with that name said anew."""


@dataclass(frozen=True, slots=True)
class List:
    """Show entries; nothing said of the days is today."""

    filter: TypedFilter = TypedFilter()


@dataclass(frozen=True, slots=True)
class Report:
    """Add time up, by nothing, one or two things; None where nothing was said of that."""

    filter: TypedFilter
    by: tuple[GroupName, ...] | None = None


@dataclass(frozen=True, slots=True)
class Gaps:
    """Show the untracked spans of a local day."""

    day: date


@dataclass(frozen=True, slots=True)
class Link:
    """Connect the channel to a project; without words show what it is connected to."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Invoice:
    """Open the form that puts unbilled time together as an invoice: of whom, which days, which part of the work."""

    filter: TypedFilter = TypedFilter()


@dataclass(frozen=True, slots=True)
class InvoiceRun:
    """Open the list of all customers who can be billed for some days, to write their invoices one after the other."""

    filter: TypedFilter = TypedFilter()


FormName = Literal["track", "connect", "settings", "new", "catalog"]


@dataclass(frozen=True, slots=True)
class Form:
    """Open a modal, prefilled with the words; "track", the form for time, is opened by an empty text."""

    name: FormName
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Help:
    """Explain one subcommand (its canonical name), or all of them."""

    topic: str | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """No subcommand is spelled `word`; `nearest` is the canonical name of the one spelled most alike."""

    word: str
    nearest: str | None


Command = (
    Start
    | Stop
    | Pause
    | Switch
    | Continue
    | Log
    | Expense
    | Edit
    | Delete
    | Split
    | Tag
    | Note
    | Undo
    | Status
    | List
    | Report
    | Gaps
    | Invoice
    | InvoiceRun
    | Link
    | Form
    | Help
    | Unknown
)
