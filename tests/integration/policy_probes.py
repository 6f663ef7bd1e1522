"""One probe per route that shows or changes records: asks as a reader, and says where the answer goes beyond their reach.

A probe answers with violations as texts. Requests that would be allowed and would change something are not sent: the
whole matrix must leave every table as it was. Writes that are sent in earnest name a version no record has.
"""

import csv
import io
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from integration.policy_world import MOBILE, WORD, Me, Office, Row, expect, may

DENIED = (401, 403, 404)
STALE = {"if-match": '"999"'}
FIGURES = ("/heat-map", "/channels/table", "/metrics/lead_inflow")


@dataclass(frozen=True)
class Asked:
    """Who asks, over which client, in which office."""

    office: Office
    me: Me
    client: httpx.AsyncClient

    async def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = await self.client.request(method, f"/api/v1{path}", **more)
        assert answer.status_code < 500, (method, path, answer.text)
        return answer

    def allowed(self, verb: str, row: Row) -> bool:
        return expect(self.me, verb, row) and expect(self.me, "read", row)


Probe = Callable[[Asked, Row], Awaitable[list[str]]]
Wide = Callable[[Asked, str], Awaitable[list[str]]]


def judged(asked: Asked, row: Row, route: str, answer: httpx.Response, allowed: bool) -> list[str]:
    """A violation when the answer is not what the roles say; a refusal must not show the record's title either."""
    reached = answer.status_code not in DENIED
    if reached == allowed and (reached or row.title not in answer.text):
        return []
    return [
        f"{asked.me.key} {route} {row.object}/{row.place}: {answer.status_code}, expected {'to pass' if allowed else 'a refusal'}"
    ]


def reading(path: str) -> Probe:
    """A GET about one record, for whoever may read it."""

    async def probe(asked: Asked, row: Row) -> list[str]:
        answer = await asked.send(
            "GET", path.format(object_key=row.object, id=row.id, file=asked.office.files.get(row.id))
        )
        return judged(asked, row, path, answer, asked.allowed("read", row))

    return probe


def stale(method: str, verb: str, right: str | None = None) -> Probe:
    """A write of one record under a version it does not have: whoever may is told of the conflict, others nothing."""

    async def probe(asked: Asked, row: Row) -> list[str]:
        values = {"title" if row.object == "task" else "name": "越权"}
        allowed = asked.allowed(verb, row) and (right is None or may(asked.me, right))
        if method == "BULK":
            change = {"op": "update", "id": str(row.id), "values": values, "expected_version": 999}
            answer = await asked.send("POST", f"/records/{row.object}/bulk", json={"changes": [change]})
        else:
            answer = await asked.send(
                method, f"/records/{row.object}/{row.id}", headers=STALE, json=values if method == "PATCH" else None
            )
        found = judged(asked, row, f"{method} {verb}", answer, allowed)
        return found or ([] if not allowed or answer.status_code == 409 else [f"{method} {row.place}: {answer.text}"])

    return probe


def command(path: str, body: Any, allowed: Callable[[Asked, Row], bool]) -> Probe:
    """A command nobody may give here but those `allowed`; only the others send it."""

    async def probe(asked: Asked, row: Row) -> list[str]:
        if allowed(asked, row):
            return []
        filled = body(asked, row) if callable(body) else body
        answer = await asked.send(
            "POST", path.format(id=row.id, object_key=row.object, change=asked.office.changes[row.id]), json=filled
        )
        if answer.status_code == 409 and asked.allowed("read", row):
            return []  # refused for what the record is, to somebody who sees that
        return judged(asked, row, path, answer, False)

    return probe


async def merge_probe(asked: Asked, row: Row) -> list[str]:
    """Both records of a preview must be readable, both of a merge changeable."""
    if row.object not in ("lead", "customer", "contact"):
        return []
    other = next((one for one in asked.office.of(row.object) if one != row and asked.allowed("update", one)), None)
    other = other or next(one for one in asked.office.of(row.object) if one != row)
    found = []
    for dry_run, verb in ((True, "read"), (False, "update")):
        allowed = asked.allowed(verb, row) and asked.allowed(verb, other) and (dry_run or may(asked.me, "merge"))
        if dry_run or not allowed:
            body = {"object": row.object, "keep": str(row.id), "merged": str(other.id), "dry_run": dry_run}
            found += judged(asked, row, "merge", await asked.send("POST", "/merges", json=body), allowed)
    return found


