"""Tells people: inbox rows and outbox rows, written with the fact they speak of. Owns both inserts; sends nothing.

Whoever is told sees no more than they may: a blank of the text is filled under the addressee's own field policy.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from xingji.kernel.access import actor_for_person
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.settings import public_url
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions import Published, load_published
from xingji.kernel.work.blanks import may_show
from xingji.kernel.work.channels import CHANNEL_KINDS
from xingji.kernel.work.disturbing import settings_of
from xingji.kernel.work.held import hold
from xingji.kernel.work.templates import Text, look_up, pick_language, render, template_fields
from xingji.kernel.work.verdicts import verdicts_of

HIDDEN = "•••"
_USER_ID = {"wecom_robot": "wecom_user", "dingtalk_robot": "dingtalk_user", "feishu_robot": "feishu_user"}

INSERT_INBOX = """insert into inbox (id, person, at, kind, urgency, title, body, object, record, rule, dedupe, data, change, read_at)
  select id, person, $1, kind, urgency, title, body, object, record, rule, dedupe, data, $2, case when muted then $1::timestamptz end
  from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::uuid[],
    $11::text[], $12::text[], $13::jsonb[], $14::boolean[])
    as n(id, person, kind, urgency, title, body, object, record, rule, dedupe, data, muted)
  on conflict (person, dedupe) where dedupe is not null do nothing"""

INSERT_OUTBOX = """insert into outbox (channel, dedupe, recipient, message, object, record, person, rule, change)
  select channel, dedupe, recipient, message, object, record, person, rule, $1
  from unnest($2::text[], $3::text[], $4::jsonb[], $5::jsonb[], $6::text[], $7::uuid[], $8::uuid[], $9::text[])
    as o(channel, dedupe, recipient, message, object, record, person, rule)
  where not exists (select from notice_held h where h.dedupe = o.dedupe) on conflict (dedupe) do nothing"""


PEOPLE = """select p.id, p.name, p.phone, p.email, p.settings, p.calendar, s.document as notices from person p
  left join notice_setting s on s.person = p.id where p.id = any($1)"""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing one person is told.

    `title` and `body` are templates, plain or by language; `values` fill them (field keys of `object`, or of the object
    that `data` names, at the top), as far as the person may see those fields.
    `via` names channels by key; "inbox" is always there. `dedupe`: the same key tells the same person once.
    `breaks_quiet`: it reaches its person in quiet hours and beyond the frequency guard too.
    """

    person: UUID
    kind: str
    title: Text
    body: Text = ""
    object: str | None = None
    record: UUID | None = None
    urgency: str = "normal"
    via: tuple[str, ...] = ("inbox",)
    dedupe: str | None = None
    rule: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    breaks_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message for one channel. `dedupe` is unique in the workspace and stays with the message for good."""

    channel: str
    dedupe: str
    message: Mapping[str, Any]
    recipient: Mapping[str, Any] = field(default_factory=dict)
    object: str | None = None
    record: UUID | None = None
    person: UUID | None = None
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What an undo could stop and what had left already."""

    cancelled: int
    sent: list[dict[str, Any]]


async def notify(uow: UnitOfWork, notices: Sequence[Notice]) -> None:
    """Writes the inbox rows and the outbox rows of the notices, one statement each; what was said before stays once.

    What reaches somebody in their quiet hours, or too often, is held back instead.
    """
    if not notices:
        return
    people = await _people(uow, {notice.person for notice in notices})
    told = [await _under_policy(uow, notice) for notice in notices if notice.person in people]
    verdicts = await verdicts_of(uow, people, told)
    await _insert_inbox(uow, people, [notice for notice in told if "inbox" in notice.via])
    published = await load_published(uow)
    now = [(told[place], channel) for (place, channel), verdict in verdicts.items() if verdict.do == "send"]
    sent = _outgoing(uow, published, people, now)
    await enqueue(uow, sent)
    said = {message.dedupe for message in sent}
    held = []
    for (place, channel), verdict in verdicts.items():
        if verdict.do == "hold" and verdict.due is not None:
            (message,) = _outgoing(uow, published, people, [(told[place], channel)])
            if message.dedupe not in said:
                held.append((message, told[place].kind, verdict.due, verdict.why))
    await hold(uow, held)


async def escalate(
    uow: UnitOfWork,
    notices: Sequence[Notice],
    managers_of: Callable[[UnitOfWork, list[UUID]], Awaitable[Mapping[UUID, UUID]]],
) -> None:
    """Tells the line manager of each notice's person instead; whoever has nobody above is told themselves."""
    above = await managers_of(uow, sorted({notice.person for notice in notices}))
    await notify(uow, [replace(notice, person=above.get(notice.person) or notice.person) for notice in notices])


async def enqueue(uow: UnitOfWork, messages: Sequence[Outgoing]) -> None:
    """Puts messages into the outbox, one statement; they leave after the commit."""
    if not messages:
        return
    await uow.execute(
        INSERT_OUTBOX,
        uow.change,
        [m.channel for m in messages],
        [m.dedupe for m in messages],
        [dict(m.recipient) for m in messages],
        [dict(m.message) for m in messages],
        [m.object for m in messages],
        [m.record for m in messages],
        [m.person for m in messages],
        [m.rule for m in messages],
    )


