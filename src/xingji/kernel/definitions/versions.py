"""Versions side by side: history, structural differences, three-way merges. Owns no rows; only reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xingji.kernel.core.errors import not_found
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions.kinds import Document, shown

MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING"})()


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: a path into the document ("fields.budget.name.zh"), and the value before and after."""

    path: str
    change: str  # added | removed | changed | moved
    before: Any = None
    after: Any = None

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"path": self.path, "change": self.change, "before": self.before, "after": self.after}


@dataclass(slots=True)
class Merge:
    """A document merged from two that share a base; `conflicts` are paths where the local edit won."""

    document: dict[str, Any]
    conflicts: list[Difference] = field(default_factory=list)


async def history(uow: UnitOfWork, kind: str, key: str) -> list[dict[str, Any]]:
    """All versions, newest first, without their documents. Raises: `definitions.unknown`."""
    rows = await uow.fetch(
        """select version, status, note, origin, quarantine, base_version, created_at, created_by, saved_at, saved_by,
          published_at, published_by from definition where kind = $1 and key = $2 order by version desc""",
        kind, key,
    )  # fmt: skip
    if not rows:
        raise not_found("definitions.unknown", definition=f"{kind}/{key}")
    return [dict(row) for row in rows]


async def published_between(
    uow: UnitOfWork, kinds: Sequence[str], since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """The last version a person put in force of each definition of these kinds, newest first; first versions are no change."""
    rows = await uow.fetch(
        """select distinct on (kind, key) kind, key, version, published_at, published_by, note, document->'name' as name
          from definition where kind = any ($1) and version > 1 and published_by is not null and published_at >= $2
            and published_at < $3 order by kind, key, published_at desc""",
        list(kinds), since, until,
    )  # fmt: skip
    return [dict(row) for row in sorted(rows, key=lambda row: row["published_at"], reverse=True)]


async def compare(uow: UnitOfWork, kind: str, key: str, version_a: int, version_b: int) -> list[Difference]:
    """What changed from one version to another. Raises: `definitions.unknown_version`."""
    rows = await uow.fetch(
        "select version, document from definition where kind = $1 and key = $2 and version = any($3::int[])",
        kind, key, [version_a, version_b],
    )  # fmt: skip
    found = {row["version"]: row["document"] for row in rows}
    for version in (version_a, version_b):
        if version not in found:
            raise not_found("definitions.unknown_version", definition=f"{kind}/{key}", version=version)
    return differences(shown(kind, found[version_a]), shown(kind, found[version_b]))


def differences(before: Any, after: Any, path: str = "") -> list[Difference]:
    """Structural differences. Lists whose items carry a key are compared item by item, other lists as a whole."""
    if before is MISSING:
        return [Difference(path, "added", None, after)]
    if after is MISSING:
        return [Difference(path, "removed", before, None)]
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return _of_members(before, after, path)
    keyed_before, keyed_after = _keyed(before), _keyed(after)
    if keyed_before is not None and keyed_after is not None:
        found = _of_members(keyed_before, keyed_after, path)
        common = [name for name in keyed_before if name in keyed_after]
        if common != [name for name in keyed_after if name in keyed_before]:
            found.append(Difference(path, "moved", list(keyed_before), list(keyed_after)))
        return found
    # In Python true equals 1.
    if before == after and isinstance(before, bool) == isinstance(after, bool):
        return []
    return [Difference(path, "changed", before, after)]


def three_way(base: Document, local: Document, incoming: Document) -> Merge:
    """What comes of a document edited here and changed by its origin: both changes where they do not meet, else ours."""
    merge = Merge({})
    merged = _merge(base, local, incoming, "", merge.conflicts)
    merge.document = merged if isinstance(merged, dict) else dict(local)
    return merge


def _of_members(before: Mapping[str, Any], after: Mapping[str, Any], path: str) -> list[Difference]:
    names = [*before, *(name for name in after if name not in before)]
    return [
        found for name in names
        for found in differences(before.get(name, MISSING), after.get(name, MISSING), f"{path}.{name}".lstrip("."))
    ]  # fmt: skip


def _keyed(value: Any) -> dict[str, Any] | None:
    """A list of items with distinct keys as a mapping in its order; None for any other value."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) and isinstance(item.get("key"), str) for item in value):
        return None
    found = {item["key"]: item for item in value}
    return found if len(found) == len(value) else None


def _merge(base: Any, local: Any, incoming: Any, path: str, conflicts: list[Difference]) -> Any:
    if local == incoming or incoming == base:
        return local
    if local == base:
        return incoming
    if all(isinstance(value, Mapping) for value in (local, incoming)):
        return _merge_members(base if isinstance(base, Mapping) else {}, local, incoming, path, conflicts)
    keyed = [_keyed(value) for value in (local, incoming)]
    if all(value is not None for value in keyed):
        return list(_merge_members(_keyed(base) or {}, keyed[0], keyed[1], path, conflicts).values())
    plain = [None if value is MISSING else value for value in (incoming, local)]
    conflicts.append(Difference(path, "changed", plain[0], plain[1]))
    return local


def _merge_members(
    base: Mapping[str, Any], local: Mapping[str, Any], incoming: Mapping[str, Any], path: str, conflicts: list[Difference]
) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name in [*local, *(name for name in incoming if name not in local)]:
        value = _merge(
            base.get(name, MISSING), local.get(name, MISSING), incoming.get(name, MISSING),
            f"{path}.{name}".lstrip("."), conflicts,
        )  # fmt: skip
        if value is not MISSING:
            merged[name] = value
    return merged
