"""What stands above and below the lines is typed in a form, seen with real data, kept, and sent as it was shown."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.core.context import Bot, Itself
from playground.billomat.account import Account
from playground.billomat.documents import Document
from playground.billomat.drafting import DEFAULT_TEXTS
from playground.person import Modal, Person
from storage import billomat as billomat_rows
from storage import upkeep
from storage.change import Change
from storage.tables import audits, customers, drafts, workspaces
from tests.billing.deeds import RunJobs, edits, invoice, sends
from tests.conftest import T0

Send = Callable[[Person], Document]
HEADING, ABOVE, NOTE, CLOSING = "Heading", "Above the lines", "Note below the lines", "Closing text"
BRACKETS, KEEP = "Square brackets", "Keep for later"
FOR_ACME = "Keep for Acme GmbH, on later invoices too"
FOR_ALL = "Take them for all customers who read English"


def opens(who: Person, button: str = "Intro and closing …") -> Modal:
    invoice(who)
    who.modal.click(button)
    return who.modal


def types(who: Person, keep: tuple[str, ...] = (FOR_ACME,), **texts: str) -> Modal:
    """Fill in the form and save it; what is open then."""
    form = opens(who)
    for label, text in texts.items():
        form.fill({"heading": HEADING, "intro": ABOVE, "note": NOTE, "closing": CLOSING}[label], text)
    form.fill(KEEP, list(keep))
    form.submit()
    return who.modal


@pytest.fixture
def delivered(account: Account, run_jobs: RunJobs) -> Send:
    def send(who: Person) -> Document:
        sends(who)
        run_jobs()
        return account.drafts()[-1]

    return send


def test_texts_are_filled_in_shown_and_sent_as_they_were_shown(
    anna: Person, worked: None, delivered: Send, account: Account
) -> None:
    shown = types(
        anna,
        heading="{period} for {customer}",
        intro="Dear {customer},\n\n{hours} hours in {days}: {project}.",
        note="{net} net, payable until [Invoice.due_date]",
        closing="Thank you 🎉\nشكرا",
    )
    text_before_sending = shown.text
    sent = delivered(anna)
    assert sent.title == "March 2026 for Acme GmbH"
    assert sent.intro == "Dear Acme GmbH,\n\n9.25 hours in 9 Mar 2026: App, Website."
    assert sent.note == "831.63\xa0€ net, payable until 24.03.2026\n\nThank you\nشكرا"
    for text in (sent.title, sent.intro, sent.note.replace("24.03.2026", "[Invoice.due_date]")):
        assert text in text_before_sending
    assert "Emoji in these texts are left out" in text_before_sending
    assert len(account.drafts()) == 1


def test_what_nobody_typed_is_billomats_own(anna: Person, worked: None, delivered: Send) -> None:
    types(anna, intro="Only this")
    sent = delivered(anna)
    assert (sent.intro, sent.title) == ("Only this", "Rechnung RE198")
    assert sent.note.startswith(DEFAULT_TEXTS["note"].partition("[")[0])


def test_the_preview_shows_what_is_typed_and_keeps_it(anna: Person, worked: None, bot: Bot) -> None:
    form = opens(anna)
    form.fill(ABOVE, "For {customer}: {hours} h")
    form.fill(KEEP, [])
    form.click("Preview")
    assert "For Acme GmbH: 9.25 h" in anna.modal.text
    assert anna.modal.value(ABOVE) == "For {customer}: {hours} h"
    assert not anna.modal.value(KEEP)
    with bot.database.read() as db:
        assert set(db.execute(select(drafts.c.texts)).scalars()) == {""}
    anna.modal.submit()
    assert "For Acme GmbH: 9.25 h" in anna.modal.text


@pytest.mark.parametrize("label", [HEADING, ABOVE, NOTE, CLOSING])
@pytest.mark.parametrize("wrong", ["{moon}", "{entries}", "{", "{customer}}"])
def test_what_cannot_be_filled_in_is_refused_at_its_field(anna: Person, worked: None, label: str, wrong: str) -> None:
    form = opens(anna)
    form.fill(label, f"Dear {wrong}")
    form.click("Preview")
    assert "cannot be filled in here" in anna.modal.text
    anna.modal.close()
    assert anna.modal.value(label) == f"Dear {wrong}"
    anna.modal.submit()
    assert list(anna.modal.errors) == [label]
    assert "{customer}, {period}" in anna.modal.errors[label]
    assert anna.modal.value(label) == f"Dear {wrong}"


def test_in_german_the_variables_have_german_names(finn_bills: Person, bot: Bot, delivered: Send) -> None:
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, locale="de_DE")
    form = opens(finn_bills, "Einleitung und Schluss …")
    form.fill("Über den Positionen", "Für {Kunde} im {Zeitraum}: {Stunden} Stunden, {netto}")
    form.submit()
    assert "Für Acme GmbH im März 2026: 9,25 Stunden" in finn_bills.modal.text
    assert opens(finn_bills, "Einleitung und Schluss …").value("Über den Positionen").startswith("Für {Kunde} im {Zeit")
    invoice(finn_bills)
    assert delivered(finn_bills).intro.startswith("Für Acme GmbH im März 2026: 9,25 Stunden, 831,63")


def test_kept_for_a_customer_they_hold_next_time_and_for_no_other(
    anna: Person, worked: None, bot: Bot, delivered: Send
) -> None:
    types(anna, intro="As agreed")
    delivered(anna)
    anna.types("/track log 1h acme app today")
    assert opens(anna).value(ABOVE) == "As agreed"
    with bot.database.read() as db:
        assert set(db.execute(select(drafts.c.texts)).scalars()) == {""}
        kept = set(db.execute(select(customers.c.texts)).scalars())
        assert kept == {"", '{"intro":"As agreed"}'}
        assert "change texts" in set(db.execute(select(audits.c.action)).scalars())
    invoice(anna).click("Usual invoice …")
    anna.modal.click("Texts as for other customers")
    anna.modal.close()
    assert "As agreed" not in anna.modal.text


def test_chosen_for_one_invoice_they_go_with_a_click(anna: Person, worked: None, bot: Bot) -> None:
    shown = types(anna, keep=(), closing="This time only")
    assert "were chosen for this invoice" in shown.text
    with bot.database.read() as db:
        assert set(db.execute(select(customers.c.texts)).scalars()) == {""}
    shown.click("Texts as usual for this customer")
    assert "This time only" not in anna.modal.text


def test_for_all_they_are_for_those_who_read_the_language(anna: Person, worked: None, bot: Bot) -> None:
    types(anna, keep=(FOR_ALL,), intro="Hello", closing="Thanks")
    with bot.database.read() as db:
        assert list(db.execute(select(workspaces.c.texts)).scalars()) == ['{"en":{"intro":"Hello","closing":"Thanks"}}']
        assert set(db.execute(select(drafts.c.texts)).scalars()) == {""}
    assert "those of all customers who read English" in invoice(anna).text
    types(anna, intro="Hello Acme")
    with bot.database.read() as db:
        assert '{"intro":"Hello Acme"}' in set(db.execute(select(customers.c.texts)).scalars())
    with bot.database.write() as db:
        billomat_rows.change_account(db, 1, locale="de_DE")
    assert "Thanks" not in invoice(anna).text


def test_only_an_admin_chooses_for_all(finn_bills: Person) -> None:
    assert "Für alle Kunden nehmen" not in opens(finn_bills, "Einleitung und Schluss …").text


def test_square_brackets_are_printed_by_choice(anna: Person, worked: None, delivered: Send) -> None:
    anna.types("/track log 1h acme website design yesterday: mend [Invoice.due_date] and [ACME-12]")
    form = opens(anna)
    form.fill(NOTE, "Due [Invoice.due_date]")
    form.fill(BRACKETS, [])
    form.click("Preview")
    assert "Due (Invoice.due_date)" in anna.modal.text
    anna.modal.submit()
    assert "Due (Invoice.due_date)" in anna.modal.text
    edits(anna, title="Until [Invoice.due_date]").submit()
    sent = delivered(anna)
    assert sent.note == "Due (Invoice.due_date)"
    assert "Until (Invoice.due_date)" in {line.title for line in sent.lines}
    assert any("mend (Invoice.due_date) and [ACME-12]" in line.description for line in sent.lines)


def test_on_purpose_square_brackets_reach_billomat_also_on_a_line(anna: Person, worked: None, delivered: Send) -> None:
    invoice(anna)
    edits(anna, title="Until [Invoice.due_date]").submit()
    assert "Until [Invoice.due_date]" in {line.title for line in delivered(anna).lines}


def test_a_long_text_is_shown_and_sent_whole(anna: Person, worked: None, delivered: Send) -> None:
    long = ("word " * 599 + "end").ljust(3000, "x")
    anna.types(f"/track log 1h acme website design yesterday: {'note ' * 380}")
    shown = types(anna, intro=long, closing="Work: {notes}")
    assert "".join(shown.text.split()).count("wordword") > 100
    sent = delivered(anna)
    assert sent.intro == long
    assert sent.note.startswith("Work: ")


def test_of_two_who_type_at_once_the_second_one_is_told(anna: Person, finn_bills: Person) -> None:
    opens(anna)
    form = opens(finn_bills, "Einleitung und Schluss …")
    form.fill("Schlusstext", "Danke")
    form.submit()
    anna.modal.fill(CLOSING, "Thanks")
    anna.modal.submit()
    assert "Somebody changed the texts" in " ".join(anna.modal.errors.values())
    assert anna.modal.value(CLOSING) == "Thanks"


def test_who_saw_other_texts_does_not_send_the_new_ones_unseen(
    anna: Person, finn_bills: Person, account: Account, run_jobs: RunJobs
) -> None:
    invoice(anna)
    form = opens(finn_bills, "Einleitung und Schluss …")
    form.fill("Schlusstext", "Danke")
    form.submit()
    after = sends(anna).text
    assert "Nothing was sent" in after
    assert "What stands above and below the lines" in after
    run_jobs()
    assert account.drafts() == []
    assert "Danke" in anna.modal.text


def test_a_draft_with_texts_of_its_own_is_told_of_beside_another_one(anna: Person, worked: None) -> None:
    types(anna, keep=(), intro="This time only")
    anna.modal.close()
    anna.types("/track invoice acme app")
    assert "which somebody changed or has before them" in anna.modal.text


def test_a_refused_invoice_has_its_texts_again(
    anna: Person, worked: None, bot: Bot, account: Account, run_jobs: RunJobs
) -> None:
    types(anna, keep=(), intro="This time only: {customer}")
    account.trouble.next("refusal", on="POST invoices")
    sends(anna)
    run_jobs()
    with bot.database.read() as db:
        assert db.execute(select(drafts.c.intro)).scalar_one() is None
    assert "This time only: Acme GmbH" in invoice(anna).text
    sends(anna)
    run_jobs()
    assert account.drafts()[0].intro == "This time only: Acme GmbH"
    with bot.database.read() as db:
        assert db.execute(select(drafts.c.intro)).scalar_one() == "This time only: Acme GmbH"


def test_a_note_that_is_kept_from_the_customer_is_in_none_of_its_texts(anna: Person, worked: None) -> None:
    anna.types("/track log 1h acme website design yesterday --private: he was really angry")
    shown = types(anna, intro="Work: {notes}", closing="{tags} {person}")
    assert "Work: Workshop" in shown.text
    assert "angry" not in shown.text


def test_a_renamed_customer_is_called_so_in_its_texts(anna: Person, worked: None, bot: Bot) -> None:
    types(anna, intro="For {customer}")
    with bot.database.write() as db:
        db.execute(customers.update().where(customers.c.id == 1).values(name="Zenit [Client.name] AG"))
    assert "For Zenit (Client.name) AG" in invoice(anna).text


def test_a_customer_that_becomes_another_one_keeps_its_texts(anna: Person, worked: None, bot: Bot) -> None:
    types(anna, intro="As agreed")
    with bot.database.write() as db:
        upkeep.merge_customers(Change(db, Itself(1, T0)), ours=1, theirs=2)
        kept = dict(db.execute(select(customers.c.id, customers.c.texts)).all())  # type: ignore[arg-type]
    assert kept[2] == '{"intro":"As agreed"}'


def test_the_form_of_lines_shows_how_they_read_and_takes_a_description(
    anna: Person, worked: None, delivered: Send
) -> None:
    form = opens(anna, "Lines and texts …")
    form.fill("Description of each line", "{hours} hours of work:\n{entries}")
    form.click("Preview")
    assert "7.25 hours of work:\n9 Mar 2026 Workshop" in anna.modal.text
    anna.modal.fill("Description of each line", "{moon}")
    anna.modal.submit()
    assert list(anna.modal.errors) == ["Description of each line"]
    anna.modal.fill("Description of each line", "{hours} hours of work:\n{entries}")
    anna.modal.submit()
    sent = {line.title: line.description for line in delivered(anna).lines}
    assert sent["Website · Design"] == "7.25 hours of work:\n9 Mar 2026 Workshop"


def test_what_the_customer_reads_is_told_from_lines_and_from_what_is_left_out(anna: Person, worked: None) -> None:
    shown = types(anna, intro="Dear Acme,", closing="Until next month")
    shown.click("Leave out")
    kinds = [block["text"]["text"] if block["type"] == "section" else block["type"] for block in shown.view.blocks]
    assert kinds[kinds.index("Dear Acme,") + 1] == "divider"
    closing = kinds.index("Until next month")
    assert (kinds[closing - 1], kinds[closing + 1]) == ("divider", "divider")
    assert kinds[closing + 2].startswith("Left out by hand")
