"""HTTP routes of process audits: the queue, a chain, a verdict, a draw computed again, the report."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from xingji.features.audits.chain import RIGHT, read_chain, read_proof
from xingji.features.audits.draw import verify
from xingji.features.audits.verdicts import judge, list_cases, report
from xingji.kernel.core.errors import not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.http import Here, needs
from xingji.kernel.records.files import file_headers

OFFICER = needs(RIGHT)
TAGS = ["audits"]
Words = Annotated[str, msgspec.Meta(max_length=2000, pattern="^[^\\x00]*$")]
Short = Annotated[str, msgspec.Meta(max_length=64, pattern="^[a-z][a-z0-9_]*$")]


class Finding(msgspec.Struct, forbid_unknown_fields=True):
    """What the officer says of one stage."""

    stage: Short
    judgement: Short
    note: Words = ""


class VerdictBody(msgspec.Struct, forbid_unknown_fields=True):
    """The verdict with its findings."""

    verdict: Short
    findings: Annotated[list[Finding], msgspec.Meta(max_length=30)] = []
    note: Words = ""


@get("/api/v1/audits", opt=OFFICER, tags=TAGS)
async def read_queue(here: Here) -> dict[str, Any]:
    """What waits for a verdict, what was judged, the draws and the next one."""
    return await here.read(list_cases)


@get("/api/v1/audits/report", opt=needs("metrics.read"), tags=TAGS)
async def read_report(here: Here) -> dict[str, Any]:
    """What the audits found: verdicts by week, stage and team. Names no record."""
    return await here.read(report)


@get("/api/v1/audits/draws/{id:uuid}", opt=OFFICER, tags=TAGS)
async def read_draw(here: Here, id: UUID) -> dict[str, Any]:
    """A draw with its seed and candidates, computed again."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        found = await verify(uow, id)
        if found is None:
            raise not_found("audits.unknown", id=str(id))
        return found

    return await here.read(command)


@get("/api/v1/audits/{id:uuid}", opt=OFFICER, tags=TAGS)
async def chain(here: Here, id: UUID) -> dict[str, Any]:
    """The whole chain of a drawn record; the reading is noted."""
    return await here.run(lambda uow: read_chain(uow, id))


@get("/api/v1/audits/{id:uuid}/files/{file:uuid}", opt=OFFICER, tags=TAGS)
async def read_file_of_case(here: Here, id: UUID, file: UUID) -> Response[bytes]:
    """A file that shows an action of a drawn record, never as something a browser would run; the reading is noted."""
    stored, content = await here.run(lambda uow: read_proof(uow, id, file))
    return Response(content, headers=file_headers(stored), media_type=stored.content_type)


@post("/api/v1/audits/{id:uuid}/verdict", opt=OFFICER, tags=TAGS, status_code=200)
async def give_verdict(here: Here, id: UUID, data: VerdictBody) -> dict[str, Any]:
    """Keeps the officer's verdict."""
    findings = [msgspec.to_builtins(one) for one in data.findings]
    return await here.run(lambda uow: judge(uow, id, data.verdict, findings, data.note))


ROUTES = [read_queue, read_report, read_draw, chain, read_file_of_case, give_verdict]
