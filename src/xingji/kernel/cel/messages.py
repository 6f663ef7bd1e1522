"""The words of every problem, in Chinese and English. Owns no logic."""

MESSAGES: dict[str, dict[str, str]] = {
    "suggestion": {"zh": "你是不是想写“{suggestion}”？", "en": " Did you mean “{suggestion}”?"},
    "syntax": {"zh": "写法有误，这里读不懂：{found}", "en": "Cannot be read here: {found}"},
    "not_ascii": {
        "zh": "“{found}”不能写在引号外面：字段请用英文标识，运算符请用半角",
        "en": "“{found}” cannot stand outside quotes: use the field's key and half-width signs.",
    },
    "unknown_field": {"zh": "没有名为“{name}”的字段。", "en": "There is no field “{name}”."},
    "unknown_function": {"zh": "没有名为“{name}”的函数。", "en": "There is no function “{name}”."},
    "function_not_here": {"zh": "函数“{name}”不能用在这里。", "en": "“{name}” cannot be used here."},
    "unsupported_function": {"zh": "不支持函数“{name}”。", "en": "“{name}” is not supported."},
    "unsupported": {"zh": "不支持这种写法：{what}", "en": "Not supported: {what}."},
    "no_members": {"zh": "{type}类型的值没有下级字段。", "en": "A value of type {type} has no members."},
    "type_mismatch": {
        "zh": "“{operator}”不能用于这些类型：{types}",
        "en": "“{operator}” cannot be applied to: {types}.",
    },
    "wrong_result": {
        "zh": "这里需要{want}，表达式的结果却是{type}。",
        "en": "{want} is wanted here, but the result is {type}.",
    },
    "literal_needed": {
        "zh": "函数“{name}”的这个参数必须是写定的值。",
        "en": "“{name}” wants a value written out here.",
    },
    "bad_timestamp": {
        "zh": "“{value}”不是时间，请写成 2026-01-31T09:00:00+08:00",
        "en": "“{value}” is no point in time; write 2026-01-31T09:00:00+08:00.",
    },
    "bad_date": {"zh": "“{value}”不是日期，请写成 2026-01-31", "en": "“{value}” is no date; write 2026-01-31."},
    "bad_duration": {
        "zh": "“{value}”不是时长，请写成 72h、30m 或 1.5s（没有天：3 天写 72h）",
        "en": "“{value}” is no duration; write 72h, 30m or 1.5s (no days: 3 days are 72h).",
    },
    "bad_zone": {"zh": "不认识时区“{value}”。", "en": "“{value}” is no time zone we know."},
    "bad_text": {"zh": "文字里有不能保存的字符。", "en": "The text holds a character that cannot be stored."},
    "too_large": {
        "zh": "表达式太长：{found}，最多 {limit}（{what}）",
        "en": "Too large: {found} {what}, at most {limit}.",
    },
    "too_deep": {"zh": "嵌套太深，最多 {limit} 层。", "en": "Nested too deep, at most {limit} levels."},
    "too_costly": {
        "zh": "表达式太费时：估计 {found}，最多 {limit}。",
        "en": "Too costly: an estimated {found}, at most {limit}.",
    },
    "bad_tree": {"zh": "筛选条件的这一部分有误：{what}", "en": "This part of the filter is malformed: {what}."},
    "invalid": {"zh": "表达式有误：{detail}", "en": "Cannot be used: {detail}"},
}

OPERATORS = {
    "_==_": "==", "_!=_": "!=", "_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=", "_+_": "+", "_-_": "-",
    "_*_": "*", "_/_": "/", "_%_": "%", "-_": "-", "_&&_": "&&", "_||_": "||", "!_": "!", "_?_:_": "? :",
    "@in": "in", "_[_]": "[]",
}  # fmt: skip

_KINDS = {
    "text": ("文字", "text"), "string": ("文字", "text"), "integer": ("整数", "a whole number"),
    "int": ("整数", "a whole number"), "double": ("小数", "a decimal number"), "money": ("金额", "money"),
    "percent": ("百分比", "a percentage"), "boolean": ("是/否", "yes or no"), "bool": ("是/否", "yes or no"),
    "date": ("日期", "a date"), "timestamp": ("时间", "a point in time"), "duration": ("时长", "a duration"),
    "text_list": ("文字列表", "a list of texts"), "list(string)": ("文字列表", "a list of texts"),
    "uuid": ("关联", "a relation"), "uuid_list": ("关联列表", "a list of relations"), "region": ("地区", "a region"),
    "record": ("一组字段", "a group of fields"), "list": ("列表", "a list"), "null_type": ("空值", "null"),
    "null": ("空值", "null"), "map(string, string)": ("键值表", "a map of texts"), "text_map": ("键值表", "a map of texts"),
}  # fmt: skip


def kind_name(kind: str, lang: str) -> str:
    """A kind or the checker's type in words; unknown ones as they are."""
    pair = _KINDS.get(kind)
    return kind if pair is None else pair[0 if lang == "zh" else 1]