async def related_probe(asked: Asked, row: Row) -> list[str]:
    """The other side of a relation: the record must be readable, and every row that comes back too."""
    found = []
    for inverse, object_key in {"customer": {"contacts": "contact", "deals": "deal"}}.get(row.object, {}).items():
        answer = await asked.send("GET", f"/records/{row.object}/{row.id}/related/{inverse}")
        reads_other = any(expect(asked.me, "read", one) for one in asked.office.of(object_key))
        found += judged(
            asked,
            row,
            inverse,
            answer,
            asked.allowed("read", row) and (reads_other or answer.status_code not in DENIED),
        )
        if answer.status_code == 200:
            wanted = {
                str(one.id)
                for one in asked.office.of(object_key)
                if one.customer == row and expect(asked.me, "read", one)
            }
            found += differ(asked, f"related {inverse}", {one["id"] for one in answer.json()["rows"]}, wanted)
    return found


async def proposal_probe(asked: Asked, row: Row) -> list[str]:
    """Proposals name the other record to its readers alone; nobody merges or dismisses what they may not."""
    answer = await asked.send("GET", f"/leads/{row.id}/proposals")
    found = judged(asked, row, "proposals", answer, asked.allowed("read", row))
    rows = {str(one.id): one for one in asked.office.of("lead")}
    for shown in answer.json().get("rows", ()) if answer.status_code == 200 else ():
        if shown["other"] is not None and not expect(asked.me, "read", rows[shown["other"]]):
            found.append(f"{asked.me.key}: a proposal names {rows[shown['other']].place}")
        if shown["other"] is None and shown["title"] is not None:
            found.append(f"{asked.me.key}: a proposal titles what it hides")
    async with asked.office.database.work(asked.office.workspace) as uow:
        kept = await uow.fetch(
            "select id, record, other from proposal where record = $1 and status = 'open' and other_object = 'lead'",
            row.id,
        )
    for one in kept:
        other = rows[str(one["other"])]
        if not (may(asked.me, "merge") and asked.allowed("update", row) and asked.allowed("update", other)):
            found += judged(
                asked, row, "proposal merge", await asked.send("POST", f"/proposals/{one['id']}/merge", json={}), False
            )
        if not (may(asked.me, "merge") and asked.allowed("read", row)):
            found += judged(asked, row, "dismiss", await asked.send("POST", f"/proposals/{one['id']}/dismiss"), False)
    return found


# ── what shows many records at once ──────────────────────────────────────────────────────────────────────────────────


def differ(asked: Asked, what: str, shown: Iterable[Any], wanted: Iterable[Any]) -> list[str]:
    """Violations for everything shown beyond what is wanted, and for what is missing."""
    shown, wanted = set(shown), set(wanted)
    return [f"{asked.me.key} {what}: shows {one}" for one in shown - wanted] + [
        f"{asked.me.key} {what}: lacks {one}" for one in wanted - shown
    ]


def readable(asked: Asked, object_key: str, verb: str = "read") -> list[Row]:
    return [row for row in asked.office.of(object_key) if expect(asked.me, verb, row)]


async def list_probe(asked: Asked, object_key: str) -> list[str]:
    rows = readable(asked, object_key)
    answer = await asked.send("GET", f"/records/{object_key}?limit=500&count=exact")
    if answer.status_code in DENIED:
        return [f"{asked.me.key} list {object_key}: refused"] if rows else []
    body = answer.json()
    wrong = (
        [] if body["count"] == len(rows) else [f"{asked.me.key} count {object_key}: {body['count']} for {len(rows)}"]
    )
    for shown in body["rows"]:
        row = next(one for one in asked.office.rows if str(one.id) == shown["id"])
        for verb in ("update", "delete"):
            if shown["can"][verb] != expect(asked.me, verb, row):
                wrong.append(f"{asked.me.key} can.{verb} {object_key}/{row.place}: {shown['can'][verb]}")
    return wrong + differ(
        asked, f"list {object_key}", (one["id"] for one in body["rows"]), (str(row.id) for row in rows)
    )


