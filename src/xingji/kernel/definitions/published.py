"""The published definitions of a workspace as one snapshot per revision. Owns the cache; never writes.

A broken document never breaks the others: quarantined ones are left out, and what a floor compiles from a document
is compiled one by one, with the failures kept beside the reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from xingji.kernel.core.errors import Problem, XingjiError
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions.kinds import Document, checker_failed

T = TypeVar("T")
Key = tuple[str, str]

_SELECT = """select s.definitions_rev, d.kind, d.key, d.version, d.document, d.quarantine
  from workspace_state s left join definition d on d.status = 'published' order by d.kind, d.key"""


@dataclass(slots=True)
class Published:
    """What is in force at one revision. `documents` holds only those in order; `quarantined` says why others are not."""

    rev: int
    documents: dict[Key, Document]
    versions: dict[Key, int]
    quarantined: dict[Key, Mapping[str, Any]]
    _by_kind: dict[str, dict[str, Document]] = field(default_factory=dict)
    _memo: dict[Any, Any] = field(default_factory=dict)
    _broken: dict[Key, Problem] = field(default_factory=dict)

    def get(self, kind: str, key: str) -> Document | None:
        """The document in force, or None."""
        return self.documents.get((kind, key))

    def of_kind(self, kind: str) -> dict[str, Document]:
        """The documents in force of one kind, by key in alphabetical order."""
        return self._by_kind.get(kind, {})

    def memo(self, name: Any, build: Callable[["Published"], T]) -> T:
        """Something built once from this snapshot."""
        if name not in self._memo:
            self._memo[name] = build(self)
        return self._memo[name]

    def compiled(self, kind: str, compile_one: Callable[[str, Document], T]) -> dict[str, T]:
        """What every document of a kind compiles to, once per snapshot; those that fail are left out and noted."""
        name = ("compiled", kind, compile_one)
        if name not in self._memo:
            self._memo[name] = {
                key: made for key, document in self.of_kind(kind).items()
                for made in self._compile(kind, key, document, compile_one)
            }  # fmt: skip
        return self._memo[name]

    @property
    def broken(self) -> Mapping[Key, Problem]:
        """Documents that passed their check and yet failed to compile in this process: to be quarantined."""
        return self._broken

    def _compile(self, kind: str, key: str, document: Document, compile_one: Callable[[str, Document], T]) -> list[T]:
        try:
            return [compile_one(key, document)]
        except Exception as error:
            found = error.problems if isinstance(error, XingjiError) else []
            self._broken[kind, key] = found[0] if found else checker_failed(error)
            return []


async def load_published(uow: UnitOfWork) -> Published:
    """The snapshot in force, cached per process and revision."""
    cache, name = uow.database.cache, ("published", uow.workspace.key)
    held: Published | None = cache.get((*name, uow.workspace.definitions_rev))
    if held is not None:
        return held
    rows = await uow.fetch(_SELECT)
    # Another publish may have committed since this unit of work opened: the revision read with the rows is theirs.
    snapshot = make_snapshot(rows[0]["definitions_rev"], [row for row in rows if row["kind"] is not None])
    for old in [key for key in cache if key[:2] == name and key[2] < snapshot.rev - 1]:
        del cache[old]
    cache[(*name, snapshot.rev)] = snapshot
    return snapshot


def make_snapshot(rev: int, rows: list[Any]) -> Published:
    """A snapshot from rows with kind, key, version, document, quarantine."""
    snapshot = Published(rev, {}, {}, {})
    for row in rows:
        name = (row["kind"], row["key"])
        snapshot.versions[name] = row["version"]
        if row["quarantine"] is not None:
            snapshot.quarantined[name] = row["quarantine"]
            continue
        snapshot.documents[name] = row["document"]
        snapshot._by_kind.setdefault(name[0], {})[name[1]] = row["document"]
    return snapshot