async def withdraw_change(uow: UnitOfWork, change: UUID) -> Withdrawn:
    """Stops what a change said and has not left yet, and clears its inbox rows; what has left is listed."""
    cancelled = await uow.fetch(
        "update outbox set status = 'cancelled', done_at = now() where change = $1 and status = 'waiting' returning id",
        change,
    )
    gone = await uow.fetch(
        "select id, channel, message->>'title' as title, done_at from outbox"
        " where change = $1 and status in ('sending', 'sent') order by id",
        change,
    )
    held = await uow.fetch("delete from notice_held where change = $1 and released_at is null returning id", change)
    await uow.execute("delete from inbox where change = $1", change)
    return Withdrawn(len(cancelled) + len(held), [dict(row) for row in gone])


async def _people(uow: UnitOfWork, ids: set[UUID]) -> dict[UUID, Mapping[str, Any]]:
    rows = await uow.fetch(PEOPLE, sorted(ids))
    return {row["id"]: row for row in rows}


async def _under_policy(uow: UnitOfWork, notice: Notice) -> Notice:
    about = str(notice.object or notice.data.get("object") or "")
    names = (template_fields(notice.title) | template_fields(notice.body)) if about else set()
    if not names & _reachable(notice.values, names):
        return notice
    try:
        policy = (await actor_for_person(uow, notice.person)).policy
    except XingjiError:
        policy = None
    published = await load_published(uow)
    values = {
        name: look_up(notice.values, name) if may_show(policy, published, about, name) else HIDDEN
        for name in names
    }
    return replace(notice, values=values)


def _reachable(values: Mapping[str, Any], names: set[str]) -> set[str]:
    return {name for name in names if look_up(values, name) is not None}


async def _insert_inbox(uow: UnitOfWork, people: Mapping[UUID, Mapping[str, Any]], notices: list[Notice]) -> None:
    if not notices:
        return
    said = [_said(uow, notice, people[notice.person]["settings"].get("lang", "zh")) for notice in notices]
    await uow.execute(
        INSERT_INBOX,
        uow.now,
        uow.change,
        [uuid7() for _ in notices],
        [n.person for n in notices],
        [n.kind for n in notices],
        [n.urgency for n in notices],
        [title for title, _ in said],
        [body for _, body in said],
        [n.object for n in notices],
        [n.record for n in notices],
        [n.rule for n in notices],
        [n.dedupe for n in notices],
        [dict(n.data) for n in notices],
        [not n.breaks_quiet and n.kind in settings_of(people[n.person]["notices"])["muted"] for n in notices],
    )


def _said(uow: UnitOfWork, notice: Notice, language: str) -> tuple[str, str]:
    zone = uow.workspace.zone
    title = render(pick_language(notice.title, language), notice.values, zone)
    return title, render(pick_language(notice.body, language), notice.values, zone)


def _outgoing(
    uow: UnitOfWork, published: Published, people: Mapping[UUID, Mapping[str, Any]], pairs: Sequence[tuple[Notice, str]]
) -> list[Outgoing]:
    """One message per channel and person, or one for the group with everybody mentioned."""
    messages: dict[str, Outgoing] = {}
    for notice, channel in pairs:
        document = published.get("channel", channel) or {}
        kind = CHANNEL_KINDS.get(str(document.get("channel")))
        message = _message(uow, notice, str((document.get("settings") or {}).get("lang", "zh")))
        base = notice.dedupe or f"{uow.change}:{notice.kind}:{notice.record}:{message['title']}"
        personal = kind is not None and kind.addressed == "person"
        dedupe = f"{base}:{channel}:{notice.person}" if personal else f"{base}:{channel}"
        before = messages.get(dedupe)
        recipient = _recipient(people[notice.person], kind.key if kind else "", before.recipient if before else {})
        messages[dedupe] = Outgoing(
            channel, dedupe, message, recipient, notice.object, notice.record, notice.person, notice.rule
        )
    return list(messages.values())


def _message(uow: UnitOfWork, notice: Notice, language: str) -> dict[str, Any]:
    title, body = _said(uow, notice, language)
    site = public_url()
    place = f"leads/{notice.record}" if notice.object == "lead" else f"records/{notice.object}/{notice.record}"
    link = f"{site}/{place}" if site and notice.record else None
    data = {"object": notice.object, "record": notice.record, "rule": notice.rule, **notice.data}
    return {
        "title": title,
        "body": body,
        "urgency": notice.urgency,
        "link": link,
        "type": f"notice.{notice.kind}",
        "data": {key: value for key, value in data.items() if value is not None},
    }


def _recipient(person: Mapping[str, Any], kind: str, held: Mapping[str, Any]) -> dict[str, Any]:
    given = {
        "mobiles": person["phone"],
        "emails": person["email"],
        "user_ids": person["settings"].get(_USER_ID.get(kind, "")),
    }
    return {name: [*held.get(name, []), *([value] if value else [])] for name, value in given.items()}
