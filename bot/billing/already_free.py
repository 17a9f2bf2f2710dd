"""What is told to whoever asks for a sent draft to be free when it is so already: somebody else was faster."""

from collections.abc import Callable

from bot.billing.rules.states import BEING_MADE
from bot.core.context import Bot
from bot.core.texts import Reader
from bot.people.callers import reader_of
from bot.slack import messages as slack
from bot.slack.blocks import Message
from bot.tracking.rules.drafts import DraftName
from storage import drafts as draft_rows
from storage import payers as payer_rows
from storage import people as people_rows

Said = Callable[[Reader, int, DraftName], Message]


def tell(bot: Bot, draft_id: int, person_id: int, said: Said, key: str) -> None:
    """They hear how it stands, once by this key; nothing where it is on its way again."""
    with bot.database.write() as db:
        draft = draft_rows.draft_of_job(db, draft_id)
        if draft.state not in BEING_MADE:
            return
        name = payer_rows.draft_name(db, draft)
        message = said(reader_of(people_rows.get_person(db, person_id)), draft_id, name)
        slack.post_later(db, person_id, key, message, at=bot.now())
