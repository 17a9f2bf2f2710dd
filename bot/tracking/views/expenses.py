"""What is said about expenses, and the form in which they are recorded and corrected."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.catalog.views.pickers import target_option
from bot.core.money import Sums
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    View,
    actions,
    button,
    checkbox,
    confirmation,
    context,
    cut,
    date_picker,
    external_select,
    field,
    linked,
    message,
    message_modal,
    modal,
    option,
    section,
    static_select,
    text_input,
)
from bot.slack.metadata import Metadata
from bot.tracking.expense_form import ExpenseForm, ExpenseFormState
from bot.tracking.expenses import LONGEST_RECEIPT, Recorded, Spent, amount_said, label
from bot.tracking.rules.spent import SpentKind
from bot.tracking.views.entries import LONGEST_LINE, PRIVATE_MARK, TARGET, held_by, private_field, undo_button
from bot.tracking.views.spent import counted
from storage.expenses import Expense

EDIT = "expense_edit"
DELETE = "expense_delete"
EXPENSE_HISTORY = "expense_history"
"""Shows who changed what of an expense, which is the value; bot/bookkeeping does."""
FILLED = "expense_filled"
ARTICLE = "expense_article"
AS_NET = "expense_as_net"
AS_GROSS = "expense_as_gross"
AS_PASSED = "expense_as_passed"
GROSS, NET = "gross", "net"
_MOST_OFFERED = 5
OF_ONE = "expense:"
"""Begins the block_id of the buttons in a message about a single expense."""
KEPT = Metadata(ExpenseFormState)


def recorded(to: Reader, done: Recorded, *, today: date, replace: bool = False) -> Message:
    """An expense was written down or corrected, and how it can be put right."""
    expense = done.expense
    text = "\n".join((f"🧾 {line(to, expense, today=today)}", *_left_out(to, done), *_may_pass_through(to, done)))
    passed = [button(to.t("It is passed through"), AS_PASSED, str(expense.id))] if done.may_pass_through else []
    restate = (
        button(to.t("It is net"), AS_NET, str(expense.id))
        if expense.gross
        else button(to.t("It is gross"), AS_GROSS, str(expense.id))
    )
    buttons = actions(
        edit_button(to, expense.id),
        *passed,
        *([] if expense.pass_through else [restate]),
        undo_button(to, done.change_id),
        block_id=f"{OF_ONE}{expense.id}",
    )
    return message(text, [section(text), buttons], replace=replace)


def saved(to: Reader, done: Recorded, *, today: date) -> View:
    """The same after a form was saved."""
    text = "\n".join((f"🧾 {line(to, done.expense, today=today)}", *_left_out(to, done)))
    blocks = [section(text), actions(undo_button(to, done.change_id))]
    return message_modal({"blocks": blocks}, to.t("Expense"), close=to.t("Close"))


def _left_out(to: Reader, done: Recorded) -> list[str]:
    """That no invoice of the customer takes it as it is."""
    if done.expense.currency == done.billed_in:
        return []
    said = to.t(
        "⚠️ {customer} is billed in {currency}, so this is on no invoice. Press “Edit …” and type what it comes to in "
        "{currency}.",
        customer=done.expense.customer,
        currency=done.billed_in,
    )
    return [said]


def _may_pass_through(to: Reader, done: Recorded) -> list[str]:
    """That the word for it, which counts beside the amount alone, is part of the note here."""
    if not done.may_pass_through:
        return []
    said = to.t(
        "⚠️ “Pass-through” is only text in the note, so this is billed like any expense. Was it paid in the customer's "
        "name and for their account, and so bears no VAT? Then press “It is passed through”. Beside the amount the "
        "word counts by itself."
    )
    return [said]


def deleted(to: Reader, done: Recorded, *, today: date) -> Message:
    """An expense is gone, with the way back."""
    text = to.t(
        "🗑️ {what}, {amount} on {day}, is deleted.",
        what=label(done.expense),
        amount=amount_said(to, done.expense),
        day=to.dated(done.expense.day, today=today),
    )
    return message(text, [section(text), actions(undo_button(to, done.change_id))], replace=True)


def line(to: Reader, expense: Expense, *, today: date | None, who: str = "") -> str:
    """49.90 € gross · Acme › Website · yesterday, and the note below; without `today` the day stands elsewhere."""
    flags = [
        to.t("receipt {number}", number=expense.receipt) if expense.receipt else "",
        expense.article or "",
        to.t("passed through, without VAT") if expense.pass_through else "",
        _agreed(to, expense),
        to.t("not billable") if not expense.billable else "",
        held_by(to, expense) if expense.is_held else "",
    ]
    day = to.dated(expense.day, today=today) if today else ""
    said = [amount_said(to, expense), who, label(expense), day, *flags]
    note = f"{PRIVATE_MARK} {expense.note}" if expense.private else expense.note
    return cut("\n".join(filter(None, (" · ".join(filter(None, said)), note))), LONGEST_LINE)


def _agreed(to: Reader, expense: Expense) -> str:
    """What it bills of what is agreed with the customer."""
    if expense.month:
        return to.t("Retainer for {month}", month=to.month(expense.month))
    return to.t("fixed price") if expense.kind is SpentKind.PART else ""


def line_block(to: Reader, expense: Expense, *, today: date, can_edit: bool, who: str = "") -> Block:
    """The line in a list, with the button that opens its form; what is billed has the way there."""
    text = f"🧾 {line(to, expense, today=today, who=who)}"
    if expense.is_held:
        history = history_button(to, expense.id) if can_edit else None
        return linked(section(f"🔒 {text}", history), to.t("Open in Billomat"), expense.draft_link or "")
    return section(text, edit_button(to, expense.id) if can_edit else None)


def listed(to: Reader, spent: Spent, *, today: date, asks: int | None, bills: bool, several: bool) -> Iterator[Block]:
    """The expenses of a list below their sums; `several`: they may be several people's. `asks` reads it."""
    if not spent.expenses:
        return
    yield context(sums(to, spent))
    for each in spent.shown:
        can_edit = bills or each.person_id == asks
        who = each.person if several else ""
        yield line_block(to, each, today=today, can_edit=can_edit, who=who)
    if (hidden := len(spent.expenses) - len(spent.shown)) > 0:
        yield context(
            to.n(
                "… and {count} older expense: choose fewer days to see it.",
                "… and {count} older expenses: choose fewer days to see them.",
                hidden,
            )
        )


