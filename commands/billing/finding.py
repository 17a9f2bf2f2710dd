"""The menu that finds a line of the invoice which is not in sight, and what is done with the line."""

from bot.billing import choices, finding
from bot.billing.preview import Looked
from bot.billing.views import entry_boxes, invoicing
from bot.billing.views import finding as views
from bot.billing.views import line as line_views
from bot.core.context import Bot
from bot.slack.answers import Answers, Options, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from commands.billing.showing import shown


def register(listeners: Listeners) -> None:
    """Listen to the menu, and to the buttons in the form that it opens."""
    listeners.options(views.FIND, offer_lines)
    listeners.action(views.FIND, open_found)
    listeners.action(views.ENTRIES, open_entries)
    listeners.action(views.LEAVE_OUT, leave_out)


def offer_lines(bot: Bot, request: Request) -> Answers:
    """Search the lines of the invoice."""
    draft_id = request.kept(invoicing.INVOICING).draft or 0
    found, currency = finding.search(bot, request.caller, draft_id, request.searched, most=views.MOST_OFFERED)
    return Options(views.line_options(request.caller.reader, found, currency))


def open_found(bot: Bot, request: Request) -> Answers:
    """The form of a line, on top of the invoice, which shows the page of the line from now on."""
    caller, draft_id = request.caller, request.kept(invoicing.INVOICING).draft or 0
    found = finding.find(bot, caller, draft_id, request.clicked, invoicing.looked(request))
    return Show(views.found_form(caller.reader, found)), shown(bot, caller, found.preview)


def open_entries(bot: Bot, request: Request) -> Answers:
    """The entries of the line, in place of its form: the window changes the invoice that is below it."""
    draft_id, line, looked = _found(request)
    there = choices.look(bot, request.caller, draft_id, line_views.read_key(line))
    return Update(entry_boxes.entries_form(request.caller.reader, there, looked))


def leave_out(bot: Bot, request: Request) -> Answers:
    """Leave the line out, here and on the invoice below."""
    caller, (draft_id, line, looked) = request.caller, _found(request)
    preview = choices.leave_out(bot, caller, draft_id, line_views.read_key(line), looked=looked)
    return Update(views.left_out(caller.reader)), shown(bot, caller, preview, view_id=request.previous_view_id)


def _found(request: Request) -> tuple[int, str, Looked]:
    """The draft, the line of the form, and what the person saw of the invoice."""
    kept = request.kept(line_views.CHANGING_LINE)
    return kept.draft, kept.line, Looked(kept.shown, "", kept.place)
