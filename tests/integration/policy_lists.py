"""What forms, guidance, deeds over many and conditions answer to whom."""

from integration.policy_probes import DENIED, Asked, Probe, Wide, command, judged, readable, reading
from integration.policy_world import Row, expect, may


async def form_probe(asked: Asked, row: Row) -> list[str]:
    """A form is evaluated over a record for its readers alone."""
    answer = await asked.send("POST", f"/records/{row.object}/evaluate-form", json={"id": str(row.id), "values": {}})
    return judged(asked, row, "evaluate-form", answer, asked.allowed("read", row))


async def deed_probe(asked: Asked, object_key: str) -> list[str]:
    """A deed over a filter counts the readable rows alone, changes none but those changeable, and says so beforehand."""
    if not may(asked.me, "bulk"):
        return []
    field = "title" if object_key == "task" else "name"
    body = {"filter": 'id != "00000000-0000-0000-0000-000000000000"', "set": {field: None}}
    answer = await asked.send("POST", f"/records/{object_key}/bulk/preview", json=body)
    if answer.status_code in DENIED or answer.status_code == 422:
        return []
    seen, reads = answer.json(), {str(row.id) for row in readable(asked, object_key)}
    named = {one["id"] for one in [*seen["refusals"], *seen["samples"]]}
    open_ = len([row for row in readable(asked, object_key) if expect(asked.me, "update", row)])
    wrong = [] if seen["count"] == len(reads) else [f"{asked.me.key} deed {object_key}: {seen['count']}"]
    wrong += (
        []
        if seen["change"] + seen["same"] <= open_
        else [f"{asked.me.key} deed {object_key}: changes {seen['change']}"]
    )
    return wrong + [f"{asked.me.key} deed {object_key}: names {one}" for one in named - reads]


async def conditions_probe(asked: Asked, _: str) -> list[str]:
    """A condition names the record it speaks of to its readers alone."""
    wrong = []
    for row in asked.office.of("customer"):
        body = {"object": "lead", "cel": f'customer == "{row.id}"'}
        parsed = await asked.send("POST", "/conditions/parse", json=body)
        printed = await asked.send(
            "POST", "/conditions/print", json={"object": "lead", "tree": parsed.json().get("tree") or {}}
        )
        if not expect(asked.me, "read", row) and row.title in parsed.text + printed.text:
            wrong.append(f"{asked.me.key} conditions: name {row.place}")
    return wrong


async def reveal_probe(asked: Asked, object_key: str) -> list[str]:
    """Whoever lacks the right is shown nothing; whoever holds it learns of no record beyond their reach."""
    field = {"lead": "mobile", "contact": "mobile"}.get(object_key, "name" if object_key != "task" else "title")
    wrong = []
    for row in asked.office.of(object_key):
        path = f"/records/{object_key}/{row.id}/reveal"
        answer = await asked.send("POST", path, json={"field": field, "reason": "核对"})
        if not (may(asked.me, "reveal") and asked.allowed("read", row)):
            wrong += judged(asked, row, "reveal", answer, False)
    return wrong


LISTS_SINGLE: dict[tuple[str, str], Probe] = {
    ("GET", "/records/{object_key}/{id}/guidance"): reading("/records/{object_key}/{id}/guidance"),
    ("GET", "/records/{object_key}/{id}/origins"): reading("/records/{object_key}/{id}/origins"),
    ("POST", "/records/{object_key}/{id}/guidance"): command(
        "/records/{object_key}/{id}/guidance", {"guidance": "nope"}, lambda asked, row: asked.allowed("read", row)
    ),
    ("POST", "/records/{object_key}/evaluate-form"): form_probe,
}
LISTS_MANY: dict[tuple[str, str], Wide] = {
    ("POST", "/records/{object_key}/{id}/reveal"): reveal_probe,
    ("POST", "/records/{object_key}/bulk/preview"): deed_probe, ("POST", "/records/{object_key}/bulk/run"): deed_probe,
}  # fmt: skip
async def effects_probe(asked: Asked, _: str) -> list[str]:
    """Two weeks before and after a change count readable leads alone."""
    answer = await asked.send("GET", "/effects")
    if answer.status_code in DENIED:
        return [f"{asked.me.key} effects: refused"] if may(asked.me, "metrics.read") else []
    most = len(list(readable(asked, "lead")))
    return [f"{asked.me.key} effects: {row}" for row in answer.json()["rows"] if max(row["leads"]) > most]


LISTS_ONCE: dict[tuple[str, str], Wide] = {
    ("GET", "/effects"): effects_probe,
    ("POST", "/conditions/parse"): conditions_probe, ("POST", "/conditions/print"): conditions_probe,
}  # fmt: skip
