"""Conditions over HTTP: an expression as the builder's tree, in words, with its problems at their place, and back."""

import pytest_asyncio

from integration.http_world import World, make_world
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.records.conditions_http import parse_condition


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database, workspace: str) -> World:
    return await make_world(database, workspace)


async def parse(client, cel: str, **more: str) -> dict:
    answer = await client.post("/api/v1/conditions/parse", json={"object": "lead", "cel": cel, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_expression_is_answered_as_a_tree_and_in_words(world: World):
    person = str(world.people["helper"])
    source = f'intent in ["A", "B"] && owner == "{person}" && customer.tier == "A" && in_team(owner, "shop_floor")'
    async with await world.browser("boss") as boss:
        found = await parse(boss, source)
        assert [item["op"] for item in found["tree"]["items"]] == ["in", "eq", "eq", "in_team"]
        assert found["parts"][1]["zh"] == "负责人 等于 helper（演示）"
        assert found["parts"][2]["zh"].startswith("客户的")
        assert found["parts"][3]["zh"] == "负责人 在团队 一部（演示）"
        assert found["problems"] == []
        printed = await boss.post("/api/v1/conditions/print", json={"object": "lead", "tree": found["tree"]})
        assert printed.json() == {**found, "cel": source}


async def test_what_is_wrong_is_said_at_its_place_and_nothing_typed_is_lost(world: World):
    source = 'intent == "A"\n  && regin == "东\\"城" '
    async with await world.browser("boss") as boss:
        found = await parse(boss, source)
        assert found["tree"] == {"kind": "opaque", "source": source}
        (problem,) = found["problems"]
        assert (problem["code"], problem["line"], problem["column"]) == ("unknown_field", 2, 6)
        assert "regin" in problem["message"]["zh"]


async def test_a_part_that_does_not_fit_its_field_is_named_by_its_path(world: World):
    tree = {"kind": "all", "items": [
        {"kind": "leaf", "field": "intent", "op": "eq", "value": "A"},
        {"kind": "any", "items": [{"kind": "leaf", "field": "budget", "op": "gt", "value": "viel"}, {"kind": "leaf", "field": "nope", "op": "empty"}]},
    ]}  # fmt: skip
    async with await world.browser("boss") as boss:
        answer = (await boss.post("/api/v1/conditions/print", json={"object": "lead", "tree": tree})).json()
        assert [(p["code"], p["path"]) for p in answer["problems"]] == [
            ("type_mismatch", "items.1.items.0"),
            ("unknown_field", "items.1.items.1"),
        ]
        broken = {"kind": "all", "items": [{"kind": "leaf", "field": "intent) || true", "op": "eq", "value": "A"}]}
        answer = (await boss.post("/api/v1/conditions/print", json={"object": "lead", "tree": broken})).json()
        assert (answer["cel"], [(p["code"], p["path"]) for p in answer["problems"]]) == ("", [("bad_tree", "items.0")])


async def test_rules_know_the_event_and_lists_do_not(world: World):
    async with await world.browser("boss") as boss:
        source = 'changed("status") && old.intent == "B" && event.data.page == "price"'
        assert (await parse(boss, source))["problems"] != []
        found = await parse(boss, source, place="rule")
        assert found["problems"] == []
        assert found["parts"][1]["zh"].startswith("原")
        assert (
            await boss.post("/api/v1/conditions/parse", json={"object": "lead", "cel": "", "place": "moon"})
        ).status_code == 422


async def test_who_may_not_read_definitions_is_answered_with_their_own_fields_only(world: World):
    async with await world.browser("nobody") as nobody:
        found = await parse(nobody, 'changed("status")', place="rule")
        assert found["problems"] != []


async def test_words_cost_no_statement_a_leaf(world: World):
    async with world.database.work(world.workspace, SYSTEM) as uow:
        ids = [f'owner == "{person}"' for person in world.people.values()]
        counts = []
        for some in (ids[:1], ids * 3):
            before = uow.queries
            await parse_condition(uow, "lead", " || ".join(some))
            counts.append(uow.queries - before)
        assert counts == [counts[0]] * 2
        assert counts[0] <= 2
