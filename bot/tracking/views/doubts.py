"""What is said about something that may not have been meant."""

from collections.abc import Sequence
from datetime import date

from bot.core.texts import Reader
from bot.tracking.doubts import Billed, Doubt, FullDay, LongAgo, TooLong


def sentences(to: Reader, doubts: Sequence[Doubt], *, today: date) -> str:
    """A line for each."""
    return "\n".join(f"⚠️ {_sentence(to, doubt, today)}" for doubt in doubts)


def _sentence(to: Reader, doubt: Doubt, today: date) -> str:
    match doubt:
        case TooLong(seconds):
            return to.t("{length} are a lot for one entry.", length=to.duration(seconds))
        case FullDay(day, seconds, passed=True):
            return to.t("{day} would hold {total}.", day=to.dated(day, today=today), total=to.duration(seconds))
        case FullDay(day, seconds):
            return to.t(
                "{day} would hold {total}, which is more than has passed of it.",
                day=to.dated(day, today=today),
                total=to.duration(seconds),
            )
        case LongAgo(day):
            return to.t("{day} is long ago.", day=f"{to.day_name(day.weekday())}, {to.full_date(day)}")
        case Billed(_, invoice, day):
            return to.t("{day} is billed already: {invoice}.", day=to.dated(day, today=today), invoice=invoice.said(to))
