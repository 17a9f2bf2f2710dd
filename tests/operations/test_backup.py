"""A backup is whole, also while the bot works, and a restore is never undone by what stands beside the database."""

import shutil
import sqlite3
import stat
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.core.settings import Settings
from bot.core.vault import open_vault
from storage.database import Database
from storage.files import in_use
from storage.tables import BillomatAccount, Person, Workspace, table
from tests.conftest import T0
from tests.disks import fill, tiny_disk
from tests.operations.conftest import Trackomat


@pytest.fixture
def database(data: Path) -> Iterator[Database]:
    """Migrated, and open as a running bot has it: with what was written last still in the -wal."""
    database = Database(f"sqlite:///{data}/trackomat.db")
    database.migrate()
    open_vault(settings(data))
    yield database
    database.close()


def settings(data: Path) -> Settings:
    return Settings(_env_file=None, database_url=f"sqlite:///{data}/trackomat.db")


def write(database: Database, *names: str) -> None:
    """A workspace for each name: something to find again."""
    with database.write() as db:
        for name in names:
            db.execute(insert(table(Workspace)).values(team_id=name, created_at=T0))


def read(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [name for (name,) in connection.execute("SELECT team_id FROM workspace ORDER BY id")]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def parts(backup: Path) -> list[str]:
    with tarfile.open(backup) as found:
        return found.getnames()


# Backup


def test_a_backup_holds_what_is_written_and_the_key_and_says_so(
    database: Database, data: Path, tmp_path: Path, trackomat: Trackomat
) -> None:
    write(database, "T1", "T2")
    made = trackomat("backup", tmp_path / "a.tar")
    assert made.exit_code == 0
    assert f"holds the database {data}/trackomat.db as it is now" in made.stdout
    assert "The key (trackomat.key) is in it: whoever reads this file can read all there is" in made.stdout
    assert (parts(tmp_path / "a.tar"), mode(tmp_path / "a.tar")) == (["trackomat.db", "trackomat.key"], 0o600)
    with tarfile.open(tmp_path / "a.tar") as found:
        found.extractall(tmp_path / "out", filter="data")
    assert read(tmp_path / "out" / "trackomat.db") == ["T1", "T2"]
    assert (tmp_path / "out" / "trackomat.key").read_text().strip() == (data / "trackomat.key").read_text()


def test_without_key_it_is_left_out_and_that_is_said(database: Database, tmp_path: Path, trackomat: Trackomat) -> None:
    made = trackomat("backup", "--without-key", tmp_path / "a.tar")
    assert "The key is not in it, as you asked" in made.stdout
    assert parts(tmp_path / "a.tar") == ["trackomat.db"]


def test_a_key_of_the_settings_stays_there_and_that_is_said(
    database: Database, tmp_path: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKOMAT_KEY", "k" * 32)
    made = trackomat("backup", tmp_path / "a.tar")
    assert "TRACKOMAT_KEY holds it: keep your settings as well" in made.stdout
    assert parts(tmp_path / "a.tar") == ["trackomat.db"]


def test_it_is_consistent_while_others_write(database: Database, tmp_path: Path, trackomat: Trackomat) -> None:
    """Each transaction writes two rows: there is never one without the other."""
    stop = threading.Event()

    def write_on() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            write(database, f"T{number}a", f"T{number}b")

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        made = [trackomat("backup", tmp_path / f"{number}.tar").exit_code for number in range(5)]
    finally:
        stop.set()
        writer.join()
    assert made == [0] * 5
    for number in range(5):
        with tarfile.open(tmp_path / f"{number}.tar") as found:
            found.extract("trackomat.db", tmp_path / str(number), filter="data")
        assert len(read(tmp_path / str(number) / "trackomat.db")) % 2 == 0


def test_what_was_deleted_is_not_in_a_backup(database: Database, tmp_path: Path, trackomat: Trackomat) -> None:
    write(database, "T-to-forget-" + "x" * 100)
    with database.write() as db:
        db.exec_driver_sql("DELETE FROM workspace")
    trackomat("backup", tmp_path / "a.tar")
    assert b"T-to-forget" not in (tmp_path / "a.tar").read_bytes()


def test_an_earlier_backup_is_replaced_and_nothing_else_ever(
    database: Database, data: Path, tmp_path: Path, trackomat: Trackomat
) -> None:
    assert trackomat("backup", tmp_path / "a.tar").exit_code == 0
    (tmp_path / "a.tar").chmod(0o644)
    assert trackomat("backup", tmp_path / "a.tar").exit_code == 0
    assert mode(tmp_path / "a.tar") == 0o600
    (tmp_path / "letter.txt").write_text("Dear Anna")
    for target in (tmp_path / "letter.txt", data / "trackomat.db", data / "trackomat.db-wal", data / "trackomat.key"):
        before = target.read_bytes()
        refused = trackomat("backup", target)
        assert (refused.exit_code, refused.stderr) == (
            2,
            f"{target} is there already and is no backup: name another file.\n",
        )
        assert target.read_bytes() == before


def test_where_none_can_be_made_it_says_why(
    data: Path, tmp_path: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "there is no database at" in trackomat("backup", tmp_path / "a.tar").stderr
    data.mkdir()
    (data / "trackomat.db").touch()
    assert "holds nothing of Trackomat's" in trackomat("backup", tmp_path / "a.tar").stderr
    assert "is a folder: name a file in it" in trackomat("backup", tmp_path).stderr
    assert f"There is no folder {tmp_path}/no: make it first." in trackomat("backup", tmp_path / "no" / "a.tar").stderr
    (data / "trackomat.db").write_bytes(b"no database" * 1000)
    assert "is not a SQLite database" in trackomat("backup", tmp_path / "a.tar").stderr
    assert {path.name for path in tmp_path.iterdir()} == {"data"}
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://localhost/trackomat")
    for command in ("backup", "restore"):
        refused = trackomat(command, tmp_path / "a.tar")
        assert refused.exit_code == 2
        assert "`pg_dump --format=custom" in refused.stderr
        assert "The README's chapter Backups says how it is put back." in refused.stderr


@pytest.mark.parametrize("size", ["128k", "300k"])
def test_where_the_backups_have_no_room_their_disk_is_named_and_nothing_is_left_there(
    database: Database, tmp_path: Path, trackomat: Trackomat, size: str
) -> None:
    with tiny_disk(tmp_path / "disk", size) as disk:
        write(database, *(f"T{n}" for n in range(100)))
        made = trackomat("backup", disk / "a.tar")
        assert (made.exit_code, made.stdout) == (2, "")
        assert made.stderr == f"{disk}/a.tar cannot be written (No space left on device).\n"
        assert list(disk.iterdir()) == []


def test_where_the_database_has_no_room_its_disk_is_said_to_be_full(
    tmp_path: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tiny_disk(tmp_path / "disk", "4m") as disk:
        database = Database(f"sqlite:///{disk}/trackomat.db")
        database.migrate()
        database.close()
        fill(disk)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{disk}/trackomat.db")
        monkeypatch.setenv("TRACKOMAT_KEY", "k" * 32)
        made = trackomat("backup", tmp_path / "a.tar")
        assert (made.exit_code, made.stdout) == (2, "")
        assert made.stderr.startswith(f"DATABASE_URL: the disk that holds {disk}/trackomat.db is full: make room.")


# Restore


@pytest.fixture
def backup(database: Database, tmp_path: Path, trackomat: Trackomat) -> Path:
    """Made when there was only T1."""
    write(database, "T1")
    assert trackomat("backup", tmp_path / "a.tar").exit_code == 0
    return tmp_path / "a.tar"


def killed_after_writing(data: Path, name: str) -> None:
    """A bot that wrote something and was killed, so that it stands in the -wal alone."""
    script = (
        "import os, sys; from storage.database import Database; from tests.operations.test_backup import write;"
        f"database = Database('sqlite:///{data}/trackomat.db'); write(database, {name!r}); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[2])
    assert (data / "trackomat.db-wal").stat().st_size > 0


def test_a_restore_is_not_undone_by_an_old_wal_as_a_copy_is(
    backup: Path, database: Database, data: Path, tmp_path: Path, trackomat: Trackomat
) -> None:
    database.close()
    shutil.copy(data / "trackomat.db", tmp_path / "copy.db")
    killed_after_writing(data, "T2")
    shutil.copytree(data, tmp_path / "elsewhere")
    shutil.copy(tmp_path / "copy.db", tmp_path / "elsewhere" / "trackomat.db")
    assert read(tmp_path / "elsewhere" / "trackomat.db") == ["T1", "T2"]  # what is wrong with copying

    restored = trackomat("restore", backup)
    assert (restored.exit_code, restored.stderr) == (0, "")
    assert read(data / "trackomat.db") == ["T1"]
    assert not (data / "trackomat.db-wal").exists()
    assert mode(data / "trackomat.db") == 0o600


def test_what_was_there_is_kept_whole_and_can_be_put_back(
    backup: Path, database: Database, data: Path, trackomat: Trackomat
) -> None:
    database.close()
    key = (data / "trackomat.key").read_text()
    killed_after_writing(data, "T2")
    restored = trackomat("restore", backup)
    (kept,) = data.glob("before-restore-*")
    assert f"What was there is kept in {kept}" in restored.stdout
    assert read(kept / "trackomat.db") == ["T1", "T2"]
    assert (kept / "trackomat.key").read_text() == key
    assert (mode(kept), mode(kept / "trackomat.db")) == (0o700, 0o600)
    assert trackomat("restore", backup).exit_code == 0
    assert len(list(data.glob("before-restore-*"))) == 2


def test_a_damaged_database_is_replaced_and_kept_with_all_that_belongs_to_it(
    backup: Path, database: Database, data: Path, trackomat: Trackomat
) -> None:
    database.close()
    (data / "trackomat.db").write_bytes(b"damaged " * 1000)
    (data / "trackomat.db-wal").write_bytes(b"old")
    assert trackomat("restore", backup).exit_code == 0
    assert read(data / "trackomat.db") == ["T1"]
    (kept,) = data.glob("before-restore-*")
    assert {path.name for path in kept.iterdir()} >= {"trackomat.db", "trackomat.db-wal", "trackomat.key"}


def test_on_a_new_machine_database_and_key_are_put_in_place(
    backup: Path, data: Path, tmp_path: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tmp_path / "machine" / "trackomat"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{new}/trackomat.db")
    restored = trackomat("restore", backup)
    assert (restored.exit_code, "kept" in restored.stdout) == (0, False)
    assert read(new / "trackomat.db") == ["T1"]
    assert (new / "trackomat.key").read_text().strip() == (data / "trackomat.key").read_text()
    assert (mode(new), mode(new / "trackomat.key")) == (0o700, 0o600)


def test_while_a_bot_runs_nothing_is_restored(
    backup: Path, database: Database, data: Path, trackomat: Trackomat
) -> None:
    write(database, "T2")
    with in_use(data / "trackomat.db"):
        refused = trackomat("restore", backup)
    assert (refused.exit_code, refused.stderr.startswith("A bot runs with")) == (2, True)
    refused = trackomat("restore", backup)  # not a bot of ours, but somebody has it open
    assert (refused.exit_code, refused.stderr.startswith("Another program has")) == (2, True)
    assert read(data / "trackomat.db") == ["T1", "T2"]
    assert not list(data.glob("before-restore-*"))


@pytest.mark.parametrize("cut", [0, 100, 1000, -2000])
def test_half_a_backup_is_refused_before_anything_is_touched(
    cut: int, backup: Path, database: Database, data: Path, tmp_path: Path, trackomat: Trackomat
) -> None:
    database.close()
    whole = backup.read_bytes()
    (tmp_path / "half.tar").write_bytes(whole[: cut if cut >= 0 else len(whole) // 2])
    before = {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()}
    refused = trackomat("restore", tmp_path / "half.tar")
    assert refused.exit_code == 2
    assert "half.tar" in refused.stderr
    assert {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()} == before | {
        "trackomat.db-lock": b""
    }


def test_a_damaged_or_foreign_database_in_a_backup_is_refused(
    backup: Path, database: Database, data: Path, tmp_path: Path, trackomat: Trackomat
) -> None:
    database.close()
    content = bytearray(_database_of(backup))
    content[len(content) // 2 :] = b"\x55" * (len(content) - len(content) // 2)
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE letter (text)")
    for name, database_file, said in (
        ("damaged", bytes(content), "damaged"),
        ("foreign", foreign.read_bytes(), "not one of Trackomat's"),
        ("none", b"Dear Anna" * 1000, "is not a SQLite database"),
    ):
        refused = trackomat("restore", _tar(tmp_path / f"{name}.tar", database_file))
        assert (refused.exit_code, said in refused.stderr) == (2, True), refused.stderr
    assert read(data / "trackomat.db") == ["T1"]


def test_a_backup_of_a_newer_version_is_refused_and_one_of_an_older_is_brought_up_to_date_later(
    backup: Path, database: Database, data: Path, tmp_path: Path, trackomat: Trackomat
) -> None:
    database.close()
    for revision, code, said in (("9999", 2, "is of a newer version"), ("0001", 0, "is of an older version")):
        changed = tmp_path / "changed.db"
        changed.write_bytes(_database_of(backup))
        with closing(sqlite3.connect(changed)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        ended = trackomat("restore", _tar(tmp_path / f"{revision}.tar", changed.read_bytes()))
        assert (ended.exit_code, said in ended.output) == (code, True), ended.output


def test_a_key_that_does_not_fit_is_said(
    database: Database, data: Path, tmp_path: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(database, data)
    trackomat("backup", "--without-key", tmp_path / "a.tar")
    trackomat("backup", tmp_path / "b.tar")
    database.close()
    assert "cannot be decrypted" not in trackomat("restore", tmp_path / "a.tar").stdout
    (data / "trackomat.key").write_text("another key of more than 32 characters")
    assert f"Put the trackomat.key of that time in the place of {data}/trackomat.key" in (
        trackomat("restore", tmp_path / "a.tar").stdout
    )
    assert "cannot be decrypted" not in trackomat("restore", tmp_path / "b.tar").stdout
    monkeypatch.setenv("TRACKOMAT_KEY", "k" * 32)
    said = trackomat("restore", tmp_path / "b.tar").stdout
    assert "Add the key it was locked with to TRACKOMAT_KEY (it is in the backup: `tar xf … trackomat.key`)" in said


def connect(database: Database, data: Path) -> None:
    """A workspace with a Billomat key, locked with the key beside the database."""
    write(database, "T1")
    with database.write() as db:
        anna = {"workspace_id": 1, "slack_id": "U1", "name": "Anna", "zone": "Europe/Berlin", "locale": "en-GB"}
        db.execute(insert(table(Person)).values(created_at=T0, **anna))
        account = {"workspace_id": 1, "billomat_id": "acme", "key_owner": "Anna", "tax_name": "MwSt", "tax_rate": 1900}
        account |= {"secret_key": open_vault(settings(data)).lock("secret"), "connected_by": 1, "connected_at": T0}
        db.execute(insert(table(BillomatAccount)).values(account))


def _database_of(backup: Path) -> bytes:
    with tarfile.open(backup) as found:
        content = found.extractfile("trackomat.db")
        assert content
        return content.read()


def _tar(path: Path, database: bytes) -> Path:
    file = path.with_suffix(".content")
    file.write_bytes(database)
    with tarfile.open(path, "w") as made:
        made.add(file, "trackomat.db")
    return path
