"""The lines in the invoice: groups that open to them, each as the customer will read it, and other pages of them."""

from collections.abc import Iterator
from itertools import pairwise

from bot.billing.preview import Preview
from bot.billing.rules.grouping import Shared
from bot.billing.rules.lines import InvoiceLine
from bot.billing.rules.outline import Group, Page, Row, fees_of, page_of
from bot.billing.rules.units import is_hourly
from bot.billing.views.agreements import covered_said
from bot.billing.views.customers_texts import shortened
from bot.billing.views.entries import entries_button, leave_out_button, left_out
from bot.billing.views.finding import finding_blocks
from bot.billing.views.line import changed_since_edit, line_name, parts_of_total
from bot.billing.views.reduction import reduction_said
from bot.billing.views.retainers import is_said_elsewhere
from bot.billing.views.rounding import difference_said
from bot.billing.views.why import why_button, why_group_button
from bot.billing.wording import week_said
from bot.core.texts import Reader
from bot.slack.blocks import Block, Element, actions, button, cut, divider, section
from bot.slack.pages import all_pages

LINE = "invoice_line"
OPEN_GROUP = "invoice_group_open"
FOLD_GROUP = "invoice_group_fold"
"""The value of either is the group's key."""
PAGE = "invoice_page"
"""Shows another page of lines, which is its value; buttons have their direction behind a colon."""
_SHOWN_DESCRIPTION = 3
_SHOWN_LINE = 150
"""Lines, and characters of each; all of it is in the line's form."""
_LONGEST_NAME = 100


def outline(to: Reader, preview: Preview) -> list[Block]:
    """What of the lines is in sight, and the ways to what is not."""
    page = page_of(preview.lines, preview.grouping, preview.place)
    blocks = finding_blocks(to, preview, page)
    for before, row in pairwise((None, *page.rows)):
        if row and before and row.group is not before.group and _stands_apart(before) and not _stands_apart(row):
            blocks.append(divider())
        blocks += _row(to, preview, row) if row else ()
    return blocks + _other_pages(to, preview, page)


def _stands_apart(row: Row) -> bool:
    """Whether lines of its group stand below a heading."""
    return row.is_open and len(row.group.lines) > 1


def _row(to: Reader, preview: Preview, row: Row) -> list[Block]:
    if row.item is None:
        return _heading(to, preview, row)
    why = why_button(to, row.item.line.key, row.item.name)
    return [section(_line_text(to, preview, row.item), why), actions(*_line_actions(to, row.item))]


def _line_actions(to: Reader, item: InvoiceLine) -> list[Element]:
    """What can be done with a line, one click each."""
    return [
        button(to.t("Edit …"), LINE, item.line.key, label=to.t("Edit {what}", what=item.name)),
        *([] if item.line.expense else [entries_button(to, item.line.key, item.name)]),
        leave_out_button(to, item.line.key, item.name),
    ]


def _heading(to: Reader, preview: Preview, row: Row) -> list[Block]:
    group = row.group
    name = group_name(to, preview, group)
    count = to.n("{count} line", "{count} lines", len(group.lines))
    amount = "" if group.amount_cents is None else to.money(group.amount_cents, preview.currency)
    counted = " · ".join(filter(None, (count, f"{to.decimal(group.hours)} h", amount)))
    sums = "\n".join((counted, *_fees(to, preview, group)))
    leave_out = leave_out_button(to, group.key, name)
    why = why_group_button(to, group.key, name)
    if not row.is_open:
        unfold = button(to.t("Show lines"), OPEN_GROUP, group.key, label=to.t("Lines of {group}", group=name))
        return [section(f"▸ {name}\n{sums}", why), actions(unfold, leave_out)]
    fold = button(to.t("Hide lines"), FOLD_GROUP, group.key, label=to.t("Hide lines of {group}", group=name))
    return [section(f"▾ {name}\n{sums}", why), actions(*([fold] if row.can_fold else []), leave_out)]


def _fees(to: Reader, preview: Preview, group: Group) -> Iterator[str]:
    for item in fees_of(group.lines[0].line.project_id, preview.lines, preview.grouping):
        if item.line.expense and (month := item.line.expense.month):
            fee = to.t("Retainer for {month}", month=to.month(month))
            amount = to.money(item.line.amount_cents or 0, preview.currency)
            yield to.t("plus {what}: {amount}", what=fee, amount=amount)


