"""Probes of the routes of the process: nobody reads or moves a checklist of a record beyond their scope."""

from integration.policy_probes import DENIED, Asked, Probe, Wide, command, reading
from integration.policy_world import Row, expect


def _nobody(asked: Asked, row: Row) -> bool:
    """The actions named do not exist: whoever reads the record hears so, others hear nothing."""
    return False


def _deals_of_theirs(asked: Asked, row: Row) -> bool:
    """Deals follow the pack's playbook; whoever may change one may ask for an exception."""
    return row.object == "deal" and asked.allowed("update", row)


async def decisions_probe(asked: Asked, _: str) -> list[str]:
    answer = await asked.send("GET", "/process/decisions")
    reads = {str(row.id) for row in asked.office.rows if expect(asked.me, "read", row)}
    beyond = [row for row in asked.office.rows if str(row.id) not in reads and (row.title in answer.text or str(row.id) in answer.text)]
    return [f"{asked.me.key} decisions: tells of {row.place}" for row in beyond]


async def health_probe(asked: Asked, _: str) -> list[str]:
    ids = [str(row.id) for row in asked.office.of("deal")]
    shown = await asked.send("POST", "/process/deal/health", json={"ids": ids})
    board = await asked.send("GET", "/process/deal/health-board")
    reads = {str(row.id) for row in asked.office.rows if expect(asked.me, "read", row)}
    text = shown.text + board.text
    return [f"{asked.me.key} health: tells of {row.place}" for row in asked.office.of("deal") if str(row.id) not in reads and str(row.id) in text]


async def my_approvals_probe(asked: Asked, _: str) -> list[str]:
    answer = await asked.send("GET", "/approvals?box=asked")
    return [f"{asked.me.key} approvals: shows {one['id']}" for one in answer.json()["rows"]]


ACTION = "/process/{object_key}/{id}/actions/any"
NA = f"{ACTION}/not-applicable"
REASON = {"reason": "客户在海外，视频代替"}

PROCESS: dict[tuple[str, str], Probe] = {
    ("GET", "/process/{object_key}/{id}"): reading("/process/{object_key}/{id}"),
    ("GET", "/records/{object_key}/{id}/approvals"): reading("/records/{object_key}/{id}/approvals"),
    ("POST", "/process/{object_key}/{id}/actions/{action}/claim"): command(f"{ACTION}/claim", {}, _nobody),
    ("POST", "/process/{object_key}/{id}/actions/{action}/evidence"): command(f"{ACTION}/evidence", {"items": [{"kind": "link", "url": "https://example.test"}]}, _nobody),
    ("POST", "/process/{object_key}/{id}/actions/{action}/confirm"): command(f"{ACTION}/confirm", {}, _nobody),
    ("POST", "/process/{object_key}/{id}/actions/{action}/not-applicable"): command(NA, REASON, _nobody),
    ("POST", "/process/{object_key}/{id}/actions/{action}/not-applicable/decide"): command(f"{NA}/decide", {"grant": True}, _nobody),
    ("POST", "/process/{object_key}/{id}/exceptions"): command("/process/{object_key}/{id}/exceptions", {"to": "sign", **REASON}, _deals_of_theirs),
}  # fmt: skip


async def move_probe(asked: Asked, _: str) -> list[str]:
    """Moving running records to another version takes the right to change definitions; its preview holds counts alone."""
    answer = await asked.send("POST", "/process/playbooks/no_such/move", json={"preview": True})
    return [] if answer.status_code in (*DENIED, 404) else [f"{asked.me.key}: {answer.text}"]


PROCESS_ONCE: dict[tuple[str, str], Wide] = {
    ("POST", "/process/playbooks/{key}/move"): move_probe,
    ("GET", "/process/decisions"): decisions_probe, ("GET", "/approvals"): my_approvals_probe,
    ("POST", "/process/{object_key}/health"): health_probe, ("GET", "/process/{object_key}/health-board"): health_probe,
}  # fmt: skip
# Named by ids of their own; test_process_steps and test_approvals ask them as people who may not.
PROCESS_ELSEWHERE = {
    ("POST", "/process/exceptions/{id}/decide"), ("GET", "/approvals/{id}"), ("POST", "/approvals"),
    *(("POST", f"/approvals/{{id}}/{word}") for word in ("vote", "send-back", "add-signer", "transfer", "withdraw", "urge")),
    ("GET", "/delegations"), ("POST", "/delegations"), ("POST", "/delegations/end"),
}  # fmt: skip
