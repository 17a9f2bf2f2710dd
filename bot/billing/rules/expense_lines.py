"""Lines made of expenses and lump sums, one of each."""

from collections.abc import Collection, Iterable, Mapping

from bot.billing.rules.entries import NO_ENTRIES
from bot.billing.rules.expenses import UnbilledExpense, key_of, price_of_expense, vat_of
from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.lines import AS_IT_COMES, ONE, Line, LineEdit
from bot.billing.rules.rates import PricedArticle
from bot.billing.rules.rounding import amount
from bot.billing.rules.tax import Vat, tax_of
from bot.billing.rules.worth import Pricing, typed_price


def expense_lines(
    expenses: Iterable[UnbilledExpense],
    *,
    pricing: Pricing,
    edits: Mapping[GroupKey, LineEdit],
    articles: Mapping[int, PricedArticle],
    rates: Collection[Vat],
) -> list[Line]:
    """A line for each expense in the invoice's currency; `articles` are by their ids, `rates` are the account's."""
    return [
        _expense_line(each, articles.get(each.article_id or 0), pricing, edits.get(key_of(each), AS_IT_COMES), rates)
        for each in expenses
        if pricing.currency in ("", each.currency)
    ]


def _expense_line(
    expense: UnbilledExpense,
    usual: PricedArticle | None,
    pricing: Pricing,
    edit: LineEdit,
    rates: Collection[Vat],
) -> Line:
    article = None if expense.pass_through else edit.chosen_article(usual)
    vat = vat_of(expense, article, pricing.vat, rates)
    if edit.rate_cents is None:
        price = price_of_expense(expense, vat, pricing.terms)
    else:
        price = typed_price(edit.rate_cents, edit.rate_gross, vat, pricing.terms)
    return Line(
        key=key_of(expense),
        project_id=expense.project_id,
        project=expense.project,
        service_id=None,
        service=None,
        entries=NO_ENTRIES,
        seconds=0,
        hours=0,
        article=article,
        unit_price=price,
        amount_cents=edit.reduction.less(amount(ONE, price, pricing.smallest), pricing.smallest),
        vat=vat if expense.pass_through else tax_of(vat, None, taxed=pricing.taxed, untaxed=pricing.untaxed),
        edit=edit,
        expense=expense,
        smallest=pricing.smallest,
    )