def group_name(to: Reader, preview: Preview, group: Group) -> str:
    """What the lines of a group share, in the words of whoever looks at them."""
    line = group.lines[0].line
    if line.expense:
        return cut(group.lines[0].name, _LONGEST_NAME)
    entry = line.entries[0]
    match preview.grouping.shared[0]:
        case Shared.PROJECT:
            name = line.project or to.t("No project")
        case Shared.SERVICE:
            name = line.service or to.t("No service")
        case Shared.PERSON:
            name = entry.person
        case Shared.DAY:
            name = to.full_date(entry.day)
        case Shared.WEEK:
            name = week_said(to, preview.grouping.week_of(entry.day))
        case Shared.TAG:
            name = " ".join(f"#{tag}" for tag in sorted(set(entry.known.tags.split()))) or to.t("No tags")
        case Shared.NOTE:
            name = entry.note or to.t("No note")
        case Shared.ENTRY:
            name = group.lines[0].name
    return cut(" ".join(name.split()), _LONGEST_NAME)


def _line_text(to: Reader, preview: Preview, item: InvoiceLine) -> str:
    line = item.line
    said = [line_name(to, item), *changed_since_edit(to, item, preview.by_hand), *_about_price(to, preview, item)]
    hours = to.decimal(line.hours)
    if line.unit_price is None or line.amount_cents is None:
        said.append(to.t("{hours} h × ? Press “Edit …” and enter an hourly rate.", hours=hours))
    else:
        rate = to.price(line.unit_price, preview.currency)
        listed, amount = (to.money(each or 0, preview.currency) for each in (line.listed_cents, line.amount_cents))
        said.append(_calculated(to, item, rate, listed))
        if line.edit.reduction:
            off = reduction_said(to, line.edit.reduction, preview.currency)
            said.append(to.t("less {reduction}: {amount}", reduction=off, amount=amount))
    said.append(difference_said(to, line.rounded))
    said += parts_of_total(to, line, preview.currency)
    said += [] if is_said_elsewhere(preview, line) else covered_said(to, preview, line)
    tax = f"{line.vat.name} {to.percent(line.vat.rate)}" if line.vat else ""
    said.append(" · ".join(filter(None, (line.article.title if line.article else "", tax))))
    said += left_out(to, preview, preview.by_hand.within(line.key))
    if line.article and not line.expense and not is_hourly(line.article.unit):
        said.append(to.t("The article's price is for “{unit}”, not for an hour.", unit=line.article.unit))
    described = item.description.splitlines()
    said += [cut(each, _SHOWN_LINE) for each in described[:_SHOWN_DESCRIPTION]]
    if (hidden := len(described) - _SHOWN_DESCRIPTION) > 0:
        said.append(to.n("… and {count} more line of text.", "… and {count} more lines of text.", hidden))
    said.append(shortened(to, item))
    return "\n".join(filter(None, said))


def _calculated(to: Reader, item: InvoiceLine, rate: str, amount: str) -> str:
    """7.25 h × 88.50 € = 641.63 €; a total and an expense are one of theirs."""
    hours = to.decimal(item.line.hours)
    if item.line.is_total:
        return f"1 × {amount} ({hours} h)"
    if item.line.expense:
        return f"1 {item.unit} × {rate} = {amount}"
    return f"{hours} h × {rate} = {amount}"


def _about_price(to: Reader, preview: Preview, item: InvoiceLine) -> list[str]:
    """That the price is another one than the person saw last, or is kept though the service's article changed."""
    line, said = item.line, []
    if line.key in preview.repriced:
        price = preview.repriced[line.key]
        before = to.t("none") if price is None else to.price(price, preview.currency)
        said.append(to.t("⚠️ The price changed: it was {price} when you looked at this invoice last.", price=before))
    if line.edit.article_kept:
        kept = to.t(
            "The price is kept: {service} has another article by now. Press “Edit …” to take it here too.",
            service=line.service,
        )
        said.append(kept)
    return said


def _other_pages(to: Reader, preview: Preview, page: Page) -> list[Block]:
    def begins(number: int) -> str:
        first = page.firsts[number - 1]
        return first.item.title if first.item else group_name(to, preview, first.group)

    return all_pages(to, PAGE, page.number, len(page.firsts), begins)