async def aggregate_probe(asked: Asked, object_key: str) -> list[str]:
    rows = readable(asked, object_key)
    answer = await asked.send(
        "POST", f"/records/{object_key}/aggregate", json={"group": ["id"], "aggregates": [{"as": "n", "fn": "count"}]}
    )
    if answer.status_code in DENIED:
        return [f"{asked.me.key} aggregate {object_key}: refused"] if rows else []
    return differ(
        asked, f"aggregate {object_key}", (one["id"] for one in answer.json()["rows"]), (str(row.id) for row in rows)
    )


async def suggest_probe(asked: Asked, object_key: str) -> list[str]:
    answer = await asked.send("GET", f"/records/{object_key}/suggest?q={WORD}&limit=50")
    shown = answer.json()["rows"] if answer.status_code == 200 else []
    rows = readable(asked, object_key)
    wanted = (
        {str(row.id) for row in rows}
        if title_seen(asked, object_key)
        else {one["id"] for one in shown} & {str(r.id) for r in rows}
    )
    return differ(asked, f"suggest {object_key}", (one["id"] for one in shown), wanted)


def title_seen(asked: Asked, object_key: str) -> bool:
    """Finance alone has an allow-list of fields; every title it needs is on it."""
    return "finance" not in asked.me.roles or object_key in ("customer", "deal")


async def search_probe(asked: Asked, object_key: str) -> list[str]:
    answer = await asked.send("GET", f"/search?q={WORD}&limit=20")
    shown = {one["id"] for one in answer.json()["rows"] if one["object"] == object_key}
    return differ(asked, f"search {object_key}", shown, (str(row.id) for row in readable(asked, object_key)))


async def export_probe(asked: Asked, object_key: str) -> list[str]:
    answer = await asked.send("GET", f"/records/{object_key}/export")
    rows = readable(asked, object_key, "export") if may(asked.me, "export") else []
    if answer.status_code in DENIED:
        return [f"{asked.me.key} export {object_key}: refused"] if rows else []
    text = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    shown = {cell for line in text[1:] for cell in line if cell.startswith(f"{WORD}{object_key}")}
    return differ(asked, f"export {object_key}", shown, (row.title for row in rows))


async def bulk_filter_probe(asked: Asked, object_key: str) -> list[str]:
    """A bulk write by filter counts the readable rows alone, and has a problem or a refusal for those not changeable."""
    if not may(asked.me, "bulk"):
        return []
    body = {"filter": 'id != "00000000-0000-0000-0000-000000000000"', "set": {}, "dry_run": True}
    answer = await asked.send("POST", f"/records/{object_key}/bulk", json=body)
    if answer.status_code in DENIED:
        return []
    count = answer.json().get("count")
    return [] if count == len(readable(asked, object_key)) else [f"{asked.me.key} bulk filter {object_key}: {count}"]


# ── leads as a whole ─────────────────────────────────────────────────────────────────────────────────────────────────


async def figures_probe(asked: Asked, _: str) -> list[str]:
    """Heat map, channel table and metric count readable leads; every lead has a channel of its own."""
    rows = readable(asked, "lead")
    found = []
    for path in FIGURES:
        answer = await asked.send("GET", path, params={"by": "channel"} if "metrics" in path else None)
        if answer.status_code in DENIED:
            found += [f"{asked.me.key} {path}: refused"] if rows and may(asked.me, "metrics.read") else []
            continue
        body = answer.json()
        shown = {one.get("key", one.get("channel")) for one in body.get("channels", body.get("rows"))}
        found += differ(asked, path, shown, (f"ch {row.place}" for row in rows))
    drilled = await asked.send("POST", "/metrics/lead_inflow/drill", json={"at": {"channel": "ch other region"}})
    if drilled.status_code == 200:
        listed = await asked.send(
            "GET", f"/records/{drilled.json()['object']}", params={"filter": drilled.json()["filter"]}
        )
        shown = [one["id"] for one in listed.json().get("rows", ())]
        found += differ(asked, "drill", shown, [str(row.id) for row in rows if row.place == "other region"])
    return found


