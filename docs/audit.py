"""Looks for known weaknesses of the packages that Trackomat installs: `make audit`.

The network is no part of a check: where pip-audit or its list of weaknesses cannot be reached, that is said, and it
ends well. pip-audit has an environment of its own in build/: it is a tool, and nothing here needs what it depends on.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TOOL = ROOT / "build" / "audit"
VERSION = "2.10.1"
LOCKED = ("postgresql", "demo")
"""What people install; what only developing needs is not served to anybody."""
PATIENCE = 300
"""Seconds for everything that asks other machines."""


def main() -> int:
    """Exit code 1 when a weakness is known, and for nothing else."""
    if not _is_installed():
        print(f"audit: skipped, pip-audit {VERSION} cannot be installed here.")  # noqa: T201
        return 0
    found = 0
    for name in LOCKED:
        lock = ROOT / "requirements" / f"{name}.lock"
        lines, known = verdict(_report(lock))
        print("\n".join(f"audit: requirements/{name}.lock: {line}" for line in lines))  # noqa: T201
        found += known
    return 1 if found else 0


def verdict(report: dict[str, Any] | None) -> tuple[list[str], int]:
    """Lines to print about what pip-audit reports, and how many weaknesses are known."""
    packages = report["dependencies"] if report else []
    looked_up = [package for package in packages if "skip_reason" not in package]
    if not looked_up:  # an index without such lists knows none of the packages, and that is no good news
        return ["skipped, no list of known weaknesses can be reached."], 0
    found = [
        f"{package['name']} {package['version']} has {weakness['id']}, "
        f"mended in {', '.join(weakness['fix_versions']) or 'no version yet'}"
        for package in looked_up
        for weakness in package["vulns"]
    ]
    return [f"{len(looked_up)} of {len(packages)} packages looked up, {len(found)} known weaknesses.", *found], len(
        found
    )


def _is_installed() -> bool:
    if not (TOOL / "bin" / "pip-audit").exists():
        venv.create(TOOL, with_pip=True)
        return _ran([str(TOOL / "bin" / "pip"), "install", "--quiet", f"pip-audit=={VERSION}"]) is not None
    return True


def _report(lock: Path) -> dict[str, Any] | None:
    """None where nobody could be asked; pip-audit ends with 1 in that case too, but says nothing in JSON."""
    options = [
        "--requirement",
        str(lock),
        "--require-hashes",
        "--disable-pip",
        "--format",
        "json",
        "--progress-spinner",
    ]
    done = _ran([str(TOOL / "bin" / "pip-audit"), *options, "off"], may_fail=True)
    try:
        report: dict[str, Any] = json.loads(done or "")
    except ValueError:
        return None
    return report


def _ran(command: list[str], *, may_fail: bool = False) -> str | None:
    """What it printed; None when it failed or took too long."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=not may_fail, timeout=PATIENCE).stdout
    except (OSError, subprocess.SubprocessError):
        return None


if __name__ == "__main__":
    sys.exit(main())
