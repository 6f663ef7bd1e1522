"""Every surface on which a field's value could come out: each says whether it gave the canary away to a reader.

A surface that is asked by a value never sends the whole canary, so that an echo of the question is no leak; it leaks when
it answers at all (by order, by count) or shows the canary (by value).
"""

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
from openpyxl import load_workbook

from integration.policy_world import Office
from xingji.kernel.events.live import live_stream
from xingji.kernel.records import Change, write

SECRET = "CANARYSECRET7731"
PHONE = "13977317731"
WEIGHT = 773_177
COMPANY = "CANARYCOMPANY有限公司"
DEAL = "CANARYDEAL单"
CANARIES = (SECRET, PHONE, str(WEIGHT), COMPANY, DEAL)
LEAD = "canary lead"

Surface = Callable[[Office, httpx.AsyncClient], Awaitable[bool]]


def shows(text: str) -> bool:
    """Whether any canary stands in a text."""
    return any(canary in text for canary in CANARIES)


def lead_of(office: Office) -> UUID:
    return office.known[LEAD]


def get(path: str, **params: str) -> Surface:
    """A GET whose answer must hold no canary."""

    async def surface(office: Office, client: httpx.AsyncClient) -> bool:
        answer = await client.get("/api/v1" + path.format(id=lead_of(office), **office.known), params=params or None)
        assert answer.status_code < 500, answer.text
        return shows(answer.text) or shows(str(answer.headers))

    return surface


def answered(method: str, path: str, body: object = None, **params: str) -> Surface:
    """A question about the field itself: to answer it in any way is to leak."""

    async def surface(office: Office, client: httpx.AsyncClient) -> bool:
        answer = await client.request(method, "/api/v1" + path, json=body, params=params or None)
        assert answer.status_code < 500, answer.text
        return answer.status_code == 200 or shows(answer.text)

    return surface


def found(path: str, **params: str) -> Surface:
    """A search by the value: to find anything is to leak."""

    async def surface(office: Office, client: httpx.AsyncClient) -> bool:
        answer = await client.get("/api/v1" + path, params=params)
        return bool(answer.json().get("rows")) or shows(answer.text)

    return surface


