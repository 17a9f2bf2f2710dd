"""What deploy/ ships fits the code: no container engine runs in tests, but names, paths, settings are compared."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from ruamel.yaml import YAML

from bot.__main__ import main
from bot.core.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
COMPOSED = sorted(DEPLOY.glob("compose*.yaml"))
SETTINGS = {name.upper() for name in Settings.model_fields}


def composed(file: Path) -> dict[str, Any]:
    read: dict[str, Any] = YAML(typ="safe").load(file)
    return read


def steps(instruction: str) -> list[str]:
    return re.findall(rf"^{instruction} (.*)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)


def test_the_image_takes_what_is_there_and_nothing_else_reaches_the_build() -> None:
    copied = [source for step in steps("COPY") if "--from" not in step for source in step.split()[:-1]]
    assert copied
    assert [source for source in copied if not (ROOT / source).exists()] == []
    let_in = re.findall("^!(.*)$", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE)
    assert sorted(let_in) == sorted(copied)


def test_the_image_runs_as_nobody_in_particular_with_its_data_in_a_volume() -> None:
    assert steps("USER") == ["trackomat"]
    assert steps("VOLUME") == ["/data"]
    assert "--require-hashes" in DOCKERFILE
    (defaults,) = steps("ENV")
    named = set(re.findall("([A-Z_]+)=", defaults)) - {"PATH", "PYTHONDONTWRITEBYTECODE"}
    assert named == {"DATABASE_URL", "HOST"}
    assert named <= SETTINGS


def test_the_image_calls_commands_that_exist() -> None:
    called = re.findall(r'\["(?:trackomat", ")?(\w+)"\]', " ".join([*steps("CMD"), *steps("HEALTHCHECK")]))
    assert called == ["run", "ready"]
    assert set(called) <= set(main.commands)


@pytest.mark.parametrize("file", COMPOSED, ids=lambda file: file.name)
def test_a_composition_sets_only_what_exists_and_keeps_all_data_in_volumes(file: Path) -> None:
    whole = composed(file)
    for name, service in whole["services"].items():
        if service["image"] == "trackomat":
            assert set(service["environment"]) <= SETTINGS, name
            assert service["env_file"] == "../.env"
            assert service["read_only"]
        mounted = [volume.partition(":")[0] for volume in service.get("volumes", [])]
        for source in mounted:
            assert source in whole["volumes"] or (DEPLOY / source).is_file(), source
        assert set(service.get("depends_on", [])) <= set(whole["services"])


def test_two_bots_share_one_postgresql_and_the_proxy_leads_to_both() -> None:
    services = composed(DEPLOY / "compose.postgresql.yaml")["services"]
    bots = {name for name, service in services.items() if service["image"] == "trackomat"}
    assert len(bots) == 2
    led_to = re.search("reverse_proxy (.*) {", (DEPLOY / "compose.caddyfile").read_text())
    assert led_to
    assert set(led_to[1].split()) == {f"{bot}:3000" for bot in bots}


def test_the_service_of_systemd_runs_what_the_readme_installs() -> None:
    unit = (DEPLOY / "trackomat.service").read_text()
    assert "ExecStart=/opt/trackomat/.venv/bin/trackomat run\n" in unit
    assert "EnvironmentFile=/opt/trackomat/.env\n" in unit
    assert "StateDirectoryMode=0700\nUMask=0077\n" in unit
    assert set(re.findall("^Environment=([A-Z_]+)=", unit, re.MULTILINE)) <= SETTINGS


@pytest.mark.parametrize("left", ["storage/migrations/versions/9999_of_a_newer_version.py", "bot/gone.py", "gone.py"])
def test_what_another_version_left_in_the_folder_is_not_installed(tmp_path: Path, left: str) -> None:
    folder, wheels = tmp_path / "trackomat", tmp_path / "wheels"
    folder.mkdir()
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "storage", folder / "storage")
    (folder / "build" / "lib" / left).parent.mkdir(parents=True)
    (folder / "build" / "lib" / left).touch()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    options = ["--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels)]
    subprocess.run([*pip, *options, str(folder)], check=True, capture_output=True)
    (wheel,) = wheels.iterdir()
    installed = ZipFile(wheel).namelist()
    assert "storage/database.py" in installed
    assert left not in installed
    assert [path for path in (folder / "build" / "lib").rglob("*") if path.is_file()] == [
        folder / "build" / "lib" / left
    ]
