"""What a rule did and why, kept for every run and read as a sentence. Owns `rule_run`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.events.append import encode_data
from xingji.kernel.rules.actions import ACTIONS, Hit
from xingji.kernel.rules.document import Rule, read_rule
from xingji.kernel.rules.limits import Stopped

NAMED_RECORDS = 20

INSERT = """insert into rule_run (rule, version, event, timer, object, record, at, change, outcome, depth, trace)
  select rule, version, event, timer, object, record, $1, change, outcome, depth, trace::jsonb
  from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::text[], $7::uuid[], $8::uuid[], $9::text[],
    $10::smallint[], $11::text[]) as t(rule, version, event, timer, object, record, change, outcome, depth, trace)"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run to be kept: a rule, what it answered, what came of it. Several hits when a limit stopped them at once."""

    rule: Rule
    hits: Sequence[Hit]
    outcome: str
    trace: Mapping[str, Any] = field(default_factory=dict)
    change: UUID | None = None


def stopped_runs(rule: Rule, stopped: Sequence[Stopped]) -> list[Run]:
    """One run per limit that stopped hits, with their number and the first twenty records."""
    limit = {"stopped_depth": rule.depth, "stopped_fan_out": rule.fan_out, "cooled_down": rule.cool_down}
    return [
        Run(rule, part.hits, part.outcome, {
            "count": len(part.hits), "limit": limit.get(part.outcome),
            "records": [str(hit.record) for hit in part.hits[:NAMED_RECORDS]],
        })
        for part in stopped
    ]  # fmt: skip


async def record_runs(uow: UnitOfWork, runs: Sequence[Run]) -> None:
    """Keeps the runs, in one statement."""
    if not runs:
        return
    firsts = [run.hits[0] for run in runs]
    traces = [
        encode_data({"type": hit.type, "happened_at": hit.at, "data": _small(hit.data), **run.trace})
        for run, hit in zip(runs, firsts, strict=True)
    ]
    await uow.execute(
        INSERT,
        uow.now,
        [run.rule.key for run in runs],
        [run.rule.version for run in runs],
        [hit.event for hit in firsts],
        [hit.timer for hit in firsts],
        [run.rule.object for run in runs],
        [hit.record if len(run.hits) == 1 else None for run, hit in zip(runs, firsts, strict=True)],
        [run.change for run in runs],
        [run.outcome for run in runs],
        [hit.depth for hit in firsts],
        traces,
    )


