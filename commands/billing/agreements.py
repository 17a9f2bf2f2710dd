"""What is agreed with a customer: the window, and its forms, which stand in its place."""

from bot.billing import agreements, retainers
from bot.billing.views import agreements as views
from bot.billing.views import retainers as retainer_views
from bot.core.context import Bot
from bot.slack.answers import Answers, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from commands.billing.menus import projects_of
from commands.billing.showing import shown_below


def register(listeners: Listeners) -> None:
    """Listen to the window and its forms."""
    listeners.action(views.AGREEMENTS, open_agreements)
    listeners.action(views.NEW_PRICE, open_new_price)
    listeners.options(retainer_views.PROJECT, offer_projects)
    listeners.action(views.CHANGE, open_price)
    listeners.action(views.REMOVE, remove)
    listeners.action(views.PART, open_part)
    listeners.action(views.PART_AT_ONCE, open_part_at_once)
    listeners.action(views.TAKE_BACK, take_back)
    listeners.action(views.BACK, go_back)
    listeners.view(views.PRICE_SAVED, save_price)
    listeners.view(views.PART_SAVED, save_part)
    listeners.action(retainer_views.NEW_RETAINER, open_new_retainer)
    listeners.action(retainer_views.CHANGE_RETAINER, open_retainer)
    listeners.action(retainer_views.REMOVE_RETAINER, remove_retainer)
    listeners.action(retainer_views.TAKE_BACK_FEE, take_back_fee)
    listeners.action(retainer_views.BILL_FEE, bill_fee)
    listeners.view(views.RETAINER_SAVED, save_retainer)


def open_agreements(bot: Bot, request: Request) -> Answers:
    """The window, on top of whatever has its button."""
    caller, kept = request.caller, views.read_about(request.clicked)
    agreed = agreements.read_agreed(bot, caller, kept.customer)
    return Show(views.agreements_page(caller.reader, agreed, kept))


def open_new_price(bot: Bot, request: Request) -> Answers:
    """The form of a new fixed price, in place of the window."""
    kept = request.kept(views.KEPT)
    return Update(views.price_form(request.caller.reader, _read(bot, request, kept), kept))


def offer_projects(bot: Bot, request: Request) -> Answers:
    """Search the customer's projects."""
    return projects_of(bot, request, request.kept(views.KEPT).customer)


def open_price(bot: Bot, request: Request) -> Answers:
    """The form of a known one."""
    kept = request.kept(views.KEPT)
    agreed = _read(bot, request, kept)
    return Update(views.price_form(request.caller.reader, agreed, kept, agreed.price(request.clicked_id)))


def open_part(bot: Bot, request: Request) -> Answers:
    """The form of a lump sum."""
    kept = request.kept(views.KEPT)
    agreed = _read(bot, request, kept)
    return Update(views.part_form(request.caller.reader, agreed, kept, agreed.price(request.clicked_id)))


def open_part_at_once(bot: Bot, request: Request) -> Answers:
    """The same, on top of an invoice that has hours of the price."""
    kept = views.read_part(request.clicked)
    agreed = _read(bot, request, kept)
    return Show(views.part_form(request.caller.reader, agreed, kept, agreed.price(kept.agreement or 0)))


def go_back(bot: Bot, request: Request) -> Answers:
    """From a form to the window, with nothing changed."""
    kept = request.kept(views.KEPT)
    return Update(views.agreements_page(request.caller.reader, _read(bot, request, kept), kept))


def save_price(bot: Bot, request: Request) -> Answers:
    """A fixed price was entered."""
    kept, entered = request.kept(views.KEPT), views.entered_price(request)
    if kept.agreement is None:
        agreed = agreements.agree_on_price(bot, request.caller, kept.customer, entered)
    else:
        agreed = agreements.change_price(bot, request.caller, kept.customer, kept.agreement, entered)
    return _done(bot, request, kept, agreed, request.caller.reader.t("The fixed price holds."))


