"""Invoices: put unbilled time together, show exactly what would be sent, and approve exactly what was shown.

An open draft binds nothing: its lines are made afresh from the entries each time, and only what a person changed on
them is stored. The approval freezes lines, binds entries and puts the job that delivers them, in one transaction.
"""

import hashlib
import json
import secrets
import string
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.billing.rules import lines as billing
from bot.billing.rules.lines import Article, Changes, Key, LeftOut, Line, Period, Tax, Terms
from bot.billomat.client import without_emoji
from bot.billomat.rules.trouble import Trouble
from bot.catalog import lookup as catalog
from bot.catalog.rules.names import name_key
from bot.core import money
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.jobs import JobKind
from bot.core.texts import Reader
from bot.people.callers import require_biller
from storage import audit, people
from storage import billing as rows
from storage import billomat as account
from storage import catalog as catalog_rows
from storage.billing import Draft, Payer, PricedArticle
from storage.catalog import Named

DELIVER = JobKind("deliver", key="deliver:{draft_id}", untiring=True)
MOST_LINES = 80
"""A modal holds 100 blocks; what cannot be shown is not sent."""
SENT_SHOWN = 3
MONTHS_OFFERED = 6
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 3000
_TOKEN_LENGTH = 12
_TOKEN_SIGNS = string.ascii_lowercase + string.digits


class Obstacle(StrEnum):
    """Why a draft can be looked at but not sent."""

    NOT_CONNECTED = "not connected"
    NOT_LINKED = "not linked"
    NOTHING = "nothing"
    NO_RATE = "no rate"
    TOO_MANY_LINES = "too many lines"
    CUSTOMER_CURRENCY = "customer currency"
    ARTICLE_CURRENCY = "article currency"


@dataclass(frozen=True, slots=True)
class Item:
    """A line with the texts that would stand on the invoice; the default ones beside what a person wrote."""

    line: Line
    title: str
    description: str
    unit: str
    default_title: str
    default_description: str


@dataclass(frozen=True, slots=True)
class Preview:
    """All that an approval would send. `shown` stands for its whole content; amounts are in `currency`."""

    draft_id: int
    customer_id: int
    customer: str
    period: Period
    currency: str
    items: tuple[Item, ...]
    net_cents: int
    service_period: tuple[date, date] | None
    left_out: LeftOut
    taxed: bool
    obstacles: frozenset[Obstacle]
    trouble: Trouble | None
    """Why Billomat refuses our key at present."""
    reason: str | None
    """Why Billomat refused this draft the last time."""
    lost: tuple[Draft, ...]
    """Others of this customer of which nobody knows yet whether Billomat has them."""
    sent: tuple[Draft, ...]
    """The newest that stand in Billomat with work of this period."""
    shown: str

    def item(self, key: Key) -> Item:
        """The line of a project and service. Raises UserError."""
        for item in self.items:
            if item.line.key == key:
                return item
        raise UserError("This line is no longer there: its entries were changed. Please open the invoice again.")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person saw when they pressed "Send to Billomat"."""

    draft_id: int
    content: str


@dataclass(frozen=True, slots=True)
class Approved:
    """A draft on its way to Billomat."""

    customer: str
    net_cents: int
    currency: str
    lines: int


@dataclass(frozen=True, slots=True)
class UnbilledCustomer:
    """What one customer could be billed: time, and net cents."""

    name: str
    seconds: int
    cents: int


@dataclass(frozen=True, slots=True)
class Unbilled:
    """What the whole workspace has earned and not put on a draft yet, by customer, the most first."""

    currency: str
    customers: tuple[UnbilledCustomer, ...]

    @property
    def cents(self) -> int:
        """The sum, net."""
        return sum(customer.cents for customer in self.customers)


@dataclass(frozen=True, slots=True)
class NotYet:
    """Not approved: it has to be looked at first. `by` approved the same draft before, at `at`."""

    preview: Preview
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """What was filled in for a line; empty texts stand for the default ones."""

    title: str
    description: str
    rate: str
    article_id: int | None
    remember: bool


def begin(bot: Bot, caller: Caller, words: tuple[str, ...]) -> Preview | Period:
    """The invoice of the customer that the words name clearly, else only the period to begin with. Raises UserError."""
    require_biller(caller)
    named = catalog.named_customers(bot, caller, words) if words else set()
    this_month, last_month = billing.months_until(caller.today, 2)
    if len(named) > 1:
        with bot.database.read() as db:
            named = {each for each in named if rows.can_be_billed(db, caller.workspace_id, each, None, None)}
    if len(named) != 1:
        return this_month
    customer_id = named.pop()
    with bot.change(caller) as change:
        db = change.db
        waits = rows.can_be_billed(db, caller.workspace_id, customer_id, last_month.first, last_month.last)
        return _open(db, caller, customer_id, last_month if waits else this_month)


def choose(bot: Bot, caller: Caller, customer_id: int, period: Period) -> Preview:
    """What would be billed to a customer for a period. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        db = change.db
        return _open(db, caller, customer_id, period)


