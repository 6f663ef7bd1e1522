"""Fields come and go while people read and write: no request fails."""

import asyncio
from typing import Any

import httpx
import pytest

from integration.http_world import make_world
from xingji.kernel.db import Database

ROUNDS = 4


@pytest.mark.slow
async def test_adding_and_removing_fields_under_traffic_fails_no_request(fresh: Database, workspace: str):
    world = await make_world(fresh, workspace)
    failed: list[str] = []
    done = asyncio.Event()
    counts = {"read": 0, "write": 0}

    async def traffic(client: httpx.AsyncClient, n: int) -> None:
        while not done.is_set():
            made = await client.post("/api/v1/records/task", json={"title": f"演示 {n}"})
            counts["write"] += 1
            if made.status_code != 201:
                failed.append(f"write {made.status_code} {made.text[:300]}")
                continue
            for path in ("", f"/{made.json()['id']}"):
                found = await client.get(f"/api/v1/records/task{path}")
                counts["read"] += 1
                if found.status_code != 200:
                    failed.append(f"read {found.status_code} {found.text[:300]}")

    async with await world.browser("boss") as boss:
        task = (await boss.get("/api/v1/definitions/object/task")).json()["document"]
        running = [asyncio.create_task(traffic(boss, n)) for n in range(3)]
        try:
            for round_ in range(ROUNDS):
                field: dict[str, Any] = {"key": f"extra_{round_}", "kind": "text", "name": {"zh": "新", "en": "New"}}
                for fields in ([*task["fields"], field], task["fields"]):
                    saved = await boss.put("/api/v1/definitions/object/task", json={"document": {**task, "fields": fields}})
                    assert saved.status_code == 200, saved.text
                    published = await boss.post("/api/v1/definitions/object/task/publish", json={})
                    assert published.status_code == 200, published.text
        finally:
            done.set()
            await asyncio.gather(*running)
    assert failed == []
    assert min(counts.values()) > ROUNDS
    columns = await fresh.pool.fetchval(
        "select count(*) from information_schema.columns where table_schema = $1 and table_name = 'o_task'", f"ws_{workspace}"
    )
    free = await fresh.pool.fetchval(f"select count(*) from ws_{workspace}.object_column where object = 'task' and state = 'free'")
    assert free == 1, (columns, free)
