"""Putting definitions in force: several drafts together, an old version again, or none any more.

Owns the flip: one transaction that changes what is published and raises `definitions_rev`. Tables behind a kind are
made ready before it and tidied after it by the kind's schema changer; a failed publish leaves the drafts as they were.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xingji.kernel.core.errors import Problem, conflict, invalid, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import Actor, CheckContext, NewEvent, Ref
from xingji.kernel.db.database import Database, UnitOfWork
from xingji.kernel.definitions.drafts import Draft, all_drafts, current_version, known_keys, overlay
from xingji.kernel.definitions.kinds import Document, all_kinds, check_document, check_written, kind_of, ports
from xingji.kernel.definitions.published import Key, Published, load_published, make_snapshot
from xingji.kernel.definitions.schema_changes import finish_schema, prepare_schema
from xingji.kernel.definitions.usage import holders_of, references_of, users_of

_IN_FORCE = "select kind, key, version, document, quarantine from definition where status = 'published' order by kind, key"


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What is now in force: the revision, each definition with its version, and warnings that did not refuse it."""

    rev: int
    items: list[dict[str, Any]]
    warnings: list[Problem] = field(default_factory=list)


async def publish(
    database: Database, workspace: str, actor: Actor, items: Sequence[Key] | None = None, note: str = ""
) -> PublishResult:
    """Publishes the named drafts (all when None), checked together with everything in force.

    Raises: `definitions.invalid` with every problem (path "kind/key: path"), `definitions.conflict` when another
    version came into force since a draft was begun, `definitions.draft_changed`. Emits: definition.published.
    """
    async with database.work(workspace, actor) as uow:
        drafts = await all_drafts(uow, None if items is None else list(dict.fromkeys(items)))
        published = await load_published(uow)
        warnings = accept(published, drafts, await known_keys(uow))
    previous = {(draft.kind, draft.key): published.documents.get((draft.kind, draft.key)) for draft in drafts}
    for draft in in_kind_order(drafts):
        await prepare_schema(database, workspace, draft.kind, previous[draft.kind, draft.key], draft.document)
    async with database.work(workspace, actor) as uow:
        rev, made = await _flip(uow, published, drafts, note)
    for draft in in_kind_order(drafts):
        await finish_schema(database, workspace, draft.kind, previous[draft.kind, draft.key], draft.document)
    return PublishResult(rev, made, warnings)


async def roll_back(
    database: Database, workspace: str, actor: Actor, kind: str, key: str, version: int, note: str = ""
) -> PublishResult:
    """Publishes the document of an older version as a new version; a draft being written stays.

    Raises: `definitions.unknown_version`, `definitions.invalid` when it no longer fits what is in force.
    """
    async with database.work(workspace, actor) as uow:
        row = await uow.fetchrow(
            "select document, origin from definition where kind = $1 and key = $2 and version = $3 and status <> 'draft'",
            kind, key, version,
        )  # fmt: skip
        if row is None:
            raise not_found("definitions.unknown_version", definition=f"{kind}/{key}", version=version)
        published = await load_published(uow)
        base = await current_version(uow, kind, key)
        draft = Draft(uuid7(), kind, key, 0, row["document"], base, note or f"= {version}", uow.now, row["origin"])
        warnings = accept(published, [draft], await known_keys(uow))
    old = published.documents.get((kind, key))
    await prepare_schema(database, workspace, kind, old, draft.document)
    async with database.work(workspace, actor) as uow:
        rev, made = await _flip(uow, published, [draft], draft.note, written=False)
    await finish_schema(database, workspace, kind, old, draft.document)
    return PublishResult(rev, made, warnings)


async def retire(database: Database, workspace: str, actor: Actor, kind: str, key: str) -> int:
    """Takes a definition out of force; its versions stay readable. The new revision.

    Raises: `definitions.in_use` naming the users, `definitions.unknown`. Emits: definition.retired.
    """
    async with database.work(workspace, actor) as uow:
        in_force = await _lock_in_force(uow)
        version = in_force.versions.get((kind, key))
        if version is None:
            raise not_found("definitions.unknown", definition=f"{kind}/{key}")
        old = await uow.fetchval("select document from definition where kind = $1 and key = $2 and status = 'published'", kind, key)
        users = users_of(Ref(kind, key), in_force.documents, [], ignoring=(kind, key))
        users += await holders_of(uow, Ref(kind, key))
        if users:
            raise conflict("definitions.in_use", definition=f"{kind}/{key}", users=[user.as_dict() for user in users])
        await uow.execute("update definition set status = 'retired' where kind = $1 and key = $2 and status = 'published'", kind, key)
        await uow.execute("delete from definition where kind = $1 and key = $2 and status = 'draft'", kind, key)
        if (retire_kind := getattr(kind_of(kind), "retire", None)) is not None:
            await retire_kind(uow, old)
        rev = await _raise_revision(uow)
        await _tell(uow, "definition.retired", [{"kind": kind, "key": key, "version": version}], "", rev)
    await finish_schema(database, workspace, kind, old, None)
    return rev


