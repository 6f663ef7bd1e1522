"""Moving running records to the version of a playbook in force, with a preview of what that changes for their next move."""

from collections import Counter
from typing import Any
from uuid import UUID

from xingji.features.process.decide import missing_for
from xingji.features.process.document import Playbook
from xingji.features.process.follows import unfit_steps
from xingji.features.process.sight import labels_of, playbook_versions, playbooks_of, see, wanted_of
from xingji.kernel import records
from xingji.kernel.core.errors import conflict, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.records import Change, Row

MOST = 5_000


async def move_running(uow: UnitOfWork, key: str, *, preview: bool) -> dict[str, Any]:
    """{version, older, count, staying, stopped, freed, moved, capped, unfit, change}; a preview changes nothing.

    `stopped`: records that could enter their next stage under their version and could not under the one in force;
    `freed` the other way round; `staying`: in a stage the version in force does not have. Counts only, no records. `unfit`:
    what follows transitions of these versions and cannot run any more.
    Raises: `process.no_playbook`. Emits: `<object>.updated`.
    """
    book = await _in_force(uow, key)
    rows, capped = await _older(uow, book)
    pins = {(book.key, int(row.value("playbook_version"))) for row in rows}
    versions = await playbook_versions(uow, pins)
    fitting = [row for row in rows if book.index(row.value(book.field)) >= 0]
    before, after = await _stuck(uow, rows, versions, book), await _stuck(uow, fitting, {}, book)
    older = Counter(version for row in rows for version in [int(row.value("playbook_version"))])
    answer: dict[str, Any] = {
        "version": book.version, "older": [{"version": version, "count": count} for version, count in sorted(older.items())],
        "count": len(rows), "staying": len(rows) - len(fitting), "stopped": sum(row.n in after and row.n not in before for row in fitting),
        "freed": sum(row.n in before and row.n not in after for row in fitting), "moved": 0, "capped": capped,
        "unfit": await unfit_steps(uow, [book, *versions.values()]),
    }  # fmt: skip
    if preview or not fitting:
        return answer
    changes = [Change("update", book.object, row.id, {"playbook_version": book.version}) for row in fitting]
    await records.write(records.on_behalf(uow), changes, owned=True)
    return answer | {"moved": len(fitting), "change": str(uow.change)}


async def _in_force(uow: UnitOfWork, key: str) -> Playbook:
    document = (await load_published(uow)).get("playbook", key)
    if document is None:
        raise not_found("process.no_playbook", playbook=key)
    found = next((one for one in await playbooks_of(uow, str(document["object"])) if one.key == key), None)
    if found is None:
        raise conflict("process.no_playbook", playbook=key)
    return found


async def _older(uow: UnitOfWork, book: Playbook) -> tuple[list[Row], bool]:
    """Running records on other versions, as rows."""
    kind = (await records.load_schema(uow)).object(book.object)
    closed = [f'"{value}"' for value in (*book.won, *book.lost)]
    running = f" && !({book.status} in [{', '.join(closed)}])" if book.status and closed else ""
    wanted = f'playbook == "{book.key}" && playbook_version != {book.version}{running}'
    page = await records.query(records.on_behalf(uow), records.Query(book.object, list(kind.fields), wanted, limit=MOST))
    rows = []
    for n, values in enumerate(page.rows):
        id = UUID(values["id"])
        rows.append(Row(n, Change("update", book.object, id), kind, id, {}, dict(values)))
    return rows, page.next is not None


async def _stuck(uow: UnitOfWork, rows: list[Row], versions: dict[Any, Playbook], book: Playbook) -> set[int]:
    """Numbers of the rows that lack something for their next stage, each under its version, or all under `book`."""
    if not rows:
        return set()
    schema = await records.load_schema(uow)
    kind = schema.object(book.object)
    seen = await see(uow, schema, kind, rows, wanted_of(versions.values() if versions else [book]))
    labels = labels_of(kind)
    found = set()
    for row in rows:
        own = versions.get((book.key, int(row.value("playbook_version")))) if versions else book
        if own is None:
            continue
        at = own.index(row.value(own.field))
        if 0 <= at < len(own.stages) - 1 and missing_for(own, seen[row.n], own.stages[at].key, own.stages[at + 1].key, labels):
            found.add(row.n)
    return found
