"""Which evidence counts: files, links, events. Owns the flags for doubled, blank, old and taken back ones; flagged ones do not count."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from xingji.features.process.document import Action
from xingji.kernel.core.errors import Problem, XingjiError, invalid
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import WITHDRAWN, standing
from xingji.kernel.records import find_file

SMALLEST = 64  # bytes; nothing that shows anything is smaller
MOST_ITEMS = 20

FLAG = f"""update process_action a set evidence = (
    select jsonb_agg(case when x ->> 'kind' = 'event' and exists (select from event e where e.id = (x ->> 'id')::bigint and e.record = a.record and not {standing("e")})
      then x || '{{"flags": ["taken_back"]}}' else x end order by n) from jsonb_array_elements(a.evidence) with ordinality as o(x, n))
  where a.record = any ($1::uuid[]) and a.evidence @> '[{{"kind": "event"}}]'"""


async def checked_evidence(
    uow: UnitOfWork, object_key: str, row: Mapping[str, Any], action: Action, items: Sequence[Mapping[str, Any]],
    kept: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:  # fmt: skip
    """The items as they are kept, with their flags (doubled, blank, old). Raises: `records.invalid` with every problem."""
    assert action.evidence is not None
    problems: list[Problem] = []
    found: list[dict[str, Any]] = []
    if not items or len(items) + len(kept) > MOST_ITEMS:
        raise invalid("records.invalid", [_problem("evidence_count", "items", f"请给出 1 到 {MOST_ITEMS} 件佐证", f"Give 1 to {MOST_ITEMS} pieces")])
    known = {str(one.get("id") or one.get("url")) for one in kept}
    for n, item in enumerate(items):
        kind = str(item.get("kind"))
        if kind not in action.evidence.kinds:
            words = "、".join(action.evidence.kinds)
            problems.append(_problem("evidence_kind", f"items.{n}.kind", f"这个动作只收：{words}", f"this action takes {words}"))
            continue
        one = await _read(uow, object_key, row, action, item, kind, f"items.{n}", problems)
        if one is not None and str(one.get("id") or one.get("url")) not in known:
            found.append({**one, "by": str(uow.actor.person) if uow.actor.person else None, "at": uow.now.isoformat()})
    if problems:
        raise invalid("records.invalid", problems, count=len(problems))
    return found


async def _read(
    uow: UnitOfWork, object_key: str, row: Mapping[str, Any], action: Action, item: Mapping[str, Any], kind: str,
    path: str, problems: list[Problem],
) -> dict[str, Any] | None:  # fmt: skip
    if kind == "link":
        url = str(item.get("url") or "")
        if not _is_address(url):
            problems.append(_problem("evidence_link", f"{path}.url", "链接要写完整的网址，例如 https://docs.example.com/1", "a link is a whole address, such as https://docs.example.com/1"))
            return None
        return {"kind": "link", "url": url, "name": str(item.get("name") or url)[:200]}
    try:
        id = str(item["id"])
        return await (_file(uow, row, action, UUID(id)) if kind == "file" else _event(uow, row, int(id), path, problems))
    except (KeyError, ValueError):
        problems.append(_problem("evidence_id", f"{path}.id", "没有给出编号", "an id is missing"))
    except XingjiError:
        problems.append(_problem("evidence_file", f"{path}.id", "没有这个文件，或不是你上传的", "there is no such file, or it is not yours"))
    return None


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= 2000 and not any(sign.isspace() for sign in url)
    except ValueError:  # brackets of no address
        return False


async def _file(uow: UnitOfWork, row: Mapping[str, Any], action: Action, file: UUID) -> dict[str, Any]:
    stored = await find_file(uow, file)
    flags = []
    twin = await uow.fetchval(
        """select 1 from file f join file o on o.sha256 = f.sha256 and o.id <> f.id and o.record is not null
             where f.id = $1 and o.deleted_at is null limit 1""",
        file,
    )
    if twin:
        flags.append("doubled")
    if stored.size < SMALLEST or await _blank(uow, file, stored.content_type):
        flags.append("blank")
    made = await uow.fetchval("select created_at from file where id = $1", file)
    limit = action.evidence.max_age_days if action.evidence else None
    if limit is not None and made < uow.now - timedelta(days=float(limit)):
        flags.append("old")
    return {"kind": "file", "id": str(stored.id), "name": stored.name, "type": stored.content_type, "size": stored.size, "flags": flags}


async def _blank(uow: UnitOfWork, file: UUID, content_type: str) -> bool:
    """Text without letters, or content whose bytes are nearly all the same (a blank page, a black picture)."""
    data = await uow.fetchval("select data from file_chunk where file = $1 order by n limit 1", file) or b""
    if content_type.startswith("text/"):
        return not data.strip()
    body = data[128:] if len(data) > 4096 else b""
    return bool(body) and max(body.count(byte) for byte in set(body[:64])) > 0.97 * len(body)


async def _event(uow: UnitOfWork, row: Mapping[str, Any], event: int, path: str, problems: list[Problem]) -> dict[str, Any] | None:
    found = await uow.fetchrow(f"select e.type, e.occurred_at, e.claimed, {standing('e')} as standing from event e where e.id = $1 and e.record = $2", event, UUID(str(row["id"])))
    if found is None:
        problems.append(_problem("evidence_event", f"{path}.id", "这条记录里没有这个事件", "this record has no such event"))
        return None
    if found["claimed"]:
        problems.append(_problem("evidence_claimed", f"{path}.id", "自己登记的联系不能当佐证", "a touch you claimed yourself is no evidence"))
        return None
    if not found["standing"]:
        problems.append(_problem("evidence_taken_back", f"{path}.id", "这个事件已经撤回，不能当佐证", "this event was taken back: it is no evidence"))
        return None
    return {"kind": "event", "id": str(event), "name": found["type"], "occurred_at": found["occurred_at"].isoformat()}


async def flag_taken_back(uow: UnitOfWork, events: Sequence[NewEvent]) -> None:
    """Follows withdrawals: an event that was linked as evidence and is taken back shows nothing any more."""
    touched = {event.record for event in events if event.type == WITHDRAWN and event.record is not None}
    if touched:
        await uow.execute(FLAG, sorted(touched))


def _problem(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(f"process.{code}", path, {}, {"zh": zh, "en": en})
