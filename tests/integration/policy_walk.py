"""A walk through every route that answers, generated from the routes there are: each asked about the records that bear canaries.

A GET is asked by its path, whatever it is; any other method stands in BODIES, or in EFFECTS when it answers nothing of a record.
"""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from integration.policy_surfaces import DEAL, PHONE, SECRET, WEIGHT, lead_of
from integration.policy_world import Office
from leads_world import publish as publish_one
from xingji.features.approvals.ask import ask_approval
from xingji.features.process.tell import tell_asker
from xingji.features.radar.evaluate import refresh_risks
from xingji.kernel.http import routes_of
from xingji.kernel.records import Change, get_record, write

RISK = {
    "name": {"zh": "金丝雀", "en": "Canary"}, "object": "deal", "when": 'status == "open"', "level": "red", "sentence": {"zh": "{s} {w}", "en": "{s} {w}"},
    "advice": {"zh": "看看", "en": "Look"}, "facts": {"s": "secret", "w": "weight"},
}  # fmt: skip
# Made of a field of another object alone.
RELATED = RISK | {"when": 'customer.name != ""', "sentence": {"zh": "{c}", "en": "{c}"}, "facts": {"c": "customer.name"}}
FLOW = {
    "name": {"zh": "金丝雀评审", "en": "Canary review"}, "object": "deal", "fields": ["secret", "weight", "customer"], "calendar": "office",
    "cc": [{"role": "seeing"}], "nodes": [{"key": "one", "name": {"zh": "一", "en": "One"}, "who": [{"role": "blind"}], "hours": 4}],
}  # fmt: skip
# GET routes that this office has nothing to answer with.
NOT_ASKED = {
    ("GET", "/live"),  # never ends; heard below
    ("GET", "/intake/{source_token}"),  # the platforms' handshake
    ("GET", "/sign-up"), ("GET", "/sign-up/{ticket}"),  # closed here, and about nobody's records
    ("GET", "/audits/{id}"), ("GET", "/audits/{id}/files/{file}"), ("GET", "/audits/draws/{id}"),  # nothing is drawn here
    ("GET", "/files/{id}"), ("GET", "/files/{id}/about"),  # files follow their record's rows: row 3
    ("GET", "/leads/{id}/touches/{change}"),  # one's own entry alone
}  # fmt: skip
# They answer with ids, versions and verdicts alone, or with what their sender sent.
EFFECTS = (
    "/absences", "/api-tokens", "/approvals", "/audits", "/channels/{key}/test", "/clock", "/coach", "/collisions", "/daily", "/delegations",
    "/diligence", "/events", "/files", "/imports", "/inbox/read", "/intake", "/invite", "/leads", "/merges/{id}/undo", "/mining/logs", "/monitoring",
    "/notices/settings", "/outbox", "/people", "/pools", "/process", "/proposals", "/public-holidays", "/receipts", "/risks", "/sample-data",
    "/session", "/sign-", "/units", "/views", "/definition-keys", "/calendars/preview",
    "/packs", "/records/{object_key}/{id}", "/changes", "/definitions/{kind}/{key}",
)  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """One request of the walk."""

    method: str
    route: str
    path: str
    body: Any = None


async def plant(office: Office, customer: UUID) -> None:
    """A deal with canaries in hidden fields, and everything that is made of deals: a risk, an approval, health."""
    for kind, key, document in (("risk", "canary_risk", RISK), ("risk", "canary_related", RELATED), ("approval_flow", "canary_flow", FLOW)):
        await publish_one(office.database, office.workspace, kind, key, document)
    async with office.database.work(office.workspace) as uow:
        values = {"name": DEAL, "customer": customer, "owner": office.people["seeing"], "secret": SECRET, "weight": WEIGHT}
        office.known["deal"] = (await write(uow, [Change("create", "deal", None, values)])).ids[0]
    async with office.database.work(office.workspace, await office.actor("seeing")) as uow:
        office.known["approval"] = UUID((await ask_approval(uow, "deal", office.known["deal"], "canary_flow"))["id"])
    async with office.database.work(office.workspace) as uow:
        await refresh_risks(uow, "deal")
        row = await get_record(uow, "deal", office.known["deal"])
        for reader in ("blind", "seeing"):
            await tell_asker(uow, row, "deal", office.people[reader], {"zh": "特批", "en": "exception"}, grant=True, answer="好")


def asks(office: Office) -> Iterator[Ask]:
    """Every route of the application, filled in with what bears canaries."""
    for method, full, _ in routes_of(office.edge):
        route = full.removeprefix("/api/v1")
        if not full.startswith("/api/v1") or (method, route) in NOT_ASKED:
            continue
        if method == "GET":
            for path in filled(office, method, route):
                yield Ask(method, route, path)
        elif bodies := BODIES.get(route):
            for path in filled(office, method, route):
                for body in bodies:
                    yield Ask(method, route, path, named(office, body))


def unknown_routes(office: Office) -> list[tuple[str, str]]:
    """Routes that neither the walk asks nor anybody said to answer nothing of a record."""
    return [
        (method, route) for method, full, _ in routes_of(office.edge)
        if full.startswith("/api/v1") and (route := full.removeprefix("/api/v1")) and method != "GET"
        and route not in BODIES and not route.startswith(EFFECTS)
    ]  # fmt: skip


