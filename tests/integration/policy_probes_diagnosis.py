"""Probes of the diagnosis and the morning page: they count what the reader reads, and name nothing else."""

from integration.policy_probes import DENIED, Asked, Wide, readable
from integration.policy_world import expect, may


async def diagnosis_probe(asked: Asked, _: str) -> list[str]:
    """The diagnosis and the morning page count readable records and name no others."""
    found: list[str] = []
    answer = await asked.send("GET", "/diagnosis")
    if answer.status_code in DENIED:
        return [f"{asked.me.key} diagnosis: refused"] if may(asked.me, "metrics.read") and readable(asked, "customer") else []
    totals = answer.json()["totals"]
    for object_key, name in (("customer", "customers"), ("deal", "deals")):
        mine = readable(asked, object_key)
        if mine and totals[name] != len(mine):
            found.append(f"{asked.me.key} diagnosis: {totals[name]} {name}, reads {len(mine)}")
    silences = (await asked.send("GET", "/diagnosis/silences")).json()
    if silences["looked_at"] != len(readable(asked, "customer")):
        found.append(f"{asked.me.key} silences: looked at {silences['looked_at']}")
    morning = (await asked.send("GET", "/diagnosis/morning")).text
    reads = {str(row.id) for row in asked.office.rows if expect(asked.me, "read", row)}
    return found + [
        f"{asked.me.key} morning: tells of {row.place}"
        for row in asked.office.rows if str(row.id) not in reads and (row.title in morning or str(row.id) in morning)
    ]  # fmt: skip


DIAGNOSIS_ONCE: dict[tuple[str, str], Wide] = {
    ("GET", "/diagnosis"): diagnosis_probe, ("GET", "/diagnosis/morning"): diagnosis_probe, ("GET", "/diagnosis/silences"): diagnosis_probe,
}  # fmt: skip
