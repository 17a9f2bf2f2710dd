"""The README's backup of PostgreSQL, typed as it stands there."""

import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from storage.database import Database
from tests.conftest import NewDatabase
from tests.postgres import bin_folder

README = (Path(__file__).parents[2] / "README.md").read_text()
NEWER = """
CREATE TABLE a_newer_one (id int PRIMARY KEY, workspace_id int REFERENCES workspace (id));
ALTER TABLE workspace ADD COLUMN newer int NOT NULL DEFAULT 1;
INSERT INTO a_newer_one VALUES (1, (SELECT min(id) FROM workspace));
UPDATE alembic_version SET version_num = '9999'
"""
WORKSPACES = "INSERT INTO workspace (team_id, created_at, currency, catalog_version) VALUES (%s, now(), 'EUR', 0)"


@pytest.fixture
def url(request: pytest.FixtureRequest, new_database: NewDatabase, tmp_path: Path) -> str:
    """A database of its own, because its schema is changed."""
    if not request.config.getoption("--postgresql"):
        pytest.skip("needs PostgreSQL: pytest --postgresql")
    return new_database(tmp_path)


def commands() -> tuple[str, str]:
    """What the README says to type for a backup, and to put it back."""
    (block,) = re.findall(r"```sh\n(# while the bots run\npg_dump .*?)```", README, re.DOTALL)
    backup, _, back = block.partition("\n# back")
    return backup, f"# {back}"


def typed(command: str, address: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command.replace("ADDRESS", f"'{address}'")],
        cwd=folder,
        env=os.environ | {"PATH": f"{bin_folder()}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def teams(address: str) -> list[str]:
    with psycopg.connect(address) as db:
        return [team for (team,) in db.execute("SELECT team_id FROM workspace ORDER BY team_id")]


def test_a_dump_is_put_back_over_a_newer_version_and_the_bot_goes_on_from_there(url: str, tmp_path: Path) -> None:
    address = url.replace("postgresql+psycopg://", "postgresql://")
    backup, back = commands()
    with psycopg.connect(address) as db:
        db.cursor().executemany(WORKSPACES, [["T1"], ["T2"]])
    assert typed(backup, address, tmp_path).returncode == 0
    with psycopg.connect(address) as db:
        db.execute(WORKSPACES, ["T3"])
        db.execute(NEWER)
    for _ in range(2):  # what was put back is dumped and put back like any other
        put = typed(back, address, tmp_path)
        assert put.returncode == 0, put.stderr
        assert teams(address) == ["T1", "T2"]
        database = Database(url)
        database.migrate()
        assert database.schema() == "current"
        database.close()
        assert typed(backup, address, tmp_path).returncode == 0
    with psycopg.connect(address) as db:
        assert db.execute("SELECT to_regclass('a_newer_one')").fetchone() == (None,)


@pytest.mark.parametrize("kept", [0, 100, 20_000])
def test_a_dump_that_is_not_whole_changes_nothing(url: str, tmp_path: Path, kept: int) -> None:
    address = url.replace("postgresql+psycopg://", "postgresql://")
    backup, back = commands()
    assert typed(backup, address, tmp_path).returncode == 0
    with psycopg.connect(address) as db:
        db.execute(WORKSPACES, ["T1"])
    dump = tmp_path / "trackomat.dump"
    dump.write_bytes(dump.read_bytes()[:kept])
    assert typed(back, address, tmp_path).returncode != 0
    assert teams(address) == ["T1"]
