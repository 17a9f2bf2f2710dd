"""Edit, split, delete, tag, annotate and undo: typed, or by the buttons and forms of an entry."""

from bot.billing import elsewhere
from bot.billing.views import elsewhere as elsewhere_views
from bot.catalog import finding
from bot.catalog.views import pickers
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.grammar import values as grammar
from bot.slack.answers import Answer, Answers, Options, Refresh, Say, Show, Update
from bot.slack.blocks import Message, option
from bot.slack.listeners import Listeners
from bot.slack.request import Request
from bot.tracking import corrections, own_entries, splitting
from bot.tracking import undo as undoing
from bot.tracking.entries import AgreedResolution, Overlap, Written
from bot.tracking.form_fields import CameTwice
from bot.tracking.views import corrections as views
from bot.tracking.views import entries as entry_views
from bot.tracking.views import hours
from bot.tracking.views.corrections import Editing
from bot.tracking.views.overlaps import RESOLUTION_FIELD, read_resolution


def register(listeners: Listeners) -> None:
    """Listen to the buttons below entries, and to the forms and menus in which they are corrected."""
    listeners.options(entry_views.SERVICE, offer_services)
    listeners.action(entry_views.EDIT, open_form)
    listeners.view(views.EDITED, save)
    listeners.action(views.SPLIT, open_split)
    listeners.view(views.SPLIT_AT, split)
    listeners.action(views.DELETE, delete)
    listeners.action(entry_views.UNDO, undo)
    listeners.action(entry_views.CONFIRM, confirm)
    listeners.action(views.CHOOSE_EDIT, chosen_to_edit)
    listeners.action(views.CHOOSE_SPLIT, chosen_to_split)
    listeners.action(views.CHOOSE_DELETE, chosen_to_delete)
    listeners.action(views.CHOOSE_CHANGE, chosen_to_change)


# Typed


def edit_typed(bot: Bot, caller: Caller, typed: grammar.Edit) -> Answer:
    """The form of the entry that is meant, or the question which one."""
    found = own_entries.meant(bot, caller, typed.which)
    if found.clear is None:
        return Say(views.choose(caller.reader, found, views.CHOOSE_EDIT, now=caller.now))
    return Show(views.edit_form(caller.reader, found.clear))


def split_typed(bot: Bot, caller: Caller, typed: grammar.Split) -> Answer:
    """Split at once where the time was said; otherwise ask for it, in a form that offers the middle."""
    found = own_entries.meant(bot, caller, typed.which, inside=True)
    if found.clear is None:
        return Say(views.choose(caller.reader, found, views.CHOOSE_SPLIT, now=caller.now))
    if typed.at is None:
        return Show(views.split_form(caller.reader, found.clear, now=caller.now))
    done = splitting.split_at(bot, caller, found.clear.id, typed.at)
    return Say(views.halved(caller.reader, done, now=caller.now))


def delete_typed(bot: Bot, caller: Caller, typed: grammar.Delete) -> Answer:
    """Delete at once, for it can be undone."""
    found = own_entries.meant(bot, caller, typed.which)
    if found.clear is None:
        return Say(views.choose(caller.reader, found, views.CHOOSE_DELETE, now=caller.now))
    return Say(views.deleted(caller.reader, *corrections.delete(bot, caller, found.clear.id), now=caller.now))


def change_typed(bot: Bot, caller: Caller, typed: grammar.Tag | grammar.Note) -> Answer:
    """Tag or annotate an entry; where there are several, what was typed is kept until one was chosen."""
    found = own_entries.meant(bot, caller, typed.which)
    if found.clear is None:
        question_id = corrections.ask(bot, caller, typed)
        return Say(views.choose(caller.reader, found, views.CHOOSE_CHANGE, now=caller.now, question_id=question_id))
    return Say(views.changed(caller.reader, corrections.change(bot, caller, found.clear.id, typed), now=caller.now))


def undo_typed(bot: Bot, caller: Caller, _typed: grammar.Undo) -> Answer:
    """Take back the last own change; once more takes back the one before."""
    marking = elsewhere.last_change(bot, caller)
    if marking is not None:
        return Say(elsewhere_views.undone(caller.reader, elsewhere.undo(bot, caller, marking)))
    return Say(views.undone(caller.reader, undoing.undo_last(bot, caller)))


# In the forms


def offer_services(bot: Bot, request: Request) -> Answers:
    """Search all kinds of work."""
    offered = finding.offered_services(bot, request.caller, request.searched)
    return Options([option(service.name, str(service.id)) for service in offered])


def open_form(bot: Bot, request: Request) -> Answers:
    """The form of an entry. Only a message that speaks of it alone is brought up to date afterwards."""
    entry = own_entries.editable(bot, request.caller, request.clicked_id)
    said_at = request.response_url if request.block_id.startswith(entry_views.OF_ONE) else ""
    return Show(views.edit_form(request.caller.reader, entry, said_at=said_at))


