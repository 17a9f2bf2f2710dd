"""Others' modules that are called like ours; docs/decisions/0019 says why ours are not called otherwise."""

from collections.abc import Iterator
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

DISTRIBUTION = "trackomat"
HOME = Path(__file__).parents[2]
"""The folder that holds all our packages: a checkout, or an environment's site-packages."""
OURS = ("bot", "commands", "storage")

REMEDY = (
    "Give Trackomat an environment of its own, as the README does (`python3 -m venv .venv`, or `pipx install`), "
    "and leave others' folders out of PYTHONPATH."
)


def in_our_place() -> str | None:
    """What is wrong where Python finds somebody else's module under one of our names."""
    for name in OURS:
        if HOME not in (places := list(_places(name))):
            found = places[0] / name if places else "nowhere"
            return f"Trackomat's module `{name}` should be in {HOME}, and Python finds {found}. {REMEDY}"
    return None


def in_the_same_environment() -> str | None:
    """What is wrong where another package was installed over ours, or ours over it: installers do not look."""
    owners = packages_distributions()
    others = sorted({owner for name in OURS for owner in owners.get(name, [])} - {DISTRIBUTION})
    if not others:
        return None
    return f"The packages {', '.join(others)} bring modules called as Trackomat's are. {REMEDY}"


def _places(name: str) -> Iterator[Path]:
    spec = find_spec(name)
    if spec is None:
        return
    if spec.origin:
        file = Path(spec.origin)
        yield (file.parent if file.name == "__init__.py" else file).parent
    else:
        yield from (Path(place).parent for place in spec.submodule_search_locations or ())
