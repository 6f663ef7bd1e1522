"""The kinds of definitions and the ports of this floor. Owns where they are joined; knows no kind by name."""

import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from xingji.kernel.core.errors import Problem, not_found
from xingji.kernel.core.protocols import AppendEvents, CheckContext, DefinitionKind, Ref
from xingji.kernel.db.database import Database, UnitOfWork

Document = Mapping[str, Any]
CULPRIT_SECONDS = 0.3
LONGEST = {"name": 60, "unit": 20}

log = logging.getLogger("xingji.definitions")


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

    `look_up` answers the keys checkers may compare with (people, units, brands, regions, who left or is away):
    `CheckContext.extra`.
    `holders` answers (kind, key, name) of data that uses a definition: the persons who have a role.
    `wake` has the workers look for queued schema changes once the unit of work is committed.
    """

    append_events: AppendEvents | None = None
    audit: Callable[..., Awaitable[Any]] | None = None
    save_people: Callable[[UnitOfWork, Document], Awaitable[Any]] | None = None
    look_up: Callable[[UnitOfWork], Awaitable[dict[str, Any]]] | None = None
    wake: Callable[[UnitOfWork], None] | None = None
    holders: Callable[[UnitOfWork, Ref], Awaitable[Sequence[tuple[str, str, str]]]] | None = None
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
    checker = kind_of(kind)
    try:
        return checker.check(document, context)
    except Exception as error:
        log.warning("the check of %s/%s failed", kind, document.get("key"), exc_info=error)
        path = culprit(document, lambda changed: checker.check(changed, context))
        return [wrong_shape(path) if path else checker_failed(error)]


def check_written(kind: str, document: Document, context: CheckContext) -> list[Problem]:
    """All problems of what somebody is about to put in force: those of `check_document`, and a name or unit nobody could read."""
    return [*_too_long(document), *check_document(kind, document, context)]


def _too_long(document: Document) -> Iterator[Problem]:
    for part, most in LONGEST.items():
        words = document.get(part)
        count = max((len(str(each)) for each in (words.values() if isinstance(words, Mapping) else [words or ""])), default=0)
        if count > most:
            yield Problem(f"definitions.long_{part}", part, {"most": most, "count": count})


def culprit(document: Document, run: Callable[[Document], list[Problem]]) -> tuple[Any, ...]:
    """The path of the part without which a check no longer fails: the deepest one found, () when there is none.

    What a person wrote in a place where something else belongs (a text for a list) makes a checker stumble; leaving
    out one part after the other finds it without the checker's help. Of several, the one least missed is taken, of
    those the smallest.
    """
    path: tuple[Any, ...] = ()
    until = time.monotonic() + CULPRIT_SECONDS
    while True:
        found: list[tuple[int, int, Any]] = []
        holder = _at(document, path)
        for name in _members(holder):
            if path and time.monotonic() > until:
                return path
            try:
                left = run(_without(document, (*path, name)))
                found.append((len(left), len(repr(holder[name])), name))
            except Exception:
                continue
        if not found:
            return path
        path = (*path, min(found, key=lambda one: one[:2])[2])


def _members(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value)
    return list(range(len(value))) if isinstance(value, list) else []


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


def _without(value: Any, path: tuple[Any, ...]) -> Any:
    name, rest = path[0], path[1:]
    if isinstance(value, list):
        return [item if at != name else _without(item, rest) for at, item in enumerate(value) if rest or at != name]
    return {key: item if key != name else _without(item, rest) for key, item in value.items() if rest or key != name}


def wrong_shape(path: tuple[Any, ...]) -> Problem:
    """The problem of a part that is not of the form it must have."""
    return Problem(
        code="definitions.wrong_shape",
        path=".".join(map(str, path)),
        message={"zh": "这一处的写法不符合格式", "en": "This part does not have the form it must have"},
    )


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
