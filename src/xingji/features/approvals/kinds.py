"""The definition kind `approval_flow`: its check, what it uses, its dry run over past records."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from xingji.features.approvals.flow import ALL, ANY, read_flow
from xingji.kernel import records
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork

Document = Mapping[str, Any]
PARTY_KINDS = ("role", "person", "head", "manager")
MOST_NODES = 12
SAMPLES = 20


def fault(code: str, path: str, zh: str, en: str, severity: str = "error", **params: Any) -> Problem:
    return Problem(f"approvals.{code}", path, params, {"zh": zh, "en": en}, severity)


class ApprovalFlowKind:
    """Approval flows as documents."""

    key = "approval_flow"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        """Unknown object, fields, roles and parties, nodes nobody sits at, conditions that do not hold."""
        target = str(document.get("object") or "")
        described = context.of_kind("object").get(target)
        if described is None:
            return [fault("unknown_object", "object", f"没有对象「{target}」", f"There is no object {target}")]
        found = list(_name(document.get("name"), "name"))
        nodes = document.get("nodes")
        if not isinstance(nodes, list) or not nodes or len(nodes) > MOST_NODES:
            return [*found, fault("no_nodes", "nodes", f"审批流要有 1 到 {MOST_NODES} 个节点", f"A flow needs one to {MOST_NODES} nodes")]
        found += [problem for n, node in enumerate(nodes) for problem in _node(node, f"nodes.{n}", target, context)]
        keys = [node.get("key") for node in nodes if isinstance(node, Mapping)]
        if len(set(keys)) < len(keys):
            found.append(fault("doubled_node", "nodes", "节点 key 重复", "Two nodes have the same key"))
        known = {one["key"] for one in described.get("fields") or () if isinstance(one, Mapping) and "key" in one}
        for key in document.get("fields") or ():
            if key not in known:
                found.append(fault("unknown_field", "fields", f"没有字段「{key}」", f"There is no field {key}", field=str(key)))
        if document.get("when") is not None:
            found += records.check_condition(context, target, document["when"], "when")
        found += _parties(document.get("cc") or [], "cc", context)
        return found

    def references(self, document: Document) -> set[Ref]:
        """The object, its fields and the roles a flow uses."""
        target = str(document.get("object", ""))
        found = {Ref("object", target)} | {Ref("field", f"{target}.{key}") for key in document.get("fields") or ()}
        sources = [document.get("when"), *(node.get("when") for node in document.get("nodes") or () if isinstance(node, Mapping))]
        for source in sources:
            if isinstance(source, str):
                found |= {Ref("field", name) for name in records.expression_fields(target, source)}
        for node in document.get("nodes") or ():
            found |= {Ref("role", str(one["role"])) for one in (node.get("who") or () if isinstance(node, Mapping) else ()) if isinstance(one, Mapping) and "role" in one}
        return found

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """How many records of the window would have needed this approval, by node, with samples."""
        flow = read_flow(str(document.get("key") or "draft"), 0, document)
        window = f'created_at >= timestamp("{_stamp(since)}") && created_at < timestamp("{_stamp(until)}")'
        narrowed = f"({flow.when}) && {window}" if flow.when else window
        title = (await records.load_schema(uow)).object(flow.object).title
        page = await records.query(uow, records.Query(flow.object, fields=[title], filter=narrowed, limit=SAMPLES, count="exact"))
        by_node = [
            {"as": f"n{n}", "fn": "count", **({"filter": node.when} if node.when else {})} for n, node in enumerate(flow.nodes)
        ]
        (counts,) = await records.aggregate(uow, records.Query(flow.object, filter=narrowed, aggregates=by_node)) or [{}]
        nodes = [{"key": node.key, "name": dict(node.name), "count": counts.get(f"n{n}", 0)} for n, node in enumerate(flow.nodes)]
        samples = [{"record": row["id"], "title": row.get(title)} for row in page.rows]
        return {"count": page.count, "nodes": nodes, "samples": samples}

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """Nothing more: running approvals keep the nodes they began with."""


def _node(node: Any, path: str, target: str, context: CheckContext) -> Iterator[Problem]:
    if not isinstance(node, Mapping) or not isinstance(node.get("key"), str):
        yield fault("node_key", path, "节点要有 key", "A node needs a key")
        return
    yield from _name(node.get("name"), f"{path}.name")
    if node.get("mode", ALL) not in (ALL, ANY):
        yield fault("mode", f"{path}.mode", "会签写 all，或签写 any", "mode is all or any")
    if not node.get("who"):
        yield fault("nobody", f"{path}.who", "节点上没有人", "Nobody sits at this node")
    hours = node.get("hours")
    if hours is not None and (not isinstance(hours, (int, float)) or isinstance(hours, bool) or not 0 < hours <= 1000):
        yield fault("hours", f"{path}.hours", "时限要大于 0、不超过 1000 工作小时；不填就不限时", "The limit is more than 0 and at most 1,000 working hours; leave it empty for none")
    yield from _parties(node.get("who") or [], f"{path}.who", context)
    if node.get("when") is not None:
        yield from records.check_condition(context, target, node["when"], f"{path}.when")


def _name(given: Any, path: str) -> Iterator[Problem]:
    if isinstance(given, Mapping) and any(not str(text or "").strip() for text in given.values()):
        yield fault("no_name", path, "请填写名称", "Enter a name")


def _parties(given: Any, path: str, context: CheckContext) -> Iterator[Problem]:
    for n, one in enumerate(given if isinstance(given, list) else [given]):
        if not isinstance(one, Mapping) or len(one) != 1 or next(iter(one)) not in PARTY_KINDS:
            words = "、".join(PARTY_KINDS)
            yield fault("party", f"{path}.{n}", f"审批人要写成 {words} 之一", f"a party is one of {', '.join(PARTY_KINDS)}")
            continue
        ((kind, key),) = one.items()
        if kind == "role" and str(key) not in context.of_kind("role"):
            yield fault("unknown_role", f"{path}.{n}", f"没有角色「{key}」", f"There is no role {key}", role=str(key))
        people = context.extra.get("people")
        if kind == "person" and people is not None and str(key) not in people:
            yield fault("unknown_person", f"{path}.{n}", f"没有「{key}」这个人，或已离开", f"There is nobody {key} here", person=str(key))


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
