"""What the gate adds to a stage move that is let through: as it is asked for through the API, and of the bare write.

Both ways in turn in one process, once with the playbook's question and once with a gate that asks nothing; stamp, log and
all else are the same. Of the seconds the faster quarter counts, since whatever else runs on the machine only ever adds.
"""

import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import processor
from measure import Result, result
from place import WORKSPACE, Place

from xingji import app
from xingji.features.process.gate import GRANTED, PROCESS_GATE, gate_needs
from xingji.kernel import access, records
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Mode, UnitOfWork
from xingji.kernel.http import Limits
from xingji.kernel.records import Change, Gate, Row, Schema, write
from xingji.kernel.records.schema import ObjectType

Move = Callable[[UUID], Awaitable[None]]


async def measure_gate(place: Place, through_api: Sequence[UUID], bare: Sequence[UUID], limit: float) -> list[Result]:
    """Two rows: of a request, held to the limit, and of the write alone."""
    await _make_ready(place, [*through_api, *bare])
    ask = await _api(place)

    async def request(id: UUID) -> None:
        await ask(f"/api/v1/records/deal/{id}", {"stage": "solution"})

    async def store(id: UUID) -> None:
        async with place.database.work(WORKSPACE) as uow:
            await write(uow, [Change("update", "deal", id, {"stage": "solution"})])

    return [
        await _row(place, "gate adds to a stage move", request, through_api, limit),
        await _row(place, "gate adds to the bare write", store, bare, None),
    ]


async def _make_ready(place: Place, ids: Sequence[UUID]) -> None:
    """Deals that lack nothing to go on: a field, evidence, a confirmation, a fingerprint."""
    async with place.database.work(WORKSPACE, SYSTEM, mode=Mode.HISTORY) as uow:
        await write(uow, [Change("update", "deal", id, {"stage": "clarify", "next_step": "x"}) for id in ids])
        await uow.execute(
            """insert into process_action (object, record, playbook, action, state, evidence, claimed_at, confirmed_at)
              select 'deal', id, 'bench_book', 'a' || s || '_' || m, 'confirmed', '[{"kind": "link", "url": "x", "at": "2026-01-01T00:00:00Z"}]', now(), now()
              from unnest($1::uuid[]) id cross join generate_series(0, 1) s cross join generate_series(0, 3) m
              on conflict (record, action) do update set state = excluded.state, evidence = excluded.evidence""", ids,
        )  # fmt: skip
        await uow.execute(
            """insert into event (lane, occurred_at, type, object, record, mode) select 1, now() - interval '1 hour', 'talk.next_step', 'deal', id, 'history'
              from unnest($1::uuid[]) id cross join generate_series(1, 3)""", ids,
        )  # fmt: skip


async def _api(place: Place) -> Callable[[str, Any], Awaitable[None]]:
    """PATCH of the web application in this process, by the token of somebody who may do everything."""
    async with place.database.work(WORKSPACE) as uow:
        people = await access.save_people(uow, {"persons": [{"key": "mover", "name": "测量(演示)", "roles": ["gm"]}]})
    _, token = await access.create_token(place.database, WORKSPACE, "api", "bench", person=people["mover"], scopes=["*"])
    edge = app.build_web(place.database, Limits(0))

    async def ask(path: str, body: Any) -> None:
        headers = [(b"host", b"bench"), (b"content-type", b"application/json"), (b"authorization", f"Bearer {token}".encode())]
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "PATCH", "scheme": "http", "path": path, "raw_path": path.encode(),
            "query_string": b"", "root_path": "", "headers": headers, "client": ("127.0.0.1", 1), "server": ("bench", 80), "state": {},
        }  # fmt: skip
        said: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

        async def send(message: Any) -> None:
            said.append(message)

        await edge(scope, receive, send)
        if said[0]["status"] != 200:
            raise RuntimeError(f"the move was refused: {said}")

    return ask


async def _nothing_asked(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row]) -> list[Problem]:
    """A gate that lets everything pass, and leaves the move no exception to look for."""
    uow.memo[GRANTED] = {row.id: frozenset() for row in rows}
    return []


SILENT = Gate(_nothing_asked, gate_needs, strict=True)


async def _row(place: Place, name: str, move: Move, ids: Sequence[UUID], limit: float | None) -> Result:
    seconds: dict[bool, list[float]] = {False: [], True: []}
    worked: dict[bool, list[float]] = {False: [], True: []}
    at = records.GATES.index(PROCESS_GATE)
    try:
        for n, id in enumerate(ids):
            gated = bool(n % 2)
            records.GATES[at] = PROCESS_GATE if gated else SILENT
            before, mine, begun = processor.spent(place)["postgres"], time.process_time(), time.perf_counter()
            await move(id)
            seconds[gated].append(time.perf_counter() - begun)
            worked[gated].append(time.process_time() - mine + processor.spent(place)["postgres"] - before)
    finally:
        records.GATES[at] = PROCESS_GATE
    without, with_gate = (statistics.quantiles(seconds[gated], n=4)[0] for gated in (False, True))
    work, with_work = (statistics.median(worked[gated]) for gated in (False, True))
    return result(
        name, with_gate / without - 1, "share", limit, with_gate_ms=with_gate * 1_000, without_ms=without * 1_000,
        processor_adds=with_work / work - 1, processor_ms=with_work * 1_000, moves=len(ids),
    )  # fmt: skip
