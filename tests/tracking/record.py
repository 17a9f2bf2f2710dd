"""Whether the audit alone says how each entry and break came to be as it is."""

from collections.abc import Iterator

from sqlalchemy import select

from bot.core.context import Bot
from storage import audit
from storage import tracking as tracking_rows
from storage.tables import audits, breaks, entries, expenses

PARTS = (
    ("entry", entries, tracking_rows.COLUMNS),
    ("break", breaks, tuple(breaks.c.keys())),
    ("expense", expenses, tuple(expenses.c.keys())),
)


def unrecorded(bot: Bot, *, put_there_by_hand: bool = False) -> Iterator[str]:
    """Where the audit and the rows tell different stories; of rows put there by hand the audit need not know."""
    with bot.database.read() as db:
        for subject, part, columns in PARTS:
            found = db.execute(select(part)).all()
            there = {row.id: audit.snapshot({name: row._mapping[name] for name in columns}) for row in found}
            told: dict[int, audit.Snapshot | None] = {}
            for row in db.execute(select(audits).where(audits.c.subject == subject).order_by(audits.c.id)):
                if row.before != told.get(row.subject_id) and not (put_there_by_hand and row.subject_id not in told):
                    yield f"before “{row.action}” somebody wrote to {subject} {row.subject_id}"
                told[row.subject_id] = row.after
            known = told.keys() if put_there_by_hand else there.keys() | told.keys()
            yield from (
                f"{subject} {each} is not as the audit says" for each in known if there.get(each) != told.get(each)
            )
