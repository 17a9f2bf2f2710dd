"""A report for the command line: as a table, and as JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from bot.core.texts import Reader, capitalized, to_the_minute
from bot.grammar.refusals import NotUnderstood
from bot.grammar.views.help import meaning
from bot.reports.report import Report
from bot.reports.rules.cells import Figures
from bot.reports.rules.columns import aligned, on_screen
from bot.reports.rules.rows import Key
from bot.reports.views import labels
from bot.reports.views.report import remarks, totals
from bot.tracking.filtering import NearFilter
from bot.tracking.rules.filters import Grouping
from bot.tracking.views import filters

_HOURS, _BILLABLE, _OPEN, _NET = range(4)
_COLUMNS = ((_HOURS, _BILLABLE, _OPEN, _NET), (_HOURS, _OPEN, _NET), (_HOURS, _NET), (_HOURS,))
"""Of figures, fewer for narrower terminals."""


def table(to: Reader, shown: Report, near: Sequence[NearFilter], *, width: int | None) -> Iterator[str]:
    """What was understood, the totals and the rows, line by line; where nothing fits, what is `near`.

    `width` None: as wide as it is.
    """
    yield on_screen(filters.said(to, shown.query.filter, shown.names, shown.query.by))
    yield on_screen(f"{to.total(shown.totals.seconds)} · {totals(to, shown)}")
    if shown.rows:
        yield ""
        yield from _rows(to, shown, width)
    if said := [*remarks(to, shown)]:
        yield ""
        yield from map(on_screen, said)
    if near:
        yield ""
        yield to.t("There is something here:")
        yield from (on_screen(f"  {filters.nearness(to, each, shown.names)}") for each in near)


def _rows(to: Reader, shown: Report, width: int | None) -> list[str]:
    names = [[*map(on_screen, each)] for each in _names(to, shown)]
    figures = [_heads(to), *(_figures(to, shown, row.figures) for row in shown.rows), _figures(to, shown, shown.totals)]
    lines = None
    for columns in _COLUMNS:
        wanted = [each for each in columns if each != _NET or shown.currency]
        rows = [[*name, *(each[column] for column in wanted)] for name, each in zip(names, figures, strict=True)]
        lines = lines or aligned(rows, names=len(shown.query.by), most=width)
    return lines or aligned(rows, names=len(shown.query.by), most=None) or []


def _names(to: Reader, shown: Report) -> list[list[str]]:
    """The heads, the names of each row, and what stands before the totals."""
    by = shown.query.by
    heads = [capitalized(filters.group_name(to, each)) for each in by]
    return [heads, *(labels.in_columns(to, shown, row) for row in shown.rows), [to.t("Total"), *([""] * (len(by) - 1))]]


def _heads(to: Reader) -> list[str]:
    return [to.t("Hours"), to.t("Billable"), to.t("Not billed"), to.t("Net")]


def _figures(to: Reader, shown: Report, figures: Figures) -> list[str]:
    lengths = [to.length(to_the_minute(each)) for each in (figures.seconds, figures.billable, figures.open)]
    return [*lengths, labels.net(to, figures, shown.currency) if shown.currency else ""]


def as_json(shown: Report) -> str:
    """The report for programs. Keys are added and never changed; lengths are seconds, money is cents."""
    chosen, names = shown.query.filter, shown.names
    told = {
        "filter": {
            "first": chosen.first and chosen.first.isoformat(),
            "last": chosen.last and chosen.last.isoformat(),
            "customers": [names.customers[each] for each in chosen.customers],
            "projects": [names.projects[each] for each in chosen.projects],
            "services": [names.services[each] for each in chosen.services],
            "people": [names.people[each] for each in chosen.people],
            "tags": list(chosen.tags),
            "billable": chosen.billable,
            "billed": chosen.billed,
            "text": chosen.text,
        },
        "by": [each.value for each in shown.query.by],
        "currency": shown.currency,
        "totals": _told(shown.totals),
        "rows": [_keys(shown, row.keys) | _told(row.figures) for row in shown.rows],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _told(figures: Figures) -> dict[str, Any]:
    return {
        "seconds": figures.seconds,
        "billable_seconds": figures.billable,
        "open_seconds": figures.open,
        "unpriced_seconds": figures.unpriced,
        "running_seconds": figures.running,
        "guessed_seconds": figures.guessed,
        "net_cents": figures.cents,
        "net_cents_in_other_currencies": dict(figures.others.by_currency),
        "entries": figures.entries,
        "timers": figures.timers,
        "covered_seconds": figures.covered,
    }


def _keys(shown: Report, keys: Sequence[Key]) -> dict[str, Any]:
    """What a row is about; a project comes with its customer, because two customers may have one of that name."""
    told: dict[str, Any] = {}
    for key in keys:
        if key.by is Grouping.PROJECT and key.customer_id:
            told["customer"] = shown.labels.customers[key.customer_id]
        told[key.by.value] = _key(shown, key)
    return told


def _key(shown: Report, key: Key) -> str | None:
    match key:
        case Key(Grouping.CUSTOMER, int(row_id)):
            return shown.labels.customers[row_id]
        case Key(Grouping.PROJECT, int(row_id), int(customer_id)):
            return shown.labels.projects[row_id].removeprefix(f"{shown.labels.customers[customer_id]} › ")
        case Key(Grouping.SERVICE, int(row_id)):
            return shown.labels.services[row_id]
        case Key(Grouping.PERSON, int(row_id)):
            return shown.labels.people[row_id]
        case Key(_, str(tag)):
            return tag
        case Key(Grouping.MONTH, date() as first):
            return f"{first:%Y-%m}"
        case Key(_, date() as first):
            return first.isoformat()
    return None


def no_grouping(to: Reader, by: Sequence[Grouping]) -> str:
    """What was typed and means nothing for CSV."""
    grouping = filters.grouped(to, by)
    return to.t("--csv has a line for each entry, so “{grouping}” changes nothing.", grouping=grouping)


def not_understood(to: Reader, error: NotUnderstood, command: str) -> str:
    """What was not understood; of several readings each, with the words that have no other."""
    readings = [f"  {command} {_words(each.text)}   ({meaning(to, each.means)})" for each in error.readings]
    return on_screen_lines([error.sentence(to), *readings])


def on_screen_lines(lines: Sequence[str]) -> str:
    """Several lines, each of which can be shown."""
    return "\n".join(map(on_screen, lines))


def _words(text: str) -> str:
    """Without the command's name, which stands before it already; in quotes where a shell would read something else."""
    rest = text.partition(" ")[2]
    plain = all(each.isalnum() or each in " .,-/" for each in rest)
    return rest if plain else "'" + rest.replace("'", "'\\''") + "'"
