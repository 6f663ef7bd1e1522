"""What a move of a record still lacks. Pure: everything it knows comes as an argument."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji.features.process.document import Action, Names, Playbook, Stage, Transition

EMPTY, CLAIMED, EVIDENCE, CONFIRMED, WAIVED = "empty", "claimed", "evidence", "confirmed", "na"
STATES = (EMPTY, CLAIMED, EVIDENCE, CONFIRMED, WAIVED)


@dataclass(frozen=True, slots=True)
class Said:
    """What has been said and shown of an action (a row of `process_action`)."""

    state: str
    evidence: Sequence[Mapping[str, Any]] = ()
    claimed_by: UUID | None = None
    confirmed_by: UUID | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one record: values as they would be, expressions that hold, what was said, events counted, exceptions granted."""

    values: Mapping[str, Any]
    truths: frozenset[str] = frozenset()
    said: Mapping[str, Said] = field(default_factory=dict)
    events: Mapping[str, int] = field(default_factory=dict)
    approved: frozenset[str] = frozenset()
    broken: Mapping[str, str] = field(default_factory=dict)
    granted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing: its kind, where it stands, in words, and who can supply it."""

    kind: str  # field | evidence | fingerprint | approval | confirm | claim | condition | move | who | broken
    stage: str
    action: str | None
    detail: str
    message: Names
    who: str

    @property
    def rule(self) -> str:
        """The place in the playbook: stage/action or stage/condition."""
        return f"{self.stage}/{self.action or self.detail}"


@dataclass(frozen=True, slots=True)
class Judged:
    """An action of a record: its state, and what it still lacks."""

    action: Action
    state: str
    missing: tuple[Missing, ...]
    due: bool = True  # false: the action does not concern this record

    @property
    def done(self) -> bool:
        return not self.missing


def judge(action: Action, seen: Seen, labels: Mapping[str, Names]) -> Judged:
    """The state of an action and what it lacks. States: empty, claimed, evidence, confirmed, na (not applicable)."""
    said = seen.said.get(action.key)
    if action.when and action.when not in seen.truths and action.when not in seen.broken:
        return Judged(action, WAIVED, (), due=False)
    if said is not None and said.state == WAIVED:
        return Judged(action, WAIVED, ())
    lacks = list(_lacks(action, seen, said, labels))
    confirmed = said is not None and said.state == CONFIRMED
    if action.confirm and not confirmed:
        text = {"zh": f"「{action.name['zh']}」还没有由另一角色确认", "en": f"“{action.name['en']}” is not confirmed by a second role"}
        lacks.append(Missing("confirm", action.stage, action.key, action.confirm.role, text, action.confirm.role))
    substance = [one for one in lacks if one.kind != "confirm"]
    if confirmed and not substance:
        state = CONFIRMED
    elif not substance and not action.claimable:
        state = EVIDENCE
    else:
        state = CLAIMED if said is not None and said.state in (CLAIMED, EVIDENCE, CONFIRMED) else EMPTY
    return Judged(action, state, tuple(lacks))


def _lacks(action: Action, seen: Seen, said: Said | None, labels: Mapping[str, Names]) -> Iterator[Missing]:
    for key in action.need:
        if _absent(seen.values.get(key)):
            label = labels.get(key) or {"zh": key, "en": key}
            text = {"zh": f"「{action.name['zh']}」要填写{label['zh']}", "en": f"“{action.name['en']}” needs {label['en']}"}
            yield Missing("field", action.stage, action.key, key, text, action.by)
    if action.evidence and not _shown(action, seen, said):
        label = action.evidence.label
        text = {"zh": f"「{action.name['zh']}」缺少佐证：{label['zh']}", "en": f"“{action.name['en']}” lacks evidence: {label['en']}"}
        yield Missing("evidence", action.stage, action.key, label["zh"], text, action.by)
    if action.fingerprint and action.fingerprint not in seen.truths:
        if action.fingerprint in seen.broken:
            yield _broken(action.stage, action.key, action.fingerprint, seen)
        else:
            text = {"zh": f"「{action.name['zh']}」的记录还不合规范", "en": f"the records of “{action.name['en']}” do not show it was done as agreed"}
            yield Missing("fingerprint", action.stage, action.key, action.fingerprint, text, action.by)
    if action.approval and action.approval not in seen.approved:
        text = {"zh": f"「{action.name['zh']}」还没有审批通过", "en": f"“{action.name['en']}” is not approved yet"}
        yield Missing("approval", action.stage, action.key, action.approval, text, action.by)
    if action.claimable and (said is None or said.state not in (CLAIMED, EVIDENCE, CONFIRMED)):
        text = {"zh": f"「{action.name['zh']}」还没有做", "en": f"“{action.name['en']}” is not done yet"}
        yield Missing("claim", action.stage, action.key, action.key, text, action.by)


def _absent(value: Any) -> bool:
    return value is None or value == "" or value == []


def _shown(action: Action, seen: Seen, said: Said | None) -> bool:
    wanted = action.evidence
    assert wanted is not None
    kept = [one for one in (said.evidence if said else ()) if one.get("kind") in wanted.kinds and not one.get("flags")]
    found = len(kept) + sum(seen.events.get(name, 0) for name in wanted.events)
    return found >= wanted.least


def _broken(stage: str, action: str | None, source: str, seen: Seen) -> Missing:
    text = {"zh": f"门槛里的表达式不能用了：{seen.broken[source]}", "en": f"an expression of the gate does not work any more: {seen.broken[source]}"}
    return Missing("broken", stage, action, source, text, "admin")


def checklist(playbook: Playbook, stage: Stage, seen: Seen, labels: Mapping[str, Names]) -> list[Judged]:
    """Every action of a stage, judged."""
    return [judge(action, seen, labels) for action in stage.actions]


def left_behind(playbook: Playbook, origin: str | None, to: str | None, *, won: bool) -> list[Stage]:
    """The stages a move leaves: their actions and exit conditions are what it takes. Backward moves leave none."""
    start = max(playbook.index(origin), 0)
    end = playbook.index(playbook.win_at) + 1 if won else playbook.index(to)
    return list(playbook.stages[start:end]) if end > start else []


def missing_for(
    playbook: Playbook, seen: Seen, origin: str | None, to: str | None, labels: Mapping[str, Names], *, won: bool = False
) -> list[Missing]:
    """Everything a move lacks, in the order of the stages; empty when it may happen."""
    lacks: list[Missing] = []
    for stage in left_behind(playbook, origin, to, won=won):
        if stage.key != origin and stage.optional_when and stage.optional_when in seen.truths:
            continue
        for judged in checklist(playbook, stage, seen, labels):
            if judged.action.required:
                lacks += judged.missing
        lacks += _conditions(stage, stage.exit, seen)
    at = playbook.index(to)
    if at >= 0 and not won and to != origin and at > playbook.index(origin):
        lacks += _conditions(playbook.stages[at], playbook.stages[at].entry, seen)
    return lacks


def _conditions(stage: Stage, rules: Sequence[Any], seen: Seen) -> Iterator[Missing]:
    for rule in rules:
        if rule.when in seen.broken:
            yield _broken(stage.key, None, rule.when, seen)
        elif rule.when not in seen.truths:
            yield Missing("condition", stage.key, None, rule.key, rule.message, rule.who)


def allowed_move(
    playbook: Playbook, seen: Seen, origin: str | None, to: str, roles: Sequence[str], labels: Mapping[str, Names],
    *, owner: bool, system: bool,
) -> list[Missing]:  # fmt: skip
    """What the list of transitions has against a move; a playbook without transitions allows every one."""
    if not playbook.transitions or origin is None or origin == to:
        return []
    shown = leading(playbook, seen, origin, to)
    if not shown:
        text = {"zh": f"流程里没有从「{_name(playbook, origin)['zh']}」到「{_name(playbook, to)['zh']}」的这一步",
                "en": f"there is no step from {_name(playbook, origin)['en']} to {_name(playbook, to)['en']}"}  # fmt: skip
        return [Missing("move", to, None, f"{origin}>{to}", text, "admin")]
    ways = [list(_against(one, seen, roles, labels, owner=owner, system=system)) for one in shown]
    return min(ways, key=len)


def taken(playbook: Playbook, seen: Seen, origin: str | None, to: str | None, roles: Sequence[str], *, owner: bool, system: bool) -> str | None:
    """The key of the transition a move goes by: the first that admits it, with an exception the one it lacks least of."""
    ways = leading(playbook, seen, origin, to) if origin is not None and to is not None and origin != to else []
    lacks = [len(list(_against(one, seen, roles, {}, owner=owner, system=system))) for one in ways]
    return ways[lacks.index(min(lacks))].key if ways else None


def leading(playbook: Playbook, seen: Seen, origin: str | None, to: str) -> list[Transition]:
    """The transitions that lead from one stage to another and show themselves for this record."""
    fitting = (one for one in playbook.transitions if one.to == to and (not one.origins or origin in one.origins))
    return [one for one in fitting if not one.when or one.when in seen.truths]


def _against(
    move: Transition, seen: Seen, roles: Sequence[str], labels: Mapping[str, Names], *, owner: bool, system: bool
) -> Iterator[Missing]:
    if move.roles and not (set(move.roles) & set(roles) or (owner and "owner" in move.roles) or (system and "system" in move.roles)):
        text = {"zh": f"「{move.name['zh']}」要由{'、'.join(move.roles)}来做", "en": f"“{move.name['en']}” is done by {', '.join(move.roles)}"}
        yield Missing("who", move.to, move.key, ",".join(move.roles), text, move.roles[0])
    for key in move.asks:
        if _absent(seen.values.get(key)):
            label = labels.get(key) or {"zh": key, "en": key}
            text = {"zh": f"「{move.name['zh']}」要填写{label['zh']}", "en": f"“{move.name['en']}” asks for {label['en']}"}
            yield Missing("field", move.to, move.key, key, text, "owner")
    if move.approval and move.approval not in seen.approved:
        text = {"zh": f"「{move.name['zh']}」还没有审批通过", "en": f"“{move.name['en']}” is not approved yet"}
        yield Missing("approval", move.to, move.key, move.approval, text, "owner")


def _name(playbook: Playbook, stage: str) -> Names:
    at = playbook.index(stage)
    return playbook.stages[at].name if at >= 0 else {"zh": stage, "en": stage}
