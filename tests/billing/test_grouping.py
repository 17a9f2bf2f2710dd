"""Which entries stand together on one line of an invoice."""

from datetime import date

import pytest

from bot.billing.rules.entries import UnbilledEntry
from bot.billing.rules.grouping import BY_PROJECT_AND_SERVICE, Grouping, GroupKey, Shared
from bot.billing.rules.making import make_lines
from bot.billing.rules.worth import Pricing

PRICING = Pricing(articles={}, rate_cents=9500, vat=None, taxed=False)


def worked(entry_id: int, project_id: int | None, service_id: int | None, day: int = 2) -> UnbilledEntry:
    return UnbilledEntry(
        entry_id=entry_id,
        project_id=project_id,
        project=None if project_id is None else f"Project {project_id}",
        service_id=service_id,
        service=None if service_id is None else f"Service {service_id}",
        seconds=3600,
        day=date(2026, 11, day),
        note="",
        end_guessed=False,
        billable=True,
    )


ENTRIES = [worked(1, 3, 7), worked(2, 3, None), worked(3, None, None), worked(4, 3, 7, day=1)]


@pytest.mark.parametrize(
    ("grouping", "groups"),
    [
        (BY_PROJECT_AND_SERVICE, {"project=3&service=7": [4, 1], "project=3&service=": [2], "project=&service=": [3]}),
        (Grouping((Shared.PROJECT,)), {"project=3": [4, 1, 2], "project=": [3]}),
        (Grouping(()), {"": [4, 1, 2, 3]}),
    ],
)
def test_entries_that_share_what_the_grouping_names_stand_together(
    grouping: Grouping, groups: dict[str, list[int]]
) -> None:
    made = {key: [entry.entry_id for entry in group] for key, group in grouping.groups(ENTRIES).items()}
    assert made == groups


def test_the_same_group_has_the_same_key_whoever_else_is_there() -> None:
    (key,) = BY_PROJECT_AND_SERVICE.groups([worked(9, 3, 7)])
    assert key in BY_PROJECT_AND_SERVICE.groups(ENTRIES)
    assert key == GroupKey("project=3&service=7")


def test_a_line_names_project_and_service_only_where_all_its_entries_have_them() -> None:
    lines, _ = make_lines(ENTRIES[:2], Grouping((Shared.PROJECT,)), pricing=PRICING, edits={})
    assert [(line.project_id, line.project, line.service_id, line.service) for line in lines] == [
        (3, "Project 3", None, None)
    ]
