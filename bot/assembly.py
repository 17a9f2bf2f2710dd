"""Makes the running bot out of its settings."""

from bot.billomat import client as billomat
from bot.core.context import Bot
from bot.core.settings import Settings
from bot.core.vault import open_vault
from bot.slack.messages import patient_client
from storage.database import Database


def assemble(settings: Settings) -> Bot:
    """The bot that the settings describe. Raises SettingsError."""
    token = settings.slack_bot_token
    return Bot(
        settings=settings,
        database=Database(settings.database_url, busy_timeout=settings.busy_timeout * 1000),
        vault=open_vault(settings),
        slack=patient_client(token.get_secret_value() if token else "", settings.slack_api_url),
        http=billomat.http_client(connect=settings.billomat_connect_timeout, answer=settings.billomat_timeout),
    )
