"""What is said about gaps, with the ways to settle each."""

from datetime import date

from bot.core.texts import Reader, capitalized
from bot.slack.blocks import Block, Element, Message, actions, button, context, cut, header, message, section
from bot.slack.untrusted import read_id, read_moment, reading
from bot.tracking.entries import label
from bot.tracking.gaps import BreakTaken, DayGaps, FilledGap, OpenGap
from bot.tracking.parts import between
from bot.tracking.rules.gaps import Gap
from bot.tracking.views.entries import undo_button
from storage.tracking import Entry

FILL = "gap_fill"
"""Two buttons of a gap may do this; their action_ids end in before and after, because they must differ."""
LOG = "gap_log"
REST = "gap_break"
_MOST_GAPS = 20
_LABEL = 40


def listed(to: Reader, day: DayGaps, *, today: date) -> Message:
    """The gaps of a day."""
    return _shown(to, day, [], today=today)


def settled(to: Reader, done: FilledGap | BreakTaken, day: DayGaps, *, today: date) -> Message:
    """What became of a gap, and what is still open; stands in place of the list before."""
    if isinstance(done, FilledGap):
        text = to.t(
            "✅ {what} · {start}–{end}",
            what=label(done.entry),
            start=to.clock(done.entry.started_at),
            end=to.clock(done.entry.ended_at) if done.entry.ended_at else to.t("now"),
        )
    else:
        text = to.t("☕ Break {start}–{end}", start=to.clock(done.gap.start), end=to.clock(done.gap.end))
    above = [section(text, undo_button(to, done.change_id))]
    return _shown(to, day, above, today=today) | {"replace_original": True}


def _shown(to: Reader, day: DayGaps, above: list[Block], *, today: date) -> Message:
    name = to.day(day.day, today=today)
    title = _title(to, day, capitalized(name))
    blocks = [*above, header(title)]
    for each in day.open[:_MOST_GAPS]:
        blocks += _gap(to, each)
    hidden = len(day.open) - _MOST_GAPS
    if hidden > 0:
        blocks.append(context(to.n("… and {count} more gap", "… and {count} more gaps", hidden)))
    if day.unplaced:
        without = to.t("{length} of this day were logged without times.", length=to.total(day.unplaced))
        blocks.append(context(without))
    return message(title, blocks)


def _title(to: Reader, day: DayGaps, name: str) -> str:
    if day.looked_at is None:
        return to.t("{day}: no working time yet, so no gaps", day=name)
    start, end = (to.clock(moment) for moment in day.looked_at)
    if not day.open:
        return to.t("{day}: no gaps between {start} and {end}", day=name, start=start, end=end)
    missing = to.total(sum(between(each.gap.start, each.gap.end) for each in day.open))
    return to.t("{day}: {missing} not written down", day=name, missing=missing)


def _gap(to: Reader, each: OpenGap) -> list[Block]:
    start, end = to.clock(each.gap.start), to.clock(each.gap.end)
    buttons = [
        *_fill(to.t("{what} until {end}", what=_short(each.before), end=end), "before", each.gap, each.before),
        *_fill(to.t("{what} from {start}", what=_short(each.after), start=start), "after", each.gap, each.after),
        button(to.t("Log time …"), LOG, written(each.gap)),
        button(to.t("It was a break"), REST, written(each.gap)),
    ]
    return [section(f"{start}–{end} · {to.duration(between(each.gap.start, each.gap.end))}"), actions(*buttons)]


def _fill(text: str, side: str, gap: Gap, entry: Entry | None) -> list[Element]:
    return [button(text, f"{FILL}:{side}", f"{written(gap)}:{entry.id}")] if entry else []


def _short(entry: Entry | None) -> str:
    return cut(entry.project or entry.customer, _LABEL) if entry else ""


def written(gap: Gap) -> str:
    """A gap as a button's value: epoch seconds."""
    return f"{int(gap.start.timestamp())}:{int(gap.end.timestamp())}"


@reading()
def read(value: str) -> tuple[Gap, int | None]:
    """The gap and the entry out of a button's value. Raises UserError."""
    start, end, *entry = value.split(":")
    gap = Gap(read_moment(start), read_moment(end))
    if gap.start >= gap.end:
        raise ValueError(value)
    return gap, read_id(entry[0]) if entry else None
