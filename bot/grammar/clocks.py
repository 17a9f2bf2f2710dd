"""What the clock showed: 9:15, halb zehn, noon, from when to when, since and until when."""

from dataclasses import replace
from datetime import time
from functools import partial

from bot.grammar import terms
from bot.grammar.meanings import Ago, At, Between, Clock, Ends, Filler, Season
from bot.grammar.patterns import (
    DASH,
    NUMBER,
    SPELLED,
    Lexicon,
    Phrase,
    PhraseMatch,
    Piece,
    any_of,
    around,
    filled,
    placed,
    row,
)
from bot.grammar.refusals import Reason
from bot.grammar.where import FIELD, LOG, MEANT, MOMENT, STOP, TIMED, TIMER

_NOON = 12
_OFFSETS = {  # minutes from the hour that is named
    terms.HALF_PAST: 30,
    terms.HALF_BEFORE: -30,
    terms.QUARTER_PAST: 15,
    terms.QUARTER_BEFORE: -15,
    terms.THREE_QUARTERS_BEFORE: -45,
}


class Clocks:
    """The rules for clock times in all languages."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._o_clock = lexicon.any_of(terms.O_CLOCK).pattern
        self._offsets = {
            around(pattern)[0]: minutes for term, minutes in _OFFSETS.items() for pattern in lexicon.patterns(term)
        }
        self._noon, self._midnight = lexicon.words(terms.NOON), lexicon.words(terms.MIDNIGHT)
        self._before = any_of(self._offsets)
        colon = lexicon.words(terms.BETWEEN_HOUR_AND_MINUTE)
        self._colon = any_of(colon).pattern
        self._separator, self._or_h = any_of([".", *colon]).pattern, any_of([".", *colon, "h"]).pattern

    # Pieces

    def numeric(self, name: str, *, h: bool = False) -> Piece:
        """A clock time in digits. With `h` 9h15 is a time, and no length."""
        half = rf" ?(?P<{name}_half>[ap])\.m\.?|(?P<{name}_pm> ?pm)|(?P<{name}_am> ?am)"
        separator = self._or_h if h else self._separator
        bare_h = ("|h" if name != "start" else f"|h(?= ?{DASH})") if h else ""  # "2h until 11:00" is a length
        return Piece(
            rf"(?P<{name}_hour>[0-9]{{1,2}})"
            rf"(?:{separator}(?P<{name}_minute>[0-9]{{2}})(?::(?P<{name}_second>[0-9]{{2}}))?{bare_h})?"
            rf"(?:{half})?(?: ?(?P<{name}_o_clock>{self._o_clock})(?: (?P<{name}_late>[0-5][0-9]))?)?"
            rf"{self._season(name)}",
            NUMBER,
        )

    def spoken(self, name: str) -> Piece:
        """A clock time in words: halb zehn, quarter past 9, noon."""
        hour = rf"(?P<{name}_spoken>{SPELLED}?[0-9]{{1,2}})(?![0-9.:])"
        half = rf"(?: ?(?P<{name}_spoken_pm>pm|p\.m\.?)| ?(?P<{name}_spoken_am>am|a\.m\.?))?"
        named = rf"(?:12 (?:{self._o_clock} )?)?(?P<{name}_noon>{any_of(self._noon).pattern})"
        named += rf"|(?P<{name}_midnight>{any_of(self._midnight).pattern})"
        return Piece(
            rf"(?:(?P<{name}_before>{self._before.pattern}) {hour}{half}(?: ?{self._o_clock})?|{named})",
            NUMBER | self._before.leads | any_of([*self._noon, *self._midnight]).leads,
        )

    def word(self, name: str) -> Piece:
        """An hour that is spelled out."""
        return Piece(rf"(?P<{name}_word>{SPELLED}[0-9]{{1,2}})(?: ?{self._o_clock})?", NUMBER)

    def any(self, name: str, *, h: bool = True) -> Piece:
        """A clock time however it is said, where a word before it says that it is one."""
        return either(self.spoken(name), self.numeric(name, h=h), self.word(name))

    def told(self, name: str) -> Piece:
        """A clock time that is none of a name's words without anything before it."""
        return either(self.spoken(name), self.numeric(name, h=True))

    def _season(self, name: str) -> str:
        summer, winter = (self._lexicon.any_of(term).pattern for term in (terms.SUMMER_TIME, terms.WINTER_TIME))
        return rf"(?: (?:(?P<{name}_summer>{summer})|(?P<{name}_winter>{winter})))?"

    # Rules

    def span(self) -> Piece:
        """From when to when, with a dash."""
        start, end = self.told("start"), self.any("end")
        bare = rf"(?![0-9]{{1,2}}h ?{DASH} ?[0-9]{{1,2}}h(?: |\Z))"  # 2h-3h is no clock time
        to = self._to()
        return Piece(rf"{bare}{start.pattern}(?: ?{DASH} ?| {to} ){end.pattern}", start.leads)

    def _to(self) -> str:
        return any_of(self._lexicon.between(terms.FROM_TO)).pattern

    def spans(self) -> list[Phrase]:
        """From when to when."""
        told, start, end = self.told("start"), self.any("start"), self.any("end")
        now = self._lexicon.any_of(terms.NOW)
        where = f"{TIMED} {FIELD}"
        lead_in = any_of(self._lexicon.before(terms.FROM_TO, terms.AT, terms.SINCE, terms.FROM))
        to = rf"(?: ?{DASH} ?| {self._to()} )"
        four = r"(?P<{0}_hour>[01][0-9]|2[0-4])(?P<{0}_minute>[0-5][0-9])"
        run_together = rf"{four.format('start')}(?: ?{DASH} ?| {self._to()} ){four.format('end')}"
        led = [filled(pattern, start=start, end=end) for pattern in self._lexicon.patterns(terms.BETWEEN)]
        # "from 9-10:30", and "at 9 to 10:30", of which otherwise only the 9 would be a time
        led.append(Piece(rf"{lead_in.pattern} {start.pattern}{to}{end.pattern}", lead_in.leads))
        return [
            row(Piece(rf"\+ ?{self.span().pattern}", NUMBER | {"+"}), self.read_between, where),
            row(Piece(run_together, NUMBER), self.read_between, where),
            row(self.span(), self.read_between, where),
            *(row(each, self.read_between, where) for each in led),
            *(
                row(Piece(rf"{before}{piece.pattern}{to}{now.pattern}", leads), self._read_until_now, LOG)
                for before, piece, leads in (
                    ("", told, told.leads),
                    (f"{lead_in.pattern} ", start, lead_in.leads),
                )
            ),
        ]

    def rules(self) -> list[Phrase]:
        """A single clock time."""
        led, numeric = self.any("at"), self.numeric("at")
        minutes = rf"(?:(?:\.|{self._colon})[0-9]{{2}})"
        named = rf"(?=[0-9]{{1,2}}{minutes}{{0,2}}(?: ?(?:{self._o_clock}|[ap]\.m|pm)|am))"
        since, at, begun, until = (
            placed(self._lexicon.patterns(term), led) for term in (terms.SINCE, terms.AT, terms.FROM, terms.UNTIL)
        )
        spoken = self.spoken("at")
        only_told = Piece(f"(?={self._before.pattern} ){spoken.pattern}", self._before.leads)
        summer, winter = self._lexicon.any_of(terms.SUMMER_TIME), self._lexicon.any_of(terms.WINTER_TIME)
        now = self._lexicon.any_of(terms.NOW)
        led_in = any_of(self._lexicon.before(terms.SINCE, terms.FROM, terms.UNTIL))
        ended = any_of(self._lexicon.before(terms.UNTIL))
        return [
            *(row(each, partial(self._read_at, until_now=True), TIMED) for each in since),
            *(row(each, partial(self._read_at, until_now=True), LOG) for each in begun),
            *(row(each, self._read_at, MOMENT) for each in begun),
            *(row(each, self._read_at, TIMED) for each in at),
            *(row(each, self._read_at, STOP) for each in until),
            *(row(each, self._read_ends, f"start switch continue {LOG}") for each in until),
            row(only_told, self._read_at, TIMED),
            row(spoken, self._read_at, f"{STOP} {MEANT}"),
            row(Piece(named + numeric.pattern, NUMBER), self._read_at, TIMED),
            row(Piece(rf"(?=[0-9]{{1,2}}{self._colon}){numeric.pattern}", NUMBER), self._read_at, MOMENT),
            row(Piece(rf"(?=[0-9]{{1,2}}\.){numeric.pattern}", NUMBER), self._read_at, f"{STOP} {MEANT}"),
            row(Piece(r"(?P<at_hour>[0-9]{1,2})", NUMBER), self._read_at, STOP),
            row(Piece(rf"(?:{led_in.pattern} )?{now.pattern}", led_in.leads | now.leads), lambda _: Ago(0), TIMER),
            row(Piece(rf"{ended.pattern} {now.pattern}", ended.leads), lambda _: Filler(), LOG),
            row(summer, lambda _: Season(is_summer=True), TIMED),
            row(winter, lambda _: Season(is_summer=False), TIMED),
        ]

    # What they mean

    def _read_at(self, matched: PhraseMatch, *, until_now: bool = False) -> At:
        return At(self._clock(matched, "at", self._half(matched, "at")), until_now)

    def _read_ends(self, matched: PhraseMatch) -> Ends:
        return Ends(self._clock(matched, "at", self._half(matched, "at")))

    def _read_until_now(self, matched: PhraseMatch) -> At:
        return At(self._clock(matched, "start", self._half(matched, "start")), until_now=True)

    def read_between(self, matched: PhraseMatch) -> Between:
        """From when to when: 1-2pm begins at 13:00, but 9-5pm at 9:00."""
        end = self._clock(matched, "end", self._half(matched, "end"))
        start = self._clock(matched, "start", self._half(matched, "start"))
        if self._half(matched, "end") and not self._half(matched, "start") and 1 <= matched.number("start_hour") <= 12:
            same_half = self._clock(matched, "start", self._half(matched, "end"))
            start = same_half if same_half.time < end.time else start
        elif self._half(matched, "start") and end.plain:  # 1pm-2 ends at 14:00, and 9am-5 at 17:00
            hour = end.time.hour % _NOON + (_NOON if start.time.hour >= _NOON else 0)
            soon, later = (end.time.replace(hour=each % 24) for each in (hour, hour + _NOON))
            end = replace(end, time=soon if soon > start.time else later)
        return Between(start, end)

    def _half(self, matched: PhraseMatch, name: str) -> str | None:
        """The letter a or p, or None where the day was not halved."""
        if matched[f"{name}_pm"] or matched[f"{name}_spoken_pm"]:
            return "p"
        if matched[f"{name}_am"] or matched[f"{name}_spoken_am"]:
            return "a"
        return matched[f"{name}_half"]

    def _clock(self, matched: PhraseMatch, name: str, half: str | None) -> Clock:
        if matched[f"{name}_noon"]:
            return Clock(time(_NOON))
        if matched[f"{name}_midnight"]:
            return Clock(time(0), ends_day=name == "end")
        if matched[f"{name}_spoken"] or matched[f"{name}_word"]:
            return self._spoken_clock(matched, name, half)
        return self._numeric_clock(matched, name, half)

    def _spoken_clock(self, matched: PhraseMatch, name: str, half: str | None) -> Clock:
        typed = matched[f"{name}_spoken"] or matched[f"{name}_word"] or ""
        hour = int(typed.removeprefix(SPELLED))
        if not 1 <= hour <= (_NOON if half else 24):
            raise matched.refuse(Reason.NO_SUCH_TIME)
        offset = self._offsets.get(matched[f"{name}_before"] or "", 0)
        if half:
            hour = hour % _NOON + (_NOON if half == "p" else 0)
        is_vague = half is None and hour <= _NOON
        minutes = (hour * 60 + offset) % ((_NOON if is_vague else 24) * 60)
        return Clock(time(minutes // 60, minutes % 60), vague=is_vague)

    def _numeric_clock(self, matched: PhraseMatch, name: str, half: str | None) -> Clock:
        hour = matched.number(f"{name}_hour")
        minute = matched.number(f"{name}_minute", matched.number(f"{name}_late"))
        is_plain = half is None and hour <= _NOON
        if (hour, minute, half) == (24, 0, None):
            return Clock(time(0), ends_day=True)
        if half and not 1 <= hour <= _NOON:
            raise matched.refuse(Reason.NO_SUCH_TIME)
        if half:
            hour = hour % _NOON + (_NOON if half == "p" else 0)
        try:
            shown = time(hour, minute, matched.number(f"{name}_second"))
        except ValueError:
            raise matched.refuse(Reason.NO_SUCH_TIME) from None
        is_summer = True if matched[f"{name}_summer"] else False if matched[f"{name}_winter"] else None
        return Clock(shown, is_summer, plain=is_plain)


def either(*pieces: Piece) -> Piece:
    """The first of these that fits."""
    leads = frozenset(lead for piece in pieces for lead in piece.leads)
    return Piece(f"(?:{'|'.join(piece.pattern for piece in pieces)})", leads)
