"""The road of a template: stages and steps for a size of organisation, and which are done. Reckoned, never ticked by hand.

A step is done by what is in use: an event that happened for real, a record, a definition of one's own, people who can
sign in. A step whose kind of definition this release does not know is said to come later.
"""

from collections.abc import Mapping
from typing import Any

from xingji.founding.gallery import find_pack
from xingji.kernel.access.logins import people_with_login
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import all_kinds
from xingji.kernel.definitions.pack_files import read_pack
from xingji.kernel.records import Query, query
from xingji.kernel.records.behalf import on_behalf
from xingji.kernel.records.importers import count_imports

USUAL_ROAD = "manufacturing"  # for a workspace that was made without a template
SMALL, MIDDLE = 15, 300
DEFINED = """select exists (select from definition where kind = $1 and status = 'published'
  and (not $2 or origin_document is null or document is distinct from origin_document))"""
HAPPENED = "select exists (select from event where type = $1 and mode <> 'history')"
BRANDS = "select count(*) from brand where isolated"
HOLDS = "select exists (select from person where $1 = any(roles) and left_on is null and not ('示例' = any(tags)))"


async def read_roadmap(uow: UnitOfWork, size: str | None = None) -> dict[str, Any]:
    """{template, size, stages: [{name, steps: [{key, name, why, to, state: done | next | open | later}]}], done, of}."""
    template = uow.workspace.settings.get("template") or {}
    own = template.get("size") or await _size_of(uow)
    road = _road(template.get("key") or USUAL_ROAD, size or own)
    stages, done, total, following = [], 0, 0, None
    for stage in road["stages"]:
        steps = []
        for step in stage["steps"]:
            state = await _state(uow, step["done"])
            if state == "open" and following is None:
                state, following = "next", step["key"]
            done, total = done + (state == "done"), total + (state != "later")
            steps.append({"key": step["key"], "name": step["name"], "why": step["why"], "to": step["to"], "state": state})
        stages.append({"key": stage["key"], "name": stage["name"], "steps": steps})
    return {
        "template": template.get("key"), "size": road["key"], "own_size": own, "name": road["name"], "stages": stages,
        "done": done, "of": total,
    }  # fmt: skip


def _road(key: str, size: str) -> Mapping[str, Any]:
    roads = read_pack(find_pack(key)).aside["roadmap.yaml"]["sizes"]
    return next(road for road in roads if road["key"] == size)


async def _size_of(uow: UnitOfWork) -> str:
    people = await uow.fetchval("select count(*) from person where left_on is null")
    return "s" if people <= SMALL else "m" if people <= MIDDLE else "l"


async def _state(uow: UnitOfWork, done: Mapping[str, Any]) -> str:
    if "definition" in done and done["definition"] not in all_kinds():
        return "later"
    return "done" if await _is_done(uow, done) else "open"


async def _is_done(uow: UnitOfWork, done: Mapping[str, Any]) -> bool:
    """Whether it is in use; `done` names one of event, record, imports, definition, logins, brands, role."""
    if "event" in done:
        return bool(await uow.fetchval(HAPPENED, done["event"]))
    if "record" in done:
        page = await query(on_behalf(uow), Query(done["record"], fields=["id"], filter=done.get("filter"), limit=1))
        return bool(page.rows)
    if "imports" in done:
        return await count_imports(uow) >= int(done["imports"])
    if "definition" in done:
        return bool(await uow.fetchval(DEFINED, done["definition"], bool(done.get("own"))))
    if "role" in done:
        return bool(await uow.fetchval(HOLDS, done["role"]))
    if "brands" in done:
        return int(await uow.fetchval(BRANDS)) >= int(done["brands"])
    return len(await people_with_login(uow.database, uow.workspace.key)) >= int(done.get("logins", 1))
