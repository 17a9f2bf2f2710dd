"""What an approval froze: the lines of a draft as they were sent, and which entries and expenses stand on them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.billing.rules.lines import InvoiceLine, Line
from bot.billing.rules.reductions import Reduction
from bot.billing.rules.tax import Vat
from bot.billing.rules.taxation import TaxCase
from storage.change import Author, Change
from storage.rows import NewRow, columns_of, insert_row, row_values
from storage.tables import (
    DraftEntry,
    DraftExpense,
    DraftLine,
    DraftShare,
    RetainerUse,
    articles,
    draft_entries,
    draft_expenses,
    draft_lines,
    draft_shares,
    freed_shares,
    retainer_uses,
)


class FrozenLine(NamedTuple):
    """A line as it was approved: hundredths of an hour, ten-thousandths, hundredths of a percent."""

    id: int
    title: str
    description: str
    unit: str
    hours: int
    unit_price: int
    amount_cents: int
    is_total: bool
    tax_name: str | None
    tax_rate: int | None
    tax_reason: str
    billomat_article_id: int | None
    article_currency: str | None
    """"": the account's."""
    reduction: int
    reduction_cents: int
    """What is taken off of it; its amount is what is left."""

    @property
    def vat(self) -> Vat | None:
        """None: Billomat decides."""
        return None if self.tax_name is None or self.tax_rate is None else Vat(self.tax_name, self.tax_rate)

    @property
    def taken_off(self) -> Reduction:
        """What is taken off of the line alone."""
        return Reduction(self.reduction, self.reduction_cents)


_FROZEN = (
    select(
        *columns_of(
            FrozenLine,
            draft_lines,
            billomat_article_id=articles.c.billomat_id,
            article_currency=articles.c.currency,
        )
    )
    .select_from(draft_lines)
    .outerjoin(articles, articles.c.id == draft_lines.c.article_id)
    .where(draft_lines.c.draft_id == bindparam("draft"))
    .order_by(draft_lines.c.position)
)


def freeze(change: Change[Author], draft_id: int, lines: Sequence[InvoiceLine], case: TaxCase) -> None:
    """Write the approved lines and bind their entries. Raises IntegrityError for an entry that is bound already, or
    of which not all seconds are on the lines, and for more hours than a retainer includes.
    """
    db, workspace_id = change.db, change.by.workspace_id
    shares, spent, used = list[NewRow[DraftShare]](), list[NewRow[DraftExpense]](), list[NewRow[RetainerUse]]()
    for position, worded in enumerate(lines, start=1):
        line_id, line = _write_line(change, draft_id, position, worded, case), worded.line
        shares += [
            row_values(
                DraftShare,
                entry_id=entry.entry_id,
                line_id=line_id,
                workspace_id=workspace_id,
                draft_id=draft_id,
                seconds=entry.seconds or 0,
            )
            for entry in line.entries
        ]
        if line.included:
            used += [
                row_values(
                    RetainerUse,
                    line_id=line_id,
                    month=month,
                    workspace_id=workspace_id,
                    draft_id=draft_id,
                    agreement_id=line.included.agreement_id,
                    seconds=seconds,
                )
                for month, seconds in line.included.used
            ]
        if line.expense:
            spent += [
                row_values(
                    DraftExpense,
                    expense_id=line.expense.expense_id,
                    workspace_id=workspace_id,
                    draft_id=draft_id,
                    line_id=line_id,
                )
            ]
    bound = sorted({share["entry_id"] for share in shares})
    rows = [row_values(DraftEntry, entry_id=each, workspace_id=workspace_id, draft_id=draft_id) for each in bound]
    if shares:
        db.execute(insert(draft_shares), shares)
        db.execute(insert(draft_entries), rows)
    if spent:
        db.execute(insert(draft_expenses), spent)
    if used:
        db.execute(insert(retainer_uses), used)


