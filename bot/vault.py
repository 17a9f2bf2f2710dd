"""Encrypts what is secret at rest (the Billomat API key)."""

import base64
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import make_url

from bot.settings import Settings, SettingsError


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
    if settings.trackomat_key:
        return Vault([key.strip() for key in settings.trackomat_key.get_secret_value().split(",")])
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise SettingsError(
            "TRACKOMAT_KEY is not set: it encrypts the Billomat key in your database. "
            "Make one with `openssl rand -base64 32`, set it, and keep it safe."
        )
    return Vault([_key_beside(Path(url.database))])


def _key_beside(database: Path) -> str:
    path = database.with_name("trackomat.key")
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    key = base64.urlsafe_b64encode(os.urandom(32)).decode()
    # Written whole under another name and linked into place: two processes that start at once agree on one key.
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(key)
    try:
        os.link(fresh, path)
    except FileExistsError:
        return path.read_text().strip()
    finally:
        fresh.unlink()
    return key


def _derived(key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"trackomat secrets").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
