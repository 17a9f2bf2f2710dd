"""`make audit` fails for a known weakness and for nothing else, and never takes silence for good news."""

import pytest

from docs import audit

FINE = {"name": "click", "version": "8.5.1", "vulns": []}
WEAK = {"name": "h11", "version": "0.15", "vulns": [{"id": "GHSA-1", "fix_versions": ["0.16"]}]}
UNKNOWN = {"name": "alembic", "skip_reason": "Dependency not found"}


def test_a_known_weakness_is_named_with_the_version_that_mends_it() -> None:
    assert audit.verdict({"dependencies": [FINE, WEAK, UNKNOWN]}) == (
        ["2 of 3 packages looked up, 1 known weaknesses.", "h11 0.15 has GHSA-1, mended in 0.16"],
        1,
    )


@pytest.mark.parametrize("report", [None, {"dependencies": [UNKNOWN]}], ids=["no answer", "nothing known there"])
def test_where_nobody_can_be_asked_it_says_so_and_ends_well(
    report: dict[str, object] | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "_is_installed", lambda: True)
    monkeypatch.setattr(audit, "_report", lambda _lock: report)
    assert audit.main() == 0
    assert "skipped, no list of known weaknesses can be reached." in capsys.readouterr().out


def test_where_the_tool_cannot_be_had_it_says_so_and_ends_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "_is_installed", lambda: False)
    assert audit.main() == 0
    assert "cannot be installed here" in capsys.readouterr().out
