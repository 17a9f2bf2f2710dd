"""Looks every hour after the drafts that were sent: what became of them in Billomat is kept, and told where it matters.

Nothing is freed because a list is silent: see docs/decisions/0054-what-billomat-says-stands-beside.md.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.billing import lines_read
from bot.billing.attempts import earlier_attempt
from bot.billing.locking import still_going
from bot.billing.looking import FOLLOW, Look, account_number, look, seen_invoice
from bot.billing.rules.following import (
    CancelledDecision,
    InvoiceStatus,
    News,
    are_too_many,
    is_second_look,
    what_happened,
)
from bot.billing.rules.line_differences import LineDifference
from bot.billing.rules.periods import month_of
from bot.billing.rules.states import BINDS_NOTHING, DraftState, Transition
from bot.billing.search import look_up, sought
from bot.billing.views import following as views
from bot.billing.views import locking as lock_views
from bot.billing.views import sent_lines as line_views
from bot.billomat.access import open_client
from bot.billomat.client import (
    Billomat,
    BillomatError,
    NotDone,
    base_url,
    invoice_link,
)
from bot.core.context import Bot, Itself
from bot.core.roles import BILLING, Role
from bot.people.callers import reader_of
from bot.slack import messages as slack
from bot.tracking.rules.drafts import DraftName
from storage import billomat as billomat_rows
from storage import draft_numbers as draft_number_rows
from storage import draft_states as draft_state_rows
from storage import drafts as draft_rows
from storage import jobs as job_rows
from storage import locks as lock_rows
from storage import payers as payer_rows
from storage import people as people_rows
from storage import sent_invoices as sent_rows
from storage import settlements as settlement_rows
from storage.billomat import ConnectedAccount
from storage.change import Change
from storage.people import KnownPerson
from storage.sent_invoices import Followed, SeenInvoice

EVERY = timedelta(hours=1)
SOON = timedelta(minutes=15)
"""After an invoice was missed for the first time."""
FOLLOWED = timedelta(days=366)
"""For so long after it was sent an invoice is followed that is paid or cancelled, or whose time was freed."""


def plan(db: Connection, workspace_id: int, *, now: datetime) -> None:
    """Have a workspace's sent drafts looked after, unless that is planned."""
    if not job_rows.job_exists(db, FOLLOW.key(workspace_id=workspace_id)):
        FOLLOW.put(db, due=now, workspace_id=workspace_id)


