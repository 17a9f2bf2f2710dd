"""The money of a report: what an invoice of the same time would be, to the cent, however it is put together."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import update

from bot.billing import opening
from bot.billing.rules.periods import Period, month_of
from bot.billing.rules.scope import Scope
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.people.callers import acting
from bot.reports.report import read_report
from bot.tracking.rules.filters import Filter, Grouping, ReportQuery, SpanUnit
from playground.person import Person, Seen
from storage import people as people_rows
from storage.tables import articles, customers
from tests.billing.deeds import appoint, invoice, sends
from tests.conftest import T0
from tests.deeds import add_entry, add_names

MARCH = month_of(T0.date())


@pytest.fixture
def worked(connected: None, anna: Person, finn: Person) -> None:
    """For both customers; Design is billed as its article, all else at the workspace's rate."""
    anna.types("/track log 7h15 acme website design yesterday: Workshop")
    anna.types("/track log 2h acme app yesterday")
    finn.types("/track buche 1h shop")


def report(who: Person, typed: str = "/track report everybody") -> Seen:
    answer = who.types(typed)
    assert answer
    return answer


def biller(bot: Bot) -> Caller:
    """Anna as the one who asks."""
    with bot.database.read() as db:
        return acting(people_rows.get_person(db, 1), now=T0, request=str(Random().random()))


# What is said


@pytest.mark.both_doors
def test_totals_and_rows_have_their_money_for_those_who_bill(worked: None, anna: Person) -> None:
    text = report(anna).plain()
    assert "10:15 h billable · 10:15 h not billed yet · €926.63 net\n" in text
    assert "Acme GmbH: 9:15 h · €831.63\n7:15 h  ▇▇▇▇▇▇▇▇  Website · €641.63\n2:00 h  ▇▇▇▁▁▁▁▁  App · €190.00\n" in text
    assert "Bäckerei Söhne & Co. › Shop · €95.00\n" in text


@pytest.mark.both_doors
def test_a_german_reads_the_money_in_german(worked: None, finn: Person, bot: Bot) -> None:
    appoint(bot, "Finn Freelancer")
    text = report(finn, "/track bericht alle").plain()
    assert "10:15 h abrechenbar · 10:15 h noch nicht abgerechnet · 926,63\xa0€ netto\n" in text
    assert "Website · 641,63\xa0€\n" in text


def test_what_is_billed_is_no_money_any_more_and_still_time(worked: None, anna: Person) -> None:
    invoice(anna)
    sends(anna)
    text = report(anna).plain()
    assert "10:15 h billable · 1:00 h not billed yet · €95.00 net\n" in text
    assert "7:15 h  ▇▇▇▇▇▇▇▇  Website\n" in text
    assert "9:15 h" in report(anna, "/track report everybody billed").plain().splitlines()[0]


def test_time_without_a_rate_is_named_and_in_no_sum(worked: None, anna: Person, bot: Bot) -> None:
    with bot.database.write() as db:
        people_rows.change_workspace_terms(db, 1, rate_cents=None)
    text = report(anna).plain()
    assert "10:15 h not billed yet · €641.63 net · 3:00 h of it without a rate\n" in text
    assert "App · no rate yet\n" in text


def test_time_that_is_not_billable_is_worth_nothing(worked: None, anna: Person) -> None:
    anna.types("/track log 3h acme website design --nb")
    text = report(anna, "/track report acme by service").plain()
    assert "9:15 h billable · 9:15 h not billed yet · €831.63 net\n" in text
    assert "10:15 h  ▇▇▇▇▇▇▇▇  Design · €641.63\n" in text


# Whom to invoice


def test_a_customer_of_the_report_is_one_choice_away_from_the_invoice_of_its_month(worked: None, anna: Person) -> None:
    seen = report(anna)
    menu = "Write an invoice for …"
    assert seen.options(menu) == ["Acme GmbH · €831.63", "Bäckerei Söhne & Co. · €95.00"]
    seen.fill(menu, "Acme GmbH · €831.63")
    assert "Total: €831.63 net" in anna.modal.text
    assert anna.modal.value("Period") == "March 2026"