def in_kind_order(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts in the order of the kinds, so that what others build on comes first."""
    order = {kind: at for at, kind in enumerate(all_kinds())}
    return sorted(drafts, key=lambda draft: (order.get(draft.kind, len(order)), draft.key))


def accept(published: Published, drafts: Sequence[Draft], known: Mapping[str, Any]) -> list[Problem]:
    """Warnings of drafts that may go into force together. Raises: `definitions.nothing_to_publish`, `definitions.invalid`."""
    if not drafts:
        raise invalid("definitions.nothing_to_publish")
    for draft in drafts:
        kind_of(draft.kind)
        in_force = published.versions.get((draft.kind, draft.key))
        if in_force is not None and draft.base_version != in_force:
            raise conflict(
                "definitions.conflict", definition=f"{draft.kind}/{draft.key}", base_version=draft.base_version, in_force=in_force
            )
    context = overlay(published, drafts, known)
    found = [named(p, d.kind, d.key) for d in drafts for p in check_written(d.kind, d.document, context)]
    found += _broken_neighbours(published, drafts, context)
    errors = [problem for problem in found if problem.severity == "error"]
    if errors:
        raise invalid("definitions.invalid", errors)
    return found


def _broken_neighbours(published: Published, drafts: Sequence[Draft], context: CheckContext) -> list[Problem]:
    """Problems which documents in force would have afterwards and do not have today."""
    changed = {(draft.kind, draft.key) for draft in drafts}
    before = CheckContext(dict(published.documents), context.extra)
    found: list[Problem] = []
    for (kind, key), document in published.documents.items():
        if (kind, key) in changed or kind not in all_kinds() or not _touches(kind, document, changed):
            continue
        after = [problem for problem in check_document(kind, document, context) if problem.severity == "error"]
        if after:
            today = {(p.code, p.path) for p in check_document(kind, document, before)}
            found += [named(p, kind, key) for p in after if (p.code, p.path) not in today]
    return found


def _touches(kind: str, document: Document, changed: set[Key]) -> bool:
    owners = {(ref.kind, ref.key) for ref in references_of(kind, document)}
    owners |= {("object", key.split(".", 1)[0]) for ref_kind, key in owners if ref_kind == "field"}
    return bool(owners & changed)


def named(problem: Problem, kind: str, key: str) -> Problem:
    """The problem with the definition it belongs to in front of its path."""
    params = {**problem.params, "definition": f"{kind}/{key}"}
    return Problem(
        problem.code, f"{kind}/{key}: {problem.path}".rstrip(": "), params, problem.message, problem.severity,
        problem.rule, problem.who, problem.line, problem.column,
    )  # fmt: skip


async def _flip(
    uow: UnitOfWork, checked: Published, drafts: Sequence[Draft], note: str, *, written: bool = True
) -> tuple[int, list[dict[str, Any]]]:
    """Everything becomes true at once, for every process at its next unit of work."""
    in_force = await _lock_in_force(uow)
    if written:
        now = {(d.kind, d.key): d for d in await all_drafts(uow, [(d.kind, d.key) for d in drafts], lock=True)}
        for draft in drafts:
            if now[draft.kind, draft.key].document != draft.document:
                raise conflict("definitions.draft_changed", definition=f"{draft.kind}/{draft.key}", version=draft.version)
    if in_force.rev != checked.rev or in_force.versions != checked.versions:
        accept(in_force, drafts, await known_keys(uow))
    items = []
    for draft in in_kind_order(drafts):
        version = await _put_in_force(uow, draft, note, written=written)
        items.append({"kind": draft.kind, "key": draft.key, "version": version})
        await kind_of(draft.kind).publish(uow, draft.document, in_force.documents.get((draft.kind, draft.key)))
    rev = await _raise_revision(uow)
    await _tell(uow, "definition.published", items, note, rev)
    return rev, items


async def _put_in_force(uow: UnitOfWork, draft: Draft, note: str, *, written: bool) -> int:
    names = (draft.kind, draft.key)
    await uow.execute("update definition set status = 'superseded' where kind = $1 and key = $2 and status = 'published'", *names)
    if not written:
        return await uow.fetchval(
            """insert into definition (id, kind, key, version, status, document, origin, origin_document, note, created_by,
                saved_by, published_at, published_by)
              select $3, $1, $2, coalesce(max(version), 0) + 1, 'published', $4, $5,
                (array_agg(origin_document order by version desc))[1], $6, $7, $7, now(), $7
              from definition where kind = $1 and key = $2 returning version""",
            *names, draft.id, draft.document, draft.origin, note, uow.actor.person,
        )  # fmt: skip
    # An older version may have been published again since the draft was begun: versions in force only rise.
    return await uow.fetchval(
        """update definition set status = 'published', published_at = now(), published_by = $3,
            note = case when $4 = '' then note else $4 end,
            version = greatest(version, (select coalesce(max(version), 0) + 1 from definition
              where kind = $1 and key = $2 and status <> 'draft'))
          where kind = $1 and key = $2 and status = 'draft' returning version""",
        *names, uow.actor.person, note,
    )  # fmt: skip


async def _lock_in_force(uow: UnitOfWork) -> Published:
    """What is in force, read under the lock that every change of it takes."""
    rev = await uow.fetchval("select definitions_rev from workspace_state for update")
    return make_snapshot(rev, await uow.fetch(_IN_FORCE))


async def _raise_revision(uow: UnitOfWork) -> int:
    return await uow.fetchval("update workspace_state set definitions_rev = definitions_rev + 1 returning definitions_rev")


async def _tell(uow: UnitOfWork, event: str, items: list[dict[str, Any]], note: str, rev: int) -> None:
    handed = ports()
    if handed.append_events is not None:
        await handed.append_events(uow, [NewEvent(event, data={**item, "rev": rev, "note": note}) for item in items])
    if handed.audit is not None:
        for item in items:
            await handed.audit(uow, event, object_key=f"{item['kind']}/{item['key']}", version=item["version"], note=note)


