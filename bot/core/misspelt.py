"""Names that are nearly those of settings: a slip in one leaves the setting at its default, and nobody is told."""

from collections.abc import Collection, Iterable, Iterator

from rapidfuzz.distance import Levenshtein

LONG = 12
"""Characters from which on two may be wrong; in a shorter name one, and in one below `SHORTEST` none."""
SHORTEST = 8


def problems(names: Iterable[str], settings: Collection[str]) -> Iterator[str]:
    """What is probably meant by names that are no settings, as sentences that show no value. All in capitals.

    Of a setting that is set, whatever has nearly its name is somebody else's.
    """
    given = set(names)
    missing = sorted(set(settings) - given)
    for name in sorted(given.difference(settings)):
        if meant := next((setting for setting in missing if _is_near(name, setting)), None):
            yield (
                f"{name} is no setting: did you mean {meant}? Write it so; "
                f"if {name} is somebody else's, set {meant} too."
            )


def _is_near(name: str, setting: str) -> bool:
    if len(setting) < SHORTEST:
        return False
    most = 2 if len(setting) >= LONG else 1
    return Levenshtein.distance(name, setting, score_cutoff=most) <= most
