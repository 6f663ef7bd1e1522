"""The gate of the write path: conditions on any object."""

from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from records_lab import BARE, Rights, add_person, obj, person, publish_objects, run
from xingji.kernel.core.errors import Problem, XingjiError
from xingji.kernel.db import Database, Mode
from xingji.kernel.records import GATES, Change, Gate, write

PLACE = obj("place", {"key": "name", "kind": "text"}, {"key": "strict", "kind": "boolean"})
TICKET = obj(
    "ticket",
    {"key": "name", "kind": "text"},
    {"key": "state", "kind": "choice", "options": [{"key": "new"}, {"key": "open"}, {"key": "closed"}], "default": "new"},
    {"key": "reason", "kind": "text"},
    {"key": "cost", "kind": "money"},
    {"key": "place", "kind": "relation", "to": "place"},
    conditions=[
        {"key": "why", "kind": "required_if", "when": 'state == "closed"', "fields": ["reason", "cost"], "who": "supervisor",
         "message": {"zh": "关闭要写原因和费用", "en": "Say why and what it cost"}},
        {"key": "strict_place", "kind": "required_if", "when": "place.strict", "fields": ["cost"]},
        {"key": "no_way_back", "kind": "forbidden_transition", "field": "state", "from": ["closed"], "to": ["new"]},
        {"key": "dear_stays", "kind": "forbidden_transition", "field": "state", "from": ["open"], "to": ["new"], "when": "cost > 100"},
    ],
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(database: Database) -> Database:
    await publish_objects(database, PLACE, TICKET)
    return database


async def ticket(desk: Database, **values: Any) -> UUID:
    return (await run(desk, [Change("create", "ticket", values={"name": "演示", **values})])).ids[0]


async def refused(desk: Database, *changes: Change, **options: Any) -> list[Problem]:
    with pytest.raises(XingjiError) as refusal:
        await run(desk, list(changes), **options)
    return refusal.value.problems


async def test_a_missing_field_is_refused_by_rule_field_and_who_can_help(desk: Database) -> None:
    id = await ticket(desk)
    found = await refused(desk, Change("update", "ticket", id, {"state": "closed", "reason": "好"}))
    assert [(p.code, p.rule, p.path, p.who) for p in found] == [
        ("records.required_if", "why", "changes.0.cost", "supervisor")
    ]
    assert found[0].message == {"zh": "关闭要写原因和费用", "en": "Say why and what it cost"}
    await run(desk, [Change("update", "ticket", id, {"state": "closed", "reason": "好", "cost": 1})])


async def test_creating_meets_the_same_gate_as_changing(desk: Database) -> None:
    found = await refused(desk, Change("create", "ticket", values={"name": "x", "state": "closed"}))
    assert {p.path for p in found} == {"changes.0.reason", "changes.0.cost"}


async def test_a_condition_follows_relations(desk: Database) -> None:
    strict, easy = (await run(desk, [Change("create", "place", values={"strict": s}) for s in (True, False)])).ids
    found = await refused(desk, Change("create", "ticket", values={"place": str(strict)}))
    assert [p.rule for p in found] == ["strict_place"]
    await ticket(desk, place=str(easy))


async def test_forbidden_ways_are_closed_and_others_open(desk: Database) -> None:
    id = await ticket(desk, state="closed", reason="a", cost=1)
    assert [p.rule for p in await refused(desk, Change("update", "ticket", id, {"state": "new"}))] == ["no_way_back"]
    await run(desk, [Change("update", "ticket", id, {"state": "open"})])
    await run(desk, [Change("update", "ticket", id, {"state": "new", "cost": 5})])
    dear = await ticket(desk, state="open", cost=20_000)
    assert [p.rule for p in await refused(desk, Change("update", "ticket", dear, {"state": "new"}))] == ["dear_stays"]


async def test_a_thousand_rows_are_judged_in_a_constant_number_of_statements(desk: Database) -> None:
    counts = []
    for count in (3, 1000):
        changes = [Change("create", "ticket", values={"name": "x", "cost": 5}) for _ in range(count)]
        async with desk.work(BARE) as uow:
            ids = (await write(uow, changes)).ids
            before = uow.queries
            await write(uow, [Change("update", "ticket", id, {"state": "closed", "reason": "r"}) for id in ids])
            counts.append(uow.queries - before)
    assert counts[0] == counts[1]
    good, bad = await ticket(desk), await ticket(desk)
    both = [Change("update", "ticket", good, {"name": "好"}), Change("update", "ticket", bad, {"state": "closed"})]
    assert {p.path.split(".")[1] for p in await refused(desk, *both)} == {"1"}


async def test_old_records_can_be_mended_piece_by_piece(desk: Database) -> None:
    old = await run(desk, [Change("create", "ticket", values={"name": "旧", "state": "closed"})], mode=Mode.HISTORY)
    await run(desk, [Change("update", "ticket", old.ids[0], {"name": "改名"})])
    assert await refused(desk, Change("update", "ticket", old.ids[0], {"reason": "补"}))


async def test_people_rules_and_imports_meet_the_same_gate(desk: Database) -> None:
    async with desk.work(BARE) as uow:
        me = person(Rights(), id=await add_person(uow))
    change = Change("create", "ticket", values={"state": "closed"})
    for options in ({"actor": me}, {"mode": Mode.IMPORT}, {}):
        assert {p.rule for p in await refused(desk, change, **options)} == {"why"}


async def test_a_later_feature_adds_its_gate_at_the_one_hook(desk: Database) -> None:
    async def nobody_on_friday(uow: Any, schema: Any, kind: Any, rows: Any) -> list[Problem]:
        return [Problem("test.friday", row.path, rule="friday") for row in rows if kind.key == "ticket"]

    async def name_alone(uow: Any, schema: Any, kind: Any, changing: Any) -> frozenset[str]:
        return frozenset({"name"})

    gate = Gate(nobody_on_friday, name_alone)
    GATES.append(gate)
    try:
        assert [p.rule for p in await refused(desk, Change("create", "ticket", values={"name": "x"}))] == ["friday"]
    finally:
        GATES.remove(gate)
