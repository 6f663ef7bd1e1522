"""Probes of coach, reports and audits: nothing of a record beyond one's scope is told, asked or counted by name."""

from integration.policy_probes import Asked, Probe, Wide, reading
from integration.policy_world import expect


async def reports_probe(asked: Asked, _: str) -> list[str]:
    """Reports name only records one reads."""
    paths = ("/process-reports/losses?days=730", "/process-reports/leaks?days=730", "/process-reports/leaks/rows?days=730&what=gaps", "/process-reports/leaks/rows?days=730&what=respond",
             "/process-reports/coverage", "/process-reports/approvals?days=730", "/diligence", "/audits/report")  # fmt: skip
    reads = {str(row.id) for row in asked.office.rows if expect(asked.me, "read", row)}
    found = []
    for path in paths:
        text = (await asked.send("GET", path)).text
        found += [f"{asked.me.key} {path}: tells of {row.place}" for row in asked.office.rows if str(row.id) not in reads and (str(row.id) in text or row.title in text)]
    return found


async def queue_probe(asked: Asked, _: str) -> list[str]:
    """The queue is an officer's."""
    answer = await asked.send("GET", "/audits")
    return [f"{asked.me.key} audits: {answer.status_code}"] if answer.status_code != 403 and asked.me.key != "niezheng" else []


QUALITY: dict[tuple[str, str], Probe] = {
    ("GET", "/coach/{object_key}/{id}"): reading("/coach/{object_key}/{id}"),
}
QUALITY_ONCE: dict[tuple[str, str], Wide] = {
    **{("GET", f"/process-reports/{name}"): reports_probe for name in ("losses", "leaks", "leaks/rows", "coverage", "approvals")},
    ("GET", "/diligence"): reports_probe, ("GET", "/audits/report"): reports_probe, ("GET", "/audits"): queue_probe,
}  # fmt: skip
# Named by ids or keys of their own, or asked in earnest: test_coach and the planted stories ask them as people who may not.
QUALITY_ELSEWHERE = {
    ("POST", "/coach/{object_key}/{id}/review"), ("POST", "/diligence/{id}/seen"), ("GET", "/audits/{id}"), ("GET", "/audits/{id}/files/{file}"), ("POST", "/audits/{id}/verdict"), ("GET", "/audits/draws/{id}"),
    ("GET", "/monitoring"), ("POST", "/monitoring/{key}/confirm"),
}  # fmt: skip
