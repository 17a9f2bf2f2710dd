"""How an invoice is worded, and what entries fill in for the variables of its texts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.billing.descriptions import quoted
from bot.billing.rules.entries import Entries, UnbilledEntry
from bot.billing.rules.initials import initials
from bot.billing.rules.layout import USUAL_LAYOUT, Layout
from bot.billing.rules.lines import Line
from bot.billing.rules.templates import Variable, printed, variables_of
from bot.billing.rules.texts import BILLOMATS_TEXTS, Texts
from bot.billing.rules.units import hour_unit
from bot.billomat.client import without_emoji
from bot.core.alphabet import sort_key
from bot.core.texts import Reader

LONGEST_TITLE = 200
"""What the field takes in which people change it."""
LONGEST_TEXT = 5000
"""Of what stands above and below the lines, filled in. How much Billomat keeps is not documented."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How an invoice is worded: by which layout, in weeks that begin on which day, with what unit and which texts.

    `units` are what the account calls its units.
    """

    layout: Layout = USUAL_LAYOUT
    week_start: int = 0
    units: Sequence[str] = ()
    texts: Texts = BILLOMATS_TEXTS

    def sent(self, text: str) -> str:
        """A text with what stands in square brackets for Billomat, or for the customer to read."""
        return printed(text) if self.texts.as_written else text

    @property
    def needs_details(self) -> bool:
        """Whether lines cannot be made, or not be worded, without the details of entries."""
        layout, texts = self.layout, self.texts
        of_lines = variables_of(layout.title + layout.description)
        of_all = variables_of("".join(filter(None, (texts.heading, texts.intro, texts.note, texts.closing))))
        said = {Variable.DAYS, Variable.TAGS} & {*of_lines} | {Variable.TAGS} & {*of_all}
        return bool(said) or layout.times or layout.grouping(self.week_start).has_details


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the lines of one invoice."""

    to: Reader
    by: Writing
    unit: str
    initials: Mapping[int, str] = field(default_factory=dict)
    """Of everybody on the invoice, by our ids; empty where they are named in full."""

    @property
    def layout(self) -> Layout:
        """What makes a line, and what is said of the work."""
        return self.by.layout

    def people(self, entries: Entries) -> Sequence[str]:
        """Whoever worked, as the customer reads it."""
        people = entries.named("person").items()
        named = {who: self.initials.get(who) or quoted(name or "") for who, name in people}
        return [named[who] for who in entries.person_ids]


def writer_of(to: Reader, lines: Sequence[Line], writing: Writing) -> Writer:
    """Who writes these lines; with initials where the layout wants them."""
    named = lines if writing.layout.initials else ()
    people = {who: name or "" for line in named for who, name in line.entries.named("person").items()}
    return Writer(to, writing, hour_unit(writing.units, to.language) or to.t("hours"), initials(people))


def paragraphs_without_emoji(text: str) -> str:
    """A text of several lines as Billomat will have it."""
    return "\n".join(line.rstrip() for line in without_emoji(text).splitlines()).strip()


def tags_of(entry: UnbilledEntry) -> list[str]:
    """The tags of an entry, each once and by alphabet, as they were first written."""
    spelled = {tag.casefold(): tag for tag in reversed(entry.known.tags.split())}
    return sorted(spelled.values(), key=sort_key)


def filled_by_entries(by: Writer, entries: Entries, variable: Variable) -> str:
    """What entries fill in for a variable."""
    if variable is Variable.DAYS:
        return by.to.days(min(entries.days), max(entry.last_day for entry in entries))
    if variable is Variable.NOTES:
        return "; ".join(dict.fromkeys(filter(None, map(quoted, entries.notes))))
    if variable is Variable.PROJECT:
        return listed_names({*entries.column("project")})
    if variable is Variable.SERVICE:
        return listed_names({*entries.column("service")})
    if variable is Variable.PERSON:
        return listed_names({*by.people(entries)})
    if variable is Variable.TAGS:
        return listed_names({tag for entry in entries for tag in tags_of(entry)})
    return ""


def listed_names(names: Iterable[str | None]) -> str:
    """Different names by alphabet."""
    return ", ".join(sorted(filter(None, map(quoted, filter(None, names))), key=sort_key))
