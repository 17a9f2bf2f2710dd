"""What a person wants different on the lines of an open draft: text, description, rate, article."""

from dataclasses import dataclass
from typing import NamedTuple

from bot.billing import arranging, descriptions, typed_reductions
from bot.billing.collect import preview_of
from bot.billing.opening import find_open, lock_open, seen_lines, show_changed, show_in_form
from bot.billing.preview import Preview
from bot.billing.pricing import article_of
from bot.billing.remembering import Elsewhere, elsewhere, remember_article
from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.lines import InvoiceLine, Line
from bot.billing.rules.rates import CENT
from bot.billing.rules.reductions import NO_REDUCTION, Reduction
from bot.billing.rules.rounding import amount
from bot.billing.rules.scope import Scope
from bot.billing.rules.seen import SeenLine
from bot.billing.writing import LONGEST_TITLE
from bot.billomat.client import without_emoji
from bot.core import money
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import FieldErrors, UserError, two_amounts, without_decimals
from bot.core.texts import Reader
from bot.people.callers import require_biller
from bot.tracking import expense_fields
from storage import draft_terms as draft_term_rows
from storage import line_edits as line_edit_rows
from storage import priced_articles as article_rows
from storage import shown as shown_rows
from storage.change import Change
from storage.drafts import Draft
from storage.line_edits import StoredEdit
from storage.shown import entries_as_json


@dataclass(frozen=True, slots=True)
class EnteredLine:
    """What was filled in for a line; empty texts stand for the default ones.

    `shown` is the digest of the invoice that the form was opened from; empty where the form does not know it.
    """

    shown: str
    title: str
    description: str
    rate: str
    article_id: int | None
    remember: bool
    percent: str = ""
    amount: str = ""
    """What is taken off, as one of both."""
    place: int | None = None
    """Which one of the lines it is to be, from 0; None: where it stands."""


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line to be changed, in its invoice, and what else the article of its service decides."""

    preview: Preview
    item: InvoiceLine
    elsewhere: Elsewhere


def find_line(bot: Bot, caller: Caller, draft_id: int, key: GroupKey, *, scope: Scope) -> FoundLine:
    """One line of the open draft that the person sees, of this scope, to be changed. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = find_open(change.db, caller, draft_id)
        if draft.scope != scope:  # seen before drafts stood side by side
            raise UserError("This invoice is for another period by now. Please open it again.")
        preview = show_in_form(change, draft)
        item = preview.line(key)
        return FoundLine(preview, item, elsewhere(change, preview, item))


def change_line(bot: Bot, caller: Caller, draft_id: int, key: GroupKey, entered: EnteredLine) -> Preview:
    """Keep what a person wants different on one line. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id, field="description")
        preview = preview_of(change.db, caller, draft)
        line = preview.line(key)
        seen, now = _seen(change, draft_id, line, entered.shown), line.line.edit
        title = descriptions.tidy(entered.title)[:LONGEST_TITLE]
        description = without_emoji(entered.description)[: descriptions.LONGEST]
        chosen = _chosen(change, draft, preview, line, entered)
        edit = StoredEdit(
            group_key=key,
            title=_text(title, seen.title, now.title, default=line.default_title),
            description=_text(description, seen.description, now.description, default=line.default_description),
            article_id=chosen.article_id,
            article_kept=chosen.article_kept,
            rate_cents=chosen.rate_cents,
            rate_gross=chosen.rate_gross,
            written_for=entries_as_json(seen.entries),
            reduction=chosen.reduction.percent,
            reduction_cents=chosen.reduction.cents,
        )
        draft_term_rows.use_currency(change, draft, preview.currency)
        line_edit_rows.keep_line_edit(change, draft_id, edit)
        if entered.place is not None:
            arranging.put_line(change, draft, preview, key, entered.place)
        return show_changed(change, draft_id, preview)


def start_over(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """Forget what people changed on the lines of a draft. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        before = preview_of(change.db, caller, draft)
        line_edit_rows.forget_line_edits(change, draft_id)
        return show_changed(change, draft_id, before)


def _seen(change: Change[Caller], draft_id: int, line: InvoiceLine, content: str) -> SeenLine:
    """The line as it was when its form was opened. Raises UserError when somebody else changed it since."""
    (now,) = seen_lines([line])
    shown = shown_rows.what_was_shown(change.db, draft_id, change.by.person_id, content)
    seen = next((each for each in shown.lines if each.key == now.key), now) if shown else now
    if seen.edit != now.edit:
        raise UserError(
            "Somebody changed this line while you had it open. Copy what you typed, close this window and press "
            "“Edit …” again.",
            field="description",
        )
    return seen


