"""The definition kind `playbook`: its check, what it uses, its dry run over past moves."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from xingji.features.process.document import read_playbook
from xingji.features.process.follows import follows_fit, follows_references
from xingji.kernel import records
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork

Document = Mapping[str, Any]
#: Fields an object needs to follow a playbook, with their kinds; the base pack's deal has them.
FOLLOWING = {"playbook": "text", "playbook_version": "number", "stage_since": "datetime", "unverified": "boolean", "evidence": "file"}
EVIDENCE_KINDS = ("file", "event", "link")
STAGE_WORDS = {"key", "name", "progress", "chance", "limit_hours", "entry", "exit", "actions", "optional_when", "help"}
ACTION_WORDS = {
    "key", "name", "by", "limit_hours", "need", "evidence", "fingerprint", "approval", "confirm", "when", "required", "help",
    "knowledge", "remind",
}  # fmt: skip
#: A number of a stage or an action -> the most it may be, and how that is said.
NUMBERS: dict[str, tuple[float, str, str]] = {
    "limit_hours": (87_600, "时限写不小于 0 的小时数", "A limit is a number of hours, not below 0"),
    "progress": (100, "完成度写 0 到 100", "Progress is between 0 and 100"),
    "chance": (1, "成交可能写 0% 到 100%", "The chance is between 0% and 100%"),
}
MOST_STAGES, MOST_ACTIONS, MOST_IN_ALL = 20, 12, 60  # health keeps an action as a bit of one number


def fault(code: str, path: str, zh: str, en: str, severity: str = "error", **params: Any) -> Problem:
    return Problem(f"process.{code}", path, params, {"zh": zh, "en": en}, severity)


class PlaybookKind:
    """Playbooks as documents."""

    key = "playbook"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        """Every problem of a playbook: stages the object does not have, unknown fields and roles, doubled keys, bad CEL."""
        target = str(document.get("object") or "")
        described = context.of_kind("object").get(target)
        if described is None:
            return [fault("unknown_object", "object", f"没有对象「{target}」", f"There is no object {target}")]
        if not isinstance(document.get("stages"), list) or not document["stages"]:
            return [fault("no_stages", "stages", "打法至少要有一个阶段", "A playbook needs at least one stage")]
        found = list(_shape(document))
        if found:
            return found
        try:
            read_playbook(str(document.get("key")), 0, document)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return [fault("broken", "", f"打法写法不对：{error}", f"The playbook cannot be read: {error}")]
        fields = {one["key"]: one for one in described.get("fields") or () if isinstance(one, Mapping) and "key" in one}
        found += _object_fits(document, fields, target)
        found += _stages_fit(document, fields, context)
        found += _moves_fit(document, fields, context)
        found += _reminders_fit(document, context)
        found += follows_fit(document, context)
        if document.get("when") is not None:
            found += records.check_condition(context, target, document["when"], "when")
        return found

    def references(self, document: Document) -> set[Ref]:
        """The object, its fields, calendars, roles and approval flows a playbook uses."""
        target = str(document.get("object", ""))
        field = str(document.get("field") or "stage")
        found = {Ref("object", target), Ref("field", f"{target}.{field}"), Ref("calendar", str(document.get("calendar") or "office"))}
        for one in _mappings(document.get("stages")):
            for _, action in _numbered(one.get("actions")):
                found |= {Ref("field", f"{target}.{key}") for key in _list(action.get("need"))}
                if action.get("approval"):
                    found.add(Ref("approval_flow", str(action["approval"])))
                if isinstance(action.get("confirm"), Mapping):
                    found.add(Ref("role", str(action["confirm"].get("role"))))
        found |= {Ref("channel", key) for key in _list(_remind(document).get("via")) if key != "inbox"}
        found |= follows_references(document)
        for _, source in _expressions(document):
            found |= {Ref("field", name) for name in records.expression_fields(target, source)}
        return found

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """Which moves of the window the draft would have stopped, at which stage and by what, with samples."""
        from xingji.features.process.rehearse import rehearse

        return await rehearse(uow, document, since, until)

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """Nothing more: running records stay on their version, new ones take this one."""


def _shape(document: Document) -> Iterator[Problem]:
    keys: dict[str, str] = {}
    if len(document["stages"]) > MOST_STAGES:
        yield fault("too_many_stages", "stages", f"最多 {MOST_STAGES} 个阶段", f"At most {MOST_STAGES} stages")
    if sum(1 for stage in document["stages"] if isinstance(stage, Mapping) for _ in _numbered(stage.get("actions"))) > MOST_IN_ALL:
        yield fault("too_many_in_all", "stages", f"一套打法最多 {MOST_IN_ALL} 个动作", f"At most {MOST_IN_ALL} actions a playbook")
    for n, stage in enumerate(document["stages"]):
        path = f"stages.{n}"
        if not isinstance(stage, Mapping) or not isinstance(stage.get("key"), str):
            yield fault("stage_key", path, "阶段要有 key", "A stage needs a key")
            continue
        yield from _unknown_words(stage, STAGE_WORDS, path)
        yield from _numbers_fit(stage, path)
        actions = stage.get("actions") or []
        if not isinstance(actions, list) or len(actions) > MOST_ACTIONS:
            yield fault("too_many_actions", f"{path}.actions", f"每阶段最多 {MOST_ACTIONS} 个动作，建议 3–5 个", f"At most {MOST_ACTIONS} actions a stage, 3–5 are advised")
            continue
        for m, action in enumerate(actions):
            here = f"{path}.actions.{m}"
            if not isinstance(action, Mapping) or not isinstance(action.get("key"), str):
                yield fault("action_key", here, "动作要有 key", "An action needs a key")
                continue
            yield from _unknown_words(action, ACTION_WORDS, here)
            yield from _numbers_fit(action, here)
            before = action["remind"].get("before_hours", 0) if isinstance(action.get("remind"), Mapping) else 0
            if not _is_number(before):
                yield fault("remind_number", f"{here}.remind", f"「{str(before)[:40]}」不是小时数", f"“{str(before)[:40]}” is no number of hours")
            if action["key"] in keys:
                yield fault("doubled_action", f"{here}.key", f"动作 key「{action['key']}」重复，已用于 {keys[action['key']]}", f"The key {action['key']} is used twice")
            keys[action["key"]] = here
        for word in ("entry", "exit"):
            for m, rule in enumerate(stage.get(word) or []):
                if not isinstance(rule, Mapping) or not isinstance(rule.get("key"), str) or not isinstance(rule.get("when"), str):
                    yield fault("condition_shape", f"{path}.{word}.{m}", "条件要有 key 和 when", "A condition needs key and when")


def _numbers_fit(given: Document, path: str) -> Iterator[Problem]:
    for word, (most, zh, en) in NUMBERS.items():
        value = given.get(word)
        if value is not None and not (_is_number(value) and 0 <= value <= most):
            yield fault("number", f"{path}.{word}", zh, en, word=word)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unknown_words(given: Document, known: set[str], path: str) -> Iterator[Problem]:
    for word in sorted(set(map(str, given)) - known):
        yield fault("unknown_word", f"{path}.{word}", f"看不懂「{word}」", f"{word} is not understood", word=word)


def _object_fits(document: Document, fields: Mapping[str, Document], target: str) -> Iterator[Problem]:
    stage_field = str(document.get("field") or "stage")
    spec = fields.get(stage_field)
    if spec is None or spec.get("kind") != "choice":
        yield fault("stage_field", "field", f"「{stage_field}」不是 {target} 的单选字段", f"{stage_field} is no choice field of {target}")
        return
    options = {str(one.get("key")) for one in spec.get("options") or () if isinstance(one, Mapping)}
    for n, stage in enumerate(document["stages"]):
        if stage["key"] not in options:
            yield fault("unknown_stage", f"stages.{n}.key", f"字段「{stage_field}」没有选项「{stage['key']}」", f"{stage_field} has no option {stage['key']}", stage=stage["key"])
    for key, kind in FOLLOWING.items():
        if (fields.get(key) or {}).get("kind") != kind:
            yield fault("fields_missing", "object", f"对象要有系统字段 {key}（{kind}）才能跟随打法", f"The object needs a field {key} ({kind}) to follow a playbook", field=key)
    status = document.get("status") or {}
    if status and str(status.get("field")) not in fields:
        yield fault("status_field", "status.field", f"没有字段「{status.get('field')}」", f"There is no field {status.get('field')}")
    keys = [stage["key"] for stage in document["stages"]]
    if document.get("win_at") is not None and document["win_at"] not in keys:
        yield fault("win_at", "win_at", f"没有阶段「{document['win_at']}」", f"There is no stage {document['win_at']}")


def _stages_fit(document: Document, fields: Mapping[str, Document], context: CheckContext) -> Iterator[Problem]:
    target, roles = str(document["object"]), context.of_kind("role")
    for n, stage in enumerate(document["stages"]):
        path = f"stages.{n}"
        for m, action in _numbered(stage.get("actions")):
            here = f"{path}.actions.{m}"
            for key in _list(action.get("need")):
                if key not in fields:
                    yield fault("unknown_field", f"{here}.need", f"没有字段「{key}」", f"There is no field {key}", field=key)
            confirm = action.get("confirm")
            if confirm is not None and (not isinstance(confirm, Mapping) or str(confirm.get("role")) not in roles):
                name = confirm.get("role") if isinstance(confirm, Mapping) else confirm
                yield fault("unknown_role", f"{here}.confirm", f"没有角色「{name}」", f"There is no role {name}", role=str(name))
            if action.get("approval") is not None and str(action["approval"]) not in context.of_kind("approval_flow"):
                yield fault("unknown_approval", f"{here}.approval", f"没有审批流「{action['approval']}」", f"There is no approval flow {action['approval']}", flow=str(action["approval"]))
            evidence = action.get("evidence")
            age = evidence.get("max_age_days") if isinstance(evidence, Mapping) else None
            if age is not None and not (_is_number(age) and age > 0):
                yield fault("evidence_age", f"{here}.evidence.max_age_days", "佐证多少天内有效：写大于 0 的天数", "For how many days the evidence counts: a number above 0")
            for kind in _list(evidence.get("kinds")) if isinstance(evidence, Mapping) else []:
                if kind not in EVIDENCE_KINDS:
                    yield fault("evidence_kind", f"{here}.evidence.kinds", f"佐证类型只能是 {'、'.join(EVIDENCE_KINDS)}", f"evidence is one of {', '.join(EVIDENCE_KINDS)}")
        if len(stage.get("actions") or ()) > 5:
            yield fault("many_actions", f"{path}.actions", "一个阶段超过 5 个必选动作，很少有团队做得到", "More than five required actions a stage are rarely kept", "warning")
    for path, source in _expressions(document):
        yield from records.check_condition(context, target, source, path)


def _moves_fit(document: Document, fields: Mapping[str, Document], context: CheckContext) -> Iterator[Problem]:
    keys, roles = [stage["key"] for stage in document["stages"]], {*context.of_kind("role"), "owner", "system"}
    moves = document.get("transitions") or []
    for n, move in enumerate(moves):
        path = f"transitions.{n}"
        if not isinstance(move, Mapping) or not isinstance(move.get("key"), str) or move.get("to") not in keys:
            yield fault("transition", path, "流转要有 key，to 要是本打法的阶段", "A transition needs a key, and its `to` a stage of this playbook")
            continue
        for key in _list(move.get("from")):
            if key not in keys:
                yield fault("unknown_stage", f"{path}.from", f"没有阶段「{key}」", f"There is no stage {key}", stage=key)
        for key in _list(move.get("asks")):
            if key not in fields:
                yield fault("unknown_field", f"{path}.asks", f"没有字段「{key}」", f"There is no field {key}", field=key)
        for key in _list(move.get("who")):
            if key not in roles:
                yield fault("unknown_role", f"{path}.who", f"没有角色「{key}」", f"There is no role {key}", role=key)
    reached = {move.get("to") for move in moves if isinstance(move, Mapping)}
    for n, key in enumerate(keys[1:], start=1):
        if moves and key not in reached:
            yield fault("unreachable", f"stages.{n}.key", f"没有任何流转能到「{key}」", f"No transition leads to {key}", "warning", stage=key)


def _reminders_fit(document: Document, context: CheckContext) -> Iterator[Problem]:
    channels, said = {*context.of_kind("channel"), "inbox"}, _remind(document)
    for n, key in enumerate(_list(said.get("via"))):
        if key not in channels:
            yield fault("unknown_channel", f"remind.via.{n}", f"没有渠道「{key}」", f"There is no channel {key}", channel=key)
    if said.get("urgency", "normal") not in ("normal", "strong"):
        yield fault("remind_urgency", "remind.urgency", "紧急程度应为 normal 或 strong", "The urgency is normal or strong")
    for n, stage in enumerate(document["stages"]):
        for m, action in _numbered(stage.get("actions")):
            before = action["remind"].get("before_hours", 0) if isinstance(action.get("remind"), Mapping) else 0
            limit = action.get("limit_hours") or stage.get("limit_hours") or 0
            if before and not 0 < before < limit:
                yield fault("remind_before", f"stages.{n}.actions.{m}.remind", "提前提醒的小时数要小于时限", "The reminder must come after the stage is entered and before the limit")


def _remind(document: Document) -> Document:
    said = document.get("remind")
    return said if isinstance(said, Mapping) else {}


def _expressions(document: Document) -> Iterator[tuple[str, str]]:
    for n, stage in enumerate(_mappings(document.get("stages"))):
        for word in ("entry", "exit"):
            yield from ((f"stages.{n}.{word}.{m}.when", rule["when"]) for m, rule in _numbered(stage.get(word)) if isinstance(rule.get("when"), str))
        if isinstance(stage.get("optional_when"), str):
            yield f"stages.{n}.optional_when", stage["optional_when"]
        for m, action in _numbered(stage.get("actions")):
            yield from ((f"stages.{n}.actions.{m}.{word}", action[word]) for word in ("when", "fingerprint") if isinstance(action.get(word), str))
    for n, move in enumerate(_mappings(document.get("transitions"))):
        if isinstance(move.get("when"), str):
            yield f"transitions.{n}.when", move["when"]


def _mappings(value: Any) -> list[Document]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _numbered(value: Any) -> list[tuple[int, Document]]:
    return [(n, one) for n, one in enumerate(value) if isinstance(one, Mapping)] if isinstance(value, list) else []


def _list(value: Any) -> list[str]:
    if value is None or value == "*":
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]