def _small(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a change only which fields, since their values stand in the log under the reader's policy."""
    if "changes" in data:
        return {"changed": sorted(data["changes"])}
    return {key: value for key, value in list(data.items())[:10] if isinstance(value, (str, int, float, bool))}


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────

OUTCOMES = {
    "cooled_down": ("仍在冷却期内，没有执行", "it is still cooling down and did not act"),
    "once": ("已经执行过一次，没有再执行", "it had acted once already and did not act again"),
    "stopped_depth": ("连锁触发已达 {limit} 层，停止执行", "rules had triggered rules {limit} deep, so it was stopped"),
    "stopped_fan_out": ("同一原因触发已达 {limit} 条上限，其余 {count} 条停止执行", "one cause had reached the limit of {limit} records, so the other {count} were stopped"),
}  # fmt: skip
REASONS = {
    "rules.nobody_to_tell": ("没有可通知的人", "there is nobody to tell"),
    "rules.nobody_to_assign": ("没有可分配的人", "there is nobody to give it to"),
    "rules.owned_already": ("已归此人", "that person has it already"),
    "rules.tagged_already": ("标签没有变化", "its tags are so already"),
    "records.invalid": ("记录的校验没有通过", "the record refuses it"),
    "records.not_found": ("记录已不存在", "the record is gone"),
    "access.denied": ("没有权限", "it is not allowed"),
}
TYPE_WORDS = {
    "created": ("新建", "was created"), "updated": ("修改", "was changed"), "deleted": ("删除", "was deleted"),
    "assigned": ("分配", "was assigned"), "returned": ("退回公海", "was returned"), "response": ("响应", "was answered"),
    "followup": ("有效跟进", "was followed up"), "bought": ("成交", "bought"), "urgent_raised": ("标为加急", "was marked urgent"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """How a reader reads facts: which fields at all, their labels by language, values as people read them."""

    allowed: Callable[[str], bool] = lambda path: True
    label: Callable[[str, str], str] = lambda path, language: path
    shown: Callable[[str, Any, str], Any] = lambda path, value, language: value


PLAIN = Words()
_BLANK = re.compile(r"\{(\w+)\}")


def sentence(
    document: Mapping[str, Any], run: Mapping[str, Any], zone: ZoneInfo, words: Words = PLAIN
) -> dict[str, str]:
    """因为 … 所以 … (because … therefore …), in zh and en, from a rule's document of that version and a run's row."""
    rule = read_rule(str(run["rule"]), int(run["version"]), document)
    trace = run["trace"]
    because, why = _because(rule, trace, zone, words)
    therefore, thus = _therefore(rule, run["outcome"], trace, words)
    return {"zh": f"因为{because}，所以{therefore}。", "en": f"Because {why}, {thus}."}


def _because(rule: Rule, trace: Mapping[str, Any], zone: ZoneInfo, reader: Words) -> tuple[str, str]:
    at = trace.get("happened_at")
    when = datetime.fromisoformat(at).astimezone(zone).strftime("%m-%d %H:%M") if at else ""
    words = TYPE_WORDS.get(
        str(trace.get("type")).rsplit(".", 1)[-1], (f"发生 {trace.get('type')}", f"had {trace.get('type')}")
    )
    zh, en = f"{when} {words[0]}", f"it {words[1]} at {when}"
    if rule.cron:
        zh, en = f"到了定时 {rule.cron}", f"the time of {rule.cron} had come"
    if rule.since:
        amount, unit, unit_en = _span(rule)
        zh, en = f"{zh}后已过 {amount:g} {unit}", f"{amount:g} {unit_en} had passed since {en}"
    facts = [
        (
            reader.label(path, "zh"),
            reader.shown(path, value, "zh"),
            reader.label(path, "en"),
            reader.shown(path, value, "en"),
        )
        for path, value in (trace.get("facts") or {}).items()
        if reader.allowed(path)
    ]
    if facts:
        zh += "，且 " + "、".join(f"{label} 为 {_shown(value, '空')}" for label, value, _, _ in facts)
        en += " and " + ", ".join(f"{label} was {_shown(value, 'empty')}" for _, _, label, value in facts)
    return zh, en


def _span(rule: Rule) -> tuple[float, str, str]:
    assert rule.since is not None
    if rule.since.working is not None:
        return rule.since.working, "工作分钟", "working minutes"
    seconds = rule.since.seconds or 0.0
    return (seconds / 3600, "小时", "hours") if seconds >= 3600 else (seconds / 60, "分钟", "minutes")


def _therefore(rule: Rule, outcome: str, trace: Mapping[str, Any], reader: Words) -> tuple[str, str]:
    name = {"zh": rule.name.get("zh") or rule.key, "en": rule.name.get("en") or rule.name.get("zh") or rule.key}
    head = (f"按规则「{name['zh']}」", f"the rule “{name['en']}” ")
    if outcome in OUTCOMES:
        zh, en = (words.format(limit=trace.get("limit"), count=trace.get("count")) for words in OUTCOMES[outcome])
        return f"规则「{name['zh']}」{zh}", f"{head[1].rstrip()}: {en}"
    said = [_said(step, done, reader) for step, done in zip(rule.steps, trace.get("steps") or (), strict=False)]
    return head[0] + "；".join(zh for zh, _ in said), f"{head[1]}acted: " + "; ".join(en for _, en in said)


def _said(step: Mapping[str, Any], done: Mapping[str, Any], reader: Words) -> tuple[str, str]:
    action = ACTIONS.get(str(done.get("action")))
    detail = dict(done.get("detail") or {})
    if isinstance(detail.get("fields"), Mapping):
        fields = detail["fields"].items()
        detail["fields"] = {reader.label(k, "zh"): reader.shown(k, v, "zh") for k, v in fields if reader.allowed(k)}
    said = action.phrase(step, detail) if action else {"zh": str(done.get("action")), "en": str(done.get("action"))}
    words = {tongue: _named(text, reader, tongue) for tongue, text in said.items()}
    if done.get("status") == "done":
        return words["zh"], words["en"]
    code = str(detail.get("code", ""))
    reason = REASONS.get(code, (code, code))
    tail = ("未执行", "skipped") if done.get("status") == "skipped" else ("失败", "failed")
    return f"{words['zh']}（{tail[0]}：{reason[0]}）", f"{words['en']} ({tail[1]}: {reason[1]})"


def _named(text: str, reader: Words, tongue: str) -> str:
    """A template with its blanks called by their fields."""
    return _BLANK.sub(lambda found: f"〔{reader.label(found[1], tongue)}〕", text)


def _shown(value: Any, empty: str) -> str:
    if value is None or value == []:
        return empty
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