def _text(entered: str, seen: str, known: str | None, *, default: str) -> str | None:
    """What was entered, None for the default one; what was left as it was `seen` goes on as it is `known`.

    So a text that nobody changed goes on following the entries, also those that came while the form was open.
    """
    tidied = entered.replace("\r\n", "\n").strip()
    if digest(tidied) == seen:
        return known
    return None if tidied in ("", default) else tidied


def shown_rate(to: Reader, line: Line, currency: str) -> str:
    """The rate that a person typed, as its field shows it; empty where nobody did."""
    return "" if line.edit.rate_cents is None or line.unit_price is None else to.amount(line.unit_price, currency)


def _rate(caller: Caller, preview: Preview, item: InvoiceLine, entered: str) -> tuple[int | None, bool | None]:
    """The rate, and whether it is with VAT; one that was left as it was shown stays what it is."""
    if not entered:
        return None, None
    known = item.line.edit
    if entered == shown_rate(caller.reader, item.line, preview.currency):
        return known.rate_cents, known.rate_gross
    if item.line.is_agreed:  # a form that was opened before an update asks for it
        raise UserError(
            "This is part of what is agreed with the customer: change its amount with Agreements ….", field="rate"
        )
    if item.line.above_budget:
        raise UserError("This is above the budget of the project: raise it with Agreements ….", field="rate")
    currency = preview.currency
    if item.line.expense:
        return expense_fields.read_amount(entered, currency, field="rate"), preview.gross_prices
    return read_rate(entered, currency, field="rate"), preview.gross_prices


def read_rate(typed: str, currency: str, *, field: str) -> int:
    """Cents out of a field for the hourly rate of a line. Raises UserError."""
    try:
        return money.read_rate(typed, currency)
    except money.AnotherCurrency:
        raise UserError("Type the rate in {currency}, as this invoice is.", field=field, currency=currency) from None
    except money.NoDecimals:
        raise without_decimals(currency, field=field) from None
    except money.TwoAmounts as two:
        raise two_amounts(typed, two.readings, field=field) from None
    except ValueError:
        raise UserError("Type the price of an hour, like 95 or 95.50.", field=field) from None


class _Chosen(NamedTuple):
    """What decides the amount of a line, in its own columns."""

    article_id: int | None
    article_kept: bool
    rate_cents: int | None
    rate_gross: bool | None
    reduction: Reduction


def _chosen(change: Change[Caller], draft: Draft, preview: Preview, item: InvoiceLine, entered: EnteredLine) -> _Chosen:
    """What was entered of it. Raises UserError with all that is wrong; what is taken off depends on the rate."""
    caller, wrong = change.by, FieldErrors()
    article = wrong.read(lambda: _chosen_article(change, draft, preview, item, entered), (None, False))
    rate = wrong.read(lambda: _rate(caller, preview, item, entered.rate), None)
    if rate is None:
        wrong.read(lambda: typed_reductions.entered(entered.percent, entered.amount, preview.currency), None)
        wrong.raise_any()
    cents, gross = rate or (None, None)
    reduction = wrong.read(lambda: _reduction(caller, preview, item, entered, cents), NO_REDUCTION)
    wrong.raise_any()
    return _Chosen(*article, cents, gross, reduction)


def _reduction(
    caller: Caller, preview: Preview, item: InvoiceLine, entered: EnteredLine, rate_cents: int | None
) -> Reduction:
    """What is taken off of the line, of what it costs at the rate that is typed with it."""
    line = item.line
    listed = line.listed_cents if rate_cents is None else amount(line.quantity, rate_cents * CENT, line.smallest)
    return typed_reductions.of_line(caller, entered.percent, entered.amount, listed, preview.currency)


def _chosen_article(
    change: Change[Caller], draft: Draft, preview: Preview, item: InvoiceLine, entered: EnteredLine
) -> tuple[int | None, bool]:
    """The article for this line alone, and whether it only goes on holding what its service had before.

    One that is to be remembered is kept for the service instead.
    """
    db, line, article_id = change.db, item.line, entered.article_id
    if article_id and not article_rows.articles_by_id(db, draft.workspace_id, [article_id]):
        raise UserError("This article is no longer there. Please choose another one.", field="article")
    if line.service_id is None or not preview.grouping.has_one_service:  # all its entries are billed as one article
        usual_id = line.article.id if line.article and line.edit.article is None else None
        return (None if article_id == usual_id else article_id), False
    if entered.remember:
        remember_article(change, draft, line.service_id, article_id)
        return None, False
    if line.edit.article_kept and article_id == (line.article.id if line.article else None):
        return article_id, True
    known = article_of(db, draft.workspace_id, draft.customer_id, line.service_id)
    return (None if known and known.id == article_id else article_id), False
