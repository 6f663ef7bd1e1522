"""`notify` and `escalate`: tell people, in the inbox and through channels. Texts are templates; work renders them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.kernel.cel import Kind
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.rules.actions.described import BODY, QUIET, TITLE, URGENCY, VIA, Described, Parameter, words
from xingji.kernel.rules.actions.protocol import ActionCheck, Done, Hit, Step
from xingji.kernel.rules.actions.values import (
    check_people,
    check_text,
    climb,
    people_expressions,
    people_of,
    people_references,
    problem,
    shown_values,
    step_text,
    text_expressions,
)  # fmt: skip
from xingji.kernel.work import Notice, notify

URGENCIES = ("normal", "strong")


class NotifyPeople:
    """{action: notify, to: [owner, role:supervisor], via: [inbox, wecom_sales], urgency: strong, title, body}"""

    key = "notify"
    described = Described(
        words("提醒", "Tell people"), words("给人发一条消息，站内或企业微信、钉钉、飞书、邮件", "A message in the inbox or through a channel"),
        (Parameter("to", "people", words("谁", "Whom"), required=True), TITLE, BODY, VIA, URGENCY, QUIET),
    )  # fmt: skip

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        """Somebody to tell, a text, channels that exist."""
        return check_people(step.get("to"), check) + check_message(step, check)

    def references(self, step: Step) -> set[Ref]:
        """Channels, roles, units and persons."""
        return people_references(step.get("to")) | channel_references(step)

    def writes(self, step: Step) -> frozenset[str]:
        """Nothing of the record."""
        return frozenset()

    def expressions(self, step: Step) -> Mapping[str, Any]:
        """The blanks of its texts and the people who are no names."""
        return {**text_expressions(step.get("title"), step.get("body")), **people_expressions(step.get("to"))}

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """One notification for everybody; a hit for which there is nobody is skipped."""
        return await tell(uow, step, hits, await people_of(uow, step["to"], hits), "reminder")

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「通知 张磊：…」"""
        title, names = step_text(step, "", ""), "、".join(detail.get("names") or [])
        return {"zh": f"通知 {names}：{title['zh']}", "en": f"tell {names}: {title['en']}"}


class Escalate:
    """{action: escalate, of: owner, levels: 1, via: [inbox], title}: whoever is so many levels above is told."""

    key = "escalate"
    described = Described(
        words("升级给上级", "Escalate"), words("告诉负责人的上级", "Tells the manager of the person in charge"),
        (
            Parameter("of", "person", words("谁的上级", "Whose manager")),
            Parameter("levels", "number", words("向上几级", "Levels up"), least=1, most=5), TITLE, BODY, VIA, URGENCY, QUIET,
        ),
    )  # fmt: skip

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        """A person to start from, one to five levels, a text, channels that exist."""
        found = check.cel(step.get("of") or "owner", check.at("of"), Kind.uuid) + check_message(step, check)
        levels = step.get("levels", 1)
        if isinstance(levels, bool) or not isinstance(levels, int) or not 1 <= levels <= 5:
            found.append(
                problem("bad_levels", check.at("levels"), "级数应为 1 到 5", "one to five levels are expected")
            )
        return found

    def references(self, step: Step) -> set[Ref]:
        """Channels."""
        return channel_references(step)

    def writes(self, step: Step) -> frozenset[str]:
        """Nothing of the record."""
        return frozenset()

    def expressions(self, step: Step) -> Mapping[str, Any]:
        """The blanks of its texts and the person below."""
        return {**text_expressions(step.get("title"), step.get("body")), "of": (step.get("of") or "owner", Kind.uuid)}

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """One notification for everybody."""
        above = await climb(uow, [hit.values.get("of") for hit in hits], int(step.get("levels", 1)))
        return await tell(uow, step, hits, above, "escalation")

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「升级给 陈立：…」"""
        title, names = step_text(step, "", ""), "、".join(detail.get("names") or [])
        return {"zh": f"升级给 {names}：{title['zh']}", "en": f"escalate to {names}: {title['en']}"}


async def tell(
    uow: UnitOfWork, step: Step, hits: Sequence[Hit], people: Sequence[Sequence[UUID]], kind: str
) -> list[Done]:
    """Writes the notices of all hits; what became of each."""
    blanks = await shown_values(uow, hits)
    via = tuple(step.get("via") or ("inbox",))
    urgency = step.get("urgency", "normal")
    notices = [
        Notice(
            person, kind, step["title"], step.get("body") or "", hit.object, hit.record, urgency, via,
            f"{hit.dedupe}:{kind}", hit.rule, values, breaks_quiet=step.get("quiet") == "break",
        )
        for hit, found, values in zip(hits, people, blanks, strict=True) for person in found
    ]  # fmt: skip
    await notify(uow, notices)
    ids = sorted({person for found in people for person in found})
    names = {row["id"]: row["name"] for row in await uow.fetch("select id, name from person where id = any ($1)", ids)}
    return [
        Done("done", {"people": [str(p) for p in found], "names": [names.get(p, "") for p in found], "via": list(via)})
        if found else Done("skipped", {"code": "rules.nobody_to_tell"})
        for found in people
    ]  # fmt: skip


def check_message(step: Step, check: ActionCheck) -> list[Problem]:
    """Problems of a step's texts, channels and urgency."""
    found = check_text(step.get("title"), check, "title", required=True) + check_text(step.get("body"), check, "body")
    channels = check.context.of_kind("channel")
    for place, channel in enumerate(step.get("via") or ()):
        if channel != "inbox" and channel not in channels:
            found.append(
                problem(
                    "unknown_channel",
                    check.at("via", place),
                    f"没有渠道「{channel}」",
                    f"there is no channel {channel}",
                    channel=str(channel),
                )
            )
    if step.get("urgency", "normal") not in URGENCIES:
        found.append(
            problem("bad_urgency", check.at("urgency"), "紧急程度应为 normal 或 strong", "normal or strong is expected")
        )
    if step.get("quiet", "keep") not in QUIET.options:
        found.append(problem("bad_quiet", check.at("quiet"), "安静时段应为 keep 或 break", "keep or break is expected"))
    return found


def channel_references(step: Step) -> set[Ref]:
    """The channels a step speaks through."""
    return {Ref("channel", str(channel)) for channel in step.get("via") or () if channel != "inbox"}
