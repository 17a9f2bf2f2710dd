"""What people do with a submitted invoice: approve it from the message, return it, take it back."""

from bot.billing import deciding
from bot.billing.approval import Approved
from bot.billing.views import submission as views
from bot.billing.views.delivery import outcome
from bot.core.context import Bot
from bot.slack.answers import Answers, Refresh, Say, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from commands.billing.showing import opened, shown


def register(listeners: Listeners) -> None:
    """Listen to the buttons of the message and above the invoice, and to the form that asks why."""
    listeners.action(views.APPROVE, approve)
    listeners.action(views.RETURN, ask_why)
    listeners.view(views.RETURNED, send_back)
    listeners.action(views.WITHDRAW, withdraw)


def approve(bot: Bot, request: Request) -> Answers:
    """Approve what the message shows; what has to be looked at first opens as an invoice."""
    caller = request.caller
    draft_id, seal = views.read_submitted(request.clicked)
    done = deciding.approve_submitted(bot, caller, draft_id, seal)
    if isinstance(done, Approved):
        return Say(views.approved_said(caller.reader, done.name, done.net_cents, done.currency)).instead()
    if voided := done.preview.voided:
        return Say(views.void_said(caller.reader, done.preview, voided, caller.today)).instead()
    return opened(bot, caller, done.preview)


def ask_why(bot: Bot, request: Request) -> Answers:
    """The form for the comment."""
    draft_id, seal = views.read_submitted(request.clicked)
    name = deciding.find_submitted(bot, request.caller, draft_id, seal)
    return Show(views.return_form(request.caller.reader, draft_id, seal, name, said_at=request.response_url))


def send_back(bot: Bot, request: Request) -> Answers:
    """It was said what has to be different."""
    kept = request.kept(views.RETURNING)
    name = deciding.send_back(bot, request.caller, kept.draft, kept.seal, request.entered_text("comment"))
    said = Say(views.returned_said(request.caller.reader, name))
    now = Update(outcome(request.caller.reader, said.message))
    if not kept.said_at:
        return now
    return [now, Refresh(said.instead().message, kept.said_at)]  # its buttons could do nothing any more


def withdraw(bot: Bot, request: Request) -> Answers:
    """Whoever submitted it goes on with it."""
    return shown(bot, request.caller, deciding.withdraw(bot, request.caller, request.clicked_id))
