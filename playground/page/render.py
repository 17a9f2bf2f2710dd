"""Makes HTML of what the cores hold, as regions of parts that have ids: the browser exchanges only what changed.

A region is a container of the page; its parts are one message, one modal, one invoice … each with its id as key. All
values of the cores are frozen, so a message that is still the same object needs no second rendering.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from playground.billomat.account import Account
from playground.billomat.desk import Deed, Desk
from playground.billomat.records import Status
from playground.page.charts import drawn
from playground.page.texts import Translate, language, translator
from playground.slack import mrkdwn, views
from playground.slack.state import Answer, Channel, Json, Message, Person
from playground.slack.workspace import FILES, Workspace

HERE = Path(__file__).parent
HOME = "home"
Parts = dict[str, str]
"""Id of a part -> its HTML, in the order in which they are shown."""
GROUPED = timedelta(minutes=5)
"""Messages of one author this close together share a name and a picture, as in Slack."""
COMMANDS = {
    "en": {
        "/track": "The form: pick instead of type",
        "/track start acme website": "Start a timer",
        "/track stop": "Stop the running timer",
        "/track log 2h acme website yesterday: review": "Add time that is over",
        "/track status": "What is running, and today's total",
        "/track list": "Entries of a day, week or month",
        "/track report last month": "What it adds up to, with a chart",
        "/track invoice": "Collect time into an invoice draft",
        "/track connect": "Connect Billomat",
        "/track settings": "Daily summary, roles, rates",
        "/track help": "What else there is",
    },
    "de": {
        "/track": "Das Formular: auswählen statt tippen",
        "/track start acme website": "Zeitmessung starten",
        "/track stopp": "Laufende Zeitmessung stoppen",
        "/track buche 2h acme website gestern: Review": "Zeit nachtragen",
        "/track status": "Was läuft, und die Summe von heute",
        "/track liste": "Einträge eines Tages, einer Woche, eines Monats",
        "/track bericht letzter monat": "Was zusammenkommt, mit Diagramm",
        "/track rechnung": "Zeit zu einem Rechnungsentwurf sammeln",
        "/track verbinden": "Billomat verbinden",
        "/track einstellungen": "Tageszusammenfassung, Rollen, Sätze",
        "/track hilfe": "Was es sonst noch gibt",
    },
}
"""What the composer suggests after "/", by language: command and explanation."""


NATIVE: dict[str, tuple[Answer | None, bool]] = {
    "draws them in place of the text": (None, True),
    "draws them below the text": (None, False),
    "refuses them": (Answer(400, "invalid_blocks"), True),
}
"""What Slack may do with tables and charts that follow an ack: how they are refused, and whether they replace it."""


@dataclass(frozen=True)
class Seat:
    """Where somebody sits: the person they act as and the place they look at, a channel's id or HOME."""

    person: Person
    place: str

    @property
    def locale(self) -> str:
        """The person's locale as Babel writes it."""
        return self.person.locale.replace("-", "_")

    @property
    def zone(self) -> ZoneInfo:
        """The person's zone."""
        return ZoneInfo(self.person.zone)


@dataclass(frozen=True)
class Key:
    """A demo API key to copy; `name` says what it may do."""

    name: str
    value: str
    revoked: bool


def german_number(value: Decimal) -> str:
    """12,5 or 1.234,75: as on the invoice, whatever the reader's language."""
    return format_decimal(value, format="#,##0.##", locale="de_DE")


def german_money(value: Decimal, currency: str) -> str:
    """1.234,50 €."""
    return format_currency(value, currency, locale="de_DE")


def german_reduction(reduction: str) -> str:
    """12,5 % of a percentage such as 12.5%; an amount, which Billomat takes too, as a number."""
    number = german_number(Decimal(reduction.removesuffix("%")))
    return f"{number}\u00a0%" if reduction.endswith("%") else number


def german_date(day: date | None) -> str:
    """10.03.2026, or a dash."""
    return day.strftime("%d.%m.%Y") if day else "–"


def moment(ts: str) -> datetime:
    """The time in a Slack timestamp, in whole seconds."""
    return datetime.fromtimestamp(int(ts.partition(".")[0]), UTC)


