"""Settings come from the environment and from .env; what is wrong is named, with the remedy."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from bot.core import settings
from bot.core.settings import Settings, SettingsError
from storage.database import Database

HTTP = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "secret"}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def loaded(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return settings.load()


def complaint(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    with pytest.raises(SettingsError) as refused:
        loaded(monkeypatch, **environment).for_slack()
    return str(refused.value)


def test_tokens_are_all_that_has_to_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = loaded(monkeypatch, SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1").for_slack()
    assert found.socket_mode
    assert found.slack_api_url == "https://slack.com/api/"
    assert found.billomat_url == "https://{billomat_id}.billomat.net"
    assert found.database_url == f"sqlite:///{tmp_path}/data/trackomat/trackomat.db"


def test_without_an_app_token_slack_comes_over_http(monkeypatch: pytest.MonkeyPatch) -> None:
    found = loaded(monkeypatch, **HTTP).for_slack()
    assert (found.socket_mode, found.host, found.port) == (False, "127.0.0.1", 3000)


def test_env_files_are_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-file  # OAuth & Permissions\nPORT=4000\nOTHER=thing\n")
    found = loaded(monkeypatch, PORT="5000")
    assert found.slack_bot_token
    assert found.slack_bot_token.get_secret_value() == "xoxb-file"
    assert found.port == 5000


def test_an_env_file_that_may_not_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_args: object, **_values: object) -> None:
        raise PermissionError(13, "Permission denied", ".env")

    (tmp_path / ".env").touch()
    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(SettingsError, match=r"^\.env cannot be read \(Permission denied\): let this user read it\.$"):
        settings.load()


def test_a_name_without_a_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_APP_TOKEN=\nDATABASE_URL=\nTRACKOMAT_KEY=\n")
    found = loaded(monkeypatch, SLACK_SIGNING_SECRET="")
    assert found.slack_app_token is None
    assert found.slack_signing_secret is None
    assert found.trackomat_key is None
    assert found.database_url.endswith("trackomat.db")


@pytest.mark.parametrize("address", ["http://127.0.0.1:8420/slack/api", "http://127.0.0.1:8420/slack/api/"])
def test_slacks_address_may_end_with_a_slash_or_not(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded(monkeypatch, SLACK_API_URL=address).slack_api_url == "http://127.0.0.1:8420/slack/api/"


@pytest.mark.parametrize(
    ("environment", "named", "remedy"),
    [
        ({}, "SLACK_BOT_TOKEN is not set", "copy the Bot User OAuth Token"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set", "for Socket Mode"),
        (HTTP | {"SLACK_BOT_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN: ", "OAuth & Permissions"),
        (HTTP | {"SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN: ", "Basic Information"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "xapp-1"}, "SLACK_SIGNING_SECRET: ", "Signing Secret"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "xoxb-1"}, "SLACK_SIGNING_SECRET: ", "Signing Secret"),
        (HTTP | {"PORT": "70000"}, "PORT: ", "less than or equal to 65535"),
        (HTTP | {"PORT": "http"}, "PORT: ", "valid integer"),
        (HTTP | {"LOG_LEVEL": "LOUD"}, "LOG_LEVEL: ", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        (HTTP | {"JOB_POLL": "0"}, "JOB_POLL: ", "greater than 0"),
        (HTTP | {"TRACKOMAT_KEY": "short"}, "TRACKOMAT_KEY: ", "openssl rand -base64 32"),
        (HTTP | {"TRACKOMAT_KEY": "x" * 32 + ",short"}, "TRACKOMAT_KEY: ", "32 characters or more"),
        (HTTP | {"DATABASE_URL": "trackomat.db"}, "DATABASE_URL: ", "sqlite:////folder/trackomat.db"),
        (HTTP | {"DATABASE_URL": "sqlite://"}, "DATABASE_URL: ", "sqlite:////folder/trackomat.db"),
        (HTTP | {"DATABASE_URL": "mysql://localhost/trackomat"}, "DATABASE_URL: ", "postgresql+psycopg://"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(
    environment: dict[str, str], named: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = complaint(monkeypatch, **environment)
    assert said.startswith(named)
    assert remedy in said


SLIPS = [
    ("DATABSE_URL", "DATABASE_URL"),
    ("DATABASEURL", "DATABASE_URL"),
    ("SLACK_APP_TOKN", "SLACK_APP_TOKEN"),
    ("SLACK_SIGNIN_SECRET", "SLACK_SIGNING_SECRET"),
    ("TRACKOMAT_KEYS", "TRACKOMAT_KEY"),
    ("BILLOMAT_WEBHOOKPATH", "BILLOMAT_WEBHOOK_PATH"),
    ("LOGLEVEL", "LOG_LEVEL"),
    ("trackomat_ky", "TRACKOMAT_KEY"),
]


@pytest.mark.parametrize("in_file", [True, False], ids=["in .env", "in the environment"])
@pytest.mark.parametrize(("slip", "meant"), SLIPS)
def test_a_misspelt_setting_is_named_with_the_one_that_is_meant_instead_of_being_passed_over(
    slip: str, meant: str, in_file: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if in_file:
        (tmp_path / ".env").write_text(f"{slip}=hush-hush\n")
    said = complaint(monkeypatch, SLACK_BOT_TOKEN="xoxb-1", **({} if in_file else {slip: "hush-hush"}))
    assert said.startswith(f"{slip.upper()} is no setting: did you mean {meant}?")
    assert "hush" not in said


@pytest.mark.parametrize(
    "others",
    [
        {"DATABASE_URI": "x", "DATABASE_URL": "sqlite:////x/y.db"},
        {"HOSTNAME": "x", "PORTS": "1", "FTP_PROXY": "x", "SSL_CERT_DIR": "/x", "POSTGRES_PASSWORD": "x"},
        {"PUBLIC_HOST": "x", "OTHER": "thing", "SLACK_USER_TOKEN": "xoxp-1", "TRACKOMAT_CLOCK": "/x"},
        {"LOGLEVEL": ""},
    ],
)
def test_what_belongs_to_others_is_passed_over(others: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert loaded(monkeypatch, **HTTP, **others).port == 3000


@pytest.mark.parametrize(
    "address",
    [
        "slack.com/api",
        "ftp://slack.com/",
        "https://",
        "https://ho st/",
        "http://[::1/",
        "https://x:99999/",
        "https://x:y/",
        "http://x\n/",
        "https://ü/",
        "https://a..b/",
        "https://anna:hush@x/",
        "https://x/?a=b",
        "https://x/#a",
        "//x/",
        "https://{team}.slack.com/",
        "https://" + "x" * 64 + ".com",
    ],
)
@pytest.mark.parametrize("name", ["SLACK_API_URL", "BILLOMAT_URL"])
def test_an_address_that_cannot_be_one_is_named(name: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = complaint(monkeypatch, **HTTP, **{name: address})
    assert said.startswith(f"{name}: ")
    assert "hush" not in said


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://host:port/trackomat",
        "sqlite+aiosqlite:///a.db",
        "sqlite:///a.db?timeout=abc",
        "sqlite:///file:a.db",
        "sqlite:///.",
        "sqlite:////",
        "sqlite://host/a.db",
        "postgres://host/trackomat",
        "nonsense",
        "sqlite:///a\x01.db",
    ],
)
def test_a_database_that_cannot_be_one_is_named(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaint(monkeypatch, **HTTP, DATABASE_URL=url).startswith("DATABASE_URL: ")


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "TRACKOMAT_KEY", "DATABASE_URL", "PORT", "LOG_LEVEL"])
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{}   # from the page", "give it a line of its own"),
        ('"{}"', "leave out the quotes"),
        ("{}\r", "cannot be seen"),
    ],
)
def test_what_came_along_with_a_value_is_refused(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As systemd hands on what stands behind a value, and `docker run --env-file` the quotes around it."""
    meant = {"SLACK_BOT_TOKEN": "xoxb-1", "TRACKOMAT_KEY": "x" * 32, "DATABASE_URL": "sqlite:///a.db"}
    meant |= {"PORT": "3000", "LOG_LEVEL": "INFO"}
    refused = complaint(monkeypatch, **HTTP | {name: value.format(meant[name])})
    assert refused.startswith(f"{name}: ")
    assert said in refused


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-…"),
        ("SLACK_APP_TOKEN", "xapp-1 2"),
        ("SLACK_SIGNING_SECRET", "gehöim"),
        ("BILLOMAT_APP_ID", "ä"),
        ("BILLOMAT_APP_SECRET", "a b"),
        ("HOST", "http://x"),
        ("HTTPS_PROXY", "proxy:3128"),
        ("HTTPS_PROXY", "socks5://proxy:1080"),
        ("HTTP_PROXY", "http://[::1"),
        ("ALL_PROXY", "socks5://proxy:1080"),
        ("NO_PROXY", "localhost,[::1]"),
        ("NO_PROXY", "bäcker.de"),
        ("SSL_CERT_FILE", "/no/such/file.pem"),
    ],
)
def test_what_would_fail_only_later_is_named_at_once(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaint(monkeypatch, **HTTP | {name: value}).startswith(f"{name}: ")


def test_a_file_without_certificates_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Anna")
    said = complaint(monkeypatch, **HTTP, SSL_CERT_FILE=str(tmp_path / "letter.txt"))
    assert said.startswith(f"SSL_CERT_FILE: {tmp_path}/letter.txt holds no certificate")


def test_the_network_settings_of_the_file_reach_the_libraries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    (tmp_path / ".env").write_text("HTTPS_PROXY=http://proxy.example.com:3128\nNO_PROXY=localhost\n")
    settings.load()
    assert os.environ["HTTPS_PROXY"] == "http://proxy.example.com:3128"
    assert os.environ["NO_PROXY"] == "localhost"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("PORT=3000\n\n# web\nHOST=::1\nPORT=3000\n", "PORT stands twice in .env, in lines 1 and 5: keep one."),
        ("PORT=3000\n'nonsense\n", ".env: line 2 cannot be read: write NAME=value, or # before a comment."),
        (b"PORT=\xff\xfe", ".env is no text in UTF-8: save it as such."),
    ],
)
def test_what_cannot_be_read_in_the_file_is_named_by_its_line(
    content: str | bytes, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert complaint(monkeypatch) == said


def test_a_folder_in_place_of_the_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert complaint(monkeypatch).startswith(".env is a folder: remove it and write a file in its place.")


def test_a_file_from_windows_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfSLACK_BOT_TOKEN=xoxb-1\r\nPORT=4000\r\n")
    found = loaded(monkeypatch)
    assert found.slack_bot_token
    assert (found.slack_bot_token.get_secret_value(), found.port) == ("xoxb-1", 4000)


def test_everything_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said = complaint(monkeypatch, SLACK_BOT_TOKEN="wrong", PORT="-1", LOG_LEVEL="LOUD")
    assert [line.partition(":")[0] for line in said.splitlines()] == ["SLACK_BOT_TOKEN", "PORT", "LOG_LEVEL"]


def test_no_secret_is_repeated_in_a_complaint_or_shown_in_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"SLACK_BOT_TOKEN": "xoxp-hush", "SLACK_APP_TOKEN": "hush-hush", "TRACKOMAT_KEY": "hush"}
    assert "hush" not in complaint(monkeypatch, **wrong)
    assert "hush" not in complaint(monkeypatch, DATABASE_URL="mysql://anna:hush@localhost/trackomat")
    right = {"SLACK_BOT_TOKEN": "xoxb-hush", "SLACK_APP_TOKEN": "xapp-hush", "TRACKOMAT_KEY": "hush" * 8}
    found = loaded(monkeypatch, DATABASE_URL="sqlite:///trackomat.db", BILLOMAT_APP_SECRET="hush", **right)
    assert "hush" not in repr(found)


