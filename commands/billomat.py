"""Connect Billomat, import from it, and link customers."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.billomat import connect, imports, link
from bot.billomat.connect import CheckedConnection, EnteredConnection
from bot.billomat.views import connect as views
from bot.billomat.views import link as link_views
from bot.core.caller import Caller
from bot.core.context import Bot
from bot.core.errors import AlreadyDone, UserError
from bot.people import callers as people
from bot.slack import replies
from bot.slack.blocks import View
from bot.slack.untrusted import read_id

ACK_TRAVELS = 0.5
"""Seconds after which an ack has surely reached Slack. A result that overtook it would be covered by "checking…"."""


def connect_form(bot: Bot, caller: Caller, words: tuple[str, ...]) -> View:
    """The form of `/track connect`, or, once connected, how it stands."""
    now = connect.connection_status(bot, caller)
    if now.account:
        return views.status(caller.reader, now.account, now.unlinked)
    return views.connect_form(caller.reader, billomat_id=" ".join(words))


def register(app: App, bot: Bot) -> None:
    """Listen to the forms and buttons of the account."""
    _register_connection(app, bot)
    _register_links(app, bot)


def _register_connection(app: App, bot: Bot) -> None:
    checks = ThreadPoolExecutor(max_workers=4, thread_name_prefix="connect")

    @app.view(views.CONNECT)
    def submit(ack: Ack, context: BoltContext, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        """The one submission that asks Billomat before its ack."""
        caller = replies.caller_of(context)
        entered = connect.enter_connection(
            bot,
            caller,
            billomat_id=replies.entered_text(view, "billomat_id"),
            key=replies.entered_text(view, "key"),
            tax_rate=replies.entered_text(view, "tax_rate"),
        )
        checking = checks.submit(connect.check_connection, bot, caller.reader, entered)
        try:
            checked = checking.result(timeout=bot.settings.billomat_patience)
        except TimeoutError:
            checks.submit(_show_result, bot, context, client, body, entered, checking)
            ack(response_action="update", view=views.checking(caller.reader))
            return
        connected = connect.store_connection(bot, caller, checked)
        ack(response_action="update", view=views.connected(caller.reader, connected))

    @app.view(views.START_IMPORT)
    def start_import(ack: Ack, context: BoltContext) -> None:
        caller = replies.caller_of(context)
        imports.start_import(bot, caller)
        ack(response_action="update", view=views.import_started(caller.reader))

    def import_again(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        imports.start_import(bot, caller)
        replies.update_view(context, views.import_started(caller.reader), view_id=replies.view_of(body)["id"])
        ack()

    def use_another_key(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        known = connect.connected_account(bot, caller)
        form = views.connect_form(caller.reader, billomat_id=known.billomat_id, tax_rate=known.tax_rate)
        replies.update_view(context, form, view_id=replies.view_of(body)["id"])
        ack()

    app.action(views.IMPORT_AGAIN)(import_again)
    app.action(views.RECONNECT)(use_another_key)


def _register_links(app: App, bot: Bot) -> None:
    def open_link_form(ack: Ack, context: BoltContext, body: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        people.require_biller(caller)
        show = replies.push_view if body.get("view") else replies.open_view
        show(context, link_views.link_form(caller.reader))
        ack()

    @app.view(link_views.LINKED)
    def link_both(ack: Ack, context: BoltContext, view: dict[str, Any]) -> None:
        caller = replies.caller_of(context)
        ours, theirs = read_id(replies.entered(view, "ours")), read_id(replies.entered(view, "theirs"))
        done = link.link_customer(bot, caller, ours, theirs)
        ack(response_action="update", view=link_views.linked(caller.reader, done.ours, done.theirs, done.entries))

    @app.options(link_views.OURS)
    def offer_ours(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        offered = link.offered_customers(bot, replies.caller_of(context), payload.get("value", ""), linked=False)
        ack(options=[link_views.customer_option(customer) for customer in offered])

    @app.options(link_views.THEIRS)
    def offer_theirs(ack: Ack, context: BoltContext, payload: dict[str, Any]) -> None:
        offered = link.offered_customers(bot, replies.caller_of(context), payload.get("value", ""), linked=True)
        ack(options=[link_views.customer_option(customer) for customer in offered])

    app.action(link_views.LINK)(open_link_form)


def _show_result(
    bot: Bot,
    context: BoltContext,
    client: WebClient,
    body: dict[str, Any],
    entered: EnteredConnection,
    checking: Future[CheckedConnection],
) -> None:
    """Put the result of a slow check in the place of "checking…"; outside a request, so errors are answered here."""
    caller = replies.caller_of(context)
    time.sleep(ACK_TRAVELS)
    try:
        view = views.connected(caller.reader, connect.store_connection(bot, caller, checking.result()))
    except UserError as error:
        view = views.connect_form(
            caller.reader,
            billomat_id=entered.billomat_id,
            tax_rate=entered.tax_rate,
            problem=error.sentence(caller.reader),
        )
    except AlreadyDone:
        return  # whoever did it shows it
    except Exception as error:
        context["report"](error, context, client, body)
        return
    replies.update_view(context, view, view_id=replies.view_of(body)["id"])
    replies.after_commit(context, client, body)
