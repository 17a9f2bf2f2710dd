"""Hands signed payloads to the bot, waits for its answer no longer than Slack does, and says what came back."""

from __future__ import annotations


class Delivery:
    """One payload on its way to the bot."""

    def wait(self, timeout: float = 10.0) -> Delivery:
        """Until the answer was read and its effects are visible. TimeoutError after `timeout` seconds."""
        raise NotImplementedError
