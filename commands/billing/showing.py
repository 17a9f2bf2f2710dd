"""How listeners show the invoice: in a window of its own, or in place of one that is open."""

from collections.abc import Callable
from functools import partial

from bot.billing import solving, unbilled
from bot.billing.approval import NotApproved
from bot.billing.freshness import Freshness, Standing, freshness_of, have_read
from bot.billing.preview import Preview
from bot.billing.views import invoice as views
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.slack.answers import Answers, Show, Update
from bot.slack.blocks import View
from bot.slack.request import Request


def opened(bot: Bot, caller: Caller, content: views.Content) -> Show:
    """The invoice in a window of its own."""
    freshness = freshness_of(bot, caller, content, is_read=True) if isinstance(content, Preview) else None
    return Show(form(bot, caller, content, freshness=freshness), _then_read(bot, caller, content, freshness))


def shown(bot: Bot, caller: Caller, preview: Preview, *, view_id: str = "") -> Update:
    """The invoice in place of what is open, or of another window."""
    freshness = freshness_of(bot, caller, preview, is_read=True)
    view = form(bot, caller, preview, freshness=freshness)
    return Update(view, view_id, _then_read(bot, caller, preview, freshness))


def shown_below(bot: Bot, request: Request, window: Update, draft_id: int | None, *, closes: bool = False) -> Answers:
    """A window as it is now, and the invoice below, if it was opened from one and can still be sent.

    `closes`: a form was opened from the invoice itself, which is seen again in place of the window.
    """
    if not draft_id or not request.previous_view_id:
        return window
    try:
        preview = solving.find(bot, request.caller, draft_id)
    except UserError:  # somebody sent or discarded it meanwhile: what was done in the window holds all the same
        return window
    below = shown(bot, request.caller, preview, view_id=request.previous_view_id)
    return below if closes else [window, below]


def _then_read(
    bot: Bot, caller: Caller, content: views.Content, freshness: Freshness | None
) -> Callable[[str, str], None] | None:
    """Once it stands open, what is old in it is read anew from Billomat, and the form is told."""
    if not isinstance(content, Preview) or freshness is None or freshness.standing is Standing.CURRENT:
        return None
    return partial(have_read, bot, caller, content)


def form(
    bot: Bot,
    caller: Caller,
    content: views.Content,
    *,
    freshness: Freshness | None,
    pressed: NotApproved | None = None,
    own_days: bool = False,
) -> View:
    """The invoice; `pressed` came too early."""
    return views.form(
        caller.reader,
        content,
        today=caller.today,
        waiting=unbilled.under_way(bot, caller),
        pressed=pressed,
        freshness=freshness,
        own_days=own_days,
    )
