"""What has to be true after drafts were taken back, deleted, cancelled, changed and billed again.

Each function yields a sentence for everything that is not.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from sqlalchemy import Connection, Table, func, select

from bot.billing.rules.states import BINDS_NOTHING, DraftState
from bot.tracking.rules.settled import Settled
from chaos.afterwards import Deed, Done
from chaos.office import TOO_LATE, Office
from playground.billomat.account import Account
from storage.catalog import customers
from storage.tables import (
    approval_requests,
    audits,
    draft_entries,
    draft_expenses,
    drafts,
    entries,
    expenses,
    settlements,
)

RATE = Decimal(95)
"""What everybody's hour costs in a run."""
ASKED = "to approve an invoice"
"""What each message says that asks for an approval, also once it was decided."""


def logged(db: Connection) -> dict[int, int]:
    """The seconds of each entry."""
    return {row.id: row.seconds for row in db.execute(select(entries.c.id, entries.c.seconds))}


def on_time(db: Connection, before: Mapping[int, int]) -> Iterator[str]:
    """No entry is gone or another one. Each is open, on one live draft, written off there, or billed elsewhere."""
    now = logged(db)
    if late := db.execute(select(func.count()).where(entries.c.note == TOO_LATE)).scalar():
        yield f"{late} entries were written into locked days"
    for entry_id, seconds in before.items():
        if now.get(entry_id) != seconds:
            yield f"entry {entry_id} had {seconds} seconds and has {now.get(entry_id)}"
    held = {row.id: row.on_draft for row in db.execute(select(entries.c.id, entries.c.on_draft))}
    yield from _standing("entry", db, draft_entries, entries)
    yield from _standing("expense", db, draft_expenses, expenses)
    stands = set(db.execute(select(draft_entries.c.entry_id)).scalars())
    elsewhere = set(db.execute(select(settlements.c.entry_id).where(settlements.c.kind == Settled.ELSEWHERE)).scalars())
    for entry_id, is_held in held.items():
        if is_held != (entry_id in stands | elsewhere):
            yield f"entry {entry_id} is {'bound by nothing' if is_held else 'open and bound at once'}"


def _standing(kind: str, db: Connection, bound: Table, items: Table) -> Iterator[str]:
    """What stands on drafts that bind nothing, on several, or is settled against where it stands."""
    item_id = f"{kind}_id"
    of_draft = select(bound.c[item_id], drafts.c.state).join(drafts, drafts.c.id == bound.c.draft_id)
    states = [(found, state) for found, state in db.execute(of_draft)]
    for found, number in Counter(found for found, _ in states).items():
        if number > 1:
            yield f"{kind} {found} stands on {number} drafts"
    yield from (
        f"{kind} {found} is bound by a draft that is {state}" for found, state in states if state in BINDS_NOTHING
    )
    stands = {found for found, _ in states}
    settled = select(settlements.c[item_id], settlements.c.kind).where(settlements.c[item_id].is_not(None))
    for found, how in db.execute(settled):
        if (how == Settled.ELSEWHERE) == (found in stands):
            yield f"{kind} {found} is {how} and {'on a draft' if found in stands else 'on none'}"


def on_invoices(db: Connection, account: Account, told: Collection[str]) -> Iterator[str]:
    """What counts in Billomat is what counts as billed here: nothing twice, nothing freed while it stands there.

    More stands there only for customers of whose second draft people were `told`.
    """
    ours = list(db.execute(select(drafts, customers.c.name).join(customers, customers.c.id == drafts.c.customer_id)))
    sent = {draft.billomat_id: draft for draft in ours if draft.state == DraftState.SENT}
    if len(sent) != sum(draft.state == DraftState.SENT for draft in ours):
        yield "two drafts stand on one invoice in Billomat"
    there = {document.id: document for document in account.documents()}
    for gone in sent.keys() - there.keys():
        yield f"the draft for {sent[gone].name} counts as sent, and {gone} is not in Billomat"
    for number, document in there.items():
        if document.status == "CANCELED":
            continue
        if number not in sent:
            if document.client_name not in told:
                yield f"{document.client_name} has {number} in Billomat, whose time is free here or on another one"
            continue
        billed = _worth(db, sent[number].id)
        if document.total_net != billed:
            yield f"{document.client_name} pays {document.total_net} for {number}, and {billed} count as billed here"
    yield from (
        f"the draft for {draft.name} is still {draft.state}"
        for draft in ours
        if draft.state in (DraftState.SUBMITTED, DraftState.APPROVED, DraftState.SENDING, DraftState.UNKNOWN)
    )