async def pools_probe(asked: Asked, _: str) -> list[str]:
    pooled = [row for row in readable(asked, "lead") if row.pool == "pool_new"]
    pools = {one["key"]: one["count"] for one in (await asked.send("GET", "/pools")).json()["rows"]}
    found = [] if pools.get("pool_new", 0) == len(pooled) else [f"{asked.me.key} pools: counts {pools}"]
    answer = await asked.send("GET", "/pools/pool_new/entries")
    shown = [one["id"] for one in answer.json()["rows"]] if answer.status_code == 200 else []
    return found + differ(asked, "pool entries", shown, (str(row.id) for row in pooled))


async def duplicates_probe(asked: Asked, _: str) -> list[str]:
    """Others' records are told as "owned, by team X" without id or title; the isolated brand's not at all."""
    found = []
    rows = {str(one.id): one for one in asked.office.of("lead")}
    for path, body in (
        ("/duplicates", {"object": "lead", "fields": {"mobile": MOBILE}}), ("/capture/recognise", {"text": f"王经理 {MOBILE}"}),
    ):  # fmt: skip
        answer = await asked.send("POST", path, json=body)
        for shown in answer.json().get("rows", answer.json().get("duplicates")) if answer.status_code == 200 else ():
            if not shown["readable"] and (shown.get("id") or shown.get("title")):
                found.append(f"{asked.me.key} {path}: names a closed record")
            if shown.get("id") and not expect(asked.me, "read", rows[shown["id"]]):
                found.append(f"{asked.me.key} {path}: opens {rows[shown['id']].place}")
            if (
                shown["owner_team"] == "海外部"
                and asked.me.brands is not None
                and "lilan_global" not in asked.me.brands
            ):
                found.append(f"{asked.me.key} {path}: speaks of the isolated brand")
    return found


async def timers_probe(asked: Asked, _: str) -> list[str]:
    ids = ",".join(str(row.id) for row in asked.office.of("lead"))
    answer = await asked.send("GET", "/timers", params={"object": "lead", "ids": ids})
    shown = (
        {one["record"] for one in [*answer.json()["rows"], *answer.json()["fired"]]}
        if answer.status_code == 200
        else set()
    )
    return [f"{asked.me.key} timers: shows {one}" for one in shown - {str(row.id) for row in readable(asked, "lead")}]


async def rules_probe(asked: Asked, _: str) -> list[str]:
    """Runs of a rule and samples of a dry run name readable records only."""
    reads = {str(row.id) for row in readable(asked, "lead")}
    now = datetime.now(UTC)
    window = {"since": (now - timedelta(days=1)).isoformat(), "until": (now + timedelta(days=1)).isoformat()}
    runs = await asked.send("GET", "/rules/dispatch_new_leads/runs")
    dry = await asked.send("POST", "/definitions/rule/raise_big_budget/dry-run", json=window)
    shown = (
        {one["record"] for one in runs.json().get("rows", ()) if one["record"]} if runs.status_code == 200 else set()
    )
    shown |= {one["record"] for one in dry.json().get("samples", ())} if dry.status_code == 200 else set()
    return [f"{asked.me.key} rules: shows {one}" for one in shown - reads]


async def outbox_probe(asked: Asked, _: str) -> list[str]:
    """A message is readable to whoever may read the record it speaks of."""
    answer = await asked.send("GET", "/outbox?limit=200")
    reads = {str(row.id) for row in asked.office.rows if expect(asked.me, "read", row)}
    return [
        f"{asked.me.key} outbox: tells of {row.place}"
        for row in asked.office.rows if str(row.id) not in reads and row.title in answer.text
    ]  # fmt: skip


async def inbox_probe(asked: Asked, _: str) -> list[str]:
    rows = (await asked.send("GET", "/inbox?limit=200")).json()["rows"]
    wrong = [one for one in rows if one["kind"] == "matrix" and one["title"] != f"给 {asked.me.key}"]
    return [f"{asked.me.key} inbox: {one['title']}" for one in wrong]


