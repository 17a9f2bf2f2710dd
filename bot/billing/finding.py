"""A line of an invoice that is not in sight: searched by its words, and found to be changed."""

from dataclasses import replace
from itertools import islice

from bot.billing.collect import preview_of
from bot.billing.line_edits import FoundLine
from bot.billing.opening import find_open, lock_open, show_further
from bot.billing.preview import Looked
from bot.billing.remembering import elsewhere
from bot.billing.rules.finding import Numbered, lines_with
from bot.billing.rules.outline import place_of
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import require_biller


def search(bot: Bot, caller: Caller, draft_id: int, typed: str, *, most: int) -> tuple[list[Numbered], str]:
    """The first lines of an open draft with these words, and the currency of their amounts. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        preview = preview_of(db, caller, find_open(db, caller, draft_id))
    return list(islice(lines_with(preview.lines, typed), most)), preview.currency


def find(bot: Bot, caller: Caller, draft_id: int, name: str, looked: Looked) -> FoundLine:
    """A line, named by `line_digest`, in its invoice at the place where the line is in sight. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        preview = show_further(change, lock_open(change, draft_id), looked)
        item = preview.line_named(name)
        place = place_of(preview.lines, preview.grouping, item.line.key)
        counted = replace(place, finds=looked.place.finds + 1)
        return FoundLine(replace(preview, place=counted), item, elsewhere(change, preview, item))
