"""The window of the budgets of a customer's projects, its form, and how much of one is used up, in words."""

from dataclasses import dataclass, replace

from bot.billing.budgets import Budgets, EnteredBudget
from bot.billing.preview import Preview
from bot.billing.rules.budgeted import OnDraft
from bot.billing.rules.budgets import THRESHOLDS, Budget, BudgetUse
from bot.billing.rules.lines import Line
from bot.billing.rules.rates import CENT
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    View,
    actions,
    button,
    confirmation,
    context,
    cut,
    date_picker,
    external_select,
    field,
    message,
    modal,
    option,
    radio_buttons,
    section,
    text_input,
)
from bot.slack.metadata import Metadata, RowId
from bot.slack.request import Request
from bot.slack.untrusted import read_id, reading

OPEN = "budgets_open"
"""Opens the window on top of an invoice, or from a message; its value is that of the agreements."""
AGREEMENTS = "budgets_agreements"
"""Shows the agreements in the place of the window."""
NEW = "budgets_new"
PROJECT = "budgets_project"
CHANGE = "budgets_change"
CHANGE_AT_ONCE = "budgets_change_at_once"
"""Opens the form of a budget from an invoice; its value is customer, draft and budget."""
REMOVE = "budgets_remove"
BACK = "budgets_back"
"""From the form to the window, also where an invoice opened the form."""
SAVED = "budgets_saved"
WINDOW = "budgets_window"
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class BudgetsPage:
    """What the window and its form keep: whose budgets, the invoice below, and which one a form changes."""

    customer: RowId
    draft: RowId | None = None
    budget: RowId | None = None
    shown: str = ""
    """The digest of its terms when the form was opened."""
    at_once: bool = False
    """The form was opened from the invoice, which is seen again once it is saved."""


KEPT = Metadata(BudgetsPage)


def budgets_button(to: Reader, customer_id: int, draft_id: int | None = None) -> Element:
    """Opens the window from where a budget is spoken of."""
    return button(to.t("Budgets …"), OPEN, f"{customer_id}:{draft_id or ''}")


def _change_button(to: Reader, preview: Preview, budget: Budget) -> Element:
    """Opens the form of a budget from the invoice."""
    label = to.t("Change the budget of {project}", project=cut(budget.project, _LONGEST))
    value = f"{preview.customer_id}:{preview.draft_id}:{budget.id}"
    return button(to.t("Change …"), CHANGE_AT_ONCE, value, label=label)


@reading()
def read_budget(value: str) -> BudgetsPage:
    """What the button says that opens the form of a budget at once. Raises UserError for anything else."""
    customer, draft, budget = map(read_id, value.split(":"))
    return BudgetsPage(customer, draft, budget, at_once=True)


def budgets_page(to: Reader, found: Budgets, kept: BudgetsPage, *, said: str = "") -> View:
    """All budgets of a customer; `said` is what was done a moment ago."""
    blocks: list[Block] = [
        *([section(f"✅ {said}")] if said else []),
        section(to.t("What the projects of {customer} may use up, in hours or in money.", customer=found.customer)),
        *([] if found.uses else [context(to.t("No project has a budget."))]),
    ]
    for use in found.uses:
        name = cut(use.budget.project, _LONGEST)
        label = to.t("Change the budget of {project}", project=name)
        change = button(to.t("Change …"), CHANGE, str(use.budget.id), label=label)
        blocks.append(section("\n".join(_said(to, use)), change))
    beside = button(to.t("Agreements …"), AGREEMENTS)
    blocks.append(actions(button(to.t("Budget …"), NEW), beside, block_id="adding"))
    packed = KEPT.pack(replace(kept, budget=None, at_once=False))
    return modal(WINDOW, to.t("Budgets"), blocks, close=to.t("Close"), metadata=packed)


def _said(to: Reader, use: BudgetUse) -> list[str]:
    budget = use.budget
    name, limit = cut(budget.project, _LONGEST), amount_said(to, budget, budget.limit)
    kind = (
        to.t("{project}: {limit}, hard: nothing above it is billed", project=name, limit=limit)
        if budget.is_hard
        else to.t("{project}: {limit}, soft: it warns", project=name, limit=limit)
    )
    return [kind, to.t("From {month} on", month=to.month(budget.first_day)), used_said(to, use)]


