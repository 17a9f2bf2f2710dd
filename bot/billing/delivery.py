"""Delivery of approved drafts: never twice in Billomat, and never forgotten.

The attempt is noted before the call, by a claim that one caller wins, in however many processes. Whoever finds an
attempt that somebody noted before looks in Billomat and does not send: only an approved draft goes out, and an answer
that was lost leads to `unknown`, where people decide. Billomat is called outside any transaction.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection

from bot.billing.invoices import DELIVER
from bot.billing.reconcile import ADOPT, WITHDRAW, Sent
from bot.billing.views import delivery as views
from bot.billomat.access import note_trouble, open_client
from bot.billomat.client import (
    AccessDenied,
    Billomat,
    BillomatError,
    BillomatInvoice,
    NewDraft,
    NewDraftLine,
    NotDone,
    OutcomeUnknown,
    Refused,
    base_url,
    invoice_link,
)
from bot.billomat.connect import CONNECTED
from bot.billomat.rules.trouble import Trouble
from bot.billomat.views.connect import trouble_sentence
from bot.core import money
from bot.core.context import Bot
from bot.core.texts import Reader
from bot.people.callers import reader_of
from bot.slack import messages as slack
from bot.slack.blocks import Message
from storage import audit, jobs, people
from storage import billing as rows
from storage import billomat as accounts
from storage.billomat import ConnectedAccount
from storage.people import KnownPerson

ACCOUNT_PAUSE = timedelta(hours=1)
"""A new connection wakes the job earlier; this is for troubles that end in Billomat itself."""
LONGEST_PAUSE = 15 * 60
PATIENT_ATTEMPTS = 4
"""After so many the approver hears that Billomat cannot be reached."""


@dataclass(frozen=True, slots=True)
class _Parcel:
    """All that one run needs, read in one transaction.

    `claimed`: the attempt is ours, so we may send; else somebody noted it before. `earlier` is when the last attempt
    before ours was noted; None: nothing can have reached Billomat yet.
    """

    draft: rows.Draft
    claimed: bool
    earlier: datetime | None
    payer: rows.Payer
    lines: Sequence[rows.FrozenLine]
    account: ConnectedAccount
    approver: KnownPerson

    @property
    def to(self) -> Reader:
        return reader_of(self.approver)

    @property
    def client_id(self) -> int:
        """The customer's id in Billomat; only linked ones are approved."""
        return self.payer.billomat_id or 0


@DELIVER.handler
def deliver(bot: Bot, draft_id: int) -> datetime | None:
    """Send one approved draft, or find out what became of it. Any number of callers make one draft of it."""
    parcel = _take(bot, draft_id)
    if parcel is None:
        return None
    try:
        client = open_client(bot, parcel.account)
        found = _free(bot, parcel, _look_up(client, parcel)) if parcel.earlier else []
        if found:
            _sent(bot, parcel, min(found, key=lambda draft: draft.id), copies=len(found))
        elif parcel.claimed:
            _sent(bot, parcel, client.create_draft(_new_draft(bot, parcel)))
        else:
            return _not_found(bot, parcel)
    except OutcomeUnknown:
        return bot.now()
    except Refused as error:
        _refused(bot, parcel, error)
    except NotDone as error:
        return _not_done(bot, parcel, error)
    except AccessDenied as error:
        return _account_trouble(bot, parcel, error)
    return None


@ADOPT.handler
def adopt(bot: Bot, draft_id: int, billomat_id: int, person_id: int) -> datetime | None:
    """Take an invoice that a person found in Billomat for the lost draft, if it is there and no other draft's."""
    parcel = _unclaimed(bot, draft_id, state="unknown")
    if parcel is None:
        return None
    try:
        newest = open_client(bot, parcel.account).newest_drafts(client_id=parcel.client_id)
    except AccessDenied as error:
        return _account_trouble(bot, parcel, error)
    except BillomatError as error:
        with bot.database.write() as db:
            to = reader_of(people.get(db, person_id))
            text = views.cannot_find(to, draft_id, parcel.payer.name, error.text)
            slack.post_later(db, person_id, f"adopt:{draft_id}:{person_id}", text, at=bot.now())
        return None
    with bot.database.write() as db:
        free = rows.of_no_other(db, parcel.draft, newest)
        named = next((draft for draft in free if draft.id == billomat_id), None)
        if named is None:
            finder = people.get(db, person_id)
            text = views.not_there(reader_of(finder), parcel.draft.id, parcel.payer.name, billomat_id)
            slack.post_later(db, person_id, f"adopt:{draft_id}:{billomat_id}", text, at=bot.now())
            return None
    _sent(bot, parcel, named, found_by=person_id)
    return None