def submit(
    bot: Bot, caller: Caller, customer_id: int, period: Period, *, shown: Shown | None, view_id: str
) -> Approved | NotYet:
    """Approve what was shown, if that is still exactly what would be sent. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        db = change.db
        rows.lock_workers(db, caller.workspace_id, customer_id, period.first, period.last)
        preview = _open(db, caller, customer_id, period)
        before = rows.get(db, caller.workspace_id, shown.draft_id) if shown else None
        if before and before.id != preview.draft_id and before.approved_by and before.state != "discarded":
            return NotYet(preview, by=people.get(db, before.approved_by).name, at=before.approved_at)
        if preview.obstacles or shown is None or shown.content != preview.shown:
            people.forget_delivery(db, caller.request)
            return NotYet(preview)
        return _approve(db, caller, preview, view_id)


def _approve(db: Connection, caller: Caller, preview: Preview, view_id: str) -> Approved:
    to = caller.reader
    draft_id = preview.draft_id
    before = rows.columns(db, draft_id)
    draft = rows.of_job(db, draft_id)
    token = "".join(secrets.choice(_TOKEN_SIGNS) for _ in range(_TOKEN_LENGTH))
    first, last = preview.service_period or (caller.today, caller.today)
    period_name = to.month(first) if preview.period.first else f"{to.full_date(first)} - {to.full_date(last)}"
    approved = rows.move(
        db,
        draft,
        among=("open",),
        to="approved",
        token=token,
        label=f"{period_name} {token}",
        net_cents=preview.net_cents,
        service_first=first,
        service_last=last,
        approved_by=caller.person_id,
        approved_at=caller.now,
        attempted_at=None,
        attempts=0,
        view_id=view_id,
        reason=None,
    )
    if not approved:
        raise UserError("Somebody else approved this draft at this very moment. Nothing was sent a second time.")
    try:
        rows.freeze(db, caller.workspace_id, draft_id, [_frozen(item) for item in preview.items])
    except IntegrityError:
        raise UserError("Some of this time was billed at this very moment. Please open the invoice again.") from None
    bound = {"entries": rows.bound_entries(db, draft_id)}
    record(db, caller, draft_id, "approve", before=before, after=rows.columns(db, draft_id) | bound)
    DELIVER.put(db, due=caller.now, draft_id=draft_id)
    return Approved(preview.customer, preview.net_cents, preview.currency, len(preview.items))


def _frozen(item: Item) -> tuple[dict[str, Any], list[int]]:
    line = item.line
    values = {
        "project_id": line.project_id,
        "service_id": line.service_id,
        "title": item.title,
        "description": item.description,
        "article_id": line.article.id if line.article else None,
        "unit": item.unit,
        "rate_cents": line.rate_cents,
        "seconds": line.seconds,
        "hours": line.hours,
        "amount_cents": line.amount_cents,
        "tax_name": line.tax.name if line.tax else None,
        "tax_rate": line.tax.rate if line.tax else None,
    }
    return values, [entry.entry_id for entry in line.worked]


def line(bot: Bot, caller: Caller, draft_id: int, key: Key) -> tuple[Preview, Item]:
    """One line of an open draft, to be changed. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        preview = _preview(db, caller, _still_open(db, caller, draft_id))
    return preview, preview.item(key)


def change_line(bot: Bot, caller: Caller, draft_id: int, key: Key, entered: Entered) -> Preview:
    """Keep what a person wants different on one line. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        db = change.db
        draft = _locked(db, caller, draft_id, field="description")
        item = _preview(db, caller, draft).item(key)
        changed: dict[str, Any] = {
            "title": _unless(item.default_title, _tidy(entered.title)[:LONGEST_TITLE]),
            "description": _unless(item.default_description, without_emoji(entered.description)[:LONGEST_DESCRIPTION]),
            "article_id": _chosen_article(db, caller, item.line.service_id, entered),
            "rate_cents": _rate(entered.rate),
        }
        rows.change_line(db, caller.workspace_id, draft_id, *key, **changed)
        after = {"project_id": key[0], "service_id": key[1], **changed}
        record(db, caller, draft_id, "change line", before=None, after=after)
        return _preview(db, caller, draft)


def start_over(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """Forget what people changed on the lines of a draft. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        db = change.db
        draft = _locked(db, caller, draft_id)
        rows.forget_changes(db, draft_id)
        record(db, caller, draft_id, "start over", before=None, after=None)
        return _preview(db, caller, draft)


