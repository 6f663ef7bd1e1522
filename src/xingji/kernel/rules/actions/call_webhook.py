"""`webhook`: hands a message to a webhook channel through the outbox. Carries the ids and what the rule names."""

from collections.abc import Mapping, Sequence
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.rules.actions.described import Described, Parameter, words
from xingji.kernel.rules.actions.protocol import ActionCheck, Done, Hit, Step
from xingji.kernel.rules.actions.values import problem, wire
from xingji.kernel.work import Outgoing, enqueue


class CallWebhook:
    """{action: webhook, channel: hook_key, data: {budget: budget}}"""

    key = "webhook"
    described = Described(
        words("通知别的系统", "Call a webhook"), words("把消息交给另一个系统（回调地址在消息渠道里设置）", "Hands a message to another system"),
        (
            Parameter("channel", "definition", words("哪个渠道", "Channel"), required=True, of="channel"),
            Parameter("data", "expressions", words("带上的内容", "Data")),
        ),
    )  # fmt: skip

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        """A channel of kind webhook, data that are expressions."""
        channel, data = step.get("channel"), step.get("data") or {}
        document = check.context.of_kind("channel").get(str(channel))
        if document is None or document.get("channel") != "webhook":
            return [
                problem(
                    "unknown_channel",
                    check.at("channel"),
                    f"没有 Webhook 渠道「{channel}」",
                    f"there is no webhook channel {channel}",
                    channel=str(channel),
                )
            ]
        if not isinstance(data, Mapping):
            return [problem("bad_data", check.at("data"), "data 应为键和表达式", "keys and expressions are expected")]
        return [one for key, source in data.items() for one in check.cel(source, check.at("data", key), None)]

    def references(self, step: Step) -> set[Ref]:
        """The channel."""
        return {Ref("channel", str(step.get("channel")))}

    def writes(self, step: Step) -> frozenset[str]:
        """Nothing of the record."""
        return frozenset()

    def expressions(self, step: Step) -> Mapping[str, Any]:
        """Each value it sends."""
        return {f"data.{key}": (source, None) for key, source in (step.get("data") or {}).items()}

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """Outbox rows; the call itself leaves after the commit."""
        await enqueue(uow, [self._message(step, hit) for hit in hits])
        return [Done("done", {"channel": step["channel"]}) for _ in hits]

    def _message(self, step: Step, hit: Hit) -> Outgoing:
        values = {key: wire(hit.values.get(f"data.{key}")) for key in step.get("data") or {}}
        data = {
            "object": hit.object,
            "record": wire(hit.record),
            "rule": hit.rule,
            "event": hit.type,
            "at": wire(hit.at),
            **values,
        }
        message = {"title": hit.rule, "body": "", "type": f"rule.{hit.rule}", "data": data}
        return Outgoing(
            str(step["channel"]), f"{hit.dedupe}:webhook", message, {}, hit.object, hit.record, None, hit.rule
        )

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「调用 Webhook …」"""
        return {"zh": f"调用 Webhook {step.get('channel')}", "en": f"call the webhook {step.get('channel')}"}
