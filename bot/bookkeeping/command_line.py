"""`trackomat books`: the books of a workspace as a file, for whoever has the machine."""

import os
from pathlib import Path

from bot.bookkeeping import books
from bot.bookkeeping.views import books as views
from bot.bookkeeping.views.fields import described
from bot.core.context import Bot
from bot.core.errors import UserError
from bot.core.texts import Reader
from storage import people as people_rows


def write(bot: Bot, path: Path, *, workspace: str, locale: str, language: str) -> str:
    """Write the archive, whole or not at all; what to say. Raises UserError, and OSError for a path that is none."""
    to = Reader.for_locale(locale=locale, language=language or None, zone="UTC")
    workspace_id = _workspace(bot, workspace)
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with open(unfinished, "wb", opener=_for_its_owner) as into:
            done = books.write(bot, workspace_id, described(to), into)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return views.said(to, done)


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _workspace(bot: Bot, name: str) -> int:
    with bot.database.read() as db:
        known = people_rows.workspaces_by_team(db)
    if name in known:
        return known[name]
    if name:
        raise UserError("There is no workspace {name} here. There are: {known}", name=name, known=", ".join(known))
    if len(known) > 1:
        raise UserError("Which workspace? Name one with --workspace: {known}", known=", ".join(known))
    if not known:
        raise UserError("Nobody uses Trackomat here yet.")
    return next(iter(known.values()))
