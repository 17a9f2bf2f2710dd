"""The command line with a database of its own, as somebody calls it by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.core.settings import Settings

Trackomat = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Where the database is to be."""
    return tmp_path / "data"


@pytest.fixture
def trackomat(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trackomat:
    """`trackomat …` with that database and nothing of the caller's own settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{data}/trackomat.db")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)