@WITHDRAW.handler
def withdraw(bot: Bot, draft_id: int, person_id: int) -> None:
    """Open a sent draft again, if Billomat has neither it nor a copy of it any more; tell the person who said so."""
    parcel = _unclaimed(bot, draft_id, state="sent")
    if parcel is None:
        _tell_that_it_is_open(bot, draft_id, person_id)
        return
    with bot.database.read() as db:
        to = reader_of(people.get(db, person_id))
    customer, is_gone = parcel.payer.name, False
    try:
        standing = _what_stands(open_client(bot, parcel.account), parcel)
    except AccessDenied as error:  # a draft that waits for it, or an import, tells the admins
        message = views.cannot_look(to, draft_id, customer, trouble_sentence(to, error.trouble))
    except BillomatError as error:
        message = views.cannot_look(to, draft_id, customer, error.text)
    else:
        if standing:
            message = views.still_there(to, draft_id, customer, _link(bot, parcel.account, standing))
        else:
            message, is_gone = views.withdrawn(to, draft_id, customer), True
    with bot.database.write() as db:
        is_settled = is_gone and not _open_again(db, bot, parcel.draft, "bill again", among=("sent",), by=person_id)
        if not is_settled:
            slack.post_later(db, person_id, f"withdraw:{draft_id}:{person_id}", message, at=bot.now())
    if is_settled:
        _tell_that_it_is_open(bot, draft_id, person_id)


@CONNECTED.handler
def resume(bot: Bot, workspace_id: int) -> None:
    """Somebody connected Billomat anew: deliver what was approved, and look for what is lost."""
    with bot.database.write() as db:
        for draft_id, state in rows.waiting(db, workspace_id):
            if state == "unknown":
                jobs.hasten(db, ADOPT.key(draft_id=draft_id, person_id=""), now=bot.now())
            else:
                DELIVER.put(db, due=bot.now(), draft_id=draft_id)


def _tell_that_it_is_open(bot: Bot, draft_id: int, person_id: int) -> None:
    """Somebody else was faster; whoever asked for the same hears how it stands."""
    with bot.database.write() as db:
        draft = rows.of_job(db, draft_id)
        if draft.state == "open":
            message = views.withdrawn(reader_of(people.get(db, person_id)), draft_id, rows.addressee(db, draft).name)
            slack.post_later(db, person_id, f"withdraw:{draft_id}:{person_id}", message, at=bot.now())


def _take(bot: Bot, draft_id: int) -> _Parcel | None:
    """Note the attempt, or meet one that was noted before. None: nothing is left to do."""
    with bot.database.write() as db:
        earlier = rows.of_job(db, draft_id, lock=True).attempted_at
        claimed = rows.claim_for_sending(db, draft_id, at=bot.now())
        draft = rows.of_job(db, draft_id)
        return _parcel(db, draft, claimed, earlier) if draft.state == "sending" else None


def _unclaimed(bot: Bot, draft_id: int, *, state: str) -> _Parcel | None:
    """The draft, to look for and not to send. None: it is in another state by now."""
    with bot.database.read() as db:
        draft = rows.of_job(db, draft_id)
        return _parcel(db, draft, claimed=False, earlier=draft.attempted_at) if draft.state == state else None


def _parcel(db: Connection, draft: rows.Draft, claimed: bool, earlier: datetime | None) -> _Parcel:
    account = accounts.get(db, draft.workspace_id)
    if account is None or draft.approved_by is None:  # nothing is approved without them
        raise LookupError(draft.id)
    return _Parcel(
        draft=draft,
        claimed=claimed,
        earlier=earlier,
        payer=rows.addressee(db, draft),
        lines=rows.frozen_lines(db, draft.id),
        account=account,
        approver=people.get(db, draft.approved_by),
    )


