"""A playbook as the process reads it: stages, required actions, moves. Owns the shapes; never asks the database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Names = Mapping[str, str]
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition of a stage: what must be true of the record, and who can make it so."""

    key: str
    when: str
    message: Names
    who: str = "owner"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that an action happened: files or links that somebody adds, or events already recorded."""

    label: Names
    kinds: tuple[str, ...] = ("file", "event")
    least: int = 1
    events: tuple[str, ...] = ()
    max_age_days: int | None = None


@dataclass(frozen=True, slots=True)
class Confirm:
    """Who confirms independently, and within how many working hours. The owner never confirms alone."""

    role: str
    within_hours: float | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A required action. Every part that is named must hold: fields, evidence, fingerprint, approval, confirmation.

    An action that names none of them is done when somebody says so (claimed).
    """

    key: str
    name: Names
    stage: str
    by: str = "owner"
    limit_hours: float | None = None
    need: tuple[str, ...] = ()
    evidence: Evidence | None = None
    fingerprint: str | None = None
    approval: str | None = None
    confirm: Confirm | None = None
    when: str | None = None
    required: bool = True
    remind: float | None = 0.0  # working hours before the limit at which whoever can supply it is told; null: never

    @property
    def claimable(self) -> bool:
        """Whether a word alone does it."""
        return not (self.need or self.evidence or self.fingerprint or self.approval)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: share of the way, chance before history knows better, time limit, conditions, required actions."""

    key: str
    name: Names
    progress: float = 0.0
    chance: float | None = None
    limit_hours: float | None = None
    entry: tuple[Rule, ...] = ()
    exit: tuple[Rule, ...] = ()
    actions: tuple[Action, ...] = ()
    optional_when: str | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """A move that is allowed: from where to where, who may, when it shows, what it asks for, what follows."""

    key: str
    name: Names
    origins: tuple[str, ...]  # stage keys; empty: any
    to: str
    roles: tuple[str, ...] = ()
    when: str | None = None
    asks: tuple[str, ...] = ()
    approval: str | None = None
    then: tuple[Document, ...] = ()  # steps as rules have them


@dataclass(frozen=True, slots=True)
class Playbook:
    """One version of a playbook."""

    key: str
    version: int
    name: Names
    object: str
    field: str
    when: str | None
    order: int
    stages: tuple[Stage, ...]
    transitions: tuple[Transition, ...]
    status: str | None = None
    won: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    win_at: str | None = None
    calendar: str = "office"
    health: Mapping[str, Any] = field(default_factory=dict)
    remind: Mapping[str, Any] = field(default_factory=dict)  # via: channels besides the inbox; urgency

    def index(self, stage: str | None) -> int:
        """Position of a stage, -1 for none of this playbook's."""
        return next((n for n, one in enumerate(self.stages) if one.key == stage), -1)

    @property
    def actions(self) -> Iterator[Action]:
        """All actions in order."""
        return (action for stage in self.stages for action in stage.actions)

    def action(self, key: str) -> Action | None:
        """The action of that key."""
        return next((action for action in self.actions if action.key == key), None)

    @property
    def conditions(self) -> Iterator[str]:
        """Every expression that moving a record may ask."""
        for stage in self.stages:
            yield from (rule.when for rule in (*stage.entry, *stage.exit))
            if stage.optional_when:
                yield stage.optional_when
            for action in stage.actions:
                yield from (source for source in (action.when, action.fingerprint) if source)
        yield from (move.when for move in self.transitions if move.when)

    @property
    def fields(self) -> set[str]:
        """Fields of the object that moving a record may ask for by name."""
        named = {key for action in self.actions for key in action.need}
        named |= {key for move in self.transitions for key in move.asks}
        return named | {self.field} | ({self.status} if self.status else set())


def read_playbook(key: str, version: int, document: Document) -> Playbook:
    """The playbook of a checked document. Raises KeyError, TypeError or ValueError on a broken one."""
    status = document.get("status") or {}
    stages = tuple(_stage(one) for one in document["stages"])
    return Playbook(
        key=key, version=version, name=_names(document.get("name"), key), object=str(document["object"]),
        field=str(document.get("field") or "stage"), when=document.get("when"), order=int(document.get("order", 100)),
        stages=stages, transitions=tuple(_transition(one) for one in document.get("transitions") or ()),
        status=status.get("field"), won=_words(status.get("won")), lost=_words(status.get("lost")),
        win_at=document.get("win_at") or stages[-1].key, calendar=str(document.get("calendar") or "office"),
        health=document.get("health") or {}, remind=document.get("remind") or {},
    )  # fmt: skip


def _stage(one: Document) -> Stage:
    key = str(one["key"])
    return Stage(
        key=key, name=_names(one.get("name"), key), progress=float(one.get("progress", 0)), chance=_number(one.get("chance")),
        limit_hours=_number(one.get("limit_hours")), entry=tuple(_rule(r) for r in one.get("entry") or ()),
        exit=tuple(_rule(r) for r in one.get("exit") or ()), optional_when=one.get("optional_when"),
        actions=tuple(_action(a, key) for a in one.get("actions") or ()),
    )  # fmt: skip


def _rule(one: Document) -> Rule:
    return Rule(str(one["key"]), str(one["when"]), _names(one.get("message"), str(one["key"])), str(one.get("who") or "owner"))


def _action(one: Document, stage: str) -> Action:
    key = str(one["key"])
    evidence, confirm = one.get("evidence"), one.get("confirm")
    return Action(
        key=key, name=_names(one.get("name"), key), stage=stage, by=str(one.get("by") or "owner"),
        limit_hours=_number(one.get("limit_hours")), need=_words(one.get("need")),
        evidence=_evidence(evidence, key) if evidence else None, fingerprint=one.get("fingerprint"),
        approval=one.get("approval"),
        confirm=Confirm(str(confirm["role"]), _number(confirm.get("within_hours"))) if confirm else None,
        when=one.get("when"), required=one.get("required") is not False,
        remind=_remind(one.get("remind")),
    )  # fmt: skip


def _remind(given: Any) -> float | None:
    """Hours before the limit; at the limit unless said otherwise, never when it is false."""
    return None if given is False else float((given or {}).get("before_hours", 0))


def _evidence(one: Any, key: str) -> Evidence:
    if not isinstance(one, Mapping):
        return Evidence(_names(None, str(one) if isinstance(one, str) else key))
    return Evidence(
        _names(one.get("label"), key), _words(one.get("kinds")) or ("file", "event"), int(one.get("min", 1)),
        _words(one.get("events")), one.get("max_age_days"),
    )  # fmt: skip


def _transition(one: Document) -> Transition:
    key = str(one["key"])
    return Transition(
        key=key, name=_names(one.get("name"), key), origins=_words(one.get("from")), to=str(one["to"]),
        roles=_words(one.get("who")), when=one.get("when"), asks=_words(one.get("asks")), approval=one.get("approval"),
        then=tuple(one.get("then") or ()),
    )  # fmt: skip


def _names(value: Any, fallback: str) -> Names:
    if isinstance(value, Mapping) and value:
        return {"zh": str(value.get("zh") or value.get("en") or fallback), "en": str(value.get("en") or value.get("zh") or fallback)}
    return {"zh": str(value or fallback), "en": str(value or fallback)}


def _words(value: Any) -> tuple[str, ...]:
    if value is None or value == "*":
        return ()
    return tuple(str(one) for one in value) if isinstance(value, Sequence) and not isinstance(value, str) else (str(value),)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
