"""By hand, commands look at what the service looks at, or say why they cannot."""

import os
from pathlib import Path

import pytest

from storage.database import Database
from tests.operations.conftest import Trackomat


@pytest.fixture
def service(tmp_path: Path, data: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose systemd runs the bot as deploy/trackomat.service says; the service's file with settings."""
    env_file = tmp_path / "opt" / ".env"
    env_file.parent.mkdir()
    env_file.write_text("# the tokens\nSLACK_BOT_TOKEN=xoxb-1\nSLACK_APP_TOKEN=xapp-1\n")
    systemctl = tmp_path / "bin" / "systemctl"
    systemctl.parent.mkdir()
    systemctl.write_text(
        "#!/bin/sh\n[ \"$1 $2\" = 'show trackomat.service' ] || exit 1\ncat <<'END'\n"
        f'LoadState=loaded\nEnvironment=DATABASE_URL=sqlite:///{data}/trackomat.db "OTHER=two words"\n'
        f"EnvironmentFiles={env_file} (ignore_errors=no)\nEND\n"
    )
    systemctl.chmod(0o755)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.setenv("PATH", f"{systemctl.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "mine"))
    monkeypatch.delenv("DATABASE_URL")
    database = Database(f"sqlite:///{data}/trackomat.db")
    database.migrate()
    database.close()
    return env_file


def test_the_services_database_is_found_and_that_is_said(
    service: Path, data: Path, tmp_path: Path, trackomat: Trackomat
) -> None:
    listed = trackomat("jobs")
    assert (listed.exit_code, listed.stdout) == (0, "Nothing is due, running or failed.\n")
    assert listed.stderr == (
        f"This is about sqlite:///{data}/trackomat.db. With the settings of trackomat.service and {service}. "
        "To look at another database set DATABASE_URL.\n"
    )
    assert trackomat("backup", tmp_path / "a.tar").exit_code == 0
    assert trackomat("restore", tmp_path / "a.tar").exit_code == 0
    assert list(data.glob("before-restore-*"))


def test_the_services_file_goes_before_its_unit_and_our_environment_before_both(
    service: Path, data: Path, tmp_path: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service.open("a") as file:
        file.write(f"DATABASE_URL=sqlite:///{tmp_path}/file/trackomat.db\n")
    assert f"{tmp_path}/file/trackomat.db" in trackomat("jobs").stderr
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/ours/trackomat.db")
    refused = trackomat("jobs")
    assert f"{tmp_path}/ours/trackomat.db" in refused.stderr
    assert "trackomat.service" not in refused.stderr


def test_in_a_checkout_with_settings_of_its_own_those_count(
    service: Path, data: Path, tmp_path: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / ".env").touch()
    monkeypatch.chdir(tmp_path / "checkout")
    assert f"DATABASE_URL is not set, so this is about sqlite:///{tmp_path}/mine" in trackomat("jobs").stderr
    monkeypatch.chdir(service.parent)  # where the file is the service's own
    assert f"{data}/trackomat.db" in trackomat("jobs").stderr


def test_a_file_that_only_root_reads_is_named_with_sudo(
    service: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def refuse(path: Path, *how: str) -> object:
        if path == service:
            raise PermissionError(13, "Permission denied")
        return opened(path, *how)

    monkeypatch.setattr(Path, "open", refuse)
    refused = trackomat("doctor")
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"trackomat.service runs the bot here with the settings in {service}")
    assert "with sudo" in refused.stderr


def test_what_the_service_could_not_use_either_is_named(service: Path, trackomat: Trackomat) -> None:
    with service.open("a") as file:
        file.write("SLACK_BOT_TOKEN=xoxb-2\n")
    assert trackomat("jobs").stderr == f"SLACK_BOT_TOKEN stands twice in {service}, in lines 2 and 4: keep one.\n"


def test_without_a_service_it_says_which_database_it_looked_at(
    tmp_path: Path, trackomat: Trackomat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "mine"))
    monkeypatch.delenv("DATABASE_URL")
    assert trackomat("jobs").stderr.startswith(
        f"DATABASE_URL is not set, so this is about sqlite:///{tmp_path}/mine/trackomat/trackomat.db.\n"
        f"DATABASE_URL: there is no database yet at {tmp_path}/mine/trackomat/trackomat.db"
    )
