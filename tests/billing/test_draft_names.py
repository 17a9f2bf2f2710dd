"""What people call a draft, wherever they read of one: customer and month, and the number once there is one."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.billing import delivery
from bot.billing.approval import draw_token
from bot.billing.draft_names import LONGEST_PART, part_of
from bot.core.context import Bot
from bot.core.texts import Reader
from bot.tracking.rules.drafts import DraftName
from bot.tracking.rules.filters import Filter
from playground.billomat.account import Account
from playground.billomat.records import Client
from playground.person import Person
from storage.filter_names import Labels
from storage.tables import drafts
from tests.billing.deeds import RunJobs, appoint, invoice, listed, sends
from tests.conftest import FrozenClock
from tests.deeds import sure

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("name", "english", "german"),
    [
        (DraftName("Acme GmbH", *NOVEMBER), "Acme GmbH, November 2026", "Acme GmbH, November 2026"),
        (DraftName("Acme", date(2026, 3, 5), date(2026, 3, 5)), "Acme, March 2026", "Acme, März 2026"),
        (
            DraftName("Acme", date(2026, 2, 27), date(2026, 3, 9)),
            "Acme, 27 Feb 2026 – 9 Mar 2026",
            "Acme, 27.02.2026 – 09.03.2026",
        ),
        (DraftName("Acme", *NOVEMBER, "RE198"), "RE198 (Acme, November 2026)", "RE198 (Acme, November 2026)"),
        (DraftName("Acme", None, None), "Acme", "Acme"),
    ],
)
def test_a_draft_is_called_by_customer_and_days_and_an_invoice_by_its_number(
    name: DraftName, english: str, german: str
) -> None:
    readers = [Reader.for_locale(locale=locale, language=None, zone="UTC") for locale in ("en-GB", "de-DE")]
    assert [name.said(to) for to in readers] == [english, german]


def token(bot: Bot) -> str:
    with bot.database.read() as db:
        drawn: str = db.execute(select(drafts.c.token).where(drafts.c.id == 1)).scalar_one()
    return drawn


def test_nobody_reads_the_token(
    worked: None, bot: Bot, account: Account, anna: Person, finn: Person, run_jobs: RunJobs
) -> None:
    """F25: it is in Billomat's label, and in no text for people."""
    finn.types("/track log 1h acme app gestern: Test")
    invoice(anna)
    sends(anna)
    assert "auf dem Entwurf „Acme GmbH, März 2026“, der gerade zu Billomat geht" in listed(finn)
    run_jobs()
    (draft,) = account.drafts()
    assert draft.label.endswith(f" {token(bot)}")
    assert "auf dem Entwurf „Acme GmbH, März 2026“ in Billomat" in listed(finn)
    assert "on the draft “Acme GmbH, March 2026” in Billomat" in listed(anna)
    assert "The draft for Acme GmbH, March 2026 is in Billomat" in anna.dm[-1].plain()
    read = (invoice(anna).text, anna.opens_home().plain(), *(said.plain() for said in anna.dm))
    assert not any(token(bot) in text for text in read)


