"""What people type and the program cannot take: refused by the field's name and in words people have for it, through every route alike."""

from typing import Any

import httpx
import pytest
import pytest_asyncio

from integration.http_world import World, make_world
from xingji.kernel.db import Database

SOMETHING = "01a20397-94d7-7d9b-a95d-2d966645f8c2"
LEADS, DEAL, RISKS = f"/api/v1/leads/{SOMETHING}", f"deal/{SOMETHING}", f"/api/v1/risks/{SOMETHING}"
# Where a person types a text: the route, what else its body has, the field, the most letters it takes.
TEXTS: dict[str, tuple[str, dict[str, Any], str, int]] = {
    "a touch": (f"{LEADS}/touch", {"kind": "call"}, "text", 4000),
    "a hand-over": (f"{LEADS}/assign", {"person": SOMETHING}, "reason", 4000),
    "a text to recognise": ("/api/v1/capture/recognise", {}, "text", 5000),
    "a report's own word": ("/api/v1/daily/reports/mine", {"day": "2026-03-02"}, "own", 4000),
    "a report's plan": ("/api/v1/daily/reports/mine", {"day": "2026-03-02"}, "plan", 4000),
    "a comment": (f"/api/v1/daily/reports/{SOMETHING}/comment", {}, "text", 4000),
    "a focus customer skipped": (f"/api/v1/daily/focus/{SOMETHING}", {"action": "skip"}, "reason", 4000),
    "a review": (f"/api/v1/coach/{DEAL}/review", {}, "note", 1000),
    "a word on calls": (f"/api/v1/diligence/{SOMETHING}/seen", {}, "word", 1000),
    "a vote": (f"/api/v1/approvals/{SOMETHING}/vote", {"yes": False}, "comment", 4000),
    "an approval asked": ("/api/v1/approvals", {"object": "deal", "record": SOMETHING, "flow": "contract_review"}, "reason", 4000),
    "an approval sent back": (f"/api/v1/approvals/{SOMETHING}/send-back", {}, "comment", 4000),
    "an exception": (f"/api/v1/process/{DEAL}/exceptions", {"to": "won"}, "reason", 4000),
    "an exception decided": (f"/api/v1/process/exceptions/{SOMETHING}/decide", {"grant": False}, "answer", 4000),
    "not applicable": (f"/api/v1/process/{DEAL}/actions/x/not-applicable", {}, "reason", 4000),
    "a confirmation": (f"/api/v1/process/{DEAL}/actions/x/confirm", {"yes": False}, "note", 4000),
    "a masked value": (f"/api/v1/records/lead/{SOMETHING}/reveal", {"field": "mobile"}, "reason", 500),
    "a collision": (f"/api/v1/collisions/{SOMETHING}/rule", {"continues": SOMETHING, "shares": {}}, "reason", 1000),
    "a publication": ("/api/v1/definitions/rule/sla_remind_b/publish", {}, "note", 2000),
    "an absence": ("/api/v1/absences", {"person": SOMETHING, "starts": "2026-03-02T00:00:00Z", "ends": "2026-03-03T00:00:00Z"}, "reason", 200),
    "a token": ("/api/v1/api-tokens", {"scopes": []}, "name", 200),
    "a unit": ("/api/v1/units", {"key": "u_x"}, "name", 200),
}  # fmt: skip
# Numbers and times that are none.
VALUES: dict[str, tuple[str, dict[str, Any], str, Any, str]] = {
    "a call that lasted words": (f"{LEADS}/touch", {"kind": "call"}, "duration_sec", "半小时", "input.not_a_number"),
    "a call below nothing": (f"{LEADS}/touch", {"kind": "call"}, "duration_sec", -5, "input.at_least"),
    "a call of two days": (f"{LEADS}/touch", {"kind": "call"}, "duration_sec", 172_800, "input.at_most"),
    "a call at some time": (f"{LEADS}/touch", {"kind": "call"}, "at", "昨天下午", "input.not_a_time"),
    "a delegation from some day": ("/api/v1/delegations", {"to": SOMETHING, "ends": "2026-03-03T00:00:00Z"}, "starts", "下周", "input.not_a_time"),
    "a report of some day": ("/api/v1/daily/reports/mine", {}, "day", "昨天", "input.not_a_time"),
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def boss(database: Database, workspace: str):
    world: World = await make_world(database, workspace)
    async with await world.browser("boss") as client:
        yield client


def refusal(answer: httpx.Response) -> tuple[str, str, dict[str, Any]]:
    """The one problem of a refused body: its field, its code, what its words are filled with."""
    assert answer.status_code == 422, (answer.status_code, answer.text[:300])
    (one,) = answer.json()["problems"]
    return one["path"], one["code"], one["params"]


@pytest.mark.parametrize("what", TEXTS)
async def test_a_text_that_is_too_long_is_refused_at_its_field_and_one_of_the_most_letters_is_not(boss: httpx.AsyncClient, what: str):
    path, rest, field, most = TEXTS[what]
    found = refusal(await boss.post(path, json={**rest, field: "字" * (most + 1)}))
    assert (found[0], found[1], found[2]["most"]) == (field, "input.too_long", most)
    assert not [one for one in (await boss.post(path, json={**rest, field: "字" * most})).json().get("problems", []) if one["code"] == "input.too_long"]


async def test_letters_nobody_sees_are_refused_at_their_field(boss: httpx.AsyncClient):
    path, rest, field, _ = TEXTS["a review"]
    assert refusal(await boss.post(path, json={**rest, field: "一\x00二"}))[:2] == (field, "records.value.control_character")


@pytest.mark.parametrize("what", VALUES)
async def test_a_number_or_time_that_is_none_is_refused_at_its_field(boss: httpx.AsyncClient, what: str):
    path, rest, field, value, code = VALUES[what]
    assert refusal(await boss.post(path, json={**rest, field: value}))[:2] == (field, code)
