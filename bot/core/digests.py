"""Short names of what a person saw, by which it is known again whether they still see the same."""

import hashlib
import json


def digest(*values: object) -> str:
    """A short text that differs when any of these does."""
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:16]
