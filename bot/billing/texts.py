"""What stands above and below an invoice's lines: tried, chosen for a draft, and kept for others."""

from dataclasses import dataclass

from bot.billing.collect import preview_of
from bot.billing.opening import find_open, lock_open, show_changed
from bot.billing.preview import Preview
from bot.billing.rules.layout import Whose
from bot.billing.rules.texts import BILLOMATS_TEXTS, ChosenTexts, Texts, chosen_texts, dump_texts, kept_in
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.digests import digest
from bot.core.errors import UserError
from bot.people.callers import require_admin, require_biller
from storage import layouts as layout_rows
from storage import payers as payer_rows
from storage import people as people_rows
from storage.change import Change
from storage.drafts import Draft


@dataclass(frozen=True, slots=True)
class EnteredTexts:
    """What was filled in, and for whom it is kept beside this draft.

    `texts` says all of them. `seen` is what the form began with, as `texts_digest` has it.
    """

    texts: Texts
    seen: str
    for_customer: bool = False
    for_all: bool = False


def texts_digest(chosen: ChosenTexts) -> str:
    """What a form began with, to be known again."""
    return digest(dump_texts(chosen.texts), chosen.whose)


def try_texts(bot: Bot, caller: Caller, draft_id: int, texts: Texts) -> Preview:
    """The invoice as it would be with these texts; nothing is kept. Raises UserError."""
    require_biller(caller)
    with bot.change(caller) as change:
        draft = find_open(change.db, caller, draft_id)
        return preview_of(change.db, caller, draft._replace(texts=dump_texts(texts)))


def change_texts(bot: Bot, caller: Caller, draft_id: int, entered: EnteredTexts) -> Preview:
    """Choose the texts of a draft, and keep of them what is not so anyway. Raises UserError."""
    require_biller(caller)
    if entered.for_all:
        require_admin(caller)
    with bot.change(caller) as change:
        draft = lock_open(change, draft_id, field="intro")
        now = preview_of(change.db, caller, draft)
        if texts_digest(now.chosen_texts) != entered.seen and now.chosen_texts.texts != entered.texts:
            raise UserError(
                "Somebody changed the texts of this invoice while you had this open. Copy what you typed, close this "
                "window and open it again.",
                field="intro",
            )
        language = now.language.reader.language
        if entered.for_all:
            _keep_for_all(change, language, entered.texts)
        if entered.for_customer:
            _keep(change, draft, Whose.CUSTOMER, language, entered.texts)
        _keep(change, draft, Whose.DRAFT, language, entered.texts)
        return show_changed(change, draft_id, now)


def _keep_for_all(change: Change[Caller], language: str, texts: Texts) -> None:
    """For all customers who read the language in which this invoice is written."""
    workspace_id = change.by.workspace_id
    kept = kept_in(people_rows.workspace_terms(change.db, workspace_id).texts, language, texts.beyond(BILLOMATS_TEXTS))
    layout_rows.keep_part(change, "texts", Whose.WORKSPACE, workspace_id, kept)


def _keep(change: Change[Caller], draft: Draft, whose: Whose, language: str, texts: Texts) -> None:
    """Keep of these what would not hold without it: what is the same for all goes on following that."""
    row_id = draft.id if whose is Whose.DRAFT else draft.customer_id
    layout_rows.keep_part(change, "texts", whose, row_id, "")
    payer = payer_rows.get_payer(change.db, draft.customer_id)
    terms = people_rows.workspace_terms(change.db, draft.workspace_id)
    followed = chosen_texts("", payer.texts, terms.texts, language).texts
    layout_rows.keep_part(change, "texts", whose, row_id, dump_texts(texts.beyond(followed)))
