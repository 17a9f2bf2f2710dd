"""The job that reads an open invoice's customer and articles anew and brings the form up to date."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.billing import collect, opening, unbilled
from bot.billing.freshness import FRESHEN, Asked, Freshness, Standing, read_asked, terms_of
from bot.billing.preview import NetSum, Preview
from bot.billing.rules.states import BEING_MADE
from bot.billing.rules.terms import Terms, changed, is_old
from bot.billing.views import invoice as views
from bot.billomat.access import open_client
from bot.billomat.client import AccessDenied, BillomatError, NotDone
from bot.billomat.reading import read_article, read_customer
from bot.billomat.views.connect import trouble_sentence
from bot.billomat.views.reasons import reason
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.texts import Reader
from bot.people.callers import acting
from bot.slack.blocks import View
from storage import billomat as billomat_rows
from storage import drafts as draft_rows
from storage import people as people_rows
from storage.billomat import ConnectedAccount

log = logging.getLogger(__name__)
PAUSE = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(minutes=30)
"""Nobody looks at a form for longer; whoever does is asked again when they send it."""


@FRESHEN.handler
def freshen(
    bot: Bot, workspace_id: int, person_id: int, draft_id: int, view_id: str, view_hash: str, asked: dict[str, Any]
) -> datetime | None:
    """Read what is older than an hour, and say in the form what changed since it was shown.

    Where Billomat does not answer the form says so, and it is tried again while somebody may look at it.
    """
    with bot.database.read() as db:
        account = billomat_rows.connected_account(db, workspace_id)
        caller = acting(people_rows.get_person(db, person_id), now=bot.now())
    known, before = _look(bot, caller, draft_id), read_asked(asked)
    if account is None or known is None:
        return None
    trouble = _read(bot, account, known[1])
    known = _look(bot, caller, draft_id)
    if known is None:
        return None
    with bot.change_itself(workspace_id, for_person=person_id) as change:
        opening.note_shown(change, person_id, known[0])
    newest = _show(bot, view_id, view_hash, _form(bot, caller, *known, account=account, before=before, trouble=trouble))
    again = bot.now() + (_pause(trouble) if trouble else PAUSE)
    if trouble is None or newest is None or again - before.at > GIVEN_UP_AFTER:
        return None
    if newest != view_hash:
        with bot.database.write() as db:
            FRESHEN.put(
                db,
                due=again,
                workspace_id=workspace_id,
                person_id=person_id,
                draft_id=draft_id,
                view_id=view_id,
                view_hash=newest,
                asked=asked,
            )
    return again


def _look(bot: Bot, caller: Caller, draft_id: int) -> tuple[Preview, Terms] | None:
    """The invoice as it is now; None when nobody may see it any more, or it was sent or given up."""
    with bot.database.read() as db:
        draft = draft_rows.draft_of_workspace(db, caller.workspace_id, draft_id)
        if draft is None or draft.state not in BEING_MADE or not caller.bills:
            return None
        preview = collect.preview_of(db, caller, draft)
        terms = terms_of(db, caller, preview)
    return None if terms is None else (preview, terms)


def _read(bot: Bot, account: ConnectedAccount, terms: Terms) -> BillomatError | None:
    """Read what is old; each is stored as it comes, so that whoever takes the job over goes on from there."""
    try:
        client = open_client(bot, account)
        if is_old(terms.customer.seen_at, bot.now()):
            read_customer(bot, account, client, terms.customer.billomat_id)
        for article in terms.articles:
            if is_old(article.seen_at, bot.now()):
                read_article(bot, account, client, article.billomat_id)
    except BillomatError as error:
        log.warning("Billomat did not say what an invoice depends on: %s", type(error).__name__)
        return error
    return None


def _form(
    bot: Bot,
    caller: Caller,
    preview: Preview,
    terms: Terms,
    *,
    account: ConnectedAccount,
    before: Asked,
    trouble: BillomatError | None,
) -> View:
    old, net_now = is_old(terms.as_of, caller.now), NetSum(preview.net_cents, preview.currency)
    net_before = NetSum(before.net_cents, before.currency or preview.currency)
    freshness = Freshness(
        as_of=terms.as_of,
        standing=Standing.UNANSWERED if trouble or old else Standing.CURRENT,
        changes=changed(before.terms, terms),
        net_before=net_before if net_before != net_now else None,
        account_currency=account.currency,
        was_pressed=before.was_pressed,
        reason=_reason(caller.reader, trouble) if trouble else "",
    )
    waiting = unbilled.under_way(bot, caller)
    seen = replace(preview, place=before.place)
    return views.form(caller.reader, seen, today=caller.today, waiting=waiting, freshness=freshness)


def _reason(to: Reader, trouble: BillomatError) -> str:
    return trouble_sentence(to, trouble.trouble) if isinstance(trouble, AccessDenied) else reason(to, trouble)


def _pause(trouble: BillomatError) -> timedelta:
    asks_for = trouble.retry_after if isinstance(trouble, NotDone) else None
    return timedelta(seconds=asks_for) if asks_for else PAUSE


def _show(bot: Bot, view_id: str, view_hash: str, view: View) -> str | None:
    """Put it in the place of what was shown; its hash. None: it was closed, and the old one: the person moved on.

    Slack compares the hash, so nothing that a person chose meanwhile is overwritten.
    """
    try:
        answer = bot.slack.views_update(view_id=view_id, hash=view_hash, view=view)
    except (SlackApiError, OSError) as error:
        said = error.response.get("error") if isinstance(error, SlackApiError) else type(error).__name__
        if said != "hash_conflict":
            log.info("an invoice was not brought up to date: %s", said)
        return None if said == "not_found" else view_hash
    return str((answer.get("view") or {}).get("hash") or view_hash)


JOBS = (FRESHEN,)
