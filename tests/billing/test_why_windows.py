"""Whoever asks "Why?" in an invoice reads a calculation that leads to the figure, and to what is sent."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from bot.billing.views.scope import WHY_OLDER
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Modal, Person
from storage.rows import insert_row
from storage.tables import RatePrice, RateRule, entries, expenses, people
from tests.billing.deeds import RunJobs, change, edits, invoice, sends
from tests.billing.test_choosing_rounding import ENGLISH, Biller
from tests.billing.test_fixed_prices import agreements, agrees, bills, closes_all
from tests.billing.test_retainers import agrees as agrees_on_fee
from tests.deeds import sure

FORMATS = {"en": ("€{}", ",", "."), "de": ("{} €", ".", ",")}


def asks(who: Person, line: str = "") -> str:
    """What the answer says: of a line of the invoice for Acme, else of its sums."""
    shown = invoice(who)
    action = "invoice_why" if line else "invoice_why_total"
    for block in shown.view.blocks:
        accessory = block.get("accessory", {})
        if accessory.get("action_id") == action and block["text"]["text"].startswith(line):
            who.workspace.click(who.id, shown.surface, action, block_id=block["block_id"])
            who.waits()
            return read(who.modal)
    raise AssertionError(f"nobody can ask why at {line}:\n{shown.text}")


def asks_of_older(who: Person) -> str:
    """What is open before the days of the invoice that is shown."""
    is_in = (each for each in who.modal.view.blocks for button in each.get("elements", ()) if _is_of_older(button))
    who.workspace.click(who.id, who.modal.surface, WHY_OLDER, block_id=next(is_in)["block_id"])
    who.waits()
    return read(who.modal)


def _is_of_older(button: dict[str, Any]) -> bool:
    return button.get("action_id") == WHY_OLDER


def read(shown: Modal) -> str:
    return shown.plain().replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture
def rounded(worked: None, anna: Person) -> None:
    """Time of Design is rounded up to a full quarter of an hour, each day of a person as one."""
    anna.types("/track log 10m acme website design 9.3.: a")
    anna.types("/track log 17m acme website design 8.3.: b")
    biller = Biller(anna, ENGLISH)
    biller.opens()
    biller.fills(how="Up", per="day", step=biller.minutes(15))
    anna.modal.submit()


# A line


def test_a_line_says_its_time_its_rate_its_vat_and_its_entries(rounded: None, anna: Person) -> None:
    text = asks(anna, "Website · Design")
    assert "8.00 h × €88.50 = €708.00" in text
    assert "Worked: 3 entries, 7:42 h" in text
    assert "Rounded up to full 15 minutes for each day of a person: +0:18 h" in text
    assert "Billed: 8:00 h" in text
    assert "With two decimals: 8:00 h = 8.00 h" in text
    assert "Article “Design” in Billomat: €88.50" in text
    assert "Beaten: The workspace's rate: €95.00" in text
    assert "VAT\n19% (MwSt), the default of the account" in text
    assert "• 8 Mar 2026 · 0:17 h → 0:30 h · Anna Admin · b" in text
    assert "9 Mar 2026, Anna Admin: 7:25 h → 7:30 h" in text
    assert "• 9 Mar 2026 · 7:15 h · Anna Admin · Workshop" in text


def test_a_german_reads_the_same(rounded: None, finn_bills: Person) -> None:
    text = asks(finn_bills, "Website · Design")
    assert "8,00 h × 88,50 € = 708,00 €" in text
    assert "Gearbeitet: 3 Einträge, 7:42 h" in text
    assert "Artikel „Design“ in Billomat: 88,50 €" in text
    assert "Nachrangig: Der Satz des Workspace: 95,00 €" in text
    assert "• 08.03.2026 · 0:17 h → 0:30 h · Anna Admin · b" in text


def test_the_window_about_the_total_leads_to_the_history_of_an_open_invoice(worked: None, anna: Person) -> None:
    invoice(anna)
    edits(anna, title="Design in March").submit()
    asks(anna)
    anna.modal.click("History …")
    assert "Anna Admin: line changed\nTitle: Design in March" in read(anna.modal)


def test_a_second_that_two_decimals_take_is_said(connected: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme app yesterday")
    with bot.database.write() as db:
        db.execute(update(entries).values(seconds=3617))
    assert "With two decimals: 1:00:17 h = 1.00 h (−0:00:17 h)" in asks(anna, "App")


def test_a_rate_that_a_person_typed_is_said_with_what_it_beats(worked: None, anna: Person) -> None:
    invoice(anna)
    edits(anna, rate="100").submit()
    text = asks(anna, "Website · Design")
    assert "Typed by hand for this line: €100.00" in text
    assert "Beaten: Article “Design” in Billomat: €88.50; The workspace's rate: €95.00" in text
    assert "7.25 h × €100.00 = €725.00" in text


def test_the_rule_that_won_is_named_with_its_days_and_those_that_it_beat(worked: None, anna: Person, bot: Bot) -> None:
    first, last = date(2026, 3, 1), date(2026, 4, 1)
    with bot.database.write() as db:
        insert_row(db, RateRule, id=8, workspace_id=1, position=1, currency="EUR", customer_id=1)
        insert_row(db, RateRule, id=9, workspace_id=1, position=2, by_article=True)
        insert_row(db, RatePrice, rule_id=8, workspace_id=1, first_day=first, price=80_0000)
        insert_row(db, RatePrice, rule_id=8, workspace_id=1, first_day=last, price=90_0000)
    text = asks(anna, "Website · Design")
    assert "1. Acme GmbH: €80.00, 1 Mar 2026 until 31 Mar 2026" in text
    assert "Beaten: 2. Article “Design” in Billomat: €88.50; 3. Everything else: €95.00" in text


def test_without_a_rate_it_says_so_instead_of_an_amount(connected: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 2h acme app yesterday")
    with bot.database.write() as db:
        db.exec_driver_sql("UPDATE workspace SET rate_cents = NULL")
    text = asks(anna, "App")
    assert "2.00 h × ? There is no rate for it yet." in text
    assert "No rate fits this work." in text


def test_a_receipt_says_what_is_taken_out_and_why(connected: None, anna: Person) -> None:
    anna.types("/track expense 49,90 7% acme website 2.3.2026 receipt 4711: train ticket")
    text = asks(anna, "Website · train ticket")
    assert "2 Mar 2026 · Anna Admin · 4711 · train ticket" in text
    assert "Typed with 7% VAT in it: €49.90" in text
    assert "€49.90 ÷ 1.07 = €46.64" in text
    assert "1 × €46.64 = €46.64" in text


def test_what_is_passed_through_keeps_its_full_amount(connected: None, anna: Person, bot: Bot) -> None:
    anna.types("/track expense 49,90 7% acme website 2.3.2026: court fee")
    with bot.database.write() as db:
        db.execute(update(expenses).values(pass_through=True))
    text = asks(anna, "Website · court fee")
    assert "1 × €49.90 = €49.90" in text
    assert "Passed through in full: €49.90. The VAT in it is the customer's to deduct." in text
    assert "VAT\nNone, paid in the customer's name and for their account" in text


def test_each_price_of_a_total_is_said_alone(worked: None, anna: Person) -> None:
    invoice(anna).click("Lines and texts …")
    anna.modal.fill("One line for each", "one line for all")
    anna.modal.fill("and in it for each", "nothing more")
    anna.modal.fill("Different prices", ["On one line, as 1 × their total"])
    anna.modal.submit()
    text = asks(anna, "App, Design")
    assert "€641.63 + €190.00 = €831.63" in text or "€190.00 + €641.63 = €831.63" in text
    assert "7.25 h × €88.50 = €641.63" in text
    assert "2.00 h × €95.00 = €190.00" in text


def test_a_lump_sum_says_its_fixed_price_and_the_time_that_it_covers(worked: None, anna: Person) -> None:
    agrees(anna, "Acme GmbH › Website", "5000")
    bills(anna, "50%")
    text = asks(anna, "Website · Part of the fixed price")
    assert "1 × €2,500.00 = €2,500.00" in text
    assert "Of the fixed price of €5,000.00" in text
    assert "Covers 7:15 h; an hour of it brings €689.66." in text
    assert "• 9 Mar 2026 · 7:15 h · Anna Admin · Workshop" in text
    text = asks(anna)
    assert "Worked: 2:00 h\nCovered by a fixed price: 7:15 h" in text
    assert "By rounding" not in text


def test_part_of_a_night_says_that_it_is_one(connected: None, anna: Person) -> None:
    anna.types("/track log 23:00-1:00 acme app 7.3.: night")
    invoice(anna).click("Lines and texts …")
    anna.modal.fill("One line for each", "Day")
    anna.modal.fill("and in it for each", "nothing more")
    anna.modal.submit()
    text = asks(anna, "7 Mar 2026")
    assert "1:00 h · Anna Admin · part of a night · night" in text


def test_two_thousand_entries_are_read_page_by_page(connected: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme app 1.3.")
    with bot.database.write() as db:
        (row,) = db.execute(entries.select()).mappings()
        many = [
            {key: value for key, value in row.items() if key != "id"}
            | {"day": date(2026, 3, 1) + timedelta(days=n % 9), "seconds": 3600 + n, "note": f"note {n}" * 40}
            for n in range(1999)
        ]
        db.execute(insert(entries), many)
    text = asks(anna, "App")
    assert "Worked: 2,000 entries" in text
    assert "Page 1 of 40: 1 Mar 2026" in text
    anna.modal.click("Next")
    assert "Page 2 of 40" in read(anna.modal)
    assert read(anna.modal).count("\n• ") == 50


# The sums


def test_the_sums_say_lines_vat_and_how_hours_differ_from_seconds(rounded: None, anna: Person) -> None:
    anna.types("/track expense 49,90 7% acme website 2.3.2026: train ticket")
    anna.types("/track log 1h acme app yesterday: not for them")
    invoice(anna)
    text = asks(anna)
    assert "= 11.00 h" in text
    assert "Worked: 10:42 h" in text
    assert "By rounding, and by two decimals on each line: +0:18 h" in text
    assert "€285.00 + €708.00 + €46.64 = €1,039.64" in text
    assert "VAT: €1,039.64 × 19% = €197.53" in text
    assert "Gross: €1,039.64 + €197.53 = €1,237.17" in text
    assert "• Website · Design: 8.00 h × €88.50 = €708.00" in text


def test_a_reduction_and_prices_with_vat_are_calculated_the_other_way_round(
    worked: None, anna: Person, bot: Bot
) -> None:
    change(bot, "Acme GmbH", net_gross="GROSS", reduction=100_000)
    text = asks(anna)
    assert "€226.10 + €763.53 = €989.63" in text
    assert "Less the customer's reduction of 10%: €989.63 × 90% = €890.67" in text
    assert "Net: €890.67 ÷ 1.19 = €748.46" in text
    assert "VAT in it: €890.67 − €748.46 = €142.21" in text
    assert "Gross: €748.46 + €142.21 = €890.67" in text
    text = asks(anna, "Website · Design")
    assert "It is without VAT, and this invoice states prices with it: €88.50 × 1.19 = €105.315" in text
    assert "The reduction of 10% is taken off that sum too." in text


def test_what_is_not_on_the_invoice_is_said_with_its_sums(worked: None, anna: Person) -> None:
    anna.types("/track log 1h acme website design --nb yesterday: gift")
    invoice(anna)
    press(anna, "Leave out", "App")
    text = asks(anna)
    assert "Left out: 1 entry, 2:00 h" in text
    assert "Left out: 1 entry is not billable" in text


def test_a_group_of_lines_says_its_own_sum(worked: None, anna: Person) -> None:
    for number in range(30):
        anna.types(f"/track log 6m acme app yesterday: task {number}")
    invoice(anna).click("Lines and texts …")
    anna.modal.fill("One line for each", "Project")
    anna.modal.fill("and in it for each", "Entry")
    anna.modal.submit()
    anna.modal.click("Why? …")
    whole = read(anna.modal)
    anna.modal.close()
    block = next(each for each in anna.modal.view.blocks if "31 lines ·" in each.get("text", {}).get("text", ""))
    anna.workspace.click(anna.id, anna.modal.surface, "invoice_why_total", block_id=block["block_id"])
    anna.waits()
    text = read(anna.modal)
    assert "Total" in whole
    assert "31 lines, see below: €475.00" in text
    assert "VAT and a reduction are of the sum of all." in text
    assert "Website" not in text


def test_an_open_group_of_few_lines_says_its_sum_too(worked: None, anna: Person) -> None:
    anna.types("/track log 30m acme app yesterday: small")
    invoice(anna).click("Lines and texts …")
    anna.modal.fill("One line for each", "Project")
    anna.modal.fill("and in it for each", "Entry")
    anna.modal.submit()
    asked = [each for each in anna.modal.view.blocks if "2 lines ·" in each.get("text", {}).get("text", "")]
    anna.workspace.click(anna.id, anna.modal.surface, "invoice_why_total", block_id=asked[0]["block_id"])
    anna.waits()
    assert "€190.00 + €47.50 = €237.50" in read(anna.modal)


def test_older_open_time_says_of_which_months_and_work_it_is(connected: None, anna: Person, finn: Person) -> None:
    sure(anna, "/track log 2h acme app 20.1.: rescue")
    for typed in (
        "log 90m acme website design 25.2.",
        "log 1h acme website design 26.2.",
        "log 45m acme app --nb 26.2.",
    ):
        anna.types(f"/track {typed}")
    anna.types("/track expense 49,90 acme website 27.2.: train ticket")
    anna.types("/track invoice acme march")
    assert "Older: 4:30 h and expenses open since January 2026" in anna.modal.text
    anna.modal.click("Why? …")
    text = read(anna.modal)
    assert "2:00 h + 2:30 h = 4:30 h" in text
    assert "January 2026\n• App: 2:00 h\nFebruary 2026\n• Website · Design: 2:30 h\n" in text
    assert "Expenses\n• 27 Feb 2026 · €49.90 · Website · train ticket" in text


def test_older_fees_and_parts_of_fixed_prices_are_called_so(connected: None, anna: Person, finn_bills: Person) -> None:
    agrees_on_fee(anna, "1000", first="2026-01-01")
    agrees(anna, "Acme GmbH › Website", "5000", first="2026-02-01")
    agreements(anna)
    bills(anna, "50%", day="2026-02-10")
    closes_all(anna)
    anna.types("/track invoice acme march")
    text = asks_of_older(anna)
    assert "Retainers\n• 1 Jan 2026 · €1,000.00 · Retainer for January 2026\n• 1 Feb 2026 · €1,000.00" in text
    assert "Parts of fixed prices\n• 10 Feb 2026 · €2,500.00 · Website" in text
    assert "xpense" not in text
    finn_bills.types("/track rechnung acme märz")
    text = asks_of_older(finn_bills)
    assert "Monatspauschalen\n• 01.01.2026 · 1.000,00 € · Monatspauschale für Januar 2026" in text
    assert "Teile von Festpreisen\n• 10.02.2026 · 2.500,00 € · Website" in text
    assert "usgabe" not in text


# What is read on the screen, counted after


def amounts(text: str, pattern: str, language: str) -> Iterator[tuple[Decimal, ...]]:
    _, thousands, point = FORMATS[language]
    for found in re.finditer(pattern, text):
        yield tuple(Decimal(each.replace(thousands, "").replace(point, ".")) for each in found.groups())


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "terms",
    [
        {"reduction": 0},
        {"reduction": 123_456},
        {"net_gross": "GROSS"},
        {"net_gross": "GROSS", "reduction": 25_000},
        {"tax_rule": "NO_TAX"},
    ],
    ids=str,
)
def test_whoever_calculates_after_the_screen_gets_what_is_sent(
    language: str,
    terms: dict[str, Any],
    rounded: None,
    anna: Person,
    finn_bills: Person,
    bot: Bot,
    account: Account,
    run_jobs: RunJobs,
) -> None:
    change(bot, "Acme GmbH", **terms)
    who = anna if language == "en" else finn_bills
    money, number = FORMATS[language][0].format("([0-9.,]+)"), "([0-9.,]+)"
    line_sum = Decimal(0)
    for line in ("App", "Website · Design"):
        text = asks(who, line)
        ((hours, price, amount),) = amounts(text, f"{number} h × {money} = {money}", language)
        assert (hours * price).quantize(Decimal("0.01"), ROUND_HALF_UP) == amount
        line_sum += amount
    text = asks(who)
    summed, *_ = amounts(text, f"{money} \\+ {money} = {money}", language)
    assert summed[0] + summed[1] == summed[2] == line_sum
    invoice(who)
    sends(who)
    run_jobs()
    (draft,) = account.drafts()
    sent = [(each.quantity * each.unit_price).quantize(Decimal("0.01"), ROUND_HALF_UP) for each in draft.lines]
    assert sum(sent) == line_sum
    nets = [*amounts(text, f"Net(?:to)?: (?:[^\\n]* = )?{money}(?:\\n|$)", language)]
    assert nets[-1] == (draft.total_net,)
    gross = [*amounts(text, f"(?:Gross|Brutto): {money} \\+ {money} = {money}", language)]
    assert gross[-1][2] == draft.total_gross if gross else True


# Who looks at what was


def press(who: Person, label: str, line: str) -> None:
    blocks = who.modal.view.blocks
    begun = next(n for n, each in enumerate(blocks) if each.get("text", {}).get("text", "").startswith(line))
    element = next(each for each in blocks[begun + 1]["elements"] if each["text"]["text"] == label)
    who.workspace.click(who.id, who.modal.surface, element["action_id"], block_id=blocks[begun + 1]["block_id"])
    who.waits()


def click_why(who: Person, action: str = "invoice_why") -> None:
    block = next(each for each in who.modal.view.blocks if each.get("accessory", {}).get("action_id") == action)
    who.workspace.click(who.id, who.modal.surface, action, block_id=block["block_id"])
    who.waits()


GONE: dict[str, tuple[Callable[[Person, Bot], object], str]] = {
    "entry deleted": (lambda who, bot: _empty(bot), "This line is no longer there"),
    "sent meanwhile": (lambda who, bot: _approved(bot), "This draft was approved or given up meanwhile"),
    "no biller any more": (lambda who, bot: _dismissed(bot), "bill"),
}


def _empty(bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(delete(entries))


def _approved(bot: Bot) -> None:
    with bot.database.write() as db:
        db.exec_driver_sql("UPDATE invoice_draft SET state = 'discarded'")


def _dismissed(bot: Bot) -> None:
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.name == "Finn Freelancer").values(role="member"))


@pytest.mark.parametrize("happened", GONE)
def test_an_old_button_says_what_is_the_matter(happened: str, worked: None, finn_bills: Person, bot: Bot) -> None:
    happens, said = GONE[happened]
    finn_bills.workspace.change_person(finn_bills.id, locale="en-GB")
    finn_bills.waits()
    invoice(finn_bills)
    happens(finn_bills, bot)
    click_why(finn_bills)
    assert said in read(finn_bills.modal)


def test_what_changed_since_the_invoice_was_shown_stands_above(worked: None, anna: Person) -> None:
    invoice(anna)
    anna.types("/track log 1h acme app yesterday: later")
    click_why(anna)
    text = read(anna.modal)
    assert "Different since you saw them" in text
    assert "3.00 h × €95.00 = €285.00" in text
