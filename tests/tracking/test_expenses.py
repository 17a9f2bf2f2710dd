"""Expenses and lump sums: typed, filled in, corrected, taken back, with nothing of what was typed lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.languages import languages
from bot.core.money import smallest
from bot.grammar.amounts import HIGHEST, Amounts
from bot.grammar.tokens import split
from bot.tracking.expense_fields import read_amount
from playground.person import Person
from storage import expenses as expense_rows
from storage.expenses import Expense
from storage.tables import expenses
from tests.deeds import forge, said

AMOUNTS = Amounts(languages())
TODAY = date(2026, 3, 10)


def everything(bot: Bot) -> list[Expense]:
    """All expenses, in the order in which they were written."""
    with bot.database.read() as db:
        ids = db.execute(select(expenses.c.id).order_by(expenses.c.id)).scalars().all()
        found = [expense_rows.expense_of_workspace(db, 1, expense_id) for expense_id in ids]
    return [each for each in found if each]


def only(bot: Bot) -> Expense:
    (expense,) = everything(bot)
    return expense


@pytest.mark.both_doors
@pytest.mark.parametrize(
    ("typed", "cents", "gross", "vat", "note"),
    [
        ("expense 49,90 acme website: train ticket", 4990, True, None, "train ticket"),
        ("expense 49.90 acme website: train ticket", 4990, True, None, "train ticket"),
        ("ausgabe 1.234,50 € netto acme website: Lizenzen", 123450, False, None, "Lizenzen"),
        ("expense €1,234.50 net acme website", 123450, False, None, ""),
        ("expense acme website 107 7%: books", 10700, True, 700, "books"),
        ("expense 50,- zzgl. 19 % MwSt acme website", 5000, False, 1900, ""),
        ("spent EUR49.90 incl. vat acme website", 4990, True, None, ""),
        ("auslage 1 234,50 brutto acme website", 123450, True, None, ""),
    ],
)
def test_an_expense_is_written_down_as_it_was_typed(
    projects: None, anna: Person, bot: Bot, typed: str, cents: int, gross: bool, vat: int | None, note: str
) -> None:
    anna.types(f"/track {typed}")
    expense = only(bot)
    assert (expense.customer, expense.project, expense.day) == ("Acme GmbH", "Website", TODAY)
    assert (expense.amount_cents, expense.gross, expense.vat_rate, expense.note) == (cents, gross, vat, note)


def test_the_day_the_receipt_and_the_billing_can_be_typed_too(projects: None, anna: Person, bot: Bot) -> None:
    answer = said(anna, "/track expense 12 acme website yesterday receipt RE-4711 --nb --private: taxi")
    expense = only(bot)
    assert (expense.day, expense.receipt, expense.billable, expense.private) == (
        date(2026, 3, 9),
        "RE-4711",
        False,
        True,
    )
    assert "12.00" in answer
    assert "Mon 9 Mar · receipt RE-4711 · not billable" in answer
    assert "🤫 taxi" in answer


@given(
    st.integers(min_value=1, max_value=HIGHEST),
    st.sampled_from(["EUR", "HUF", "JPY", "VND", "ISK", "IDR"]),
    st.sampled_from(["{}", "{} net", "{code} {}", "{} {code}", "netto {}"]),
    st.sampled_from([("", "."), (",", "."), (".", ","), (" ", ","), ("’", ".")]),
)
def test_an_amount_of_any_height_is_read_in_each_currency_as_it_was_typed(
    cents: int, code: str, written: str, marks: tuple[str, str]
) -> None:
    grouping, decimal = marks
    number = f"{cents // 100:,}".replace(",", grouping) + f"{decimal}{cents % 100:02}"
    typed = written.format(number, code=code)
    assert AMOUNTS.take(typed, split(typed)[0])[0].cents == cents
    if cents % smallest(code):  # a part of a yen
        with pytest.raises(UserError, match="has no decimals"):
            read_amount(number, code, field="amount")
    else:
        assert read_amount(number, code, field="amount") == cents


@given(st.integers(min_value=HIGHEST + 1, max_value=10**40))
def test_what_an_invoice_has_no_room_for_is_refused_at_its_field(cents: int) -> None:
    with pytest.raises(UserError) as refused:
        read_amount(f"{cents // 100}.{cents % 100:02}", "VND", field="amount")
    assert refused.value.field == "amount"


def test_an_amount_is_an_amount_and_a_day_ends_in_a_full_stop(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track expense 10.03 acme website 9.3.")
    assert (only(bot).amount_cents, only(bot).day) == (1003, date(2026, 3, 9))


@pytest.mark.parametrize(("typed", "choice", "cents"), [("1.234", "1,234.00", 123400), ("1,234 €", "1.23", 123)])
def test_an_amount_with_two_readings_is_asked_about(
    projects: None, anna: Person, bot: Bot, typed: str, choice: str, cents: int
) -> None:
    assert "How much is" in said(anna, f"/track expense {typed} acme website: licences")
    assert everything(bot) == []
    anna.clicks(choice)
    assert (only(bot).amount_cents, only(bot).note) == (cents, "licences")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("49,90 12,50 acme", "“12,50” is a second amount"),
        ("0 acme", "“0” is no amount to bill"),
        ("-5 acme", "“-5” is no amount to bill"),
        ("1234,567 acme", "“1234,567” is no amount"),
        ("0,004 acme", "“0,004” is no amount"),
        ("100000000001 acme", "more than 100,000,000,000"),
        ("4111111111111111,99 acme", "more than 100,000,000,000"),
        ("50 net gross acme", "Say net or gross"),
        ("50 119% acme", "“119%” is no rate of VAT"),
        ("50 acme website last week", "more than a day"),
        ("50 acme website 4711", "“4711”"),
        ("50 acme website tomorrow", "“tomorrow” is in the future. Only what is over can be written down."),
        ("CHF 50 acme website", "Expenses are kept in EUR"),
        ("50 design", "leave out “Design”"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_written(
    projects: None, anna: Person, bot: Bot, typed: str, why: str
) -> None:
    anna.types("/track new Design")
    assert why in said(anna, f"/track expense {typed}")
    assert everything(bot) == []


def test_which_project_is_asked_and_what_was_typed_is_kept(projects: None, anna: Person, bot: Bot) -> None:
    assert "Several fit" in said(anna, "/track expense 49,90 net acme receipt 7: fonts") or everything(bot)
    if not everything(bot):
        anna.clicks("Acme GmbH › Website")
    assert (only(bot).amount_cents, only(bot).gross, only(bot).receipt, only(bot).note) == (4990, False, "7", "fonts")


def test_net_is_one_click_from_gross_and_back(projects: None, anna: Person, bot: Bot) -> None:
    assert "€49.90 gross" in said(anna, "/track expense 49,90 acme website")
    anna.clicks("It is net")
    assert not only(bot).gross
    anna.clicks("It is gross")
    assert only(bot).gross


def test_an_expense_is_taken_back_and_so_is_its_deletion(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track expense 49,90 acme website: train")
    first = only(bot)
    anna.clicks("Edit …")
    anna.modal.click("Delete expense", confirm=True)
    assert everything(bot) == []
    assert "Undone: deletion of the expense of €49.90 for Acme GmbH › Website. As before: " in said(anna, "/track undo")
    assert only(bot) == first
    assert "Undone: expense of €49.90 for Acme GmbH › Website." in said(anna, "/track undo")
    assert everything(bot) == []


@pytest.mark.parametrize(
    ("typed", "undo", "edit", "amount", "changed", "gone"),
    [
        (
            "expense 49,90 acme website",
            "undo",
            "Edit …",
            "Amount in EUR",
            "Undone: change of the expense of €49.90 for Acme GmbH › Website. As before: expense of €49.90 for Acme",
            "Undone: expense of €49.90 for Acme GmbH › Website.",
        ),
        (
            "ausgabe 49,90 acme website",
            "rückgängig",
            "Bearbeiten …",
            "Betrag in EUR",
            "Änderung der Ausgabe von 49,90\xa0€ für Acme GmbH › Website. Wie vorher: Ausgabe von 49,90\xa0€ für Acme",
            "Rückgängig gemacht: Ausgabe von 49,90\xa0€ für Acme GmbH › Website.",
        ),
    ],
)
def test_what_was_only_changed_is_not_said_to_be_gone(
    projects: None,
    anna: Person,
    finn: Person,
    bot: Bot,
    typed: str,
    undo: str,
    edit: str,
    amount: str,
    changed: str,
    gone: str,
) -> None:
    who = anna if undo == "undo" else finn
    who.types(f"/track {typed}")
    first = only(bot)
    who.clicks(edit)
    who.modal.fill(amount, "60")
    who.modal.submit()
    assert changed in said(who, f"/track {undo}")
    assert only(bot) == first
    assert gone in said(who, f"/track {undo}")
    assert everything(bot) == []


def test_each_undo_of_several_says_which_expense_it_was(projects: None, anna: Person, finn: Person) -> None:
    for amount in ("49,90", "12", "1234.50"):
        anna.types(f"/track expense {amount} acme website")
    undone = [said(anna, "/track undo") for _ in range(3)]
    assert [next(each for each in text.split() if "€" in each) for text in undone] == ["€1,234.50", "€12.00", "€49.90"]
    finn.types("/track ausgabe 49,90 acme website")
    assert "Ausgabe von 49,90\xa0€ für Acme" in said(finn, "/track rückgängig")


def test_an_expense_is_corrected_in_its_form(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track expense 49,90 acme website: train")
    anna.clicks("Edit …")
    anna.modal.fill("Amount in EUR", "1.234,50 €")
    anna.modal.fill("The amount is", "Without VAT (net)")
    anna.modal.fill("VAT in percent", "7 %")
    anna.modal.fill("Receipt number", "RE-1")
    anna.modal.fill("What for", "trains\nand taxis")
    anna.modal.submit()
    expense = only(bot)
    assert (expense.amount_cents, expense.gross, expense.vat_rate) == (123450, False, 700)
    assert (expense.receipt, expense.note) == ("RE-1", "trains\nand taxis")
    assert "€1,234.50 net, 7% VAT" in anna.last.plain()


@pytest.mark.parametrize(
    ("label", "value", "why"),
    [
        ("Amount in EUR", "1.234", "Type 1234.00 or 1.23"),
        ("Amount in EUR", "much", "Type an amount"),
        ("Amount in EUR", "0", "more than 0"),
        ("Amount in EUR", "50 USD", "kept in EUR"),
        ("VAT in percent", "190", "Type a rate of VAT"),
        ("Day", "2026-03-11", "still to come"),
    ],
)
def test_a_form_says_at_its_field_what_does_not_fit(
    projects: None, anna: Person, bot: Bot, label: str, value: str, why: str
) -> None:
    anna.types("/track expense 49,90 acme website")
    before = only(bot)
    anna.clicks("Edit …")
    anna.modal.fill(label, value)
    anna.modal.submit()
    assert why in " ".join(anna.modal.errors.values())
    assert only(bot) == before


@pytest.mark.parametrize(
    ("amount", "vat", "day", "wrong"),
    [
        ("abc", "seven", "2026-03-10", {"Amount in EUR", "VAT in percent"}),
        ("0", "190", "2026-03-11", {"Amount in EUR", "VAT in percent", "Day"}),
        ("50 USD", "7", "2026-03-11", {"Amount in EUR", "Day"}),
        ("12", "-1", "2026-03-10", {"VAT in percent"}),
    ],
)
def test_a_form_says_all_that_does_not_fit_at_once(
    projects: None, anna: Person, bot: Bot, amount: str, vat: str, day: str, wrong: set[str]
) -> None:
    anna.types("/track expense acme website: taxi")
    for label, value in (("Amount in EUR", amount), ("VAT in percent", vat), ("Day", day)):
        anna.modal.fill(label, value)
    anna.modal.submit()
    assert {*anna.modal.errors} == wrong
    assert everything(bot) == []


@pytest.mark.parametrize("typed", ["expense", "expense acme website: train"])
def test_without_an_amount_a_form_opens_that_knows_the_rest(projects: None, anna: Person, bot: Bot, typed: str) -> None:
    anna.types(f"/track {typed}")
    if typed == "expense":
        anna.modal.fill("Project", "Acme GmbH › Website")
        anna.modal.fill("What for", "train")
    anna.modal.fill("Amount in EUR", "49.90")
    anna.modal.submit()
    expense = only(bot)
    assert (expense.project, expense.amount_cents, expense.gross, expense.note) == ("Website", 4990, True, "train")


SEVERAL = "This may be several projects: Acme GmbH › App, Acme GmbH › Website."


@pytest.mark.parametrize(
    ("typed", "project", "note", "told"),
    [
        ("expense acme: nothing", None, "nothing", [SEVERAL]),
        ("expense acme lunch", None, "lunch", [SEVERAL]),
        ("expense twenty acme website: foo", "Acme GmbH › Website", "foo", ["what “twenty” means"]),
        ("ausgabe acme zwanzig: nichts", None, "nichts", ["what “zwanzig” means", SEVERAL]),
        ("expense nobody: taxi", None, "taxi", ["what “nobody” means"]),
        ("expense acme website 7x: books", "Acme GmbH › Website", "books", ["what “7x” means"]),
    ],
)
def test_a_note_in_the_form_is_only_what_was_typed_as_one_and_the_rest_is_said_above_it(
    projects: None, anna: Person, typed: str, project: str | None, note: str, told: list[str]
) -> None:
    anna.types(f"/track {typed}")
    assert (anna.modal.value("Project"), anna.modal.value("What for")) == (project, note)
    assert all(each in anna.modal.text for each in told)


def test_that_several_projects_may_be_meant_is_said_in_german_too(projects: None, finn: Person) -> None:
    finn.types("/track ausgabe acme: nichts")
    assert "Das können mehrere Projekte sein: Acme GmbH › App, Acme GmbH › Website." in finn.modal.text


def test_an_expense_is_its_persons_and_that_of_whoever_bills(
    projects: None, anna: Person, finn: Person, aylin: Person, bot: Bot
) -> None:
    for somebody in (finn, aylin):
        somebody.types("/track expense 20 acme website")
    first = everything(bot)[0]
    forge(aylin.last, aylin.last.buttons[0], str(first.id))
    aylin.clicks(aylin.last.buttons[0])
    assert "no longer there" in aylin.last.plain()
    anna.types("/track expense 30 acme website")
    forge(anna.last, "Edit …", str(first.id))
    anna.clicks("Edit …")
    anna.modal.fill("Amount in EUR", "21")
    anna.modal.submit()
    assert everything(bot)[0].amount_cents == 2100
    assert everything(bot)[0].person_id == first.person_id


def test_a_list_shows_expenses_below_the_time_each_with_its_form(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track log 1h acme website")
    anna.types("/track expense 49,90 acme website: train ticket")
    anna.types("/track expense 500 net acme app yesterday: flat fee")
    shown = said(anna, "/track list")
    assert "🧾 1 expense: €49.90 gross" in shown
    assert "€49.90 gross · Acme GmbH › Website" in shown
    assert "train ticket" in shown
    assert "🧾 2 expenses: €49.90 gross + €500.00 net" in said(anna, "/track list week")
    assert "flat fee" in said(anna, "/track list yesterday")
    assert "train ticket" not in said(anna, "/track list week acme app")
    assert "train ticket" in said(anna, "/track list: Train")
    anna.types("/track list yesterday")
    anna.clicks("Edit …")
    anna.modal.fill("Amount in EUR", "400")
    anna.modal.submit()
    assert everything(bot)[1].amount_cents == 40000


def test_who_does_not_bill_sees_only_own_expenses(projects: None, anna: Person, finn: Person) -> None:
    anna.types("/track expense 49,90 acme website: train ticket")
    finn.types("/track expense 12 acme website: taxi")
    assert "train ticket" not in said(finn, "/track list")
    assert "taxi" not in said(anna, "/track list")
    assert "taxi" in said(anna, "/track list team")


def test_a_report_says_expenses_beside_its_sums_of_time(projects: None, anna: Person) -> None:
    anna.types("/track log 1h acme website")
    anna.types("/track expense 49,90 acme website: train ticket")
    assert "🧾 1 expense: €49.90 gross, not in the sums above." in said(anna, "/track report")


@pytest.mark.both_doors
@pytest.mark.parametrize(
    "typed",
    [
        "/track expense 119 pass-through acme website: court fee",
        "/track expense pass-through 119 acme website: court fee",
        "/track expense €119 gross passed through acme website: court fee",
        "/track expense 119 pass-through gross acme website: court fee",
        "/track expense 119 19% pass-through acme website: court fee",
        "/track ausgabe 119 durchlaufend acme website: court fee",
        "/track ausgabe durchlaufender Posten 119 € acme website: court fee",
    ],
)
def test_what_is_passed_through_can_be_typed(projects: None, anna: Person, bot: Bot, typed: str) -> None:
    assert "passed through, without VAT" in said(anna, typed)
    expense = only(bot)
    assert (expense.amount_cents, expense.gross, expense.pass_through) == (11900, True, True)
    assert (expense.project, expense.note) == ("Website", "court fee")


def test_net_and_passed_through_contradict_each_other(projects: None, anna: Person, bot: Bot) -> None:
    for typed in ("119 net pass-through", "119 pass-through net", "pass-through 119 net"):
        answer = said(anna, f"/track expense {typed} acme website")
        assert "What is passed through goes out at its full amount: leave out “net”." in answer
    assert everything(bot) == []


def test_away_from_an_amount_the_words_are_part_of_a_name(projects: None, anna: Person, bot: Bot) -> None:
    said(anna, "/track expense 119 acme website pass-through")
    assert [each.pass_through for each in everything(bot)] in ([], [False])


@pytest.mark.both_doors
@pytest.mark.parametrize(
    "typed",
    [
        "/track expense 119 acme website 9.3.: pass-through, court fee",
        "/track expense 119 acme website: court fee (Pass Through)",
        "/track expense 119 acme website: fee, passed through in full",
        "/track ausgabe 119 acme website: Gerichtskosten, durchlaufender Posten",
        "/track ausgabe 119 netto acme website: Durchlaufende Gerichtskosten",
    ],
)
def test_where_the_word_is_only_text_one_click_makes_it_so(projects: None, anna: Person, bot: Bot, typed: str) -> None:
    assert "“Pass-through” is only text in the note" in said(anna, typed)
    assert not only(bot).pass_through
    anna.clicks("It is passed through")
    assert (only(bot).pass_through, only(bot).gross, only(bot).amount_cents) == (True, True, 11900)
    assert "passed through, without VAT" in anna.last.plain()
    assert "only text" not in anna.last.plain()
    anna.clicks("Undo")
    assert not only(bot).pass_through


def test_a_word_behind_the_project_is_asked_about_and_then_offered(projects: None, anna: Person, bot: Bot) -> None:
    said(anna, "/track expense 119 acme website pass-through")
    anna.clicks("Acme GmbH › Website · note: pass-through")
    assert "It is passed through" in anna.last.buttons


@pytest.mark.parametrize("note", ["train ticket", "a bypass through the wood", "pass, through customs"])
def test_other_notes_offer_nothing(projects: None, anna: Person, note: str) -> None:
    said(anna, f"/track expense 119 acme website: {note}")
    assert "It is passed through" not in anna.last.buttons


def test_it_is_kept_while_the_project_is_asked(projects: None, anna: Person, bot: Bot) -> None:
    anna.types("/track expense 119 pass-through acme: court fee")
    anna.clicks("Acme GmbH › Website")
    assert only(bot).pass_through


def test_without_an_amount_the_form_has_its_box_ticked_by_the_words_beside_a_rate(projects: None, anna: Person) -> None:
    anna.types("/track expense 19% pass-through acme website")
    assert anna.modal.value("Passed through")
