"""The check of a rule: every problem at once, with its place, in both languages."""

from typing import Any

import pytest

from rules_office import CALENDAR, OBJECTS, named
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.rules.kinds import RuleKind

CHANNEL = {"name": named("群"), "channel": "wecom_robot", "settings": {}}


def context(**rules: Any) -> CheckContext:
    documents = {("object", key): document for key, document in OBJECTS.items()}
    documents |= {
        ("calendar", "office"): CALENDAR,
        ("channel", "group"): CHANNEL,
        ("role", "rep"): {"name": named("销售")},
    }
    documents |= {("rule", key): rule for key, rule in rules.items()}
    return CheckContext(documents, {"people": frozenset({"rep"}), "units": frozenset({"east"})})


def rule(**parts: Any) -> dict[str, Any]:
    return {
        "key": "r", "name": named("规则"), "object": "lead", "on": {"created": True},
        "do": [{"action": "set", "fields": {"intent": '"A"'}}],
    } | parts  # fmt: skip


def problems(**parts: Any) -> list[tuple[str, str]]:
    found = RuleKind().check(rule(**parts), context())
    assert all(one.message and one.message["zh"] and one.message["en"] for one in found)
    return [(one.code, one.path) for one in found]


def test_a_sound_rule_has_no_problem():
    assert problems(when='budget > 1000 && old.intent != "A" && changed("budget") && event.data.x == "1"', once_per="name", cool_down={"hours": 1}, limits={"depth": 3, "fan_out": 10}) == []  # fmt: skip


def test_all_problems_are_said_at_once_with_line_and_column():
    found = RuleKind().check(rule(when='budget >\n bugdet', object="lead", on={"since": "Nonsense", "after": -1, "unit": "weeks"}, do=[{"action": "fly"}, {"action": "set", "fields": {"nope": "1", "intent": "1"}}], limits={"depth": 99}, extra=1), context())  # fmt: skip
    paths = [one.path for one in found]
    for path in (
        "when",
        "on.since",
        "on.after",
        "on.unit",
        "do.0.action",
        "do.1.fields.nope",
        "do.1.fields.intent",
        "limits.depth",
        "extra",
    ):
        assert path in paths, (path, paths)
    when = next(one for one in found if one.path == "when")
    assert (when.line, when.column is not None) == (2, True)


@pytest.mark.parametrize(
    ("parts", "code", "path"),
    [
        ({"on": {}}, "rules.trigger_missing", "on"),
        ({"on": {"created": True, "cron": "* * * * *"}}, "rules.trigger_missing", "on"),
        ({"on": {"cron": "61 * * * *"}}, "rules.bad_cron", "on.cron"),
        ({"on": {"changed": ["nope"]}}, "rules.unknown_field", "on.changed"),
        ({"on": {"since": "lead.assigned", "after": 5, "unit": "working_minutes"}}, "rules.calendar_missing", "on.calendar"),
        ({"on": {"since": "lead.assigned", "after": 5, "unit": "working_minutes", "calendar": "moon"}}, "rules.unknown_calendar", "on.calendar"),
        ({"object": "planet"}, "rules.unknown_object", "object"),
        ({"object": None}, "rules.object_missing", "object"),
        ({"do": []}, "rules.steps_missing", "do"),
        ({"do": [{"action": "notify", "to": ["owner"], "title": "x", "via": ["nowhere"]}]}, "rules.unknown_channel", "do.0.via.0"),
        ({"do": [{"action": "notify", "to": ["person:ghost"], "title": "x"}]}, "rules.unknown_name", "do.0.to.0"),
        ({"do": [{"action": "notify", "to": ["role:ghost"], "title": "x"}]}, "rules.unknown_name", "do.0.to.0"),
        ({"do": [{"action": "notify", "to": ["owner"]}]}, "rules.text_missing", "do.0.title"),
        ({"do": [{"action": "emit", "type": "lead.updated"}]}, "rules.bad_event_type", "do.0.type"),
        ({"do": [{"action": "create", "object": "planet", "fields": {"x": "1"}}]}, "rules.unknown_object", "do.0.object"),
        ({"do": [{"action": "task", "title": "x", "due": {"years": 1}}]}, "rules.bad_due", "do.0.due"),
        ({"do": [{"action": "task", "title": "x", "due": {"hours": "很久"}}]}, "rules.bad_due", "do.0.due"),
        ({"do": [{"action": "escalate", "title": "x", "levels": 1.5}]}, "rules.bad_levels", "do.0.levels"),
        ({"on": {"since": "lead.assigned", "after": "很久"}}, "rules.bad_after", "on.after"),
        ({"on": {"cron": "0 9 40 * *"}}, "rules.bad_cron", "on.cron"),
        ({"order": 1.5}, "rules.bad_order", "order"),
        ({"cool_down": {"hours": "很久"}}, "rules.bad_cool_down", "cool_down"),
        ({"limits": {"fan_out": "很多"}}, "rules.bad_limit", "limits.fan_out"),
        ({"do": [{"action": "webhook", "channel": "group"}]}, "rules.unknown_channel", "do.0.channel"),
        ({"do": [{"action": "tag", "field": "name", "add": ["x"]}]}, "rules.unknown_field", "do.0.field"),
        ({"do": [{"action": "escalate", "title": "x", "levels": 9}]}, "rules.bad_levels", "do.0.levels"),
        ({"do": [{"action": "set", "fields": {"created_at": "now"}}]}, "rules.unknown_field", "do.0.fields.created_at"),
        ({"when": 5}, "rules.bad_expression", "when"),
        ({"once_per": "nope"}, "cel.undeclared", "once_per"),
        ({"cool_down": {"weeks": 1}}, "rules.bad_cool_down", "cool_down"),
    ],
)  # fmt: skip
def test_each_fault_has_its_code_and_place(parts: dict[str, Any], code: str, path: str):
    found = problems(**parts)
    assert path in [one for _, one in found], found
    if not code.startswith("cel."):
        assert (code, path) in found


