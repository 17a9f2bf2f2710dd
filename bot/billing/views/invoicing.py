"""What the form of an invoice keeps while it is open, and what is read of it: its days, its selection, its place."""

from dataclasses import dataclass, replace
from typing import Any

from bot.billing.preview import Looked
from bot.billing.rules.outline import TOP, Place
from bot.billing.rules.periods import Period, days_between
from bot.billing.rules.scope import ALL_OPEN, Scope
from bot.billing.submission import Deed
from bot.billing.views.line import read_key
from bot.billing.views.scope import OWN_DAYS
from bot.core.errors import UserError
from bot.slack.metadata import Metadata, RowId
from bot.slack.request import Request
from bot.slack.untrusted import reading


@dataclass(frozen=True, slots=True)
class Invoicing:
    """What the invoice keeps: the draft that it shows, in which state and for which period.

    No draft before a customer is chosen.
    """

    draft: RowId | None = None
    shown: str = ""
    told: int | None = None
    """Of which age of Billomat's data the person is told, so that they may send it all the same."""
    period: str = ""
    """The whole scope, as `Scope.value` makes it; of a form that is older than selections only the days."""
    usual: str = ""
    """The days that are usual for the customer, of whom nobody chose others; see `Period.value`."""
    place: Place = TOP
    compared_with: str = ""
    """The digest of what the person saw before, whose prices are compared with those of now."""
    deed: Deed = Deed.SEND
    """What the button says that it does."""


INVOICING = Metadata(Invoicing)


@reading()
def entered_scope(request: Request) -> Scope:
    """What the form is about: the days of its menu or fields, and the selection that it keeps. Raises UserError."""
    kept, period = request.kept(INVOICING).period, request.entered_choice("period")
    known = Scope.read(kept) if kept else ALL_OPEN
    if period != OWN_DAYS:
        return known.during(Period.read(period or ""))
    if not (request.entered_choice("first") and request.entered_choice("last")):
        return known
    first, last = request.entered_day("first"), request.entered_day("last")
    if last < first:
        raise UserError("This is before the first day.", field="last")
    return known.during(days_between(first, last))


@reading()
def read_scope(value: str) -> Scope:
    """The scope of a button. Raises UserError for anything else."""
    return Scope.read(value)


def without_selection(scope: Scope) -> Scope:
    """All work of the same days."""
    return Scope(scope.period)


@reading()
def kept_scope(kept: Invoicing, period: Any) -> Scope:
    """What the form showed; one that is older than the metadata has only its menu. Raises UserError."""
    return Scope.read(kept.period or period)


def other_page(request: Request) -> Looked:
    """Another page of the same lines. Raises UserError."""
    return _looked(request, replace(request.kept(INVOICING).place, page=request.clicked_id))


def other_group(request: Request, *, is_open: bool) -> Looked:
    """Another group open, or this one no longer. Raises UserError."""
    return _looked(request, Place(group=read_key(request.clicked), is_open=is_open))


def looked(request: Request) -> Looked:
    """What the person saw of it, and the same lines. Raises UserError."""
    return _looked(request, request.kept(INVOICING).place)


def _looked(request: Request, place: Place) -> Looked:
    kept = request.kept(INVOICING)
    return Looked(kept.shown, kept.compared_with, place)
