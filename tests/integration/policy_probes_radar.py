"""Probes of the radar: risks of records beyond one's scope are neither listed nor silenced."""

from integration.policy_probes import Asked, Probe, Wide, reading
from integration.policy_world import Office, expect


async def risks_probe(asked: Asked, _: str) -> list[str]:
    """One open risk stands on every deal and customer: only those one reads are told of."""
    listed = await asked.send("GET", "/risks")
    accuracy = await asked.send("GET", "/risks/accuracy")
    reads = {str(row.id) for row in asked.office.rows if expect(asked.me, "read", row)}
    beyond = [row for row in asked.office.rows if str(row.id) not in reads and (str(row.id) in listed.text or row.title in listed.text or str(row.id) in accuracy.text)]
    missing = [row for row in asked.office.of("deal") if str(row.id) in reads and listed.status_code == 200 and str(row.id) not in listed.text]
    return [f"{asked.me.key} risks: tells of {row.place}" for row in beyond] + [f"{asked.me.key} risks: hides {row.place}" for row in missing]


async def stand_risks(office: Office) -> None:
    """An open risk on every deal and customer."""
    async with office.database.work(office.workspace) as uow:
        await uow.executemany(
            """insert into risk (rule, version, object, record, level, raised_at) values (case $1::text when 'deal' then 'close_moved' else 'crowded' end, 1, $1::text, $2, 'red', $3)
                 on conflict do nothing""",
            [(row.object, row.id, uow.now) for row in office.rows if row.object in ("deal", "customer")],
        )


RADAR: dict[tuple[str, str], Probe] = {("GET", "/risks/{object_key}/{id}"): reading("/risks/{object_key}/{id}")}
RADAR_ONCE: dict[tuple[str, str], Wide] = {("GET", "/risks"): risks_probe, ("GET", "/risks/accuracy"): risks_probe}
# Named by ids of their own; test_radar asks them as somebody who may not.
RADAR_ELSEWHERE = {("POST", "/risks/{id}/silence"), ("POST", "/risks/{id}/unsilence")}
