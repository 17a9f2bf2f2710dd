"""What of a customer's time or expenses a scope is about: a statement for all work of some days, and for selections."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import Select

from bot.billing.rules.scope import ALL_WORK, Scope
from storage.filters import FilterQuery, Matches
from storage.statements import Query

Row = TypeVar("Row")


class ScopeQuery(Generic[Row]):
    """A SELECT of what a scope is about, compiled once for all work and once for each shape of a selection."""

    def __init__(
        self,
        query: Select[Any],
        row: Callable[[Iterable[Any]], Row],
        matches: Matches | None = None,
        *,
        by_days: bool = True,
    ) -> None:
        """The query has workspace, customer, first and last as bindparams; see `FilterQuery` for `matches`.

        Not `by_days`: the query is answered by an index of its own, which the days of a selection would lead away from.
        """
        self._all_work = Query(query, row)
        self._selected = FilterQuery(query.where, row, matches)
        self._by_days = by_days

    def prepared(self, workspace_id: int, customer_id: int, scope: Scope) -> tuple[Query[Row], dict[str, Any]]:
        """The statement for a scope, and the values that it runs with."""
        days = {"first": scope.period.first or date.min, "last": scope.period.last or date.max}
        if scope.selection == ALL_WORK:  # its days stand in the query already
            return self._all_work, {"workspace": workspace_id, "customer": customer_id, **days}
        selection = scope.selection.between(days["first"], days["last"]) if self._by_days else scope.selection
        query, values = self._selected.prepared(workspace_id, selection)
        return query, {**values, **days, "customer": customer_id}
