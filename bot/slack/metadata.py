"""What travels with an open form in its private_metadata: one frozen dataclass for each kind of form."""

from datetime import date
from typing import Annotated, Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, TypeAdapter

from bot.slack.untrusted import MOST_ID, YEARS, reading

Kept = TypeVar("Kept")

RowId = Annotated[int, Field(ge=1, le=MOST_ID)]
"""The id of a row, as `read_id` takes it."""
Day = Annotated[date, Field(ge=date(YEARS.start, 1, 1), lt=date(YEARS.stop, 1, 1))]
"""A day, as `read_day` takes it."""
Zone = Annotated[str, AfterValidator(lambda name: ZoneInfo(name).key)]
"""The name of a time zone that there is."""


class Metadata(Generic[Kept]):
    """Packs what one kind of form keeps, and reads it back with suspicion: forms stay open over a new version."""

    def __init__(self, kind: type[Kept]) -> None:
        """`kind` is the dataclass; what a form may lack has a default there."""
        self._adapter = TypeAdapter(kind)

    def pack(self, kept: Kept) -> str:
        """As text; Slack takes 3,000 characters."""
        return self._adapter.dump_json(kept).decode()

    @reading()
    def read(self, packed: Any) -> Kept:
        """What `pack` made. Raises UserError for anything else."""
        return self._adapter.validate_json(packed)
