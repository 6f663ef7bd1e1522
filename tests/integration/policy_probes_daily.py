"""Probes of the workbench, the reports, the board and of trying tables and formulas: they tell of nothing beyond one's reach."""

from typing import Any

from integration.policy_probes import DENIED, Asked, Probe, Wide, command, judged
from integration.policy_world import Row, expect


def beyond(asked: Asked, text: str, where: str) -> list[str]:
    """Records an answer tells of that the reader does not read."""
    return [
        f"{asked.me.key} {where}: tells of {row.place}"
        for row in asked.office.rows if not expect(asked.me, "read", row) and (row.title in text or str(row.id) in text)
    ]  # fmt: skip


def telling(method: str, path: str, body: Any = None) -> Wide:
    async def probe(asked: Asked, _: str) -> list[str]:
        answer = await asked.send(method, path, **({"json": body} if body is not None else {}))
        return [] if answer.status_code in DENIED else beyond(asked, answer.text, path)

    return probe


async def try_lead_probe(asked: Asked, _: str) -> list[str]:
    """A stored lead may be tried only by whoever reads it."""
    found: list[str] = []
    for row in asked.office.of("lead"):
        document = {"object": "lead", "rows": [{"key": "all", "name": {"zh": "全部", "en": "all"}, "when": "true", "to": {"pool": "pool_new"}}]}
        answer = await asked.send("POST", "/dispatch/try", json={"document": document, "lead": str(row.id)})
        if answer.status_code not in DENIED and not expect(asked.me, "read", row):
            found.append(f"{asked.me.key} tries {row.place}: {answer.status_code}")
    return found


async def try_formula_probe(asked: Asked, _: str) -> list[str]:
    return [
        one for key in ("lead", "deal", "customer")
        for one in await telling("POST", "/formulas/try", {"object": key, "expr": "name", "result": "text"})(asked, "")
    ]  # fmt: skip


async def triggered_probe(asked: Asked, row: Row) -> list[str]:
    """Nobody is told of a touch they did not make; whoever cannot read the lead learns nothing at all."""
    if row.object != "lead":
        return []
    answer = await asked.send("GET", f"/leads/{row.id}/touches/{asked.office.changes[row.id]}")
    return judged(asked, row, "triggered", answer, False)


async def fairness_leads_probe(asked: Asked, _: str) -> list[str]:
    found: list[str] = []
    for person in asked.office.people.values():
        answer = await asked.send("GET", f"/fairness/{person}/leads")
        found += [] if answer.status_code in DENIED else beyond(asked, answer.text, "fairness leads")
    return found


DAILY_LEADS: dict[tuple[str, str], Probe] = {
    ("GET", "/leads/{id}/touches/{change}"): triggered_probe,
    ("POST", "/leads/{id}/touches/{change}/take-back"): command("/leads/{id}/touches/{change}/take-back", None, lambda asked, row: False),
}
DAILY: dict[tuple[str, str], Wide] = {
    **{("GET", path): telling("GET", path) for path in ("/daily/focus", "/daily/figures", "/daily/reports/mine", "/daily/reports", "/daily/board")},
    ("GET", "/fairness/{person}/leads"): fairness_leads_probe,
    ("POST", "/dispatch/try"): try_lead_probe, ("POST", "/dispatch/draft"): telling("POST", "/dispatch/draft", {}),
    ("POST", "/formulas/try"): try_formula_probe,
}  # fmt: skip
# They change something; test_daily asks them as people who may not.
DAILY_ELSEWHERE = {
    ("POST", "/daily/focus/{id}"), ("POST", "/daily/reports/mine"), ("POST", "/daily/reports/{id}/comment"), ("POST", "/daily/reports/remind"),
}  # fmt: skip
