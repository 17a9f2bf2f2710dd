"""The question which is meant of a time that came twice, because the clocks went back: one field below another."""

from bot.core.texts import Reader
from bot.slack.blocks import Block, field, option, radio_buttons
from bot.slack.request import Request
from bot.tracking.form_fields import CameTwice, Hours

FIRST, SECOND = "first", "second"
FIELDS = ("since", "start", "end", "at")
"""Those of all forms in which a clock time stands."""


def hour_field(to: Reader, name: str, label: str, *, is_first: bool | None = None) -> Block:
    """Asks which hour is meant by the time in the field `name`, which is labelled so."""
    options = {
        True: option(to.t("The first time, before the clocks went back"), FIRST),
        False: option(to.t("The second time, after the clocks went back"), SECOND),
    }
    chosen = None if is_first is None else options[is_first]
    radio = radio_buttons("hour", [*options.values()], initial=chosen)
    return field(to.t("{field}: this time came twice", field=label), radio, block_id=_block(name), optional=True)


def read_hours(request: Request) -> Hours:
    """What was chosen in these fields."""
    chosen = {name: request.entered_choice(_block(name)) for name in FIELDS}
    return {name: choice == FIRST for name, choice in chosen.items() if choice}


def asked(request: Request, twice: CameTwice | None = None) -> tuple[str, ...]:
    """The fields of which a form asks this already, and the one of which it has to now.

    Raises the error again where nothing was chosen, to stand at the question.
    """
    names = tuple(name for name in FIELDS if request.input_called(_block(name)))
    if twice is None or twice.field is None:
        return names
    if twice.field in names:
        twice.field = _block(twice.field)
        raise twice
    return (*names, twice.field)


def _block(name: str) -> str:
    return f"{name}_hour"
