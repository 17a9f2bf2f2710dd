"""The App Home: the present day of a person."""

from bot.entries import seconds_on
from bot.overview import Overview
from bot.people import Caller
from bot.views.blocks import MOST_VIEW_BLOCKS, Block, View, actions, context, divider, header, section
from bot.views.entries import edit_button, entry_line
from bot.views.settings import open_button
from bot.views.summaries import guessed, log_button, running, unbilled
from storage.entries import Entry

MOST_ENTRIES = MOST_VIEW_BLOCKS - 20


def home(caller: Caller, today: Overview) -> View:
    """What runs, today's entries, and how to go on."""
    to = caller.reader
    blocks = [
        header(to.t("Today: {total}", total=to.duration(today.seconds))),
        *running(to, today),
        *guessed(to, today.guessed),
        actions(log_button(to, today.day), open_button(to)),
        *_entries(caller, today),
        divider(),
    ]
    if today.unbilled:
        blocks.append(context(unbilled(to, today.unbilled)))
    blocks.append(context(to.t("Type /track start, stop or log in any conversation. /track help shows all of it.")))
    return {"type": "home", "blocks": blocks}


def _entries(caller: Caller, today: Overview) -> list[Block]:
    to = caller.reader
    if not today.entries:
        return [section(to.t("Nothing is written down for today yet."))]
    newest = today.entries[::-1]
    lines = [_line(caller, entry, today) for entry in newest[:MOST_ENTRIES]]
    hidden = len(newest) - MOST_ENTRIES
    if hidden > 0:
        lines.append(context(to.n("… and {count} earlier entry", "… and {count} earlier entries", hidden)))
    return lines


def _line(caller: Caller, entry: Entry, today: Overview) -> Block:
    line = entry_line(caller.reader, entry, seconds_on(entry, today.day, now=caller.now))
    if entry.draft_id is not None:
        return section("🔒 " + line)
    return section(line, edit_button(caller.reader, entry.id))
