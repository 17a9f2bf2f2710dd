"""What a report with money needs: a connected account with articles and a rate."""

from tests.billing.conftest import connected

__all__ = ["connected"]
