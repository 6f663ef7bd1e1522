"""HTTP routes of mining. A question names an object (read under the reader's own policy) or an imported log."""

import asyncio
import tempfile
from datetime import datetime
from pathlib import Path as FilePath
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.params import Parameter

from xingji.features.mining.causes import waiting_causes
from xingji.features.mining.chart import draw_chart
from xingji.features.mining.compare import compare_delayed, compare_groups
from xingji.features.mining.log import Log
from xingji.features.mining.logs import import_log, list_logs, load_log
from xingji.features.mining.objects import Wanted, load_object_log
from xingji.features.mining.sandbox import what_if
from xingji.kernel import records
from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.db import UnitOfWork
from xingji.kernel.http import Here, needs
from xingji.kernel.records.visibility import visible_fields

READ = needs("metrics.read")
TAGS = ["mining"]
Key = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]
Path = Annotated[str, msgspec.Meta(max_length=130, pattern="^[^\\x00]+$")]
Text = Annotated[str, msgspec.Meta(max_length=4000, pattern="^[^\\x00]*$")]
Share = Annotated[float, msgspec.Meta(gt=0, le=1)]
DISCRETE = ("choice", "relation", "person", "boolean")


class LogBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which log: `object` (with a CEL filter, choice fields, further event types) or `log` (with lifecycle states)."""

    object: Key | None = None
    log: Key | None = None
    filter: Text | None = None
    fields: Annotated[list[Key], msgspec.Meta(max_length=5)] = []
    types: Annotated[list[Path], msgspec.Meta(max_length=30)] = []
    lifecycle: Annotated[list[Path], msgspec.Meta(max_length=10)] = []
    since: datetime | None = None
    until: datetime | None = None


class ChartBody(LogBody, kw_only=True):
    """How much of it to draw."""

    coverage: Share = 1.0
    least: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1


class DelayedBody(LogBody, kw_only=True):
    """What counts as delayed: beyond these hours, else beyond that share of all."""

    threshold_hours: Annotated[float, msgspec.Meta(gt=0, le=1_000_000)] | None = None
    share: Share = 0.75


class GroupsBody(LogBody, kw_only=True):
    """By what: a field, a related record's ("customer.industry"), a person's unit ("owner.unit"), a case attribute."""

    by: Path


class WhatIfBody(LogBody, kw_only=True):
    """The step, how many days earlier (none: always done), and up to three features to match on."""

    step: Path
    days: Annotated[float, msgspec.Meta(gt=0, le=1_000)] | None = None
    match: Annotated[list[Path], msgspec.Meta(max_length=3)] = []


async def read_log(uow: UnitOfWork, body: LogBody, dimensions: list[str]) -> Log:
    """The log a body asks for. Raises: `mining.which_log` and whatever the two kinds of logs refuse."""
    if (body.object is None) == (body.log is None):
        message = {"zh": "写明一个对象或一份导入的日志", "en": "Name one object or one imported log"}
        raise invalid("mining.which_log", [Problem("mining.which_log", "object", {}, message)])
    for name, value in (("since", body.since), ("until", body.until)):
        if value is not None and value.tzinfo is None:
            raise invalid("mining.which_log", [Problem("metric.zone_missing", name)])
    if body.log is not None:
        return await load_log(uow, body.log, body.lifecycle, dimensions)
    wanted = Wanted(str(body.object), body.filter, body.fields, body.types, body.since, body.until)
    return await load_object_log(uow, wanted, dimensions)


@get("/api/v1/mining/logs", opt=READ, tags=TAGS)
async def imported_logs(here: Here) -> dict[str, Any]:
    """The imported logs, with the attributes of their cases."""
    return {"rows": await here.read(list_logs)}


@post("/api/v1/mining/logs", opt=needs("import"), tags=TAGS, status_code=201)
async def bring_log(
    here: Here, key: Annotated[str, Parameter(pattern="^[a-z][a-z0-9_]{0,62}$")], name: Annotated[str, Parameter(max_length=300)] = "log.xes"
) -> dict[str, Any]:  # fmt: skip
    """Reads the body, an XES file, packed or not, into the log of that key, in place of what was there."""
    with tempfile.TemporaryDirectory(prefix="xingji-log-") as folder:
        path = FilePath(folder) / "log.xes"
        with await asyncio.to_thread(path.open, "wb") as file:  # never held as a whole
            async for chunk in here.request.stream():
                file.write(chunk)
        # Brought twice it is there once: it needs no Idempotency-Key, which would take the body again.
        return await here.read(lambda uow: import_log(uow, path, key, name))


@post("/api/v1/mining/chart", opt=READ, tags=TAGS, status_code=200)
async def chart(here: Here, data: ChartBody) -> dict[str, Any]:
    """The discovered flow chart, ways, rework, bottlenecks and, for an object, what went on while records waited."""

    async def load(uow: UnitOfWork) -> tuple[Log, list[dict[str, Any]]]:
        log = await read_log(uow, data, [])
        return log, await waiting_causes(uow, log) if log.object else []

    log, causes = await here.read(load)
    return await asyncio.to_thread(draw_chart, log, data.coverage, data.least) | {"causes": causes}


@post("/api/v1/mining/delayed", opt=READ, tags=TAGS, status_code=200)
async def delayed(here: Here, data: DelayedBody) -> dict[str, Any]:
    """Normal against delayed cases: which edges differ and by how much."""
    log = await here.read(lambda uow: read_log(uow, data, []))
    return await asyncio.to_thread(compare_delayed, log, data.threshold_hours, data.share)


@post("/api/v1/mining/groups", opt=READ, tags=TAGS, status_code=200)
async def groups(here: Here, data: GroupsBody) -> dict[str, Any]:
    """The same process by industry, team or any other dimension."""
    log = await here.read(lambda uow: read_log(uow, data, [data.by]))
    return await asyncio.to_thread(compare_groups, log)


@post("/api/v1/mining/what-if", opt=READ, tags=TAGS, status_code=200)
async def sandbox(here: Here, data: WhatIfBody) -> dict[str, Any]:
    """What differed between matched cases with the step (or with it earlier) and without; silent below thirty pairs."""

    async def load(uow: UnitOfWork) -> tuple[Log, list[dict[str, str]]]:
        log = await read_log(uow, data, data.match)
        return log, await _not_matched(uow, data)

    log, uncontrolled = await here.read(load)
    return await asyncio.to_thread(what_if, log, data.step, data.days, uncontrolled)


async def _not_matched(uow: UnitOfWork, data: WhatIfBody) -> list[dict[str, str]]:
    """Labels of the discrete fields the reader sees and did not match on."""
    if data.object is None:
        fields = next((one["fields"] for one in await list_logs(uow) if one["key"] == data.log), [])
        return [{"zh": key, "en": key} for key in fields if key not in data.match]
    kind = (await records.load_schema(uow)).object(data.object)
    levels = visible_fields(await records.load_schema(uow), uow.actor, data.object)
    matched = {one.partition(".")[0] for one in data.match}
    return [
        dict(spec.name) for key, spec in kind.fields.items()
        if spec.kind.key in DISCRETE and not spec.system and not spec.server_owned and key not in matched and key in levels
    ]  # fmt: skip


ROUTES = [imported_logs, bring_log, chart, delayed, groups, sandbox]
