"""What is different about an invoice since somebody saw it, line by line and entry by entry, with what it makes."""

from collections.abc import Iterator, Mapping, Sequence

from bot.billing.preview import Preview
from bot.billing.rules.missing_rates import TypedLate
from bot.billing.rules.rates import CENT
from bot.billing.rules.seen import EntryChanges, LineChange, SeenEntry
from bot.core.texts import Reader
from bot.slack.blocks import Block, cut, section

_ENTRIES_NAMED = 3
_CHANGES_NAMED = 10
_LONGEST_NOTE = 60
_LONGEST_NAME = 60
_NO_CENTS: Mapping[int, int] = {}


def changes_meanwhile(to: Reader, preview: Preview) -> list[Block]:
    """What others changed since the person looked at the invoice, in another part of it."""
    texts = [_typed_late(to, preview.typed_late)] if preview.typed_late else []
    if said := changes_said(to, preview.changes, preview.currency):
        texts.append("⚠️ " + "\n• ".join((to.t("Different since you saw them:"), *said)))
    blocks = [section("\n".join(texts))] if texts else []
    if preview.currency_before:
        text = to.t(
            "⚠️ {customer} is billed in {currency} by now, no longer in {before}. Rates, articles and expenses in "
            "{currency} hold; a rate that was typed for a line in {before} does not.",
            customer=preview.customer,
            currency=preview.currency,
            before=preview.currency_before,
        )
        blocks.insert(0, section(text))
    return blocks


def _typed_late(to: Reader, typed: Sequence[TypedLate]) -> str:
    """Rates that were typed in vain, so that nobody has to remember them."""
    text = to.t(
        "⚠️ What you typed is not taken: this work has a rate by now, or is not on the invoice any more. “Edit …” at a "
        "line changes its rate."
    )
    named = ((cut(" · ".join(each.names) or to.t("Work"), _LONGEST_NAME), each.typed) for each in typed)
    return "\n• ".join((text, *(f"{name}: {rate}" for name, rate in named)))


def changes_said(to: Reader, changes: Sequence[LineChange], currency: str) -> list[str]:
    """Some changes of lines, and how many more there are."""
    said = [each for change in changes for each in line_change(to, change, currency)]
    shown = said[:_CHANGES_NAMED]
    if (hidden := len(said) - len(shown)) > 0:
        shown.append(to.n("… and {count} more change", "… and {count} more changes", hidden))
    return shown


def line_change(to: Reader, change: LineChange, currency: str) -> list[str]:
    """What is different about a line since somebody saw it."""
    name = change.name
    apart = change.amounts[1] - change.amounts[0] if change.amounts else 0
    if change.is_gone:
        return [with_difference(to, to.t("{line} is no longer there", line=name), apart, currency)]
    if change.is_new and not change.is_time:
        return [with_difference(to, to.t("{line} is new", line=name), apart, currency)]
    if change.is_new:
        entries = entries_listed(to, change.entries.new, cents=change.entries.cents, currency=currency)
        return [to.t("{line} is new: {entries}", line=name, entries=entries)]
    said = [*_price(to, change, currency), *_entries(to, name, change.entries, currency)]
    if change.has_other_texts:
        said.append(to.t("{line}: another text, article, tax or rounding", line=name))
    if change.amounts and (change.entries.count != 1 or change.prices):
        before, after = (to.money(each, currency) for each in change.amounts)
        whole = to.t("{line}: {before} → {after}", line=name, before=before, after=after)
        said.append(with_difference(to, whole, apart, currency))
    return said


def _price(to: Reader, change: LineChange, currency: str) -> Iterator[str]:
    if not change.prices:
        return
    before, after = (to.t("none") if each is None else to.price(each, currency) for each in change.prices)
    if change.is_time:
        yield to.t("{line}: the hour costs {after}, before {before}", line=change.name, after=after, before=before)
    else:
        yield to.t("{line}: it costs {after}, before {before}", line=change.name, after=after, before=before)


def _entries(to: Reader, name: str, found: EntryChanges, currency: str) -> Iterator[str]:
    def listed(entries: Sequence[SeenEntry]) -> str:
        return entries_listed(to, entries, cents=found.cents, currency=currency)

    if found.new:
        yield to.t("{line}: new: {entries}", line=name, entries=listed(found.new))
    if found.gone:
        yield to.t("{line}: no longer there: {entries}", line=name, entries=listed(found.gone))
    longer = [pair for pair in found.changed if pair[0].seconds != pair[1].seconds and pair[0].day == pair[1].day]
    for was, entry in longer[:_ENTRIES_NAMED]:
        became = with_difference(to, _became(to, was, entry), found.cents.get(entry.entry_id, 0), currency)
        yield f"{name}: {became}"
    if others := [pair[1] for pair in found.changed if pair not in longer[:_ENTRIES_NAMED]]:
        yield to.t("{line}: different now: {entries}", line=name, entries=listed(others))


def _became(to: Reader, was: SeenEntry, entry: SeenEntry) -> str:
    """2:00 h on 12 Oct 2026 became 1:30 h · first pages."""
    said = to.t(
        "{before} h on {day} became {after} h",
        before=to.length(was.seconds),
        day=to.full_date(entry.day),
        after=to.length(entry.seconds),
    )
    return " · ".join(filter(None, (said, cut(" ".join(entry.note.split()), _LONGEST_NOTE))))


def with_difference(to: Reader, text: str, cents: int, currency: str) -> str:
    """A text with the difference that it makes, if it makes any: (−€47.50)."""
    return f"{text} ({'−' if cents < 0 else '+'}{to.money(abs(cents), currency)})" if cents else text


def entries_listed(
    to: Reader, entries: Sequence[SeenEntry], *, cents: Mapping[int, int] = _NO_CENTS, currency: str = ""
) -> str:
    """Some entries by day, length and note, with the difference that they make, and how many more there are."""
    shown = entries[:_ENTRIES_NAMED]
    said = [
        with_difference(to, entry_said(to, each, currency), cents.get(each.entry_id, 0), currency) for each in shown
    ]
    if (hidden := len(entries) - _ENTRIES_NAMED) > 0:
        said.append(to.n("{count} more", "{count} more", hidden))
    return "; ".join(said)


def entry_said(to: Reader, entry: SeenEntry, currency: str = "") -> str:
    """12 Oct 2026 · 2:00 h · first pages; of an expense its amount."""
    amount = to.money(entry.cents, currency) if currency else to.amount(entry.cents * CENT)
    how_much = amount if entry.cents else f"{to.length(entry.seconds)} h"
    said = (to.full_date(entry.day), how_much, cut(" ".join(entry.note.split()), _LONGEST_NOTE))
    return " · ".join(filter(None, said))
