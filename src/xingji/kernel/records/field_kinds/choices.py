"""Options of choice fields: their check, and finding one by key or label. Owns no field kind."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.records.field_kinds.kind import Refused, problem

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field

_KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_+.-]{0,62}$")
MOST = 500


def check_options(document: Mapping[str, Any], path: str) -> list[Problem]:
    """Every option has a key of its own and a name."""
    options = document.get("options")
    if not isinstance(options, list) or not options:
        return [
            problem(
                "options_missing", f"{path}.options", "选择字段至少要有一个选项", "A choice needs at least one option"
            )
        ]
    problems: list[Problem] = []
    if len(options) > MOST:
        problems.append(problem("too_many_options", f"{path}.options", "选项最多 500 个", "At most 500 options"))
    seen: set[str] = set()
    for n, option in enumerate(options[:MOST]):
        at = f"{path}.options.{n}"
        key = option.get("key") if isinstance(option, Mapping) else None
        if not isinstance(key, str) or not _KEY.match(key):
            problems.append(
                problem(
                    "bad_option_key",
                    at,
                    "选项的 key 须为字母、数字、下划线",
                    "An option's key is letters, digits, underscores",
                )
            )
        elif key in seen:
            problems.append(
                problem("duplicate_option", at, f"选项“{key}”重复", f"Option “{key}” stands twice", key=key)
            )
        else:
            seen.add(key)
    return problems


def one_of(spec: "Field", value: Any) -> str:
    """The key of an option. Raises: Refused."""
    if not isinstance(value, str):
        raise Refused("not_text")
    if value not in spec.option_keys:
        raise Refused("not_an_option", value=value[:60], options=list(spec.option_keys)[:50])
    return value


def find_option(spec: "Field", text: str) -> str:
    """The key of the option with this key or label, in any language and case. Raises: Refused."""
    if text in spec.option_keys:
        return text
    wanted = text.strip().lower()
    for option in spec.document.get("options", ()):
        names = option.get("name")
        labels = list(names.values()) if isinstance(names, Mapping) else [names]
        if wanted in {str(label).strip().lower() for label in [*labels, option["key"], *option.get("aliases", ())]}:
            return option["key"]
    raise Refused("not_an_option", value=text[:60], options=list(spec.option_keys)[:50])