def used_said(to: Reader, use: BudgetUse) -> str:
    """How much is used up, how much of that is billed, and what is left, or what is above."""
    budget = use.budget
    used, billed = amount_said(to, budget, use.used), amount_said(to, budget, use.billed)
    values = {"used": used, "percent": to.percent(use.percent * 100), "billed": billed}
    rest = budget.limit - use.used
    if rest >= 0:
        return to.t(
            "{used} used ({percent}), {billed} of it billed, {rest} left",
            rest=amount_said(to, budget, rest),
            **values,
        )
    return to.t(
        "{used} used ({percent}), {billed} of it billed, {above} above", above=amount_said(to, budget, -rest), **values
    )


def project_said(budget: Budget) -> str:
    """Customer › project."""
    return f"{cut(budget.customer, _LONGEST)} › {cut(budget.project, _LONGEST)}"


def short_said(to: Reader, use: BudgetUse) -> str:
    """One line of a list: Acme › Website: 33:00 of 40:00 h (82%)."""
    budget = use.budget
    said = to.t(
        "{project}: {used} of {limit} ({percent})",
        project=project_said(budget),
        used=amount_said(to, budget, use.used),
        limit=amount_said(to, budget, budget.limit),
        percent=to.percent(use.percent * 100),
    )
    if not use.reached:
        return said
    return f"🛑 {said}" if budget.is_hard and use.percent >= THRESHOLDS[-1] else f"⚠️ {said}"


def amount_said(to: Reader, budget: Budget, amount: int) -> str:
    """So many seconds or cents of a budget."""
    if budget.cents is None:
        return to.t("{hours} h", hours=to.length(amount))
    return to.money(amount, budget.currency)


def budget_form(to: Reader, found: Budgets, kept: BudgetsPage, now: Budget | None = None) -> View:
    """A new budget, or a known one to be changed."""
    project = external_select(PROJECT, to.t("Search")) | {"min_query_length": 0}
    hint = to.t("Hours like 40 h or 37:30, or net money like 5000 {currency}", currency=found.currency)
    soft = option(to.t("Warn at 80% and 100%"), "soft")
    hard = option(to.t("Warn, and bill nothing above it"), "hard")
    blocks: list[Block] = [
        section(cut(now.project, _LONGEST)) if now else field(to.thing("project"), project, block_id="project"),
        field(to.t("Budget"), text_input("amount", initial=_typed(to, now), most=30), block_id="amount", hint=hint),
        field(
            to.t("When it is used up"),
            radio_buttons("kind", [soft, hard], initial=hard if now and now.is_hard else soft),
            block_id="kind",
            hint=to.t("Time is recorded in any case."),
        ),
        field(
            to.t("From the month of"),
            date_picker("first", initial=now.first_day if now else found.today.replace(day=1)),
            block_id="first",
            hint=to.t("Time of earlier months is no part of it."),
        ),
    ]
    if now:
        blocks.append(actions(_removing(to, now)))
    back = actions(button(to.t("Budgets …") if kept.at_once else to.t("Back"), BACK), block_id="back")
    packed = KEPT.pack(replace(kept, budget=now.id if now else None, shown=now.terms_digest if now else ""))
    return modal(
        SAVED,
        to.t("Budget"),
        [back, *blocks],
        submit=to.t("Save"),
        close=to.t("Cancel"),
        metadata=packed,
    )


def _typed(to: Reader, now: Budget | None) -> str:
    """A known amount as it can be typed again."""
    if now is None:
        return ""
    if now.cents is None:
        return to.t("{hours} h", hours=to.length(now.limit))
    return f"{to.amount(now.cents * CENT)} {now.currency}"


def _removing(to: Reader, now: Budget) -> Element:
    asked = confirmation(
        to.t("Remove this budget?"),
        to.t("All open time of the project is billed then."),
        to.t("Remove"),
        to.t("Cancel"),
    )
    return button(to.t("Remove"), REMOVE, str(now.id), style="danger", confirm=asked)


