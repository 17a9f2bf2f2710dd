"""The question who gives way when time overlaps: below what was typed, and in a form."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.texts import Reader
from bot.slack.blocks import Block, Message, actions, button, context, field, message, option, radio_buttons, section
from bot.tracking.entries import Overlap, interval, label
from bot.tracking.questions import OverlapQuestion
from bot.tracking.rules.spans import Interval, Resolution, remaining_parts
from bot.tracking.views import entries

RESOLVE = "question_way"
"""A button for each way; the action_ids end in it, because they must differ."""
RESOLUTION_FIELD = "room"
"""The field in a form."""
MOST_IN_THE_WAY = 5
MOST_PARTS = 2
"""Named on a button."""
_MINUTE = timedelta(minutes=1)
RESOLUTIONS = {str(resolution): resolution for resolution in Resolution}


def clashed(to: Reader, clash: OverlapQuestion) -> Message:
    """Others have the time; a button for each way in which they could give it."""
    overlap = clash.overlap
    text = _question(to, overlap)
    blocks = [section(text), context("\n".join(_lines(to, overlap)))]
    blocks += [
        context(f"{label(billed)}: {entries.held_by(to, billed)}") for billed in overlap.billed[:MOST_IN_THE_WAY]
    ]
    buttons = (
        button(_become(to, overlap, resolution), f"{RESOLVE}:{resolution}") for resolution in overlap.resolutions
    )
    return message(text, [*blocks, actions(*buttons, block_id=f"question:{clash.question_id}:room")])


def _question(to: Reader, overlap: Overlap) -> str:
    """What is to be decided: what becomes of those in the way, or, where they stay, whether the rest is enough."""
    count, span = len(overlap.others), _several(to, overlap, overlap.wanted)
    if overlap.resolutions == (Resolution.FIT,):
        return to.n(
            "{span} overlaps with an entry. Nothing is written down yet: write down only the free time?",
            "{span} overlaps with {count} entries. Nothing is written down yet: write down only the free time?",
            count,
            span=span,
        )
    return to.n(
        "{span} overlaps with an entry. Nothing is written down yet: what should become of it?",
        "{span} overlaps with {count} entries. Nothing is written down yet: what should become of them?",
        count,
        span=span,
    )


def _several(to: Reader, overlap: Overlap, parts: Sequence[Interval]) -> str:
    """9:15–10:30, 11:00–now: all by the reader's own clock, also what was made by another.

    With seconds where what overlaps would else read as if it did not: 9:04–10:04:50 and 10:04–10:30.
    """
    exact = _share_a_minute(to, overlap)
    return ", ".join(entries.clocks(to, part.start, part.end, exact=exact) for part in parts)


def _share_a_minute(to: Reader, overlap: Overlap) -> bool:
    """Whether something begins or ends in the minute in which something else does, at another second."""
    taken = [interval(other) for other in overlap.others]
    wanted, others = _bounds(overlap.wanted), _bounds(taken)
    return any(
        abs(mine - theirs) < _MINUTE and mine != theirs and to.clock(mine) == to.clock(theirs)
        for mine in wanted
        for theirs in others
    )


def _bounds(parts: Sequence[Interval]) -> set[datetime]:
    return {moment for part in parts for moment in (part.start, part.end) if moment}


def _lines(to: Reader, overlap: Overlap) -> list[str]:
    lines = [
        f"{_several(to, overlap, [interval(other)])} · {label(other)}" for other in overlap.others[:MOST_IN_THE_WAY]
    ]
    hidden = len(overlap.others) - len(lines)
    return [*lines, to.n("… and {count} more", "… and {count} more", hidden)] if hidden else lines


def _become(to: Reader, overlap: Overlap, resolution: Resolution) -> str:
    """Says what would become of the entry; of several only that they give way."""
    if resolution is Resolution.KEEP:
        return to.t("Keep both")
    if resolution is Resolution.FIT:
        return _fitting(to, overlap)
    if len(overlap.others) > 1:
        return to.t("Shorten them") if resolution is Resolution.SHORTEN else to.t("Split them")
    other = overlap.others[0]
    parts = remaining_parts(interval(other), overlap.wanted[0], resolution)
    if not parts:
        return to.t("Replace it")
    spans = _several(to, overlap, parts)
    return (
        to.t("Shorten it: {spans}", spans=spans)
        if resolution is Resolution.SHORTEN
        else to.t("Split it: {spans}", spans=spans)
    )


def _fitting(to: Reader, overlap: Overlap) -> str:
    """Says what would be left of the new entry."""
    free = overlap.free
    if len(free) > MOST_PARTS:
        return to.n("Only the free time, {count} part", "Only the free time, {count} parts", len(free))
    return to.t("Only the free time: {spans}", spans=_several(to, overlap, free))


def read_resolution(chosen: str | None) -> Resolution | None:
    """What was chosen there; None: nothing yet."""
    return RESOLUTIONS.get(chosen or "")


def resolution_field(to: Reader, overlap: Overlap) -> Block:
    """The same question in a form, which is then sent again with an answer or with other times."""
    options = [option(_become(to, overlap, resolution), str(resolution)) for resolution in overlap.resolutions]
    held = (f"{label(billed)}, {entries.held_by(to, billed)}" for billed in overlap.billed[:MOST_IN_THE_WAY])
    hint = "; ".join((*_lines(to, overlap), *held))
    label_text = to.n("This overlaps with an entry", "This overlaps with {count} entries", len(overlap.others))
    return field(
        label_text, radio_buttons(RESOLUTION_FIELD, options), block_id=RESOLUTION_FIELD, optional=True, hint=hint
    )
