"""Connect Billomat, import from it, and link customers."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

from bot.billomat import connect, imports, link, outcome
from bot.billomat.connect import CheckedConnection, EnteredConnection
from bot.billomat.views import connect as views
from bot.billomat.views import imports as import_views
from bot.billomat.views import link as link_views
from bot.core import deadlines
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import AlreadyDone, UserError
from bot.people import callers as people
from bot.routine.views import first_steps as step_views
from bot.slack.answers import NOTHING, Answers, Eventually, Options, Say, Show, Update
from bot.slack.listeners import Listeners
from bot.slack.patience import result_within
from bot.slack.request import Request
from bot.slack.untrusted import read_id

ACK_TRAVELS = 0.5
"""Seconds after which an ack has surely reached Slack. A result that overtook it would be covered by "checking…"."""
AT_ONCE = 16
"""Attempts at once. Each has an end, so that those that hang hold up a further one for no longer than that."""
_checks = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="connect")
_results = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="connected")
"""Threads of their own: they wait for those above."""


def register(listeners: Listeners) -> None:
    """Listen to the forms and buttons of the account."""
    listeners.view(views.CONNECT, submit)
    listeners.view(views.START_IMPORT, start_import)
    listeners.action(views.IMPORT_AGAIN, start_import)
    listeners.action(step_views.CONNECT, open_connect_form)
    listeners.action(step_views.IMPORT, import_or_connect)
    listeners.action(views.RECONNECT, use_another_key)
    listeners.action(views.BUSINESS, open_business_form)
    listeners.view(views.BUSINESS, save_business)
    listeners.action(import_views.SERVICE_ARTICLE, choose_article)
    listeners.view(link_views.LINKED, link_both)
    listeners.options(link_views.OURS, offer_ours)
    listeners.options(link_views.THEIRS, offer_theirs)
    listeners.action(link_views.LINK, open_link_form)


def connect_form(bot: Bot, caller: Caller, words: tuple[str, ...]) -> Show:
    """The form of `/track connect`, or, once connected, how it stands."""
    now = connect.connection_status(bot, caller)
    if now.account:
        return Show(views.status(caller.reader, now.account, now.unlinked))
    return Show(views.connect_form(caller.reader, billomat_id=next(iter(words), "")))  # a key may follow


def open_connect_form(bot: Bot, request: Request) -> Answers:
    """The same, by a button."""
    return connect_form(bot, request.caller, ())


def import_or_connect(bot: Bot, request: Request) -> Answers:
    """Import for the first time; before that can be, connect."""
    if connect.connection_status(bot, request.caller).account is None:
        return open_connect_form(bot, request)
    imports.start_import(bot, request.caller)
    return Show(views.import_started(request.caller.reader))


def submit(bot: Bot, request: Request) -> Answers:
    """The one submission that asks Billomat before its ack."""
    caller = request.caller
    entered = connect.enter_connection(
        bot,
        caller,
        billomat_id=request.entered_text("billomat_id"),
        key=request.entered_text("key"),
        tax_rate=request.entered_text("tax_rate"),
    )
    until = deadlines.after(bot.settings.billomat_timeout)
    checking = _checks.submit(_checked, bot, caller, entered, until)
    try:
        checked = result_within(checking, bot.settings.billomat_patience)
    except TimeoutError:
        result = _results.submit(_result, bot, caller, entered, checking)
        return [Update(views.checking(caller.reader)), Eventually(result)]
    return _connected(bot, caller, checked)


def _connected(bot: Bot, caller: Caller, checked: CheckedConnection) -> Update:
    return Update(views.connected(caller.reader, connect.store_connection(bot, caller, checked), checked.lacking))


def _checked(bot: Bot, caller: Caller, entered: EnteredConnection, until: float) -> CheckedConnection:
    """All questions together have the time of one, also counting the wait for a thread."""
    with deadlines.until(until):
        return connect.check_connection(bot, caller.reader, entered)


def _result(bot: Bot, caller: Caller, entered: EnteredConnection, checking: Future[CheckedConnection]) -> Answers:
    """What stands in the place of "checking…" in the end."""
    time.sleep(ACK_TRAVELS)
    try:
        return _connected(bot, caller, checking.result())
    except UserError as error:
        form = views.connect_form(
            caller.reader,
            billomat_id=entered.billomat_id,
            tax_rate=entered.tax_rate,
            problem=error.sentence(caller.reader),
        )
        return Update(form)
    except AlreadyDone:
        return NOTHING  # whoever did it shows it


def start_import(bot: Bot, request: Request) -> Answers:
    """For the first time, or once more."""
    imports.start_import(bot, request.caller)
    return Update(views.import_started(request.caller.reader))


def choose_article(bot: Bot, request: Request) -> Answers:
    """It was said as which article a service is billed."""
    chosen = None if request.clicked == import_views.NO_ARTICLE else read_id(request.clicked)
    now = outcome.choose_article(bot, request.caller, read_id(request.block_part), chosen)
    return Say(import_views.article_chosen(request.caller.reader, now))


def use_another_key(bot: Bot, request: Request) -> Answers:
    """The form once more, filled in but for the key."""
    known = connect.connected_account(bot, request.caller)
    form = views.connect_form(request.caller.reader, billomat_id=known.billomat_id, tax_rate=known.tax_rate)
    return Update(form)


def open_business_form(bot: Bot, request: Request) -> Answers:
    """What is known of the business itself, in place of how the connection stands."""
    return Update(views.business_form(request.caller.reader, connect.connected_account(bot, request.caller)))


def save_business(bot: Bot, request: Request) -> Answers:
    """It was said."""
    now = connect.change_business(
        bot,
        request.caller,
        country=request.entered_text("country"),
        vat_id=request.entered_text("vat_id"),
        small_business=views.entered_small(request),
    )
    return Update(views.status(request.caller.reader, now.account, now.unlinked)) if now.account else NOTHING


def open_link_form(_bot: Bot, request: Request) -> Answers:
    """Which customer of ours is which one of Billomat."""
    people.require_biller(request.caller)
    return Show(link_views.link_form(request.caller.reader))


def link_both(bot: Bot, request: Request) -> Answers:
    """Two customers are one."""
    caller = request.caller
    ours, theirs = read_id(request.entered_choice("ours")), read_id(request.entered_choice("theirs"))
    done = link.link_customer(bot, caller, ours, theirs)
    return Update(link_views.linked(caller.reader, done.ours, done.theirs, done.entries))


def offer_ours(bot: Bot, request: Request) -> Answers:
    """Search customers that were created in Slack."""
    return _offered(bot, request, linked=False)


def offer_theirs(bot: Bot, request: Request) -> Answers:
    """Search customers of Billomat."""
    return _offered(bot, request, linked=True)


def _offered(bot: Bot, request: Request, *, linked: bool) -> Options:
    offered = link.offered_customers(bot, request.caller, request.searched, linked=linked)
    return Options([link_views.customer_option(customer) for customer in offered])