def save(bot: Bot, request: Request) -> Answers:
    """Write what was corrected; where others have the time, ask first."""
    caller, kept = request.caller, request.kept(views.EDITING)
    try:
        done = _saved(bot, request, kept)
    except Overlap as overlap:
        if not overlap.resolutions:
            raise
        entry = own_entries.editable(bot, caller, kept.entry)
        asked = hours.asked(request)
        return Update(views.edit_form(caller.reader, entry, said_at=kept.said_at, overlap=overlap, twice=asked))
    except CameTwice as twice:
        entry, asked = own_entries.editable(bot, caller, kept.entry), hours.asked(request, twice)
        return Update(views.edit_form(caller.reader, entry, said_at=kept.said_at, twice=asked))
    now = Update(views.saved(caller.reader, done, now=caller.now))
    return [now, *_refreshed(kept.said_at, views.changed(caller.reader, done, now=caller.now, replace=True))]


def _saved(bot: Bot, request: Request, kept: Editing) -> Written:
    customer_id, project_id, _ = pickers.read_value(str(request.entered_choice("target")))
    resolution = read_resolution(request.entered_choice(RESOLUTION_FIELD))
    wanted = corrections.EditedEntry(
        customer_id=customer_id,
        project_id=project_id,
        service_id=request.entered_id("service"),
        note=request.entered_text("note"),
        tags=request.entered_text("tags"),
        times=corrections.EnteredTimes(
            day=request.entered_day("day"),
            start=request.entered_choice("start"),
            end=request.entered_choice("end"),
            duration=request.entered_choice("duration"),
            hours=hours.read_hours(request),
        ),
        billable=request.is_ticked("billable"),
        private=request.is_ticked("private"),
    )
    agreed = AgreedResolution(resolution, kept.seen) if resolution else None
    return corrections.edit(bot, request.caller, kept.entry, wanted, agreed, opened=kept.opened)


def open_split(bot: Bot, request: Request) -> Answers:
    """The form in which an entry becomes two, in place of its own."""
    caller = request.caller
    entry = own_entries.editable(bot, caller, request.clicked_id)
    return Update(views.split_form(caller.reader, entry, now=caller.now))


def split(bot: Bot, request: Request) -> Answers:
    """Make two of it."""
    caller = request.caller
    entry_id = request.kept(views.SPLITTING).entry
    try:
        done = splitting.split(
            bot,
            caller,
            entry_id,
            clock=request.entered_choice("at"),
            duration=request.entered_choice("duration"),
            hours=hours.read_hours(request),
        )
    except CameTwice as twice:
        entry, asked = own_entries.editable(bot, caller, entry_id), hours.asked(request, twice)
        return Update(views.split_form(caller.reader, entry, now=caller.now, twice=asked))
    said = views.halved(caller.reader, done, now=caller.now)
    return Update(views.as_modal(caller.reader, said, caller.reader.t("Split entry")))


# Clicked


def delete(bot: Bot, request: Request) -> Answers:
    """Delete an entry, by the button in its form."""
    caller = request.caller
    said_at = request.kept(views.EDITING).said_at if request.in_modal else ""
    entry, change_id = corrections.delete(bot, caller, request.clicked_id)
    said = views.deleted(caller.reader, entry, change_id, now=caller.now, replace=True)
    return [Say(said), *_refreshed(said_at, said)]


def undo(bot: Bot, request: Request) -> Answers:
    """Take back the change that a message speaks of."""
    steps = undoing.undo(bot, request.caller, request.clicked_id)
    return Say(views.undone(request.caller.reader, steps))


def confirm(bot: Bot, request: Request) -> Answers:
    """The end that Trackomat guessed is right."""
    caller = request.caller
    entry_id, seen = entry_views.read_guess(request.clicked)
    done = corrections.confirm_end(bot, caller, entry_id, seen)
    return Say(entry_views.logged(caller.reader, done, today=caller.today, replace=True))


def chosen_to_edit(bot: Bot, request: Request) -> Answers:
    """The entry was chosen that `/track edit` meant."""
    entry = own_entries.editable(bot, request.caller, request.clicked_id)
    return Show(views.edit_form(request.caller.reader, entry, said_at=request.response_url))


def chosen_to_split(bot: Bot, request: Request) -> Answers:
    """The entry was chosen that `/track split` meant."""
    caller = request.caller
    entry = own_entries.editable(bot, caller, request.clicked_id)
    return Show(views.split_form(caller.reader, entry, now=caller.now))


def chosen_to_delete(bot: Bot, request: Request) -> Answers:
    """The entry was chosen that `/track delete` meant."""
    caller = request.caller
    deleted = corrections.delete(bot, caller, request.clicked_id)
    return Say(views.deleted(caller.reader, *deleted, now=caller.now, replace=True))


def chosen_to_change(bot: Bot, request: Request) -> Answers:
    """The entry was chosen that is to be tagged or annotated."""
    caller = request.caller
    done = corrections.answer(bot, caller, request.question_id, request.clicked_id)
    return Say(views.changed(caller.reader, done, now=caller.now, replace=True))


def _refreshed(said_at: str, said: Message) -> list[Refresh]:
    """The message from which the form was opened, if it was from one."""
    return [Refresh(said, said_at)] if said_at else []