def sums(to: Reader, spent: Spent) -> str:
    """How many expenses there are, and of what is agreed, and what they come to as they were typed."""
    many = counted(to, (each.kind for each in spent.expenses))
    said = [
        f"{count}: {_added_up(to, [each for each in spent.expenses if each.kind is kind])}"
        for kind, count in many.items()
    ]
    return f"🧾 {' · '.join(said)}"


def _added_up(to: Reader, expenses: Sequence[Expense]) -> str:
    gross = Sums.of((each.currency, each.amount_cents) for each in expenses if each.gross)
    net = Sums.of((each.currency, each.amount_cents) for each in expenses if not each.gross)
    said = [to.t("{amount} gross", amount=to.money(cents, code)) for code, cents in gross.by_currency]
    said += [to.t("{amount} net", amount=to.money(cents, code)) for code, cents in net.by_currency]
    return " + ".join(said)


def edit_button(to: Reader, expense_id: int) -> Element:
    """Opens the form of an expense."""
    return button(to.t("Edit …"), EDIT, str(expense_id))


def form(to: Reader, shown: ExpenseForm) -> View:
    """The form of an expense."""
    title = to.t("Edit expense") if shown.kept.expense else to.t("Expense")
    blocks = [
        *_not_understood(to, shown),
        *_may_be(to, shown),
        field(
            to.thing("project"),
            external_select(TARGET, to.t("Search"), initial=target_option(shown.target) if shown.target else None),
            block_id="target",
        ),
        field(to.t("Day"), date_picker("day", initial=shown.day), block_id="day"),
        *_money(to, shown),
        field(
            to.t("What for"),
            text_input("note", initial=shown.note, multiline="\n" in shown.note),
            block_id="note",
            optional=True,
            hint=to.t("A note: the customer reads it as the text of the line, unless the box below is ticked."),
        ),
        private_field(to, on=shown.private),
        field(
            to.t("Receipt number"),
            text_input("receipt", initial=shown.receipt, most=LONGEST_RECEIPT),
            block_id="receipt",
            optional=True,
        ),
        field(
            to.t("Billing"),
            checkbox("billable", option(to.t("Billable"), "yes"), on=shown.billable),
            block_id="billable",
            optional=True,
        ),
        *(_of_recorded(to, shown.kept.expense) if shown.kept.expense else ()),
    ]
    return modal(FILLED, title, blocks, submit=to.t("Save"), close=to.t("Cancel"), metadata=KEPT.pack(shown.kept))


