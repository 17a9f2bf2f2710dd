"""A dry run shows exactly the request that Billomat gets."""

import json
import re

import pytest

from bot.billing import dry_run
from bot.core.context import Bot
from playground.billomat.account import Account
from playground.person import Modal, Person
from tests.billing.deeds import RunJobs, change, edits, invoice, seen_by, sends, states
from tests.billing.test_submitting import aylin_approves, submitted

__all__ = ["aylin_approves", "submitted"]
Sent = list[dict[str, object]]


@pytest.fixture
def requests(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """The bodies of all that is really posted to Billomat."""
    posted: Sent = []
    send = bot.http.send

    def note(request, **more):  # type: ignore[no-untyped-def]
        if request.method == "POST":
            posted.append(json.loads(request.content))
        return send(request, **more)

    monkeypatch.setattr(bot.http, "send", note)
    return posted


def opened(who: Person) -> Modal:
    """What Billomat would get, from the window that says why."""
    invoice(who).click("Why? …")
    who.modal.click("What Billomat gets …")
    return who.modal


def test_each_field_is_shown_as_it_is_sent_and_nothing_is_sent_by_looking(
    worked: None, anna: Person, bot: Bot, account: Account, run_jobs: RunJobs, requests: Sent
) -> None:
    shown = opened(anna).text
    run_jobs()
    assert requests == []
    assert states(bot) == ["open"]
    anna.modal.close()
    sends(anna)
    run_jobs()
    (sent,) = requests
    whole = dict(sent["invoice"])  # type: ignore[call-overload]
    token = re.search("[a-z0-9]{12}$", whole["label"])
    assert token
    for item in (whole, *whole.pop("invoice-items")["invoice-item"]):
        for name, value in item.items():
            assert f"{name}: {value}".replace(token[0], "xxxxxxxxxxxx") in shown
    assert "unit_price: 88.50" in shown
    assert "quantity: 7.25" in shown
    assert "secret" not in shown


def as_it_is(*_: object) -> None:
    """Nothing is different."""


def with_texts(anna: Person, bot: Bot, account: Account) -> None:
    invoice(anna)
    edits(anna, title="Work 🎉", description="With “quotes” & <signs>", rate="33.3333").submit()


def reduced(anna: Person, bot: Bot, account: Account) -> None:
    change(bot, "Acme GmbH", reduction=25_000)


def gross(anna: Person, bot: Bot, account: Account) -> None:
    change(bot, "Acme GmbH", net_gross="GROSS")


@pytest.mark.parametrize("differently", [as_it_is, with_texts, reduced, gross])
def test_it_is_the_request_that_is_posted(
    worked: None,
    anna: Person,
    bot: Bot,
    account: Account,
    run_jobs: RunJobs,
    requests: Sent,
    differently,  # type: ignore[no-untyped-def]
) -> None:
    differently(anna, bot, account)
    caller, preview = seen_by(bot, "Anna Admin")
    tried = dry_run.dry_run(bot, caller, preview.draft_id).body
    invoice(anna)
    sends(anna)
    run_jobs()
    (sent,) = requests
    label = sent["invoice"]["label"]  # type: ignore[index]
    sent["invoice"]["label"] = re.sub("[a-z0-9]{12}$", dry_run.TOKEN, label)  # type: ignore[index]
    assert sent == tried


def test_what_cannot_be_sent_has_no_request(worked: None, anna: Person, bot: Bot) -> None:
    change(bot, "Acme GmbH", billomat_id=None)
    invoice(anna).click("Why? …")
    anna.modal.click("What Billomat gets …")
    assert "This invoice cannot be sent yet, so there is no request to show" in anna.modal.text


def test_an_approver_looks_at_the_request_from_the_message(submitted: Person, bot: Bot) -> None:
    submitted.dm[-1].click("What Billomat gets …")
    assert "POST /api/invoices" in submitted.modal.text
    assert states(bot) == ["submitted"]
