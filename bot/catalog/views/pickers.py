"""Projects in menus and buttons: what they show, and the values by which they come back."""

from bot.catalog.rules.names import Choice, Target
from bot.slack.blocks import option
from bot.slack.untrusted import read_id, read_optional_id


def target_option(target: Target) -> dict[str, object]:
    """A project in a menu; its customer's number tells namesakes apart."""
    shown = f"{target.label} ({target.number})" if target.number else target.label
    return option(shown, target_value(target))


def target_value(target: Target) -> str:
    """Customer and project as the value of a menu's line."""
    return f"{target.customer_id}:{target.project_id or ''}"


def choice_value(choice: Choice) -> str:
    """Customer, project and service as a button's value."""
    return f"{target_value(choice.target)}:{choice.service.id if choice.service else ''}"


def read_value(value: str) -> tuple[int, int | None, int | None]:
    """Customer, project and service out of what `choice_value` or `target_value` made."""
    customer, project, service = (*str(value).split(":"), "", "")[:3]
    return read_id(customer), read_optional_id(project), read_optional_id(service)