def marked(seat: Seat, names: dict[str, str], now: datetime) -> Any:
    """A filter for text objects and message texts: safe HTML for this reader."""

    def mark(text: Json | str) -> Markup:
        if isinstance(text, dict):
            if text["type"] == "plain_text":
                return Markup("{}").format(mrkdwn.emojis(text["text"]))
            text = text["text"]
        return Markup(mrkdwn.to_html(text, names, seat.person.zone, seat.person.locale, now))

    return mark


def shown_option(option: Json, group: Json | None = None) -> Json:
    """An option object as the page's menus hold it, with the name of its group."""
    shown = {"text": mrkdwn.emojis(option["text"]["text"]), "value": option["value"]}
    return {**shown, "group": mrkdwn.emojis(group["label"]["text"])} if group else shown


def choices(element: Json, people: list[Person], channels: Sequence[Channel] = ()) -> list[Json]:
    """The options of an element that lists them, flat, as [{"text", "value"}]."""
    if element["type"] == "conversations_select":
        return [{"text": f"# {each.name}", "value": each.id} for each in views.conversations(element, channels)]
    if "users_select" in element["type"]:
        return [{"text": person.name, "value": person.id} for person in people if not person.deleted]
    groups = element.get("option_groups") or [{"options": element.get("options", ())}]
    return [shown_option(option) for group in groups for option in group["options"]]


def selected(element: Json, value: Json, names: dict[str, str]) -> list[Json]:
    """What is selected in a menu, as [{"text", "value"}]."""
    if element["type"] == "conversations_select":
        chosen = value["selected_conversation"]
        return [{"text": f"# {names.get(chosen, chosen)}", "value": chosen}] if chosen else []
    if "users_select" in element["type"]:
        people = value.get("selected_users") or [value["selected_user"]]
        return [{"text": names[person], "value": person} for person in people if person]
    options = value.get("selected_options") or [value.get("selected_option")]
    return [shown_option(option) for option in options if option]


environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def deeds_of(status: Status) -> tuple[tuple[Deed, str], ...]:
    """What can be done with an invoice of this status, and what it is called."""
    return {
        "DRAFT": (("complete", "Complete"), ("shorten", "Remove the last line"), ("delete", "Delete")),
        "CANCELED": (("uncancel", "Take the cancellation back"),),
        "PAID": (("cancel", "Cancel invoice"),),
    }.get(status, (("pay", "Mark as paid"), ("cancel", "Cancel invoice")))


def digest(block: Json) -> str:
    """A name for what a block holds: where it changes, nothing that a person did to the old one is kept."""
    return f"{zlib.crc32(json.dumps(block).encode()):08x}"


def numeric_columns(block: Json) -> set[int]:
    """Which columns of a table have numbers alone, which stand at the right."""
    columns = zip(*block["rows"][1:], strict=True)
    return {at for at, cells in enumerate(columns) if all(cell["type"] == "raw_number" for cell in cells)}


environment.filters |= {
    "digest": digest,
    "numeric_columns": numeric_columns,
    "deeds_of": deeds_of,
    "german_number": german_number,
    "german_reduction": german_reduction,
    "german_money": german_money,
    "german_date": german_date,
    "emojis": mrkdwn.emojis,
    "json": json.dumps,
}