@FOLLOW.handler
def follow(bot: Bot, workspace_id: int) -> datetime | None:
    """Job: one look at all that is followed. Returns when to look again."""
    began = bot.now()
    with bot.database.read() as db:
        account = billomat_rows.connected_account(db, workspace_id)
        wanted = sent_rows.followed(db, workspace_id, since=began - FOLLOWED)
    if account is None:
        return None
    if not wanted:
        return began + EVERY
    try:
        client = open_client(bot, account)
        seen = look(client, wanted)
        account_id = _account_of(client, wanted, seen)
        _record_found(bot, account, wanted, seen, began, account_id)
        is_missing = _record_gone(bot, client, account, wanted, seen, began)
        _record_lines(bot, client, account, wanted, seen)
    except NotDone as error:
        return bot.now() + timedelta(seconds=max(error.retry_after or 0, EVERY.seconds // 4))
    except BillomatError:  # who has to know of a refused key hears it from an import or a draft that waits
        return bot.now() + EVERY
    return bot.now() + (SOON if is_missing else EVERY)


def _account_of(client: Billomat, wanted: Sequence[Followed], seen: Look) -> int | None:
    """The id of the account, if an invoice of which that is not known shows by our token that it stands there."""
    unknown = [each for each in wanted if each.account_number is None and each.billomat_id in seen.found]
    if any(each.token and each.token in seen.found[each.billomat_id].label for each in unknown):
        return account_number(client)
    return None


# What is there


def _record_found(
    bot: Bot,
    account: ConnectedAccount,
    wanted: Sequence[Followed],
    seen: Look,
    began: datetime,
    account_id: int | None,
) -> None:
    """Keep what was seen: what is as it was in one statement, what changed one by one."""
    unchanged, proven = list[int](), list[int]()
    for known in wanted:
        found = seen.found.get(known.billomat_id)
        if found is None:
            continue
        is_proven = known.account_number is None and known.token is not None and known.token in found.label
        if account_id is not None and is_proven:
            proven.append(known.billomat_id)
        now = seen_invoice(found)
        if _as_known(known) == now and (known.is_current or _counts(now) == (known.restored_at is not None)):
            unchanged.append(known.billomat_id)
        elif not known.is_current:
            _record_former(bot, account, known, now, began)
        else:
            _record_change(bot, account, known, now, began)
    with bot.database.write() as db:
        sent_rows.note_unchanged(db, account.workspace_id, unchanged, at=began)
        if account_id is not None:
            sent_rows.note_account(db, account.workspace_id, proven, account_number=account_id)


def _record_lines(
    bot: Bot, client: Billomat, account: ConnectedAccount, wanted: Sequence[Followed], seen: Look
) -> None:
    """Read the lines of what changed, and tell whoever approved where they are not as they were sent."""
    differing = lines_read.changed(wanted, seen)
    if not differing:
        return
    there = lines_read.read(client, differing)
    for known, now in differing:
        if known.billomat_id not in there:
            continue
        with bot.change_itself(account.workspace_id) as change:
            found = lines_read.note(change, known, now, there[known.billomat_id])
            if found:
                _tell_of_lines(change, known, now, found, _link(bot, account, known))


def _tell_of_lines(
    change: Change[Itself], known: Followed, now: SeenInvoice, found: Sequence[LineDifference], link: str
) -> None:
    draft = draft_rows.draft_of_job(change.db, known.draft_id)
    name = _name(change.db, known.draft_id, now.number)
    for person in _answerable(change, draft.approved_by):
        message = line_views.changed_there(reader_of(person), draft.id, name, found, draft.currency, link)
        key = f"lines:{known.id}:{now.lines_mark}:{person.person_id}"
        slack.post_later(change.db, person.person_id, key, message, at=change.by.now)


def _counts(seen: SeenInvoice) -> bool:
    return seen.status is not InvoiceStatus.CANCELED


def _as_known(known: Followed) -> SeenInvoice:
    return SeenInvoice(known.billomat_id, known.status, known.number, known.net_cents, known.gross_cents, known.updated)


def _record_change(bot: Bot, account: ConnectedAccount, known: Followed, now: SeenInvoice, began: datetime) -> None:
    """Keep what changed, and tell whoever wants or has to know."""
    news = what_happened(known.status, now.status)
    with bot.change_itself(account.workspace_id) as change:
        if not sent_rows.note_change(change, known, now, at=began, news=news):
            return
        draft_number_rows.note_number(change.db, known.draft_id, known.billomat_id, now.number)
        if known.decision is CancelledDecision.WRITTEN_OFF and _counts(now):
            settlement_rows.bill_all_after_all(change, known.draft_id)
        if news is None:
            return
        if news is News.COMPLETED:
            _offer_lock(change, known, now)
        name, link = _name(change.db, known.draft_id, now.number), _link(bot, account, known)
        for person in _listeners(change, known, news):
            message = views.news(reader_of(person), known.draft_id, name, news, link)
            key = f"news:{known.id}:{news}:{began.isoformat()}:{person.person_id}"
            slack.post_later(change.db, person.person_id, key, message, at=change.by.now)


def _offer_lock(change: Change[Itself], known: Followed, now: SeenInvoice) -> None:
    """Offer whoever approved it to lock its month, once, when that is over."""
    draft = draft_rows.draft_of_job(change.db, known.draft_id)
    if draft.service_last is None:
        return
    until = month_of(draft.service_last).last
    locked = lock_rows.locks_of(change.db, change.by.workspace_id).until
    if until is None or (locked and locked >= until):
        return
    if until >= still_going(change.db, change.by.workspace_id, change.by.now):
        return
    if lock_rows.note_offered(change.db, change.by.workspace_id, until):
        name = _name(change.db, known.draft_id, now.number)
        for person in _answerable(change, draft.approved_by):
            to = reader_of(person)
            key = f"lock:{change.by.workspace_id}:{until}:{person.person_id}"
            message = lock_views.offered(to, name.said(to), until)
            slack.post_later(change.db, person.person_id, key, message, at=change.by.now)


def _listeners(change: Change[Itself], known: Followed, news: News) -> list[KnownPerson]:
    """Who hears of it: of payments who asked for that, of a cancelled one whoever approved it."""
    if news in (News.PAID, News.OVERDUE):
        return [each for each in _billers(change) if each.invoice_news]
    if news is News.COMPLETED:
        return []
    return _answerable(change, draft_rows.draft_of_job(change.db, known.draft_id).approved_by)


def _billers(change: Change[Itself]) -> list[KnownPerson]:
    return list(people_rows.people_with_role(change.db, change.by.workspace_id, *BILLING))


def _answerable(change: Change[Itself], approved_by: int | None) -> list[KnownPerson]:
    """Whoever approved it, if they still bill; else all who do."""
    billers = _billers(change)
    return [each for each in billers if each.person_id == approved_by] or billers


def _record_former(bot: Bot, account: ConnectedAccount, known: Followed, now: SeenInvoice, began: datetime) -> None:
    """Its time was freed. As long as it is cancelled that is right; if it counts again, people have to decide."""
    counts = _counts(now)
    with bot.change_itself(account.workspace_id) as change:
        if not sent_rows.note_change(change, known, now, at=began, news=None):
            return
        if not sent_rows.note_restored(change, known, at=began if counts else None) or not counts:
            return
        draft = draft_rows.draft_of_job(change.db, known.draft_id)
        is_sent = draft.state not in BINDS_NOTHING
        name = _name(change.db, known.draft_id, now.number)
        rebuilt = _name(change.db, known.draft_id, draft.number) if is_sent else None
        for person in _answerable(change, draft.approved_by):
            message = views.counts_again(
                reader_of(person), name, _link(bot, account, known), rebuilt=rebuilt, rebuilt_link=draft.link
            )
            key = f"restored:{known.id}:{began.isoformat()}:{person.person_id}"
            slack.post_later(change.db, person.person_id, key, message, at=change.by.now)


def _name(db: Connection, draft_id: int, number: str) -> DraftName:
    draft = draft_rows.draft_of_job(db, draft_id)
    return payer_rows.draft_name(db, draft)._replace(number=number)


def _link(bot: Bot, account: ConnectedAccount, known: Followed) -> str:
    return invoice_link(base_url(bot.settings.billomat_url, account.billomat_id), known.billomat_id)


# What is gone


def _record_gone(
    bot: Bot, client: Billomat, account: ConnectedAccount, wanted: Sequence[Followed], seen: Look, began: datetime
) -> bool:
    """Note what vanished, free what vanished for certain, and ask about the rest. Whether to look again soon."""
    if not seen.is_reliable or not seen.gone:
        return False
    doubted = any(each.doubted_at for each in wanted if each.is_current and each.billomat_id not in seen.found)
    if are_too_many(seen.gone, doubted=doubted):
        _doubt(bot, account, seen.gone, began)
        return False
    with bot.database.write() as db:
        sent_rows.note_missing(db, account.workspace_id, [each.billomat_id for each in seen.gone], at=began)
    for each in seen.gone:
        if is_second_look(each.missing_since, began) and not _free(bot, client, each, seen):
            _doubt(bot, account, [each], began)
    return any(not is_second_look(each.missing_since, began) for each in seen.gone)


def _free(bot: Bot, client: Billomat, known: Followed, seen: Look) -> bool:
    """Open the draft again whose invoice was deleted there. False where that is not certain; raises BillomatError."""
    attempt = earlier_attempt(bot, known.draft_id, state=DraftState.SENT)
    if attempt is None or attempt.draft.billomat_id != known.billomat_id:
        return True  # somebody settled it meanwhile
    # Another account may have the same name.
    if known.account_number is None or account_number(client) != known.account_number:
        return False
    if not seen.shows_any and client.owner().may_write_invoices is not True:  # or the key may see no invoices
        return False
    if any(not each.is_cancelled for each in look_up(client, sought(attempt))):
        return False
    with bot.change_itself(attempt.draft.workspace_id) as change:
        if not draft_state_rows.reopen_draft(change, attempt.draft, Transition.BILL_AGAIN, why="deleted in Billomat"):
            return True
        for person in _answerable(change, attempt.draft.approved_by):
            message = views.deleted(reader_of(person), known.draft_id, attempt.name)
            key = f"gone:{known.id}:{person.person_id}"
            slack.post_later(change.db, person.person_id, key, message, at=change.by.now)
    return True


def _doubt(bot: Bot, account: ConnectedAccount, gone: Sequence[Followed], began: datetime) -> None:
    """Free nothing, and ask the admins about those of which they were not asked before."""
    ids = [each.billomat_id for each in gone]
    with bot.change_itself(account.workspace_id) as change:
        sent_rows.note_missing(change.db, account.workspace_id, ids, at=began)
        asked = set(sent_rows.note_doubted(change.db, account.workspace_id, ids, at=began))
        if not asked:
            return
        named = [
            (each.draft_id, _name(change.db, each.draft_id, each.number)) for each in gone if each.billomat_id in asked
        ]
        for admin in people_rows.people_with_role(change.db, account.workspace_id, Role.ADMIN):
            message = views.vanished(reader_of(admin), named)
            key = f"vanished:{account.workspace_id}:{began.isoformat()}:{admin.person_id}"
            slack.post_later(change.db, admin.person_id, key, message, at=change.by.now)


JOBS = (FOLLOW,)