@reading()
def entered_budget(request: Request) -> EnteredBudget:
    """What stands in the form. Raises UserError."""
    return EnteredBudget(
        request.entered_id("project"),
        request.entered_text("amount"),
        request.entered_choice("kind") == "hard",
        request.entered_day("first"),
        request.kept(KEPT).shown,
    )


# In the invoice


def budget_blocks(to: Reader, preview: Preview) -> list[Block]:
    """Of each budget that the invoice has work of: what is above it, and what is billed of it then."""
    return [_on_invoice(to, preview, each) for each in preview.budgets]


def _on_invoice(to: Reader, preview: Preview, on_draft: OnDraft) -> Block:
    budget = on_draft.use.budget
    if budget.currency not in ("", preview.currency):
        text = to.t(
            "⚠️ The budget of {project} is in {currency}, and this invoice in {other}: it holds nothing back here.",
            project=cut(budget.project, _LONGEST),
            currency=budget.currency,
            other=preview.currency,
        )
        return section(text, _change_button(to, preview, budget))
    return _above(to, preview, on_draft) if on_draft.above else _within(to, on_draft)


def _above(to: Reader, preview: Preview, on_draft: OnDraft) -> Block:
    budget = on_draft.use.budget
    said = [
        to.t(
            "🛑 {hours} h of {project} are above its budget of {limit} and cost nothing.",
            hours=to.length(on_draft.above),
            project=cut(budget.project, _LONGEST),
            limit=amount_said(to, budget, budget.limit),
        )
    ]
    if on_draft.use.billed:
        said.append(
            to.t(
                "Of the budget {before} were billed before, and {billed} are billed here.",
                before=amount_said(to, budget, on_draft.use.billed),
                billed=amount_said(to, budget, on_draft.billed),
            )
        )
    said.append(to.t("With a larger budget more is billed."))
    return section(" ".join(said), _change_button(to, preview, budget))


def _within(to: Reader, on_draft: OnDraft) -> Block:
    use = on_draft.with_draft
    budget = use.budget
    text = to.t(
        "{project}: with this invoice {billed} of the budget of {limit} are billed ({percent}).",
        project=cut(budget.project, _LONGEST),
        billed=amount_said(to, budget, use.billed),
        limit=amount_said(to, budget, budget.limit),
        percent=to.percent(use.percent * 100),
    )
    return context(f"⚠️ {text}" if use.reached else text)


def why_above(to: Reader, preview: Preview, line: Line) -> list[str]:
    """Why a line above a budget costs nothing."""
    said = []
    for each in preview.budgets:
        budget = each.use.budget
        if budget.id == line.above_budget:
            said.append(
                to.t(
                    "Nothing: it is above the hard budget of {project}, {limit}. In the order of time {before} were "
                    "billed before, and {billed} are on this invoice.",
                    project=cut(budget.project, _LONGEST),
                    limit=amount_said(to, budget, budget.limit),
                    before=amount_said(to, budget, each.use.billed),
                    billed=amount_said(to, budget, each.billed),
                )
            )
    return said


# Messages


def warning(to: Reader, use: BudgetUse) -> Message:
    """Much of a budget is used up, or all of it."""
    budget = use.budget
    values = {
        "project": project_said(budget),
        "percent": to.percent(use.percent * 100),
    }
    if use.percent < 100:
        text = to.t("⚠️ {percent} of the budget of {project} is used up.", **values)
    else:
        text = to.t("🛑 The budget of {project} is used up ({percent}).", **values)
    limit = to.t("Budget: {limit}", limit=amount_said(to, budget, budget.limit))
    what_then = (
        to.t("Time above it goes on being recorded and is not billed. A larger budget makes it billable.")
        if budget.is_hard
        else to.t("It only warns: all time goes on being billed.")
    )
    blocks = [section(text), context(f"{limit} · {used_said(to, use)}\n{what_then}")]
    return message(text, [*blocks, actions(budgets_button(to, budget.customer_id))])