class Renderer:
    """Renders the workspace and the account for anybody's seat."""

    def __init__(
        self, workspace: Workspace, account: Account, keys: dict[str, str], troubles: list[str], desk: Desk
    ) -> None:
        self.workspace = workspace
        self.account = account
        self.keys = keys
        self.troubles = troubles
        self.desk = desk
        self.trouble = troubles[0]
        self._seen: dict[tuple[str, str], str] = {}
        self._kept: dict[tuple[str, str], tuple[Any, str]] = {}

    def page(self, seat: Seat) -> str:
        """The whole page."""
        regions = {name: Markup("").join(map(Markup, parts.values())) for name, parts in self.regions(seat).items()}
        t = translator(seat.person.locale)
        return environment.get_template("page.html").render(
            **self._common(seat),
            regions=regions,
            channel=self._channel(seat),
            hints=self._hints(seat),
            title=f"{self._title(seat)} – {self.workspace.team.name}",
            stopped=t("The demo has stopped. This page reconnects when it is back."),
        )

    def invoice_page(self, invoice_id: int, locale: str) -> str:
        """The page behind a draft's link. Refuses an unknown id with 404."""
        return environment.get_template("invoice_page.html").render(
            document=self.account.document(invoice_id),
            account=self.account,
            seat=Seat(person := self.workspace.people()[0], self.workspace.channels(person.id)[0].id),
            t=translator(locale),
            language=language(locale),
        )

    def regions(self, seat: Seat) -> dict[str, Parts]:
        """Every region of the page with its parts."""
        common = self._common(seat)
        return {
            "alerts": self._alerts(common),
            "people": {"people-list": self._part("people.html", common)},
            "clock": {"clock-now": self._part("clock.html", common)},
            "places": {"places-list": self._part("places.html", common, unread=self._unread(seat))},
            "messages": self._home(seat, common) if seat.place == HOME else self._messages(seat, common),
            "modals": self._modals(seat, common),
            "controls": {"controls-all": self._controls(common)},
            "documents": self._documents(common),
        }

    # one region each

    def _alerts(self, common: Json) -> Parts:
        return {
            f"alert-{number}": self._part("alert.html", common, id=f"alert-{number}", violation=violation)
            for number, violation in enumerate(tuple(self.workspace.violations))
        }

    def _messages(self, seat: Seat, common: Json) -> Parts:
        parts: Parts = {}
        before: Message | None = None
        for message in _in_threads(self.workspace.messages(seat.person.id, seat.place)):
            day = moment(message.ts).astimezone(seat.zone).date()
            if before is None or moment(before.ts).astimezone(seat.zone).date() != day:
                parts[f"day-{day}"] = self._part("day.html", common, id=f"day-{day}", label=self._day(seat, day))
                before = None
            parts[message.id] = self._message(seat, common, message, follows=_follows(before, message))
            before = message
        return parts or {"messages-none": self._part("no_messages.html", common, title=self._title(seat))}

    def _message(self, seat: Seat, common: Json, message: Message, *, follows: bool) -> str:
        today = common["now"].astimezone(seat.zone).date()
        state = (message, follows, today, seat.person)
        key = (seat.person.id, message.id)
        kept = self._kept.get(key)
        if kept is None or kept[0][0] is not message or kept[0][1:] != state[1:]:
            person = next((person for person in common["people"] if person.id == message.author), None)
            kept = state, self._part("message.html", common, message=message, person=person, follows=follows)
            self._kept[key] = kept
        return kept[1]

    def _home(self, seat: Seat, common: Json) -> Parts:
        return {"home": self._part("home.html", common, view=self.workspace.home(seat.person.id))}

    def _modals(self, seat: Seat, common: Json) -> Parts:
        stack = self.workspace.modals(seat.person.id)
        return {view.id: self._part("modal.html", common, view=view, below=len(stack) - 1) for view in stack[-1:]}

    def _controls(self, common: Json) -> str:
        keys = [Key(name, value, self.account.user_of(value) is None) for name, value in self.keys.items()]
        return self._part(
            "controls.html",
            common,
            keys=keys,
            troubles=self.troubles,
            trouble=self.trouble,
            takes_files=self.workspace.scopes >= FILES,
            native_kinds=list(NATIVE),
            native_kind=self._native_kind(),
            last=self._last(common["t"]),
        )

    def _native_kind(self) -> str:
        refuses, replaces = self.workspace.refusal is not None, self.workspace.replaces_answers
        kinds = [kind for kind, (how, there) in NATIVE.items() if (how is not None, there) == (refuses, replaces)]
        return next(iter(kinds), "refuses them")

    def _last(self, t: Translate) -> str:
        """What was done in Billomat last, as long as it can be taken back."""
        if not (last := self.desk.last):
            return ""
        said = {
            "complete": "{what} is completed.",
            "shorten": "The last line of {what} is removed.",
            "pay": "{what} is paid.",
            "cancel": "{what} is cancelled.",
            "uncancel": "{what} is not cancelled any more.",
            "delete": "The draft {what} is deleted.",
            "revoke": "The {what} is revoked.",
        }[last.deed]
        return t(said).format(what=t(last.to) if last.deed == "revoke" else last.to)

    def _documents(self, common: Json) -> Parts:
        documents = self.account.documents()
        if not documents:
            return {"documents-none": self._part("no_documents.html", common)}
        return {
            f"document-{document.id}": self._part("document.html", common, document=document, first=number == 0)
            for number, document in enumerate(documents)
        }

    # what the templates know

    def _common(self, seat: Seat) -> Json:
        now = self.workspace.clock.now()
        names = self.workspace.names()
        local = now.astimezone(seat.zone)
        return {
            "workspace": self.workspace,
            "team": self.workspace.team,
            "account": self.account,
            "seat": seat,
            "people": [person for person in self.workspace.people() if not person.deleted],
            "names": names,
            "now": now,
            "clock_text": f"{format_date(local, 'EEE', seat.locale)} {format_time(local, 'HH:mm', locale=seat.locale)}",
            "clock_day": format_date(local, "long", seat.locale),
            "clock_input": local.strftime("%Y-%m-%dT%H:%M"),
            "t": translator(seat.person.locale),
            "language": language(seat.person.locale),
            "mark": marked(seat, names, now),
            "clock_time": lambda ts: format_time(moment(ts).astimezone(seat.zone), "short", locale=seat.locale),
            "full_time": lambda ts: format_datetime(moment(ts).astimezone(seat.zone), "long", locale=seat.locale),
            "drawn": drawn,
            "choices": choices,
            "selected": selected,
            "home": HOME,
        }

    def _part(self, template: str, common: Json, **values: Any) -> str:
        return environment.get_template(template).render(**common, **values)

    def _hints(self, seat: Seat) -> list[Json]:
        """What the composer suggests: commands, and in a channel the same words with a mention."""
        channel, bot = self._channel(seat), f"@{self.workspace.team.bot_name}"
        begins = ["/track"] if channel is None or channel.dm_with else ["/track", bot]
        commands = COMMANDS[language(seat.person.locale)].items()
        written = [(command.replace("/track", begin), note) for begin in begins for command, note in commands]
        return [{"text": each, "value": each, "note": note} for each, note in written]

    def _channel(self, seat: Seat) -> Any:
        return next((each for each in self.workspace.channels(seat.person.id) if each.id == seat.place), None)

    def _title(self, seat: Seat) -> str:
        channel = self._channel(seat)
        return self.workspace.team.bot_name if channel is None or channel.dm_with else f"# {channel.name}"

    def _day(self, seat: Seat, day: date) -> str:
        today = self.workspace.clock.now().astimezone(seat.zone).date()
        near = {today: "Today", today - timedelta(days=1): "Yesterday"}
        if day in near:
            return translator(seat.person.locale)(near[day])
        return format_date(day, "full", seat.locale)

    def _unread(self, seat: Seat) -> dict[str, int]:
        """How many messages of others came to each channel since the person last looked; looking is being there."""
        unread = {}
        for channel in self.workspace.channels(seat.person.id):
            messages = self.workspace.messages(seat.person.id, channel.id)
            spot = (seat.person.id, channel.id)
            if channel.id == seat.place and messages:
                self._seen[spot] = messages[-1].ts
            unread[channel.id] = sum(
                message.ts > self._seen.get(spot, "") and message.author != seat.person.id for message in messages
            )
        return unread


def _in_threads(messages: list[Message]) -> list[Message]:
    """Replies right below what they reply to, or in their place where that is gone."""
    began = {message.ts for message in messages if not message.thread_ts}
    return sorted(messages, key=lambda each: (each.thread_ts if each.thread_ts in began else each.ts, each.ts))


def _follows(before: Message | None, message: Message) -> bool:
    return (
        before is not None
        and before.author == message.author
        and before.only_for is message.only_for is None
        and before.thread_ts == message.thread_ts
        and moment(message.ts) - moment(before.ts) < GROUPED
    )
