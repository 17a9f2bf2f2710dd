"""Between the look at an invoice and its approval names, articles and work change: what is sent is what was shown."""

import itertools
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

import pytest
from sqlalchemy import Table, update

from bot.billing import opening
from bot.billing.approval import Shown, approve
from bot.billing.rules.periods import month_of
from bot.billing.rules.scope import Scope
from bot.catalog import upkeep
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import acting
from bot.tracking import corrections
from bot.tracking import expenses as spending
from bot.tracking.rules.filters import Filter
from playground.billomat.account import Account
from playground.person import Modal, Person
from storage import people as people_rows
from storage.tables import articles, customers, entries, expenses, people
from tests.billing.deeds import RunJobs, invoice, lines_of, sends
from tests.conftest import T0, at_once

Happening = Callable[[Bot, Caller], object]
WEBSITE, APP, DESIGN, TRAVEL = 1, 2, 1, 2
WORKSHOP, TICKET = 1, 1
requests = map(str, itertools.count())


def _write(table: Table, **values: object) -> Happening:
    """As an import does, or a form that has nothing else to do with invoices."""

    def write(bot: Bot, _: Caller) -> None:
        with bot.database.write() as db:
            db.execute(update(table).values(**values))

    return write


def _rename(kind: str, row_id: int, name: str, shown: str) -> Happening:
    return lambda bot, caller: upkeep.rename(bot, caller, kind, row_id, name, shown=shown)


CHANGES_WHAT_IS_SENT: dict[str, tuple[Happening, str]] = {
    "project renamed": (_rename("project", WEBSITE, "Portal", "Website"), "Portal · Design: another text"),
    "service renamed": (_rename("service", DESIGN, "Layout", "Design"), "Website · Layout: another text"),
    "project merged": (lambda bot, by: upkeep.merge(bot, by, "project", WEBSITE, APP), "App · Design is new"),
    "service merged": (lambda bot, by: upkeep.merge(bot, by, "service", DESIGN, TRAVEL), "Website · Travel is new"),
    "article dearer": (_write(articles, price=90_0000), "Design: the hour costs €90.00, before €88.50"),
    "article without a price": (_write(articles, price=None), "Design: the hour costs €95.00, before €88.50"),
    "article in another currency": (
        _write(articles, currency="CHF"),
        "Design: the hour costs €95.00, before €88.50",
    ),
    "entry deleted": (lambda bot, by: corrections.delete(bot, by, WORKSHOP), "Website · Design is no longer there"),
    "expense deleted": (lambda bot, by: spending.delete(bot, by, TICKET), "train ticket is no longer there"),
    "note kept private": (_write(entries, private=True), "Website · Design: different now: 9 Mar 2026 · 7:15 h\n"),
    "expense kept private": (_write(expenses, private=True), "Website · Expense: another text"),
    "customer without VAT": (
        _write(customers, tax_rule="NO_TAX"),
        "Website · Design: another text, article, tax or rounding",
    ),
}
ALLOWS_NO_DRAFT: dict[str, tuple[Happening, str]] = {
    "article by the day": (_write(articles, unit="Tag"), "The article's price is for “Tag”, not for an hour."),
    "customer archived": (_write(customers, archived=True), "Acme GmbH is archived in Billomat or deleted there"),
    "customer in another currency": (_write(customers, currency="CHF"), "have no hourly rate in CHF yet"),
}
CHANGES_NOTHING: dict[str, Happening] = {
    "customer renamed": _write(customers, name="Acme AG", name_key="acme ag"),
    "project archived": lambda bot, by: upkeep.archive(bot, by, "project", WEBSITE),
    "service archived": lambda bot, by: upkeep.archive(bot, by, "service", DESIGN),
    "article renamed": _write(articles, title="Gestaltung"),
    "person renamed": _write(people, name="Anna Neu"),
    "other project deleted": lambda bot, by: upkeep.delete(bot, by, "project", 3),
}


@pytest.fixture
def looked(worked: None, anna: Person) -> Modal:
    """Time on two projects and an expense, as Anna sees them."""
    anna.types("/track expense 49,90 acme website: train ticket")
    return invoice(anna)


def _caller(bot: Bot, person_id: int) -> Caller:
    """Anna or Finn, in a request of their own."""
    with bot.database.read() as db:
        return acting(people_rows.get_person(db, person_id), now=bot.now(), request=next(requests))


def shown(modal: Modal) -> list[str]:
    """What stands on the lines that are seen: title, quantity, price and amount."""
    said = ([part for part in text.split("\n") if not part.startswith("⚠️")] for text, _ in lines_of(modal))
    return ["\n".join(parts[:2]) for parts in said]


def sent(account: Account) -> list[str]:
    """The same of what Billomat got."""
    (draft,) = account.drafts()
    units = {"hours": "h", "Stunde": "h"}
    return [
        f"{line.title}\n{line.quantity if line.unit in units else 1} {units.get(line.unit, line.unit)} × "
        f"€{line.unit_price:.2f} = €{(line.quantity * line.unit_price).quantize(Decimal('0.01'), ROUND_HALF_UP)}"
        for line in draft.lines
    ]


@pytest.mark.parametrize("what", CHANGES_WHAT_IS_SENT)
def test_what_would_be_sent_otherwise_has_to_be_looked_at_first(
    what: str, looked: Modal, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    happening, said = CHANGES_WHAT_IS_SENT[what]
    happening(bot, _caller(bot, 1))
    asked = sends(anna)
    run_jobs()
    assert account.drafts() == []
    assert "Please check the lines and press again. Nothing was sent." in asked.text
    assert said in asked.text
    before = shown(asked)
    assert "On its way" in sends(anna).text
    run_jobs()
    assert sent(account) == before


@pytest.mark.parametrize("what", ALLOWS_NO_DRAFT)
def test_what_allows_no_draft_is_said_where_the_person_is(
    what: str, looked: Modal, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    happening, said = ALLOWS_NO_DRAFT[what]
    happening(bot, _caller(bot, 1))
    for _ in range(2):
        assert said in sends(anna).text
    run_jobs()
    assert account.drafts() == []


@pytest.mark.parametrize("what", CHANGES_NOTHING)
def test_what_the_customer_does_not_read_keeps_nothing_from_being_sent(
    what: str, looked: Modal, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    before = shown(looked)
    CHANGES_NOTHING[what](bot, _caller(bot, 1))
    assert "On its way" in sends(anna).text
    run_jobs()
    assert sent(account) == before


def test_of_two_who_send_overlapping_work_at_the_same_moment_one_bills_it(
    looked: Modal, anna: Person, finn_bills: Person, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    scopes = [Scope(month_of(T0.date())), Scope(month_of(T0.date()), Filter(services=(DESIGN,)))]
    previews = [opening.choose(bot, _caller(bot, number), 1, scope) for number, scope in enumerate(scopes, 1)]

    def press(number: int) -> object:
        preview = previews[number]
        by, seen = _caller(bot, number + 1), Shown(preview.draft_id, preview.shown)
        return approve(bot, by, 1, preview.scope, shown=seen, view_id=f"V{number}")

    done = at_once(partial(press, 0), partial(press, 1))
    assert sorted(type(each).__name__ for each in done) == ["Approved", "NotApproved"]
    run_jobs()
    (draft,) = account.drafts()
    rest = opening.choose(bot, _caller(bot, 1), 1, scopes[0])
    titles = [line.title for line in draft.lines] + [line.title for line in rest.lines]
    assert sorted(titles) == ["App", "Website · Design", "Website · train ticket"]
