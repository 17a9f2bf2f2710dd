"""The question who gives way when time overlaps: below what was typed, and in a form."""

from bot.core.texts import Reader
from bot.slack.blocks import Block, Message, actions, button, context, field, message, option, radio_buttons, section
from bot.tracking.entries import Overlap, interval, label
from bot.tracking.questions import OverlapQuestion
from bot.tracking.rules.spans import Resolution, remaining_parts
from bot.tracking.views import entries

RESOLVE = "question_way"
"""A button for each way; the action_ids end in it, because they must differ."""
RESOLUTION_FIELD = "room"
"""The field in a form."""
MOST_IN_THE_WAY = 5
RESOLUTIONS = {str(resolution): resolution for resolution in Resolution}


def clashed(to: Reader, clash: OverlapQuestion) -> Message:
    """Others have the time; a button for each way in which they could give it."""
    overlap = clash.overlap
    text = to.n(
        "{span} overlaps with an entry. Nothing is written down yet: what should become of it?",
        "{span} overlaps with {count} entries. Nothing is written down yet: what should become of them?",
        len(overlap.others),
        span=_taken(to, overlap),
    )
    blocks = [section(text), context("\n".join(_lines(to, overlap)))]
    blocks += [
        context(f"{label(billed)}: {entries.held_by(to, billed)}") for billed in overlap.billed[:MOST_IN_THE_WAY]
    ]
    buttons = (
        button(_become(to, overlap, resolution), f"{RESOLVE}:{resolution}") for resolution in overlap.resolutions
    )
    return message(text, [*blocks, actions(*buttons, block_id=f"question:{clash.question_id}:room")])


def _taken(to: Reader, overlap: Overlap) -> str:
    """9:15–10:30, as it was asked for."""
    end = to.clock(overlap.taken.end) if overlap.taken.end else to.t("now")
    return f"{to.clock(overlap.taken.start)}–{end}"


def _lines(to: Reader, overlap: Overlap) -> list[str]:
    lines = [f"{entries.span(to, other)} · {label(other)}" for other in overlap.others[:MOST_IN_THE_WAY]]
    hidden = len(overlap.others) - len(lines)
    return [*lines, to.n("… and {count} more", "… and {count} more", hidden)] if hidden else lines


def _become(to: Reader, overlap: Overlap, resolution: Resolution) -> str:
    """Says what would become of the entry; of several only that they give way."""
    if resolution is Resolution.KEEP:
        return to.t("Keep both")
    if len(overlap.others) > 1:
        return to.t("Shorten them") if resolution is Resolution.SHORTEN else to.t("Split them")
    other = overlap.others[0]
    parts = remaining_parts(interval(other), overlap.taken, resolution)
    if not parts:
        return to.t("Replace it")
    spans = ", ".join(entries.span(to, other._replace(started_at=part.start, ended_at=part.end)) for part in parts)
    return (
        to.t("Shorten it: {spans}", spans=spans)
        if resolution is Resolution.SHORTEN
        else to.t("Split it: {spans}", spans=spans)
    )


def read_resolution(chosen: str | None) -> Resolution | None:
    """What was chosen there; None: nothing yet."""
    return RESOLUTIONS.get(chosen or "")


def resolution_field(to: Reader, overlap: Overlap) -> Block:
    """The same question in a form, which is then sent again with an answer or with other times."""
    options = [option(_become(to, overlap, resolution), str(resolution)) for resolution in overlap.resolutions]
    hint = ", ".join(_lines(to, overlap))
    label_text = to.n("This overlaps with an entry", "This overlaps with {count} entries", len(overlap.others))
    return field(
        label_text, radio_buttons(RESOLUTION_FIELD, options), block_id=RESOLUTION_FIELD, optional=True, hint=hint
    )
