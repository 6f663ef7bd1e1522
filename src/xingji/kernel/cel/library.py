"""Which operators and functions exist and for which types: the declarations given to the official checker.

Everything but the logical operators is declared here again, because `money` and `date` are our own types and int,
double and money compare in both directions. What is not declared is refused: matches, type, dyn, uint, bytes.
"""

from collections.abc import Iterator, Sequence

MONEY = "xingji.Money"
DATE = "xingji.Date"
TEXT_OR_NULL = "google.protobuf.StringValue"

#: Functions of the language's standard library that we leave out, or declare anew.
STANDARD = (
    "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "_+_", "_-_", "_*_", "_/_", "_%_", "-_", "@in", "_[_]",
    "size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "bytes", "bool", "type",
    "dyn", "timestamp", "duration", "getFullYear", "getMonth", "getDayOfYear", "getDayOfMonth", "getDate",
    "getDayOfWeek", "getHours", "getMinutes", "getSeconds", "getMilliseconds",
)  # fmt: skip
#: Standard functions that exist in the language and that we refuse on purpose.
REFUSED = frozenset({"matches", "uint", "bytes", "bool", "type", "dyn"})

_NUMERIC = ("int", "double", MONEY)
_ORDERED = [(a, b) for a in _NUMERIC for b in _NUMERIC] + [
    (t, t) for t in ("string", "timestamp", "duration", DATE)
]  # fmt: skip
_GETTERS = ("getFullYear", "getMonth", "getDayOfYear", "getDayOfMonth", "getDate", "getDayOfWeek")
_CLOCK_GETTERS = ("getHours", "getMinutes", "getSeconds", "getMilliseconds")

_ARITHMETIC: dict[str, list[tuple[str, str, str]]] = {
    "_+_": [
        ("int", "int", "int"), ("double", "double", "double"), ("int", "double", "double"), ("double", "int", "double"),
        (MONEY, MONEY, MONEY), (MONEY, "int", MONEY), ("int", MONEY, MONEY), (MONEY, "double", MONEY),
        ("double", MONEY, MONEY), ("string", "string", "string"), ("list<~A>", "list<~A>", "list<~A>"),
        ("timestamp", "duration", "timestamp"), ("duration", "timestamp", "timestamp"),
        ("duration", "duration", "duration"), (DATE, "int", DATE),
    ],
    "_-_": [
        ("int", "int", "int"), ("double", "double", "double"), ("int", "double", "double"), ("double", "int", "double"),
        (MONEY, MONEY, MONEY), (MONEY, "int", MONEY), ("int", MONEY, MONEY), (MONEY, "double", MONEY),
        ("double", MONEY, MONEY), ("timestamp", "duration", "timestamp"), ("timestamp", "timestamp", "duration"),
        ("duration", "duration", "duration"), (DATE, "int", DATE),
    ],
    "_*_": [
        ("int", "int", "int"), ("double", "double", "double"), ("int", "double", "double"), ("double", "int", "double"),
        (MONEY, "int", MONEY), ("int", MONEY, MONEY), (MONEY, "double", MONEY), ("double", MONEY, MONEY),
    ],
    "_/_": [
        ("int", "int", "int"), ("double", "double", "double"), ("int", "double", "double"), ("double", "int", "double"),
        (MONEY, "int", MONEY), (MONEY, "double", MONEY), (MONEY, MONEY, "double"),
    ],
    "_%_": [("int", "int", "int")],
}  # fmt: skip

#: Our own functions: name -> (signature, result). The second list are those the caller turns into SQL.
_OWN: dict[str, list[tuple[str, str]]] = {
    "has_tag": [("has_tag(list<string>,string)", "bool")],
    "hour": [("hour(timestamp)", "int")],
    "weekday": [("weekday(timestamp)", "int")],
    "day": [("day(timestamp)", "int")],
    "month": [("month(timestamp)", "int")],
    "date": [("date(string)", DATE), ("date(timestamp)", DATE)],
    "days_between": [(f"days_between({DATE},{DATE})", "int")],
    "lower": [("lower(string)", "string")],
    "trim": [("trim(string)", "string")],
    "working_minutes_since": [("working_minutes_since(timestamp)", "double")],
    "working_minutes_between": [("working_minutes_between(timestamp,timestamp)", "double")],
    "count_events": [
        ("count_events(string)", "int"), ("count_events(string,duration)", "int"),
        ("count_events(list<string>)", "int"), ("count_events(list<string>,duration)", "int"),
    ],
    "sum_events": [
        ("sum_events(string,string)", "double"), ("sum_events(string,string,duration)", "double"),
        ("sum_events(list<string>,string)", "double"), ("sum_events(list<string>,string,duration)", "double"),
    ],
    "last_event": [("last_event(string)", "timestamp"), ("last_event(list<string>)", "timestamp")],
    "in_team": [(f"in_team({TEXT_OR_NULL},string)", "bool")],
    "in_region": [(f"in_region({TEXT_OR_NULL},string)", "bool")],
    "changed": [("changed(string)", "bool")],
    "days_since": [("days_since(timestamp)", "double")],
    "days_from": [("days_from(timestamp,timestamp)", "double")],
    "first_event": [("first_event(string)", "timestamp"), ("first_event(list<string>)", "timestamp")],
    "count_after": [("count_after(string,timestamp)", "int"), ("count_after(list<string>,timestamp)", "int")],
    "count_changes": [("count_changes(string)", "int"), ("count_changes(string,duration)", "int")],
    "last_change": [("last_change(string)", "timestamp")],
    "people_around": [("people_around(list<string>,duration)", "int")],
    "count_related": [(f"count_related(string,{TEXT_OR_NULL})", "int")],
    "usual_gap_days": [("usual_gap_days(string)", "double"), ("usual_gap_days(list<string>)", "double")],
}  # fmt: skip


