"""The house stays as it was laid out: what is where, which way arrows point, what the papers say."""

import ast
import contextlib
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
from setuptools import find_packages

from bot import jobs
from bot.core.settings import Settings
from docs import commands, figures

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
IGNORED = [pattern.rstrip("/") for pattern in (ROOT / ".gitignore").read_text().split()]
CODE = ("bot", "commands", "storage", "playground")
FOLDERS = {*CODE, "tests", "docs", "deploy", "requirements", "benchmarks", "chaos", ".ci"}


LINTED = PROJECT["tool"]["importlinter"]["root_packages"]
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]


def linted(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the linter says; in a process of its own, for within ours it would switch off loggers that others read."""
    linter = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([linter, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def test_arrows_point_one_way() -> None:
    done = linted(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the code and its contracts, to put something in the wrong place."""
    for package in LINTED:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


WRONG_WAYS = {
    "a subject imports one above it": ("bot/tracking/entries.py", "import bot.billing.delivery"),
    "core imports a subject": ("bot/core/clock.py", "import bot.people.callers"),
    "what runs the bot imports what is above it": ("bot/assembly.py", "import bot.server"),
    "a use case imports its views": ("bot/tracking/entries.py", "import bot.tracking.views.entries"),
    "a use case imports another subject's views": ("bot/tracking/entries.py", "import bot.catalog.views.pickers"),
    "a use case imports one that stands beside it": ("bot/tracking/undo.py", "import bot.tracking.gaps"),
    "a rule imports a use case": ("bot/tracking/rules/spans.py", "import bot.tracking.entries"),
    "a rule imports another subject's use case": ("bot/tracking/rules/spans.py", "import bot.catalog.channels"),
    "a rule imports a table": ("bot/tracking/rules/spans.py", "import storage.tables"),
    "a view imports the running bot": ("bot/tracking/views/entries.py", "import bot.core.context"),
    "a view imports SQLAlchemy": ("bot/tracking/views/entries.py", "import sqlalchemy"),
    "storage imports a use case": ("storage/tracking.py", "import bot.tracking.entries"),
    "storage imports the running bot": ("storage/tracking.py", "import bot.core.context"),
    "storage imports a subject above": ("storage/catalog.py", "import storage.tracking"),
    "a table imports its queries": ("storage/tables/tracking.py", "import storage.tracking"),
    "commands import SQLAlchemy": ("commands/tracking/timers.py", "import sqlalchemy"),
    "commands import storage": ("commands/tracking/timers.py", "import storage.tracking"),
    "commands import what wires them": ("commands/tracking/timers.py", "import bot.app"),
    "commands import one above": ("commands/tracking/timers.py", "import commands.track"),
    "commands import another subject's": ("commands/routine.py", "import commands.tracking"),
    "commands import one that stands beside them": ("commands/tracking/gaps.py", "import commands.tracking.form"),
    "commands import rules": ("commands/tracking/timers.py", "import bot.tracking.rules.spans"),
    "commands import Bolt": ("commands/tracking/timers.py", "import slack_bolt"),
    "a use case imports commands": ("bot/tracking/entries.py", "import commands.tracking.timers"),
    "the bot imports the playground": ("bot/server.py", "import playground"),
}


@pytest.mark.parametrize(("importer", "wrong"), WRONG_WAYS.values(), ids=WRONG_WAYS)
def test_an_import_the_wrong_way_round_is_refused(house: Path, importer: str, wrong: str) -> None:
    with (house / importer).open("a") as file:
        file.write(f"\n{wrong}\n")
    done = linted(house)
    importing = importer.removesuffix(".py").replace("/", ".")
    imported = wrong.removeprefix("import ")
    assert done.returncode == 1, done.stdout
    assert re.search(rf"{re.escape(importing)} -> {re.escape(imported)}\b", done.stdout), done.stdout


@pytest.mark.parametrize("folder", ["bot", "bot/core", "bot/tracking", "bot/tracking/views", "commands", "storage"])
def test_a_module_without_a_place_is_refused(house: Path, folder: str) -> None:
    (house / folder / "anything.py").touch()
    done = linted(house)
    assert done.returncode == 1, done.stdout
    assert f"{folder.replace('/', '.')}.anything" in done.stdout


def test_each_folder_has_an_order_and_nobody_may_import_each_other() -> None:
    orders = [contract for contract in CONTRACTS if contract["type"] == "layers"]
    assert [order["name"] for order in orders if any(":" in layer for layer in order["layers"])] == []
    assert [order["name"] for order in orders if not order.get("exhaustive")] == []
    ordered = {container for order in orders for container in order["containers"]}
    assert {".".join(folder.relative_to(ROOT).parts) for folder in _folders_of_two()} <= ordered


def test_the_figures_of_the_architecture_count_no_import_against_an_order() -> None:
    assert figures.House(ROOT).unchecked_and_wrong() == (0, 0)


def _folders_of_two() -> Iterator[Path]:
    """Each package of ours that holds two modules or more; migrations follow each other by themselves."""
    for init in (path for package in LINTED for path in (ROOT / package).rglob("__init__.py")):
        modules = [*init.parent.glob("[!_]*.py"), *init.parent.glob("*/__init__.py")]
        if len(modules) > 1 and "migrations" not in init.parts:
            yield init.parent


def test_storage_knows_no_kinds_of_jobs() -> None:
    kind = re.compile(rf"({'|'.join(jobs.KINDS)})(:.*)?", re.DOTALL)
    assert [
        found for path in (ROOT / "storage").rglob("*.py") for found in _spelled(path) if kind.fullmatch(found)
    ] == []


def _spelled(path: Path) -> list[str]:
    tree = ast.walk(ast.parse(path.read_text()))
    return [node.value for node in tree if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def test_the_top_of_the_repository_holds_what_a_newcomer_looks_for_and_nothing_else() -> None:
    papers = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"}
    files = papers | {"Makefile", "manifest.yml", "pyproject.toml", "setup.py", ".gitignore"}
    assert {path.name for path in ROOT.iterdir() if not _is_ignored(path)} == FOLDERS | files


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


def test_a_subject_is_called_the_same_in_each_folder() -> None:
    subjects = {init.parent.name for init in (ROOT / "bot").glob("*/__init__.py")}
    assert _parts("commands") - {"talk", "track"} <= subjects
    assert _parts("storage/tables") - {"audit", "base", "jobs"} <= subjects
    folders = {init.parent.name for init in (ROOT / "tests").glob("*/__init__.py")}
    assert folders - {"playground", "running", "storage"} <= subjects


def _parts(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).iterdir() if path.stem[0] not in "_."}


@pytest.mark.parametrize("paper", [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], ids=lambda path: path.name)
def test_a_paper_names_only_files_that_are_there(paper: Path) -> None:
    text = paper.read_text()
    linked = {paper.parent / link for link in re.findall(r"\]\(([^):#]+)\)", text)}
    ours = re.compile(rf"({'|'.join(FOLDERS)})/[\w/.-]+")
    words = [word for span in re.findall(r"`([^`]+)`", text) for word in span.split()]
    named = {ROOT / word for word in words if ours.fullmatch(word)}
    assert {str(path) for path in linked | named if not path.exists()} == set()


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


def test_the_readme_says_how_much_of_the_code_the_tests_run() -> None:
    assert f"at least {PROJECT['tool']['coverage']['report']['fail_under']} %" in commands.README.read_text()


def test_each_decision_has_a_number_of_its_own_in_its_name_and_its_title() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    titles = [record.read_text().partition(".")[0] for record in records]
    assert titles == [f"# {number}" for number in range(1, len(records) + 1)]
    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
