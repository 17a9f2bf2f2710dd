"""The budgets of a customer's projects: the window, and its form, which stands in its place."""

from dataclasses import replace

from bot.billing import agreements, budgets
from bot.billing.views import agreements as agreement_views
from bot.billing.views import budgets as views
from bot.core.context import Bot
from bot.slack.answers import Answers, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from commands.billing.menus import projects_of
from commands.billing.showing import shown_below


def register(listeners: Listeners) -> None:
    """Listen to the window and its form."""
    listeners.action(agreement_views.BUDGETS, open_budgets)
    listeners.action(views.OPEN, open_at_once)
    listeners.action(views.AGREEMENTS, open_agreements)
    listeners.action(views.NEW, open_new)
    listeners.options(views.PROJECT, offer_projects)
    listeners.action(views.CHANGE, open_budget)
    listeners.action(views.CHANGE_AT_ONCE, open_budget_at_once)
    listeners.action(views.REMOVE, remove)
    listeners.action(views.BACK, go_back)
    listeners.view(views.SAVED, save)


def open_budgets(bot: Bot, request: Request) -> Answers:
    """The window, in the place of that of the agreements."""
    about = request.kept(agreement_views.KEPT)
    kept = views.BudgetsPage(about.customer, about.draft)
    return Update(views.budgets_page(request.caller.reader, _read(bot, request, kept), kept))


def open_at_once(bot: Bot, request: Request) -> Answers:
    """The window, from where a budget is spoken of; where there is none, the form of the first one."""
    to, about = request.caller.reader, agreement_views.read_about(request.clicked)
    kept = views.BudgetsPage(about.customer, about.draft)
    found = _read(bot, request, kept)
    if found.uses:
        return Show(views.budgets_page(to, found, kept))
    return Show(views.budget_form(to, found, replace(kept, at_once=True)))


def open_agreements(bot: Bot, request: Request) -> Answers:
    """The agreements, in the place of the window."""
    caller, kept = request.caller, request.kept(views.KEPT)
    agreed = agreements.read_agreed(bot, caller, kept.customer)
    about = agreement_views.AgreementsPage(kept.customer, kept.draft)
    return Update(agreement_views.agreements_page(caller.reader, agreed, about))


def open_new(bot: Bot, request: Request) -> Answers:
    """The form of a new one, in the place of the window."""
    kept = request.kept(views.KEPT)
    return Update(views.budget_form(request.caller.reader, _read(bot, request, kept), kept))


def offer_projects(bot: Bot, request: Request) -> Answers:
    """Search the customer's projects."""
    return projects_of(bot, request, request.kept(views.KEPT).customer)


def open_budget(bot: Bot, request: Request) -> Answers:
    """The form of a known one."""
    kept = request.kept(views.KEPT)
    found = _read(bot, request, kept)
    return Update(views.budget_form(request.caller.reader, found, kept, found.find(request.clicked_id)))


def open_budget_at_once(bot: Bot, request: Request) -> Answers:
    """The same, on top of an invoice that the budget holds something of back."""
    kept = views.read_budget(request.clicked)
    found = _read(bot, request, kept)
    return Show(views.budget_form(request.caller.reader, found, kept, found.find(kept.budget or 0)))


def go_back(bot: Bot, request: Request) -> Answers:
    """From the form to the window, with nothing changed."""
    kept = request.kept(views.KEPT)
    return Update(views.budgets_page(request.caller.reader, _read(bot, request, kept), kept))


def save(bot: Bot, request: Request) -> Answers:
    """A budget was entered."""
    kept, entered = request.kept(views.KEPT), views.entered_budget(request)
    if kept.budget is None:
        found = budgets.set_budget(bot, request.caller, kept.customer, entered)
    else:
        found = budgets.change_budget(bot, request.caller, kept.customer, kept.budget, entered)
    return _done(bot, request, kept, found, request.caller.reader.t("The budget holds."), closes=kept.at_once)


def remove(bot: Bot, request: Request) -> Answers:
    """A project is to have no budget."""
    kept = request.kept(views.KEPT)
    found = budgets.remove_budget(bot, request.caller, kept.customer, request.clicked_id)
    return _done(bot, request, kept, found, request.caller.reader.t("The budget is removed."))


def _read(bot: Bot, request: Request, kept: views.BudgetsPage) -> budgets.Budgets:
    return budgets.read_budgets(bot, request.caller, kept.customer)


def _done(
    bot: Bot, request: Request, kept: views.BudgetsPage, found: budgets.Budgets, said: str, *, closes: bool = False
) -> Answers:
    """The window as it is now, and the invoice below, if it was opened from one; or that alone."""
    window = Update(views.budgets_page(request.caller.reader, found, kept, said=said))
    return shown_below(bot, request, window, kept.draft, closes=closes)