def test_a_report_of_one_customer_has_a_button_for_the_invoice(worked: None, anna: Person) -> None:
    seen = report(anna, "/track report shop everybody")
    seen.click("Invoice Bäckerei Söhne & Co. …")
    assert "Total: €95.00 net" in anna.modal.text


def test_who_has_expenses_alone_is_offered_too_where_they_fit(worked: None, anna: Person, bot: Bot) -> None:
    menu = "Write an invoice for …"
    add_names(bot, {"Zoo Leipzig": ["Gehege"], "Uhrwerk AG": ["Werk"]})
    anna.types("/track expense 100 net acme website yesterday: fonts")
    anna.types("/track expense 80 net zoo gehege yesterday: ticket")
    anna.types("/track expense 50 net uhrwerk werk 3.2.: parts")
    anna.types("/track expense 20 net uhrwerk werk yesterday --nb: coffee")
    seen = report(anna)
    assert seen.options(menu) == [
        "Acme GmbH · €831.63 · expenses",
        "Bäckerei Söhne & Co. · €95.00",
        "Zoo Leipzig · expenses",
    ]
    seen.fill(menu, "Zoo Leipzig · expenses")
    assert "Total: €80.00 net" in anna.modal.text
    anna.modal.close()
    assert "Invoice Acme GmbH …" in report(anna, "/track report everybody design").buttons, "expenses have no service"
    report(anna, "/track report everybody uhrwerk february").click("Invoice Uhrwerk AG …")
    assert "Total: €50.00 net" in anna.modal.text
    anna.modal.close()
    assert "Invoice Uhrwerk AG …" not in report(anna, "/track report uhrwerk march everybody").buttons


def test_a_list_offers_whoever_has_expenses_in_it_also_with_several_customers(
    worked: None, anna: Person, bot: Bot
) -> None:
    add_names(bot, {"Zoo Leipzig": ["Gehege"]})
    anna.types("/track expense 80 net zoo gehege yesterday: ticket")
    listed = anna.types("/track list yesterday everybody")
    assert listed
    listed.click("Create invoice …")
    assert anna.modal.options("Customer") == ["Acme GmbH", "Zoo Leipzig"]


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("week", ("2026-03-09", "2026-03-15")),
        ("2026", ("2026-01-01", "2026-12-31")),
        ("yesterday", ("2026-03-09", "2026-03-09")),
        ("1.3.2026 - 30.3.2026", ("2026-03-01", "2026-03-10")),
    ],
)
def test_the_invoice_is_of_the_days_of_the_report(
    worked: None, anna: Person, typed: str, days: tuple[str, str]
) -> None:
    report(anna, f"/track report acme everybody {typed}").click("Invoice Acme GmbH …")
    assert (anna.modal.value("First day"), anna.modal.value("Last day")) == days


def test_the_invoice_of_a_report_of_all_time_is_of_everything(worked: None, anna: Person) -> None:
    report(anna, "/track report acme everybody all").click("Invoice Acme GmbH …")
    assert anna.modal.value("Period") == "Everything unbilled"


def test_a_customer_that_was_archived_with_open_time_can_be_invoiced_from_here(
    worked: None, anna: Person, bot: Bot
) -> None:
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.id == 1).values(archived=True))
    seen = report(anna)
    seen.fill("Write an invoice for …", "Acme GmbH · €831.63")
    assert "Total: €831.63 net" in anna.modal.text


def test_of_many_customers_those_with_the_most_are_offered_and_the_usual_form_finds_all(
    connected: None, anna: Person, bot: Bot
) -> None:
    add_names(bot, {f"Customer {n:02}": () for n in range(40)})
    with bot.database.write() as db:
        for n in range(40):
            start = T0 - timedelta(hours=n + 2)
            add_entry(db, customer_id=3 + n, started_at=start, ended_at=start + timedelta(minutes=n + 1))
    seen = report(anna)
    assert [option.partition(" · ")[0] for option in seen.options("Write an invoice for …")] == [
        f"Customer {n:02}" for n in reversed(range(10, 40))
    ]
    seen.click("Create invoice …")
    anna.modal.fill("Customer", "Customer 03")
    assert "Total: €6.65 net" in anna.modal.text


