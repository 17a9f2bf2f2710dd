"""How each language speaks of times: the English here, any other language in its catalogue.

Words stand between commas, the first is the one to show. Patterns stand between bars, and a place in braces is where a
pattern takes a length, clock times, days or a number; where it stands is each language's own.
"""

from bot.core.languages import Term

# Numbers.

NUMBERS = {
    1: Term("number words", "one"),
    2: Term("number words", "two"),
    3: Term("number words", "three"),
    4: Term("number words", "four"),
    5: Term("number words", "five"),
    6: Term("number words", "six"),
    7: Term("number words", "seven"),
    8: Term("number words", "eight"),
    9: Term("number words", "nine"),
    10: Term("number words", "ten"),
    11: Term("number words", "eleven"),
    12: Term("number words", "twelve"),
    15: Term("number words", "fifteen"),
    20: Term("number words", "twenty"),
    25: Term("number words", "twenty-five"),
    30: Term("number words", "thirty"),
    40: Term("number words", "forty"),
    45: Term("number words", "forty-five"),
    50: Term("number words", "fifty"),
    60: Term("number words", "sixty"),
    90: Term("number words", "ninety"),
}
ARTICLE = Term("number words", "a, an")  # "an hour" is one
HALF = Term("number words", "half a, half an, half")  # before a unit
QUARTER = Term("number words", "quarter of an, quarter of a, quarter")
THREE_QUARTERS = Term("number words", "three quarters of an, three-quarters of an, three quarter, three-quarter")
ONE_AND_A_HALF = Term("number words", "one and a half")
NUMBER_AND_A_HALF = Term("number patterns", "{number} and a half")
AND_A_HALF = Term("number words", "and a half")  # behind the unit: an hour and a half

# Days.

TODAY = Term("time words", "today")
YESTERDAY = Term("time words", "yesterday")
BEFORE_YESTERDAY = Term("time words", "day before yesterday, the day before yesterday")
TOMORROW = Term("time words", "tomorrow")
AFTER_TOMORROW = Term("time words", "day after tomorrow, the day after tomorrow")
LAST_NIGHT = Term("time words", "last night")
THIS = Term("time words", "this")  # before a part of the day or a weekday: this morning
MORNING = Term("time words", "morning, early")  # behind a day: yesterday morning
EVENING = Term("time words", "afternoon, evening")
NIGHT = Term("time words", "night")
LAST = Term("time words", "last")  # before a day of the week
NEXT = Term("time words", "next, coming")
WEEKDAYS = (
    Term("time words", "monday, mon"),
    Term("time words", "tuesday, tues, tue"),
    Term("time words", "wednesday, weds, wed"),
    Term("time words", "thursday, thurs, thur, thu"),
    Term("time words", "friday, fri"),
    Term("time words", "saturday, sat"),
    Term("time words", "sunday, sun"),
)
MONTHS = (
    Term("time words", "january, jan"),
    Term("time words", "february, feb"),
    Term("time words", "march, mar"),
    Term("time words", "april, apr"),
    Term("time words", "may"),
    Term("time words", "june, jun"),
    Term("time words", "july, jul"),
    Term("time words", "august, aug"),
    Term("time words", "september, sept, sep"),
    Term("time words", "october, oct"),
    Term("time words", "november, nov"),
    Term("time words", "december, dec"),
)
ORDINAL = Term("time words", "st, nd, rd, th")  # right behind the number of a day; a full stop always counts
ON = Term("time words", "on")  # before a day
ON_THE = Term("time words", "on the, the, on")  # before the number of a day: on the 10th
WEEK = Term("time words", "week")
MONTH = Term("time words", "month")
THIS_WEEK = Term("time words", "this week")
LAST_WEEK = Term("time words", "last week")
NEXT_WEEK = Term("time words", "next week")
THIS_MONTH = Term("time words", "this month")
LAST_MONTH = Term("time words", "last month")
NEXT_MONTH = Term("time words", "next month")
NUMBERED_WEEK = Term("time words", "week, calendar week, cw")  # before the number of a week
DAYS = Term("time words", "days, day, d")
WEEKS = Term("time words", "weeks, week")
MONTHS_LONG = Term("time words", "months, month")
DAYS_AGO = Term("time patterns", "{days} ago")

# Lengths.

HOURS = Term("time words", "hours, hour, hrs, hr, h")
MINUTES = Term("time words", "minutes, minute, mins, min, m")
SECONDS = Term("time words", "seconds, second, secs, sec, s")
WORKING_DAYS = Term(
    "time words", "days, day, d, person-days, person-day, person days, person day, man-days, man-day, man days, man day"
)
AND = Term("time words", "and")  # between hours and minutes
ABOUT = Term("time words", "about, around, approx, approximately, ca, circa, for, roughly")  # before a length
WITHOUT = Term("time words", "minus, less, without, excluding")  # before a break
BREAK = Term("time patterns", "{pause} break | {pause} lunch | {pause} lunch break | {pause} for lunch")
BREAK_OF = Term("time patterns", "break {pause} | break of {pause} | lunch {pause} | with {pause} break")

# Clock times.

O_CLOCK = Term("time words", "o'clock, o’clock")  # behind a clock time
BETWEEN_HOUR_AND_MINUTE = Term("time words", ":")
SUMMER_TIME = Term("time words", "summer time, dst")  # which of two readings is meant when clocks go back
WINTER_TIME = Term("time words", "winter time, standard time")
NOON = Term("time words", "noon, midday")
MIDNIGHT = Term("time words", "midnight")
NOW = Term("time words", "now, right now")
HALF_PAST = Term("time patterns", "half past {hour}")
HALF_BEFORE = Term("time patterns", "half an hour before {hour}")
QUARTER_PAST = Term("time patterns", "quarter past {hour} | quarter after {hour} | a quarter past {hour}")
QUARTER_BEFORE = Term("time patterns", "quarter to {hour} | quarter before {hour} | a quarter to {hour}")
THREE_QUARTERS_BEFORE = Term("time patterns", "three quarters of an hour before {hour}")
LENGTH_AGO = Term("time patterns", "{length} ago")
SINCE = Term("time patterns", "since {clock}")
AT = Term("time patterns", "at {clock}")
FROM = Term("time patterns", "from {clock} | starting {clock} | starting at {clock} | starting from {clock}")
UNTIL = Term("time patterns", "until {clock} | till {clock} | til {clock} | to {clock} | ending {clock}")
FROM_TO = Term(
    "time patterns",
    "{start} to {end} | {start} until {end} | {start} till {end} | {start} til {end} | {start} thru {end}"
    " | {start} through {end} | from {start} to {end} | from {start} until {end} | from {start} till {end}"
    " | from {start} through {end}",
)
BETWEEN = Term("time patterns", "between {start} and {end}")

# What is said about amounts. Nothing of it counts but beside an amount or a rate of VAT.

GROSS = Term("money words", "gross")
NET = Term("money words", "net")
PASS_THROUGH = Term("money words", "pass-through, passed through, pass through")  # paid in the customer's name
INCLUDING = Term("money words", "incl., incl, including, with")  # before VAT
EXCLUDING = Term("money words", "excl., excl, excluding, plus, without")
VAT = Term("money words", "vat")
RECEIPT = Term("money words", "receipt, receipt no., receipt number, receipt no")  # before a number

# What is said about work.

BILLABLE = Term("billing words", "billable")
NOT_BILLABLE = Term("billing words", "not billable, non-billable, non billable")
NOT_BILLABLE_FLAG = "nb"  # behind two dashes, in every language
PRIVATE = Term("note words", "private, internal")  # behind two dashes: the note is kept from the customer
