"""A client of one account, and a Billomat whose answers each test says."""

from collections.abc import Iterator

import httpx
import pytest
import respx

from bot.billomat.client import Billomat, http_client
from tests.billomat.client.kit import ACME, KEY


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with http_client(connect=2, answer=2) as client:
        yield client


@pytest.fixture
def billomat(http: httpx.Client) -> Billomat:
    return Billomat(http, base_url=ACME, key=KEY, app_id=None, app_secret=None)


@pytest.fixture
def api() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=f"{ACME}/api", assert_all_called=False) as router:
        yield router
