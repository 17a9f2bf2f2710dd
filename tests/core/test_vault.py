"""The Billomat key at rest: encrypted with a key of its own that can be changed, and that is made only once."""

import multiprocessing
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.core.settings import Settings, SettingsError
from bot.core.vault import Unreadable, Vault, open_vault

OLD, NEW = "an old key of more than 32 characters", "a new key of more than 32 characters"


def settings(folder: Path, *, key: str | None = None, url: str | None = None) -> Settings:
    return Settings(
        _env_file=None,
        database_url=url or f"sqlite:///{folder}/trackomat.db",
        trackomat_key=SecretStr(key) if key else None,
    )


@pytest.fixture(autouse=True)
def _no_key_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRACKOMAT_KEY", raising=False)


def test_what_is_locked_can_be_opened_and_not_be_read() -> None:
    locked = Vault([OLD]).lock("the key of Acme, ümläüt")
    assert "Acme" not in locked
    assert Vault([OLD]).open(locked) == "the key of Acme, ümläüt"


def test_the_same_secret_looks_different_each_time() -> None:
    assert Vault([OLD]).lock("secret") != Vault([OLD]).lock("secret")


def test_a_new_key_in_front_locks_and_the_old_one_still_opens(tmp_path: Path) -> None:
    locked = open_vault(settings(tmp_path, key=OLD)).lock("secret")
    rotated = open_vault(settings(tmp_path, key=f"{NEW}, {OLD}"))
    assert rotated.open(locked) == "secret"
    assert Vault([NEW]).open(rotated.lock("secret")) == "secret"


@pytest.mark.parametrize(
    "locked", [Vault([OLD]).lock("secret"), "", "nonsense", "ü"], ids=["of another key", "empty", "nonsense", "umlaut"]
)
def test_what_another_key_locked_is_unreadable_and_says_nothing(locked: str) -> None:
    with pytest.raises(Unreadable) as refused:
        Vault([NEW]).open(locked)
    assert refused.value.__suppress_context__
    assert str(refused.value) == ""


def test_a_secret_that_was_tampered_with_is_unreadable() -> None:
    locked = Vault([OLD]).lock("secret")
    middle = len(locked) // 2
    forged = locked[:middle] + ("A" if locked[middle] != "A" else "B") + locked[middle + 1 :]
    with pytest.raises(Unreadable):
        Vault([OLD]).open(forged)


def test_for_sqlite_a_key_is_made_beside_the_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    found = settings(tmp_path / "new")
    locked = open_vault(found).lock("secret")
    made = tmp_path / "new" / "trackomat.key"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert [path.name for path in made.parent.iterdir()] == ["trackomat.key"]
    assert open_vault(found).open(locked) == "secret"


def test_two_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    fresh = multiprocessing.get_context("spawn")
    start, answers = fresh.Barrier(2), fresh.Queue()
    processes = [fresh.Process(target=_lock, args=(settings(tmp_path), start, answers)) for _ in range(2)]
    for process in processes:
        process.start()
    locked = [answers.get(timeout=30) for _ in processes]
    for process in processes:
        process.join()
    vault = open_vault(settings(tmp_path))
    assert [vault.open(one) for one in locked] == ["secret"] * 2
    assert [path.name for path in tmp_path.iterdir()] == ["trackomat.key"]


def _lock(found: Settings, start: "multiprocessing.synchronize.Barrier", answers: "multiprocessing.Queue[str]") -> None:
    start.wait(30)
    answers.put(open_vault(found).lock("secret"))


def test_a_key_of_the_settings_leaves_the_file_alone(tmp_path: Path) -> None:
    open_vault(settings(tmp_path, key=OLD))
    assert not list(tmp_path.iterdir())


def test_where_no_file_can_hold_the_key_it_has_to_be_set(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"TRACKOMAT_KEY is not set: .*openssl rand -base64 32"):
        open_vault(settings(tmp_path, url="postgresql+psycopg://localhost/trackomat"))
