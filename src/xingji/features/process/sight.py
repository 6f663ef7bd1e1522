"""Playbooks in force and what is known of records under them, each with a fixed number of statements.

Owns which playbook a record follows. Judges nothing (`decide` does) and changes nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from xingji.features.process.decide import Said, Seen
from xingji.features.process.document import Names, Playbook, Stage, read_playbook
from xingji.kernel.cel import CelError, Kind
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import Published, load_published
from xingji.kernel.records import Row, Schema
from xingji.kernel.records.fields import Field
from xingji.kernel.records.over_time import OverTimeSink
from xingji.kernel.records.schema import ObjectType
from xingji.kernel.records.stage import stage_sql, stage_value, stored_of
from xingji.kernel.records.visibility import fields_of

Pinned = tuple[str, int]


async def playbooks_of(uow: UnitOfWork, object_key: str) -> list[Playbook]:
    """The published playbooks of an object, in the order in which they are asked."""
    published = await load_published(uow)
    return published.memo("process.playbooks", _in_force).get(object_key, [])


def _in_force(published: Published) -> dict[str, list[Playbook]]:
    def compile_one(key: str, document: Mapping[str, Any]) -> Playbook:
        return read_playbook(key, published.versions["playbook", key], document)

    found: dict[str, list[Playbook]] = {}
    for playbook in published.compiled("playbook", compile_one).values():
        found.setdefault(playbook.object, []).append(playbook)
    for books in found.values():
        books.sort(key=lambda one: (one.order, one.key))
    return found


async def playbook_versions(uow: UnitOfWork, wanted: Iterable[Pinned]) -> dict[Pinned, Playbook]:
    """Playbooks by key and version, superseded ones too; a version never changes, so it is read once per process."""
    published = await load_published(uow)
    current = {(one.key, one.version): one for books in published.memo("process.playbooks", _in_force).values() for one in books}
    cache: dict[Any, Playbook] = uow.database.cache.setdefault(("process.versions", uow.workspace.key), {})
    missing = [one for one in set(wanted) if one not in current and one not in cache]
    if missing:
        rows = await uow.fetch(
            """select d.key, d.version, d.document from definition d
                 join unnest($1::text[], $2::int[]) as w(key, version) on d.key = w.key and d.version = w.version
                where d.kind = 'playbook'""",
            [key for key, _ in missing], [version for _, version in missing],
        )  # fmt: skip
        for row in rows:
            cache[row["key"], row["version"]] = read_playbook(row["key"], row["version"], row["document"])
    return {one: found for one in set(wanted) if (found := current.get(one) or cache.get(one)) is not None}


def pinned(row: Row) -> Pinned | None:
    """The playbook and version a record follows."""
    key, version = row.value("playbook"), row.value("playbook_version")
    return (str(key), int(version)) if key and version is not None else None


def labels_of(kind: ObjectType) -> Mapping[str, Names]:
    """What people call the object's fields."""
    return {key: spec.name for key, spec in kind.fields.items()}


@dataclass(slots=True)
class Wanted:
    """What is asked of records: fields, expressions, actions, and the events and approvals that show them."""

    fields: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    approvals: set[str] = field(default_factory=set)
    exceptions: bool = False  # also the stages an exception lets a record enter
    _key: tuple[Any, ...] | None = None

    def add(self, book: Playbook, leaving: Iterable[Stage], entering: Stage | None = None) -> "Wanted":
        """Also what it takes to leave these stages and to enter that one, and by which transition."""
        self._key = None
        for stage in leaving:
            self.sources |= {rule.when for rule in stage.exit} | ({stage.optional_when} if stage.optional_when else set())
            for action in stage.actions:
                self.actions.add(action.key)
                self.fields |= set(action.need)
                self.sources |= {source for source in (action.when, action.fingerprint) if source}
                self.events |= set(action.evidence.events) if action.evidence else set()
                self.approvals |= {action.approval} if action.approval else set()
        self.sources |= {rule.when for rule in entering.entry} if entering else set()
        self.fields |= {key for move in book.transitions for key in move.asks}
        self.sources |= {move.when for move in book.transitions if move.when}
        self.approvals |= {move.approval for move in book.transitions if move.approval}
        return self

    def key(self) -> tuple[Any, ...]:
        """Tells what is asked from anything else; put together once, when everything has been added."""
        if self._key is None:
            self._key = (*map(frozenset, (self.sources, self.actions, self.events, self.approvals)), self.exceptions)
        return self._key


def wanted_of(books: Iterable[Playbook]) -> Wanted:
    """Everything these playbooks may ask."""
    wanted = Wanted()
    for book in books:
        wanted.add(book, book.stages)
        wanted.sources |= {rule.when for stage in book.stages for rule in stage.entry}
    return wanted


# Stand for the instant and the rows in a statement that is made once; never reach the database.
NOW, ROWS = datetime(1970, 1, 1, 0, 0, 0, 3, tzinfo=UTC), object()
ABOUT_ME = re.compile(r"\bme\b")
#: What was said and approved of a staged row; asked together with the expressions, whose one look at the log also counts events.
SAID = """(select json_agg(json_build_array(p.action, p.state, p.evidence, p.claimed_by, p.confirmed_by, p.note)) from process_action p
  where p.record = r.id and p.action = any ({actions})) as said"""
GRANTED = "array(select x.to_stage from process_exception x where x.record = r.id and x.status = 'granted') as granted"
APPROVED = "(select array_agg(distinct a.flow) from approval a where a.record = r.id and a.flow = any ({flows}) and a.status = 'approved') as approved"


