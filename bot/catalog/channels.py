"""Channels that know their project: there a start needs no words."""

from dataclasses import dataclass

from bot.catalog.finding import choice_of_ids, find_choices, named_services
from bot.catalog.rules.names import Choice, Found, PartialReading
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import Needs, UserError
from storage import channels as channel_rows
from storage import people as people_rows
from storage.catalog import MOST_OPTIONS
from storage.channels import LinkedChannel

_DIRECT_MESSAGE = "D"
"""How Slack's ids of direct messages begin: those belong to two people and to no project."""


@dataclass(frozen=True, slots=True)
class ChannelAnswer:
    """What a channel knows now; `found` is a question back, and nothing was changed."""

    channel_id: str
    link: LinkedChannel | None
    may_change: bool
    found: Found | None = None
    typed: tuple[str, ...] = ()


def channel_answer(bot: Bot, caller: Caller) -> ChannelAnswer:
    """What the channel is linked to in which the person is."""
    with bot.database.read() as db:
        link = channel_rows.linked_channel(db, caller.workspace_id, caller.channel_id)
        return ChannelAnswer(caller.channel_id, link, caller.bills)


def link_channel(bot: Bot, caller: Caller, typed: tuple[str, ...]) -> ChannelAnswer:
    """Link the channel to what was typed, or ask what is meant. Raises UserError."""
    _require_right(caller)
    _require_channel(caller.channel_id)
    found = find_choices(bot, caller, typed)
    if found.clear is None or found.clear.service:
        return ChannelAnswer(caller.channel_id, None, caller.bills, found, typed)
    target = found.clear.target
    return link_channel_to(bot, caller, customer_id=target.customer_id, project_id=target.project_id)


def link_channel_to(bot: Bot, caller: Caller, *, customer_id: int, project_id: int | None) -> ChannelAnswer:
    """Link the channel to what was chosen. Raises UserError."""
    _require_right(caller)
    _require_channel(caller.channel_id)
    with bot.change(caller) as change:
        target = choice_of_ids(change, customer_id=customer_id, project_id=project_id, service_id=None).target
        channel_rows.link_channel(
            change,
            caller.channel_id,
            customer_id=target.customer_id,
            project_id=target.project_id,
            by=caller.person_id,
        )
        link = channel_rows.linked_channel(change.db, caller.workspace_id, caller.channel_id)
        return ChannelAnswer(caller.channel_id, link, caller.bills)


def unlink_channel(bot: Bot, caller: Caller, channel_id: str) -> None:
    """A channel knows no project any more. Raises UserError."""
    _require_right(caller)
    with bot.change(caller) as change:
        channel_rows.unlink_channel(change, channel_id)


def forget_channel(bot: Bot, *, team: str, channel_id: str) -> None:
    """Slack says that a channel was archived or deleted: nobody can type in it any more."""
    with bot.database.read() as db:
        workspace_id = people_rows.find_workspace(db, team)
    if workspace_id is not None:
        with bot.change_itself(workspace_id) as change:
            channel_rows.unlink_channel(change, channel_id, "channel ended")


def find_choices_here(bot: Bot, caller: Caller, typed: tuple[str, ...]) -> Found:
    """What the words mean here: nothing typed is the channel's project, and a service alone is done for that.

    Of many readings as many as a menu shows.
    """
    named = find_choices(bot, caller, typed, most=MOST_OPTIONS)
    if named.choices:
        return named
    services = tuple(named_services(bot, caller, typed))
    here = channel_answer(bot, caller).link if caller.channel_id else None
    if here is None:
        return Found(services=services) if services else named
    if typed and not services:
        noted = PartialReading(Choice(here.target), typed)  # what was done for the channel's project
        return Found(nearest=tuple(sorted((*named.nearest, noted), key=lambda reading: len(reading.left))))
    return Found(choices=tuple(Choice(here.target, service) for service in services or (None,)))


def _require_right(caller: Caller) -> None:
    if not caller.bills:
        raise UserError(
            "Only people who bill can link channels. An admin can appoint you with /track settings.",
            needs=Needs.TO_BILL,
        )


def _require_channel(channel_id: str) -> None:
    if not channel_id or channel_id.startswith(_DIRECT_MESSAGE):
        raise UserError("Direct messages belong to no project. Type this in a channel.")
