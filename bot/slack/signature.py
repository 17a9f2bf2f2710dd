"""Whether a request comes from Slack: the signature over its raw body.

slack_sdk's verifier does the same, but raises for a timestamp that is no number and a signature that is not ASCII, so
that a stranger's request ended where the errors of known people are answered.
https://docs.slack.dev/authentication/verifying-requests-from-slack/
"""

import hmac
import re

TIMESTAMP = "x-slack-request-timestamp"
SIGNATURE = "x-slack-signature"
VALID_FOR = 5 * 60
"""Seconds in which a request may arrive; whoever overheard an older one cannot send it again."""
_SECONDS = re.compile("[0-9]{1,12}")


def is_signed(secret: str, *, timestamp: str, signature: str, body: bytes, now: int) -> bool:
    """Whether Slack signed this body just now. Never raises, whatever strangers send."""
    if not _SECONDS.fullmatch(timestamp) or abs(now - int(timestamp)) > VALID_FOR:
        return False
    wanted = hmac.digest(secret.encode(), f"v0:{timestamp}:".encode() + body, "sha256").hex()
    return hmac.compare_digest(f"v0={wanted}".encode(), signature.encode(errors="replace"))
