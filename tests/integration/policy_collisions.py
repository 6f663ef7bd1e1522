"""Probes of collisions: who reads one side only learns the other's team; nobody rules on what they may not change."""


from integration.policy_probes import DENIED, Asked, Wide
from integration.policy_world import expect, may


async def list_probe(asked: Asked, _: str) -> list[str]:
    rows = {str(one.id): one for one in asked.office.of("lead")}
    answer = await asked.send("GET", "/collisions")
    wrong = []
    for side in (side for found in answer.json()["rows"] for side in found["sides"]):
        if side["lead"] is not None and not expect(asked.me, "read", rows[side["lead"]]):
            wrong.append(f"{asked.me.key} collisions: names {rows[side['lead']].place}")
        if side["lead"] is None and (side["title"] or side["owner"]):
            wrong.append(f"{asked.me.key} collisions: tells of a side that is closed")
    return wrong


async def one_probe(asked: Asked, _: str) -> list[str]:
    """Reading both sides, and ruling with shares that are always refused: as invalid to whoever might rule."""
    rows = {one.id: one for one in asked.office.of("lead")}
    async with asked.office.database.work(asked.office.workspace) as uow:
        kept = await uow.fetch("select id, record, other from proposal where object = 'lead' and other_object = 'lead' and status = 'open'")
    wrong = []
    for found in kept:
        pair = [rows[found["record"]], rows[found["other"]]]
        reads = all(expect(asked.me, "read", one) for one in pair)
        rules = reads and may(asked.me, "assign") and all(expect(asked.me, "update", one) for one in pair)
        path, body = f"/collisions/{found['id']}", {"continues": str(found["id"]), "shares": {}, "reason": ""}
        seen, ruled = await asked.send("GET", path), await asked.send("POST", f"{path}/rule", json=body)
        if (seen.status_code not in DENIED) != reads:
            wrong.append(f"{asked.me.key} collision: read answered {seen.status_code}")
        if (ruled.status_code not in DENIED) != rules or ruled.status_code == 200:
            wrong.append(f"{asked.me.key} collision: ruling answered {ruled.status_code}")
    return wrong


COLLISIONS: dict[tuple[str, str], Wide] = {
    ("GET", "/collisions"): list_probe, ("GET", "/collisions/{id}"): one_probe, ("POST", "/collisions/{id}/rule"): one_probe,
}  # fmt: skip