def _write_line(change: Change[Author], draft_id: int, position: int, worded: InvoiceLine, case: TaxCase) -> int:
    """One of the lines; its id."""
    line = worded.line
    return insert_row(
        change.db,
        DraftLine,
        workspace_id=change.by.workspace_id,
        draft_id=draft_id,
        position=position,
        project_id=line.project_id,
        service_id=line.service_id,
        title=worded.title,
        description=worded.description,
        # To Billomat 0 may be no price, and it would take the article's.
        article_id=line.article.id if line.article and not line.included else None,
        unit=worded.unit,
        unit_price=line.unit_price,
        seconds=line.seconds,
        hours=line.quantity,
        is_total=line.is_total or line.expense is not None,
        amount_cents=line.amount_cents,
        reduction=line.edit.reduction.percent,
        reduction_cents=line.edit.reduction.cents,
        tax_name=line.vat.name if line.vat else None,
        tax_rate=line.vat.rate if line.vat else None,
        tax_reason=line.tax_reason(case),
        above_budget=line.above_budget is not None,
    )


def as_frozen(position: int, worded: InvoiceLine, case: TaxCase) -> FrozenLine:
    """A line as `frozen_lines` would have it, were it approved now; it has a price."""
    line, article = worded.line, worded.line.article
    return FrozenLine(
        id=position,
        title=worded.title,
        description=worded.description,
        unit=worded.unit,
        hours=line.quantity,
        unit_price=line.unit_price or 0,
        amount_cents=line.amount_cents or 0,
        is_total=line.is_total or line.expense is not None,
        tax_name=line.vat.name if line.vat else None,
        tax_rate=line.vat.rate if line.vat else None,
        tax_reason=line.tax_reason(case),
        billomat_article_id=article.billomat_id if article else None,
        article_currency=article.currency if article else None,
        reduction=line.edit.reduction.percent,
        reduction_cents=line.edit.reduction.cents,
    )


def frozen_lines(db: Connection, draft_id: int) -> list[FrozenLine]:
    """The lines as they were approved, in their order."""
    return [FrozenLine._make(row) for row in db.execute(_FROZEN, {"draft": draft_id})]


def bound(db: Connection, draft_id: int) -> dict[str, Any]:
    """The entries and expenses that stand on a draft, for the audit."""
    worked = select(draft_entries.c.entry_id).where(draft_entries.c.draft_id == draft_id)
    spent = select(draft_expenses.c.expense_id).where(draft_expenses.c.draft_id == draft_id)
    found = {
        "entries": list(db.execute(worked.order_by(draft_entries.c.entry_id)).scalars()),
        "expenses": list(db.execute(spent.order_by(draft_expenses.c.expense_id)).scalars()),
    }
    return found if found["expenses"] else {"entries": found["entries"]}


def recorded(lines: Sequence[InvoiceLine], case: TaxCase) -> list[dict[str, Any]]:
    """The lines as they were approved, for the audit: what is given free again leaves no frozen line behind."""
    return [_recorded(position, worded, case) for position, worded in enumerate(lines, start=1)]


def _recorded(position: int, worded: InvoiceLine, case: TaxCase) -> dict[str, Any]:
    line = worded.line
    return {
        "position": position,
        "title": worded.title,
        "description": worded.description,
        "unit": worded.unit,
        "unit_price": line.unit_price,
        "seconds": line.seconds,
        "hours": line.quantity,
        "is_total": line.is_total,
        "amount_cents": line.amount_cents,
        "reduction": line.edit.reduction.percent,
        "reduction_cents": line.edit.reduction.cents,
        "tax_name": line.vat.name if line.vat else None,
        "tax_rate": line.vat.rate if line.vat else None,
        "tax_reason": line.tax_reason(case),
        "shares": [[entry.entry_id, entry.seconds or 0] for entry in line.entries],
        "expense_id": line.expense.expense_id if line.expense else None,
        "above_budget": line.above_budget is not None,
        **({"included": _used(line)} if line.included else {}),
    }


def _used(line: Line) -> list[list[Any]]:
    """What of which retainer and month it uses."""
    included = line.included
    return [[included.agreement_id, month.isoformat(), seconds] for month, seconds in included.used] if included else []


def release(db: Connection, draft_id: int) -> None:
    """Give all that is on a draft free and drop its frozen lines; what people changed on them stays."""
    db.execute(delete(freed_shares).where(freed_shares.c.draft_id == draft_id))
    for table in (draft_entries, draft_expenses, draft_lines):
        db.execute(delete(table).where(table.c.draft_id == draft_id))
