"""SQLite's files: nobody else reads them, and a bot whose file is gone or replaced writes nothing and says so."""

import logging
import os
import shutil
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import jobs
from bot.core.context import Bot
from bot.http import door
from playground.person import Person
from storage import files
from storage.database import Database
from storage.diagnosis import Replaced
from tests.deeds import count, said

TRY_AGAIN = "Nothing was changed; please try again"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of the data's own that everybody may look into, as a usual umask makes it."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    return folder


def kept_open(folder: Path) -> Database:
    """A database that is migrated and has its -wal and -shm beside it."""
    database = Database(f"sqlite:///{folder}/trackomat.db")
    database.migrate()
    return database


def test_new_files_and_folders_are_for_their_owner_alone(tmp_path: Path) -> None:
    database = kept_open(tmp_path / "new")
    assert {path.name for path in (tmp_path / "new").iterdir()} >= {"trackomat.db", "trackomat.db-wal"}
    assert [mode(path) for path in (tmp_path / "new").iterdir()] == [0o600] * 3
    assert mode(tmp_path / "new") == 0o700
    database.close()


def test_what_was_there_with_wider_rights_is_narrowed_at_the_start(folder: Path) -> None:
    database = kept_open(folder)
    for path in folder.iterdir():
        path.chmod(0o664)
    folder.chmod(0o755)
    kept_open(folder).close()
    assert {mode(path) for path in folder.iterdir()} == {0o600}
    assert mode(folder) == 0o700
    database.close()


def test_a_folder_that_holds_other_things_too_is_left_as_it_is(folder: Path) -> None:
    (folder / "letter.txt").write_text("Dear Anna")
    (folder / "letter.txt").chmod(0o644)
    kept_open(folder).close()
    assert (mode(folder), mode(folder / "letter.txt"), mode(folder / "trackomat.db")) == (0o755, 0o644, 0o600)


def test_what_is_no_plain_file_keeps_its_rights(tmp_path: Path) -> None:
    pipe = tmp_path / "trackomat.db"
    os.mkfifo(pipe)
    pipe.chmod(0o666)
    files.make_private(pipe)
    assert mode(pipe) == 0o666


def test_rights_are_only_taken_away(folder: Path) -> None:
    kept_open(folder).close()
    (folder / "trackomat.db").chmod(0o444)
    folder.chmod(0o555)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "check_writable", lambda self: None)  # the tests may run as root
        kept_open(folder).close()
    assert (mode(folder), mode(folder / "trackomat.db")) == (0o500, 0o400)
    folder.chmod(0o755)


# While the bot runs


@pytest.fixture
def file(bot: Bot) -> Path:
    if not bot.database.is_sqlite:
        pytest.skip("looks at SQLite's file")
    return Path(str(bot.database.url.database))


def replace(file: Path) -> None:
    """Put a copy in its place, as `mv` does with a backup."""
    shutil.copy(file, file.with_name("copy"))
    os.replace(file.with_name("copy"), file)


def work(bot: Bot) -> None:
    """Does jobs for a second at most."""
    stop = threading.Event()
    threading.Timer(1, stop.set).start()
    jobs.work(bot, stop)


@pytest.mark.expects_errors
@pytest.mark.parametrize(
    ("happens", "words"),
    [(replace, "another file was put in its place"), (Path.unlink, "it was deleted or moved")],
    ids=["replaced", "deleted"],
)
def test_when_its_file_is_gone_nothing_is_written_and_the_bot_ends(
    happens: Callable[[Path], object],
    words: str,
    projects: None,
    anna: Person,
    bot: Bot,
    file: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    said(anna, "/track start acme website since 9:30")
    assert door._is_ready(bot)
    happens(file)
    assert TRY_AGAIN in said(anna, "/track stop")
    assert not door._is_ready(bot)
    with pytest.raises(Replaced):
        work(bot)
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL]
    assert len(told) == 2
    assert all(f"{file} is not the file any more that Trackomat opened: {words}" in text for text in told)


def test_nothing_new_is_made_in_the_place_of_what_was_deleted(
    projects: None, anna: Person, bot: Bot, file: Path
) -> None:
    said(anna, "/track start acme website since 9:30")
    file.unlink()
    with pytest.raises(Replaced):
        bot.database.schema()
    assert not file.exists()


def test_whoever_gave_all_connections_back_may_open_another_file(
    projects: None, anna: Person, bot: Bot, file: Path
) -> None:
    said(anna, "/track start acme website since 9:30")
    bot.database.close()
    replace(file)
    assert count(bot) == 1
