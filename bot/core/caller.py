"""The person in one request: who acts, when, and how to write to them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.roles import APPROVING, BILLING, Creators, Role
from bot.core.texts import Reader
from storage.people import KnownPerson

HOME_WATCHED = timedelta(hours=1)
"""For how long after somebody looked at their App Home it is kept up to date."""


@dataclass(frozen=True, slots=True)
class Source:
    """The message that time was tracked on, and its permalink: for the person's own eyes."""

    text: str = ""
    link: str = ""


NO_SOURCE = Source()
LONGEST_SOURCE = 1000
"""Characters of a message that are kept; all that travels with a form has 3,000."""


def quoted(text: str, link: str) -> Source:
    """A message as it is kept: the beginning, without what cannot be seen."""
    seen = "".join(character for character in text if character.isprintable() or character == "\n")
    return Source(seen[:LONGEST_SOURCE], link)


@dataclass(frozen=True, slots=True)
class Caller:
    """A person who acts in a request, or for whom a job acts."""

    person: KnownPerson
    """As the database knew them when the request came; their preferences stand here."""
    reader: Reader
    now: datetime
    """When the request came, in whole seconds, as time is kept."""
    request: str
    """The same for each repetition of one delivery; empty in a job."""
    channel_id: str
    """Slack's id of the channel it came from; empty where it came from none."""
    source: Source = NO_SOURCE
    """The thread in which it was asked for."""

    @property
    def workspace_id(self) -> int:
        """Our id of their workspace."""
        return self.person.workspace_id

    @property
    def person_id(self) -> int:
        """Our id of the person."""
        return self.person.person_id

    @property
    def is_guest(self) -> bool:
        """Whether the person is a guest of the workspace: they see what is theirs, and no role makes more of it."""
        return self.person.is_guest

    @property
    def bills(self) -> bool:
        """Whether the person sees rates and invoices."""
        return self.person.role in BILLING and not self.is_guest

    @property
    def approves(self) -> bool:
        """Whether the person may approve what others submitted."""
        return self.person.role in APPROVING and not self.is_guest

    @property
    def is_admin(self) -> bool:
        """Whether the person connects Billomat and appoints others."""
        return self.person.role == Role.ADMIN and not self.is_guest

    @property
    def may_create(self) -> bool:
        """Whether the person creates customers, projects and services."""
        match self.person.creators:
            case Creators.EVERYBODY:
                return True
            case Creators.MEMBERS:
                return not self.is_guest
            case Creators.BILLERS:
                return self.bills
            case Creators.ADMINS:
                return self.is_admin

    @property
    def takes_native(self) -> bool:
        """Whether Slack's own tables and charts are tried in their workspace, which did not refuse them lately."""
        until = self.person.plain_until
        return until is None or self.now >= until

    @property
    def watches_home(self) -> bool:
        """Whether the person looked at their App Home lately and may still see it."""
        seen = self.person.home_seen_at
        return seen is not None and self.now - seen <= HOME_WATCHED

    @property
    def today(self) -> date:
        """The person's day."""
        return self.reader.local(self.now).date()

    def in_channel(self, channel_id: str) -> "Caller":
        """The same person where they opened a form; Slack does not say it when the form is sent or searched."""
        return replace(self, channel_id=self.channel_id or channel_id)

    def with_steps_hidden(self) -> "Caller":
        """The same person, who wants to see no more of the first steps."""
        return replace(self, person=self.person._replace(steps_open=False))

    def in_zone(self, zone: str) -> "Caller":
        """The same person by the clock of a zone: the one of an entry or form that they filled in elsewhere."""
        return replace(self, reader=replace(self.reader, zone=ZoneInfo(zone)))
