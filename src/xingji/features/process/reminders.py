"""Reminds whoever can supply a required action that its time is up: once an action and stay. Owns `process_reminder`.

`process_health` knows how long records are in their stage; what of them comes near a limit is judged anew, and only what
is still missing is told. What has been late for longer than `FRESH_MINUTES` stands on the boards and is not told any more,
so that records brought in late, or a reminder switched on today, flood nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xingji.features.process.decide import Judged, checklist
from xingji.features.process.document import Action, Playbook
from xingji.features.process.health import refresh_health
from xingji.features.process.sight import labels_of, playbook_versions, see, wanted_of
from xingji.features.process.suppliers import Supplier, suppliers_of
from xingji.kernel import records
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records import Change, Row
from xingji.kernel.work import Notice, notify

FRESH_MINUTES = 480.0
AT_ONCE = 500
MOST_SINGLE = 3
"""So many reminders reach one person one by one in one look; more are said in one."""

PINNED = "select distinct playbook as key, version from process_health"

# Health may be some minutes old: real time since then is the most that can have passed in working time.
NEAR = """select distinct h.record, h.object from process_health h
    join unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::float8[]) as w(playbook, version, stage, action, due)
      on w.playbook = h.playbook and w.version = h.version and w.stage = h.stage
  where h.stage_minutes + greatest(date_part('epoch', $6::timestamptz - h.at), 0) / 60 > w.due and h.stage_minutes <= w.due + $7
    and h.record > $8 and not exists (select from process_reminder r where r.record = h.record and r.action = w.action
      and r.at > $6 - h.stage_minutes * interval '1 minute')
  order by h.record limit $9"""

KEEP = """insert into process_reminder as r (record, action, since, at)
  select record, action, since, $1 from unnest($2::uuid[], $3::text[], $4::timestamptz[]) as t(record, action, since)
  on conflict (record, action) do update set since = excluded.since, at = excluded.at where r.since <> excluded.since
  returning record, action"""

FORGET = "delete from process_reminder r where at < $1::timestamptz - interval '7 days' and not exists (select from process_health h where h.record = r.record)"


@dataclass(frozen=True, slots=True)
class Late:
    """A required action of a record whose time is up and that still lacks something."""

    row: Row
    book: Playbook
    judged: Judged
    since: datetime
    minutes: float

    @property
    def role(self) -> str:
        """Who can supply what is missing: the second role where only its confirmation is."""
        return self.judged.missing[0].who

    @property
    def key(self) -> tuple[UUID, str]:
        return self.row.id, self.judged.action.key


def due_minutes(book: Playbook, action: Action) -> float | None:
    """Working minutes in its stage after which an action is told of; none where nobody is."""
    limit = action.limit_hours or book.stages[book.index(action.stage)].limit_hours
    return (limit - action.remind) * 60 if limit and action.required and action.remind is not None else None


async def remind_actions(database: Database, workspace: str) -> int:
    """Tells of the required actions whose time ran out since the last look; 0, so that it waits for its next turn."""
    after: UUID | None = UUID(int=0)
    while after is not None:
        async with database.work(workspace) as uow:
            after = await _look(uow, after)
    return 0


async def forget_reminders(uow: UnitOfWork) -> None:
    """Drops what was said of records that do not run any more."""
    await uow.execute(FORGET, uow.now)


async def _look(uow: UnitOfWork, after: UUID) -> UUID | None:
    """Looks at the next records near a limit; the last of them, None when they are done."""
    books = await playbook_versions(uow, [(row["key"], row["version"]) for row in await uow.fetch(PINNED)])
    limits = [
        (book.key, book.version, action.stage, action.key, due)
        for book in books.values() for action in book.actions if (due := due_minutes(book, action)) is not None
    ]  # fmt: skip
    if not limits:
        return None
    found = await uow.fetch(NEAR, *map(list, zip(*limits, strict=True)), uow.now, FRESH_MINUTES, after, AT_ONCE)
    known = (await records.load_schema(uow)).objects
    for object_key in sorted({row["object"] for row in found} & known.keys()):
        await _tell(uow, await _late(uow, object_key, [row["record"] for row in found if row["object"] == object_key]))
    return found[-1]["record"] if len(found) == AT_ONCE else None


async def _late(uow: UnitOfWork, object_key: str, ids: Sequence[UUID]) -> list[Late]:
    """The required actions of these records that are late since a short time and still lack something."""
    await refresh_health(uow, object_key, ids)
    minutes = {row["record"]: row["stage_minutes"] for row in await uow.fetch("select record, stage_minutes from process_health where record = any($1::uuid[])", ids)}
    schema = await records.load_schema(uow)
    kind = schema.object(object_key)
    values = await records.get_records(records.on_behalf(uow), object_key, ids)
    rows = [Row(n, Change("update", object_key, UUID(one["id"])), kind, UUID(one["id"]), {}, dict(one)) for n, one in enumerate(values)]
    books = await playbook_versions(uow, {(row.value("playbook"), int(row.value("playbook_version"))) for row in rows if row.value("playbook")})
    seen = await see(uow, schema, kind, rows, wanted_of(books.values()))
    labels = labels_of(kind)
    late = []
    for row in rows:
        book = books.get((row.value("playbook"), int(row.value("playbook_version") or 0)))
        at = book.index(row.value(book.field)) if book else -1
        taken = minutes.get(row.id)
        if book is None or at < 0 or taken is None or row.value("stage_since") is None:
            continue
        since = datetime.fromisoformat(row.value("stage_since"))
        for judged in checklist(book, book.stages[at], seen[row.n], labels):
            due = due_minutes(book, judged.action)
            if due is not None and judged.missing and due < taken <= due + FRESH_MINUTES:
                late.append(Late(row, book, judged, since, taken))
    return late


async def _tell(uow: UnitOfWork, late: Sequence[Late]) -> None:
    """Tells of each action once a stay. Emits: process.action_reminded."""
    if not late:
        return
    found = await suppliers_of(uow, [Supplier(one.row.id, _owner(one), one.role, one.judged.missing[0].kind == "confirm") for one in late], late[0].book.object)
    told = dict(zip((one.key for one in late), found, strict=True))
    kept = await uow.fetch(KEEP, uow.now, [one.row.id for one in late], [one.judged.action.key for one in late], [one.since for one in late])
    fresh = {(row["record"], row["action"]) for row in kept}
    said = [one for one in late if one.key in fresh]
    await notify(uow, list(_notices(said, told)))
    await append_events(uow, [
        NewEvent("process.action_reminded", one.book.object, one.row.id, {
            "action": one.judged.action.key, "action_name": dict(one.judged.action.name), "stage": one.judged.action.stage,
            "playbook": one.book.key, "people": [str(person) for person in told[one.key]], "who": one.role,
        }, brand=one.row.value("brand"))
        for one in said
    ])  # fmt: skip


def _notices(late: Sequence[Late], told: Mapping[tuple[UUID, str], Sequence[UUID]]) -> Iterator[Notice]:
    """One notice an action; one in all for whoever would get many at once."""
    each: dict[UUID, list[Late]] = {}
    for one in late:
        for person in told[one.key]:
            each.setdefault(person, []).append(one)
    for person, theirs in each.items():
        if len(theirs) > MOST_SINGLE:
            yield _in_one(person, theirs)
        else:
            yield from (_notice(person, one) for one in theirs)


def _notice(person: UUID, one: Late) -> Notice:
    action, object_key = one.judged.action, one.book.object
    lacks = {tongue: "；".join(each.message[tongue] for each in one.judged.missing) for tongue in ("zh", "en")}
    before = one.minutes <= (due_minutes(one.book, action) or 0) + 60 * (action.remind or 0)
    state = ("快到时限", "is due soon") if before else ("已过时限", "is overdue")
    title = {"zh": f"「{_plain(action.name['zh'])}」{state[0]}：{{name}}", "en": f"“{_plain(action.name['en'])}” {state[1]}: {{name}}"}
    return Notice(
        person, "process", title, {tongue: _plain(text) for tongue, text in lacks.items()}, object_key, one.row.id,
        one.book.remind.get("urgency", "normal"), _via(one), f"remind:{one.row.id}:{action.key}:{one.since.isoformat()}",
        values={"name": one.row.value(one.row.kind.title) or ""}, data={"path": f"/records/{object_key}/{one.row.id}", "action": action.key},
    )  # fmt: skip


def _in_one(person: UUID, theirs: Sequence[Late]) -> Notice:
    first = theirs[0]
    names = {
        tongue: "\n".join(f"{_plain(one.judged.action.name[tongue])} · {_plain(str(one.row.value(one.row.kind.title) or ''))}" for one in theirs)
        for tongue in ("zh", "en")
    }
    title = {"zh": f"有 {len(theirs)} 个必做动作已到时限", "en": f"{len(theirs)} required actions are due"}
    return Notice(
        person, "process", title, names, urgency=first.book.remind.get("urgency", "normal"), via=_via(first),
        dedupe=f"remind:{first.row.id}:{first.judged.action.key}:{first.since.isoformat()}:{len(theirs)}", data={"path": f"/records/{first.book.object}"},
    )  # fmt: skip


def _via(one: Late) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("inbox", *one.book.remind.get("via", ()))))


def _owner(one: Late) -> UUID | None:
    owner = one.row.value("owner")
    return UUID(str(owner)) if owner else None


def _plain(text: str) -> str:
    return text.replace("{", "（").replace("}", "）")
