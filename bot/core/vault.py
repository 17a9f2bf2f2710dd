"""Encrypts what is secret at rest (the Billomat API key)."""

import base64
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import make_url

from bot.core.settings import SHORTEST_KEY, Settings, SettingsError

KEY_NAME = "trackomat.key"


class Unreadable(Exception):
    """The secret was encrypted with a key that we do not have (any more)."""


class Vault:
    """Locks with the first key, opens with any: to rotate, put the new key before the old one."""

    def __init__(self, keys: list[str]) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys])

    def lock(self, secret: str) -> str:
        """The secret, encrypted and signed, as text."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, locked: str) -> str:
        """The secret itself. Raises Unreadable."""
        try:
            return self._fernet.decrypt(locked.encode()).decode()
        except InvalidToken:
            raise Unreadable from None


def open_vault(settings: Settings) -> Vault:
    """The vault with the keys of the settings, or with the one beside the SQLite file, made at the first use."""
    path = key_file(settings)
    return Vault(_keys_set(settings) if path is None else [kept_key(path) or _made(path)])


def opened_with(settings: Settings, key: str | None) -> Vault | None:
    """The vault as it would be with this key beside the database; None where there is no key at all."""
    keys = _keys_set(settings) if key_file(settings) is None else [key] if key else []
    return Vault(keys) if keys else None


def key_file(settings: Settings) -> Path | None:
    """Where the key is kept beside the SQLite file; None when TRACKOMAT_KEY holds it. Raises SettingsError."""
    if settings.trackomat_key:
        return None
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise SettingsError(
            "TRACKOMAT_KEY is not set: it encrypts the Billomat key in your database. "
            "Make one with `openssl rand -base64 32`, set it, and keep it safe."
        )
    return Path(url.database).with_name(KEY_NAME)


def _keys_set(settings: Settings) -> list[str]:
    held = settings.trackomat_key.get_secret_value() if settings.trackomat_key else ""
    return [key.strip() for key in held.split(",") if key]


def kept_key(path: Path) -> str | None:
    """The key in the file; None where there is no file. One that cannot be used stays as it is: it may be the key."""
    try:
        key = path.read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read ({error.strerror}): it holds the key that encrypts the Billomat key. "
            "Let this user read it, or set TRACKOMAT_KEY to what it holds."
        ) from error
    except UnicodeDecodeError:
        key = ""
    if len(key) < SHORTEST_KEY:
        raise SettingsError(
            f"{path} is empty or holds no whole key: put the one from your backup in its place. If there is none, "
            "delete it: the next start makes a new one, and in Slack `/track connect` takes the Billomat key anew."
        )
    return key


def _made(path: Path) -> str:
    """A new key in a new file, or the one that another process made meanwhile."""
    key = base64.urlsafe_b64encode(os.urandom(32)).decode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_ours = _put(path, key)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be made ({error.strerror}): it is to hold the key that encrypts the Billomat key. "
            "Let this user write to its folder, and see that the disk has room; or set TRACKOMAT_KEY "
            "(`openssl rand -base64 32` makes one) and keep it safe."
        ) from error
    return key if is_ours else kept_key(path) or _made(path)


def _put(path: Path, key: str) -> bool:
    """Written whole under another name and linked into place: two processes that start at once agree on one key."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.touch(mode=0o600)
        with fresh.open("w") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())  # a power cut must not leave the name without the key
        os.link(fresh, path)
    except FileExistsError:
        return False
    finally:
        fresh.unlink(missing_ok=True)
    return True


def _derived(key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"trackomat secrets").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
