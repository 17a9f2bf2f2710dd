"""The form of an expense: a new one, one that is corrected, or what was typed and is not clear yet."""

from dataclasses import dataclass, replace
from datetime import date

from bot.catalog import channels, finding
from bot.catalog.rules.names import Choice, PartialReading, Target
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar.values import Expense as TypedExpense
from bot.slack.metadata import RowId
from bot.tracking import currencies, expenses, questions
from bot.tracking.expense_fields import FilledExpense
from bot.tracking.expenses import Recorded
from bot.tracking.holding import require_unbilled
from bot.tracking.questions import Booked
from storage.catalog import Named
from storage.change import Change
from storage.expenses import Expense


@dataclass(frozen=True, slots=True)
class ExpenseFormState:
    """What travels with an open form."""

    expense: RowId | None = None
    """The one that is corrected; None: a new one."""
    opened: str = ""
    """How it was when the form was opened; see `expenses.as_opened`."""
    said_at: str = ""
    """Where the message can be answered or brought up to date that the form was opened from."""
    question_id: RowId | None = None
    """The question that this answers."""
    channel_id: str = ""
    """Slack's id of where the form was opened: it says what a guest may choose."""
    currency: str = ""
    """In which the amount is asked for."""


@dataclass(frozen=True, slots=True)
class ExpenseForm:
    """The form as it is to be shown."""

    kept: ExpenseFormState
    day: date
    target: Target | None = None
    cents: int | None = None
    gross: bool = True
    vat_rate: int | None = None
    article: Named | None = None
    takes_article: bool = False
    """Whether the person sees Billomat's articles."""
    receipt: str = ""
    note: str = ""
    billable: bool = True
    private: bool = False
    pass_through: bool = False
    not_understood: tuple[str, ...] = ()
    """What of the typed words was not understood."""
    may_be: tuple[str, ...] = ()
    """The projects that may be meant, where there are several."""


def begin(bot: Bot, caller: Caller, typed: TypedExpense, *, answer_at: str) -> ExpenseForm:
    """The form as it opens for what was typed without an amount, as far as its words are clear."""
    found = expenses.without_services(channels.find_choices_here(bot, caller, typed.words))
    named = [PartialReading(choice) for choice in found.choices] or [*found.nearest]
    target = named[0].choice.target if len(named) == 1 else None
    # Where several may be meant that leave different words over, any word may be the note.
    lefts = {reading.left for reading in named}
    left = lefts.pop() if len(lefts) == 1 else typed.words
    may_be = tuple(each.choice.target.label for each in named) if target is None and left != typed.words else ()
    with bot.database.read() as db:
        usual = currencies.currency_for(db, caller.workspace_id, target.customer_id if target else None)
    currency = typed.currency or usual
    kept = ExpenseFormState(said_at=answer_at, channel_id=caller.channel_id, currency=currency)
    return replace(_typed(caller, kept, typed, target, left), may_be=may_be)


def answering(bot: Bot, caller: Caller, question_id: int, booked_on: Booked, *, answer_at: str) -> ExpenseForm | None:
    """The form in answer to a question, with all that was typed; None where that is no expense. Raises UserError."""
    customer_id, project_id, _ = booked_on
    with bot.database.read() as db:
        kept = questions.look_at(db, caller, question_id)
        if kept is None:
            raise questions.old_question()
        typed = kept.typed
        if not isinstance(typed, TypedExpense):
            return None
        choice = finding.choice_of_ids(
            Change(db, caller), customer_id=customer_id, project_id=project_id, service_id=None
        )
        currency = typed.currency or currencies.currency_for(db, caller.workspace_id, customer_id)
    left = (kept.offered or {}).get(booked_on) or kept.left or finding.left_over(typed.words, choice)
    state = ExpenseFormState(
        said_at=answer_at, question_id=question_id, channel_id=caller.channel_id, currency=currency
    )
    return _typed(caller, state, typed, choice.target, left)


def _typed(
    caller: Caller, kept: ExpenseFormState, typed: TypedExpense, target: Target | None, left: tuple[str, ...]
) -> ExpenseForm:
    """The form with a note that is only what was typed as one: the customer reads it.

    Where no colon says what the note is, other words are taken for it, as of time.
    """
    odd = left if typed.note else questions.Offer(Choice(target), left).not_understood if target else ()
    return ExpenseForm(
        kept,
        day=typed.day,
        target=target,
        cents=typed.cents,
        gross=typed.gross is not False,
        vat_rate=typed.vat,
        takes_article=caller.bills,
        receipt=typed.receipt,
        note=typed.note or " ".join(left),
        pass_through=typed.pass_through,
        billable=(target is None or target.billable) if typed.billable is None else typed.billable,
        private=typed.private,
        not_understood=odd,
    )


def correct(bot: Bot, caller: Caller, expense_id: int, *, said_at: str) -> ExpenseForm:
    """The form of an expense. Raises UserError."""
    with bot.database.read() as db:
        expense = require_unbilled(caller, expenses.find(db, caller, expense_id))
    return _of(caller, expense, said_at)


def _of(caller: Caller, expense: Expense, said_at: str) -> ExpenseForm:
    opened = expenses.as_opened(expense)
    return ExpenseForm(
        ExpenseFormState(expense.id, opened, said_at, channel_id=caller.channel_id, currency=expense.currency),
        day=expense.day,
        target=Target(expense.customer_id, expense.project_id, expense.customer, expense.project),
        cents=expense.amount_cents,
        gross=expense.gross,
        vat_rate=expense.vat_rate,
        article=Named(expense.article_id, expense.article) if expense.article_id and expense.article else None,
        takes_article=caller.bills,
        receipt=expense.receipt,
        note=expense.note,
        billable=expense.billable,
        private=expense.private,
        pass_through=expense.pass_through,
    )


def save(bot: Bot, caller: Caller, kept: ExpenseFormState, filled: FilledExpense) -> Recorded:
    """Write down or correct what was filled in. Raises UserError, which names the field to stand at."""
    if kept.expense is not None:
        return expenses.edit(bot, caller, kept.expense, filled, opened=kept.opened)
    with bot.change_time(caller) as change:
        if kept.question_id is not None:
            questions.settle(change, kept.question_id)
        return expenses.create(change, filled)
