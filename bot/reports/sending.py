"""Sends an export to the person who asked for it, alone: as a file where Slack lets the bot send files, else as text.

Every step that others see is noted before it is done, so that a job that is done again shows nothing twice:

- The file is uploaded first, which nobody sees, and then shared. Whether a share that had no answer was carried out
  nobody can ask, so it is repeated: with the same file, which Slack shows once.
- A text without an answer is not sent again. Whoever misses it presses the button once more.
"""

import logging
import os
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from slack_sdk.errors import SlackApiError

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.people import callers as people
from bot.people.admins import naming_admins
from bot.reports import exports
from bot.reports.exports import EXPORT
from bot.reports.rules.csv import CsvForm
from bot.reports.views import exports as views
from bot.slack import messages, uploads
from bot.slack.blocks import Message, message
from bot.tracking import filtering
from bot.tracking.rules.filters import Filter, read_filter
from bot.tracking.views import filters as filter_views
from storage import jobs as job_rows
from storage import people as people_rows

log = logging.getLogger(__name__)

MOST_UPLOADS = 3
"""Where so many failed, the way to Slack's files is barred, say by a firewall."""


@dataclass(frozen=True, slots=True)
class _Export:
    """One job, and how far an earlier try of it came."""

    bot: Bot
    key: str
    caller: Caller
    chosen: Filter
    form: CsvForm
    said: str
    """The filter in words."""

    def note(self, **noted: Any) -> None:
        with self.bot.database.write() as db:
            job_rows.note_in_job(db, self.key, **noted)

    def is_first_to_show(self, **noted: Any) -> bool:
        """Note what is shown next. False: somebody else does that, because this try took longer than its lease."""
        with self.bot.database.write() as db:
            return job_rows.note_in_job(db, self.key, unless=("file_id", "is_text_sent"), **noted)


@EXPORT.handler
def send(
    bot: Bot,
    person_id: int,
    form: str,
    number: str,
    chosen: str,
    file_id: str = "",
    uploads_begun: int = 0,
    is_text_sent: bool = False,
) -> None:
    """Job: send what `chosen` fits to a person. Raises SlackApiError or OSError: it is to be repeated."""
    if is_text_sent:
        log.warning("the answer to an export's message was lost")
        return
    with bot.database.read() as db:
        person = people_rows.get_person(db, person_id)
    caller = people.acting(person, now=bot.now())
    key = EXPORT.key(person_id=person_id, form=form, number=number)
    try:
        fits = filtering.allowed(caller, read_filter(chosen))
        with bot.database.read() as db:
            fits = filtering.up_to_date(db, caller, fits)
            names = filtering.names_of(db, caller, fits)
    except UserError as error:
        why = naming_admins(bot, caller, error).sentence(caller.reader)
        messages.tell(bot, person, message(why))
        return
    export = _Export(bot, key, caller, fits, CsvForm(form), filter_views.said(caller.reader, fits, names))
    if file_id:
        _share_again(export, file_id)
        return
    with TemporaryFile() as content:
        count = exports.write(bot, caller, fits, export.form, content)
        instead = _sent_as_file(export, content, count, uploads_begun)
        if instead is not None:
            _say(export, instead)


def _sent_as_file(export: _Export, content: IO[bytes], count: int, begun: int) -> Message | None:
    """Send the file; the message to send instead where that cannot be, or nothing fits."""
    to = export.caller.reader
    if count == 0:
        return views.nothing_to_export(to, export.said)
    if begun >= MOST_UPLOADS:
        return _as_text(export, count)
    export.note(uploads_begun=begun + 1)
    size = content.seek(0, os.SEEK_END)
    content.seek(0)
    try:
        name = exports.file_name(export.chosen, export.form)
        file_id = uploads.upload(export.bot.slack, content, name=name, size=size)
        if export.is_first_to_show(file_id=file_id):
            _share(export, file_id, count)
    except uploads.NotTaken as refused:
        log.info("an export is sent as text: %s", refused)
        export.note(file_id="")
        return _as_text(export, count, lacks_scope=refused.lacks_scope)
    return None


def _share_again(export: _Export, file_id: str) -> None:
    try:
        _share(export, file_id, None)
    except uploads.NotTaken as refused:  # as it is for a file that was shared before
        log.info("a file is not shared again: %s", refused)


def _share(export: _Export, file_id: str, count: int | None) -> None:
    person = export.caller.person
    try:
        channel = messages.channel_of(export.bot.slack, person)
        comment = views.file_comment(export.caller.reader, export.said, count)
        uploads.share(export.bot.slack, file_id, title=export.said, channel=channel, comment=comment)
    except SlackApiError as error:
        if error.response.get("error") not in messages.GONE:
            raise


def _as_text(export: _Export, count: int, *, lacks_scope: bool = False) -> Message:
    to = export.caller.reader
    lines = exports.csv_lines(export.bot, export.caller, export.chosen, exports.layout_of(to, export.form))
    return views.as_text(to, export.said, lines, count, lacks_scope=lacks_scope)


def _say(export: _Export, said: Message) -> None:
    if not export.is_first_to_show(is_text_sent=True):
        return
    try:
        messages.send(uploads.once(export.bot.slack), export.caller.person, said)
    except SlackApiError:
        export.note(is_text_sent=False)
        raise


JOBS = (EXPORT,)
