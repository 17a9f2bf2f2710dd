"""After each test of tracking the audit is compared with the rows."""

from collections.abc import Iterator

import pytest

from tests.tracking.record import unrecorded


@pytest.fixture(autouse=True)
def on_record(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the test did to entries and breaks is on record; what it put there itself has no record at all."""
    bot = request.getfixturevalue("bot") if "bot" in request.fixturenames else None
    yield
    if bot is not None:
        assert list(unrecorded(bot, put_there_by_hand=True)) == []
