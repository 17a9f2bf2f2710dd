"""Job: locks days again that were open for somebody; those who bill hear what was written into them."""

from bot.billing.locking import CLOSE
from bot.billing.views import locking as views
from bot.core.context import Bot
from bot.core.roles import Role
from bot.people.callers import reader_of
from bot.slack import messages as slack
from storage import locks as lock_rows
from storage import people as people_rows


@CLOSE.handler
def close_days(bot: Bot, opened_id: int, workspace_id: int) -> None:
    """They are locked again; nothing is told where nothing was written."""
    with bot.change_itself(workspace_id) as change:
        one = lock_rows.opened_one(change.db, opened_id)
        if one is None:
            return
        count = lock_rows.written_late(change.db, workspace_id, one)
        lock_rows.close_days(change, one)
        for person in people_rows.people_with_role(change.db, workspace_id, Role.ADMIN, Role.BILLER) if count else ():
            message = views.written_late(reader_of(person), one, count)
            slack.post_later(
                change.db, person.person_id, f"late:{opened_id}:{person.person_id}", message, at=change.by.now
            )


JOBS = (CLOSE,)
