"""What says which time a list or report is about, kept as it is heard, one after the other."""

from dataclasses import replace

from bot.grammar import values as grammar
from bot.grammar.meanings import (
    AllTime,
    Billed,
    Bound,
    Contains,
    Days,
    Grouped,
    Joined,
    Meaning,
    Setting,
    SoFar,
    Tagged,
    To,
    Whose,
)
from bot.grammar.refusals import NotUnderstood, Reason
from bot.grammar.said import Heard, Mark, Said
from bot.grammar.tokens import QUOTED
from bot.grammar.values import GroupName


def keep(said: Said, meaning: Meaning, mark: Mark, piece: str) -> None:
    """Keep what only lists and reports take. Raises NotUnderstood for what contradicts something before it."""
    asked = said.asked
    match meaning:
        case Bound() as bound:
            _keep_bound(said, bound, piece)
        case To():
            meaning = _keep_to(said, meaning, piece)
        case Billed(billed):
            asked.billed = _once(asked.billed, billed, piece)
        case Whose(everybody):
            asked.everybody = _once(asked.everybody, everybody, piece)
        case SoFar():
            _keep_so_far(said, mark, piece)
        case AllTime():
            asked.all_time = True
        case Grouped(by):
            group(said, by, piece)
        case Contains() | Tagged():
            _keep_text(said, meaning, mark, piece)
    asked.marks.append(replace(mark, meaning=meaning))


def _once(before: bool | None, now: bool, piece: str) -> bool:
    if before not in (None, now):
        raise NotUnderstood(Reason.CONTRADICTS, piece)
    return now


def _keep_bound(said: Said, bound: Bound, piece: str) -> None:
    if said.asked.bound or said.days:
        raise NotUnderstood(Reason.UNEXPECTED, piece)
    said.asked.bound, said.asked.bound_piece = bound, piece


def _keep_to(said: Said, to: To, piece: str) -> Meaning:
    """What leads to the last of several days, or to the only one; "and" is such a word behind "between" only."""
    asked = said.asked
    if to.is_and and not (asked.bound is Bound.BETWEEN and said.days):
        return Joined()
    begins = asked.bound in (None, Bound.SINCE, Bound.BETWEEN) and not asked.is_range
    if begins and said.days:
        asked.is_range = True
    elif begins and to.leads and asked.bound is None:
        asked.bound, asked.bound_piece = Bound.UNTIL, piece
    else:
        raise NotUnderstood(Reason.UNEXPECTED, piece)
    return to


def _keep_so_far(said: Said, mark: Mark, piece: str) -> None:
    """Until today: since the days before it; or all there ever was."""
    asked, today = said.asked, said.today()
    if not said.days:
        asked.all_time = True
    elif said.days[-1].meaning.last < today and not asked.is_range and asked.bound in (None, Bound.SINCE):
        asked.is_range = True
        said.days.append(Heard(Days(today, today), piece, mark.position, mark.count))


def group(said: Said, by: tuple[GroupName, ...], piece: str) -> None:
    """Put a report together by these as well. Raises NotUnderstood for too many."""
    found = tuple(dict.fromkeys((*(said.asked.by or ()), *by)))
    if len(found) > grammar.MOST_GROUPS:
        raise NotUnderstood(Reason.TOO_MANY_GROUPS, piece)
    said.asked.by = found


def _keep_text(said: Said, meaning: Contains | Tagged, mark: Mark, piece: str) -> None:
    if isinstance(meaning, Tagged):
        said.tags[meaning.tag] = None
        return
    if said.asked.sought is not None or bool(said.note) is meaning.is_there:
        raise NotUnderstood(Reason.UNEXPECTED, piece)
    if meaning.is_there:
        last = said.typed[mark.position + mark.count - 1]
        said.asked.sought = last.text if last.key == QUOTED else last.text.rstrip(",")


def setting_of_next(said: Said) -> Setting:
    """In what the next phrase is read: the end of a range may lie ahead."""
    if said.asked.is_range and said.days:
        first = said.days[0].meaning
        return said.setting._replace(begun=first.first, by_week=first.of_week)
    return said.setting