def test_a_draft_in_billomat_is_linked_in_the_form(
    approved: None, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    run_jobs()
    (draft,) = account.drafts()
    shown = next(block for block in invoice(anna).view.blocks if "fields" in block)
    assert shown["text"]["text"] == "In Billomat: Acme GmbH, March 2026, €831.63 net"
    assert f"/invoices/{draft.id}|Open in Billomat>" in shown["fields"][0]["text"]


def test_a_completed_invoice_is_called_by_its_number_once_that_was_read(
    approved: None, bot: Bot, account: Account, anna: Person, finn: Person, run_jobs: RunJobs
) -> None:
    run_jobs()
    (draft,) = account.drafts()
    account.complete(draft.id)
    anna.dm[-1].click("Bill again")
    run_jobs()
    assert "The invoice RE198 (Acme GmbH, March 2026) is completed in Billomat" in anna.dm[-1].plain()
    assert "on the invoice RE198 (Acme GmbH, March 2026)" in listed(anna)
    assert "Completed in Billomat: RE198 (Acme GmbH, March 2026), €831.63 net" in invoice(anna).text
    anna.modal.close()
    for typed in ("delete yesterday", "note yesterday: x"):
        said = anna.types(f"/track {typed}")
        assert said
        assert "the invoice RE198 (Acme GmbH, March 2026) holds it" in said.plain()
    finn.types("/track status")
    appoint(bot, "Finn Freelancer")
    assert "In Billomat abgeschlossen: RE198 (Acme GmbH, März 2026), 831,63\xa0€ netto" in invoice(finn).text


def test_numbers_are_taken_from_lists_that_were_read_for_other_drafts(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    run_jobs()
    (first,) = account.drafts()
    account.complete(first.id)
    anna.types("/track log 1h acme app")
    invoice(anna)
    sends(anna)
    account.trouble.next("drop", on="POST invoices")
    run_jobs()
    clock.forward_by(seconds=40)
    run_jobs()
    assert "on the invoice RE198 (Acme GmbH, March 2026)" in listed(anna)


def test_what_was_completed_before_it_was_found_is_not_called_a_draft(
    worked: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    invoice(anna)
    sends(anna)
    account.trouble.next("drop", worked=True, on="POST invoices")
    delivery.deliver(bot, 1)
    (draft,) = account.drafts()
    account.complete(draft.id)
    clock.forward_by(seconds=40)
    run_jobs()
    assert "✅ The invoice RE198 (Acme GmbH, March 2026) is in Billomat, and completed: €831.63" in anna.dm[-1].plain()
    assert "on the invoice RE198" in listed(anna)


def test_the_invoices_to_choose_from_show_no_token(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("drop", on="POST invoices")
    run_jobs()
    for _ in range(3):
        clock.forward_by(seconds=200)
        run_jobs()
    label = f"March 2026 {token(bot)}"
    client = account.all(Client)[0]
    account.create_invoice({"client_id": client.id, "label": label, "date": "2026-03-10"})
    anna.modal.close()
    anna.dm[-1].click("It is there …")
    (offered,) = anna.modal.options("Draft in Billomat")
    assert offered.endswith("10 Mar 2026 · March 2026")


def test_an_entry_in_billomat_is_linked_in_lists(
    approved: None, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    run_jobs()
    (draft,) = account.drafts()
    anna.types("/track list yesterday")
    locked = [block for block in anna.last.surface.blocks if "fields" in block]
    assert len(locked) == 2
    assert all(f"/invoices/{draft.id}|Open in Billomat>" in block["fields"][0]["text"] for block in locked)


def test_what_arrives_late_and_was_completed_is_told_by_its_number(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    label = f"March 2026 {token(bot)}"
    account.trouble.next("refusal", on="POST invoices")
    run_jobs()
    made = account.create_invoice({"client_id": account.all(Client)[0].id, "label": label, "date": "2026-03-10"})
    account.complete(made.id)
    clock.forward_by(days=1)
    run_jobs()
    said = anna.dm[-1].plain()
    assert "completed as RE198 (Acme GmbH, March 2026), but here all of it is free again. Please cancel it" in said


def test_a_second_one_that_arrives_late_and_was_completed_is_told_by_its_number(
    approved: None, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.trouble.next("drop", on="POST invoices")
    for _ in range(3):
        run_jobs()
        clock.forward_by(seconds=200)
    run_jobs()
    anna.modal.close()
    anna.dm[-1].click("Send again")
    run_jobs()
    label = account.drafts()[0].label
    made = account.create_invoice({"client_id": account.all(Client)[0].id, "label": label, "date": "2026-03-10"})
    account.complete(made.id)
    clock.forward_by(days=1)
    run_jobs()
    assert "is completed there as RE198 (Acme GmbH, March 2026)" in anna.dm[-1].plain()


def test_each_token_has_a_figure_or_it_would_be_read_as_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.choice", lambda signs: signs[0])
    assert draw_token() == "aaaaaaaaaaa0"


# Several of one month


def sends_part(who: Person, typed: str) -> None:
    while who.sees_modal:
        who.modal.close()
    who.types(f"/track invoice {typed}")
    sends(who)


def labels(account: Account, bot: Bot) -> list[str]:
    """Billomat's labels without their tokens."""
    with bot.database.read() as db:
        tokens = db.execute(select(drafts.c.token).where(drafts.c.token.is_not(None))).scalars().all()
    found = sorted(account.drafts(), key=lambda draft: draft.id)
    return [next(draft.label.removesuffix(f" {each}") for each in tokens if each in draft.label) for draft in found]


def test_parts_of_one_month_have_names_that_tell_them_apart(
    worked: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    anna.types("/track log 1h acme app #call yesterday: by phone")
    sends_part(anna, "acme march design")
    sends_part(anna, "acme march #call")
    sends_part(anna, "acme march app")
    run_jobs()
    assert labels(account, bot) == ["March 2026 · Design", "March 2026 · #call", "March 2026 · App"]
    told = [message.plain() for message in anna.dm if "is in Billomat" in message.plain()]
    assert [said.partition(" is in ")[0].partition("draft for ")[2] for said in told] == [
        "Acme GmbH, March 2026 · Design",
        "Acme GmbH, March 2026 · #call",
        "Acme GmbH, March 2026 · App",
    ]
    anna.types("/track invoice acme march")
    assert "In Billomat: Acme GmbH, March 2026 · App, €190.00 net" in anna.modal.text


def test_the_second_of_the_same_is_numbered(
    worked: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    sends_part(anna, "acme march app")
    sure(anna, "/track log 1h acme app yesterday: one more")
    sends_part(anna, "acme march app")
    run_jobs()
    assert labels(account, bot) == ["March 2026 · App", "March 2026 · App (2)"]
    assert "Acme GmbH, March 2026 · App (2)" in listed(anna)


def test_two_of_all_work_are_numbered_whatever_days_of_the_month_they_are_for(
    worked: None, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    sends_part(anna, "acme 1.3.-9.3.")
    sure(anna, "/track log 30m acme app yesterday: one more")
    sends_part(anna, "acme march")
    run_jobs()
    assert labels(account, bot) == ["March 2026", "March 2026 (2)"]


def test_a_part_by_person_names_people_as_the_lines_do(
    worked: None, bot: Bot, account: Account, anna: Person, finn: Person, run_jobs: RunJobs
) -> None:
    finn.types("/track log 1h acme app gestern: Test")
    sends_part(anna, "acme march finn")
    anna.types("/track invoice acme march me")
    anna.modal.click("Lines and texts …")
    anna.modal.fill("Texts", ["Initials of whoever worked, in place of names"])
    anna.modal.submit()
    sends(anna)
    run_jobs()
    assert labels(account, bot) == ["March 2026 · Finn Freelancer", "March 2026 · AA"]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("Design", "Acme, November 2026 · Design"),
        ("(2)", "Acme, November 2026 (2)"),
        ("Design (3)", "Acme, November 2026 · Design (3)"),
    ],
)
def test_a_part_stands_behind_the_days(part: str, said: str) -> None:
    to = Reader.for_locale(locale="en-GB", language=None, zone="UTC")
    assert DraftName("Acme", *NOVEMBER, part=part).said(to) == said
    assert DraftName("Acme", *NOVEMBER, "RE7", part).said(to) == f"RE7 ({said})"


def test_signs_that_stand_for_others_are_no_part_of_a_label() -> None:
    found = Labels({}, {1: "Acme › 50 % *Shop*", 2: "Acme › " + "long " * 30}, {}, {})
    assert part_of(Filter(projects=(1,), text="100%_sure"), found, by_initials=False) == "50 Shop · “100 sure”"
    cut = part_of(Filter(projects=(2,)), found, by_initials=False)
    assert len(cut) == LONGEST_PART
    assert cut.endswith("…")
