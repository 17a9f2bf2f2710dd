"""Jobs: tell somebody that locked days are open for them, and lock them again; who bills hears what was written."""

from bot.billing.locking import CLOSE, OPEN_FOR, TELL
from bot.billing.views import locking as views
from bot.core.context import Bot
from bot.core.roles import BILLING
from bot.people.callers import reader_of
from bot.slack import messages as slack
from storage import locks as lock_rows
from storage import people as people_rows


@TELL.handler
def tell(bot: Bot, opened_id: int, workspace_id: int) -> None:
    """Who opened which days for them, until when, and why; nothing where they are locked again."""
    with bot.change_itself(workspace_id) as change:
        one = lock_rows.opened_one(change.db, opened_id)
        if one is None:
            return
        to = reader_of(people_rows.get_person(change.db, one.person_id))
        by = people_rows.get_person(change.db, one.opened_by).name
        until = to.moment(one.at + OPEN_FOR, today=to.local(change.by.now).date())
        message = views.opened_for_you(to, one, by=by, until=until)
        slack.post_later(change.db, one.person_id, f"opened_days:{opened_id}", message, at=change.by.now)


@CLOSE.handler
def close_days(bot: Bot, opened_id: int, workspace_id: int) -> None:
    """They are locked again; nothing is told where nothing was written."""
    with bot.change_itself(workspace_id) as change:
        one = lock_rows.opened_one(change.db, opened_id)
        if one is None:
            return
        count = lock_rows.written_late(change.db, workspace_id, one)
        lock_rows.close_days(change, one)
        for person in people_rows.people_with_role(change.db, workspace_id, *BILLING) if count else ():
            message = views.written_late(reader_of(person), one, count)
            slack.post_later(
                change.db, person.person_id, f"late:{opened_id}:{person.person_id}", message, at=change.by.now
            )


JOBS = (TELL, CLOSE)
