"""The typed environment, also from a file `.env`; what is wrong is said by the variable's name, with the remedy."""

import os
import re
import ssl
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.core import envfile, misspelt

Blank = BeforeValidator(lambda value: None if value == "" else value)
"""`NAME=` in .env means: not set."""
Text = Annotated[str | None, Blank]
Secret = Annotated[SecretStr | None, Blank]
SHORTEST_KEY = 32
"""Characters of a key that encrypts; a shorter one is half of one, or can be guessed."""


SHORTEST_WEBHOOK = 20
"""Characters of what nobody else knows about webhooks."""


class SettingsError(Exception):
    """The environment cannot be used; each line of the text names a variable or a file and what to do."""


ENV_FILE = Path(".env")
NETWORK = ("https_proxy", "http_proxy", "all_proxy", "no_proxy", "ssl_cert_file")
"""Settings that the libraries read from the environment by themselves, wherever we found them."""
_TOKENS = ("xox", "xapp-", "xwfp-")
"""How Slack's tokens begin; a signing secret has digits and the letters a to f."""
_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+\]")


def data_folder() -> Path:
    """Where this person's data belongs on this system."""
    return user_data_path("trackomat", appauthor=False)


class Settings(BaseSettings):
    """Everything that can be set from outside. Durations are in seconds."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_file_encoding=envfile.ENCODING, env_ignore_empty=True, extra="ignore", frozen=True
    )

    slack_bot_token: Secret = None
    slack_app_token: Secret = None
    slack_signing_secret: Secret = None
    slack_api_url: str = "https://slack.com/api/"

    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)

    database_url: str = Field(default_factory=lambda: f"sqlite:///{data_folder() / 'trackomat.db'}")
    trackomat_key: Secret = None

    billomat_url: str = "https://{billomat_id}.billomat.net"
    billomat_app_id: Text = None
    billomat_app_secret: Secret = None

    billomat_webhook_path: Secret = None
    """Behind /billomat/, where Billomat's webhooks come in over HTTP; with the password, or not at all."""
    billomat_webhook_password: Secret = None

    https_proxy: Text = None
    """For all calls to Slack and Billomat but those to the hosts of `no_proxy`."""
    http_proxy: Text = None
    all_proxy: Text = None
    no_proxy: Text = None
    ssl_cert_file: Text = None
    """Certificate authorities that are believed instead of the usual ones: those of a proxy that looks inside."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    slack_timeout: int = Field(default=2, gt=0)
    """For what has to happen while a person waits (a trigger_id lives 3 s)."""
    slack_contact_timeout: int = Field(default=1, gt=0)
    """For users.info at the first contact, inside the 3 s of the answer."""
    billomat_connect_timeout: float = Field(default=5, gt=0)
    billomat_timeout: float = Field(default=30, gt=0)
    """For a whole call, from its beginning to the last byte of the answer."""
    billomat_patience: float = Field(default=1.5, gt=0)
    """How long somebody who waits for Slack's answer waits for Billomat: while connecting, and for a list to choose
    from. Slack itself waits for 3 s."""
    job_poll: float = Field(default=1, gt=0)
    job_lease: int = Field(default=120, gt=0)
    """Longer than the longest job, whose calls end in time. A claim hides it so long, also after a crash."""
    job_backoff: int = Field(default=15, gt=0)
    jobs_at_once: int = Field(default=2, gt=0)
    """Of those that wait for the same thing; see bot/core/jobs.py."""
    job_tries: int = Field(default=12, gt=0)
    second_look: int = Field(default=30, gt=0)
    """How long after the first look, which is at once, Billomat is looked through again for a lost draft."""
    last_look: int = Field(default=120, gt=0)
    """How long after the first look that is done for the last time, before people are asked. Longer than a call."""
    database_patience: int = Field(default=30, ge=0)
    """How long `run` waits at its start for a PostgreSQL that is not there yet."""
    busy_timeout: int = Field(default=2, gt=0)
    """How long SQLite waits for another process's write."""
    threads: int = Field(default=4, gt=0)
    """More of them get in each other's way: Python runs one at a time, and each lets go of it at every statement."""
    trackomat_socket_fd: int | None = None
    """A listening socket that was opened for us; then HOST and PORT do not count."""
    trackomat_parent_fd: int | None = None
    """A pipe whose end of file means that whoever started us is gone."""

    @field_validator("*", mode="before")
    @classmethod
    def _as_it_was_meant(cls, value: Any) -> Any:
        if isinstance(value, str) and (trouble := _misread(value)):
            raise ValueError(trouble)
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _prefixed(value, "xoxb-", "Slack's page of your app, OAuth & Permissions, Bot User OAuth Token")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _prefixed(value, "xapp-", "Slack's page of your app, Basic Information, App-Level Tokens")

    @field_validator("slack_signing_secret")
    @classmethod
    def _signing_secret(cls, value: SecretStr | None) -> SecretStr | None:
        where = "Slack's page of your app, Basic Information, Signing Secret"
        if value and value.get_secret_value().startswith(_TOKENS):
            raise ValueError(f"is a token, and no secret to verify requests with; copy it from {where}")
        return _copied(value, where)

    @field_validator("billomat_app_secret")
    @classmethod
    def _app_secret(cls, value: SecretStr | None) -> SecretStr | None:
        return _copied(value, "Billomat, Settings, Administration, Apps")

    @field_validator("billomat_app_id")
    @classmethod
    def _app_id(cls, value: str | None) -> str | None:
        if value and not _is_printable_ascii(value):
            raise ValueError("holds characters that no such id has; copy it from Billomat, Settings")
        return value

    @field_validator("billomat_webhook_path", "billomat_webhook_password")
    @classmethod
    def _webhook(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(rf"[A-Za-z0-9_-]{{{SHORTEST_WEBHOOK},200}}", value.get_secret_value()):
            raise ValueError(
                f"take {SHORTEST_WEBHOOK} letters and digits or more that nobody can guess; `openssl rand -hex 16` "
                "makes some"
            )
        return value

    @field_validator("trackomat_key")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        if value and any(len(key.strip()) < SHORTEST_KEY for key in value.get_secret_value().split(",")):
            raise ValueError(f"each key needs {SHORTEST_KEY} characters or more; `openssl rand -base64 32` makes one")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):  # the second for a port that is no number
            url = None
        if url is None or not (_is_sqlite_file(url) or url.get_backend_name() == "postgresql"):
            raise ValueError(
                "it has to look like sqlite:////folder/trackomat.db or postgresql+psycopg://host/trackomat"
            )
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _slack_address(cls, value: str) -> str:
        if not is_address(value):
            raise ValueError("it has to look like https://slack.com/api/")
        return value.rstrip("/") + "/"

    @field_validator("billomat_url")
    @classmethod
    def _billomat_address(cls, value: str) -> str:
        if not is_address(value.replace("{billomat_id}", "acme")):
            raise ValueError(
                "it has to look like https://{billomat_id}.billomat.net; the braces with what they hold are "
                "replaced by the account's billomatID"
            )
        return value

    @field_validator("host")
    @classmethod
    def _bindable(cls, value: str) -> str:
        if not (_HOST.fullmatch(value) or _HOST.fullmatch(f"[{value}]")):
            raise ValueError("it has to be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them")
        return value

    @field_validator("https_proxy", "http_proxy", "all_proxy")
    @classmethod
    def _proxy(cls, value: str | None) -> str | None:
        if value is None or (value.startswith("http://") and is_address(value, with_password=True)):
            return value
        raise ValueError("it has to look like http://proxy.example.com:3128; other kinds of proxies are not supported")

    @field_validator("no_proxy")
    @classmethod
    def _direct(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"[ -Z^-~]*", value):
            raise ValueError("write hosts with commas between them, and addresses without brackets")
        return value

    @field_validator("ssl_cert_file")
    @classmethod
    def _certificates(cls, value: str | None) -> str | None:
        if value is not None:
            _read_certificates(value)
        return value

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached through a WebSocket of ours instead of reaching us over HTTP."""
        return self.slack_app_token is not None

    def for_slack(self) -> "Settings":
        """Self, when everything is there to talk to Slack; otherwise SettingsError."""
        missing = []
        if self.slack_bot_token is None:
            missing.append(
                "SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token (xoxb-…) from Slack's page of your app."
            )
        if not self.socket_mode and self.slack_signing_secret is None:
            missing.append(
                "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set: set the first (xapp-…) for Socket Mode, "
                "which needs no public address, or the second for HTTP."
            )
        if (self.billomat_webhook_path is None) != (self.billomat_webhook_password is None):
            missing.append(
                "BILLOMAT_WEBHOOK_PATH and BILLOMAT_WEBHOOK_PASSWORD are set together, or neither of them: webhooks "
                "have no signature."
            )
        if self.billomat_webhook_path and self.socket_mode:
            missing.append(
                "BILLOMAT_WEBHOOK_PATH: webhooks come in over HTTP, and with SLACK_APP_TOKEN nothing does. Leave one "
                "out; without webhooks Billomat is looked at every hour."
            )
        if missing:
            raise SettingsError("\n".join(missing))
        return self


def load(env_file: Path | None = ENV_FILE) -> Settings:
    """Read the environment and `.env`, and hand on to the libraries what is theirs. Raises SettingsError."""
    if env_file and (troubles := envfile.problems(env_file)):
        raise SettingsError("\n".join(troubles))
    if troubles := _misspelt(env_file):
        raise SettingsError("\n".join(troubles))
    try:
        found = Settings(_env_file=env_file)
    except ValidationError as error:
        problems = (f"{str(problem['loc'][0]).upper()}: {problem['msg']}" for problem in error.errors())
        raise SettingsError("\n".join(problem.replace("Value error, ", "") for problem in problems)) from None
    for name in NETWORK:
        if (value := getattr(found, name)) and name not in os.environ:
            os.environ.setdefault(name.upper(), value)
    return found


def _misspelt(env_file: Path | None) -> list[str]:
    set_here = {name.upper() for name, value in os.environ.items() if value}
    in_file = envfile.names(env_file) if env_file else set()
    return list(misspelt.problems(set_here | in_file, {name.upper() for name in Settings.model_fields}))


def _misread(value: str) -> str | None:
    """What is wrong with a value that somebody else's reading of a line has changed."""
    if re.search(r"\s#", value):
        return (
            "a comment stands behind the value: give it a line of its own, for systemd and Docker take it as a part "
            "of the value"
        )
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return "leave out the quotes: they came along as a part of the value"
    if not value.isprintable():
        return "it holds characters that cannot be seen, such as the end of a line: type it anew"
    return None


