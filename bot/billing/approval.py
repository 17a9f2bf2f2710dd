"""Approve exactly what was shown: freeze the lines, bind the entries, and put the job that delivers them.

All of it is one transaction; see docs/decisions/0007-an-open-draft-binds-nothing.md.
"""

import secrets
import string
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import TypedDict

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.billing.beside import Following, following_draft
from bot.billing.draft_names import told_apart
from bot.billing.freshness import Freshness, Standing, ask_before_sending
from bot.billing.keeping import keep_recipe
from bot.billing.opening import changes_since, open_preview, seen_lines
from bot.billing.preview import Preview
from bot.billing.rules.outline import TOP, Place
from bot.billing.rules.recipes import Part
from bot.billing.rules.scope import Scope
from bot.billing.rules.seen import LineChange, is_reordered
from bot.billing.rules.states import DraftState, Transition
from bot.billing.submission import Deed
from bot.billing.submitting import Submitted, answer, close_requests, submit
from bot.billing.turns import Turn, turn_after
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.jobs import JobKind, Lane
from bot.people.callers import require_biller
from bot.tracking.rules.drafts import DraftName, with_part
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage import people as people_rows
from storage import shown as shown_rows
from storage import unbilled as unbilled_rows
from storage.change import Change
from storage.drafts import Draft

DELIVER = JobKind("deliver", key="deliver:{draft_id}", lane=Lane.BILLING, untiring=True)
SLOW = JobKind("slow", key="slow:{draft_id}:{token}")
"""Tells whoever approved that a draft is still on its way, after `SLOW_AFTER`."""
SLOW_AFTER = timedelta(minutes=5)
_TOKEN_LENGTH = 12
_TOKEN_SIGNS = string.ascii_lowercase + string.digits
"""Billomat searches labels for free text; other signs may mean something to that search."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person saw when they pressed "Send to Billomat"."""

    draft_id: int
    content: str
    told: int | None = None
    """Of which age of Billomat's data they were told; see `Freshness`."""
    view_hash: str = ""
    keep: frozenset[Part] = frozenset()
    """What of the invoice is to be usual for its customer from now on."""
    place: Place = TOP
    """Which of the lines were in sight, and are again in what takes its place."""
    deed: Deed = Deed.SEND
    """What the button said that it does."""


@dataclass(frozen=True, slots=True)
class Approved:
    """A draft on its way to Billomat."""

    name: DraftName
    net_cents: int
    currency: str
    following: Following | None = None
    """The open draft that comes next."""
    turn: Turn | None = None
    """The customer who comes next."""


class ApprovedColumns(TypedDict):
    """What an approval freezes of a draft beside its lines."""

    token: str
    label: str
    part: str
    net_cents: int
    gross_cents: int | None
    reduction: int
    reduction_cents: int
    reduction_title: str
    reduction_unit: str
    gross_prices: bool
    service_first: date
    service_last: date
    service_text: str
    heading: str
    intro: str
    note: str


class Besides(Enum):
    """What is different beside what the lines say."""

    ORDER = auto()
    REST = auto()
    """What stands above and below them, or the customer's terms."""


@dataclass(frozen=True, slots=True)
class NotApproved:
    """It has to be looked at first. `by` approved the same draft before, at `at`."""

    preview: Preview
    by: str | None = None
    at: datetime | None = None
    changes: tuple[LineChange, ...] = ()
    """What is different since the person saw it."""
    besides: Besides | None = None
    freshness: Freshness | None = None
    """What Billomat said is old, and it does not answer."""
    looked_at: datetime | None = None
    """When the person looked again at what waits for somebody else, and is as it was submitted."""


def approve(
    bot: Bot, caller: Caller, customer_id: int, scope: Scope, *, shown: Shown | None, view_id: str
) -> Approved | Submitted | NotApproved:
    """Approve or submit what was shown, if that is still exactly what would be sent. Raises UserError.

    What somebody else has to approve is only looked at again.
    """
    require_biller(caller)
    with bot.change(caller) as change:
        unbilled_rows.lock_workers(change.db, caller.workspace_id, customer_id, scope)
        preview = replace(open_preview(change, customer_id, scope), place=shown.place if shown else TOP)
        before = draft_rows.draft_of_workspace(change.db, caller.workspace_id, shown.draft_id) if shown else None
        if before and before.id != preview.draft_id and before.approved_by and before.state != DraftState.DISCARDED:
            return NotApproved(
                preview, by=people_rows.get_person(change.db, before.approved_by).name, at=before.approved_at
            )
        deed = preview.submission.deed
        if shown and shown.deed is deed is Deed.WAIT and not preview.voided:
            people_rows.forget_delivery(change.db, caller.request)
            return NotApproved(preview, looked_at=caller.now)
        old = None
        if shown and not preview.obstacles:
            old = ask_before_sending(
                change.db,
                caller,
                preview,
                told=shown.told,
                view_id=view_id,
                view_hash=shown.view_hash,
            )
            if old is None and shown.content == preview.shown and shown.deed is deed:
                if deed is Deed.SUBMIT:
                    return submit(change, draft_rows.draft_of_job(change.db, preview.draft_id), preview)
                return approve_preview(change, preview, view_id=view_id, keep=shown.keep)
        changes, besides = _changes(change, preview, shown) if shown else ((), None)
        people_rows.forget_delivery(change.db, caller.request)
    if old is None or old.standing is Standing.UNANSWERED:
        return NotApproved(preview, changes=changes, besides=besides, freshness=old)
    raise _asking(caller, old)