def _second(moment: datetime) -> datetime:
    """Due times of jobs are whole seconds; a fraction more here and a job would come a moment too early."""
    return moment.replace(microsecond=0)


def _look_up(client: Billomat, parcel: _Parcel) -> list[BillomatInvoice]:
    """What Billomat has of this approval: by its label, and by the token in labels that somebody edited."""
    label, token = parcel.draft.label or "", parcel.draft.token or ""
    try:
        found = client.find_drafts(label=label, client_id=parcel.client_id)
        newest = client.newest_drafts(client_id=parcel.client_id)
    except Refused as error:
        # It is the question that was refused, which says nothing about the draft.
        raise NotDone(error.text, kind="server", status=error.status) from None
    known = parcel.draft.billomat_id  # of a sent draft
    edited = (draft for draft in newest if token in draft.label or draft.id == known)
    return list({draft.id: draft for draft in (*found, *edited)}.values())


def _free(bot: Bot, parcel: _Parcel, found: Sequence[BillomatInvoice]) -> list[BillomatInvoice]:
    with bot.database.read() as db:
        return rows.of_no_other(db, parcel.draft, found)


def _what_stands(client: Billomat, parcel: _Parcel) -> BillomatInvoice | None:
    """What Billomat still has of a sent draft: itself, or a copy of it. What was cancelled there bills nobody."""
    itself = _itself(client, parcel.draft.billomat_id or 0)
    found = filter(None, (itself, *_look_up(client, parcel)))  # which raises when it was the key that 401 stood for
    return next((draft for draft in found if draft.status != "CANCELED"), None)


def _itself(client: Billomat, billomat_id: int) -> BillomatInvoice | None:
    try:
        return client.invoice(billomat_id)
    except AccessDenied as error:
        if error.trouble is not Trouble.KEY:  # other programs report that it also stands for what is not there
            raise
        return None


def _new_draft(bot: Bot, parcel: _Parcel) -> NewDraft:
    draft = parcel.draft
    today = parcel.to.local(bot.now()).date()
    return NewDraft(
        client_id=parcel.client_id,
        date=today,
        label=draft.label or "",
        supply_period=(draft.service_first or today, draft.service_last or today),
        currency=draft.currency,
        lines=tuple(
            NewDraftLine(
                article_id=line.article_id,
                title=line.title,
                description=line.description,
                unit=line.unit,
                quantity=_decimal(line.hours),
                unit_price=_decimal(line.rate_cents),
                tax_name=line.tax_name,
                tax_rate=None if line.tax_rate is None else _decimal(line.tax_rate),
            )
            for line in parcel.lines
        ),
    )


def _decimal(hundredths: int) -> Decimal:
    return Decimal(hundredths).scaleb(-2)


def _sent(bot: Bot, parcel: _Parcel, made: BillomatInvoice, *, copies: int = 1, found_by: int | None = None) -> None:
    """It stands in Billomat. Also told by a worker that was late: whatever was thought meanwhile, now it is known."""
    account = parcel.account
    sent = Sent(
        customer=parcel.payer.name,
        currency=parcel.draft.currency,
        net_cents=parcel.draft.net_cents or 0,
        billomat_net_cents=None if made.total_net is None else money.hundredths(made.total_net),
        billomat_gross_cents=None if made.total_gross is None else money.hundredths(made.total_gross),
        link=_link(bot, account, made),
        copies=copies,
    )
    message = views.sent(parcel.to, parcel.draft.id, sent)
    with bot.database.write() as db:
        settled = _settle(
            db,
            bot,
            parcel,
            "sent",
            message,
            among=("sending", "unknown", "approved"),
            by=found_by,
            billomat_id=made.id,
            billomat_net_cents=sent.billomat_net_cents,
            billomat_gross_cents=sent.billomat_gross_cents,
        )
        if not settled:
            _tell_that_it_is_late(db, bot, parcel, made.id, sent.link)
            return
        if account.trouble:
            accounts.change(db, parcel.draft.workspace_id, trouble=None)
        if found_by and found_by != parcel.approver.person_id:
            to_finder = views.sent(reader_of(people.get(db, found_by)), parcel.draft.id, sent)
            slack.post_later(db, found_by, f"adopt:{parcel.draft.id}:{made.id}", to_finder, at=bot.now())
    _show(bot, parcel, message)


