"""The one file gateway: files of at most 50 MB in chunks inside PostgreSQL. Owns storing, reading and their safety.

A file belongs to the record whose file field names it, and is read by whoever may read that field of that record;
until then by the one who brought it. Contents are never trusted: the type is told from the bytes, and everything but
plain pictures and PDF is served as a download.
"""

import hashlib
import re
import unicodedata
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from xingji.kernel.core.errors import ErrorKind, XingjiError, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.changes import Row
from xingji.kernel.records.schema import ObjectType, load_schema, quoted
from xingji.kernel.records.sink import RecordSink, scope_sql
from xingji.kernel.records.visibility import visible_fields

CHUNK = 256 * 1024
LARGEST = 50 * 1024 * 1024
LONGEST_NAME = 200

#: First bytes -> type. What is not here is an unknown octet stream, or text when it decodes as UTF-8.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x1f\x8b", "application/gzip"),
)
_OFFICE = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
#: Types a browser may show in place: they carry no script it would run here.
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file."""

    id: UUID
    name: str
    content_type: str
    size: int


async def save_file(uow: UnitOfWork, name: str, content: bytes) -> StoredFile:
    """Stores a file that belongs to nobody yet. Raises: `files.too_large`, `files.empty`."""
    if len(content) > LARGEST:
        raise XingjiError("files.too_large", ErrorKind.TOO_LARGE, size=len(content), most=LARGEST)
    if not content:
        raise XingjiError("files.empty", ErrorKind.INVALID)
    stored = StoredFile(uuid7(), safe_name(name), sniff(content, name), len(content))
    await uow.execute(
        "insert into file (id, name, content_type, size, sha256, created_at, created_by) values ($1, $2, $3, $4, $5, $6, $7)",
        stored.id, stored.name, stored.content_type, stored.size, hashlib.sha256(content).digest(), uow.now,
        uow.actor.person,
    )  # fmt: skip
    for start in range(0, len(content), CHUNK * 16):
        parts = range(start, min(start + CHUNK * 16, len(content)), CHUNK)
        await uow.execute(
            "insert into file_chunk (file, n, data) select $1, * from unnest($2::int[], $3::bytea[])",
            stored.id, [at // CHUNK for at in parts], [content[at : at + CHUNK] for at in parts],
        )  # fmt: skip
    return stored


async def find_file(uow: UnitOfWork, file: UUID) -> StoredFile:
    """What is known of a file the actor may read. Raises: `files.not_found` in every other case."""
    row = await uow.fetchrow(
        "select id, name, content_type, size, object, record, created_by from file where id = $1 and deleted_at is null",
        file,
    )
    if row is None or not await _may_read(uow, row):
        raise not_found("files.not_found", id=str(file))
    return StoredFile(row["id"], row["name"], row["content_type"], row["size"])


async def _may_read(uow: UnitOfWork, row: Any) -> bool:
    if uow.actor.policy is None:
        return True
    if row["record"] is None:
        return bool(row["created_by"] is not None and row["created_by"] == uow.actor.person)
    schema = await load_schema(uow)
    kind = schema.objects.get(row["object"])
    if kind is None:
        return False
    seen = visible_fields(schema, uow.actor, kind.key)
    fields = [f for f in kind.stored if f.kind.key == "file" and seen.get(f.key) in ("read", "write")]
    if not fields:
        return False
    sink = RecordSink(schema, kind.key, now=uow.now, actor=uow.actor)
    condition, joins = scope_sql(sink, "read")
    holds = " or ".join(f"{sink.bind(row['id'], 'uuid')} = any (r.{quoted(str(f.column))})" for f in fields)
    found = await uow.fetchval(
        f"{uow.mark()}select 1 from {kind.table} r{joins} where r.id = {sink.bind(row['record'], 'uuid')}"
        f" and r.deleted_at is null and {condition} and ({holds})",
        *sink.values,
    )
    return bool(found)


async def read_file(uow: UnitOfWork, file: UUID) -> tuple[StoredFile, bytes]:
    """A file with its content. Raises: `files.not_found`."""
    stored = await find_file(uow, file)
    return stored, b"".join([part async for part in file_parts(uow, file)])


async def file_parts(uow: UnitOfWork, file: UUID) -> AsyncIterator[bytes]:
    """The content in order, some chunks at a time."""
    n = 0
    while rows := await uow.fetch(
        "select data from file_chunk where file = $1 and n >= $2 and n < $3 order by n", file, n, n + 16
    ):
        for row in rows:
            yield row["data"]
        n += 16


async def attach_files(uow: UnitOfWork, kind: ObjectType, rows: Sequence[Row]) -> None:
    """Gives files to the records whose file fields now name them."""
    keys = [spec.key for spec in kind.stored if spec.kind.key == "file"]
    pairs = [(UUID(one), row.id) for row in rows for key in keys for one in row.new.get(key) or ()]
    if pairs:
        await uow.execute(
            "update file f set object = $1, record = p.record from unnest($2::uuid[], $3::uuid[]) as p(file, record)"
            " where f.id = p.file and f.record is null",
            kind.key, [file for file, _ in pairs], [record for _, record in pairs],
        )  # fmt: skip


def file_headers(stored: StoredFile) -> dict[str, str]:
    """Headers that keep a browser from running what was uploaded."""
    shown = stored.content_type in SHOWN
    fallback = re.sub(r"[^A-Za-z0-9._-]", "_", stored.name)
    return {
        "Content-Type": stored.content_type,
        "Content-Disposition": f'{"inline" if shown else "attachment"}; filename="{fallback}"; '
        f"filename*=UTF-8''{quote(stored.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=3600",
    }


def safe_name(name: str) -> str:
    """A file name without folders, control characters and tricks of writing direction."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")).strip(" .")
    plain = re.sub(r'[<>:"|?*]', "_", plain)
    return plain[-LONGEST_NAME:] or "file"


def sniff(content: bytes, name: str) -> str:
    """The type told from the bytes; the name only tells office formats apart, never makes a file active."""
    for magic, found in _MAGIC:
        if content.startswith(magic):
            if found == "application/zip":
                return _OFFICE.get(name.rsplit(".", 1)[-1].lower(), found)
            return found
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    try:
        content[:4096].decode("utf-8", "strict" if len(content) <= 4096 else "ignore")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if b"\0" in content[:4096] else "text/plain; charset=utf-8"
