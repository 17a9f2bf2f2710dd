"""How long something took: 1h30, 1,5, ½h, eine halbe Stunde, 1 PT, and breaks, which are taken out of it."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from bot.grammar import terms
from bot.grammar.meanings import Ago, Between, Filler, Length, Less, Meaning
from bot.grammar.numbers import BROKEN, DECIMAL, Numbers
from bot.grammar.patterns import DASH, NUMBER, SPELLED, Lexicon, Phrase, PhraseMatch, Piece, any_of, placed, row
from bot.grammar.refusals import Means, Reason
from bot.grammar.values import LONGEST_WORK
from bot.grammar.where import FIELD, LOG, TIMED

_ROUGHLY = r"(?:[~≈] ?)?"


class Lengths:
    """The rules for lengths in all languages."""

    def __init__(self, lexicon: Lexicon, numbers: Numbers) -> None:
        self._lexicon = lexicon
        self._numbers = numbers
        hours, minutes = lexicon.words(terms.HOURS), [*lexicon.words(terms.MINUTES), "'", "’", "′"]
        self._hour, self._minute, self._second, self._day = (
            any_of(units).pattern + r"\.?"
            for units in (hours, minutes, lexicon.words(terms.SECONDS), lexicon.words(terms.WORKING_DAYS))
        )
        joined = numbers.joined([*hours, *lexicon.words(terms.WORKING_DAYS)])
        self._leads = numbers.amount.leads | joined
        self._with_units = Piece(self._pattern(""), self._leads)
        """A length with its units, of time that passes: no working days."""
        self.length = Piece(self._pattern("|(?P<rest>[0-9]{1,2})"), self._leads)
        """The same, or 1h30."""

    def _pattern(self, rest: str) -> str:
        amount, and_a_half = self._numbers.amount.pattern, self._lexicon.any_of(terms.AND_A_HALF).pattern
        conjunction = self._lexicon.any_of(terms.AND).pattern
        seconds = rf"(?: ?(?P<seconds>[0-9]+) ?{self._second})?"
        return (
            rf"(?:{_ROUGHLY}(?P<hours>{amount}) ?{self._hour}"
            rf"(?: (?P<half>{and_a_half})|(?:(?: {conjunction})? ?(?P<minutes>[0-9]+) ?{self._minute})?{seconds}{rest})"
            rf"|{_ROUGHLY}(?P<bare_minutes>{amount}) ?{self._minute}(?: ?(?P<odd_seconds>[0-9]+) ?{self._second})?"
            rf"|{_ROUGHLY}(?P<bare_seconds>[0-9]+) ?{self._second})"
        )

    def rules(self, span: Piece, read_span: Callable[[PhraseMatch], Between]) -> list[Phrase]:
        """First match wins. `span` is the pattern of clock times between which a break was, and how they are read."""
        logged = f"{LOG} {FIELD}"
        hour_and_minutes = rf"{_ROUGHLY}(?P<hours>{SPELLED}?[0-9]{{1,2}}) ?{self._hour} {SPELLED}?(?P<rest>[0-5][0-9])"
        hour_and_minutes += rf"(?! ?(?:{self._minute}|{self._second})(?: |,|\Z))"
        clocked = r"(?P<hours>[0-9]*):(?P<minutes>[0-9]{2})(?::(?P<seconds>[0-9]{2}))?"
        days = Piece(rf"{_ROUGHLY}(?P<days>{self._numbers.amount.pattern}) ?{self._day}", self._leads)
        about = self._lexicon.any_of(terms.ABOUT)
        return [
            *self._breaks(span, read_span),
            row(
                Piece(rf"{about.pattern}\.?(?= (?:{self.length.pattern}|{days.pattern}))", about.leads),
                lambda _: Filler(),
                logged,
            ),
            row(Piece(rf"\+ ?{self.length.pattern}", NUMBER | {"+"}), partial(self._read, added=True), logged),
            row(Piece(hour_and_minutes, NUMBER), self._read, logged, names_from=1),
            row(self.length, self._read, logged),
            row(days, self._read_days, logged),
            row(Piece(rf"{_ROUGHLY}{clocked}(?: ?{self._hour})?", NUMBER), self._read_clocked, logged),
            row(Piece(r"(?P<hours>[0-9]+[.,][0-9]+|[.,][0-9]+)", NUMBER), self._read_decimal, logged),
            # a bare number is hours only as the first word
            row(Piece(rf"^(?P<hours>{BROKEN})", NUMBER), self._read_bare, logged),
            row(Piece(r"^\+?(?P<hours>[0-9]{1,4})", NUMBER), self._read_bare, logged),
        ]

    def before_days(self) -> list[Phrase]:
        """1/2 h, which is no date, and how long ago."""
        half = r"(?:[0-9]+ )?[0-9]/[1-9][0-9]?"
        return [
            *self._ago(),
            row(Piece(rf"(?P<hours>{half}) ?{self._hour}", NUMBER), self._read, f"{LOG} {FIELD}"),
            row(Piece(rf"(?P<days>{half}) ?{self._day}", NUMBER), self._read_days, f"{LOG} {FIELD}"),
        ]

    def _ago(self) -> list[Phrase]:
        ago = placed(self._lexicon.patterns(terms.LENGTH_AGO), self.length)
        lasting = placed(self._lexicon.patterns(terms.SINCE), self._with_units)
        if "h" not in self._lexicon.words(terms.BETWEEN_HOUR_AND_MINUTE):  # nobody began to work at 1h30
            at_night = Piece(rf"(?P<hours>[0-5]) ?{self._hour}(?P<rest>[0-9]{{2}})", NUMBER)
            lasting += placed(self._lexicon.patterns(terms.SINCE), at_night)
        return [
            *(row(each, self._read_ago, TIMED) for each in ago),
            *(row(each, partial(self._read_ago, until_now=True), TIMED) for each in lasting),
        ]

    def _breaks(self, span: Piece, read_span: Callable[[PhraseMatch], Between]) -> list[Phrase]:
        negative = rf"{DASH} ?(?:{self.length.pattern}|(?P<clock_hours>[0-9]*):(?P<clock_minutes>[0-9]{{2}})|{DECIMAL})"
        long, spans = (self._out_of_work(piece) for piece in (self.length, span))
        return [
            row(Piece(negative, frozenset("-")), self._read_less, f"{TIMED} {FIELD}"),
            *(row(each, self._read_less, LOG) for each in long),
            *(row(each, lambda matched: Less(read_span(matched)), LOG) for each in spans),
        ]

    def _out_of_work(self, piece: Piece) -> list[Piece]:
        """How a break is said: 30m break, break of 30m, with 30m break, without 30m."""
        without = self._lexicon.any_of(terms.WITHOUT)
        said = placed(self._lexicon.patterns(terms.BREAK_OF, terms.BREAK), piece)
        return [*said, *(Piece(f"{without.pattern} {each.pattern}", without.leads) for each in (*said, piece))]

    # What they mean

    def _amount(self, matched: PhraseMatch, group: str) -> Fraction:
        typed = matched[group]
        try:
            return self._numbers.value(typed) if typed else Fraction()
        except (ValueError, ZeroDivisionError):
            raise matched.refuse(Reason.NO_SUCH_LENGTH) from None

    def _seconds(self, matched: PhraseMatch) -> int:
        """Minutes beside hours stay below 60, and seconds too beside either."""
        minutes = matched.number("minutes", matched.number("rest"))
        seconds = matched.number("seconds", matched.number("odd_seconds"))
        if minutes >= 60 or (seconds >= 60):
            raise matched.refuse(Reason.NO_SUCH_LENGTH)
        hours = self._amount(matched, "hours") + (Fraction(1, 2) if matched["half"] else 0)
        total = hours * 3_600 + (minutes + self._amount(matched, "bare_minutes")) * 60 + seconds
        return whole_seconds(matched, total + matched.number("bare_seconds"))

    def _read(self, matched: PhraseMatch, *, added: bool = False) -> Length:
        return Length(self._seconds(matched), added)

    def _read_ago(self, matched: PhraseMatch, *, until_now: bool = False) -> Ago:
        return Ago(self._seconds(matched), until_now)

    def _read_days(self, matched: PhraseMatch) -> Length:
        return Length(whole_seconds(matched, self._amount(matched, "days") * matched.setting.day_seconds))

    def _read_clocked(self, matched: PhraseMatch) -> Length:
        if matched.number("minutes") >= 60 or matched.number("seconds") >= 60:
            raise matched.refuse(Reason.NO_SUCH_LENGTH)
        total = matched.number("hours") * 3_600 + matched.number("minutes") * 60 + matched.number("seconds")
        return Length(whole_seconds(matched, Fraction(total)))

    def _read_decimal(self, matched: PhraseMatch) -> Length:
        """1.30 is one hour and thirty minutes to whoever writes 1,5 for one and a half."""
        typed = matched["hours"] or ""
        seconds = whole_seconds(matched, self._amount(matched, "hours") * 3_600)
        hours, dot, minutes = typed.partition(".")
        if not (dot and matched.setting.customs.decimal_comma and hours and len(minutes) == 2 and minutes < "60"):
            return Length(seconds)
        clocked = int(hours) * 3_600 + int(minutes) * 60
        readings: list[tuple[int, str]] = [(clocked, f"{hours}:{minutes}"), (seconds, f"{hours},{minutes}h")]
        raise matched.ask(Reason.TWO_LENGTHS, [(text, Means(seconds=total)) for total, text in readings])

    def _read_bare(self, matched: PhraseMatch) -> Length:
        """Hours; so many that they are no day must be minutes."""
        hours = self._amount(matched, "hours")
        if hours * 3_600 <= LONGEST_WORK:
            return Length(whole_seconds(matched, hours * 3_600))
        if hours * 60 > LONGEST_WORK:
            raise matched.refuse(Reason.TOO_LONG)
        raise matched.ask(Reason.NO_UNIT, [(f"{hours}m", Means(seconds=int(hours) * 60))])

    def _read_less(self, matched: PhraseMatch) -> Meaning:
        if matched["clock_minutes"]:
            seconds = matched.number("clock_hours") * 3_600 + matched.number("clock_minutes") * 60
        elif any(matched[group] for group in ("hours", "bare_minutes", "bare_seconds")):
            seconds = self._seconds(matched)
        else:  # -1,5 has no unit
            raise matched.refuse(Reason.NEGATIVE)
        return Less(Length(seconds))


def whole_seconds(matched: PhraseMatch, total: Fraction) -> int:
    """Exact seconds, half a second rounded up; more than nothing, and at most a day."""
    if total > LONGEST_WORK:
        raise matched.refuse(Reason.TOO_LONG)
    whole = int(total + Fraction(1, 2))
    if whole == 0:
        raise matched.refuse(Reason.ZERO)
    return whole
