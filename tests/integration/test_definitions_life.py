"""The life of a definition: drafted, checked, published together, rolled back, retired, used, in every process."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from integration.definitions_toys import Recorder, toy_kinds
from xingji.kernel import definitions as life
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM, NewEvent, Ref
from xingji.kernel.db import Database, UnitOfWork

SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def toys() -> Iterator[None]:
    with toy_kinds():
        yield


async def draft(database: Database, kind: str, key: str, **members: Any) -> life.Draft:
    async with database.work("bare") as uow:
        return await life.save_draft(uow, kind, key, {"name": {"zh": key}, **members})


async def put_in_force(database: Database, kind: str, key: str, **members: Any) -> life.PublishResult:
    await draft(database, kind, key, **members)
    return await life.publish(database, "bare", SYSTEM, [(kind, key)])


async def in_force(database: Database) -> life.Published:
    async with database.work("bare") as uow:
        return await life.load_published(uow)


async def refusal(awaitable: Any) -> XingjiError:
    with pytest.raises(XingjiError) as caught:
        await awaitable
    return caught.value


async def test_a_draft_is_kept_incomplete_and_touches_nothing_in_force(fresh: Database):
    saved = await draft(fresh, "thing", "a", bad=1)
    assert (saved.version, saved.base_version) == (1, None)
    async with fresh.work("bare") as uow:
        assert [p.code for p in await life.check_draft(uow, "thing", "a")] == ["toy.bad"]
        assert (await life.load_published(uow)).documents == {}


async def test_a_name_nobody_could_read_is_refused_before_it_is_in_force_and_breaks_nothing_that_is(fresh: Database):
    await draft(fresh, "thing", "a", name={"zh": "名" * 61, "en": "name"})
    async with fresh.work("bare") as uow:
        assert [(p.code, p.path, p.params) for p in await life.check_draft(uow, "thing", "a")] == [("definitions.long_name", "name", {"most": 60, "count": 61})]
    refused = await refusal(life.publish(fresh, "bare", SYSTEM, [("thing", "a")]))
    assert [(p.code, p.path) for p in refused.problems] == [("definitions.long_name", "thing/a: name")]
    await draft(fresh, "thing", "a", unit="次" * 21)
    async with fresh.work("bare") as uow:
        assert [(p.code, p.path, p.params) for p in await life.check_draft(uow, "thing", "a")] == [("definitions.long_unit", "unit", {"most": 20, "count": 21})]
    await draft(fresh, "thing", "a", name={"zh": "名" * 60, "en": "name"})
    assert [i["version"] for i in (await life.publish(fresh, "bare", SYSTEM, [("thing", "a")])).items] == [1]


async def test_drafts_that_only_fit_together_are_published_together_and_checked_together(fresh: Database):
    await draft(fresh, "thing", "a")
    await draft(fresh, "user", "u", uses="a")
    alone = await refusal(life.publish(fresh, "bare", SYSTEM, [("user", "u")]))
    assert [(p.code, p.path) for p in alone.problems] == [("toy.unknown_thing", "user/u: uses")]
    result = await life.publish(fresh, "bare", SYSTEM)
    assert [(i["kind"], i["key"], i["version"]) for i in result.items] == [("thing", "a", 1), ("user", "u", 1)]
    assert set((await in_force(fresh)).documents) == {("thing", "a"), ("user", "u")}


async def test_a_published_definition_is_seen_by_another_process_at_its_next_unit_of_work(fresh: Database, server_url: str):
    other = await Database.connect(str(fresh.owner_url))
    try:
        assert (await in_force(other)).get("thing", "a") is None
        await put_in_force(fresh, "thing", "a", n=1)
        assert (await in_force(other)).get("thing", "a")["n"] == 1
    finally:
        await other.close()


async def test_a_publish_based_on_a_version_no_longer_in_force_is_a_conflict(fresh: Database):
    await put_in_force(fresh, "thing", "a", n=1)
    await draft(fresh, "thing", "a", n=2)
    await life.roll_back(fresh, "bare", SYSTEM, "thing", "a", 1)
    refused = await refusal(life.publish(fresh, "bare", SYSTEM, [("thing", "a")]))
    assert (refused.code, refused.data["in_force"]) == ("definitions.conflict", 3)
    async with fresh.work("bare") as uow:
        await life.save_draft(uow, "thing", "a", {"n": 2}, base_version=3)
    await life.publish(fresh, "bare", SYSTEM, [("thing", "a")])
    found = await in_force(fresh)
    assert (found.get("thing", "a")["n"], found.versions["thing", "a"]) == (2, 4)


async def test_of_two_publishes_at_once_one_wins_and_nothing_is_half_done(fresh: Database):
    await put_in_force(fresh, "thing", "a", n=1)
    await draft(fresh, "thing", "a", n=2)
    outcomes = await asyncio.gather(
        *(life.publish(fresh, "bare", SYSTEM, [("thing", "a")]) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(outcome, life.PublishResult) for outcome in outcomes) == 1
    assert all(isinstance(outcome, (life.PublishResult, XingjiError)) for outcome in outcomes)
    assert (await in_force(fresh)).versions["thing", "a"] == 2


async def test_a_draft_changed_by_somebody_else_meanwhile_is_a_conflict(fresh: Database):
    first = await draft(fresh, "thing", "a", n=1)
    async with fresh.work("bare") as uow:
        refused = await refusal(life.save_draft(uow, "thing", "a", {"n": 2}, expected_version=first.version + 1))
    assert refused.code == "definitions.draft_changed"


async def test_what_is_used_cannot_be_retired_and_the_refusal_names_its_users(fresh: Database):
    await put_in_force(fresh, "thing", "a")
    await put_in_force(fresh, "user", "u", uses="a")
    refused = await refusal(life.retire(fresh, "bare", SYSTEM, "thing", "a"))
    assert refused.code == "definitions.in_use"
    assert [(user["kind"], user["key"]) for user in refused.data["users"]] == [("user", "u")]
    await life.retire(fresh, "bare", SYSTEM, "user", "u")
    await life.retire(fresh, "bare", SYSTEM, "thing", "a")
    assert (await in_force(fresh)).documents == {}


async def test_what_uses_this_lists_documents_in_force_and_drafts(fresh: Database):
    await put_in_force(fresh, "thing", "a")
    await put_in_force(fresh, "user", "u", uses="a")
    await draft(fresh, "user", "w", uses="a")
    async with fresh.work("bare") as uow:
        found = await life.usage(uow, Ref("thing", "a"))
    assert [(user.key, user.draft) for user in found] == [("u", False), ("w", True)]


async def test_rolling_back_publishes_the_old_document_as_a_new_version(fresh: Database):
    await put_in_force(fresh, "thing", "a", n=1)
    await put_in_force(fresh, "thing", "a", n=2)
    await life.roll_back(fresh, "bare", SYSTEM, "thing", "a", 1)
    async with fresh.work("bare") as uow:
        versions = await life.history(uow, "thing", "a")
        assert [(v["version"], v["status"]) for v in versions] == [(3, "published"), (2, "superseded"), (1, "superseded")]
        changed = await life.compare(uow, "thing", "a", 2, 3)
    assert [(d.path, d.before, d.after) for d in changed] == [("n", 2, 1)]


async def test_a_dry_run_takes_the_draft_and_refuses_a_broken_one(fresh: Database):
    await draft(fresh, "thing", "a", n=7)
    async with fresh.work("bare") as uow:
        assert await life.dry_run(uow, "thing", "a", SINCE, UNTIL) == {"acted": 7}
        assert (await refusal(life.dry_run(uow, "thing", "a", SINCE, UNTIL, {"bad": 1}))).code == "definitions.invalid"
        assert (await refusal(life.dry_run(uow, "thing", "a", UNTIL, SINCE))).code == "definitions.empty_window"


async def test_tables_are_made_ready_before_the_flip_and_tidied_after_it(fresh: Database):
    changer = Recorder()
    with toy_kinds(schema_changers={"thing": changer}):
        await put_in_force(fresh, "thing", "a", n=1)
        await put_in_force(fresh, "thing", "a", n=2)
        await put_in_force(fresh, "user", "u")
        await life.retire(fresh, "bare", SYSTEM, "thing", "a")
    assert changer.steps == [
        ("prepare", None, 1), ("finish", None, 1), ("prepare", 1, 2), ("finish", 1, 2), ("finish", 2, None),
    ]  # fmt: skip


async def test_when_the_tables_cannot_be_made_ready_nothing_is_published(fresh: Database):
    with toy_kinds(schema_changers={"thing": Recorder(fails=True)}):
        await draft(fresh, "thing", "a")
        with pytest.raises(RuntimeError, match="no room"):
            await life.publish(fresh, "bare", SYSTEM)
    assert (await in_force(fresh)).documents == {}


async def test_a_process_without_the_owner_queues_the_schema_change_and_waits_for_a_worker(fresh: Database):
    changer, owner_url = Recorder(), fresh.owner_url
    with toy_kinds(schema_changers={"thing": changer}):
        await draft(fresh, "thing", "a", n=1)
        web = await Database.connect(str(owner_url))
        try:
            publishing = asyncio.create_task(life.publish(web, "bare", SYSTEM))
            while not await life.run_queued_schema_changes(fresh, "bare"):
                assert (await in_force(fresh)).documents == {}
                await asyncio.sleep(0.01)
            await publishing
            await life.run_queued_schema_changes(fresh, "bare")
        finally:
            await web.close()
    assert changer.steps == [("prepare", None, 1), ("finish", None, 1)]
    assert (await in_force(fresh)).get("thing", "a")["n"] == 1


async def test_a_failed_schema_change_of_a_worker_is_told_to_the_publisher(fresh: Database):
    with toy_kinds(schema_changers={"thing": Recorder(fails=True)}):
        await draft(fresh, "thing", "a")
        web = await Database.connect(str(fresh.owner_url))
        try:
            publishing = asyncio.create_task(life.publish(web, "bare", SYSTEM))
            while not await life.run_queued_schema_changes(fresh, "bare"):
                await asyncio.sleep(0.01)
            refused = await refusal(publishing)
        finally:
            await web.close()
    assert refused.code == "definitions.schema_change_failed"
    assert "no room" in refused.data["error"]


async def test_publishing_appends_an_event_and_a_line_of_the_audit_in_the_same_transaction(fresh: Database):
    told: list[str] = []

    async def append(uow: UnitOfWork, events: list[NewEvent]) -> list[int]:
        told.extend(event.type for event in events)
        return []

    async def audit(uow: UnitOfWork, action: str, **data: Any) -> None:
        told.append(f"audit {action} {data['object_key']}")

    with toy_kinds(append_events=append, audit=audit):
        await put_in_force(fresh, "thing", "a")
    assert told == ["definition.published", "audit definition.published thing/a"]


@pytest.mark.parametrize(
    ("key", "document", "code"),
    [
        ("Upper", {}, "definitions.bad_key"),
        ("a" * 64, {}, "definitions.bad_key"),
        ('x"; drop table definition; --', {}, "definitions.bad_key"),
        ("a", {"key": "b"}, "definitions.key_mismatch"),
        ("a", {"text": "nul \x00"}, "definitions.bad_document"),
        ("a", {"text": "half \ud800"}, "definitions.bad_document"),
        ("a", {"n": float("nan")}, "definitions.bad_document"),
        ("a", {"nul \x00": 1}, "definitions.bad_document"),
    ],
)
async def test_keys_and_documents_that_cannot_be_kept_are_refused(
    database: Database, key: str, document: dict[str, Any], code: str
):
    async with database.work("bare") as uow:
        assert (await refusal(life.save_draft(uow, "thing", key, document))).code == code


async def test_a_document_nested_too_deeply_is_refused(database: Database):
    nested: Any = 1
    for _ in range(5_000):
        nested = [nested]
    async with database.work("bare") as uow:
        assert (await refusal(life.save_draft(uow, "thing", "a", {"n": nested}))).code == "definitions.bad_document"
