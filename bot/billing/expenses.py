"""What of a customer's expenses would stand on a draft, and what people left out of it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from bot.billing.rules.expense_lines import expense_lines
from bot.billing.rules.expenses import Foreign, UnbilledExpense
from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.lines import Line, LineEdit
from bot.billing.rules.worth import Pricing
from bot.core.money import Sums
from bot.tracking.rules.spent import SpentKind
from storage import draft_choices as choice_rows
from storage import priced_articles as article_rows
from storage import unbilled_expenses as unbilled_expense_rows
from storage.drafts import Draft


class SpentLines(NamedTuple):
    """The lines of what was spent, those that were left out, and what is in other currencies and on no line."""

    kept: Sequence[Line] = ()
    left_out: Sequence[Line] = ()
    foreign: Foreign = ()


def read_lines(db: Connection, draft: Draft, pricing: Pricing, edits: Mapping[GroupKey, LineEdit]) -> SpentLines:
    """What was spent, as it would stand on a draft."""
    found = unbilled_expense_rows.unbilled_expenses(db, draft.workspace_id, draft.customer_id, draft.scope)
    if not found:
        return SpentLines()
    ids = {each.article_id for each in found if each.article_id}
    lines = expense_lines(
        found,
        pricing=pricing,
        edits=edits,
        articles=article_rows.articles_by_id(db, draft.workspace_id, ids) if ids else {},
        rates=unbilled_expense_rows.rates_of_vat(db, draft.workspace_id),
    )
    left_out = choice_rows.left_out(db, choice_rows.EXPENSES, draft.id)
    parts: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        parts[line.expense is not None and line.expense.expense_id in left_out].append(line)
    return SpentLines(*parts, _foreign(found, pricing.currency))


def _foreign(found: Sequence[UnbilledExpense], currency: str) -> Foreign:
    """What each kind comes to in other currencies than this one."""
    others = [each for each in found if each.currency != currency]
    by_kind = ((kind, [each for each in others if each.kind is kind]) for kind in SpentKind)
    return tuple(
        (kind, Sums.of((each.currency, each.amount_cents) for each in of_kind)) for kind, of_kind in by_kind if of_kind
    )
