"""The house stays as it was laid out: what is where, which way arrows point, what the papers say."""

import contextlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from setuptools import find_packages

from bot.core.settings import Settings
from docs import commands

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
IGNORED = [pattern.rstrip("/") for pattern in (ROOT / ".gitignore").read_text().split()]
CODE = ("bot", "commands", "storage", "playground")


def test_arrows_point_one_way() -> None:
    # In a process of its own: within ours the linter would switch off the loggers that other tests read.
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_top_of_the_repository_holds_what_a_newcomer_looks_for_and_nothing_else() -> None:
    folders = {*CODE, "tests", "docs", "deploy", "requirements", "benchmarks", "chaos", ".ci"}
    files = {"README.md", "LICENSE", "Makefile", "manifest.yml", "pyproject.toml", ".gitignore"}
    assert {path.name for path in ROOT.iterdir() if not _is_ignored(path)} == folders | files


def _is_ignored(path: Path) -> bool:
    return path.name == ".git" or any(fnmatch(path.name, pattern) for pattern in IGNORED)


def _texts(*folders: Path) -> Iterator[tuple[str, str]]:
    """Name and content of each file below, but for pictures."""
    for path in (path for folder in folders for path in sorted(folder.iterdir())):
        if path.is_dir() and not _is_ignored(path):
            yield from _texts(path)
        elif path.is_file() and not _is_ignored(path):
            with contextlib.suppress(UnicodeDecodeError):
                yield str(path.relative_to(ROOT)), path.read_text()


def test_nothing_is_left_to_do_and_nobodys_machine_is_named() -> None:
    unwanted = re.compile("TO" + r"DO\b|FIX" + r"ME\b|/(home|Users|root|work)/\w")
    found = [f"{path}: {match[0]}" for path, text in _texts(ROOT) if (match := unwanted.search(text))]
    assert found == []


def test_a_wheel_holds_every_package_and_every_file_that_is_read() -> None:
    shipped = PROJECT["tool"]["setuptools"]
    packages = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for folder in CODE
        for path in (ROOT / folder).rglob("__init__.py")
    }
    assert set(find_packages(str(ROOT), include=shipped["packages"]["find"]["include"])) == packages
    for path, _ in _texts(*(ROOT / folder for folder in CODE)):
        if not path.endswith(".py"):
            assert any(
                fnmatch(path, f"{package.replace('.', '/')}/{pattern}")
                for package, patterns in shipped["package-data"].items()
                for pattern in patterns
            ), path


def test_the_lock_files_have_hashes_and_no_addresses() -> None:
    for path, text in _texts(ROOT / "requirements"):
        assert "://" not in text, path
        assert text.count("==") <= text.count("--hash=sha256:"), path


def test_the_lock_files_hold_all_that_the_project_asks_for() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    for name, wanted in {"run": ["build"], "demo": ["build", "playground"], "dev": list(extras)}.items():
        asked = [*PROJECT["project"]["dependencies"], *(line for extra in wanted for line in extras[extra])]
        text = (ROOT / "requirements" / f"{name}.lock").read_text()
        locked = {_plain(line.partition("==")[0]) for line in text.splitlines() if "==" in line}
        assert {_plain(re.split(r"[\[>=;]", line)[0]) for line in asked} <= locked, name


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.sub(r"\[.*", "", name)).lower().strip()


def test_the_readme_lists_the_commands_as_the_bot_reads_them() -> None:
    readme = commands.README.read_text()
    assert commands.BEGIN + commands.table() + commands.END in readme, "`make readme` brings it up to date"


def test_the_readme_names_only_settings_that_exist() -> None:
    section = commands.README.read_text().partition("### Settings")[2].partition("\n#")[0]
    named = {
        name
        for line in section.splitlines()
        if line.startswith("| `")
        for name in re.findall("[A-Z_]{4,}", line.split("|")[1])
    }
    assert len(named) > 10
    assert named <= {name.upper() for name in Settings.model_fields}


def test_the_readme_begins_with_the_two_commands_that_need_nothing() -> None:
    readme = commands.README.read_text()
    assert readme.index("make demo") < readme.index("make test") < readme.index("## Commands")
