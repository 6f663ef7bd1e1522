"""One lead tried against a table: which row wins, why each row above did not, who would get it and why. Stores nothing.

The lead is a stored one the actor may read, or values typed on the screen; both are asked in one statement.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.box_words import Names
from xingji.features.leads.dispatch.candidates import packed, unpacked
from xingji.features.leads.dispatch.decide import decide
from xingji.features.leads.dispatch.findings import names_of
from xingji.features.leads.dispatch.judged import Decision
from xingji.features.leads.dispatch.match import compile_table, match_rows
from xingji.features.leads.dispatch.run import weigh_up
from xingji.features.leads.dispatch.table import Table, read_table
from xingji.features.leads.dispatch.words import explain_outcome
from xingji.features.leads.kinds import check_numbers
from xingji.features.leads.recognition.places import PROVINCES
from xingji.kernel import records
from xingji.kernel.cel import CelError, check, from_tree, to_sentence, to_tree
from xingji.kernel.core.errors import Problem, forbidden, invalid
from xingji.kernel.core.protocols import CheckContext
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.definitions.drafts import known_keys
from xingji.kernel.records.behalf import on_behalf

MOST_ROWS = 300
_MEMBERS = {"province": ("省份", "province"), "city": ("城市", "city"), "owner": ("负责人", "owner")}
_PROVINCES = {code: name for name, code in PROVINCES.items()}
Both = dict[str, str]


async def try_lead(
    uow: UnitOfWork, document: Mapping[str, Any], lead: UUID | None, values: Mapping[str, Any] | None
) -> dict[str, Any]:
    """{winner, person, pool, outcome: {zh, en}, rows: [{key, matched, parts: [{holds, zh, en}]}], candidates}.

    Raises: `records.not_found` for a lead out of reach, `records.invalid` for values that are none,
    `dispatch.invalid` for limits and weights that are no numbers.
    """
    if wrong := list(check_numbers(document)):
        raise invalid("dispatch.invalid", wrong)
    table = read_table(str(document.get("key") or "draft"), document)
    if not table.rows or len(table.rows) > MOST_ROWS:
        raise invalid("dispatch.too_many_rows", [Problem("dispatch.too_many_rows", "rows", {"limit": MOST_ROWS})], limit=MOST_ROWS)
    schema = await records.load_schema(uow)
    if lead is not None:
        await records.get_record(uow, table.object, lead)
    _refuse_hidden(uow, schema, table)
    staged = await records.staged(uow, table.object, values or {}) if lead is None else None
    compiled = compile_table(schema, table, 0, uow, staged)
    found = list((await match_rows(uow, compiled, [lead] if lead else [staged.id if staged else UUID(int=0)])).values())
    if not found:
        raise invalid("dispatch.no_sample", [Problem("dispatch.no_sample", "lead")])
    facts, roster = await weigh_up(uow, compiled, found)
    decision = decide(table, roster, facts[0])
    context = CheckContext((await load_published(uow)).documents, await known_keys(uow))
    names = names_of(context, table.object)[0]
    trees = [_parts(schema, table, n) for n in range(len(table.rows))]
    holds = await _holds(uow, schema, table, trees, lead, staged)
    member = roster.members.get(decision.chosen) if decision.chosen else None
    return {
        "winner": decision.row.key if decision.row else None,
        "person": {"id": str(member.id), "name": member.name} if member else None,
        "pool": decision.pool,
        "outcome": _outcome(decision, table, member.name if member else None),
        "rows": [
            {"key": row.key, "matched": n in found[0].hits, "broken": compiled.broken.get(row.key), "parts": _told(trees[n], holds[n], names, schema.zone)}
            for n, row in enumerate(table.rows)
        ],
        "passed": decision.passed,
        "candidates": _named(decision, roster.members),
    }  # fmt: skip


def _refuse_hidden(uow: UnitOfWork, schema: records.Schema, table: Table) -> None:
    """Passes when the actor reads every field the rows ask about: a trial would tell its value."""
    for row in table.rows:
        try:
            check(row.when, records.cel_env(schema, table.object))
        except CelError:
            continue  # named as broken
        try:
            check(row.when, records.cel_env(schema, table.object, policy=uow.actor.policy))
        except CelError as error:
            raise forbidden("dispatch.field_hidden", row=row.key, detail=str(error)[:200], who="admin") from None


def _parts(schema: records.Schema, table: Table, number: int) -> list[Mapping[str, Any]]:
    """The parts of a row's condition that must all hold, as trees; the whole as one where it is none of several."""
    source = table.rows[number].when
    if source.strip() == "true":
        return []
    try:
        tree = to_tree(source, records.cel_env(schema, table.object))
    except CelError:
        return []
    return list(tree["items"]) if tree.get("kind") == "all" else [tree]


async def _holds(
    uow: UnitOfWork, schema: records.Schema, table: Table, trees: Sequence[Sequence[Mapping[str, Any]]], lead: UUID | None,
    staged: "records.Staged | None",
) -> list[list[bool]]:  # fmt: skip
    """Whether each part holds for the lead, row by row; one statement."""
    conditions = [from_tree(part) for parts in trees for part in parts]
    if not conditions:
        return [[] for _ in trees]
    answers = await records.evaluate(on_behalf(uow), schema, table.object, conditions, lead, staged)
    found, at = [], 0
    for parts in trees:
        found.append(answers[at : at + len(parts)])
        at += len(parts)
    return found


def _told(parts: Sequence[Mapping[str, Any]], holds: Sequence[bool], names: Names, zone: Any) -> list[dict[str, Any]]:
    def labels(tongue: int) -> Any:
        return lambda path: path[-1] if path[0] == "event" else "·".join((names.field_name(path[0])[tongue], *(_MEMBERS.get(one, (one, one))[tongue] for one in path[1:])))

    def values(tongue: int) -> Any:
        return lambda path, value: _PROVINCES.get(value) if path[-1] == "province" else names.values.get(path[0], {}).get(value, (None, None))[tongue] if len(path) == 1 and isinstance(value, str) else None

    return [
        {
            "holds": held,
            "zh": to_sentence(part, labels(0), "zh", values=values(0), zone=str(zone)),
            "en": to_sentence(part, labels(1), "en", values=values(1), zone=str(zone)),
        }
        for part, held in zip(parts, holds, strict=True)
    ]  # fmt: skip


def _outcome(decision: Decision, table: Table, name: str | None) -> Both:
    code = decision.code if decision.chosen is None else "chosen"
    return explain_outcome(code, decision.row.name or {"zh": decision.row.key} if decision.row else None, decision.pool, name)


def _named(decision: Decision, members: Mapping[UUID, Any]) -> list[dict[str, Any]]:
    choose = decision.row.choose if decision.row else "fixed"
    return [{**one, "name": members[UUID(one["person"])].name} for one in unpacked(packed(decision), choose)]


