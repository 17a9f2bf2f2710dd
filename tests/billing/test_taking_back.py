"""A sent draft is taken back: shown, confirmed, deleted in Billomat if it is as it was sent, and only then free."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy import select, update

from bot.billing import deletion
from bot.billing.attempts import Attempt
from bot.billomat.client import Billomat, BillomatInvoice
from bot.core.context import Bot
from playground.billomat import seed
from playground.billomat.account import Account
from playground.billomat.records import Invoice
from playground.person import Person
from storage.tables import audits, draft_entries, jobs, people, sent_invoices
from tests.billing.deeds import RunJobs, invoice, listed, sends, states
from tests.conftest import FrozenClock

pytestmark = pytest.mark.usefixtures("one_clock")


class Killed(Exception):
    """The process ends here."""


@pytest.fixture
def sent(approved: None, anna: Person, account: Account, run_jobs: RunJobs) -> int:
    """The draft for Acme stands in Billomat; its id there."""
    run_jobs()
    anna.modal.close()
    return account.drafts()[0].id


def takes_back(who: Person) -> None:
    """Open what would be deleted, and confirm it."""
    who.clicks("Take back …")
    assert who.modal.submit()
    who.modal.close()


def hears(who: Person) -> str:
    return who.dm[-1].plain()


def actions(bot: Bot) -> list[tuple[str, int | None]]:
    with bot.database.read() as db:
        found = select(audits.c.action, audits.c.person_id).where(audits.c.subject == "draft").order_by(audits.c.id)
        return [(row.action, row.person_id) for row in db.execute(found)]


def bound(bot: Bot) -> int:
    with bot.database.read() as db:
        return len(db.execute(select(draft_entries.c.entry_id)).all())


def test_a_draft_is_shown_confirmed_deleted_there_and_its_time_is_free(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    assert anna.dm[-1].buttons == ["Open in Billomat", "History …", "Take back …", "Bill again"]
    anna.clicks("Take back …")
    assert "Acme GmbH, March 2026" in anna.modal.text
    assert "• Website · Design: €641.63" in anna.modal.text
    assert account.drafts()
    anna.modal.submit()
    assert "I am looking in Billomat" in anna.modal.text
    run_jobs()
    assert (account.all(Invoice), states(bot), bound(bot)) == ([], ["open"], 0)
    assert "is deleted in Billomat. What was on it is free" in hears(anna)
    assert "🔒" not in listed(anna)
    assert actions(bot)[-2:] == [("deleting", 1), ("take back", 1)]


def test_one_click_puts_the_same_draft_together_again(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    takes_back(anna)
    run_jobs()
    anna.dm[-1].click("Open the invoice …")
    assert "On its way" in sends(anna).text
    run_jobs()
    assert (states(bot), len(account.drafts())) == (["sent"], 1)


TAKEN_BACK = "↩️ The draft for Acme GmbH, March 2026 was in Billomat, and was taken back: 10 Mar 2026, 10:00."


def test_the_message_in_which_it_was_taken_back_has_nothing_left_to_press(
    sent: int, bot: Bot, anna: Person, run_jobs: RunJobs
) -> None:
    delivered = anna.dm[-1]
    takes_back(anna)
    assert "Take back …" in delivered.buttons  # until it is gone there
    run_jobs()
    assert delivered.buttons == []
    assert delivered.plain() == TAKEN_BACK
    assert anna.dm[-1].buttons == ["Open the invoice …"]


def test_a_german_reads_there_what_became_of_it(sent: int, bot: Bot, anna: Person, run_jobs: RunJobs) -> None:
    with bot.database.write() as db:
        db.execute(update(people).where(people.c.slack_id == anna.id).values(language="de"))
    delivered = anna.dm[-1]
    takes_back(anna)
    run_jobs()
    assert delivered.plain().startswith("↩️ Der Entwurf für Acme GmbH, März 2026 stand in Billomat und wurde zurück")
    assert delivered.buttons == []


def test_what_is_not_deleted_keeps_its_buttons(sent: int, account: Account, anna: Person, run_jobs: RunJobs) -> None:
    delivered = anna.dm[-1]
    takes_back(anna)
    completed(account, sent)
    run_jobs()
    assert "is no draft in Billomat any more" in hears(anna)
    assert "Take back …" in delivered.buttons


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
def test_a_message_that_slack_will_never_change_is_no_failure(
    code: str, sent: int, bot: Bot, anna: Person, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise SlackApiError(code, {"ok": False, "error": code})

    takes_back(anna)
    monkeypatch.setattr(bot.slack, "chat_update", refuse)
    run_jobs()
    assert states(bot) == ["open"]
    assert "is deleted in Billomat" in hears(anna)
    assert left(bot) == []


def test_taken_back_from_a_window_no_message_is_changed(
    approved: None, bot: Bot, anna: Person, run_jobs: RunJobs
) -> None:
    run_jobs()
    anna.modal.click("Take back …")
    anna.modal.submit()
    run_jobs()
    assert states(bot) == ["open"]
    assert "Take back …" in anna.dm[-2].buttons


def left(bot: Bot) -> list[str]:
    """The jobs that still have to change a message."""
    with bot.database.read() as db:
        of_kind = jobs.c.kind == "close_taken_back"
        return list(db.execute(select(jobs.c.key).where(of_kind)).scalars())


def completed(account: Account, billomat_id: int) -> None:
    account.complete(billomat_id)


def another_quantity(account: Account, billomat_id: int) -> None:
    account.edit_lines(billomat_id, lambda line: replace(line, quantity=Decimal(1)))


def a_line_less(account: Account, billomat_id: int) -> None:
    account.edit_lines(billomat_id, lambda line: line if line.title == "App" else None)


def another_reduction(account: Account, billomat_id: int) -> None:
    """Spread over the lines so that the total is what it was would be told too; this one is told by the total."""
    account.edit_lines(billomat_id, lambda line: replace(line, reduction="10%"))


def another_vat(account: Account, billomat_id: int) -> None:
    account.edit_lines(billomat_id, lambda line: replace(line, tax_rate=Decimal(7)))


def another_title(account: Account, billomat_id: int) -> None:
    account.edit_lines(billomat_id, lambda line: replace(line, title="Logo") if line.title == "App" else line)


def another_text(account: Account, billomat_id: int) -> None:
    account.edit_lines(billomat_id, lambda line: replace(line, description="By hand"))


def another_label(account: Account, billomat_id: int) -> None:
    account.edit_label(billomat_id, "ours?")


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (completed, "is no draft in Billomat any more"),
        (another_quantity, "somebody changed its lines there"),
        (a_line_less, "somebody changed its lines there"),
        (another_reduction, "somebody changed its lines there"),
        (another_vat, "somebody changed its lines there"),
        (another_label, "Somebody changed the label"),
    ],
)
def test_what_somebody_changed_there_is_not_deleted_and_nothing_is_free(
    happens: Callable[[Account, int], None],
    said: str,
    sent: int,
    bot: Bot,
    account: Account,
    anna: Person,
    run_jobs: RunJobs,
) -> None:
    anna.clicks("Take back …")
    happens(account, sent)
    anna.modal.submit()
    run_jobs()
    assert said in hears(anna)
    assert (states(bot), len(account.all(Invoice))) == (["sent"], 1)
    assert "deleting" not in [action for action, _ in actions(bot)]


@pytest.mark.parametrize(
    ("happens", "said"),
    [(another_text, "Text of App: “By hand”"), (another_title, "Title of App: “Logo”")],
)
def test_before_texts_that_were_changed_there_are_lost_it_is_asked(
    happens: Callable[[Account, int], None],
    said: str,
    sent: int,
    bot: Bot,
    account: Account,
    anna: Person,
    run_jobs: RunJobs,
) -> None:
    happens(account, sent)
    takes_back(anna)
    run_jobs()
    assert "They would be lost with it, so nothing was deleted yet" in hears(anna)
    assert said in hears(anna)
    assert (states(bot), len(account.all(Invoice))) == (["sent"], 1)
    asked = anna.dm[-1]
    account.edit_lines(sent, lambda line: replace(line, description="Once more"))
    for _ in range(2):  # other texts than those that were shown are asked about again
        asked.click("Delete with these texts …")
        assert "The texts that were changed there are lost with it." in anna.modal.text
        anna.modal.submit()
        anna.modal.close()
        run_jobs()
        if account.all(Invoice):
            asked = anna.dm[-1]
            assert "Text of App: “Once more”" in asked.plain()
    assert (account.all(Invoice), states(bot), bound(bot)) == ([], ["open"], 0)


@pytest.mark.parametrize("place", ["title", "intro", "note"])
@pytest.mark.parametrize("is_filled_in", [False, True])
def test_a_text_around_the_lines_is_lost_only_after_it_was_asked(
    place: str,
    is_filled_in: bool,
    worked: None,
    bot: Bot,
    account: Account,
    anna: Person,
    run_jobs: RunJobs,
) -> None:
    invoice(anna)
    anna.modal.click("Intro and closing …")
    labels = {"title": "Heading", "intro": "Above the lines", "note": "Note below the lines"}
    anna.modal.fill(labels[place], "For [Invoice.invoice_number], thanks")
    anna.modal.submit()
    sends(anna)
    run_jobs()
    anna.modal.close()
    (draft,) = account.drafts()
    if is_filled_in:  # by Billomat, before it answers: nobody changed it
        account.edit_invoice(draft.id, {place: "For RE17, thanks"})
    else:
        account.edit_invoice(draft.id, {place: "For [Invoice.invoice_number], many thanks"})
    takes_back(anna)
    run_jobs()
    assert len(account.all(Invoice)) == (0 if is_filled_in else 1)
    assert ("“For [Invoice.invoice_number], many thanks”" in hears(anna)) is not is_filled_in


def test_a_completed_invoice_is_not_offered_to_be_taken_back(
    sent: int, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    account.complete(sent)
    clock.forward_by(hours=2)
    run_jobs()
    anna.clicks("Take back …")
    assert "is completed in Billomat, so it cannot be deleted" in hears(anna)


@pytest.mark.parametrize("kind", ["drop", "error", "refusal", "empty", "late", "maintenance", "cut"])
@pytest.mark.parametrize("was_done", [True, False])
def test_whatever_becomes_of_the_answer_it_is_free_exactly_when_it_is_gone(
    kind: str,
    was_done: bool,
    sent: int,
    bot: Bot,
    account: Account,
    anna: Person,
    clock: FrozenClock,
    run_jobs: RunJobs,
) -> None:
    takes_back(anna)
    account.trouble.next(kind, worked=was_done, on="DELETE invoices")
    run_jobs()
    is_there = bool(account.all(Invoice))
    assert states(bot) == (["sent"] if is_there else ["open"])
    for _ in range(3):
        clock.forward_by(minutes=1)
        run_jobs()
    assert states(bot) == (["sent"] if account.all(Invoice) else ["open"])
    if kind != "refusal" or was_done:
        assert states(bot) == ["open"]
    else:
        assert "it still stands in Billomat. The reason:" in hears(anna)


def test_a_worker_that_dies_after_the_deletion_leaves_nothing_undone(
    sent: int, bot: Bot, account: Account, anna: Person, clock: FrozenClock, run_jobs: RunJobs
) -> None:
    takes_back(anna)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deletion, "what_is_there", _dies)
        with bot.database.read() as db:
            args = {"draft_id": 1, "billomat_id": sent, "person_id": 1, "asked_at": bot.now().isoformat()}
            assert db.execute(select(sent_invoices.c.deleting_at)).scalar_one() is None
        with suppress(Killed):
            deletion.delete_there(bot, **args)
    assert (account.all(Invoice), states(bot)) == ([], ["sent"])
    with bot.database.read() as db:
        assert db.execute(select(sent_invoices.c.deleting_at)).scalar_one()
    run_jobs()
    assert (states(bot), bound(bot)) == (["open"], 0)
    assert [action for action, _ in actions(bot)].count("take back") == 1


def _dies(*_: object) -> None:
    raise Killed


def test_on_another_account_of_the_same_name_nothing_is_free(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    takes_back(anna)
    account.own_id = 77
    account._tables[Invoice] = {}
    run_jobs()
    assert "I am not sure that it was deleted" in hears(anna)
    assert states(bot) == ["sent"]


def test_a_key_without_rights_deletes_and_frees_nothing(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    takes_back(anna)
    user = account.user_of(seed.ADMIN_KEY)
    assert user
    account.change(user, rights={"invoices": "CREATE"})
    run_jobs()
    assert "it still stands in Billomat" in hears(anna)
    assert (states(bot), len(account.all(Invoice))) == (["sent"], 1)


def loses_rights(account: Account) -> None:
    user = account.user_of(seed.ADMIN_KEY)
    assert user
    account.change(user, rights={})


def becomes_another(account: Account) -> None:
    account.own_id = 77


@pytest.mark.parametrize("kind", ["drop", "refusal", "error"])
@pytest.mark.parametrize("happens", [loses_rights, becomes_another])
def test_without_an_answer_to_the_deletion_nothing_is_free_that_is_only_out_of_sight(
    happens: Callable[[Account], None],
    kind: str,
    sent: int,
    bot: Bot,
    account: Account,
    anna: Person,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    takes_back(anna)
    looks = deletion.what_is_there

    def hidden(client: Billomat, attempt: Attempt) -> list[BillomatInvoice]:
        happens(account)
        account._tables[Invoice] = {}
        return looks(client, attempt)

    monkeypatch.setattr(deletion, "what_is_there", hidden)
    account.trouble.next(kind, worked=False, on="DELETE invoices")
    run_jobs()
    assert states(bot) == ["sent"]
    assert "is free" not in hears(anna)


def test_two_who_take_it_back_at_once_both_hear_and_it_is_deleted_once(
    sent: int, finn_bills: Person, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    takes_back(anna)
    with bot.database.write() as db:
        deletion.TAKE_BACK.put(
            db, due=bot.now(), draft_id=1, billomat_id=sent, person_id=2, asked_at=bot.now().isoformat()
        )
    run_jobs()
    assert (account.all(Invoice), states(bot)) == ([], ["open"])
    assert "is deleted in Billomat" in hears(anna)
    assert "in Billomat gelöscht" in hears(finn_bills)
    assert [action for action, _ in actions(bot)].count("take back") == 1


def test_a_window_that_was_open_while_it_was_sent_once_more_deletes_nothing(
    sent: int, bot: Bot, account: Account, anna: Person, run_jobs: RunJobs
) -> None:
    anna.clicks("Take back …")
    kept = anna.modal
    with bot.database.write() as db:
        deletion.TAKE_BACK.put(
            db, due=bot.now(), draft_id=1, billomat_id=sent, person_id=1, asked_at=bot.now().isoformat()
        )
    run_jobs()
    kept.submit()
    run_jobs()
    assert states(bot) == ["open"]