def configuration(functions: frozenset[str], ids: Sequence[str], regions: Sequence[str]) -> str:
    """The environment's YAML. `ids` and `regions` are message types of relations and of region fields."""
    lines = ["name: xingji", "stdlib:", "  exclude_functions:"]
    lines += [f'    - name: "{name}"' for name in STANDARD]
    lines.append("functions:")
    for name, overloads in _declared(functions, ids, regions).items():
        lines += [f'  - name: "{name}"', "    overloads:"]
        lines += [f"      - {{signature: '{_escaped(name, one)}', return: '{result}'}}" for one, result in overloads]
    return "\n".join(lines) + "\n"


def _escaped(name: str, signature: str) -> str:
    """A signature whose name may hold angle brackets, as the configuration wants them."""
    return (
        name.replace("<", "\\<").replace(">", "\\>") + signature[len(name) :]
        if "<" in name or ">" in name
        else signature
    )


def _declared(
    functions: frozenset[str], ids: Sequence[str], regions: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    declared = {name: list(_standard(name)) for name in STANDARD if name not in REFUSED}
    for sign in ("_==_", "_!=_"):
        declared[sign] += [(f"{sign}({a},{b})", "bool") for a, b in _id_pairs(ids)]
    declared["@in"] += [(f"@in({one},list<string>)", "bool") for one in ids]
    for name, overloads in _OWN.items():
        if name in functions:
            declared[name] = list(overloads)
    if "in_team" in declared:
        declared["in_team"] += [(f"in_team({one},string)", "bool") for one in ids]
    if "count_related" in declared:
        declared["count_related"] += [(f"count_related(string,{one})", "int") for one in ids]
    if "in_region" in declared:
        declared["in_region"] += [(f"in_region({one},string)", "bool") for one in regions]
    return declared


def _id_pairs(ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    for one in ids:
        yield one, "string"
        yield "string", one
        yield from ((one, other) for other in ids if other != one)


def _standard(name: str) -> Iterator[tuple[str, str]]:
    if name in ("_==_", "_!=_"):
        yield f"{name}(~A,~A)", "bool"
        yield from ((f"{name}({a},{b})", "bool") for a in _NUMERIC for b in _NUMERIC if a != b)
    elif name in ("_<_", "_<=_", "_>_", "_>=_"):
        yield from ((f"{name}({a},{b})", "bool") for a, b in _ORDERED)
    elif name in _ARITHMETIC:
        yield from ((f"{name}({a},{b})", result) for a, b, result in _ARITHMETIC[name])
    elif name in _GETTERS or name in _CLOCK_GETTERS:
        yield f"timestamp.{name}()", "int"
        yield f"timestamp.{name}(string)", "int"
        if name in _CLOCK_GETTERS:
            yield f"duration.{name}()", "int"
    else:
        yield from _PLAIN[name]


_PLAIN: dict[str, list[tuple[str, str]]] = {
    "-_": [(f"-_({t})", t) for t in ("int", "double", MONEY)],
    "@in": [
        ("@in(~A,list<~A>)", "bool"), ("@in(int,list<double>)", "bool"), ("@in(double,list<int>)", "bool"),
        (f"@in({MONEY},list<int>)", "bool"), (f"@in({MONEY},list<double>)", "bool"),
    ],
    "_[_]": [("_[_](list<~A>,int)", "~A"), ("_[_](map<~A,~B>,~A)", "~B")],
    "size": [("size(string)", "int"), ("string.size()", "int"), ("size(list<~A>)", "int"), ("list<~A>.size()", "int")],
    "contains": [("string.contains(string)", "bool")],
    "startsWith": [("string.startsWith(string)", "bool")],
    "endsWith": [("string.endsWith(string)", "bool")],
    "int": [(f"int({t})", "int") for t in ("int", "double", "string", "timestamp", MONEY)],
    "double": [(f"double({t})", "double") for t in ("int", "double", "string", MONEY)],
    "string": [(f"string({t})", "string") for t in ("string", "int", "bool", DATE)],
    "timestamp": [("timestamp(string)", "timestamp"), ("timestamp(timestamp)", "timestamp")],
    "duration": [("duration(string)", "duration"), ("duration(duration)", "duration")],
}  # fmt: skip
