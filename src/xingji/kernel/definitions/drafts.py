"""Drafts: saved, checked, tried on the past, thrown away. Owns rows of status draft; never what is in force."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import Problem, conflict, invalid, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import CheckContext
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions.kinds import Document, check_document, check_written, kind_of, ports, stored
from xingji.kernel.definitions.published import Key, Published, load_published

KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")
MAX_DOCUMENT_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """A version being written. `base_version` is the version in force when it was begun, None for a new definition."""

    id: UUID
    kind: str
    key: str
    version: int
    document: Document
    base_version: int | None
    note: str
    saved_at: datetime
    origin: str | None = None
    saved_by: UUID | None = None

    @property
    def revision(self) -> str:
        """Names this state of the draft: another one after every save."""
        return self.saved_at.isoformat()


async def save_draft(
    uow: UnitOfWork,
    kind: str,
    key: str,
    document: Mapping[str, Any],
    note: str = "",
    *,
    base_version: int | None = None,
    expected_version: int | None = None,
    revision: str | None = None,
    origin: tuple[str, Document] | None = None,
) -> Draft:
    """The draft of a definition, begun or replaced; an incomplete document is kept, problems and all.

    `base_version` says which version in force the writer has seen; without it a new draft takes today's and an
    older draft keeps its own. `expected_version`: the draft's version the writer read; `revision`: the state of the
    draft the writer saw last, "" for none. `origin`: pack/version and the document as the pack brought it. Raises: `definitions.unknown_kind`, `definitions.bad_key`,
    `definitions.draft_changed`.
    """
    kind_of(kind)
    document = normalise(kind, key, document)
    await _lock(uow, kind, key)
    held = await find_draft(uow, kind, key)
    if expected_version is not None and (held is None or held.version != expected_version):
        raise conflict("definitions.draft_changed", definition=f"{kind}/{key}", version=held.version if held else None)
    if revision is not None and revision != (held.revision if held else ""):
        raise conflict("definitions.draft_changed", definition=f"{kind}/{key}", saved_by=held and held.saved_by and str(held.saved_by))
    seen = base_version if base_version is not None else await current_version(uow, kind, key)
    previous = held.document if held is not None else (await load_published(uow)).get(kind, key)
    document = stored(kind, document, previous)
    values = (document, note, uow.actor.person, *(origin or (None, None)))
    if held is not None:
        row = await uow.fetchrow(
            """update definition set document = $3, note = $4, saved_by = $5, saved_at = clock_timestamp(),
              origin = coalesce($6, origin), origin_document = coalesce($7, origin_document),
              base_version = coalesce($8, base_version)
              where kind = $1 and key = $2 and status = 'draft' returning *""",
            kind, key, *values, base_version,
        )  # fmt: skip
        return _draft(row)
    row = await uow.fetchrow(
        """insert into definition (id, kind, key, version, status, document, note, created_by, saved_by, origin, origin_document, base_version)
          select $9, $1, $2, coalesce(max(version), 0) + 1, 'draft', $3, $4, $5, $5,
            coalesce($6, (array_agg(origin order by version desc))[1]),
            coalesce($7, (array_agg(origin_document order by version desc))[1]), $8
          from definition where kind = $1 and key = $2 returning *""",
        kind, key, *values, seen, uuid7(),
    )  # fmt: skip
    return _draft(row)


async def discard_draft(uow: UnitOfWork, kind: str, key: str) -> None:
    """The draft is gone. Raises: `definitions.no_draft`."""
    if await uow.execute("delete from definition where kind = $1 and key = $2 and status = 'draft'", kind, key) == "DELETE 0":
        raise not_found("definitions.no_draft", definition=f"{kind}/{key}")


async def find_draft(uow: UnitOfWork, kind: str, key: str) -> Draft | None:
    """The draft of a definition, if there is one."""
    row = await uow.fetchrow("select * from definition where kind = $1 and key = $2 and status = 'draft'", kind, key)
    return _draft(row) if row else None


async def all_drafts(uow: UnitOfWork, items: list[Key] | None = None, *, lock: bool = False) -> list[Draft]:
    """The drafts named, or all; ordered by kind and key. Raises: `definitions.no_draft`."""
    rows = await uow.fetch(
        """select * from definition where status = 'draft' and ($1::text[] is null or (kind, key) in
          (select * from unnest($1::text[], $2::text[]))) order by kind, key""" + (" for update" if lock else ""),
        None if items is None else [kind for kind, _ in items],
        None if items is None else [key for _, key in items],
    )  # fmt: skip
    found = [_draft(row) for row in rows]
    for kind, key in set(items or ()) - {(draft.kind, draft.key) for draft in found}:
        raise not_found("definitions.no_draft", definition=f"{kind}/{key}")
    return found


async def check_draft(uow: UnitOfWork, kind: str, key: str, document: Mapping[str, Any] | None = None) -> list[Problem]:
    """All problems of a draft (or of a document not yet saved) over what is in force and all other drafts."""
    draft = await find_draft(uow, kind, key)
    if document is None and draft is None:
        raise not_found("definitions.no_draft", definition=f"{kind}/{key}")
    published = await load_published(uow)
    chosen = draft.document if document is None else _unmasked(kind, key, document, draft, published)
    context = overlay(published, await all_drafts(uow), await known_keys(uow))
    context.documents = {**context.documents, (kind, key): chosen}
    return check_written(kind, chosen, context)


async def dry_run(
    uow: UnitOfWork, kind: str, key: str, since: datetime, until: datetime, document: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What the draft (or the given document, else the version in force) would have done in a past window.

    Changes nothing. Raises: `definitions.invalid` with every problem, `definitions.unknown`.
    """
    draft = await find_draft(uow, kind, key)
    published = await load_published(uow)
    chosen = (draft.document if draft else None) or published.get(kind, key)
    if document:
        chosen = _unmasked(kind, key, document, draft, published)
    if chosen is None:
        raise not_found("definitions.unknown", definition=f"{kind}/{key}")
    if since >= until:
        raise invalid("definitions.empty_window", since=since.isoformat(), until=until.isoformat())
    chosen = normalise(kind, key, chosen)
    context = overlay(published, await all_drafts(uow), await known_keys(uow))
    context.documents = {**context.documents, (kind, key): chosen}
    problems = [p for p in check_document(kind, chosen, context) if p.severity == "error"]
    if problems:
        raise invalid("definitions.invalid", problems, definition=f"{kind}/{key}")
    return await kind_of(kind).dry_run(uow, chosen, since, until)


