"""Whether a text holds what looks like an API key or a password: such a message is neither carried out nor kept."""

import re
from itertools import pairwise

_KNOWN = re.compile(r"\b(?:xox[a-z]|xapp|sk|pk|gh[a-z]|glpat|eyJ[\w-]{8,})[-_.][\w.-]{8,}", re.ASCII)
"""How the tokens of widespread services begin."""
_ADDRESS = re.compile(r"https?://\S+")
_PARAMETER = re.compile(r"[?&#](?:api[_-]?key|access[_-]?token|token|key|secret|password)=[^&\s]{6,}", re.IGNORECASE)
_RUN = re.compile("[A-Za-z0-9]{12,}")
_LONG_HEX = re.compile(r"\b[0-9a-fA-F]{24,}\b")
_SPOKEN_OF = re.compile(
    r"api[ _-]?key|api[ _-]?schlüssel|\bschlüssel\b|passwor[dt]|kennwort|\bsecret\b|\btoken\b", re.IGNORECASE
)
_SHORTER = re.compile(r"(?=\S*[0-9])(?=\S*[A-Za-z])[^\s:=,;]{10,}")
_SWITCHES = 4
"""Between letters and digits. Names and numbers of orders switch less often."""


def looks_like_key(text: str) -> bool:
    """Whether there is one somewhere; what looks alike, such as the long name of a commit, is taken for one too."""
    if _KNOWN.search(text) or _PARAMETER.search(text):
        return True
    text = _ADDRESS.sub(" ", text)
    if _LONG_HEX.search(text) or any(_is_random(run) for run in _RUN.findall(text)):
        return True
    spoken_of = _SPOKEN_OF.search(text)
    return spoken_of is not None and _SHORTER.search(text, spoken_of.end()) is not None


def _is_random(run: str) -> bool:
    digits = sum(character.isdigit() for character in run)
    switches = sum(before.isdigit() != after.isdigit() for before, after in pairwise(run))
    return digits >= 3 and len(run) - digits >= 3 and switches >= _SWITCHES