def _changes(change: Change[Caller], preview: Preview, shown: Shown) -> tuple[tuple[LineChange, ...], Besides | None]:
    """What is different since the person saw it; nothing where nobody knows what that was."""
    if shown.draft_id != preview.draft_id or shown.content == preview.shown:
        return (), None
    seen = shown_rows.what_was_shown(change.db, shown.draft_id, change.by.person_id, shown.content)
    if seen is None:
        return (), None
    changes = tuple(changes_since(seen, preview))
    if is_reordered(seen.lines, seen_lines(preview.lines)):
        return changes, Besides.ORDER
    return changes, None if changes else Besides.REST


def _asking(caller: Caller, old: Freshness) -> UserError:
    """Billomat is asked once more; the form stays as it is, so that nothing stands in the way of what the job says."""
    if old.as_of is None:
        return UserError(
            "I do not know how old the prices here are and am asking Billomat. In a moment this window says what it "
            "answered. Nothing was sent.",
            field="customer",
        )
    return UserError(
        "Customer and prices are as Billomat had them at {time}. I am asking it again: in a moment this window says "
        "what changed. Nothing was sent.",
        field="customer",
        time=caller.reader.moment(old.as_of, today=caller.today),
    )


def approve_preview(
    change: Change[Caller], preview: Preview, *, view_id: str | None = None, keep: frozenset[Part] = frozenset()
) -> Approved:
    """Approve what was looked at just now, and have it sent. Raises UserError."""
    db, caller = change.db, change.by
    draft = draft_rows.draft_of_job(db, preview.draft_id)
    token = draw_token()
    values = approved_columns(db, caller, draft, preview, token)
    try:
        approved = draft_state_rows.approve_draft(
            change,
            draft,
            preview.lines,
            preview.tax.case,
            **values,
            view_id=view_id,
        )
    except IntegrityError:
        raise UserError("Some of this was billed at this very moment. Please open the invoice again.") from None
    if not approved:
        raise UserError("Somebody else approved this draft at this very moment. Nothing was sent a second time.")
    put_on_its_way(change, draft.id, token)
    answer(change, draft, Transition.APPROVE, by=caller.person.name)
    close_requests(db, draft.id, now=caller.now)
    keep_recipe(change, preview, keep)
    name = draft_rows.draft_of_job(db, draft.id).name_for(preview.customer)
    return Approved(name, preview.net_cents, preview.currency, following_draft(db, draft), turn_after(db, draft))


def approved_columns(db: Connection, caller: Caller, draft: Draft, preview: Preview, token: str) -> ApprovedColumns:
    """What an approval freezes of a draft beside its lines."""
    first, last = preview.service_period or (caller.today, caller.today)
    part = _part(db, draft, preview)
    return {
        "token": token,
        "label": f"{with_part(preview.label, part)} {token}",
        "part": part,
        "net_cents": preview.net_cents,
        "gross_cents": preview.totals.gross,
        "reduction": preview.reduction.percent,
        "reduction_cents": preview.reduction.cents,
        "reduction_title": preview.reduction_line.title,
        "reduction_unit": preview.reduction_line.unit,
        "gross_prices": preview.gross_prices,
        "service_first": first,
        "service_last": last,
        "service_text": preview.service_text,
        "heading": preview.texts.heading,
        "intro": preview.texts.intro,
        "note": preview.texts.note,
    }


def draw_token() -> str:
    """With a figure at least, by which it is told from a word and kept from people."""
    return "".join(secrets.choice(_TOKEN_SIGNS) for _ in range(_TOKEN_LENGTH - 1)) + secrets.choice(string.digits)


def _part(db: Connection, draft: Draft, preview: Preview) -> str:
    """What tells it apart from the customer's other drafts of the same days. The number is not part of what was shown:
    somebody else's approval would refuse this one.
    """
    first, last = preview.scope.period.first, preview.scope.period.last
    if preview.service_period:
        first, last = first or preview.service_period[0], last or preview.service_period[1]
    if first is None or last is None:
        return preview.part
    return told_apart(db, draft.workspace_id, draft.customer_id, first, last, preview.part)


def put_on_its_way(change: Change[Caller], draft_id: int, token: str) -> None:
    """Have a draft sent that a person approved, or wants sent again; and have them told if that takes long."""
    DELIVER.put(change.db, due=change.by.now, draft_id=draft_id)
    SLOW.put(change.db, due=change.by.now + SLOW_AFTER, draft_id=draft_id, token=token)
