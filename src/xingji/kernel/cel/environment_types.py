"""Turns an environment into the official checker's: messages made at run time, variables, declared functions."""

from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from typing import Any

from cel_expr_python import cel
from google.protobuf import descriptor_pb2, descriptor_pool, duration_pb2, timestamp_pb2, wrappers_pb2

from xingji.kernel.cel.environment import NOW, RESERVED, Env, Kind, Var, members
from xingji.kernel.cel.library import DATE, MONEY, configuration

_FIELD = descriptor_pb2.FieldDescriptorProto
_WRAPPERS = {
    Kind.text: "google.protobuf.StringValue",
    Kind.uuid: "google.protobuf.StringValue",
    Kind.integer: "google.protobuf.Int64Value",
    Kind.double: "google.protobuf.DoubleValue",
    Kind.percent: "google.protobuf.DoubleValue",
    Kind.boolean: "google.protobuf.BoolValue",
}
_PLAIN = {
    Kind.text: "string", Kind.uuid: "string", Kind.integer: "int", Kind.double: "double", Kind.percent: "double",
    Kind.boolean: "bool",
}  # fmt: skip
_FIXED = {
    Kind.money: MONEY, Kind.date: DATE, Kind.timestamp: "timestamp", Kind.duration: "duration",
    Kind.text_list: "list<string>", Kind.uuid_list: "list<string>", Kind.text_map: "map<string,string>",
}  # fmt: skip
_MEMBER = {
    Kind.money: MONEY, Kind.date: DATE, Kind.timestamp: "google.protobuf.Timestamp",
    Kind.duration: "google.protobuf.Duration",
}  # fmt: skip
_KEPT = 256
_environments: "OrderedDict[str, cel.Env]" = OrderedDict()
_lock = Lock()


def official_environment(env: Env) -> "cel.Env":
    """The official checker's environment; kept for the last 256 contents."""
    with _lock:
        found = _environments.get(env.fingerprint)
        if found is not None:
            _environments.move_to_end(env.fingerprint)
            return found
    built = _build(env)
    with _lock:
        _environments[env.fingerprint] = built
        while len(_environments) > _KEPT:
            _environments.popitem(last=False)
    return built


def _build(env: Env) -> "cel.Env":
    messages = _Messages()
    variables = {name: messages.type_of(var) for name, var in {**env.variables, "now": NOW}.items()}
    config = _configuration(env.functions, tuple(messages.ids), tuple(messages.regions))
    # A variable named like one of the language's types would make the whole environment unusable.
    types = {name: cel.Type(text) for name, text in variables.items() if name == "now" or name not in RESERVED}
    return cel.NewEnv(descriptor_pool=messages.pool(), config=config, variables=types)


@lru_cache(maxsize=64)
def _configuration(functions: frozenset[str], ids: tuple[str, ...], regions: tuple[str, ...]) -> "cel.EnvConfig":
    """The declared functions; environments with as many relations and regions share one."""
    return cel.NewEnvConfigFromYaml(configuration(functions, ids, regions))


class _Messages:
    """Message types of relations, regions and name spaces; the same members share one message."""

    def __init__(self) -> None:
        self.file = descriptor_pb2.FileDescriptorProto(name="xingji/objects.proto", package="xingji", syntax="proto3")
        self.file.dependency.extend(m.DESCRIPTOR.name for m in (timestamp_pb2, duration_pb2, wrappers_pb2))
        self.file.message_type.add(name="Money")
        self.file.message_type.add(name="Date")
        self.named: dict[Any, str] = {}
        self.seen: list[Var] = []
        self.ids: list[str] = []
        self.regions: list[str] = []

    def pool(self) -> Any:
        """A descriptor pool with all messages."""
        pool = descriptor_pool.DescriptorPool()
        for module in (timestamp_pb2, duration_pb2, wrappers_pb2):
            pool.AddSerializedFile(module.DESCRIPTOR.serialized_pb)
        pool.AddSerializedFile(self.file.SerializeToString())
        return pool

    def type_of(self, var: Var) -> str:
        """The checker's type of a top-level variable."""
        if var.kind in (Kind.region, Kind.record) or var.fields:
            return self.message(var)
        if var.kind in _FIXED:
            return _FIXED[var.kind]
        return _WRAPPERS[var.kind] if var.nullable else _PLAIN[var.kind]

    def message(self, var: Var) -> str:
        """The message type for a variable with members."""
        inside = members(var)
        identity = (var.kind, tuple((key, repr(inside[key])) for key in sorted(inside)))
        if identity not in self.named:
            alike = sum(one.kind is var.kind for one in self.seen)
            name = f"{var.kind.value.capitalize()}{alike}"
            self.seen.append(var)
            self.named[identity] = f"xingji.{name}"
            if var.kind is Kind.uuid:
                self.ids.append(f"xingji.{name}")
            elif var.kind is Kind.region:
                self.regions.append(f"xingji.{name}")
            message = descriptor_pb2.DescriptorProto(name=name)
            message.options.deprecated_legacy_json_field_conflicts = True  # f_1 and f1 may stand side by side
            self._add_members(message, inside)
            self.file.message_type.append(message)
        return self.named[identity]

    def _add_members(self, message: Any, inside: Mapping[str, Var]) -> None:
        for number, (key, var) in enumerate(sorted(inside.items()), start=1):
            one = message.field.add(name=key, number=number, label=_FIELD.LABEL_OPTIONAL, type=_FIELD.TYPE_MESSAGE)
            if var.kind in (Kind.text_list, Kind.uuid_list):
                one.label, one.type = _FIELD.LABEL_REPEATED, _FIELD.TYPE_STRING
            elif var.kind is Kind.text_map:
                one.label = _FIELD.LABEL_REPEATED
                one.type_name = f".xingji.{message.name}.{_add_map_entry(message, key)}"
            elif var.kind in (Kind.region, Kind.record) or var.fields:
                one.type_name = "." + self.message(var)
            else:
                one.type_name = "." + (_MEMBER.get(var.kind) or _WRAPPERS[var.kind])


def _add_map_entry(message: Any, key: str) -> str:
    name = "".join(part.capitalize() for part in key.split("_")) + "Entry"
    entry = message.nested_type.add(name=name)
    entry.options.map_entry = True
    for number, member in ((1, "key"), (2, "value")):
        entry.field.add(name=member, number=number, label=_FIELD.LABEL_OPTIONAL, type=_FIELD.TYPE_STRING)
    return name
