"""Expenses: typed, filled in, corrected, deleted."""

from bot.catalog import finding
from bot.catalog.views import pickers
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import Expense
from bot.slack.answers import Answer, Answers, Options, Refresh, Say, Show, Update
from bot.slack.blocks import option
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.slack.untrusted import read_one_of, reading
from bot.tracking import expense_form, expenses, timers
from bot.tracking.expense_fields import FilledExpense
from bot.tracking.views import expenses as views
from bot.tracking.views import timers as timer_views


def register(listeners: Listeners) -> None:
    """Listen to the buttons below an expense, and to its form."""
    listeners.action(views.EDIT, open_form)
    listeners.action(views.AS_NET, restate)
    listeners.action(views.AS_GROSS, restate)
    listeners.action(views.AS_PASSED, pass_through)
    listeners.action(views.DELETE, delete)
    listeners.options(views.ARTICLE, offer_articles)
    listeners.view(views.FILLED, save)


def expense_typed(bot: Bot, caller: Caller, typed: Expense) -> Answer:
    """The answer to `/track expense`: without an amount its form."""
    if typed.cents is None:
        return Show(views.form(caller.reader, expense_form.begin(bot, caller, typed, answer_at="")))
    return Say(timer_views.answered(caller.reader, timers.track(bot, caller, typed), today=caller.today))


def open_form(bot: Bot, request: Request) -> Answers:
    """The form of an expense. Only a message that speaks of it alone is brought up to date afterwards."""
    said_at = request.response_url if request.block_id.startswith(views.OF_ONE) else ""
    shown = expense_form.correct(bot, request.caller, request.clicked_id, said_at=said_at)
    return Show(views.form(request.caller.reader, shown))


def offer_articles(bot: Bot, request: Request) -> Answers:
    """Search Billomat's articles."""
    found = finding.offered_articles(bot, request.caller, request.searched)
    return Options([option(article.name, str(article.id)) for article in found])


def save(bot: Bot, request: Request) -> Answers:
    """Write down what was filled in."""
    caller, kept = request.caller, request.kept(views.KEPT)
    done = expense_form.save(bot, caller.in_channel(kept.channel_id), kept, _filled(request, kept.currency))
    said = views.recorded(caller.reader, done, today=caller.today, replace=True)
    refreshed = [Refresh(said, kept.said_at)] if kept.said_at else []
    return [Update(views.saved(caller.reader, done, today=caller.today)), *refreshed]


@reading()
def _filled(request: Request, currency: str) -> FilledExpense:
    customer_id, project_id, _ = pickers.read_value(str(request.entered_choice("target")))
    return FilledExpense(
        target=(customer_id, project_id),
        day=request.entered_day("day"),
        amount=request.entered_text("amount"),
        currency=currency,
        gross=read_one_of((views.GROSS, views.NET), request.entered_choice("stated")) == views.GROSS,
        vat=request.entered_text("vat"),
        article_id=request.entered_id("article"),
        receipt=request.entered_text("receipt"),
        note=request.entered_text("note"),
        billable=request.is_ticked("billable"),
        private=request.is_ticked("private"),
        pass_through=request.is_ticked("pass_through"),
    )


def restate(bot: Bot, request: Request) -> Answers:
    """The amount is with VAT, or without, unlike it was taken for."""
    caller = request.caller
    gross = request.action_id == views.AS_GROSS
    done = expenses.restate(bot, caller, request.clicked_id, gross=gross)
    return Say(views.recorded(caller.reader, done, today=caller.today, replace=True))


def pass_through(bot: Bot, request: Request) -> Answers:
    """It was paid in the customer's name, as its note says."""
    caller = request.caller
    done = expenses.pass_through(bot, caller, request.clicked_id)
    return Say(views.recorded(caller.reader, done, today=caller.today, replace=True))


def delete(bot: Bot, request: Request) -> Answers:
    """Delete an expense, by the button in its form."""
    caller = request.caller
    said_at = request.kept(views.KEPT).said_at if request.in_modal else ""
    said = views.deleted(caller.reader, expenses.delete(bot, caller, request.clicked_id), today=caller.today)
    return [Say(said), *([Refresh(said, said_at)] if said_at else [])]
