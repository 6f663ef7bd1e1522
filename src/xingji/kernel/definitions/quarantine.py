"""Definitions out of order: taken out with their reason, put back, looked over again. The rest runs on meanwhile.

Owns the column `quarantine`; every change of it raises the revision, so that all processes leave the document out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from xingji.kernel.core.errors import Problem, invalid, not_found
from xingji.kernel.core.protocols import CheckContext, NewEvent
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions.drafts import known_keys
from xingji.kernel.definitions.kinds import all_kinds, check_document, ports
from xingji.kernel.definitions.published import Key

_ROWS = "select kind, key, document, quarantine from definition where status = 'published' order by kind, key"


async def quarantine(uow: UnitOfWork, kind: str, key: str, reason: Problem, *, by: str = "runtime") -> bool:
    """Takes a published definition out of force with its reason; False when it already is.

    Raises: `definitions.unknown`. Emits: definition.quarantined.
    """
    found = await _change(uow, kind, key, {**reason.as_dict(), "by": by})
    if found:
        await _tell(uow, "definition.quarantined", kind, key, {"reason": reason.as_dict()})
    return found


async def release(uow: UnitOfWork, kind: str, key: str) -> bool:
    """Puts a quarantined definition back in force once its check finds nothing; False when it was not quarantined.

    Raises: `definitions.unknown`, `definitions.invalid`. Emits: definition.released.
    """
    context = CheckContext({(r["kind"], r["key"]): r["document"] for r in await uow.fetch(_ROWS)}, await known_keys(uow))
    document = context.documents.get((kind, key))
    if document is None:
        raise not_found("definitions.unknown", definition=f"{kind}/{key}")
    errors = [problem for problem in check_document(kind, document, context) if problem.severity == "error"]
    if errors:
        raise invalid("definitions.invalid", errors, definition=f"{kind}/{key}")
    found = await _change(uow, kind, key, None)
    if found:
        await _tell(uow, "definition.released", kind, key, {})
    return found


async def list_quarantined(uow: UnitOfWork) -> dict[Key, dict[str, Any]]:
    """Reasons of all definitions out of order."""
    rows = await uow.fetch("select kind, key, quarantine from definition where status = 'published' and quarantine is not null")
    return {(row["kind"], row["key"]): row["quarantine"] for row in rows}


async def recheck_published(uow: UnitOfWork) -> list[Key]:
    """Quarantines what no longer passes its check (after an upgrade), releases what a former look-over took out.

    Returns what changed. Documents of kinds this program does not know stay as they are.
    """
    rows = await uow.fetch(_ROWS)
    in_order = {(row["kind"], row["key"]): row["document"] for row in rows if row["quarantine"] is None}
    changed: list[Key] = []
    known = await known_keys(uow)
    while True:
        # One broken document may break those that use it: look again until nothing more falls.
        context = CheckContext(dict(in_order), known)
        fallen = {
            name: errors[0] for name, document in in_order.items()
            if name[0] in all_kinds() and (errors := _errors(name[0], document, context))
        }  # fmt: skip
        if not fallen:
            break
        for name, reason in fallen.items():
            del in_order[name]
            await quarantine(uow, *name, reason, by="check")
            changed.append(name)
    for name, document in _taken_out_by_check(rows):
        if name[0] in all_kinds() and not _errors(name[0], document, CheckContext({**in_order, name: document}, known)):
            in_order[name] = document
            await release(uow, *name)
            changed.append(name)
    return changed


def _taken_out_by_check(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Key, dict[str, Any]]]:
    out = [row for row in rows if row["quarantine"] is not None and row["quarantine"].get("by") == "check"]
    return [((row["kind"], row["key"]), row["document"]) for row in out]


def _errors(kind: str, document: dict[str, Any], context: CheckContext) -> list[Problem]:
    return [problem for problem in check_document(kind, document, context) if problem.severity == "error"]


async def _change(uow: UnitOfWork, kind: str, key: str, value: dict[str, Any] | None) -> bool:
    await uow.fetchval("select 1 from workspace_state for update")
    row = await uow.fetchrow(
        "select quarantine from definition where kind = $1 and key = $2 and status = 'published' for update", kind, key
    )
    if row is None:
        raise not_found("definitions.unknown", definition=f"{kind}/{key}")
    if (row["quarantine"] is None) == (value is None):
        return False
    await uow.execute(
        "update definition set quarantine = $3 where kind = $1 and key = $2 and status = 'published'", kind, key, value
    )
    await uow.execute("update workspace_state set definitions_rev = definitions_rev + 1")
    return True


async def _tell(uow: UnitOfWork, event: str, kind: str, key: str, data: dict[str, Any]) -> None:
    handed = ports()
    if handed.append_events is not None:
        await handed.append_events(uow, [NewEvent(event, data={"kind": kind, "key": key, **data})])
    if handed.audit is not None:
        await handed.audit(uow, event, object_key=f"{kind}/{key}", **data)