def _prefixed(value: SecretStr | None, prefix: str, where: str) -> SecretStr | None:
    if value and not value.get_secret_value().startswith(prefix):
        raise ValueError(f"should start with {prefix}; copy it from {where}")
    return _copied(value, where)


def _copied(value: SecretStr | None, where: str) -> SecretStr | None:
    if value and not _is_printable_ascii(value.get_secret_value()):
        raise ValueError(f"holds blanks or characters that none has; copy it whole from {where}")
    return value


def _is_printable_ascii(text: str) -> bool:
    return re.fullmatch(r"[!-~]+", text) is not None


def _is_sqlite_file(url: URL) -> bool:
    # SQLite in memory is a database of its own for each process, and gone with it.
    name = Path(url.database or "").name
    named = name not in ("", "..", ":memory:") and not str(url.database).startswith("file:")
    return url.drivername in ("sqlite", "sqlite+pysqlite") and named and not url.host and not url.query


def is_address(value: str, *, with_password: bool = False) -> bool:
    """Whether it is an HTTP address to which a path can be added."""
    if not _is_printable_ascii(value) or re.search(r"[{}<>\\^`|\"?#]", value):
        return False
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{port}")
    return (
        parts.scheme in ("http", "https")
        and _HOST.fullmatch(host) is not None
        and (with_password or parts.username is None)
    )


def _read_certificates(file: str) -> None:
    try:
        found = ssl.create_default_context(cafile=file).cert_store_stats()["x509_ca"]
    except OSError as error:  # ssl.SSLError is one too
        why = "holds no certificates" if isinstance(error, ssl.SSLError) else f"cannot be read ({error.strerror})"
        raise ValueError(f"{file} {why}: name a file of certificates (PEM) that this user may read") from error
    if not found:
        raise ValueError(f"{file} holds no certificate of an authority: name the one that signed the proxy's")