async def exported_sheet(office: Office, client: httpx.AsyncClient) -> bool:
    answer = await client.get("/api/v1/records/lead/export?form=xlsx")
    assert answer.status_code == 200, answer.text
    book = load_workbook(io.BytesIO(answer.content), read_only=True)
    cells = [str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    return shows("|".join(cells)) or "密" in cells


async def conflict(office: Office, client: httpx.AsyncClient) -> bool:
    """The refusal of a stale write tells what differs."""
    body = {"secret": "guess", "weight": 1, "mobile": "13900000000", "name": "x"}
    answer = await client.patch(f"/api/v1/records/lead/{lead_of(office)}", json=body, headers={"if-match": '"999"'})
    assert answer.status_code in (409, 422)
    return shows(answer.text)


async def written_answer(office: Office, client: httpx.AsyncClient) -> bool:
    """What a write of another field answers, and what its undo answers."""
    done = await client.patch(
        f"/api/v1/records/lead/{lead_of(office)}", json={"need": f"n {datetime.now(UTC).timestamp()}"}
    )
    assert done.status_code == 200, done.text
    undone = await client.post(f"/api/v1/changes/{done.json()['change']}/undo")
    assert undone.status_code == 200, undone.text
    return shows(done.text) or shows(undone.text)


async def undone_for_another(office: Office, client: httpx.AsyncClient) -> bool:
    """Undoing somebody else's change of the field would write it; a refusal must not name it."""
    before = await office.value(lead_of(office), "secret")
    answer = await client.post(f"/api/v1/changes/{office.known['secret change']}/undo")
    after = await office.value(lead_of(office), "secret")
    return before != after or "secret" in answer.text


async def written(office: Office, client: httpx.AsyncClient) -> bool:
    """Writing the field."""
    answer = await client.patch(f"/api/v1/records/lead/{lead_of(office)}", json={"secret": SECRET})
    return answer.status_code == 200 or "secret" in answer.text.replace('"field":"secret"', "").replace(".secret", "")


async def bulk_by_it(office: Office, client: httpx.AsyncClient) -> bool:
    body = {"filter": 'secret.startsWith("CANARYS")', "set": {"need": "x"}, "dry_run": True}
    answer = await client.post("/api/v1/records/lead/bulk", json=body)
    return answer.status_code == 200 or shows(answer.text)


async def matched_by_import(office: Office, client: httpx.AsyncClient) -> bool:
    """An import whose key is the field tells new rows from known ones."""
    begun = await client.post("/api/v1/imports?object=lead&name=a.csv", content=f"secret,need\n{SECRET},x\n".encode())
    mapping = {"columns": {"secret": "secret", "need": "need"}, "key": ["secret"]}
    answer = await client.post(f"/api/v1/imports/{begun.json()['id']}/preview", json={"mapping": mapping})
    return answer.status_code == 200


async def merge_preview(office: Office, client: httpx.AsyncClient) -> bool:
    body = {"object": "lead", "keep": str(office.known["other lead"]), "merged": str(lead_of(office)), "dry_run": True}
    answer = await client.post("/api/v1/merges", json=body)
    assert answer.status_code == 200, answer.text
    return shows(answer.text)


async def duplicates(office: Office, client: httpx.AsyncClient) -> bool:
    """That the typed phone is known is told by design; what else the record holds is not."""
    body = {"object": "lead", "fields": {"mobile": PHONE}}
    answer = await client.post("/api/v1/duplicates", json=body)
    assert answer.json()["rows"], answer.text
    return shows(answer.text.replace(PHONE, ""))


async def dry_run(office: Office, client: httpx.AsyncClient) -> bool:
    now = datetime.now(UTC)
    body = {"since": (now - timedelta(days=1)).isoformat(), "until": (now + timedelta(hours=1)).isoformat()}
    answer = await client.post("/api/v1/definitions/rule/canary_rule/dry-run", json=body)
    assert answer.status_code == 200, answer.text
    return shows(answer.text)


async def titles(office: Office, client: httpx.AsyncClient) -> bool:
    """The name of a related record, beside a list and in its own list."""
    answer = await client.get("/api/v1/records/deal", params={"fields": "customer"})
    assert answer.status_code == 200, answer.text
    return shows(json.dumps(answer.json(), ensure_ascii=False))


async def revealed(office: Office, client: httpx.AsyncClient) -> bool:
    """Asking to be shown a hidden field."""
    body = {"field": "secret", "reason": "看看"}
    answer = await client.post(f"/api/v1/records/lead/{lead_of(office)}/reveal", json=body)
    assert answer.status_code < 500, answer.text
    return answer.status_code == 200 or shows(answer.text)


async def scraped(office: Office, client: httpx.AsyncClient) -> bool:
    return shows((await client.get("/metrics")).text)


async def heard(office: Office, client: httpx.AsyncClient) -> bool:
    """What the live stream says of a change of the field."""
    stream = live_stream(office.database, office.workspace, lambda: office.actor("blind"))
    said = await anext(stream)
    async with office.database.work(office.workspace) as uow:
        for value in (f"{SECRET}x", SECRET):
            await write(uow, [Change("update", "lead", lead_of(office), {"secret": value})])
    async with asyncio.timeout(10):
        while str(lead_of(office)).encode() not in said:
            said += await anext(stream)
    await stream.aclose()
    return shows(said.decode())


def called(tool: str, **arguments: object) -> Surface:
    """A call over MCP."""

    async def surface(office: Office, client: httpx.AsyncClient) -> bool:
        given = {key: value.format(id=lead_of(office), **office.known) if isinstance(value, str) else value for key, value in arguments.items()}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": given}}
        answer = await client.post("/mcp", json=body, headers={"accept": "application/json, text/event-stream"})
        assert answer.status_code == 200, answer.text
        return shows(answer.text)

    return surface


# On these even a reader who sees every field reads no canary: they never carry values.
SILENT = {"reveal a hidden field", "live", "audit", "schema", "duplicates", "timers", "ledger", "dry run", "metrics of the installation"}
SURFACES: dict[str, Surface] = {
    "list": get("/records/lead", limit="200"), "list with the fields named": get("/records/lead", fields="name,secret,mobile,weight"),
    "get": get("/records/lead/{id}"), "get with the field named": get("/records/lead/{id}", fields="secret"),
    "history": get("/records/lead/{id}/history"), "timeline": get("/records/lead/{id}/timeline"), "runs": get("/records/lead/{id}/runs"),
    "rule runs": get("/rules/canary_rule/runs"), "ledger": get("/leads/{id}/ledger"), "schema": get("/schema"),
    "audit": get("/audit"), "inbox": get("/inbox"), "outbox": get("/outbox"), "receipt": get("/receipts/{receipt}"),
    "receipts": get("/receipts"), "pool": get("/pools/pool_new/entries"), "export": get("/records/lead/export"),
    "exported sheet": exported_sheet, "relation titles": titles, "related rows": get("/records/customer/{customer}/related/leads"),
    "reveal a hidden field": revealed,
    "filter": answered("GET", "/records/lead", filter='secret.startsWith("CANARYS")'),
    "filter by a masked field": answered("GET", "/records/lead", filter='mobile.startsWith("1397731")'),
    "filter through a relation": answered("GET", "/records/deal", filter='customer.name.startsWith("CANARYC")'),
    "sort": answered("GET", "/records/lead", sort="weight"), "sort by a masked field": answered("GET", "/records/lead", sort="-mobile"),
    "group": answered("POST", "/records/lead/aggregate", {"group": ["secret"]}),
    "aggregate": answered("POST", "/records/lead/aggregate", {"aggregates": [{"as": "m", "fn": "max", "field": "weight"}]}),
    "aggregate filter": answered("POST", "/records/lead/aggregate", {"aggregates": [{"as": "n", "fn": "count", "filter": "weight > 1.0"}]}),
    "count": answered("GET", "/records/lead", count="exact", filter="weight > 773000.0"),
    "metric": answered("GET", "/metrics/lead_inflow", filter='secret != ""'),
    "search": found("/search", q=SECRET), "search in a list": found("/records/lead", search=SECRET),
    "search by a masked field": found("/records/lead", search=PHONE), "search by its end": found("/search", q=PHONE[-4:]),
    "suggest": found("/records/lead/suggest", q=SECRET[:9]), "suggest a related title": found("/records/customer/suggest", q="CANARYCOMPANY"),
    "conflict": conflict, "answers of a write and its undo": written_answer, "undo of another's change": undone_for_another,
    "write": written, "bulk by filter": bulk_by_it, "import by key": matched_by_import, "merge preview": merge_preview,
    "duplicates": duplicates, "dry run": dry_run, "live": heard, "metrics of the installation": scraped,
    "MCP find": called("find", object="lead"), "MCP find by it": called("find", object="lead", filter='secret.startsWith("CANARYS")', fields=["secret"]),
    "MCP search": called("find", object="lead", search=SECRET[:9]), "MCP read": called("read", object="lead", id="{id}"), "MCP read a deal": called("read", object="deal", id="{deal}"),
}  # fmt: skip