def _link(bot: Bot, account: ConnectedAccount, made: BillomatInvoice) -> str:
    return invoice_link(base_url(bot.settings.billomat_url, account.billomat_id), made.id)


def _tell_that_it_is_late(db: Connection, bot: Bot, parcel: _Parcel, made: int, link: str) -> None:
    """People sent the draft again while this attempt stood still: both may have arrived, or its time is free again."""
    now = rows.of_job(db, parcel.draft.id)
    if now.billomat_id != made:
        is_free = now.state in ("open", "discarded")
        _tell(db, bot, parcel, "late", views.arrived_late(parcel.to, parcel.payer.name, link, is_free=is_free))


def _not_found(bot: Bot, parcel: _Parcel) -> datetime | None:
    """Not there yet: look again, and after the last look leave it to people."""
    first = parcel.draft.looked_at
    if first is None:
        first = _second(bot.now())
        with bot.database.write() as db:
            rows.move(db, parcel.draft, among=("sending",), to="sending", looked_at=first)
    for seconds in (bot.settings.second_look, bot.settings.last_look):
        look = first + timedelta(seconds=seconds)
        if bot.now() < look:
            return look
    message = views.unknown(parcel.to, parcel.draft.id, parcel.payer.name)
    with bot.database.write() as db:
        if _settle(db, bot, parcel, "unknown", message, among=("sending",)):
            _ask_the_others(db, bot, parcel)
    _show(bot, parcel, message)
    return None


def _ask_the_others(db: Connection, bot: Bot, parcel: _Parcel) -> None:
    """Whoever approved may have left; the entries stay locked until somebody decides."""
    draft = parcel.draft
    for person in people.with_role(db, draft.workspace_id, "admin", "biller"):
        if person.person_id != parcel.approver.person_id:
            key = f"draft:{draft.id}:{draft.attempts}:unknown:{person.person_id}"
            message = views.unknown(reader_of(person), draft.id, parcel.payer.name)
            slack.post_later(db, person.person_id, key, message, at=bot.now())


def _refused(bot: Bot, parcel: _Parcel, error: Refused) -> None:
    """Open again, with the reason."""
    message = views.refused(parcel.to, parcel.draft.id, parcel.payer.name, error.text)
    with bot.database.write() as db:
        if not _open_again(db, bot, parcel.draft, "refused", among=("sending", "unknown"), by=None, reason=error.text):
            return
        _tell(db, bot, parcel, "open", message)
    _show(bot, parcel, message)


def _open_again(
    db: Connection,
    bot: Bot,
    draft: rows.Draft,
    action: str,
    *,
    among: Sequence[str],
    by: int | None,
    reason: str | None = None,
) -> bool:
    """Free the entries, and take over what was begun for this customer meanwhile. False when the draft went on by now.

    What people changed there stays, and wins: they typed it last.
    """
    rows.lock_customer(db, draft.customer_id)
    now = rows.of_job(db, draft.id, lock=True)
    if now.state not in among or (now.attempts, now.token) != (draft.attempts, draft.token):
        return False
    begun = rows.discard_open(db, draft.workspace_id, draft.customer_id, besides=draft.id, by=by, at=bot.now())
    before = rows.columns(db, draft.id)
    rows.release(db, draft.id)
    for other in begun:
        rows.take_over_changes(db, draft.id, other)
    rows.change(
        db,
        draft.id,
        state="open",
        token=None,
        label=None,
        net_cents=None,
        service_first=None,
        service_last=None,
        approved_by=None,
        approved_at=None,
        attempted_at=None,
        view_id=None,
        billomat_id=None,
        billomat_net_cents=None,
        billomat_gross_cents=None,
        reason=reason,
    )
    _record(db, bot, draft, action, by=by, before=before, why=reason or "")
    return True