def filled(office: Office, method: str, route: str) -> list[str]:
    """The route with its places filled in, once for each of the objects with canaries."""
    known, lead = office.known, lead_of(office)
    records = [("lead", lead), ("deal", known["deal"]), ("customer", known["customer"])] if "{object_key}" in route else [("", "")]
    found = []
    for object_key, id in records:
        own = id or (known["approval"] if "/approvals/" in route else known["receipt"] if "/receipts/" in route else known["import"] if "/imports/" in route else lead)
        path = route.replace("{object_key}", object_key).replace("{id}", str(own)).replace("{inverse}", {"customer": "deals", "lead": "tasks", "deal": "tasks"}.get(object_key, ""))
        for key in KEYS.get(route, ("",)):
            kind, _, name = key.rpartition(" ")
            done = path.replace("{kind}", kind).replace("{key}", name).replace("{person}", str(office.people["seeing"]))
            found += [f"{done}{more}" for more in (MORE.get(route, ("",)) if method == "GET" else ("",))]
    return [one.format(lead=lead, **known) for one in found]


def named(office: Office, body: Any) -> Any:
    """A body with the ids of this office in it."""
    text = json.dumps(body, ensure_ascii=False)
    for name, id in {"lead": lead_of(office), **office.known}.items():
        text = text.replace(f"<{name}>", str(id))
    return json.loads(text)


KEYS: dict[str, tuple[str, ...]] = {
    "/metrics/{key}": ("lead_inflow",), "/metrics/{key}/drill": ("lead_inflow",), "/pools/{key}/entries": ("pool_new",),
    "/rules/{key}/runs": ("canary_rule",), "/definitions/{kind}": ("risk ",),
    **{f"/definitions/{{kind}}/{{key}}{more}": ("risk canary_risk",) for more in ("", "/compare", "/history", "/usage", "/dry-run", "/check")},
}  # fmt: skip
MORE: dict[str, tuple[str, ...]] = {
    "/search": ("?q=CANARY", f"?q={SECRET[:9]}", f"?q={PHONE[:7]}"),
    "/records/{object_key}": ("", "?limit=200", "?search=CANARY", "?sort=name", "?count=exact"),
    "/records/{object_key}/suggest": ("?q=CANARY",), "/timers": ("?object=lead&ids={lead}",), "/approvals": ("?box=waiting", "?box=asked", "?box=done", "?box=copied"),
    "/process-reports/leaks/rows": ("?what=gaps", "?what=respond", "?what=sign"), "/metrics/{key}": ("", "?by=channel"),
    "/public-holidays": ("?year=2026",), "/definitions/{kind}/{key}/compare": ("?a=1&b=1",), "/records/{object_key}/export": ("", "?form=xlsx"),
}  # fmt: skip
WINDOW = {"since": "2026-01-01T00:00:00+08:00", "until": "2030-01-01T00:00:00+08:00"}
LOGS = [{"object": "deal"}, {"object": "lead"}]
BODIES: dict[str, list[Any]] = {
    "/capture/recognise": [{"text": "王经理 CANARYCOMPANY 13900000000"}],
    "/conditions/parse": [{"object": "deal", "cel": 'customer == "<customer>" && secret == "x"'}],
    "/conditions/print": [{"object": "deal", "tree": {"field": "customer", "op": "==", "value": "<customer>"}}],
    "/definitions/{kind}/{key}/check": [{"document": RISK}], "/definitions/{kind}/{key}/dry-run": [WINDOW, {**WINDOW, "document": RISK}],
    "/diagnosis/wake": [{"customers": ["<customer>"]}],
    "/dispatch/try": [{"lead": "<lead>", "document": {"object": "lead", "rows": [{"key": "all", "name": {"zh": "全", "en": "all"}, "when": 'secret != ""', "to": {"pool": "pool_new"}}]}}],
    "/dispatch/draft": [{}],
    "/duplicates": [{"object": "lead", "fields": {"company": "CANARYCOMPANY"}}, {"object": "customer", "fields": {"name": "CANARYCOMPANY"}}],
    "/formulas/try": [{"object": key, "expr": expr, "result": "text"} for key in ("lead", "deal") for expr in ("secret", "name", "customer.name")],
    "/metrics/{key}/drill": [{"at": {}}],
    "/merges": [{"object": "lead", "keep": "<other lead>", "merged": "<lead>", "dry_run": True}],
    "/mining/chart": [*LOGS, {"object": "deal", "filter": 'secret != ""'}], "/mining/delayed": LOGS,
    "/mining/groups": [one | {"by": by} for one in LOGS for by in ("secret", "weight", "customer", "customer.name", "owner", ".", "owner.")],
    "/mining/what-if": [one | {"step": "stage:qualify", "match": match} for one in LOGS for match in ([], ["secret"], ["customer.name"])],
    "/process/{object_key}/health": [{"ids": ["<deal>", "<lead>"]}],
    "/records/{object_key}": [{"name": "x", "secret": "x"}],
    "/records/{object_key}/aggregate": [{"group": [key]} for key in ("secret", "name", "customer", "id")] + [{"aggregates": [{"as": "m", "fn": "max", "field": "weight"}]}],
    "/records/{object_key}/bulk": [{"filter": 'id != ""', "set": {"secret": "x"}, "dry_run": True}],
    "/records/{object_key}/bulk/preview": [{"ids": ["<deal>", "<lead>"], "set": {"owner": None}}, {"filter": 'secret != ""', "set": {"owner": None}}],
    "/records/{object_key}/bulk/run": [{"filter": 'secret == "nobody"', "set": {"owner": None}}],
    "/records/{object_key}/evaluate-form": [{"id": id, "values": {}} for id in ("<lead>", "<deal>", "<customer>")],
}  # fmt: skip


async def answers(office: Office, client: httpx.AsyncClient) -> AsyncIterator[tuple[Ask, httpx.Response]]:
    """The walk."""
    for ask in asks(office):
        yield ask, await client.request(ask.method, f"/api/v1{ask.path}", **({"json": ask.body} if ask.body is not None else {}))
