"""What has to be true after a run. Each function yields a sentence for everything that is not."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection, func, select

from chaos.people import Work
from playground.billomat.account import Account
from playground.billomat.records import Article, Client
from playground.slack.workspace import Workspace
from storage.catalog import articles, customers
from storage.jobs import jobs
from storage.tables import audits, draft_entries, draft_lines, drafts, entries


def on_drafts(db: Connection, account: Account, names: Collection[str], told: Collection[str]) -> Iterator[str]:
    """At most one draft for each approval, none missing, and what was approved is what stands there.

    Two only where a request arrived after people had sent the draft again, and only if they were `told` so.
    """
    in_billomat = Counter(document.client_name for document in account.documents())
    for name, number in in_billomat.items():
        if number > 1 and name not in told:
            yield f"{name} has {number} drafts in Billomat, and nobody was told"
    yield from (f"{name} has no draft in Billomat" for name in set(names) - in_billomat.keys())
    stands = {document.id: document for document in account.documents()}
    ours = select(drafts, customers.c.name).join(customers, customers.c.id == drafts.c.customer_id)
    for draft in db.execute(ours.where(drafts.c.state.not_in(("open", "discarded")))):
        there = stands.get(draft.billomat_id)
        if draft.state != "sent":
            yield f"the draft for {draft.name} is still {draft.state}"
        elif there is None or there.client_name != draft.name:
            yield f"the draft for {draft.name} is not what stands in Billomat as {draft.billomat_id}"
        elif there.total_net is None or there.total_net * 100 != draft.net_cents:
            yield f"the draft for {draft.name} has {there.total_net} in Billomat instead of {draft.net_cents} cents"


def on_entries(db: Connection, most: Mapping[Work, int]) -> Iterator[str]:
    """Every piece of work that was acknowledged has its entry, and no more than `most` allows.

    Each stands on exactly one draft; the lines hold their time.
    """
    work = select(customers.c.name, entries.c.note).join(customers, customers.c.id == entries.c.customer_id)
    there = Counter((row.name, row.note) for row in db.execute(work))
    for name, note in there.keys() | most.keys():
        found, allowed = there[name, note], most.get((name, note), 0)
        if not min(1, allowed) <= found <= allowed:
            yield f"{note} for {name} has {found} entries instead of 1 to {allowed}"
    number, seconds = db.execute(select(func.count(), func.sum(entries.c.seconds))).one()
    on_sent = select(func.count()).select_from(draft_entries).join(drafts, drafts.c.id == draft_entries.c.draft_id)
    bound = db.execute(on_sent.where(drafts.c.state == "sent")).scalar()
    hundredths = db.execute(select(func.sum(draft_lines.c.hours))).scalar() or 0
    if bound != number:
        yield f"of {number} entries {bound} stand on drafts that were sent"
    if hundredths * 36 != seconds:
        yield f"the lines hold {hundredths * 36} of {seconds} seconds"


def on_logging(db: Connection) -> Iterator[str]:
    """Each entry was logged once, by the audit, and no request logged two."""
    logged = db.execute(select(audits).where(audits.c.subject == "entry", audits.c.action == "log")).all()
    times = Counter(row.subject_id for row in logged)
    there = set(db.execute(select(entries.c.id)).scalars())
    for entry_id in there:
        if times[entry_id] != 1:
            yield f"the audit says {times[entry_id]} times that entry {entry_id} was logged"
    yield from (f"the audit says that entry {gone} was logged, which is not there" for gone in times.keys() - there)
    for request, number in Counter(row.request for row in logged).items():
        if number != 1:
            yield f"the request {request} logged {number} entries"


def on_audit(db: Connection) -> Iterator[str]:
    """Each draft's rows tell how it got from open to where it is, without a gap."""
    history: dict[int, list[str]] = {}
    last: dict[int, str] = {}
    for row in db.execute(select(audits).where(audits.c.subject == "draft").order_by(audits.c.id)):
        history.setdefault(row.subject_id, []).append(row.action)
        last[row.subject_id] = row.after["state"]
    for draft in db.execute(select(drafts.c.id, drafts.c.state).where(drafts.c.state == "sent")):
        steps = history.get(draft.id, [])
        between = steps[1:-1]
        decided = all(
            pair == ("unknown", "send again") for pair in zip(between[::2], between[1::2], strict=False)
        )  # what people found themselves ends with "unknown", "sent"
        odd = between[-1:] if len(between) % 2 else []
        if steps[:1] != ["approve"] or steps[-1:] != ["sent"] or not decided or odd not in ([], ["unknown"]):
            yield f"the audit of draft {draft.id} says {steps}"
        if last.get(draft.id) != draft.state:
            yield f"the audit of draft {draft.id} ends with {last.get(draft.id)}"


def under_way(db: Connection, *, besides: str = "") -> list[str]:
    """Jobs of deliveries that are not done yet, by key, `besides` those of one kind."""
    kinds = {
        "deliver",
        "adopt",
        "post",
        "late",
        "ask",
        "ask_approver",
        "close_request",
        "tell_submitter",
        "take_back",
        "withdraw",
    } - {besides}
    left = select(jobs.c.key).where(jobs.c.kind.in_(kinds), jobs.c.due.is_not(None))
    return list(db.execute(left).scalars())


def on_jobs(db: Connection) -> Iterator[str]:
    """No job was given up, and none is left."""
    given_up = select(jobs.c.key, jobs.c.error).where(jobs.c.due.is_(None))
    yield from (f"the job {job.key} was given up: {job.error}" for job in db.execute(given_up))
    yield from (f"the job {key} never came to an end" for key in under_way(db))


def on_imports(db: Connection, account: Account) -> Iterator[str]:
    """What Billomat has is here once, under the same name, and nothing else."""
    there: list[tuple[int, str, bool]] = sorted(
        [(client.id, client.name, client.archived) for client in account.all(Client) if client.name]
    )
    query = select(customers.c.billomat_id, customers.c.name, customers.c.archived)
    known = {client_id for client_id, _, _ in there}
    here = sorted(tuple(row) for row in db.execute(query) if row.billomat_id in known)
    yield from (f"{left} is here instead of {right}" for left, right in zip(here, there, strict=False) if left != right)
    if len(here) != len(there):
        yield f"{len(here)} of {len(there)} customers are here"
    number = db.execute(select(func.count()).select_from(articles)).scalar()
    if number != len(account.all(Article)):
        yield f"{number} of {len(account.all(Article))} articles are here"


def on_messages(workspace: Workspace, expected: Mapping[tuple[str, str], int], kills: int) -> tuple[list[str], int]:
    """Everybody (by id) was told what begins like this, so often, and how many messages came twice.

    That may only be where a process died after Slack had taken the message and before that was noted.
    """
    wrong, twice = [], 0
    for (person_id, beginning), number in expected.items():
        said = [message.text for message in workspace.messages(person_id, workspace.dm(person_id).id)]
        came = sum(text.startswith(beginning) for text in said)
        twice += max(came - number, 0)
        if came < number:
            wrong.append(f"{workspace.person(person_id).name} read “{beginning}” {came} times instead of {number}")
    if twice > kills:
        wrong.append(f"{twice} messages came twice, with {kills} kills")
    return wrong, twice
