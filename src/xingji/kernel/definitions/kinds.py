"""The kinds of definitions and the ports of this floor. Owns where they are joined; knows no kind by name."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from xingji.kernel.core.errors import Problem, not_found
from xingji.kernel.core.protocols import AppendEvents, CheckContext, DefinitionKind
from xingji.kernel.db.database import Database, UnitOfWork

Document = Mapping[str, Any]


class SchemaChanger(Protocol):
    """The tables behind a kind of definition. Both steps may run again after a crash and then change nothing."""

    async def prepare(self, database: Database, workspace: str, old: Document | None, new: Document) -> None:
        """Before the flip, as owner: whatever the new document needs and the old one does not mind."""
        ...

    async def finish(self, database: Database, workspace: str, old: Document | None, new: Document | None) -> None:
        """After the flip, as owner: whatever the old document alone needed. `new` None: retired."""
        ...


@dataclass(slots=True)
class Ports:
    """What higher floors hand in. Every port may be missing: the life of definitions then goes without it.

    `look_up` answers the keys checkers may compare with (people, units, brands, regions): `CheckContext.extra`.
    `wake` has the workers look for queued schema changes once the unit of work is committed.
    """

    append_events: AppendEvents | None = None
    audit: Callable[..., Awaitable[Any]] | None = None
    save_people: Callable[[UnitOfWork, Document], Awaitable[Any]] | None = None
    look_up: Callable[[UnitOfWork], Awaitable[dict[str, frozenset[str]]]] | None = None
    wake: Callable[[UnitOfWork], None] | None = None
    schema_changers: dict[str, SchemaChanger] = field(default_factory=dict)


_kinds: dict[str, DefinitionKind] = {}
_ports = Ports()


def configure_kinds(kinds: Mapping[str, DefinitionKind], ports: Ports | None = None) -> None:
    """Joins the kinds and the ports, once per process."""
    global _ports
    _kinds.clear()
    _kinds.update(kinds)
    _ports = ports or Ports()


def all_kinds() -> Mapping[str, DefinitionKind]:
    """Every kind by key, in the order in which packs are read."""
    return _kinds


def ports() -> Ports:
    """What higher floors handed in."""
    return _ports


def kind_of(key: str) -> DefinitionKind:
    """The kind of that name. Raises: `definitions.unknown_kind`."""
    if key not in _kinds:
        raise not_found("definitions.unknown_kind", name=key, known=sorted(_kinds))
    return _kinds[key]


def stored(kind: str, document: Document, previous: Document | None) -> Document:
    """The document as its kind wants it kept: with secrets sealed, those left blank taken from the previous one."""
    store = getattr(kind_of(kind), "store", None)
    return document if store is None else store(document, previous)


def shown(kind: str, document: Document) -> Document:
    """The document as it may leave: with secrets blank."""
    show = getattr(_kinds.get(kind), "show", None)
    return document if show is None else show(document)


def right_of(kind: str) -> str | None:
    """A right that changing this kind needs besides `definitions.write`: roles, for one, give rights themselves."""
    return getattr(kind_of(kind), "right", None)


def check_document(kind: str, document: Document, context: CheckContext) -> list[Problem]:
    """All problems of a document. A checker that fails is a problem of the document, never an exception."""
    try:
        return kind_of(kind).check(document, context)
    except Exception as error:
        return [checker_failed(error)]


def checker_failed(error: Exception) -> Problem:
    """The problem that stands for an error inside a kind's own code."""
    return Problem(
        code="definitions.checker_failed",
        params={"error": type(error).__name__, "detail": str(error)[:300]},
        message={
            "zh": f"检查时出错:{type(error).__name__}",
            "en": f"The check itself failed: {type(error).__name__}",
        },
    )
