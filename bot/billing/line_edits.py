"""What a person wants different on the lines of an open draft: text, description, rate, article."""

from dataclasses import dataclass

from bot.billing.collect import Preview, find_open, lock_open, preview_of
from bot.billing.rules.grouping import GroupKey
from bot.billing.rules.lines import InvoiceLine
from bot.billing.wording import LONGEST_DESCRIPTION, LONGEST_TITLE, tidy
from bot.billomat.client import without_emoji
from bot.core import money
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people.callers import require_biller
from storage import catalog as catalog_rows
from storage import line_edits as line_edit_rows
from storage import unbilled as unbilled_rows
from storage.change import Change
from storage.line_edits import StoredEdit


@dataclass(frozen=True, slots=True)
class EnteredLine:
    """What was filled in for a line; empty texts stand for the default ones."""

    title: str
    description: str
    rate: str
    article_id: int | None
    remember: bool


def find_line(bot: Bot, caller: Caller, draft_id: int, key: GroupKey) -> tuple[Preview, InvoiceLine]:
    """One line of an open draft, to be changed. Raises UserError."""
    require_biller(caller)
    with bot.database.read() as db:
        preview = preview_of(db, caller, find_open(db, caller, draft_id))
    return preview, preview.line(key)


def change_line(bot: Bot, caller: Caller, draft_id: int, key: GroupKey, entered: EnteredLine) -> Preview:
    """Keep what a person wants different on one line. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id, field="description")
        line = preview_of(change.db, caller, draft).line(key)
        edit = StoredEdit(
            group_key=key,
            title=_unless(line.default_title, tidy(entered.title)[:LONGEST_TITLE]),
            description=_unless(line.default_description, without_emoji(entered.description)[:LONGEST_DESCRIPTION]),
            article_id=_chosen_article(change, line.line.service_id, entered),
            rate_cents=_rate(entered.rate),
        )
        line_edit_rows.keep_line_edit(change, draft_id, edit)
        return preview_of(change.db, caller, draft)


def start_over(bot: Bot, caller: Caller, draft_id: int) -> Preview:
    """Forget what people changed on the lines of a draft. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id)
        line_edit_rows.forget_line_edits(change, draft_id)
        return preview_of(change.db, caller, draft)


def _unless(default: str, entered: str) -> str | None:
    """What was entered; None if it is empty or the default, so that the text goes on following the entries."""
    tidied = entered.replace("\r\n", "\n").strip()
    return None if tidied in ("", default) else tidied


def _rate(entered: str) -> int | None:
    if not entered:
        return None
    try:
        return money.read_rate(entered)
    except ValueError:
        raise UserError("Type the net price of an hour, like 95 or 95.50.", field="rate") from None


def _chosen_article(change: Change[Caller], service_id: int | None, entered: EnteredLine) -> int | None:
    """The article to keep for this line alone. One that is to be remembered is kept for the service instead."""
    db, caller = change.db, change.by
    if entered.article_id and not unbilled_rows.articles_by_id(db, caller.workspace_id, [entered.article_id]):
        raise UserError("This article is no longer there. Please choose another one.", field="article")
    if service_id is None:
        return entered.article_id
    if entered.remember:
        catalog_rows.change_service(change, service_id, article_id=entered.article_id)
        return None
    known = unbilled_rows.articles_of_services(db, caller.workspace_id).get(service_id)
    return None if known and known.id == entered.article_id else entered.article_id
