"""An account that is connected, and one whose customers and articles were imported."""

import pytest

from playground.person import Person
from tests.billomat.deeds import RunJobs, connects, starts_import


@pytest.fixture
def connected(anna: Person) -> None:
    assert connects(anna)
    anna.modal.close()


@pytest.fixture
def imported(connected: None, anna: Person, run_jobs: RunJobs) -> None:
    starts_import(anna)
    run_jobs()
