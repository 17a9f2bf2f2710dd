"""Our modules have everyday names: where somebody else's are found instead, it is said and nothing is done."""

import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from bot.operations import neighbours

ROOT = Path(__file__).parents[2]


def trackomat(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """As a process of its own that starts in this folder."""
    environment = os.environ | environment
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", ["commands", "storage"])
@pytest.mark.parametrize("kind", ["package", "module"])
def test_somebody_elses_module_of_that_name_is_named_with_its_place(name: str, kind: str, tmp_path: Path) -> None:
    file = tmp_path / (f"{name}.py" if kind == "module" else f"{name}/__init__.py")
    file.parent.mkdir(exist_ok=True)
    file.touch()
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    ended = trackomat(tmp_path, "-P", "-m", "bot", "doctor", PYTHONPATH=path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(
        f"Trackomat's module `{name}` should be in {ROOT}, and Python finds {tmp_path / name}. "
    )
    assert "pipx install" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_a_folder_of_that_name_where_the_bot_starts_harms_nobody(tmp_path: Path) -> None:
    """A folder without code is no package as long as there is a whole one somewhere."""
    (tmp_path / "storage").mkdir()
    ended = trackomat(tmp_path, "-P", "-m", "bot", "jobs", PYTHONPATH=str(ROOT), DATABASE_URL="sqlite:///none.db")
    assert "there is no database yet" in ended.stderr


def test_packages_that_bring_the_same_modules_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "packages_distributions", lambda: {"storage": ["trackomat", "left-behind"]})
    assert "The packages left-behind bring modules called as Trackomat's are." in str(
        neighbours.in_the_same_environment()
    )


def test_nothing_that_we_install_brings_modules_called_as_ours() -> None:
    owners = packages_distributions()
    found = {name: owners[name] for name in (*neighbours.OURS, "playground") if name in owners}
    assert {owner for names in found.values() for owner in names} <= {neighbours.DISTRIBUTION}
