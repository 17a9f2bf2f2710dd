"""Commands as text that reads back as the same command, to show what was meant or to type it again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil import tz

from bot.core.languages import Term
from bot.grammar import filter_terms, terms
from bot.grammar import values as grammar
from bot.grammar.patterns import key, lead
from bot.grammar.values import Command
from bot.grammar.vocabulary import vocabulary
from bot.grammar.wording import BY_NAME, patterns_of, words_of

_QUOTES = (('"', '"'), ("«", "»"), ("“", "”"))


def written(command: Command, *, zone: ZoneInfo, language: str) -> str:  # noqa: C901 (one case a command)
    """What to type for this command, without `/track`: days and clock times are those of `zone`.

    Read at the same time in the same zone it is the same command. (A name that holds all kinds of quotation marks
    cannot be quoted and stands as it is.)
    """
    writer = _Writer(zone, language)
    match command:
        case grammar.Form("track"):
            return ""
        case grammar.Unknown(word):
            return word if word == ":" else _quoted(word)
        case grammar.Help(topic):
            return writer.line("help", *(words_of(BY_NAME[topic].words, language)[:1] if topic else ()))
        case grammar.Status():
            return writer.line("status")
        case grammar.Undo():
            return writer.line("undo")
        case grammar.Form(name, words):
            return writer.line(name, *_names(words))
        case grammar.Link(words):
            return writer.line("link", *_names(words))
        case grammar.List(chosen):
            return writer.line("list", *_listed(chosen, language), note=chosen.text)
        case grammar.Report(chosen, by):
            return writer.line("report", *_listed(chosen, language), *_grouped(by, language), note=chosen.text)
        case grammar.Invoice(chosen):
            return writer.line("invoice", *_listed(chosen, language), note=chosen.text)
        case grammar.InvoiceRun(chosen):
            every = words_of(filter_terms.ALL_CUSTOMERS, language)[1]
            return writer.line("invoice", every, *_listed(chosen, language), note=chosen.text)
        case grammar.Gaps(day):
            return writer.line("gaps", day.isoformat())
        case _:
            return writer.tracking(command)


class _Writer:
    """Writes for one zone, in the words of one language."""

    def __init__(self, zone: ZoneInfo, language: str) -> None:
        self._zone = zone
        self._language = language

    def tracking(self, command: Command) -> str:  # noqa: C901 (one case a command)
        """A command that times something or corrects it."""
        match command:
            case grammar.Start(words, note, at) | grammar.Switch(words, note, at):
                name = "start" if isinstance(command, grammar.Start) else "switch"
                return self.line(name, *_names(words), *_described(command), *self.moment(at), note=note)
            case grammar.Stop(at, stop_note):
                emptied = stop_note == ""
                return self.line("stop", *_described(command), *self.moment(at), note=stop_note or "", emptied=emptied)
            case grammar.Pause(at):
                return self.line("pause", *self.moment(at))
            case grammar.Log(words, note, worked):
                return self.line("log", *self.stretches(worked), *_names(words), *_described(command), note=note)
            case grammar.Continue(words, at):
                return self.line("continue", *_names(words), *self.moment(at))
            case grammar.Edit(which):
                return self.line("edit", *self.which(which))
            case grammar.Delete(which):
                return self.line("delete", *self.which(which))
            case grammar.Split(_, which):
                return self.line("split", *self.which(which))
            case grammar.Tag(add, remove, which):
                return self.line(
                    "tag", *(f"#{tag}" for tag in add), *(f"-#{tag}" for tag in remove), *self.which(which)
                )
            case grammar.Note(text, which, private):
                flag = ("--private",) if private else ()
                return self.line("note", *flag, *self.which(which), note=text, emptied=True)

    def line(self, name: str, *parts: str, note: str = "", emptied: bool = False) -> str:
        """The subcommand, its parts, and the note behind a colon."""
        text = " ".join((words_of(BY_NAME[name].words, self._language)[0], *parts))
        if note:
            return f"{text}: {note}"
        return f"{text}:" if emptied else text

    def which(self, which: grammar.Which) -> tuple[str, ...]:
        return (which.day.isoformat(),) if which.day else self.moment(which.at)

    def moment(self, at: datetime | None) -> tuple[str, ...]:
        if at is None:
            return ()
        local = at.astimezone(self._zone)
        return local.date().isoformat(), self.clock(local)

    def clock(self, local: datetime) -> str:
        """As the clock shows it, with seconds if there are any; in an hour that comes twice with which of them."""
        shown = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
        if not tz.datetime_ambiguous(local):
            return shown
        return f"{shown} {words_of(terms.WINTER_TIME if local.fold else terms.SUMMER_TIME, self._language)[0]}"

    def stretches(self, worked: tuple[grammar.Duration | grammar.Span, ...]) -> tuple[str, ...]:
        if len(worked) == 1:
            return self.worked(worked[0])
        day, *clocks = [part for stretch in worked for part in reversed(self.worked(stretch))]
        return (*(each for each in clocks if each != day), day)

    def worked(self, worked: grammar.Duration | grammar.Span) -> tuple[str, ...]:
        match worked:
            case grammar.Duration(seconds, day):
                return _length(seconds), day.isoformat()
            case grammar.Span(start, end):
                local, until = start.astimezone(self._zone), end.astimezone(self._zone)
                if local.date() == until.date() and local.time() < until.time():
                    return f"{self.clock(local)} - {self.clock(until)}", local.date().isoformat()
                at = patterns_of(terms.AT, self._language)[0].format(clock=self.clock(local))
                return _length((end - start) // timedelta(seconds=1)), at, local.date().isoformat()


def _days(chosen: grammar.TypedFilter, language: str) -> tuple[str, ...]:
    if chosen.last is None:
        return (f"--{words_of(filter_terms.ALL_TIME, language)[0]}",) if chosen.all_days else ()
    if chosen.first is None:
        return (f"{words_of(filter_terms.UP_TO, language)[0]} {chosen.last}",)
    return (chosen.first.isoformat() if chosen.first == chosen.last else f"{chosen.first} - {chosen.last}",)


def _listed(chosen: grammar.TypedFilter, language: str) -> tuple[str, ...]:
    groups = filter_terms.GROUPS
    named = (f"{words_of(groups[kind], language)[0]} {' '.join(map(_quoted, names))}" for kind, names in chosen.named)
    flags: dict[Term, bool] = {
        filter_terms.BILLABLE: chosen.billable is True,
        filter_terms.NOT_BILLABLE: chosen.billable is False,
        filter_terms.BILLED: chosen.billed is True,
        filter_terms.NOT_BILLED: chosen.billed is False,
        filter_terms.EVERYBODY: chosen.everybody is True,
        filter_terms.ME: chosen.everybody is False,
    }
    said = (f"--{words_of(term, language)[0]}" for term, is_said in flags.items() if is_said)
    names = (word if word == "," else _name(word) for word in chosen.words)
    return *_days(chosen, language), *names, *named, *(f"#{tag}" for tag in chosen.tags), *said


def _grouped(by: tuple[grammar.GroupName, ...] | None, language: str) -> tuple[str, ...]:
    if not by:
        return () if by is None else (words_of(filter_terms.UNGROUPED, language)[0],)
    conjunction = words_of(terms.AND, language)[0]
    groups = f" {conjunction} ".join(words_of(filter_terms.GROUPS[each], language)[0] for each in by)
    return (f"{words_of(filter_terms.GROUPED, language)[0]} {groups}",)


def _length(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    shown = f"{minutes // 60}:{minutes % 60:02}"
    return f"{shown}:{rest:02}" if rest else shown


def _described(command: grammar.Start | grammar.Switch | grammar.Stop | grammar.Log) -> tuple[str, ...]:
    flags = {None: (), True: ("--billable",), False: ("--nb",)}[command.billable]
    private = ("--private",) if command.private else ()
    return (*(f"#{tag}" for tag in command.tags), *flags, *private)


def _names(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_name(word) for word in words)


def _name(word: str) -> str:
    """As it is where that is a name for sure, and otherwise in quotes."""
    if word.isalpha() and not _can_begin_phrase(key(word)):
        return word
    return _quoted(word)


def _can_begin_phrase(word: str) -> bool:
    return any(lead(word) in phrase.leads for phrase in vocabulary().phrases.table)


def _quoted(word: str) -> str:
    for first, last in _QUOTES:
        if first not in word and last not in word:
            return f"{first}{word}{last}"
    return word
