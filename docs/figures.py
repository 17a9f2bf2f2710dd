"""Writes into docs/architecture.md how big the house is and which way its imports run, now and once before."""

import ast
import io
import subprocess
import tarfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAPER = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- figures: made by `make figures` -->", "<!-- end of figures -->"
BEFORE = "486c093"
"""The last revision that was laid out by layers; decision 0016."""
CODE = ("bot", "commands", "storage")


class Import(NamedTuple):
    """One module of ours imports another; several names of one module are one import."""

    importer: str
    imported: str


class House:
    """One revision's code, read without running it."""

    def __init__(self, root: Path) -> None:
        """Read everything below `root`, but for migrations: they are history."""
        paths = [path for folder in CODE for path in (root / folder).rglob("*.py") if "migrations" not in path.parts]
        self.texts = {_module(path.relative_to(root)): path.read_text() for path in paths}
        self.trees = {module: ast.parse(text) for module, text in self.texts.items()}
        project = tomllib.loads((root / "pyproject.toml").read_text())
        self.orders = [order for order in project["tool"]["importlinter"]["contracts"] if order["type"] == "layers"]
        self.imports = sorted({found for module in self.trees for found in self._imports(module)})

    def _imports(self, module: str) -> Iterator[Import]:
        for node in ast.walk(self.trees[module]):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                inside = [f"{node.module}.{alias.name}" for alias in node.names]
                names = [name if name in self.trees else node.module for name in inside]
            yield from (Import(module, name) for name in names if name in self.trees)

    def rooms(self) -> Counter[str]:
        """What stands directly below bot/, and how many lines it has."""
        lines: Counter[str] = Counter()
        for module, text in self.texts.items():
            if room := _below(module, "bot"):
                lines[room] += _length(text)
        return lines

    def between(self, container: str) -> list[Import]:
        """Imports from one part of a package to another, by the parts' names."""
        pairs = [Import(_below(each.importer, container), _below(each.imported, container)) for each in self.imports]
        return [pair for pair in pairs if all(pair) and pair.importer != pair.imported]

    def unchecked_and_wrong(self) -> tuple[int, int]:
        """Imports that no order judges, because both ends may import each other, and those against an order."""
        unchecked = wrong = 0
        for order in self.orders:
            floors = _floors(order["layers"])
            for container in order["containers"]:
                known = [pair for pair in self.between(container) if {*pair} <= floors.keys()]
                same = [pair for pair in known if floors[pair.importer][0] == floors[pair.imported][0]]
                free = [pair for pair in same if floors[pair.importer][1]]
                up = [pair for pair in known if floors[pair.importer][0] > floors[pair.imported][0]]
                unchecked += len(free)
                wrong += len(up) + len(same) - len(free)
        return unchecked, wrong

    def circles(self) -> int:
        """Pairs of rooms in bot/ that reach each other."""
        reach = {room: {room} for room in self.rooms()}
        edges = set(self.between("bot"))
        while any(not reach[to] <= reach[start] for start, to in edges):
            for start, to in edges:
                reach[start] |= reach[to]
        return sum(one < other and one in reach[other] and other in reach[one] for one in reach for other in reach)

    def file_sizes(self) -> list[int]:
        """Lines of each file that holds code."""
        return [_length(text) for module, text in self.texts.items() if len(self.trees[module].body) > 1]

    def function_sizes(self) -> list[int]:
        """Lines of each function, its docstring left out."""
        nodes = [node for tree in self.trees.values() for node in ast.walk(tree)]
        return [_lines(node) for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _below(module: str, container: str) -> str:
    """The part of the container in which a module lies; empty: outside."""
    return module.removeprefix(f"{container}.").partition(".")[0] if module.startswith(f"{container}.") else ""


def _floors(layers: list[str]) -> dict[str, tuple[int, bool]]:
    """Each name's floor, counted from the top, and whether those who share it may import each other."""
    names: dict[str, tuple[int, bool]] = {}
    for floor, layer in enumerate(layers):
        together = layer.replace("|", ":").split(":")
        names |= {name.strip(" ()"): (floor, ":" in layer) for name in together}
    return names


def _length(text: str) -> int:
    return len(text.splitlines())


def _spread(sizes: list[int]) -> str:
    return f"{median(sizes):.0f} / {quantiles(sizes, n=10)[-1]:.0f} / {max(sizes)}"


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    said = function.body[0] if ast.get_docstring(function) else None
    doc = said.end_lineno - said.lineno + 1 if said and said.end_lineno else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - doc


@contextmanager
def checkout(revision: str) -> Iterator[Path]:
    """The files of one revision."""
    archive = ["git", "archive", revision, *CODE, "pyproject.toml"]
    packed = subprocess.run(archive, cwd=ROOT, check=True, capture_output=True).stdout
    with TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(packed)) as files:
        files.extractall(folder, filter="data")
        yield Path(folder)


def figures(house: House) -> dict[str, str]:
    """What the table says of one revision."""
    rooms = house.rooms()
    unchecked, wrong = house.unchecked_and_wrong()
    return {
        "lines of bot, commands, storage (without migrations)": f"{sum(map(_length, house.texts.values())):,}",
        "rooms directly below `bot/`": f"{len(rooms)}",
        "the largest of them": ", ".join(f"{room} {lines:,}" for room, lines in rooms.most_common(4)),
        "imports from one room to another": f"{len(house.between('bot'))}",
        "pairs of rooms that reach each other": f"{house.circles()}",
        "folders with an order of their own": f"{len(house.orders)}",
        "imports against an order": f"{wrong}",
        "imports that no order judges": f"{unchecked}",
        "lines of a file: median, 90 %, longest": _spread(house.file_sizes()),
        "lines of a function: median, 90 %, longest": _spread(house.function_sizes()),
    }


def table() -> str:
    """Before and now, side by side."""
    with checkout(BEFORE) as folder:
        before, now = figures(House(folder)), figures(House(ROOT))
    rows = [f"| {name} | {before[name]} | {now[name]} |" for name in now]
    return "\n".join([f"| | before ({BEFORE}) | now |", "|---|---|---|", *rows])


def filled(paper: str) -> str:
    """The paper with the table as it has to be."""
    before, _, rest = paper.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAPER.write_text(filled(PAPER.read_text()))