def correct(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """The invoice of a draft that is open again: Billomat refused it, or has it no more. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        db = change.db
        draft = draft_of(db, caller, draft_id)
        if draft.state not in ("open", "discarded"):
            raise UserError("This draft was approved again meanwhile. Its outcome comes as a message.")
        return _open(db, caller, draft.customer_id, Period(draft.first_day, draft.last_day))


def offered_payers(bot: Bot, caller: Caller, text: str) -> list[Named]:
    """Customers for the menu of the invoice, those with unbilled time first."""
    require_biller(caller)
    with bot.database.read() as db:
        return rows.search_payers(db, caller.workspace_id, name_key(text))


def unbilled(db: Connection, workspace_id: int) -> Unbilled:
    """What everybody's unbilled time would be billed at; time without a rate counts nothing."""
    articles = {key: _article(row) for key, row in rows.articles_of_services(db, workspace_id).items()}
    own = people.terms(db, workspace_id)
    terms = Terms(own.rate_cents, None, taxed=False)
    names: dict[int, str] = {}
    seconds, cents = Counter[int](), Counter[int]()
    for worked in rows.unbilled_sums(db, workspace_id):
        rate = billing.rate_of(articles.get(worked.service_id or 0), terms)
        names[worked.customer_id] = worked.customer
        seconds[worked.customer_id] += worked.seconds
        cents[worked.customer_id] += billing.amount(billing.hours(worked.seconds), rate or 0)
    waiting = (UnbilledCustomer(name, seconds[key], cents[key]) for key, name in names.items())
    by_worth = sorted(waiting, key=lambda customer: (-customer.cents, -customer.seconds, customer.name))
    return Unbilled(own.currency, tuple(by_worth))


def _open(db: Connection, caller: Caller, customer_id: int, period: Period) -> Preview:
    """The customer's one open draft, now for this period."""
    rows.lock_customer(db, customer_id)
    if rows.payer(db, caller.workspace_id, customer_id) is None:
        raise UserError(
            "This customer was archived or is no longer there. Please choose another one.", field="customer"
        )
    connected = account.get(db, caller.workspace_id)
    currency = connected.currency if connected else people.terms(db, caller.workspace_id).currency
    draft_id = rows.open_draft(
        db, caller.workspace_id, customer_id, currency=currency, by=caller.person_id, at=caller.now
    )
    rows.change(db, draft_id, first_day=period.first, last_day=period.last, currency=currency)
    return _preview(db, caller, rows.of_job(db, draft_id))


def _preview(db: Connection, caller: Caller, draft: Draft) -> Preview:
    payer = rows.addressee(db, draft)
    connected = account.get(db, caller.workspace_id)
    own = people.terms(db, caller.workspace_id)
    currency = draft.currency
    untaxed = connected.untaxed_countries.split(",") if connected else ()
    taxed = billing.is_taxed(payer.tax_rule, payer.country, untaxed)
    tax = Tax(connected.tax_name, connected.tax_rate) if connected else None
    lines, left_out = billing.lines(
        [billing.Worked(*row) for row in rows.unbilled(db, *_scope(draft))],
        articles={key: _article(row) for key, row in rows.articles_of_services(db, caller.workspace_id).items()},
        changes=_changes(db, draft),
        terms=Terms(own.rate_cents, tax, taxed),
    )
    items = tuple(_item(caller.reader, line) for line in lines)
    obstacles = {
        Obstacle.NOT_CONNECTED: connected is None,
        Obstacle.NOT_LINKED: connected is not None and payer.billomat_id is None,
        Obstacle.NOTHING: not items,
        Obstacle.NO_RATE: any(line.rate_cents is None for line in lines),
        Obstacle.TOO_MANY_LINES: len(lines) > MOST_LINES,
        Obstacle.CUSTOMER_CURRENCY: payer.currency not in ("", currency),
        Obstacle.ARTICLE_CURRENCY: any(line.article and line.article.currency not in ("", currency) for line in lines),
    }
    period = Period(draft.first_day, draft.last_day)
    return Preview(
        draft_id=draft.id,
        customer_id=payer.id,
        customer=payer.name,
        period=period,
        currency=currency,
        items=items,
        net_cents=billing.net(lines),
        service_period=billing.service_period(lines),
        left_out=left_out,
        taxed=taxed,
        obstacles=frozenset(obstacle for obstacle, stands in obstacles.items() if stands),
        trouble=connected.trouble if connected else None,
        reason=draft.reason,
        lost=tuple(rows.lost(db, draft.workspace_id, draft.customer_id)),
        sent=tuple(rows.sent(db, *_scope(draft), most=SENT_SHOWN)),
        shown=_fingerprint(payer, period, currency, items),
    )


def _scope(draft: Draft) -> tuple[int, int, date | None, date | None]:
    return draft.workspace_id, draft.customer_id, draft.first_day, draft.last_day


def _changes(db: Connection, draft: Draft) -> dict[Key, Changes]:
    changes = {}
    for changed in rows.changed_lines(db, draft.id):
        chosen = rows.article(db, draft.workspace_id, changed.article_id) if changed.article_id else None
        changes[changed.project_id, changed.service_id] = Changes(
            changed.title, changed.description, _article(chosen) if chosen else None, changed.rate_cents
        )
    return changes


def _article(row: PricedArticle) -> Article:
    return Article(
        id=row.id,
        billomat_id=row.billomat_id,
        title=row.title,
        unit=row.unit,
        price_cents=row.price_cents,
        currency=row.currency,
        tax=None if row.tax_rate is None else Tax(row.tax_name or "", row.tax_rate),
    )


def _item(to: Reader, line: Line) -> Item:
    title = next(filter(None, map(_tidy, (line.service or "", line.project or ""))), to.t("Work"))
    description = _description(to, line)
    changes = line.changes
    hourly = line.article is not None and billing.is_hour(line.article.unit)
    return Item(
        line=line,
        title=changes.title or title,
        description=description if changes.description is None else changes.description,
        unit=line.article.unit if line.article and hourly else to.t("hours"),
        default_title=title,
        default_description=description,
    )


def _description(to: Reader, line: Line) -> str:
    """A line for each day and note, as far as there is room."""
    notes = dict.fromkeys(f"{to.full_date(entry.day)} {_tidy(entry.note)}".strip() for entry in line.worked)
    text = "\n".join(notes)
    return text if len(text) <= LONGEST_DESCRIPTION else text[: LONGEST_DESCRIPTION - 1].rstrip() + "…"


def _tidy(text: str) -> str:
    """One line, as Billomat will have it."""
    return " ".join(without_emoji(text).split())


def _fingerprint(payer: Payer, period: Period, currency: str, items: tuple[Item, ...]) -> str:
    """The same for the same content, down to the second of each entry."""
    content = [
        (
            item.line.key,
            item.title,
            item.description,
            item.unit,
            item.line.hours,
            item.line.rate_cents,
            item.line.article and item.line.article.billomat_id,
            item.line.tax and (item.line.tax.name, item.line.tax.rate),
            [(entry.entry_id, entry.seconds, entry.day.isoformat()) for entry in item.line.worked],
        )
        for item in items
    ]
    whole = json.dumps([payer.id, payer.billomat_id, period.value, currency, content])
    return hashlib.sha256(whole.encode()).hexdigest()


def draft_of(db: Connection, caller: Caller, draft_id: int) -> Draft:
    """One draft of the caller's workspace. Raises UserError."""
    draft = rows.get(db, caller.workspace_id, draft_id)
    if draft is None:
        raise UserError("This draft is no longer there.")
    return draft


def _still_open(db: Connection, caller: Caller, draft_id: int, *, field: str | None = None) -> Draft:
    draft = draft_of(db, caller, draft_id)
    if draft.state != "open":
        raise UserError("This draft was approved or given up meanwhile. Please open the invoice again.", field=field)
    return draft


def _locked(db: Connection, caller: Caller, draft_id: int, *, field: str | None = None) -> Draft:
    """An open draft that stays open until the transaction ends. Raises UserError, at a field that keeps the form."""
    rows.lock_customer(db, draft_of(db, caller, draft_id).customer_id)
    return _still_open(db, caller, draft_id, field=field)


def _unless(default: str, entered: str) -> str | None:
    """What was entered, if it says anything else; then later entries do not change it any more."""
    tidy = entered.replace("\r\n", "\n").strip()
    return None if tidy in ("", default) else tidy


def _rate(entered: str) -> int | None:
    if not entered:
        return None
    try:
        return money.read_rate(entered)
    except ValueError:
        raise UserError("Type the net price of an hour, like 95 or 95.50.", field="rate") from None


def _chosen_article(db: Connection, caller: Caller, service_id: int | None, entered: Entered) -> int | None:
    """The article of this line alone; one that is to be remembered becomes the service's."""
    if entered.article_id and rows.article(db, caller.workspace_id, entered.article_id) is None:
        raise UserError("This article is no longer there. Please choose another one.", field="article")
    if service_id is None:
        return entered.article_id
    if entered.remember:
        catalog_rows.change_service(db, caller.workspace_id, service_id, article_id=entered.article_id)
        return None
    known = rows.articles_of_services(db, caller.workspace_id).get(service_id)
    return None if known and known.id == entered.article_id else entered.article_id


def record(
    db: Connection,
    caller: Caller,
    draft_id: int,
    action: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    """Note in the audit what a person did to a draft."""
    audit.record(
        db,
        caller.workspace_id,
        "draft",
        draft_id,
        action,
        by=caller.person_id,
        at=caller.now,
        before=before,
        after=after,
        request=caller.request,
    )
