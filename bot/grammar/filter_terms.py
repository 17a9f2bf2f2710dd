"""How each language says which time a list or report is about: spans of days, groups, and what else there is.

As in `terms`: words stand between commas, the first is the one to show.
"""

from bot.core.languages import Term
from bot.grammar.values import GroupName, NameKind

# Spans of days.

CURRENT_WEEK = Term("span words", "current week, week to date, wtd")
PREVIOUS_WEEK = Term("span words", "previous week, past week")
CURRENT_MONTH = Term("span words", "current month, month to date, mtd, since the beginning of the month")
PREVIOUS_MONTH = Term("span words", "previous month, past month")
QUARTER = Term("span words", "quarter")
THIS_QUARTER = Term("span words", "this quarter, current quarter, quarter to date, qtd")
LAST_QUARTER = Term("span words", "last quarter, previous quarter, past quarter")
NEXT_QUARTER = Term("span words", "next quarter")
WEEK_BEFORE_LAST = Term("span words", "week before last, the week before last")
MONTH_BEFORE_LAST = Term("span words", "month before last, the month before last")
QUARTER_BEFORE_LAST = Term("span words", "quarter before last, the quarter before last")
YEAR_BEFORE_LAST = Term("span words", "year before last, the year before last")
YEAR = Term("span words", "year")
THIS_YEAR = Term("span words", "this year, current year, year to date, ytd, since the beginning of the year")
LAST_YEAR = Term("span words", "last year, previous year, past year")
NEXT_YEAR = Term("span words", "next year")
NUMBERED_QUARTER = Term("span words", "q, quarter")  # before the number of a quarter
NUMBERED_WEEKS = Term("span words", "weeks, calendar weeks")  # before the numbers of several weeks
OF = Term("span words", "of, in, of the year, in the year")  # the 3rd of October, Q3 of 2025
ORDINALS = (  # before "quarter"
    Term("span words", "first"),
    Term("span words", "second"),
    Term("span words", "third"),
    Term("span words", "fourth"),
)
THIS_HALF = Term("span words", "this half, this half-year, this half year, current half-year")
LAST_HALF = Term("span words", "last half, last half-year, last half year, previous half-year, previous half")
HALF_OF = Term("span words", "half of")  # of a month, behind first or second
HALF = Term("span words", "half, half-year, half year")  # of a year, behind first, second, 1st or 2nd
NUMBERED_HALF = Term("span words", "h")  # before the number of a half: H1
WEEKEND = Term("span words", "weekend, this weekend")
LAST_WEEKEND = Term("span words", "last weekend, past weekend, previous weekend")
THE = Term("span words", "the")  # behind "since", before days
RECENT = Term("span words", "last, past, previous")  # before so many days, which end today
QUARTERS_LONG = Term("span words", "quarters, quarter")
YEARS_LONG = Term("span words", "years, year")
STARTING = Term(  # before the first of days until today
    "span words", "from, starting, starting from, starting on, starting in, starting with, as from"
)
UP_TO = Term(  # before the last of days without a first
    "span words",
    "until, till, til, through, thru, up to, up until, up through, up to and including, until and including, ending, "
    "ending on",
)
BEFORE = Term("span words", "before, prior to")
AFTER = Term("span words", "after")
BEGINNING_OF = Term(  # before a month
    "span words",
    "beginning of, start of, the beginning of, the start of, early, first day of, the first day of, first of, "
    "the first of",
)
MIDDLE_OF = Term("span words", "mid, middle of, the middle of")
END_OF = Term("span words", "end of, the end of, end, late, last day of, the last day of")
WEEK_BEGINS = Term("span words", "week start, week-start, start-of-week")
MONTH_BEGINS = Term("span words", "month start, month-start, start-of-month")
QUARTER_BEGINS = Term("span words", "quarter start, quarter-start, start-of-quarter")
YEAR_BEGINS = Term("span words", "year start, year-start, start-of-year")
MIDDLE_OF_MONTH = Term("span words", "mid-month, midmonth")
WEEK_ENDS = Term("span words", "week's end, week’s end, end-of-week, eow")
MONTH_ENDS = Term("span words", "month end, month-end, month's end, month’s end, end-of-month, eom")
QUARTER_ENDS = Term("span words", "quarter end, quarter-end, quarter's end, quarter’s end, end-of-quarter, eoq")
YEAR_ENDS = Term("span words", "year end, year-end, year's end, year’s end, end-of-year, eoy")
SO_FAR = Term("span words", "so far, to date, onwards, onward")  # until today: of the days before it, or of all
ONLY = Term("span words", "only, inclusive, incl.")  # behind days: says nothing more
ALL_TIME = Term("span words", "all time, all, ever, always, everything, total, overall, since the beginning")

# How a report is grouped.

GROUPED = Term("filter words", "by, grouped by, group by, split by")
PER = Term("filter words", "per, each")
UNGROUPED = Term("filter words", "ungrouped, total only, only the total, without groups")
GROUPS: dict[GroupName, Term] = {
    "customer": Term("filter words", "customer, customers, client, clients"),
    "project": Term("filter words", "project, projects"),
    "service": Term("filter words", "service, services, task, tasks, activity, activities"),
    "person": Term("filter words", "person, people, persons, employee, employees, user, users, member, members"),
    "tag": Term("filter words", "tag, tags, label, labels"),
    "day": Term("filter words", "day, days, date"),
    "week": Term("filter words", "week, weeks, calendar week, calendar weeks"),
    "month": Term("filter words", "month, months"),
}
NAME_KINDS: tuple[NameKind, ...] = ("customer", "project", "service", "person")
"""The words of these also stand before a name, to say what it is."""
PERIODS: dict[GroupName, Term] = {
    "day": Term("filter words", "daily, day by day"),
    "week": Term("filter words", "weekly, week by week"),
    "month": Term("filter words", "monthly, month by month"),
}
"""What needs no "by"."""

# Which time.

BILLABLE = Term("filter words", "billable, chargeable")
NOT_BILLABLE = Term("filter words", "not billable, non-billable, nonbillable, unbillable, not chargeable")
BILLED = Term("filter words", "billed, invoiced, already billed, already invoiced")
NOT_BILLED = Term(
    "filter words",
    "not billed, unbilled, open, not invoiced, uninvoiced, not yet billed, not yet invoiced, to bill, to invoice, "
    "outstanding",
)
EVERYBODY = Term(
    "filter words",
    "everybody, everyone, team, whole team, my team, our team, everybody's, everyone's, all people, all of us",
)
ME = Term("filter words", "me, my, mine, myself, only me, just me, my own, my time, own time, my own time")
NOTE_CONTAINS = Term(
    "filter words",
    "note contains, notes contain, note containing, with note, in note, in notes, containing, contains",
)
ALL_CUSTOMERS = Term("filter words", "all, all customers, every customer, each customer")
EVERY = Term(
    "filter words", "all, every, any, whole, whole of, entire, full, complete"
)  # before customers or projects: none in particular

# What only stands between or before these.

EXCEPT = Term("filter words", "without, except, excluding, excl, but, not, minus")  # names nothing, asks to leave out
OR = Term("filter words", "and, or")  # between two names
LEADING = Term(
    "filter words",
    "the, of, for, in, on, about, from, during, within, over, with, to, at, show, show me, give me, please, only, just",
)
TIME = Term("filter words", "time, hours, entries, work")  # what all of it is about
