"""The catalogue: a page of customers, projects or services, one of them, and what it can be merged into."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.catalog.creation import LONGEST_NAME
from bot.catalog.listing import KINDS, PAGE, CatalogItem, CatalogPage, CatalogSearch
from bot.catalog.upkeep import Merged, Renamed
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    View,
    actions,
    button,
    confirmation,
    context,
    cut,
    external_select,
    field,
    modal,
    option,
    section,
    static_select,
    text_input,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.pages import turning
from bot.slack.untrusted import reading
from storage.catalog import Kind
from storage.listing import CatalogRecord

OPEN = "catalog_open"
"""Opens the catalogue, from the Home and the settings."""
CATALOG = "catalog"
"""The window; submitting it searches."""
KIND = "catalog_kind"
SHOWN = "catalog_shown"
SEARCH = "catalog_search"
TURN = "catalog_turn"
"""The action_ids end in a word, because they must differ."""
RECORD = "catalog_record"
RENAMED = "catalog_renamed"
ARCHIVE = "catalog_archive"
TAKE_BACK = "catalog_take_back"
DELETE = "catalog_delete"
MERGE = "catalog_merge"
MERGED = "catalog_merged"
INTO = "catalog_into"
NEW = "catalog_new"
IN_USE = "in use"
ARCHIVED = "archived"
_LONGEST_SHOWN = 300


class Money(NamedTuple):
    """What is open on a thing, as money; nothing for those who do not bill."""

    amount: str = ""
    beside: Sequence[str] = ()
    """What of it is no time, as it is called."""


Worth = Callable[[int], Money]
"""By the id of the thing."""


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """What the window of one thing keeps: which it is, how it was called, and the page below."""

    kind: Kind
    row_id: RowId
    name: str
    sought: CatalogSearch


SOUGHT = Metadata(CatalogSearch)
KEPT = Metadata(KeptRecord)


def open_button(to: Reader) -> Element:
    """Opens the catalogue, from wherever it stands."""
    return button(to.t("Customers and projects …"), OPEN)


def page(to: Reader, shown: CatalogPage, worth: Worth) -> View:
    """What was found, a page of it, with the ways to look for something else."""
    sought = shown.sought
    kinds = {kind: option(text, kind) for kind, text in _kinds(to).items()}
    states = {False: option(to.t("In use"), IN_USE), True: option(to.t("Archived"), ARCHIVED)}
    blocks = [
        actions(
            static_select(KIND, [*kinds.values()], initial=kinds[sought.kind]),
            static_select(SHOWN, [*states.values()], initial=states[sought.archived]),
            *([button(to.t("Create …"), NEW)] if shown.may_create else []),
            block_id="catalog",
        ),
        field(
            to.t("Search"),
            text_input(SEARCH, initial=sought.text, most=LONGEST_NAME),
            block_id="search",
            optional=True,
            dispatch=True,
            hint=to.t("A part of the name or the customer number; press Enter"),
        ),
        *(_line(to, each, worth) for each in shown.listed),
        *_pages(to, shown),
    ]
    return modal(
        "catalog", to.t("Catalogue"), blocks, submit=to.t("Search"), close=to.t("Close"), metadata=SOUGHT.pack(sought)
    )


def _kinds(to: Reader) -> dict[Kind, str]:
    return {"customer": to.t("Customers"), "project": to.t("Projects"), "service": to.t("Services")}


def _line(to: Reader, each: CatalogItem, worth: Worth) -> Block:
    text = f"{_name(each.record)}\n{' · '.join(_facts(to, each, worth))}"
    return section(
        text, button(to.t("Open …"), RECORD, f"{each.kind}:{each.record.id}"), block_id=f"row:{each.record.id}"
    )


def _name(record: CatalogRecord) -> str:
    return cut(f"{record.label} ({record.number})" if record.number else record.label, _LONGEST_SHOWN)


def _facts(to: Reader, each: CatalogItem, worth: Worth) -> list[str]:
    record = each.record
    facts = [
        to.t("archived in Billomat") if record.archived and record.from_billomat else "",
        to.t("became part of {what}", what=record.into) if record.into else "",
        to.n("{count} project", "{count} projects", each.projects) if each.projects else "",
        to.t("billed as {article}", article=record.article) if record.article else "",
        _open(to, each, worth),
        _timers(to, each.open.timers),
        _origin(to, each),
    ]
    return [fact for fact in facts if fact]


def _open(to: Reader, each: CatalogItem, worth: Worth) -> str:
    money, length = worth(each.record.id), to.total(each.open.seconds)
    if money.beside:
        length = to.listed([*([length] if each.open.seconds else []), *money.beside])
    elif not each.open.seconds:
        return to.t("nothing open")
    if not money.amount:
        return to.t("{length} open", length=length)
    return to.t("{length} open, {amount}", length=length, amount=money.amount)


def _timers(to: Reader, timers: Sequence[str]) -> str:
    return to.t("timer of {people} is running", people=", ".join(timers)) if timers else ""


def _origin(to: Reader, each: CatalogItem) -> str:
    if each.record.from_billomat:
        return to.t("from Billomat")
    if each.maker is None:
        return to.t("made in Slack")
    day = to.full_date(to.local(each.maker.at).date())
    return to.t("made by {name} on {day}", name=each.maker.name, day=day)


def _pages(to: Reader, shown: CatalogPage) -> list[Block]:
    if not shown.total:
        return [section(to.t("Nothing is called so here."))]
    begins = shown.sought.page * PAGE
    said = to.t(
        "{first}–{last} of {total}",
        first=to.number(begins + 1),
        last=to.number(begins + len(shown.listed)),
        total=to.number(shown.total),
    )
    turns = turning(to, TURN, shown.sought.page, is_first=shown.sought.page == 0, is_last=shown.is_last)
    return [context(said), *([actions(*turns, block_id="turning")] if turns else [])]


def record(
    to: Reader,
    each: CatalogItem,
    sought: CatalogSearch,
    worth: Worth,
    *,
    said: str = "",
    known: str = "",
    more: Sequence[Element] = (),
) -> View:
    """One thing, and what the person may do with it; `said` is what was done a moment ago.

    What is `known` of it besides, and `more` buttons, are of subjects that the catalogue knows nothing of.
    """
    kept = KEPT.pack(KeptRecord(each.kind, each.record.id, each.record.name, sought))
    name = to.t("Name")
    may_rename = each.may_rename and not each.record.archived and not each.record.from_billomat
    blocks: list[Block] = [
        *([section(f"✅ {said}")] if said else []),
        section(f"{_name(each.record)}\n{' · '.join(_facts(to, each, worth))}"),
        *([section(known)] if known else []),
        *([section(explained)] if (explained := _explained(to, each)) else []),
    ]
    if may_rename:
        # Another block_id after each change, or Slack would keep what was typed before.
        typed = text_input("name", initial=each.record.name, most=LONGEST_NAME)
        blocks.append(field(name, typed, block_id=f"name:{len(said)}:{each.record.name}"[:200]))
    if more:
        blocks.append(actions(*more, block_id="more"))
    if buttons := _buttons(to, each):
        blocks.append(actions(*buttons, block_id="keeping"))
    submit = to.t("Save") if may_rename else None
    return modal(RENAMED, _title(to, each.kind), blocks, submit=submit, close=to.t("Back"), metadata=kept)


def _title(to: Reader, kind: Kind) -> str:
    return to.thing(kind)


def _explained(to: Reader, each: CatalogItem) -> str:
    """What can not be done here, and the way out."""
    it = each.record
    if it.into:
        return to.t("It became part of {into}. What was billed before keeps this name.", into=it.into)
    if it.from_billomat and it.archived:
        return to.t(
            "{name} is archived in Billomat. What is open can still be billed with /track invoice; if Billomat refuses "
            "the draft, take the customer out of the archive there and import again with /track connect.",
            name=it.name,
        )
    if it.from_billomat:
        return to.t(
            "{name} comes from Billomat: rename or archive it there, then import again with /track connect. Its "
            "projects are yours to rename, archive and merge.",
            name=it.name,
        )
    if it.by_customer:
        return to.t("Its customer is archived.")
    if it.archived:
        return to.t("It is archived: it is not offered any more. What is open can still be billed.")
    return ""


def _buttons(to: Reader, each: CatalogItem) -> list[Element]:
    it = each.record
    if it.from_billomat or it.into or it.by_customer:
        return []
    keeping = []
    if each.may_keep and it.archived:
        keeping.append(button(to.t("Take back into use"), TAKE_BACK))
    if each.may_keep and not it.archived:
        keeping += [button(to.t("Archive"), ARCHIVE, confirm=_archiving(to)), button(to.t("Merge …"), MERGE)]
    if each.may_rename:
        keeping.append(button(to.t("Delete"), DELETE, style="danger", confirm=_deleting(to)))
    return keeping


def _archiving(to: Reader) -> dict[str, object]:
    text = to.t("It is not offered any more. What is open can still be billed.")
    return confirmation(to.t("Archive this?"), text, to.t("Archive"), to.t("Cancel"))


def _deleting(to: Reader) -> dict[str, object]:
    text = to.t("That goes only while no time was booked on it. It cannot be undone.")
    return confirmation(to.t("Delete this?"), text, to.t("Delete"), to.t("Cancel"))


def merge_form(to: Reader, kept: KeptRecord, each: CatalogItem) -> View:
    """Into which other one it is merged, and what that means."""
    what = {
        "customer": to.t("Its projects, open time, open expenses and channels move; open drafts of it are discarded."),
        "project": to.t("Its open time, open expenses and channels move."),
        "service": to.t("Its open time moves, and its article if the other one has none."),
    }[each.kind]
    blocks = [
        section(
            to.t(
                "“{name}” becomes part of the one that you choose. {what} What was billed keeps its name. "
                "This cannot be undone.",
                name=each.record.label,
                what=what,
            )
        ),
        field(to.t("Merge into"), external_select(INTO, to.t("Search")), block_id="into"),
    ]
    return modal(
        MERGED, _title(to, each.kind), blocks, submit=to.t("Merge"), close=to.t("Back"), metadata=KEPT.pack(kept)
    )


def renamed(to: Reader, done: Renamed) -> str:
    """What was done, in a sentence."""
    return to.t("{before} is called {now} now.", before=done.before, now=done.now.record.name)


def archived(to: Reader, now: CatalogItem) -> str:
    """As `renamed`, with what is open."""
    text = to.t("{name} is archived.", name=now.record.label)
    if now.open.timers:
        people = ", ".join(now.open.timers)
        text += " " + to.t("A timer goes on running on it: {people}.", people=people)
    return text


def taken_back(to: Reader, now: CatalogItem) -> str:
    """As `renamed`."""
    return to.t("{name} is in use again.", name=now.record.label)


@reading()
def read_kind(chosen: str) -> Kind:
    """Customers, projects or services. Raises UserError for anything else."""
    return KINDS[KINDS.index(chosen)]


def record_option(each: CatalogRecord) -> dict[str, object]:
    """One line of the menu into which something is merged."""
    return option(_name(each), str(each.id))


def merged(to: Reader, kind: Kind, done: Merged) -> View:
    """Two things are one."""
    text = to.t("✅ {ours} is now part of {theirs}.", ours=done.ours.label, theirs=done.theirs.label)
    blocks = [section(with_moved(to, text, done.entries))]
    return modal("catalog_done", _title(to, kind), blocks, close=to.t("Back"))


def with_moved(to: Reader, text: str, entries: int) -> str:
    """A sentence on what became one, with how much time moved by that, where any did."""
    if not entries:
        return text
    return f"{text} " + to.n("{count} time entry moved.", "{count} time entries moved.", entries)


def deleted(to: Reader, kind: Kind, gone: CatalogRecord) -> View:
    """It is no more."""
    text = to.t("✅ {name} is deleted.", name=gone.label)
    return modal("catalog_done", _title(to, kind), [section(text)], close=to.t("Back"))