def test_a_blank_that_names_no_field_is_found():
    assert [path for _, path in problems(do=[{"action": "notify", "to": ["owner"], "title": "你好 {nmae}"}])] == [
        "do.0.title"
    ]


def test_what_only_commands_of_the_system_write_no_rule_may_set():
    owned = OBJECTS["lead"] | {"server_owned": ["answered_at"]}
    found = RuleKind().check(
        rule(do=[{"action": "set", "fields": {"answered_at": "now", "version": "1", "owner": "owner"}}]),
        CheckContext({("object", "lead"): owned, ("object", "task"): OBJECTS["task"]}),
    )
    assert sorted(one.path for one in found) == ["do.0.fields.answered_at", "do.0.fields.version"]


def test_rules_that_may_trigger_each_other_are_warned_of():
    ping = rule(key="ping", on={"event": "lead.pong"}, do=[{"action": "emit", "type": "lead.ping"}])
    pong = rule(key="pong", on={"event": "lead.ping"}, do=[{"action": "emit", "type": "lead.pong"}])
    found = RuleKind().check(ping, context(pong=pong))
    assert [(one.code, one.severity, one.params["rules"]) for one in found] == [
        ("rules.loop", "warning", ["ping", "pong", "ping"])
    ]
    own = rule(on={"changed": ["intent"]})
    assert [one.code for one in RuleKind().check(own, context())] == ["rules.loop"]
    assert RuleKind().check(rule(on={"changed": ["budget"]}), context()) == []
    assert RuleKind().check(ping, context(pong=pong | {"enabled": False})) == []


def test_what_a_rule_uses_is_known():
    used = RuleKind().references(rule(
        on={"since": "lead.assigned", "after": 1, "unit": "working_hours", "calendar": "office"}, when='budget > 5 && old.status != "name"',
        do=[{"action": "set", "fields": {"intent": "note"}}, {"action": "notify", "to": ["owner", "role:rep"], "via": ["group"], "title": "{name}"}],
    ))  # fmt: skip
    assert used == {
        Ref("object", "lead"), Ref("calendar", "office"), Ref("channel", "group"), Ref("role", "rep"),
        *(Ref("field", f"lead.{key}") for key in ("budget", "status", "intent", "note", "owner", "name")),
    }  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"on": 5},
        {"do": {"x": 1}, "on": {"event": None}},
        {"on": {"since": ["a.b"], "after": "x"}, "do": [5]},
        {"name": 3, "limits": [], "cool_down": 7, "order": "x", "do": [{"action": "set"}]},
    ],
)
def test_no_document_however_broken_makes_the_check_fail(document: dict[str, Any]):
    assert RuleKind().check(document, context())
    RuleKind().references(document)
