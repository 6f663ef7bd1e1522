"""Personal list views: rows owned by a person, held to the same check as published ones. Owns the two tables of views.

A personal view is seen by its owner alone; sharing it is publishing it as a `list_view` definition.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import forbidden, invalid, not_found
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import CheckContext
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.records.list_views import ListViewKind
from xingji.kernel.records.schema import load_schema
from xingji.kernel.records.visibility import reach

MINE = "my:"
MOST_VIEWS = 100


def _person(uow: UnitOfWork) -> UUID:
    if uow.actor.person is None:
        raise forbidden("views.person_needed", who="admin")
    return uow.actor.person


async def save_view(uow: UnitOfWork, document: Mapping[str, Any], id: UUID | None = None) -> str:
    """The key of a personal view, new or changed. Raises: `views.invalid` with every problem, `views.unknown`."""
    person = _person(uow)
    reach(await load_schema(uow), uow.actor, str(document.get("object")))
    published = await load_published(uow)
    kept = {**document, "kind": "list_view", "key": f"{MINE}{id}" if id else MINE}
    problems = ListViewKind().check(kept, CheckContext(published.documents))
    if problems:
        raise invalid("views.invalid", problems)
    if id is None:
        id = uuid7()
        done = await uow.execute(
            "insert into saved_view (id, person, object, document) select $1, $2, $3, $4"
            " where (select count(*) from saved_view where person = $2) < $5",
            id, person, kept["object"], {**kept, "key": f"{MINE}{id}"}, MOST_VIEWS,
        )  # fmt: skip
        if done.endswith(" 0"):
            raise invalid("views.too_many", most=MOST_VIEWS)
        return f"{MINE}{id}"
    done = await uow.execute(
        "update saved_view set document = $3, object = $4, changed_at = now() where id = $1 and person = $2",
        id, person, kept, kept["object"],
    )  # fmt: skip
    if done.endswith(" 0"):
        raise not_found("views.unknown", view=str(id))
    return f"{MINE}{id}"


async def delete_view(uow: UnitOfWork, id: UUID) -> dict[str, Any]:
    """The document of the personal view that is gone now, so that it can be saved again. Raises: `views.unknown`."""
    found = await uow.fetchval(
        "delete from saved_view where id = $1 and person = $2 returning document", id, _person(uow)
    )
    if found is None:
        raise not_found("views.unknown", view=str(id))
    return dict(found)


async def choose_default(uow: UnitOfWork, object_key: str, view: str | None) -> None:
    """Which view the actor's list of an object opens with; None: the first one again."""
    person = _person(uow)
    reach(await load_schema(uow), uow.actor, object_key)
    if view is None:
        await uow.execute("delete from default_view where person = $1 and object = $2", person, object_key)
        return
    await uow.execute(
        "insert into default_view (person, object, view) values ($1, $2, $3)"
        " on conflict (person, object) do update set view = excluded.view",
        person, object_key, view,
    )  # fmt: skip


async def views_of(uow: UnitOfWork) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """(documents of the actor's personal views in the order they were made, {object: default view}); one statement."""
    if uow.actor.person is None:
        return [], {}
    rows = await uow.fetch(
        "select object, document, null as view from saved_view where person = $1"
        " union all select object, null, view from default_view where person = $1",
        uow.actor.person,
    )
    documents = sorted((dict(r["document"]) for r in rows if r["document"]), key=lambda one: str(one["key"]))
    return documents, {r["object"]: r["view"] for r in rows if r["view"]}


async def view_document(uow: UnitOfWork, object_key: str, key: str) -> Mapping[str, Any]:
    """The document of a published view or of one of the actor's own. Raises: `records.unknown_view`."""
    found: Mapping[str, Any] | None
    if key.startswith(MINE):
        try:
            id = UUID(key.removeprefix(MINE))
        except ValueError:
            raise not_found("records.unknown_view", view=key[:80]) from None
        found = await uow.fetchval(
            "select document from saved_view where id = $1 and person = $2", id, uow.actor.person
        )
    else:
        found = (await load_published(uow)).get("list_view", key)
    if found is None or found.get("object") != object_key:
        raise not_found("records.unknown_view", view=key[:80])
    return found