def _unmasked(kind: str, key: str, document: Document, draft: Draft | None, published: Published) -> Document:
    """A document from a screen as it would be stored: where it shows a mask, the secret that is held."""
    return stored(kind, normalise(kind, key, document), draft.document if draft else published.get(kind, key))


def overlay(published: Published, drafts: Sequence[Draft], known: Mapping[str, Any]) -> CheckContext:
    """What a checker may look at: everything in force, with drafts laid over it, and the keys of people and units."""
    laid = {(draft.kind, draft.key): draft.document for draft in drafts}
    return CheckContext({**published.documents, **laid}, dict(known))


async def known_keys(uow: UnitOfWork) -> dict[str, Any]:
    """Keys of people, units, brands and regions, as far as a higher floor tells them."""
    look_up = ports().look_up
    return {} if look_up is None else await look_up(uow)


def normalise(kind: str, key: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with its kind and key in it. Raises: `definitions.bad_key`, `definitions.bad_document`."""
    if not KEY.fullmatch(key):
        raise invalid("definitions.bad_key", [Problem("definitions.bad_key", "key", {"key": key})], key=key)
    if not isinstance(document, Mapping):
        raise invalid("definitions.bad_document", definition=f"{kind}/{key}")
    if bad := _plain(document):
        raise invalid("definitions.bad_document", [bad], definition=f"{kind}/{key}")
    for name, own in (("kind", kind), ("key", key)):
        if document.get(name, own) != own:
            problem = Problem("definitions.key_mismatch", name, {"expected": own, "found": str(document[name])})
            raise invalid("definitions.key_mismatch", [problem], definition=f"{kind}/{key}")
    rest = {name: value for name, value in document.items() if name not in ("kind", "key")}
    return {"kind": kind, "key": key, **rest}


async def current_version(uow: UnitOfWork, kind: str, key: str) -> int | None:
    """The version in force according to the database, not to a cache."""
    return await uow.fetchval(
        "select version from definition where kind = $1 and key = $2 and status = 'published'", kind, key
    )


async def _lock(uow: UnitOfWork, kind: str, key: str) -> None:
    await uow.execute(
        "select pg_advisory_xact_lock(hashtextextended($1, 7))", f"definition {uow.workspace.schema} {kind} {key}"
    )


def _plain(value: Any, path: str = "", level: int = 0) -> Problem | None:
    """The first thing in a document that JSON in the database cannot hold."""
    if level > MAX_DOCUMENT_DEPTH:
        return Problem("definitions.too_deep", path[:200], {"limit": MAX_DOCUMENT_DEPTH})
    if isinstance(value, str):
        bad = "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value)
        return Problem("definitions.bad_text", path) if bad else None
    if isinstance(value, float) and not math.isfinite(value):
        return Problem("definitions.bad_number", path)
    if isinstance(value, Mapping):
        pairs = list(value.items())
        named = next((Problem("definitions.bad_name", path) for name, _ in pairs if not isinstance(name, str) or _plain(name)), None)
        return named or _first(_plain(item, f"{path}.{name}".lstrip("."), level + 1) for name, item in pairs)
    if isinstance(value, (list, tuple)):
        return _first(_plain(item, f"{path}.{at}".lstrip("."), level + 1) for at, item in enumerate(value))
    return None if value is None or isinstance(value, (bool, int, float)) else Problem("definitions.bad_value", path)


def _first(problems: Iterable[Problem | None]) -> Problem | None:
    return next((problem for problem in problems if problem is not None), None)


def _draft(row: Any) -> Draft:
    return Draft(
        row["id"], row["kind"], row["key"], row["version"], row["document"], row["base_version"], row["note"],
        row["saved_at"], row["origin"], row["saved_by"],
    )  # fmt: skip