async def see(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row], wanted: Wanted) -> dict[int, Seen]:
    """What is known of each row (by its number), as it would be after the write. One statement."""
    ask = _question(uow, schema, kind, wanted, one=len(rows) == 1)
    answers = {answer["n"]: answer for answer in await ask.fetch(uow, rows)} if ask.columns or ask.more else {}
    return {row.n: _seen(row, wanted, ask, answers.get(row.n) or {}) for row in rows}


def _seen(row: Row, wanted: Wanted, ask: "_Question", answer: Mapping[str, Any]) -> Seen:
    said = {
        action: Said(state, evidence, UUID(claimed) if claimed else None, UUID(confirmed) if confirmed else None, note)
        for action, state, evidence, claimed, confirmed, note in answer.get("said") or ()
    }
    events = {kind: count for kind, count in zip(sorted(wanted.events), answer.get("events") or (), strict=False) if count}
    values = {key: row.value(key) for key in wanted.fields}
    return Seen(values, ask.true_of(answer), said, events, frozenset(answer.get("approved") or ()), ask.broken, frozenset(answer.get("granted") or ()))


async def holding(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row], sources: Iterable[str]
) -> tuple[dict[int, frozenset[str]], dict[str, str]]:
    """The expressions that hold for each row, and those that do not compile (any more) with the reason; one statement."""
    ask = _question(uow, schema, kind, Wanted(sources=set(sources)), one=len(rows) == 1)
    answers = await ask.fetch(uow, rows) if ask.columns and rows else ()
    return {answer["n"]: ask.true_of(answer) for answer in answers}, dict(ask.broken)


@dataclass(frozen=True, slots=True)
class _Question:
    """A statement over rows as they would be: expressions first, then whatever else is asked of each row `r`."""

    sql: str
    values: Sequence[Any]  # with stand-ins for the instant and the rows
    columns: tuple[str, ...]
    broken: Mapping[str, str]
    more: bool
    fields: Sequence[Field]

    async def fetch(self, uow: UnitOfWork, rows: Sequence[Row]) -> Sequence[Any]:
        """Per row n, holds and whatever more is asked."""
        values = [uow.now if value is NOW else stage_value(self.fields, rows) if value is ROWS else value for value in self.values]
        return await uow.fetch(f"{uow.mark()}{self.sql}", *values)

    def true_of(self, answer: Mapping[str, Any]) -> frozenset[str]:
        """The expressions that hold for the row of an answer."""
        return frozenset(source for source, holds in zip(self.columns, answer["holds"], strict=True) if holds) if answer else frozenset()


def _question(uow: UnitOfWork, schema: Schema, kind: ObjectType, wanted: Wanted, *, one: bool) -> _Question:
    """The statement for what is wanted; made once, unless it depends on who asks."""

    def build() -> _Question | None:
        return None if any(ABOUT_ME.search(source) for source in wanted.sources) else _compile(schema, kind, wanted, uow.actor, one=one)

    made = schema.memo(("process.question", kind.key, wanted.key(), one), build)
    return made or _compile(schema, kind, wanted, uow.actor, one=one)


def _compile(schema: Schema, kind: ObjectType, wanted: Wanted, actor: Actor, *, one: bool) -> _Question:
    sink = OverTimeSink(schema, kind.key, now=NOW, actor=actor, alias="r")
    columns: dict[str, str] = {}
    broken: dict[str, str] = {}
    for source in sorted(wanted.sources):
        try:
            columns[source] = f"coalesce({sink.compile(source, Kind.boolean, only_true=True)}, false)"
        except (CelError, XingjiError) as error:
            broken[source] = error.problems[0].code if error.problems else str(error)
    read = _read_by(schema, kind, tuple(columns))
    stage = stage_sql(sink, kind, (), read)
    values_at = len(sink.values) - 1
    more = []
    if wanted.actions:
        more.append(SAID.format(actions=sink.bind(_Once(wanted.actions), "text[]")))
    if wanted.events:  # recorded ones only: a rep's word is a claim, not evidence
        more.append(f"array[{', '.join(sink.recorded((name,)) for name in sorted(wanted.events))}]::bigint[] as events")
    if wanted.approvals:
        more.append(APPROVED.format(flows=sink.bind(_Once(wanted.approvals), "text[]")))
    if wanted.exceptions:
        more.append(GRANTED)
    asked = ", ".join(["r.n", f"array[{', '.join(columns.values())}]::boolean[] as holds", *more])
    # Said how few they are, the server keeps one plan: planning over the log's partitions takes longer than looking.
    rows = f"(select * from {stage} s limit 1)" if one else stage
    log = sink.events_join(few=True)
    values = [ROWS if at == values_at else value for at, value in enumerate(sink.values)]
    return _Question(f"select {asked} from {rows} r{sink.from_joins}{log}", values, tuple(columns), broken, bool(more), stored_of(kind, read))


def _read_by(schema: Schema, kind: ObjectType, sources: tuple[str, ...]) -> frozenset[str] | None:
    """The fields that evaluating these expressions reads; None: all, since a computed field may read any."""

    def build() -> frozenset[str] | None:
        found = {"id"} | {key for source in sources for object_key, key in fields_of(schema, kind.key, source) if object_key == kind.key}
        return None if any(kind.fields[key].column is None for key in found) else frozenset(found)

    return schema.memo(("process.read_by", kind.key, sources), build)


class _Once(list):  # type: ignore[type-arg]
    """Words that are bound in their order."""

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__(sorted(words))

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self))
