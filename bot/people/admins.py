"""Whom to ask: the admins by name, in whatever is refused because only they can do or give it."""

from sqlalchemy import Connection

from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import Needs, People, UserError
from bot.core.roles import BILLING, Role
from storage import people as people_rows

MOST_NAMED = 3


def admins(db: Connection, workspace_id: int) -> People:
    """The admins of a workspace, a few of them; the first one first."""
    return _named(db, workspace_id, Role.ADMIN)


def naming_admins(bot: Bot, caller: Caller, error: UserError) -> UserError:
    """The same refusal with the people who can help; with the way to become one where there is none."""
    if error.needs is None:
        return error
    roles = BILLING if error.needs is Needs.A_BILLER_TO_CREATE else (Role.ADMIN,)
    with bot.database.read() as db:
        known = _named(db, caller.workspace_id, *roles)
    return _asking(error.needs, known) if known.named else _nobody_to_ask(error.needs, caller)


def _named(db: Connection, workspace_id: int, *roles: Role) -> People:
    found = sorted(people_rows.people_with_role(db, workspace_id, *roles), key=lambda person: person.person_id)
    return People([(person.slack_id, person.name) for person in found[:MOST_NAMED]])


def _asking(needs: Needs, known: People) -> UserError:
    match needs:
        case Needs.TO_BILL:
            return UserError(
                "Only people who bill can do this. Ask {admins} to appoint you with /track settings. Nothing was "
                "changed.",
                admins=known,
            )
        case Needs.TO_SEE_OTHERS:
            return UserError(
                "Only people who bill see the time of others. Ask {admins} to appoint you with /track settings, or ask "
                "for your own time alone.",
                admins=known,
            )
        case Needs.TO_BE_ADMIN:
            return UserError("Only an admin of Trackomat can do this. Ask {admins}. Nothing was changed.", admins=known)
        case Needs.A_CONNECTION:
            return UserError("Billomat is not connected yet. {admins} can do that with /track connect.", admins=known)
        case Needs.AN_ADMIN_TO_CREATE:
            return UserError(
                "Only admins of Trackomat create customers, projects and services here. Ask {admins}.", admins=known
            )
        case Needs.A_BILLER_TO_CREATE:
            return UserError(
                "Only people who bill create customers, projects and services here. Ask {people}.", people=known
            )


def _nobody_to_ask(needs: Needs, caller: Caller) -> UserError:
    """Nobody is admin before Billomat is connected, unless the workspace's owner was here; see decision 6."""
    if caller.person.is_guest:
        return UserError(
            "Nobody is an admin of Trackomat yet who could do this. A member of this workspace becomes one by "
            "connecting Billomat with /track connect. Nothing was changed."
        )
    if needs is Needs.A_CONNECTION:
        return UserError("Billomat is not connected yet. Connect it with /track connect: that makes you an admin.")
    return UserError(
        "Nobody is an admin of Trackomat yet who could do this. Connect Billomat with /track connect: that makes you "
        "one. Nothing was changed."
    )
