"""A broken definition is taken out with its reason; the rest runs on."""

from collections.abc import Iterator
from typing import Any

import pytest

from integration.definitions_toys import toy_kinds
from xingji.kernel import definitions as life
from xingji.kernel.core.errors import Problem, XingjiError, invalid
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database

REASON = Problem("rules.sql_raised", "when", message={"zh": "条件出错", "en": "The condition failed"})


@pytest.fixture(autouse=True)
def toys() -> Iterator[None]:
    with toy_kinds():
        yield


async def put_in_force(database: Database, *documents: dict[str, Any]) -> None:
    async with database.work("bare") as uow:
        for document in documents:
            await life.save_draft(uow, document["kind"], document["key"], document)
    await life.publish(database, "bare", SYSTEM)


async def in_force(database: Database) -> life.Published:
    async with database.work("bare") as uow:
        return await life.load_published(uow)


A = {"kind": "thing", "key": "a"}
B = {"kind": "thing", "key": "b"}
USER = {"kind": "user", "key": "u", "uses": "a"}


async def test_a_quarantined_definition_is_left_out_everywhere_and_listed_with_its_reason(fresh: Database):
    await put_in_force(fresh, A, B)
    async with fresh.work("bare") as uow:
        assert await life.quarantine(uow, "thing", "a", REASON)
        assert not await life.quarantine(uow, "thing", "a", REASON)
    found = await in_force(fresh)
    assert found.get("thing", "a") is None
    assert list(found.of_kind("thing")) == ["b"]
    assert found.quarantined["thing", "a"]["code"] == "rules.sql_raised"
    async with fresh.work("bare") as uow:
        assert list(await life.list_quarantined(uow)) == [("thing", "a")]


async def test_publishing_a_mended_document_or_releasing_puts_it_back(fresh: Database):
    await put_in_force(fresh, A, B)
    async with fresh.work("bare") as uow:
        await life.quarantine(uow, "thing", "a", REASON)
        await life.quarantine(uow, "thing", "b", REASON)
    await put_in_force(fresh, {**A, "n": 2})
    async with fresh.work("bare") as uow:
        assert await life.release(uow, "thing", "b")
    found = await in_force(fresh)
    assert set(found.of_kind("thing")) == {"a", "b"}
    assert found.quarantined == {}


async def test_a_definition_that_still_has_problems_is_not_released(fresh: Database):
    await put_in_force(fresh, A, USER)
    async with fresh.work("bare") as uow:
        await uow.execute("""update definition set document = '{"kind": "thing", "key": "a", "bad": 1}' where key = 'a'""")
        await life.quarantine(uow, "thing", "a", REASON)
        with pytest.raises(XingjiError, match=r"definitions\.invalid"):
            await life.release(uow, "thing", "a")


async def test_a_look_over_after_an_upgrade_takes_out_what_no_longer_passes_and_what_builds_on_it(fresh: Database):
    await put_in_force(fresh, A, B, USER)
    async with fresh.work("bare") as uow:
        await uow.execute("""update definition set document = document || '{"bad": 1}' where key = 'a'""")
    async with fresh.work("bare") as uow:
        assert await life.recheck_published(uow) == [("thing", "a"), ("user", "u")]
    assert list((await in_force(fresh)).documents) == [("thing", "b")]
    async with fresh.work("bare") as uow:
        assert await life.recheck_published(uow) == []
        await uow.execute("update definition set document = document - 'bad' where key = 'a'")
    async with fresh.work("bare") as uow:
        assert await life.recheck_published(uow) == [("thing", "a"), ("user", "u")]
    assert (await in_force(fresh)).quarantined == {}


async def test_a_checker_that_crashes_is_a_problem_of_the_document_and_not_of_the_publish(fresh: Database):
    async with fresh.work("bare") as uow:
        await life.save_draft(uow, "thing", "a", {"crash": True})
        found = await life.check_draft(uow, "thing", "a")
    assert [(p.code, p.path) for p in found] == [("definitions.wrong_shape", "crash")]


async def test_what_does_not_compile_is_left_out_and_the_others_compile(fresh: Database):
    await put_in_force(fresh, A, B)

    def compile_one(key: str, document: Any) -> str:
        if key == "a":
            raise invalid("toy.no", [REASON])
        return key.upper()

    found = await in_force(fresh)
    assert found.compiled("thing", compile_one) == {"b": "B"}
    assert found.broken["thing", "a"].code == "rules.sql_raised"


async def test_a_document_of_a_kind_this_program_does_not_know_breaks_nothing(fresh: Database):
    await put_in_force(fresh, A)
    async with fresh.work("bare") as uow:
        await uow.execute(
            """insert into definition (id, kind, key, version, status, document)
              values (gen_random_uuid(), 'future', 'x', 1, 'published', '{}')"""
        )
        await uow.execute("update workspace_state set definitions_rev = definitions_rev + 1")
    async with fresh.work("bare") as uow:
        assert await life.recheck_published(uow) == []
    await put_in_force(fresh, B)
    assert set((await in_force(fresh)).documents) == {("thing", "a"), ("thing", "b"), ("future", "x")}
