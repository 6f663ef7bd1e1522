"""The protobuf shape in which the official checker hands over a checked tree. Owns their descriptors, built by hand.

Field numbers are those of the language's published schema (`cel.expr`); members we do not read are left out.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

_FIELD = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "bool": _FIELD.TYPE_BOOL, "int64": _FIELD.TYPE_INT64, "int32": _FIELD.TYPE_INT32, "uint64": _FIELD.TYPE_UINT64,
    "double": _FIELD.TYPE_DOUBLE, "string": _FIELD.TYPE_STRING, "bytes": _FIELD.TYPE_BYTES,
}  # fmt: skip

#: message -> (number, name, type, repeated); a type that is no scalar names another message of this table.
_MESSAGES: dict[str, list[tuple[int, str, str, bool]]] = {
    "Ident": [(1, "name", "string", False)],
    "Select": [(1, "operand", "Expr", False), (2, "field", "string", False), (3, "test_only", "bool", False)],
    "Call": [(1, "target", "Expr", False), (2, "function", "string", False), (3, "args", "Expr", True)],
    "List": [(1, "elements", "Expr", True)],
    "Comprehension": [
        (1, "iter_var", "string", False), (2, "iter_range", "Expr", False), (3, "accu_var", "string", False),
        (4, "accu_init", "Expr", False), (5, "loop_condition", "Expr", False), (6, "loop_step", "Expr", False),
        (7, "result", "Expr", False), (8, "iter_var2", "string", False),
    ],
    "Constant": [
        (1, "null_value", "int32", False), (2, "bool_value", "bool", False), (3, "int64_value", "int64", False),
        (4, "uint64_value", "uint64", False), (5, "double_value", "double", False),
        (6, "string_value", "string", False), (7, "bytes_value", "bytes", False),
    ],
    "Expr": [
        (2, "id", "int64", False), (3, "const_expr", "Constant", False), (4, "ident_expr", "Ident", False),
        (5, "select_expr", "Select", False), (6, "call_expr", "Call", False), (7, "list_expr", "List", False),
        (8, "struct_expr", "Ident", False), (9, "comprehension_expr", "Comprehension", False),
    ],
    "Position": [(1, "key", "int64", False), (2, "value", "int32", False)],
    "SourceInfo": [(4, "positions", "Position", True)],
    "Envelope": [(2, "value", "bytes", False)],
    "CheckedExpr": [(4, "expr", "Expr", False), (5, "source_info", "SourceInfo", False)],
}  # fmt: skip
_ONE_OF = {"Constant", "Expr"}


def _classes(*names: str) -> list[Any]:
    file = descriptor_pb2.FileDescriptorProto(name="xingji/cel.proto", package="xingji.cel", syntax="proto3")
    for name, rows in _MESSAGES.items():
        message = file.message_type.add(name=name)
        if name in _ONE_OF:
            message.oneof_decl.add(name="which")
        for number, key, kind, repeated in rows:
            label = _FIELD.LABEL_REPEATED if repeated else _FIELD.LABEL_OPTIONAL
            scalar = _SCALARS.get(kind)
            one = message.field.add(name=key, number=number, label=label, type=scalar or _FIELD.TYPE_MESSAGE)
            if scalar is None:
                one.type_name = f".xingji.cel.{kind}"
            if name in _ONE_OF and key != "id":
                one.oneof_index = 0
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return [message_factory.GetMessageClass(pool.FindMessageTypeByName(f"xingji.cel.{name}")) for name in names]


_ENVELOPE, _CHECKED_EXPR = _classes("Envelope", "CheckedExpr")


class TooDeep(Exception):
    """A tree deeper than a message may be (a hundred levels): a few macros inside one another are."""


def decode(serialized: bytes) -> tuple[Any, dict[int, int]]:
    """The root expression message and the code point offset of each node id. Raises: TooDeep."""
    try:
        checked = _CHECKED_EXPR.FromString(_ENVELOPE.FromString(serialized).value)
    except DecodeError:
        raise TooDeep from None
    return checked.expr, {entry.key: entry.value for entry in checked.source_info.positions}
