"""The typed environment, also from a file `.env`; what is wrong is said by the variable's name, with the remedy."""

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

Blank = BeforeValidator(lambda value: None if value == "" else value)
"""`NAME=` in .env means: not set."""
Text = Annotated[str | None, Blank]
Secret = Annotated[SecretStr | None, Blank]
SHORTEST_KEY = 32
"""Characters of a key that encrypts; a shorter one is half of one, or can be guessed."""


class SettingsError(Exception):
    """The environment cannot be used; each line of the text names a variable and what to do."""


def data_folder() -> Path:
    """Where this person's data belongs on this system."""
    return user_data_path("trackomat", appauthor=False)


class Settings(BaseSettings):
    """Everything that can be set from outside. Durations are in seconds."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    slack_bot_token: Secret = None
    slack_app_token: Secret = None
    slack_signing_secret: Secret = None
    slack_api_url: str = "https://slack.com/api/"
    slack_client_id: Text = None
    slack_client_secret: Secret = None

    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)

    database_url: str = Field(default_factory=lambda: f"sqlite:///{data_folder() / 'trackomat.db'}")
    trackomat_key: Secret = None

    billomat_url: str = "https://{billomat_id}.billomat.net"
    billomat_app_id: Text = None
    billomat_app_secret: Secret = None

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    slack_timeout: int = Field(default=2, gt=0)
    """For what has to happen while a person waits (a trigger_id lives 3 s)."""
    slack_contact_timeout: int = Field(default=1, gt=0)
    """For users.info at the first contact, inside the 3 s of the answer."""
    billomat_connect_timeout: float = Field(default=5, gt=0)
    billomat_timeout: float = Field(default=30, gt=0)
    billomat_patience: float = Field(default=1.5, gt=0)
    """How long somebody who waits for Slack's answer waits for Billomat: while connecting, and for a list to choose
    from. Slack itself waits for 3 s."""
    job_poll: float = Field(default=1, gt=0)
    job_lease: int = Field(default=120, gt=0)
    """Longer than the longest job: a claim hides the row this long, a crash lets it reappear."""
    job_backoff: int = Field(default=15, gt=0)
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

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _prefixed(value, "xoxb-", "Slack's page of your app, OAuth & Permissions, Bot User OAuth Token")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _prefixed(value, "xapp-", "Slack's page of your app, Basic Information, App-Level Tokens")

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
        except ArgumentError:
            url = None
        # SQLite in memory is a database of its own for each process, and gone with it.
        is_file = url is not None and url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
        if not is_file and (url is None or url.get_backend_name() != "postgresql"):
            raise ValueError(
                "it has to look like sqlite:////folder/trackomat.db or postgresql+psycopg://host/trackomat"
            )
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _slash(cls, value: str) -> str:
        return value.rstrip("/") + "/"

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
        if missing:
            raise SettingsError("\n".join(missing))
        return self


def load() -> Settings:
    """Read the environment and `.env`. Raises SettingsError."""
    try:
        return Settings()
    except ValidationError as error:
        problems = (f"{str(problem['loc'][0]).upper()}: {problem['msg']}" for problem in error.errors())
        raise SettingsError("\n".join(problem.replace("Value error, ", "") for problem in problems)) from None
    except OSError as error:
        raise SettingsError(f"{error.filename} cannot be read ({error.strerror}): let this user read it.") from error


def _prefixed(value: SecretStr | None, prefix: str, where: str) -> SecretStr | None:
    if value and not value.get_secret_value().startswith(prefix):
        raise ValueError(f"should start with {prefix}; copy it from {where}")
    return value
