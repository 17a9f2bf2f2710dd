"""How old an invoice's customer and articles are, and having them read anew for whoever looks at it.

The form opens with what is known and never waits for Billomat. What is older than an hour a job reads anew
(`freshen.py`); it compares with what was shown, so it does not matter who read it, or how often the job ran.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection

from bot.billing.preview import NetSum, Obstacle, Preview
from bot.billing.rules.outline import TOP, Place
from bot.billing.rules.terms import TermChange, Terms, is_old
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.jobs import JobKind, Lane
from storage import jobs as job_rows
from storage import terms as terms_rows

FRESHEN = JobKind("freshen", key="freshen:{view_id}", lane=Lane.BILLING)


class Standing(Enum):
    """How what is shown stands with Billomat."""

    CURRENT = auto()
    """There is nothing more to say than how old it is."""
    ASKING = auto()
    """It is old, and Billomat is being asked."""
    UNANSWERED = auto()
    """It is old, and Billomat was asked and did not say."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """What an invoice says of its own age, and of what changed since the person saw it."""

    as_of: datetime | None
    standing: Standing
    changes: tuple[TermChange, ...] = ()
    net_before: NetSum | None = None
    """The sum that was shown before, if it is another one now."""
    account_currency: str = ""
    """In which prices are that name none."""
    was_pressed: bool = False
    """Whether the person waits for this, because they want to send."""
    reason: str = ""
    """Why Billomat did not say, as a sentence."""

    @property
    def told(self) -> int | None:
        """Names the age of which the person is told here, so that they may send it all the same."""
        return age_of(self.as_of) if self.standing is Standing.UNANSWERED else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person had before them when Billomat was asked, as a job keeps it."""

    terms: Terms
    net_cents: int
    at: datetime
    was_pressed: bool
    place: Place = TOP
    """Which of the lines were in sight; a job that an earlier version put knows none."""
    currency: str = ""
    """Of the sum; an earlier version's job knows none, and then it is that of the invoice."""

    def kept(self) -> dict[str, Any]:
        """As arguments of a job."""
        kept: dict[str, Any] = _ASKED.dump_python(self, mode="json")
        return kept


_ASKED = TypeAdapter(Asked)


def read_asked(kept: dict[str, Any]) -> Asked:
    """What `kept` made."""
    return _ASKED.validate_python(kept)


def age_of(as_of: datetime | None) -> int:
    """Names a moment in a form."""
    return 0 if as_of is None else int(as_of.timestamp())


def terms_of(db: Connection, caller: Caller, preview: Preview) -> Terms | None:
    """What an invoice takes from Billomat; None where nothing can come from there."""
    if preview.obstacles & {Obstacle.NOT_CONNECTED, Obstacle.NOT_LINKED}:
        return None
    articles = {article.id for item in preview.lines for article in item.line.articles}
    return terms_rows.terms_of(db, caller.workspace_id, preview.customer_id, articles)


def freshness_of(bot: Bot, caller: Caller, preview: Preview, *, is_read: bool) -> Freshness | None:
    """How old what is about to be shown is; None where nothing of it comes from Billomat.

    `is_read`: what is old will be read, with `have_read`.
    """
    with bot.database.read() as db:
        terms = terms_of(db, caller, preview)
    if terms is None:
        return None
    is_asked = is_read and is_old(terms.as_of, caller.now)
    return Freshness(terms.as_of, Standing.ASKING if is_asked else Standing.CURRENT)


def is_stale(db: Connection, caller: Caller, preview: Preview) -> bool:
    """Whether Billomat has to be asked before this is sent; see `ask_before_sending`."""
    terms = terms_of(db, caller, preview)
    return terms is not None and is_old(terms.as_of, caller.now)


def have_read(bot: Bot, caller: Caller, preview: Preview, view_id: str, view_hash: str) -> None:
    """A form stands open with old data: have them read anew, and the form told if nobody moved on from there."""
    with bot.database.write() as db:
        terms = terms_of(db, caller, preview)
        if terms:
            asked = _asked(caller, preview, terms, was_pressed=False)
            _ask(db, caller, preview, asked, view_id=view_id, view_hash=view_hash)


def ask_before_sending(
    db: Connection,
    caller: Caller,
    preview: Preview,
    *,
    told: int | None,
    view_id: str,
    view_hash: str,
) -> Freshness | None:
    """Whether Billomat has to be asked before this is sent. None: it may go out.

    That is so when it was read within the hour, or when the person was told how old it is and wants it all the same.
    """
    terms = terms_of(db, caller, preview)
    if terms is None or not is_old(terms.as_of, caller.now) or told == age_of(terms.as_of):
        return None
    if _did_not_answer(db, caller, preview, view_id):
        return Freshness(terms.as_of, Standing.UNANSWERED, was_pressed=True)
    asked = _asked(caller, preview, terms, was_pressed=True)
    _ask(db, caller, preview, asked, view_id=view_id, view_hash=view_hash)
    return Freshness(terms.as_of, Standing.ASKING, was_pressed=True)


def _asked(caller: Caller, preview: Preview, terms: Terms, *, was_pressed: bool) -> Asked:
    return Asked(terms, preview.net_cents, caller.now, was_pressed, preview.place, preview.currency)


def _ask(db: Connection, caller: Caller, preview: Preview, asked: Asked, *, view_id: str, view_hash: str) -> None:
    FRESHEN.put(
        db,
        due=caller.now,
        workspace_id=caller.workspace_id,
        person_id=caller.person_id,
        draft_id=preview.draft_id,
        view_id=view_id,
        view_hash=view_hash,
        asked=asked.kept(),
    )


def _did_not_answer(db: Connection, caller: Caller, preview: Preview, view_id: str) -> bool:
    """Whether the job was there for this form, in vain, and waits before it tries again."""
    waiting = job_rows.args_of_waiting(db, FRESHEN.key(view_id=view_id), now=caller.now)
    return waiting is not None and waiting.get("draft_id") == preview.draft_id
