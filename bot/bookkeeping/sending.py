"""Sends the books to the admin who asked for them, alone, as a file.

The file is uploaded first, which nobody sees, and its id noted before it is shared: a job that is done again shows the
same file, or makes a new one that nobody has seen before.
"""

import logging
import os
from tempfile import TemporaryFile

from slack_sdk.errors import SlackApiError

from bot.bookkeeping import books
from bot.bookkeeping.views import books as views
from bot.bookkeeping.views.fields import described
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.jobs import JobKind, Lane
from bot.people import callers as people
from bot.people.callers import require_admin
from bot.slack import messages, uploads
from storage import jobs as job_rows
from storage import people as people_rows

log = logging.getLogger(__name__)

SEND = JobKind("books", key="books:{person_id}", lane=Lane.SLACK)


def begin(bot: Bot, caller: Caller) -> bool:
    """Have the books sent to the caller. False: they are on their way already. Raises UserError."""
    require_admin(caller)
    with bot.change(caller) as change:
        if job_rows.goes_on(change.db, SEND.key(person_id=caller.person_id)):
            return False
        SEND.put(change.db, due=caller.now, person_id=caller.person_id)
    return True


@SEND.handler
def send(bot: Bot, person_id: int, file_id: str = "", comment: str = "") -> None:
    """Job: make the books and send them to a person who is an admin still. Raises SlackApiError or OSError."""
    with bot.database.read() as db:
        person = people_rows.get_person(db, person_id)
    caller = people.acting(person, now=bot.now())
    if not caller.is_admin:
        messages.tell(bot, person, views.not_allowed(caller.reader))
        return
    try:
        if not file_id:
            file_id, comment = _uploaded(bot, caller)
        channel = messages.channel_of(bot.slack, person)
        uploads.share(bot.slack, file_id, title=_file_name(caller), channel=channel, comment=comment)
    except uploads.NotTaken as refused:
        log.info("the books are not taken: %s", refused)
        if not file_id:
            messages.tell(bot, person, views.not_taken(caller.reader))
    except SlackApiError as error:
        if error.response.get("error") not in messages.GONE:
            raise


def _uploaded(bot: Bot, caller: Caller) -> tuple[str, str]:
    with TemporaryFile() as content:
        done = books.write(bot, caller.workspace_id, described(caller.reader), content, by=caller.person_id)
        size = content.seek(0, os.SEEK_END)
        content.seek(0)
        file_id = uploads.upload(bot.slack, content, name=_file_name(caller), size=size)
    comment = views.file_comment(caller.reader, done)
    with bot.database.write() as db:
        job_rows.note_in_job(db, SEND.key(person_id=caller.person_id), file_id=file_id, comment=comment)
    return file_id, comment


def _file_name(caller: Caller) -> str:
    return f"trackomat-books-{caller.today.isoformat()}.zip"


JOBS = (SEND,)
