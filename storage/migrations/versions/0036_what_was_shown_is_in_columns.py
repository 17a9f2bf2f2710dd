"""The entries that drafts showed are kept in columns, which takes a fraction of the time where there are many."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_SHOWN = sa.table(
    "draft_shown",
    sa.column("draft_id", sa.Integer),
    sa.column("person_id", sa.Integer),
    sa.column("content", sa.String),
    sa.column("lines", sa.JSON),
)
_KEY = (_SHOWN.c.draft_id, _SHOWN.c.person_id, _SHOWN.c.content)
_COLUMNS = 5
"""Id, day, seconds, note and cents; entries without the last one were kept before there were expenses."""


def upgrade() -> None:
    db = op.get_bind()
    for key in db.execute(sa.select(*_KEY)).all():
        this = sa.and_(*(column == value for column, value in zip(_KEY, key, strict=True)))
        lines = db.execute(sa.select(_SHOWN.c.lines).where(this)).scalar_one()
        columns = [[*line[:-1], _in_columns(line[-1])] for line in lines]
        db.execute(sa.update(_SHOWN).where(this).values(lines=columns))


def _in_columns(entries):
    rows = [[*entry, 0][:_COLUMNS] for entry in entries]
    return [[row[column] for row in rows] for column in range(_COLUMNS)]