def test_the_longest_report_fits_into_a_message(connected: None, anna: Person, bot: Bot) -> None:
    """Slack takes about 13,200 characters."""
    add_names(bot, {f"{n:02} {'Customer ' * 10}": (f"A {'name ' * 19}", f"B {'name ' * 19}") for n in range(50)})
    with bot.database.write() as db:
        for n in range(100):
            start = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=n)
            for _ in range(8):
                end = start + timedelta(hours=20)
                add_entry(db, customer_id=3 + n // 2, project_id=4 + n, started_at=start, ended_at=end)
    text = report(anna, "/track report all by customer and project").plain()
    assert len([line for line in text.splitlines() if "▇" in line]) == 100
    menus = [*anna.last.options("Put together by"), *anna.last.options("Write an invoice for …")]
    assert len(text) + sum(map(len, menus)) < 13_200


def test_where_nothing_is_open_there_is_nobody_to_invoice(worked: None, anna: Person) -> None:
    invoice(anna)
    sends(anna)
    seen = report(anna, "/track report acme everybody")
    assert not [label for label in seen.buttons if label.startswith("Invoice")]


def test_the_invoice_opens_only_for_those_who_bill(worked: None, finn: Person, bot: Bot) -> None:
    appoint(bot, "Finn Freelancer")
    seen = report(finn, "/track bericht shop alle")
    with bot.database.write() as db:
        people_rows.change_person(db, 2, role="member")
    seen.click("Bäckerei Söhne & Co. abrechnen …")
    assert not finn.sees_modal
    assert "Nur wer abrechnet, kann das." in finn.last.plain()


# To the cent

TERMS = [
    {"reduction": 0},
    {"reduction": 33_333},
    {"net_gross": "GROSS"},
    {"net_gross": "GROSS", "reduction": 71_234},
    {"price_group": 3},
    {"country": "AT"},
]


@pytest.mark.parametrize("terms", TERMS, ids="+".join)
def test_however_it_is_put_together_it_is_the_invoice_of_the_same_time(
    connected: None, anna: Person, finn: Person, bot: Bot, terms: dict[str, object]
) -> None:
    finn.types("/track status")
    by_chance = Random(repr(terms))
    with bot.database.write() as db:
        db.execute(update(customers).where(customers.c.id == 1).values(**terms))
        db.execute(update(articles).values(price=887_777, price3=811_234))
        for _ in range(60):
            start = datetime(2026, 2, 27, tzinfo=UTC) + timedelta(minutes=by_chance.randrange(15_000))
            add_entry(
                db,
                person_id=by_chance.choice((1, 2)),
                customer_id=1,
                project_id=by_chance.choice((1, 2, None)),
                service_id=by_chance.choice((1, 2, None)),
                started_at=start,
                ended_at=start + timedelta(seconds=by_chance.randrange(1, 9_000)),
                billable=by_chance.random() > 0.1,
                end_guessed=by_chance.random() > 0.9,
                tags=by_chance.choice(("", "call", "call review")),
            )
    caller = biller(bot)
    for period in (MARCH, month_of(datetime(2026, 2, 1, tzinfo=UTC).date()), Period(None, None)):
        preview = opening.choose(bot, biller(bot), 1, Scope(period))
        span = Filter(period.first, period.last, SpanUnit.MONTH if period.first else None, customers=(1,))
        for by in [(), *((first, second) for first in Grouping for second in Grouping if first != second)]:
            found = read_report(bot, caller, ReportQuery(span, by), most=10_000)
            assert found.totals.cents == preview.net_cents
            if Grouping.TAG not in by:
                for rows in filter(None, (found.rows, found.groups)):
                    assert sum(row.figures.cents for row in rows) == preview.net_cents
                    assert sum(row.figures.seconds for row in rows) == found.totals.seconds
        lines = {(line.line.project_id, line.line.service_id): line.line.amount_cents for line in preview.lines}
        by_line = read_report(bot, caller, ReportQuery(span, (Grouping.PROJECT, Grouping.SERVICE)), most=10_000)
        if terms == TERMS[0]:
            shown = {tuple(key.value for key in row.keys): row.figures.cents for row in by_line.rows}
            assert {keys: cents for keys, cents in shown.items() if cents} == lines
