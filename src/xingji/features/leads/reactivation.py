"""The second-activation pack (二次激活话术包): what a silent lead looked at and said, as a task for its owner.

Reads events, writes a task and a notice; sends nothing to the customer.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.features.leads.literals import rows_where_in
from xingji.kernel import records
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records.behalf import on_behalf
from xingji.kernel.work import Notice, notify

KIND = "reactivation"
SAID = f"""select e.record, e.type, e.occurred_at, e.data from event e where e.record = any($1)
  and e.type in ('page.viewed', 'lead.enquired', 'lead.received', 'touch.response', 'touch.followup', 'touch.note', 'touch.inbound')
  and {standing("e")} order by e.occurred_at desc limit 2000"""
MOST = 5


async def reactivate(uow: UnitOfWork, leads: Sequence[UUID], via: tuple[str, ...] = ("inbox",)) -> dict[UUID, UUID]:
    """A task per lead that has an owner and no open re-activation yet; the tasks' ids by lead."""
    rows = await records.get_records(on_behalf(uow), "lead", list(dict.fromkeys(leads)))
    open_filter = f'kind == "{KIND}" && status == "open"'
    ids = [row["id"] for row in rows]
    open_tasks = await rows_where_in(on_behalf(uow), "task", "subject_lead", ids, fields=["subject_lead"], more=open_filter)
    held = {row["subject_lead"] for row in open_tasks}
    wanted = [row for row in rows if row.get("owner") and row["id"] not in held]
    if not wanted:
        return {}
    said: dict[UUID, list[Any]] = {}
    for event in await uow.fetch(SAID, [UUID(row["id"]) for row in wanted]):
        said.setdefault(event["record"], []).append(event)
    changes, notices = [], []
    for row in wanted:
        pack = build_pack(row, said.get(UUID(row["id"]), []), uow.workspace.zone)
        title = f"二次激活：{row.get('name') or row.get('company') or '线索'}"
        values = {"title": title, "assignee": row["owner"], "owner": row["owner"], "due_at": uow.now.isoformat(), "kind": KIND,
                  "pack": pack, "subject_lead": row["id"]}  # fmt: skip
        changes.append(records.Change("create", "task", None, values))
        notices.append(Notice(
            UUID(row["owner"]), KIND, {"zh": "72 小时没有动作：{name} {company}", "en": "72 hours without action: {name} {company}"},
            {"zh": "已备好二次激活话术包", "en": "A talk track is ready"}, "lead", UUID(row["id"]), "normal", via,
            f"{KIND}:{row['id']}:{uow.now.date().isoformat()}", values=row,
        ))  # fmt: skip
    result = await records.write(on_behalf(uow), changes, owned=True)
    await notify(uow, notices)
    return {UUID(row["id"]): task for row, task in zip(wanted, result.ids, strict=True)}


def build_pack(lead: Mapping[str, Any], events: Sequence[Mapping[str, Any]], zone: Any) -> str:
    """What the lead looked at, asked and was told, and an opening to begin with. Pure."""
    pages = [line for e in events if e["type"] == "page.viewed" and (line := _page(e["data"]))]
    asked = [text for e in events if e["type"] == "lead.enquired" and (text := str((e["data"].get("values") or {}).get("need") or ""))]
    talked = [
        f"{_day(e['occurred_at'], zone)} {e['data'].get('text')}"
        for e in events if e["type"].startswith("touch.") and e["data"].get("text")
    ]  # fmt: skip
    parts = []
    if lead.get("need"):
        parts.append(f"最初的需求：{lead['need']}")
    if asked:
        parts.append("又问过：" + "；".join(dict.fromkeys(asked[:MOST])))
    if pages:
        parts.append("看过的页面：" + "；".join(list(dict.fromkeys(pages))[:MOST]))
    if talked:
        parts.append("沟通记录：\n" + "\n".join(f"- {line}" for line in talked[:MOST]))
    parts.append("可以这样开头：" + _opening(lead, pages))
    return "\n".join(parts)


def _page(data: Mapping[str, Any]) -> str:
    return str(data.get("title") or data.get("url") or "")[:120]


def _day(at: datetime, zone: Any) -> str:
    return at.astimezone(zone).strftime("%m-%d")


def _opening(lead: Mapping[str, Any], pages: Sequence[str]) -> str:
    name = lead.get("name") or "您好"
    if pages:
        return f"{name}，看到您了解过「{pages[0]}」，我整理了一份同类应用的资料，方便的话今天给您说明十分钟？"
    if lead.get("need"):
        return f"{name}，您之前提到「{str(lead['need'])[:30]}」，现在推进到哪一步了？我这边可以先给一个参考方案。"
    return f"{name}，之前您咨询过我们，想确认一下现在是否还有需要，我可以先发一份资料给您。"
