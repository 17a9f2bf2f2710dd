"""The settings of the service, for commands that somebody calls by hand on the machine where systemd runs the bot."""

import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from bot.core import envfile
from bot.core.settings import ENV_FILE, SettingsError

UNIT = "trackomat.service"
PATIENCE = 5
"""Seconds for systemd to answer."""


@dataclass(frozen=True, slots=True)
class SystemService:
    """What systemd gives to the bot that it runs here."""

    environment: dict[str, str]
    files: list[Path]


def settings_for(environment: Mapping[str, str]) -> tuple[dict[str, str], str] | None:
    """The service's settings that are not set here, and a sentence that says so; None where our own count.

    Our own count when they name a database, or when they come from a file that is not the service's.
    Raises SettingsError when the service's file cannot be read.
    """
    if any(name.upper() == "DATABASE_URL" for name in environment):
        return None
    service = find()
    if service is None or _has_file_of_its_own(service):
        return None
    found = dict(service.environment)
    for file in service.files:
        found |= _read(file)
    named = f" and {', '.join(map(str, service.files))}" if service.files else ""
    about = f"With the settings of {UNIT}{named}. To look at another database set DATABASE_URL."
    return {name: value for name, value in found.items() if name not in environment}, about


def find() -> SystemService | None:
    """The service as systemd knows it, if it does."""
    asked = ("LoadState", "Environment", "EnvironmentFiles")
    try:
        answer = subprocess.run(  # noqa: S603 (nothing from outside)
            ["systemctl", "show", UNIT, f"--property={','.join(asked)}"],  # noqa: S607 (where each system has it)
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    said = [line.partition("=")[::2] for line in answer.splitlines()]
    if ("LoadState", "loaded") not in said:
        return None
    assignments = (each.partition("=")[::2] for name, value in said if name == "Environment" for each in _split(value))
    return SystemService(
        environment=dict(assignments),
        files=[
            Path(value.rpartition(" (")[0] or value) for name, value in said if name == "EnvironmentFiles" and value
        ],
    )


def _split(value: str) -> list[str]:
    try:
        return shlex.split(value)
    except ValueError:
        return value.split()


def _has_file_of_its_own(service: SystemService) -> bool:
    try:
        return ENV_FILE.exists() and not any(ENV_FILE.samefile(file) for file in service.files if file.exists())
    except OSError:  # the service's folder is closed to us, so ours is another one
        return True


def _read(file: Path) -> dict[str, str]:
    try:
        file.open().close()
    except FileNotFoundError:
        return {}
    except PermissionError as error:
        raise SettingsError(
            f"{UNIT} runs the bot here with the settings in {file}, which this user cannot read. Call the command with "
            "sudo to look at the service's database, or set DATABASE_URL to look at another one."
        ) from error
    except OSError:
        pass  # said below
    if troubles := envfile.problems(file):
        raise SettingsError("\n".join(troubles))
    return {name: value for name, value in dotenv_values(file, encoding=envfile.ENCODING).items() if value is not None}