def _right(name: str, verb: str = "read") -> Callable[[Asked, Row], bool]:
    return lambda asked, row: may(asked.me, name) and asked.allowed(verb, row)


def _may_pick(asked: Asked, row: Row) -> bool:
    takes = any(expect(asked.me, "update", one) for one in asked.office.of("lead"))
    return asked.allowed("read", row) and row.pool == "pool_new" and takes


SINGLE: dict[tuple[str, str], Probe] = {
    ("GET", "/records/{object_key}/{id}"): reading("/records/{object_key}/{id}"),
    ("GET", "/records/{object_key}/{id}/history"): reading("/records/{object_key}/{id}/history"),
    ("GET", "/records/{object_key}/{id}/timeline"): reading("/records/{object_key}/{id}/timeline"),
    ("GET", "/records/{object_key}/{id}/runs"): reading("/records/{object_key}/{id}/runs"),
    ("GET", "/records/{object_key}/{id}/related/{inverse}"): related_probe,
    ("PATCH", "/records/{object_key}/{id}"): stale("PATCH", "update"),
    ("DELETE", "/records/{object_key}/{id}"): stale("DELETE", "delete"),
    ("POST", "/records/{object_key}/bulk"): stale("BULK", "update", "bulk"),
    ("POST", "/changes/{change}/undo"): command("/changes/{change}/undo", None, lambda asked, row: asked.allowed("delete", row)),
    ("POST", "/merges"): merge_probe,
}  # fmt: skip
LEADS: dict[tuple[str, str], Probe] = {
    ("GET", "/leads/{id}/ledger"): reading("/leads/{id}/ledger"),
    ("GET", "/leads/{id}/proposals"): proposal_probe,
    ("POST", "/proposals/{id}/merge"): proposal_probe,
    ("POST", "/proposals/{id}/dismiss"): proposal_probe,
    ("GET", "/files/{id}"): reading("/files/{file}"),
    ("GET", "/files/{id}/about"): reading("/files/{file}/about"),
    ("POST", "/leads/{id}/touch"): command("/leads/{id}/touch", {"kind": "call"}, lambda asked, row: asked.allowed("update", row)),
    ("POST", "/leads/{id}/convert"): command("/leads/{id}/convert", {}, lambda asked, row: asked.allowed("update", row)),
    ("POST", "/leads/{id}/unconvert"): command("/leads/{id}/unconvert", None, lambda asked, row: asked.allowed("update", row)),
    ("POST", "/leads/{id}/assign"): command("/leads/{id}/assign", {"pool": "pool_new"}, _right("assign")),
    ("POST", "/pools/{key}/pick"): command("/pools/pool_new/pick", lambda asked, row: {"record": str(row.id)}, _may_pick),
}  # fmt: skip
MANY: dict[tuple[str, str], Wide] = {
    ("GET", "/records/{object_key}"): list_probe, ("POST", "/records/{object_key}/aggregate"): aggregate_probe,
    ("GET", "/records/{object_key}/suggest"): suggest_probe, ("GET", "/search"): search_probe,
    ("GET", "/records/{object_key}/export"): export_probe, ("POST", "/records/{object_key}/bulk"): bulk_filter_probe,
}  # fmt: skip
ONCE: dict[tuple[str, str], Wide] = {
    ("GET", "/heat-map"): figures_probe, ("GET", "/channels/table"): figures_probe, ("GET", "/metrics/{key}"): figures_probe,
    ("POST", "/metrics/{key}/drill"): figures_probe, ("GET", "/pools"): pools_probe, ("GET", "/pools/{key}/entries"): pools_probe,
    ("POST", "/duplicates"): duplicates_probe, ("POST", "/capture/recognise"): duplicates_probe, ("GET", "/timers"): timers_probe,
    ("GET", "/rules/{key}/runs"): rules_probe, ("POST", "/definitions/{kind}/{key}/dry-run"): rules_probe,
    ("GET", "/outbox"): outbox_probe, ("GET", "/inbox"): inbox_probe,
}  # fmt: skip
