"""Packs installed and exported: copies of definitions with their origin. Owns the three-way upgrade and its report.

An upgrade replaces what nobody edited here, and leaves a draft where somebody did: local edits win, conflicts are listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xingji.kernel.core.errors import Problem, XingjiError, conflict, invalid
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db.database import Database, Mode, UnitOfWork
from xingji.kernel.definitions.drafts import Draft, find_draft, known_keys, normalise, save_draft
from xingji.kernel.definitions.kinds import Document, all_kinds, ports, shown
from xingji.kernel.definitions.pack_files import LAYERS, Pack, read_pack, write_pack
from xingji.kernel.definitions.publish import PublishResult, accept
from xingji.kernel.definitions.publish import publish as publish_drafts
from xingji.kernel.definitions.published import Key, Published, load_published
from xingji.kernel.definitions.versions import three_way


@dataclass(slots=True)
class InstallReport:
    """What an installation did, by (kind, key): published, drafted (edited here), unchanged, kept, left out and why."""

    pack: str
    version: str
    published: list[Key] = field(default_factory=list)
    drafted: list[Key] = field(default_factory=list)
    unchanged: list[Key] = field(default_factory=list)
    kept: list[Key] = field(default_factory=list)  # a higher layer or somebody's draft stands there
    left_out: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    rev: int | None = None
    people: Any = None


Choices = Mapping[Key, str]
"""What somebody chose for single documents of a pack: "skip" or "take"."""


@dataclass(slots=True)
class Plan:
    """What to save, and which of it may go into force at once."""

    save: list[tuple[Draft, Document]] = field(default_factory=list)  # draft, the pack's own document
    at_once: list[Key] = field(default_factory=list)
    below: dict[Key, Document] = field(default_factory=dict)  # what the pack brings below a higher layer


async def install_pack(
    database: Database,
    workspace: str,
    actor: Actor,
    source: Path | bytes,
    *,
    publish: bool = True,
    mode: Mode = Mode.LIVE,
    size: str | None = None,
    choices: Choices | None = None,
) -> InstallReport:
    """Brings a pack's people and definitions into a workspace, published together unless edited here.

    What names a kind or an object that does not exist yet, or is not for this size of organisation, is left out.
    `choices`: "skip" leaves a document as it stands, "take" takes the pack's, edited here or not.
    Raises: `packs.invalid`, `packs.requires`, `definitions.invalid` with every problem; nothing is changed then.
    """
    pack = read_pack(source, size)
    report = InstallReport(pack.key, pack.version)
    async with database.work(workspace, actor, mode=mode) as uow:
        plan = await plan_pack(uow, pack, report, choices or {})
        published = await load_published(uow)
        known = _with_people(await known_keys(uow), pack.people)
        if plan.at_once:
            report.warnings = accept(published, [draft for draft, _ in plan.save if (draft.kind, draft.key) in plan.at_once], known)
        save_people = ports().save_people
        if pack.people and save_people is not None:
            report.people = await save_people(uow, pack.people)
        for draft, origin_document in plan.save:
            await save_draft(
                uow, draft.kind, draft.key, draft.document, draft.note,
                base_version=draft.base_version, origin=(draft.origin or pack.origin, origin_document),
            )  # fmt: skip
        await _keep_below(uow, pack, plan)
        await _record(uow, pack)
    report.drafted = [(draft.kind, draft.key) for draft, _ in plan.save if (draft.kind, draft.key) not in plan.at_once]
    if publish and plan.at_once:
        result: PublishResult = await publish_drafts(database, workspace, actor, plan.at_once, pack.origin)
        report.published, report.rev = plan.at_once, result.rev
    else:
        report.drafted += plan.at_once
    return report


async def check_pack(uow: UnitOfWork, source: Path | bytes, size: str | None = None) -> list[Problem]:
    """Every problem installing a pack here would meet; changes nothing. Raises: `packs.requires`."""
    try:
        pack = read_pack(source, size)
        plan = await plan_pack(uow, pack, InstallReport(pack.key, pack.version), {})
        drafts = [draft for draft, _ in plan.save]
        known = _with_people(await known_keys(uow), pack.people)
        return accept(await load_published(uow), drafts, known) if drafts else []
    except XingjiError as refusal:
        if not refusal.problems:
            raise
        return refusal.problems


async def export_pack(
    uow: UnitOfWork,
    *,
    key: str = "export",
    kinds: list[str] | None = None,
    items: list[str] | None = None,
    people: Document | None = None,
) -> bytes:
    """The definitions in force as a zip that installs to the same documents; the same bytes for the same state.

    `items` names single ones as "kind/key".
    """
    rows = await uow.fetch(
        """select kind, document from definition where status = 'published' and ($1::text[] is null or kind = any($1))
          and ($2::text[] is null or kind || '/' || key = any($2)) order by kind, key""",
        kinds, items,
    )  # fmt: skip
    meta = {"key": key, "name": {"zh": "导出", "en": "Export"}, "version": "1", "layer": "industry", "requires": []}
    return write_pack(meta, [shown(row["kind"], row["document"]) for row in rows], people)


async def plan_pack(uow: UnitOfWork, pack: Pack, report: InstallReport, choices: Choices) -> Plan:
    """What installing would save and publish; fills the report with what it would leave alone. Raises: `packs.requires`."""
    installed = uow.workspace.settings.get("packs", {})
    missing = [required for required in pack.requires if required not in installed]
    if missing:
        raise conflict("packs.requires", pack=pack.key, missing=missing)
    published = await load_published(uow)
    plan, documents = Plan(), _those_that_fit(published, pack, report)
    rows = await uow.fetch("select kind, key, version, document, origin, origin_document from definition where status = 'published'")
    standing = {(row["kind"], row["key"]): row for row in rows}
    ours = await _brought_before(uow, pack)
    for name, document in documents.items():
        row = standing.get(name)
        incoming = laid_over(document, row["document"] if row else None)
        choice = choices.get(name)
        if choice == "skip":
            report.kept.append(name)
        elif choice == "take":
            _add(plan, pack, report, name, incoming, row and {**row, "origin_document": shown(name[0], row["document"])})
        elif row is not None and row["origin_document"] == shown(name[0], incoming) and _pack_of(row["origin"]) == pack.key:
            report.unchanged.append(name)
        elif await find_draft(uow, *name) is not None:
            report.kept.append(name)
        elif _is_above(row, pack, installed):
            _add_below(plan, report, name, incoming, row, None if document.get("patch") else ours.get(name))
        else:
            _add(plan, pack, report, name, incoming, row)
    return plan


def _add(plan: Plan, pack: Pack, report: InstallReport, name: Key, incoming: Document, row: Mapping[str, Any] | None) -> None:
    edited = row is not None and shown(name[0], row["document"]) != row["origin_document"]
    result = incoming
    if row is not None and edited:
        merge = three_way(row["origin_document"] or {}, row["document"], incoming)
        result = merge.document
        report.conflicts += [{"kind": name[0], "key": name[1], **found.as_dict()} for found in merge.conflicts]
    if row is None or not edited:
        plan.at_once.append(name)
    base = row["version"] if row else None
    plan.save.append((Draft(uuid7(), *name, 0, result, base, pack.origin, None), shown(name[0], incoming)))


def _add_below(
    plan: Plan, report: InstallReport, name: Key, incoming: Document, row: Mapping[str, Any], base: Document | None
) -> None:
    """A document a higher layer was laid over: what this pack changed since then reaches it by path, all else stays."""
    if base is None:
        report.kept.append(name)
        return
    merged = three_way(base, row["document"], incoming).document
    brought = three_way(base, row["origin_document"] or {}, incoming).document
    if shown(name[0], incoming) == base:
        report.unchanged.append(name)
        return
    plan.below[name] = shown(name[0], incoming)
    if merged == row["document"]:
        report.kept.append(name)
        return
    if shown(name[0], row["document"]) == row["origin_document"]:
        plan.at_once.append(name)
    plan.save.append((Draft(uuid7(), *name, 0, merged, row["version"], row["origin"], None, row["origin"]), shown(name[0], brought)))


async def _keep_below(uow: UnitOfWork, pack: Pack, plan: Plan) -> None:
    """What a lower layer brought stands in the history, so that its next upgrade has a common ground."""
    for (kind, key), document in plan.below.items():
        await uow.execute(
            """insert into definition (id, kind, key, version, status, document, note, created_by, saved_by, origin, origin_document)
              select $1, $2, $3, max(version) + 1, 'superseded', $4, $5, $6, $6, $5, $4
              from definition where kind = $2 and key = $3""",
            uuid7(), kind, key, document, pack.origin, uow.actor.person,
        )  # fmt: skip


async def _brought_before(uow: UnitOfWork, pack: Pack) -> dict[Key, Document]:
    """What this pack last brought, by name: the common ground of a comparison."""
    rows = await uow.fetch(
        """select distinct on (kind, key) kind, key, origin_document from definition
          where split_part(origin, '/', 1) = $1 and origin_document is not null order by kind, key, version desc""",
        pack.key,
    )  # fmt: skip
    return {(row["kind"], row["key"]): row["origin_document"] for row in rows}


def _those_that_fit(published: Published, pack: Pack, report: InstallReport) -> dict[Key, dict[str, Any]]:
    """Documents by name, without those of an unknown kind or about an object that is neither in force nor brought."""
    fits: dict[Key, dict[str, Any]] = {}
    problems: list[Problem] = []
    for file, document in pack.documents:
        name = (document["kind"], document["key"])
        if name[0] not in all_kinds():
            report.left_out.append({"kind": name[0], "key": name[1], "file": file, "reason": "unknown_kind"})
        elif name in fits:
            problems.append(Problem("packs.twice", file, {"kind": name[0], "key": name[1]}))
        else:
            fits[name] = normalise(*name, document)
    if problems:
        raise invalid("packs.invalid", problems)
    objects = {key for kind, key in (*fits, *published.documents) if kind == "object"}
    for name, document in list(fits.items()):
        subject = _subject(document)
        if subject is not None and subject not in objects:
            del fits[name]
            report.left_out.append({"kind": name[0], "key": name[1], "reason": "unknown_object", "object": subject})
    return fits


def _subject(document: Document) -> str | None:
    of = document.get("of")
    found = document.get("object") or (of.get("object") if isinstance(of, Mapping) else None)
    return found if isinstance(found, str) else None


def laid_over(document: dict[str, Any], standing: Document | None) -> dict[str, Any]:
    """A document that says `patch: true` is laid over what stands; any other one stands for itself."""
    if not document.get("patch"):
        return document
    own = {name: value for name, value in document.items() if name != "patch"}
    return _lay(standing, own) if standing else own


def _lay(under: Any, over: Any) -> Any:
    if isinstance(under, Mapping) and isinstance(over, Mapping):
        return {**under, **{name: _lay(under.get(name), value) for name, value in over.items()}}
    items = [*(under or []), *over] if isinstance(under, list) and isinstance(over, list) else []
    if items and all(isinstance(item, Mapping) and "key" in item for item in items):
        merged = {item["key"]: item for item in under}
        for item in over:
            merged[item["key"]] = _lay(merged.get(item["key"]), item)
        named = [item["key"] for item in over]
        # Whoever names all of them says their order too.
        return [merged[key] for key in named] if merged.keys() <= set(named) else list(merged.values())
    return over


def _is_above(row: Mapping[str, Any] | None, pack: Pack, installed: Mapping[str, Any]) -> bool:
    """Whether what stands came from a pack of a higher layer."""
    standing = installed.get(_pack_of(row["origin"]) or "") if row else None
    return standing is not None and LAYERS.index(standing["layer"]) > LAYERS.index(pack.layer)


def _pack_of(origin: str | None) -> str | None:
    return origin.split("/", 1)[0] if origin else None


def _with_people(known: dict[str, Any], people: Mapping[str, Any] | None) -> dict[str, Any]:
    """The keys known afterwards: those of today and those the pack brings."""
    brought = {
        group: frozenset(item["key"] for item in items if isinstance(item, Mapping) and isinstance(item.get("key"), str))
        for group, items in (people or {}).items()
        if isinstance(items, list)
    }
    if "persons" in brought:
        brought["people"] = brought.pop("persons")
    return {group: keys | brought.get(group, frozenset()) if isinstance(keys, frozenset) else keys for group, keys in known.items()}


async def _record(uow: UnitOfWork, pack: Pack) -> None:
    await uow.execute(
        """update workspace_state set settings = jsonb_set(settings, '{packs}',
          coalesce(settings->'packs', '{}') || jsonb_build_object($1::text, $2::jsonb))""",
        pack.key, {"version": pack.version, "layer": pack.layer, "name": dict(pack.name)},
    )  # fmt: skip
