"""Which stretches of work were said: lengths, clock times from when to when, several of them, and their breaks."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise, product
from typing import TypeVar

from bot.grammar import values as grammar
from bot.grammar.meanings import Ago, At, Between, Clock, Days, Ends, Length, Less, When
from bot.grammar.refusals import Means, NotUnderstood, Reason
from bot.grammar.said import DAYTIME, DEEP_NIGHT, LONGEST_NIGHT, Heard, Said, in_part, night_day, variants
from bot.grammar.tokens import names

Of = TypeVar("Of", bound=When)
Stretch = grammar.Duration | grammar.Span
_DAY = 24 * 60
_MINUTE = 60


def stretches(said: Said) -> tuple[Stretch, ...]:
    """The stretches of work that were named, in order, without the breaks. Raises NotUnderstood."""
    whole = _whole(said)
    for less in said.breaks:
        whole = _without(said, whole, less)
    return tuple(whole)


def _whole(said: Said) -> list[Stretch]:
    """The stretches with the breaks in them."""
    meant = [heard.meaning for heard in said.times]
    if not meant:
        if said.breaks:
            raise NotUnderstood(Reason.NEGATIVE, said.breaks[0].piece)
        raise _no_duration(said)
    spans = _of(said.times, Between)
    if len(spans) == len(meant):
        return [*_spans(said, spans)]
    if isinstance(meant[0], Length) and all(isinstance(each, Length) and each.added for each in meant[1:]):
        return [grammar.Duration(_sum(said), said.that_day())]
    if len(meant) == 2:
        return [_pair(said, *said.times)]
    if len(meant) > 2:
        raise NotUnderstood(Reason.TWO_TIMES, said.times[1].piece)
    return [_single(said, said.times[0])]


def _of(times: Iterable[Heard[When]], kind: type[Of]) -> list[Heard[Of]]:
    """Those of a kind."""
    return [
        Heard(heard.meaning, heard.piece, heard.position, heard.count)
        for heard in times
        if isinstance(heard.meaning, kind)
    ]


def _no_duration(said: Said) -> NotUnderstood:
    """How long it took is missing. The rest is understood, unless it was said when: the form would forget that."""
    if said.times:
        return NotUnderstood(Reason.NO_DURATION, said.subcommand)
    rest = grammar.Untimed(
        names(said.words),
        said.note or "",
        said.that_day(),
        tuple(said.tags),
        said.billable,
        said.private,
    )
    return NotUnderstood(Reason.NO_DURATION, said.subcommand, rest)


def _sum(said: Said) -> int:
    """Seconds of 1h+30m."""
    total = sum(heard.meaning.seconds for heard in said.times if isinstance(heard.meaning, Length))
    if total > grammar.LONGEST_WORK:
        raise NotUnderstood(Reason.TOO_LONG, said.times[-1].piece)
    return total


def _single(said: Said, heard: Heard[When]) -> Stretch:
    """What lasts until now."""
    match heard.meaning:
        case At(clock, until_now=True):
            return _span(said, said.past(clock, heard, reach=LONGEST_NIGHT), said.now, heard)
        case Ago(seconds, until_now=True) if not said.days:
            return _span(said, said.now - timedelta(seconds=seconds), said.now, heard)
        case _:
            raise _no_duration(said)


def _pair(said: Said, one: Heard[When], two: Heard[When]) -> Stretch:
    """Two pieces that make one stretch: a length and when it began or ended, or both of these."""
    match one.meaning, two.meaning:
        case (Length(), At() | Ends() | Between()) | (Ends(), At()):
            return _pair_in_order(said, two, one)
        case _:
            return _pair_in_order(said, one, two)


def _pair_in_order(said: Said, clocked: Heard[When], other: Heard[When]) -> Stretch:
    second = max(clocked, other, key=lambda heard: heard.position)
    match clocked.meaning, other.meaning:
        case At(clock), Length(seconds):
            start = said.past(clock, clocked)
            return _near(said, _span(said, start, start + timedelta(seconds=seconds), clocked), clocked)
        case Ends(clock), Length(seconds):
            end = said.past(clock, clocked, reach=LONGEST_NIGHT)
            return _span(said, end - timedelta(seconds=seconds), end, clocked)
        case At(start_clock), Ends(end_clock):
            between = Between(start_clock, end_clock)
            (span,) = _spans(said, [Heard(between, second.piece, second.position, second.count)])
            return span
        case Between(), Length(seconds):
            (span,) = _spans(said, _of([clocked], Between))
            if span.end - span.start == timedelta(seconds=seconds):  # 3h website 6:00 - 9:00 says it twice
                return span
    raise NotUnderstood(Reason.TWO_TIMES, second.piece)


def _span(said: Said, start: datetime, end: datetime, heard: Heard[When]) -> grammar.Span:
    if end > said.now:
        raise NotUnderstood(Reason.FUTURE, heard.piece)
    if end <= start:
        raise NotUnderstood(Reason.ZERO, heard.piece)
    if end - start > timedelta(seconds=grammar.LONGEST_WORK):
        raise NotUnderstood(Reason.TOO_LONG, heard.piece)
    return grammar.Span(start, end)


def _near(said: Said, span: grammar.Span, heard: Heard[When]) -> grammar.Span:
    """Refuse what would be yesterday's though nobody said so, unless it lasted into today or ended not long ago."""
    ended = span.end.astimezone(said.zone)
    is_todays = ended.date() == said.today()
    if said.days or is_todays or said.now - span.end <= LONGEST_NIGHT:
        return span
    raise NotUnderstood(Reason.FUTURE, heard.piece)


