"""What a pack would do here before it does it, and which packs are installed. Only reads."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.settings import packs_folder
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions.drafts import known_keys
from xingji.kernel.definitions.kinds import shown
from xingji.kernel.definitions.pack_files import Pack, read_pack
from xingji.kernel.definitions.packs import InstallReport, plan_pack
from xingji.kernel.definitions.publish import accept
from xingji.kernel.definitions.published import Key, load_published
from xingji.kernel.definitions.versions import differences


async def preview(uow: UnitOfWork, pack: Pack) -> dict[str, Any]:
    """{pack, rows: [{kind, key, name, state, differences, conflicts}], problems}; state is new, changed, edited (a draft
    by three-way comparison, local edits win), unchanged, kept or left_out. Raises: `packs.requires`, `packs.invalid`.
    """
    report = InstallReport(pack.key, pack.version)
    plan = await plan_pack(uow, pack, report, {})
    published = await load_published(uow)
    brought = {(document["kind"], document["key"]): document for _, document in pack.documents}
    rows = []
    for draft, _ in plan.save:
        name = (draft.kind, draft.key)
        before = published.get(*name)
        changed = differences(shown(draft.kind, before), shown(draft.kind, draft.document)) if before else []
        state = "new" if before is None else "changed" if name in plan.at_once else "edited"
        conflicts = [found for found in report.conflicts if (found["kind"], found["key"]) == name]
        rows.append(_row(name, draft.document, state) | {"differences": [d.as_dict() for d in changed], "conflicts": conflicts})
    rows += [_row(name, published.get(*name) or brought.get(name, {}), "unchanged") for name in report.unchanged]
    rows += [_row(name, published.get(*name) or brought.get(name, {}), "kept") for name in report.kept]
    rows += [_row((one["kind"], one["key"]), brought.get((one["kind"], one["key"]), {}), "left_out") | {"reason": one["reason"]} for one in report.left_out]
    about = {"key": pack.key, "version": pack.version, "layer": pack.layer, "name": dict(pack.name)}
    return {"pack": about, "people": bool(pack.people), "rows": rows, "problems": await _problems(uow, plan)}


def _row(name: Key, document: Mapping[str, Any], state: str) -> dict[str, Any]:
    return {"kind": name[0], "key": name[1], "name": document.get("name"), "state": state, "differences": [], "conflicts": []}


async def _problems(uow: UnitOfWork, plan: Any) -> list[dict[str, Any]]:
    drafts = [draft for draft, _ in plan.save if (draft.kind, draft.key) in plan.at_once]
    try:
        found = accept(await load_published(uow), drafts, await known_keys(uow)) if drafts else []
    except XingjiError as refusal:
        found = refusal.problems
    return [problem.as_dict() for problem in found]


async def installed_packs(uow: UnitOfWork) -> list[dict[str, Any]]:
    """[{key, name, version, layer, definitions, edited, available}], the lowest layer first as they were installed."""
    rows = await uow.fetch(
        """select kind, split_part(origin, '/', 1) as pack, document, origin_document from definition
          where status = 'published' and origin is not null"""
    )
    counts: Counter[str] = Counter(row["pack"] for row in rows)
    edited: Counter[str] = Counter(row["pack"] for row in rows if shown(row["kind"], row["document"]) != row["origin_document"])
    return [
        {
            "key": key, "name": card.get("name"), "version": card.get("version"), "layer": card.get("layer"),
            "definitions": counts[key], "edited": edited[key], "available": _shipped(key),
        }
        for key, card in uow.workspace.settings.get("packs", {}).items()
    ]  # fmt: skip


def _shipped(key: str) -> str | None:
    folder = packs_folder() / key
    return read_pack(folder).version if (folder / "pack.yaml").is_file() else None