def _worth(db: Connection, draft_id: int) -> Decimal:
    """In €, what is on a draft and not written off."""
    off = select(settlements.c.entry_id).where(settlements.c.entry_id.is_not(None))
    worked = select(func.sum(entries.c.seconds)).join(draft_entries, draft_entries.c.entry_id == entries.c.id)
    seconds = db.execute(worked.where(draft_entries.c.draft_id == draft_id, entries.c.id.not_in(off))).scalar() or 0
    spent = select(func.sum(expenses.c.amount_cents)).join(draft_expenses, draft_expenses.c.expense_id == expenses.c.id)
    cents = db.execute(spent.where(draft_expenses.c.draft_id == draft_id)).scalar() or 0
    return Decimal(int(seconds)) * RATE / 3600 + Decimal(int(cents)) / 100


def on_second_people(db: Connection) -> Iterator[str]:
    """Whatever needed a second person was approved by another one than submitted it, by the draft and by the audit."""
    for draft in db.execute(select(drafts).where(drafts.c.needs_second, drafts.c.state.not_in(BINDS_NOTHING))):
        if None in (draft.submitted_by, draft.approved_by) or draft.submitted_by == draft.approved_by:
            yield f"draft {draft.id} was submitted by {draft.submitted_by} and approved by {draft.approved_by}"
    submitted: dict[int, int | None] = {}
    for row in db.execute(select(audits).where(audits.c.subject == "draft").order_by(audits.c.id)):
        if row.action == "submit":
            submitted[row.subject_id] = row.person_id
        elif row.action == "approve" and submitted.pop(row.subject_id, None) == row.person_id:
            yield f"the audit says that {row.person_id} submitted draft {row.subject_id} and approved it"


def on_requests(db: Connection, office: Office, kills: int) -> tuple[list[str], int]:
    """Whoever never pressed anything reads in each message what was decided; and how many messages came twice.

    Once a message is in Slack, and a process died before that was noted, it is posted again, and the first one keeps
    its buttons.
    """
    asked = [said for said in office.onlooker.dm if ASKED in said.plain()]
    submissions = db.execute(select(func.count()).where(audits.c.action == "submit")).scalar_one()
    left = db.execute(select(func.count()).select_from(approval_requests)).scalar_one()
    undecided, twice = sum(bool(said.buttons) for said in asked), max(len(asked) - submissions, 0)
    wrong = [f"{left} messages that ask for approval are not changed yet"] if left else []
    if not asked:
        wrong.append("nobody was asked to approve anything")
    if max(undecided, twice) > kills:
        wrong.append(f"{undecided} messages still ask, and {twice} came twice, with {kills} kills")
    return wrong, max(undecided, twice)


def on_states(db: Connection) -> Iterator[str]:
    """The audit of each draft that was approved ends with the state that it has."""
    last = {
        row.subject_id: row.after["state"]
        for row in db.execute(select(audits).where(audits.c.subject == "draft").order_by(audits.c.id))
        if row.after and "state" in row.after
    }
    for draft in db.execute(select(drafts.c.id, drafts.c.state)):
        if draft.id in last and last[draft.id] != draft.state:
            yield f"draft {draft.id} is {draft.state}, and its audit ends with {last[draft.id]}"


def messages(db: Connection, office: Office, done: Done) -> dict[tuple[str, str], int]:
    """How often the submitter has to read what begins like this."""
    to, by = office.submitter.id, office.submitter.workspace.person(office.approver.id).name
    submitters = set(db.execute(select(audits.c.person_id).where(audits.c.action == "submit")).scalars())
    steps = select(audits.c.action, audits.c.person_id).where(audits.c.subject == "draft")
    by_others = Counter(action for action, person in db.execute(steps) if person not in submitters)
    return {
        (to, f"✅ {by} approved what you submitted: "): by_others["approve"],
        (to, f"↩️ {by} returned "): by_others["return"],
        (to, "⚠️ What you submitted is void"): by_others["void"],
        (to, "⚠️ The invoice "): len(
            done.of(Deed.CANCELLED, Deed.RESTORED)
        ),  # of the others the answer stands in its place
        (to, "⚠️ Lines of "): len(done.of(Deed.SHORTENED, Deed.GIVEN_AWAY)),
    }