def _not_understood(to: Reader, shown: ExpenseForm) -> list[Block]:
    if not shown.not_understood:
        return []
    text = to.t(
        "I do not know what “{pieces}” means here, so nothing is written down yet. A note begins after a colon.",
        pieces=" ".join(shown.not_understood),
    )
    return [context(text)]


def _may_be(to: Reader, shown: ExpenseForm) -> list[Block]:
    if not shown.may_be:
        return []
    more = ["…"] if len(shown.may_be) > _MOST_OFFERED else []
    projects = ", ".join((*shown.may_be[:_MOST_OFFERED], *more))
    return [context(to.t("This may be several projects: {projects}. Choose the one you mean.", projects=projects))]


def _money(to: Reader, shown: ExpenseForm) -> list[Block]:
    """The fields for the amount, its VAT and, for those who see them, the article."""
    stated = {
        GROSS: option(to.t("With VAT (gross)"), GROSS),
        NET: option(to.t("Without VAT (net)"), NET),
    }
    amount = "" if shown.cents is None else to.amount(shown.cents * 100, shown.kept.currency)
    vat = "" if shown.vat_rate is None else to.decimal(shown.vat_rate)
    article = option(shown.article.name, str(shown.article.id)) if shown.article else None
    fields = [
        field(
            to.t("Amount in {currency}", currency=shown.kept.currency),
            text_input("amount", initial=amount, most=30),
            block_id="amount",
            hint=to.t("For example 49.90 or 1234.50"),
        ),
        field(
            to.t("The amount is"),
            static_select("stated", [*stated.values()], initial=stated[GROSS if shown.gross else NET]),
            block_id="stated",
        ),
        field(
            to.t("VAT in percent"),
            text_input("vat", initial=vat, most=10),
            block_id="vat",
            optional=True,
            hint=to.t("Empty: as the article says, else the account's usual rate"),
        ),
    ]
    passed = to.t("In the customer's name and for their account, so without VAT")
    fields.append(
        field(
            to.t("Passed through"),
            checkbox("pass_through", option(passed, "yes"), on=shown.pass_through),
            block_id="pass_through",
            optional=True,
            hint=to.t("Only where the receipt names the customer. Else it is billed net, with the VAT of your work."),
        )
    )
    if shown.takes_article:
        search = external_select(ARTICLE, to.t("Search"), initial=article)
        fields.append(field(to.t("Article"), search, block_id="article", optional=True))
    return fields


def _of_recorded(to: Reader, expense_id: int) -> list[Block]:
    return [actions(history_button(to, expense_id), _delete_button(to, expense_id))]


def history_button(to: Reader, expense_id: int) -> Element:
    """Shows who changed what of an expense, and its invoice."""
    return button(to.t("History …"), EXPENSE_HISTORY, str(expense_id))


def _delete_button(to: Reader, expense_id: int) -> Element:
    asked = confirmation(
        to.t("Delete this expense?"), to.t("You can undo this for 15 minutes."), to.t("Delete"), to.t("Keep")
    )
    return button(to.t("Delete expense"), DELETE, str(expense_id), style="danger", confirm=asked)