# The command line


@pytest.mark.parametrize("command", [["run"], ["run", "--only", "slack"], ["run", "--only", "jobs"]])
def test_the_bot_does_not_start_with_settings_that_cannot_work(command: list[str]) -> None:
    ended = CliRunner().invoke(main, command)
    assert ended.exit_code == 2
    assert ended.stderr.startswith("SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token")


@pytest.mark.parametrize(
    ("extra", "wrong"),
    [
        ({}, 2),
        ({"SLACK_APP_TOKEN": "xapp-1"}, 1),
        ({"BILLOMAT_WEBHOOK_PATH": "a" * 32}, 3),
    ],
)
def test_the_doctor_says_of_each_setting_that_lacks_that_it_is_to_be_mended(
    monkeypatch: pytest.MonkeyPatch, extra: dict[str, str], wrong: int
) -> None:
    monkeypatch.setattr("bot.doctor._slack_answers", lambda _settings: iter(()))
    for name, value in extra.items():
        monkeypatch.setenv(name, value)
    said = CliRunner().invoke(main, ["doctor"]).stdout.splitlines()
    assert [line[:4] for line in said] == ["MEND"] * wrong + ["ok  "]


def test_postgresql_needs_a_key_of_its_own_and_is_not_touched_without(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (HTTP | {"DATABASE_URL": "postgresql+psycopg://127.0.0.1:1/trackomat"}).items():
        monkeypatch.setenv(name, value)
    ended = CliRunner().invoke(main, ["run"])
    assert ended.exit_code == 2
    assert ended.stderr.startswith("TRACKOMAT_KEY is not set")


def test_migrating_makes_the_database_with_its_folder_and_may_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        ended = CliRunner().invoke(main, ["migrate"])
        database = f"sqlite:///{tmp_path}/data/trackomat/trackomat.db"
        assert (ended.exit_code, ended.output) == (0, f"The database {database} is up to date.\n")
    assert (tmp_path / "data" / "trackomat" / "trackomat.db").exists()


def test_a_database_that_is_none_is_named_and_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Anna, " * 100)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/letter.txt")
    ended = CliRunner().invoke(main, ["migrate"])
    assert ended.exit_code == 2
    assert ended.stderr == f"DATABASE_URL: {tmp_path}/letter.txt is not a SQLite database: name another file.\n"
    assert (tmp_path / "letter.txt").read_text() == "Dear Anna, " * 100


def test_a_database_of_a_newer_version_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/trackomat.db")
    database.migrate()
    with database.write() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/trackomat.db")
    ended = CliRunner().invoke(main, ["migrate"])
    assert ended.exit_code == 2
    assert "the database is of a newer version of Trackomat" in ended.stderr


@pytest.mark.parametrize("command", [["jobs"], ["jobs", "retry", "--all"], ["report"], ["books", "2026.zip"]])
def test_whoever_looks_into_a_database_of_a_newer_version_is_not_sent_to_migrate_it(
    command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path}/trackomat.db")
    database.migrate()
    with database.write() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/trackomat.db")
    ended = CliRunner().invoke(main, command)
    assert ended.exit_code == 2
    assert "of a newer version of Trackomat" in ended.stderr
    assert "migrate" not in ended.stderr


@pytest.mark.parametrize("command", ["run", "demo", "migrate", "doctor", "manifest"])
def test_each_command_explains_itself_with_an_example(command: str) -> None:
    shown = CliRunner().invoke(main, [command, "--help"])
    assert shown.exit_code == 0
    assert "Example: " in shown.output