def _not_done(bot: Bot, parcel: _Parcel, error: NotDone) -> datetime:
    """Nothing happened there: try again later, and say so when it takes long."""
    _step_back(bot, parcel)
    if parcel.claimed and parcel.draft.attempts == PATIENT_ATTEMPTS:
        message = views.delayed(parcel.to, parcel.payer.name, error.text)
        with bot.database.write() as db:
            _tell(db, bot, parcel, "delayed", message)
    return bot.now() + _pause(bot, parcel.draft.attempts, error)


def _account_trouble(bot: Bot, parcel: _Parcel, error: AccessDenied) -> datetime:
    """Keep everything and ask the admins for a new connection, once."""
    _step_back(bot, parcel)
    workspace_id = parcel.draft.workspace_id
    with bot.database.write() as db:
        known = accounts.get(db, workspace_id)
        if known and known.secret_key != parcel.account.secret_key:  # somebody connected anew meanwhile
            return bot.now()
        note_trouble(db, workspace_id, error.trouble)
        is_news = known is None or not known.trouble
        admins = people.with_role(db, workspace_id, "admin") if is_news else []
        told = {admin.person_id: admin for admin in admins}
        if is_news or (parcel.claimed and parcel.draft.attempts == 1):  # an import may have met the trouble before
            told[parcel.approver.person_id] = parcel.approver
        now = accounts.get(db, workspace_id) or parcel.account
        for person in told.values():
            message = views.account_trouble(reader_of(person), now.trouble or error.trouble)
            slack.post_later(db, person.person_id, f"trouble:{person.person_id}", message, at=bot.now())
    return bot.now() + ACCOUNT_PAUSE


def _step_back(bot: Bot, parcel: _Parcel) -> None:
    """Our attempt did not reach Billomat; an earlier one may have, and stays noted."""
    if parcel.claimed:
        with bot.database.write() as db:
            rows.move(db, parcel.draft, among=("sending",), to="approved", attempted_at=parcel.earlier)


def _pause(bot: Bot, attempts: int, error: BillomatError) -> timedelta:
    """As long as Billomat says, else longer each time; some seconds by chance keep many drafts from coming at once."""
    said = error.retry_after if isinstance(error, NotDone) else None
    wait = said or min(bot.settings.job_backoff * 2 ** min(attempts, 10), LONGEST_PAUSE)
    return timedelta(seconds=wait + secrets.randbelow(bot.settings.job_backoff))


def _settle(
    db: Connection,
    bot: Bot,
    parcel: _Parcel,
    state: str,
    message: Message,
    *,
    among: Sequence[str],
    by: int | None = None,
    **values: Any,
) -> bool:
    """Record an outcome and have the approver told, in one transaction. False when somebody else was faster."""
    draft = parcel.draft
    before = rows.columns(db, draft.id)
    if not rows.move(db, draft, among=among, to=state, **values):
        return False
    _record(db, bot, draft, state, by=by, before=before)
    _tell(db, bot, parcel, state, message)
    return True


def _record(
    db: Connection, bot: Bot, draft: rows.Draft, action: str, *, by: int | None, before: dict[str, Any], why: str = ""
) -> None:
    after = rows.columns(db, draft.id)
    workspace_id, at = draft.workspace_id, bot.now()
    audit.record(db, workspace_id, "draft", draft.id, action, by=by, at=at, before=before, after=after, why=why)


def _tell(db: Connection, bot: Bot, parcel: _Parcel, outcome: str, message: Message) -> None:
    key = f"draft:{parcel.draft.id}:{parcel.draft.attempts}:{outcome}"
    slack.post_later(db, parcel.approver.person_id, key, message, at=bot.now())


def _show(bot: Bot, parcel: _Parcel, message: Message) -> None:
    """In the modal of the approval too, if it is still open."""
    if parcel.draft.view_id is None:
        return
    try:
        bot.slack.views_update(view_id=parcel.draft.view_id, view=views.outcome(parcel.to, message))
    except SlackApiError as error:
        if error.response.get("error") != "not_found":
            raise


JOBS = (DELIVER, ADOPT, WITHDRAW, CONNECTED)
