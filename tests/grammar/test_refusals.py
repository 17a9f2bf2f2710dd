"""What is refused: what has no reading, or two."""

import pytest

from bot.grammar.refusals import Reason
from bot.grammar.values import LONGEST_TEXT
from tests.grammar.kit import refusal

REFUSED = [
    ("start acme 25:00", Reason.NO_SUCH_TIME, "25:00"),
    ("stop um 9:75", Reason.NO_SUCH_TIME, "um 9:75"),
    ("stop 13pm", Reason.NO_SUCH_TIME, "13pm"),
    ("stop 24:00", Reason.NO_SUCH_TIME, "24:00"),
    ("log 9-25 acme", Reason.NO_SUCH_TIME, "9-25"),
    ("log 1:75 acme", Reason.NO_SUCH_TIME, "1:75"),
    ("log 1h75 acme", Reason.NO_SUCH_TIME, "1h75"),
    ("log 1h 29.02.", Reason.NO_SUCH_DATE, "29.02."),
    ("log 1h 29.02.2025", Reason.NO_SUCH_DATE, "29.02.2025"),
    ("log 1h 31. April", Reason.NO_SUCH_DATE, "31. April"),
    ("list 2026-13-01", Reason.NO_SUCH_DATE, "2026-13-01"),
    ("list 0000-01-01", Reason.NO_SUCH_DATE, "0000-01-01"),
    ("list 0001-01-01", Reason.NO_SUCH_DATE, "0001-01-01"),
    ("list 00.00.", Reason.NO_SUCH_DATE, "00.00."),
    ("log 1h acme 12.03.2026", Reason.FUTURE, "12.03.2026"),
    ("log 1h acme 9999-12-31", Reason.FUTURE, "9999-12-31"),
    ("log 1h acme tomorrow", Reason.FUTURE, "tomorrow"),
    ("log 1h acme Morgen", Reason.FUTURE, "Morgen"),
    ("list december 9999", Reason.FUTURE, "december 9999"),
    ("list April 2026", Reason.FUTURE, "April 2026"),
    ("log 14-15:30 acme", Reason.FUTURE, "14-15:30"),
    ("log today 16-17 acme", Reason.FUTURE, "16-17"),
    ("log 2h since 14:00", Reason.FUTURE, "since 14:00"),
    ("start wed 15:30", Reason.FUTURE, "15:30"),
    ("log -1h acme", Reason.NEGATIVE, "-1h"),
    ("log −1:30 acme", Reason.NEGATIVE, "−1:30"),
    ("stop -20m", Reason.NEGATIVE, "-20m"),
    ("log 0h acme", Reason.ZERO, "0h"),
    ("stop vor 0m", Reason.ZERO, "vor 0m"),
    ("log since 15:00", Reason.ZERO, "since 15:00"),
    ("log acme 24h 1m", Reason.TOO_LONG, "24h 1m"),
    ("log 25:00 acme", Reason.TOO_LONG, "25:00"),
    ("log 25 acme", Reason.TOO_LONG, "25"),
    ("stop vor 30 Stunden", Reason.TOO_LONG, "vor 30 Stunden"),
    ("log since 9:15 monday", Reason.TOO_LONG, "since 9:15"),
    ("log", Reason.NO_DURATION, "log"),
    ("Buche acme: review", Reason.NO_DURATION, "Buche"),
    ("log acme at 9", Reason.NO_DURATION, "log"),
    ("log acme 2h ago", Reason.NO_DURATION, "log"),
    ("start acme yesterday", Reason.NO_CLOCK, "yesterday"),
    ("stop gestern", Reason.NO_CLOCK, "gestern"),
    ("log 1h acme 30m", Reason.TWO_TIMES, "30m"),
    ("log 1h acme vor 2h", Reason.TWO_TIMES, "vor 2h"),
    ("log 1h acme 9-10", Reason.TWO_TIMES, "9-10"),
    ("start acme 9-10", Reason.TWO_TIMES, "9-10"),
    ("stop 9:15 9:30", Reason.TWO_TIMES, "9:30"),
    ("stop yesterday 20m ago", Reason.TWO_TIMES, "20m ago"),
    ("log 1h gestern mo", Reason.TWO_DAYS, "mo"),
    ("list mon tue", Reason.TWO_DAYS, "tue"),
    ("list mon to tue wed", Reason.TWO_DAYS, "wed"),
    ("list tue to mon", Reason.ENDS_BEFORE_START, "mon"),
    ("liste 10.3.-1.3.", Reason.ENDS_BEFORE_START, "10.3.-1.3."),
    ("list to monday", Reason.UNEXPECTED, "to"),
    ("list mon since tue", Reason.UNEXPECTED, "since"),
    ("list mon to", Reason.UNEXPECTED, "to"),
    ("stop 17:30 yesterday heute", Reason.TWO_DAYS, "heute"),
    ("log 9-5 acme", Reason.ENDS_BEFORE_START, "9-5"),
    ("log 10:30-9 acme", Reason.ENDS_BEFORE_START, "10:30-9"),
    ("log 9-9 acme", Reason.ENDS_BEFORE_START, "9-9"),
    ("stop Acme", Reason.UNEXPECTED, "Acme"),
    ("stop 17", Reason.UNEXPECTED, "17"),
    ("status acme", Reason.UNEXPECTED, "acme"),
    ("status: acme", Reason.UNEXPECTED, "acme"),
    ("list acme", Reason.UNEXPECTED, "acme"),
    ("list 10.03", Reason.UNEXPECTED, "10.03"),
    ("list: acme", Reason.UNEXPECTED, "acme"),
    ("start --nb billable", Reason.UNEXPECTED, "billable"),
    ("edit acme", Reason.UNEXPECTED, "acme"),
    ("edit: review", Reason.UNEXPECTED, "review"),
    ("bearbeite #call", Reason.UNEXPECTED, "#call"),
    ("delete 3", Reason.UNEXPECTED, "3"),
    ("lösche alles", Reason.UNEXPECTED, "alles"),
    ("split 10:30 acme", Reason.UNEXPECTED, "acme"),
    ("split 9-10", Reason.TWO_TIMES, "9-10"),
    ("undo 2", Reason.UNEXPECTED, "2"),
    ("undo: oops", Reason.UNEXPECTED, "oops"),
    ("tag call", Reason.UNEXPECTED, "call"),
    ("gaps 9:15", Reason.UNEXPECTED, "9:15"),
    ("gaps tomorrow", Reason.FUTURE, "tomorrow"),
    ("continue: review", Reason.UNEXPECTED, "review"),
    ("link acme: review", Reason.UNEXPECTED, "review"),
    ("note 9-10: review", Reason.TWO_TIMES, "9-10"),
    ("Tagge gestern", Reason.NO_TAG, "Tagge"),
    ("tag", Reason.NO_TAG, "tag"),
    ("Notiz", Reason.NO_NOTE, "Notiz"),
    ("start " + " ".join(f"#t{n}" for n in range(11)), Reason.TOO_MANY_TAGS, "#t10"),
    ("start " + "x" * LONGEST_TEXT, Reason.TOO_MUCH_TEXT, "start " + "x" * 74),
]


@pytest.mark.parametrize(("typed", "reason", "piece"), REFUSED)
def test_what_has_no_reading_or_two_is_refused_with_the_piece_that_was_typed(
    typed: str, reason: Reason, piece: str
) -> None:
    assert refusal(typed) == (reason, piece)


def test_every_reason_is_shown_in_a_test() -> None:
    clock_changes = {Reason.SKIPPED_HOUR, Reason.AMBIGUOUS_HOUR}
    assert {reason for _, reason, _ in REFUSED} | clock_changes == set(Reason)
