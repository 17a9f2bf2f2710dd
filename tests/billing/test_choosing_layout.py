"""Lines and texts are chosen in a form from the invoice, kept for the customer, and sent as they were shown."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.core.context import Bot, Itself
from playground.billomat.account import Account
from playground.billomat.documents import Document
from playground.person import Modal, Person
from storage import billomat as billomat_rows
from storage import upkeep
from storage.change import Change
from storage.tables import audits, customers, drafts
from tests.billing.deeds import RunJobs, another_article, edits, invoice, lines_of, sends
from tests.conftest import T0

Send = Callable[[], Document]


@dataclass(frozen=True)
class Biller:
    """Somebody who bills, and what they read on the screen."""

    who: Person
    words: dict[str, str]

    def opens(self) -> Modal:
        invoice(self.who)
        self.who.modal.click(self.words["lines"])
        return self.who.modal

    def chooses(self, *by: str, texts: tuple[str, ...] = ("dates", "notes"), keep: bool = True) -> Modal:
        """Open the form, fill it in and save it; the invoice then."""
        form, words = self.opens(), self.words
        for number, label in enumerate((words["first"], words["second"])):
            form.fill(label, words[by[number]] if number < len(by) else words["none" if number else "one"])
        form.fill(words["texts"], [words[each] for each in texts])
        form.fill(words["keep"], [words["customer"]] if keep else [])
        form.submit()
        return self.who.modal


ENGLISH = {
    "lines": "Lines and texts …",
    "first": "One line for each",
    "second": "and in it for each",
    "texts": "Texts",
    "keep": "Keep for later",
    "customer": "Keep for Acme GmbH, on later invoices too",
    "none": "nothing more",
    "one": "one line for all",
    "day": "Day",
    "person": "Person",
    "entry": "Entry",
    "project": "Project",
    "dates": "The dates",
    "notes": "The notes",
    "times": "The times, where work has some",
    "initials": "Initials of whoever worked, in place of names",
    "usual": "As other customers",
}
GERMAN = {
    "lines": "Positionen und Texte …",
    "first": "Eine Position je",
    "second": "und darin je",
    "texts": "Texte",
    "keep": "Für später merken",
    "customer": "Für Acme GmbH merken",
    "none": "nichts weiter",
    "one": "eine Position für alles",
    "day": "Tag",
    "person": "Person",
    "entry": "Eintrag",
    "project": "Projekt",
    "dates": "Die Tage",
    "notes": "Die Notizen",
    "times": "Die Uhrzeiten",
    "initials": "Kürzel",
}


@pytest.fixture(params=["English", "German"])
def biller(request: pytest.FixtureRequest, anna: Person, month: None, finn_bills: Person) -> Biller:
    return Biller(anna, ENGLISH) if request.param == "English" else Biller(finn_bills, GERMAN)


@pytest.fixture
def in_german(bot: Bot) -> None:
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, locale="de_DE")


@pytest.fixture
def delivered(account: Account, run_jobs: RunJobs) -> Send:
    def send() -> Document:
        run_jobs()
        return account.drafts()[0]

    return send


def test_lines_by_day_are_shown_and_sent_as_they_were_shown(
    biller: Biller, in_german: None, delivered: Send, account: Account
) -> None:
    shown = biller.chooses("day")
    for text in ("09.03.2026 · Website · Design", "08.03.2026"):
        assert text in shown.text
    titles = [text.splitlines()[0] for text, _ in lines_of(shown)]
    sends(biller.who)
    sent = delivered()
    assert [line.title for line in sent.lines] == titles
    assert len(account.drafts()) == 1


def test_the_texts_say_what_is_ticked(biller: Biller, in_german: None, delivered: Send) -> None:
    biller.chooses("project", texts=("times", "initials", "notes"))
    sends(biller.who)
    lines = {line.title: line for line in delivered().lines}
    assert "09:00–11:00 AA Review" in lines["Website · Design"].description.splitlines()
    assert "AA Workshop" in lines["Website · Design"].description.splitlines()
    assert lines["App"].description == "AA"


def test_one_line_for_all_has_one_price_and_what_costs_otherwise_stands_beside_it(
    biller: Biller, in_german: None, delivered: Send
) -> None:
    biller.chooses()
    sends(biller.who)
    lines = delivered().lines
    assert [(line.title, line.unit_price) for line in lines] == [
        ("App", Decimal(95)),
        ("Website · Design", Decimal("88.5")),
    ]


def test_what_is_kept_for_a_customer_holds_for_its_next_invoice_and_for_no_other(
    biller: Biller, bot: Bot, delivered: Send
) -> None:
    biller.chooses("entry", texts=("notes",))
    sends(biller.who)
    delivered()
    with bot.database.read() as db:
        kept = dict(db.execute(select(customers.c.name, customers.c.layout)).all())  # type: ignore[arg-type]
        assert list(db.execute(select(drafts.c.layout)).scalars()) == [""]
    assert kept["Acme GmbH"] == '{"by":["entry"],"dates":false}'
    assert set(kept.values()) == {"", kept["Acme GmbH"]}
    form = biller_form(biller)
    assert form.value(biller.words["first"]) == biller.words["entry"]
    assert form.value(biller.words["texts"]) == [biller.words["notes"]]


def biller_form(biller: Biller) -> Modal:
    """The form on an invoice that is new."""
    biller.who.types("/track log 1h acme app today" if biller.words is ENGLISH else "/track buche 1h acme app heute")
    return biller.opens()


def test_not_kept_it_holds_for_this_invoice_and_goes_with_a_click(anna: Person, month: None, bot: Bot) -> None:
    biller = Biller(anna, ENGLISH)
    before = lines_of(invoice(anna))
    shown = biller.chooses("person", keep=False)
    assert "Anna Admin · Website · Design" in shown.text
    assert "Lines by Person, chosen for this invoice." in shown.text
    with bot.database.read() as db:
        assert set(db.execute(select(customers.c.layout)).scalars()) == {""}
        assert "change layout" in set(db.execute(select(audits.c.action)).scalars())
    shown.click("Lines as usual for this customer")
    assert lines_of(anna.modal) == before
    assert "Lines by" not in anna.modal.text


def test_what_is_kept_for_a_customer_goes_in_the_window_of_what_is_usual_for_it(
    anna: Person, month: None, bot: Bot
) -> None:
    biller = Biller(anna, ENGLISH)
    shown = biller.chooses("day")
    assert "Lines by Day, kept for Acme GmbH." in shown.text
    assert "Lines as for other customers" not in shown.buttons, "a click beside the total forgets nothing for good"
    anna.modal.click("Usual invoice …")
    anna.modal.click("Lines as for other customers")
    anna.modal.close()
    assert "Lines by" not in anna.modal.text
    with bot.database.read() as db:
        assert set(db.execute(select(customers.c.layout)).scalars()) == {""}


def test_an_admin_chooses_for_all_customers(anna: Person, month: None, finn_bills: Person) -> None:
    form = Biller(anna, ENGLISH).opens()
    form.fill("One line for each", "Day")
    form.fill("and in it for each", "nothing more")
    form.fill("Keep for later", ["Take it for all customers that have no way of their own"])
    form.submit()
    assert "Lines by Day, as for all customers." in anna.modal.text
    assert "Positionen nach Tag, wie bei allen Kunden." in invoice(finn_bills).text
    assert Biller(finn_bills, GERMAN).opens().text.count("Kunden nehmen") == 0


def test_what_was_typed_on_a_line_waits_under_another_layout_and_is_back_with_its_own(
    anna: Person, month: None
) -> None:
    biller = Biller(anna, ENGLISH)
    invoice(anna)
    edits(anna, title="Design as agreed", rate="80").submit()
    shown = biller.chooses("day")
    assert "Design as agreed" not in shown.text
    assert "1 line that was changed is not there now" in shown.text
    edits(anna, line="8 Mar 2026", title="Sunday").submit()
    assert "Sunday" in anna.modal.text
    anna.modal.click("Usual invoice …")
    anna.modal.click("Lines as for other customers")
    anna.modal.close()
    assert "Design as agreed" in anna.modal.text
    assert "Sunday" not in anna.modal.text
    assert "1 line that was changed is not there now" in anna.modal.text


def test_the_same_twice_is_refused_at_its_menu_and_nothing_is_lost(anna: Person, month: None) -> None:
    form = Biller(anna, ENGLISH).opens()
    form.fill("One line for each", "Day")
    form.fill("and in it for each", "Day")
    form.submit()
    assert list(form.errors.values()) == ["Each of these can stand here once. Choose something else, or nothing."]
    assert anna.modal.value("One line for each") == "Day"


def test_of_two_who_choose_at_once_the_second_one_is_told(anna: Person, month: None, finn_bills: Person) -> None:
    Biller(anna, ENGLISH).opens()
    Biller(finn_bills, GERMAN).chooses("day")
    anna.modal.fill("One line for each", "Person")
    anna.modal.submit()
    assert "Somebody chose other lines and texts" in " ".join(anna.modal.errors.values())
    anna.modal.close()
    assert "Lines by Day, kept for Acme GmbH." in invoice(anna).text


def test_who_saw_other_lines_does_not_send_the_new_ones_unseen(
    anna: Person, month: None, finn_bills: Person, account: Account, run_jobs: RunJobs
) -> None:
    invoice(anna)
    Biller(finn_bills, GERMAN).chooses("day")
    assert "Nothing was sent" in sends(anna).text
    run_jobs()
    assert account.drafts() == []


def test_an_article_is_chosen_on_a_line_of_several_services(anna: Person, month: None, delivered: Send) -> None:
    Biller(anna, ENGLISH).chooses()
    form = edits(anna, line="Website · Design")
    assert form.value("Article") == "Design"
    assert "Remember" not in form.labels
    form.fill("Title", "All of it")
    form.submit()
    assert "€88.50" in anna.modal.text
    sends(anna)
    assert [(line.title, line.unit_price) for line in delivered().lines] == [
        ("App", Decimal(95)),
        ("All of it", Decimal("88.5")),
    ]


def test_another_article_from_now_on_leaves_an_open_invoice_of_another_layout_as_it_is(
    anna: Person, month: None, bot: Bot, account: Account
) -> None:
    shown = Biller(anna, ENGLISH).chooses("day", keep=False)
    total = next(line for line in shown.text.splitlines() if line.startswith("Total"))
    anna.types("/track log 3h website design 12.02.2026: before")
    another_article(bot, account, "Beratung", price_cents=12_000)
    anna.modal.fill("Period", "February 2026")
    form = edits(anna)
    form.fill("Article", "Beratung")
    form.fill("Remember", "Use this article for Design from now on")
    form.submit()
    anna.modal.fill("Period", "March 2026")
    assert total in anna.modal.text


def test_a_customer_that_becomes_another_one_is_invoiced_as_before(anna: Person, month: None, bot: Bot) -> None:
    Biller(anna, ENGLISH).chooses("day")
    with bot.database.write() as db:
        upkeep.merge_customers(Change(db, Itself(1, T0)), ours=1, theirs=2)
        kept = dict(db.execute(select(customers.c.id, customers.c.layout)).all())  # type: ignore[arg-type]
    assert kept[2] == '{"by":["day"]}'


@pytest.mark.parametrize(
    ("language", "label", "title", "wrong"),
    [
        ("English", "Title of each line", "{service} for {project}", "{lines}"),
        ("German", "Titel jeder Position", "{Leistung} for {Projekt}", "{Zeilen}"),
    ],
)
def test_a_title_of_ones_own_is_filled_in_for_each_line(
    anna: Person, month: None, finn_bills: Person, delivered: Send, language: str, label: str, title: str, wrong: str
) -> None:
    biller = Biller(anna, ENGLISH) if language == "English" else Biller(finn_bills, GERMAN)
    form = biller.opens()
    form.fill(label, f"{title} {wrong}")
    form.submit()
    assert wrong in " ".join(form.errors.values())
    assert form.value(label) == f"{title} {wrong}"
    form.fill(label, title)
    form.submit()
    assert "Design for Website" in biller.who.modal.text
    assert biller.opens().value(label) == title
    invoice(biller.who)
    sends(biller.who)
    assert {line.title for line in delivered().lines} == {"App", "Design for Website"}
