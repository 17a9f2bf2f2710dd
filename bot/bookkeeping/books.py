"""The books of a workspace as one archive for an auditor: each table twice, what each field means, and checksums."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.bookkeeping.rules import books as rules
from bot.core.context import Bot
from storage import books as book_rows

FORMAT = "trackomat-books-1"
EXPORTED = "export books"
MANIFEST = "manifest.json"
Described = Mapping[str, Mapping[str, str]]
"""What each field of each table means: both say which are exported."""


@dataclass(frozen=True, slots=True)
class Books:
    """What was written."""

    rows: int
    checksum: str
    """SHA-256 of the manifest, which holds those of all files."""


def write(bot: Bot, workspace_id: int, described: Described, into: IO[bytes], *, by: int | None = None) -> Books:
    """Write the archive; only some rows are in memory at a time. Who asked for it, and its checksum, are recorded."""
    now = bot.now()
    with bot.database.stream() as db, ZipFile(into, "w", ZIP_DEFLATED) as archive:
        book_rows.hold_moment(db)
        files = [_write(archive, "fields.csv", rules.described_lines(described), now)]
        for name, fields in described.items():
            for ending, lines in _both(db, workspace_id, name, [*fields]):
                files.append(_write(archive, f"{name}.{ending}", lines, now))
        manifest = json.dumps(_manifest(workspace_id, files, now), indent=2).encode()
        archive.writestr(_info(MANIFEST, now), manifest)
    done = Books(sum(each["rows"] for each in files[1::2]), hashlib.sha256(manifest).hexdigest())
    with bot.change_itself(workspace_id, for_person=by) as change:
        change.record("workspace", workspace_id, EXPORTED, after={"sha256": done.checksum, "rows": done.rows})
    return done


def _both(db: Any, workspace_id: int, name: str, columns: list[str]) -> Iterable[tuple[str, Iterable[str]]]:
    yield "jsonl", map(rules.json_line, book_rows.stream_book(db, workspace_id, name, columns))
    yield "csv", _csv(book_rows.stream_book(db, workspace_id, name, columns), columns)


def _csv(rows: Iterable[Mapping[str, Any]], columns: list[str]) -> Iterable[str]:
    yield rules.csv_heads(columns)
    yield from map(rules.csv_line, rows)


def _write(archive: ZipFile, name: str, lines: Iterable[str], now: datetime) -> dict[str, Any]:
    """Write one file; what the manifest says of it."""
    checksum, size, count = hashlib.sha256(), 0, 0
    with archive.open(_info(name, now), "w", force_zip64=True) as file:
        for line in lines:
            encoded = line.encode()
            file.write(encoded)
            checksum.update(encoded)
            size += len(encoded)
            count += 1
    heads = 1 if name.endswith(".csv") else 0
    return {"name": name, "rows": count - heads, "bytes": size, "sha256": checksum.hexdigest()}


def _info(name: str, now: datetime) -> ZipInfo:
    info = ZipInfo(name, now.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    return info


def _manifest(workspace_id: int, files: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "made_by": f"trackomat {version('trackomat')}",
        "made_at": now.isoformat(),
        "workspace": workspace_id,
        "encoding": "UTF-8; CSV as RFC 4180, moments in UTC, money in the units that fields.csv names",
        "files": files,
    }
