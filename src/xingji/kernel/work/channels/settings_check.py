"""Checks of channel settings that several kinds share, with their messages. Owns the words of these refusals."""

from collections.abc import Mapping
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.work.address_guard import AddressGuard, AddressRefused
from xingji.kernel.work.http_client import check_url
from xingji.kernel.work.vault import is_sealed

MESSAGES = {
    "channel.setting_missing": {"zh": "缺少设置“{setting}”。", "en": "The setting “{setting}” is missing."},
    "channel.setting_unknown": {"zh": "不认识的设置“{setting}”。", "en": "There is no setting “{setting}”."},
    "channel.setting_malformed": {
        "zh": "设置“{setting}”的写法不对：{hint_zh}",
        "en": "The setting “{setting}” is malformed: {hint_en}",
    },
    "channel.address_refused": {
        "zh": "地址 {host} 不允许访问（{reason}）：只能发往公网地址；内网地址须由部署者在 XINGJI_ALLOW_PRIVATE_HTTP 中放行。",
        "en": "{host} may not be reached ({reason}): only public addresses; whoever runs the server can allow an inner"
        " one in XINGJI_ALLOW_PRIVATE_HTTP.",
    },
}


def problem(code: str, setting: str, **params: Any) -> Problem:
    """A problem at one setting with both texts."""
    params = {"setting": setting, **params}
    message = {language: text.format(**params) for language, text in MESSAGES[code].items()}
    return Problem(code=code, path=f"settings.{setting}", params=params, message=message)


def malformed(setting: str, hint_zh: str, hint_en: str) -> Problem:
    """A setting whose value has the wrong form, with what it should look like."""
    return problem("channel.setting_malformed", setting, hint_zh=hint_zh, hint_en=hint_en)


def check_known(settings: Mapping[str, Any], required: set[str], optional: set[str]) -> list[Problem]:
    """Missing and unknown settings."""
    missing = [problem("channel.setting_missing", name) for name in sorted(required) if not settings.get(name)]
    unknown = sorted(set(settings) - required - optional)
    return missing + [problem("channel.setting_unknown", name) for name in unknown]


def check_target(settings: Mapping[str, Any], name: str, guard: AddressGuard, *needed: str) -> list[Problem]:
    """Whether a URL may be reached and names each query part needed; a sealed URL was checked when it was entered."""
    url = settings.get(name)
    if not url or is_sealed(url):
        return []
    if not isinstance(url, str):
        return [malformed(name, "应为网址。", "it must be a URL.")]
    try:
        target = check_url(guard, url)
    except AddressRefused as refused:
        if refused.reason in ("scheme", "spelling"):
            return [malformed(name, "要写以 https:// 开头的完整网址。", "it must be a whole address that begins with https://.")]
        host = str(refused.data["host"])
        return [problem("channel.address_refused", name, host=host, reason=refused.reason)]
    missing = [part for part in needed if not target.params.get(part)]
    return [malformed(name, f"网址缺少参数 {part}。", f"the URL lacks the parameter {part}.") for part in missing]
