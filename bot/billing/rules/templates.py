"""A title with variables, which each line fills in: "{service} in {days}"."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum


class Variable(StrEnum):
    """What a line can fill in."""

    PROJECT = "project"
    SERVICE = "service"
    PERSON = "person"
    DAYS = "days"
    HOURS = "hours"
    TAGS = "tags"
    NOTES = "notes"


class UnknownVariable(ValueError):
    """Something in braces that no line can fill in; `name` is what stands there."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


_VARIABLE = re.compile(r"\{([^{}]*)\}")
_BETWEEN = re.compile(r"(\s+[·|/–—-]\s+|,\s+)")
"""What parts of a title stand between: it goes with a part that has nothing to say."""


def read_template(written: str, names: Mapping[str, Variable]) -> str:
    """A title as a person wrote it, its variables under `names` or their own. Raises UnknownVariable."""
    known = {**{each.value: each for each in Variable}, **{name.casefold(): each for name, each in names.items()}}

    def named(match: re.Match[str]) -> str:
        variable = known.get(match[1].strip().casefold())
        if variable is None:
            raise UnknownVariable(match[0])
        return f"{{{variable}}}"

    template = _VARIABLE.sub(named, written)
    if odd := re.search(r"[{}]", _VARIABLE.sub("", template)):
        raise UnknownVariable(odd[0])
    return template


def shown_template(template: str, names: Mapping[str, Variable]) -> str:
    """A title as a person reads it, its variables under `names`."""
    called = {each.value: name for name, each in names.items()}
    return _VARIABLE.sub(lambda match: f"{{{called.get(match[1], match[1])}}}", template)


def fill(template: str, value: Callable[[Variable], str]) -> str:
    """A title with what a line says; parts whose variables are all empty are left away with what joins them."""
    said = ""
    joint = ""
    for number, part in enumerate(_BETWEEN.split(template)):
        if number % 2:
            joint = joint or part
            continue
        values = {name: value(Variable(name)) for name in _VARIABLE.findall(part)}
        if values and not any(values.values()):
            continue
        said += (joint if said else "") + _filled(part, values)
        joint = ""
    return said


def _filled(part: str, values: Mapping[str, str]) -> str:
    """At once, so that braces in what is filled in stay what they are."""
    return _VARIABLE.sub(lambda match: values[match[1]], part)
