"""The first steps, what whoever is new reads, and what somebody in a new role can do."""

from bot.core.errors import People
from bot.core.roles import Role
from bot.core.texts import Reader
from bot.slack.blocks import (
    Block,
    Element,
    Message,
    actions,
    button,
    context,
    escaped,
    header,
    message,
    mrkdwn,
    section,
)
from bot.tracking.views.form import open_button
from storage.first_steps import StepsDone

CONNECT = "steps_connect"
IMPORT = "steps_import"
RATE = "steps_rate"
HIDE = "steps_hide"
BILL = "home_bill"
"""Opens the form of an invoice, here and in the Home."""


def steps(to: Reader, done: StepsDone) -> list[Block]:
    """A line for each step, with its button until it is done."""
    lines: tuple[tuple[bool, str, str, Element], ...] = (
        (
            done.connected,
            to.t("Billomat is connected"),
            to.t("Connect Billomat, with your billomatID and an API key"),
            button(to.t("Connect …"), CONNECT),
        ),
        (
            done.imported,
            to.t("Customers and articles are imported"),
            to.t("Import customers and articles"),
            button(to.t("Import now"), IMPORT),
        ),
        (
            done.priced,
            to.t("There is a price for an hour"),
            to.t("Say what an hour costs (or choose an article for a service in the settings)"),
            rate_button(to),
        ),
        (
            done.timed,
            to.t("Your first time is written down"),
            to.t("Start your first timer"),
            open_button(to),
        ),
    )
    return [
        section(f"✅ {said}") if is_done else section(f"{number}. {wanted}", press)
        for number, (is_done, said, wanted, press) in enumerate(lines, start=1)
    ]


def at_home(to: Reader, done: StepsDone) -> list[Block]:
    """The same in the Home, where they can be hidden."""
    return [
        header(to.t("Four steps to your first invoice")),
        *steps(to, done),
        actions(button(to.t("Hide these steps"), HIDE)),
    ]


def first_steps(to: Reader, done: StepsDone, *, is_open: bool) -> Message:
    """The one message; without buttons once the person wants to see no more of it."""
    if all(done):
        text = to.t("✅ All set. What you work becomes an invoice draft with /track invoice, or here.")
        return message(text, [section(text, bill_button(to))])
    title = to.t("👋 I am Trackomat. Four steps lead from your time to the first invoice draft in Billomat.")
    if not is_open:
        return message(title, [section(title), context(to.t("You hid these steps. /track help shows what I can do."))])
    return message(title, [section(title), *steps(to, done)])


def bill_button(to: Reader) -> Element:
    """Opens the form of `/track invoice`."""
    return button(to.t("Create invoice …"), BILL)


def rate_button(to: Reader) -> Element:
    """Opens a form for the hourly rate alone."""
    return button(to.t("Set hourly rate …"), RATE)


def greeting(to: Reader, *, may_connect: bool) -> Message:
    """One line for whoever is new."""
    said = to.t(
        "👋 I am Trackomat and keep your time: “Track time …” or /track start begins, /track help shows all of it."
    )
    if may_connect:
        said += " " + to.t("Nobody has connected Billomat yet: whoever does so with /track connect becomes admin.")
    return message(said, [section(said, open_button(to))])


def appointed(to: Reader, role: Role, *, by: str, whom: People | None) -> Message:
    """What somebody can do in their new role. `whom` to ask for the connection, where there is none yet."""
    match role:
        case Role.ADMIN:
            said = to.t(
                "{person} made you an admin. You connect Billomat with /track connect, set rates, articles and roles "
                "with /track settings, and can do all that a biller can: /track invoice makes a draft.",
                person=by,
            )
        case Role.BILLER:
            said = to.t(
                "{person} made you a biller. My Home shows you what everybody has worked and nobody billed yet, "
                "/track invoice makes a draft of it, and /track link links a channel with a project.",
                person=by,
            )
        case Role.APPROVER:
            said = to.t(
                "{person} made you an approver. You do all that a biller can, and get a message when somebody submits "
                "an invoice, to approve or return it.",
                person=by,
            )
        case Role.MEMBER:
            said = to.t("{person} made you a member: you see and change your own time only.", person=by)
    blocks = [section(said)]
    if whom and role in (Role.BILLER, Role.APPROVER) and whom.named:
        asked = escaped(to.t("Billomat is not connected yet. {admins} can do that with /track connect."))
        blocks.append(mrkdwn(asked.format(admins=whom.mentioned)))
    return message(said, blocks)