# Clock times from when to when


def _spans(said: Said, heard: Sequence[Heard[Between]]) -> list[grammar.Span]:
    """The last time the clock showed the first start, and from there on; none shares time with another."""
    named = said.day()
    is_reached = any(said.reached(each) for each in variants(heard[0].meaning.start))
    last = said.today() - timedelta(days=not is_reached)
    day = named or Days(last, last)
    found = [_between(said, day, each) for each in heard]
    for (one, _), (two, piece) in pairwise(sorted(zip(found, heard, strict=True), key=lambda each: each[0].start)):
        if two.start < one.end:
            raise NotUnderstood(Reason.OVERLAP, piece.piece)
    found.sort(key=lambda span: span.start)
    _near(said, found[-1], heard[-1])
    return found


def _between(said: Said, day: Days, heard: Heard[Between]) -> grammar.Span:
    """From when to when on a day, perhaps over midnight."""
    start, end = _closest(said, day, heard)
    start_on = night_day(day, start)
    start_at = said.resolve(start_on, start, heard)
    is_over_midnight = not end.ends_day and end.time <= start.time
    end_at = said.resolve(start_on + timedelta(days=is_over_midnight), end, heard)
    if is_over_midnight and end_at - start_at > LONGEST_NIGHT:
        raise NotUnderstood(Reason.ENDS_BEFORE_START, heard.piece)
    return _span(said, start_at, end_at, heard)


def _closest(said: Said, day: Days, heard: Heard[Between]) -> tuple[Clock, Clock]:
    """The two clock times; of the readings of vague ones those that lie closest together."""
    between = heard.meaning
    start, end = (in_part(day.part, clock) if day.part else clock for clock in (between.start, between.end))
    pairs = [*product(variants(start), variants(end))]
    if len(pairs) == 1:
        return pairs[0]
    shortest = min(_minutes(*pair) for pair in pairs)
    pairs = [pair for pair in pairs if _minutes(*pair) == shortest]
    if day.first == said.today():
        clock_now = said.now.astimezone(said.zone).time()
        pairs = [pair for pair in pairs if pair[1].time <= clock_now] or pairs
        pairs = [pair for pair in pairs if pair[0].time.hour >= DEEP_NIGHT] or pairs
    if len(pairs) == 1:
        return pairs[0]
    if day.first == said.today() and not said.days:
        texts = [(f"{one.time:%H:%M} - {two.time:%H:%M}", Means(times=(one.time, two.time))) for one, two in pairs]
        raise said.ask(Reason.TWO_TIMES_OF_DAY, heard, texts)
    likely = [pair for pair in pairs if pair[0].time.hour in DAYTIME]
    return (likely or pairs)[0]


def _minutes(start: Clock, end: Clock) -> int:
    """How long it is from one clock time to another."""
    begins = start.time.hour * 60 + start.time.minute
    ends = _DAY if end.ends_day else end.time.hour * 60 + end.time.minute
    return (ends - begins - 1) % _DAY + 1


def clock_seconds(between: Between) -> int:
    """How long it is between two clock times, on any day: for a field that knows no day."""
    return min(_minutes(*pair) for pair in product(variants(between.start), variants(between.end))) * _MINUTE


# Breaks


def _without(said: Said, worked: list[Stretch], heard: Heard[Less]) -> list[Stretch]:
    out = heard.meaning.out
    if isinstance(out, Between):
        return _cut_out(said, worked, Heard(out, heard.piece, heard.position, heard.count))
    longest = max(worked, key=_length)
    seconds = out.seconds
    if seconds >= _length(longest):
        raise NotUnderstood(Reason.NO_BREAK, heard.piece)
    if isinstance(longest, grammar.Duration):
        return [replace(longest, seconds=longest.seconds - seconds)]
    before = (_length(longest) - seconds) // 2 // _MINUTE * _MINUTE
    begins = longest.start + timedelta(seconds=before)
    return _replaced(worked, longest, begins, begins + timedelta(seconds=seconds))


def _cut_out(said: Said, worked: list[Stretch], heard: Heard[Between]) -> list[Stretch]:
    """A break from when to when lies within one of the stretches."""
    for stretch in worked:
        if isinstance(stretch, grammar.Duration):
            continue
        local = stretch.start.astimezone(said.zone).date()
        pause = _pause_on(said, local, heard)
        if stretch.start < pause.start and pause.end < stretch.end:
            return _replaced(worked, stretch, pause.start, pause.end)
    raise NotUnderstood(Reason.NO_BREAK, heard.piece)


def _pause_on(said: Said, day: date, heard: Heard[Between]) -> grammar.Span:
    named = said.day()
    part = named.part if named else None
    return _between(said, Days(day, day, part=part), heard)


def _replaced(worked: list[Stretch], whole: grammar.Span, begins: datetime, ends: datetime) -> list[Stretch]:
    at = worked.index(whole)
    parts = [grammar.Span(whole.start, begins), grammar.Span(ends, whole.end)]
    return [*worked[:at], *(part for part in parts if part.start < part.end), *worked[at + 1 :]]


def _length(stretch: Stretch) -> int:
    if isinstance(stretch, grammar.Duration):
        return stretch.seconds
    return (stretch.end - stretch.start) // timedelta(seconds=1)