def save_part(bot: Bot, request: Request) -> Answers:
    """A lump sum was entered."""
    kept, entered = request.kept(views.KEPT), views.entered_part(request)
    agreed = agreements.bill_part(bot, request.caller, kept.customer, kept.agreement or 0, entered)
    said = request.caller.reader.t("It stands on the invoice of its day.")
    return _done(bot, request, kept, agreed, said, closes=kept.at_once)


def take_back(bot: Bot, request: Request) -> Answers:
    """A lump sum is not to be billed."""
    kept = request.kept(views.KEPT)
    agreed = agreements.take_back_part(bot, request.caller, kept.customer, request.clicked_id)
    return _done(bot, request, kept, agreed, request.caller.reader.t("The lump sum is taken back."))


def remove(bot: Bot, request: Request) -> Answers:
    """A fixed price was never agreed."""
    kept = request.kept(views.KEPT)
    agreed = agreements.remove(bot, request.caller, kept.customer, request.clicked_id)
    return _done(bot, request, kept, agreed, request.caller.reader.t("The fixed price is removed."))


def open_new_retainer(bot: Bot, request: Request) -> Answers:
    """The form of a new retainer, in place of the window."""
    kept = request.kept(views.KEPT)
    return Update(views.retainer_form(request.caller.reader, _read(bot, request, kept), kept))


def open_retainer(bot: Bot, request: Request) -> Answers:
    """The form of a known one."""
    kept = request.kept(views.KEPT)
    agreed = _read(bot, request, kept)
    return Update(views.retainer_form(request.caller.reader, agreed, kept, agreed.retainer(request.clicked_id)))


def save_retainer(bot: Bot, request: Request) -> Answers:
    """A retainer was entered."""
    kept = request.kept(views.KEPT)
    entered = retainer_views.entered_retainer(request, kept.currency, kept.shown)
    if kept.agreement is None:
        agreed = retainers.agree_on_retainer(bot, request.caller, kept.customer, entered)
    else:
        agreed = retainers.change_retainer(bot, request.caller, kept.customer, kept.agreement, entered)
    return _done(bot, request, kept, agreed, request.caller.reader.t("The retainer holds."))


def remove_retainer(bot: Bot, request: Request) -> Answers:
    """A retainer was never agreed."""
    kept = request.kept(views.KEPT)
    agreed = retainers.remove_retainer(bot, request.caller, kept.customer, request.clicked_id)
    return _done(bot, request, kept, agreed, request.caller.reader.t("The retainer is removed."))


def take_back_fee(bot: Bot, request: Request) -> Answers:
    """The fee of a month is not to be billed."""
    kept = request.kept(views.KEPT)
    agreed = agreements.take_back_part(bot, request.caller, kept.customer, request.clicked_id)
    return _done(bot, request, kept, agreed, request.caller.reader.t("The fee is taken back."))


def bill_fee(bot: Bot, request: Request) -> Answers:
    """The fee of a month is to be billed after all."""
    kept = request.kept(views.KEPT)
    agreement_id, month = retainer_views.read_fee(request.clicked)
    agreed = retainers.bill_fee(bot, request.caller, kept.customer, agreement_id, month)
    return _done(bot, request, kept, agreed, request.caller.reader.t("It stands on the invoice of its month."))


def _read(bot: Bot, request: Request, kept: views.AgreementsPage) -> agreements.Agreed:
    return agreements.read_agreed(bot, request.caller, kept.customer)


def _done(
    bot: Bot,
    request: Request,
    kept: views.AgreementsPage,
    agreed: agreements.Agreed,
    said: str,
    *,
    closes: bool = False,
) -> Answers:
    """The window as it is now, and the invoice below, if it was opened from one; or that alone."""
    window = Update(views.agreements_page(request.caller.reader, agreed, kept, said=said))
    return shown_below(bot, request, window, kept.draft, closes=closes)
