"""The three group-robot platforms and a webhook receiver, as their documents describe them.

Owns the platforms' checks and answers. Written from the documentation, apart from the channels they test: signatures
are computed here once more.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from xingji.connectors.simulators.state import Received, Robot, SimulatorState

WECOM_TEXT_BYTES = 2048
DINGTALK_BODY_BYTES = 20_000
FEISHU_BODY_BYTES = 20 * 1024
HOUR = 3600.0
WEBHOOK_TOLERANCE = 300.0


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request to a platform; header names in lower case."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What a platform answers: mostly 200, whatever happened."""

    body: Mapping[str, Any]
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


def wecom(state: SimulatorState, call: Call) -> Reply:
    """POST /cgi-bin/webhook/send?key=…"""
    robot = state.robots.get(("wecom", call.query.get("key", "")))
    if robot is None:
        return _wecom(93000, "invalid webhook url, hint: [simulated]")
    if not state.within_rate("wecom", robot.token, 20, 60):
        return _wecom(45009, "api freq out of limit, hint: [simulated]")
    given = _json(call.body)
    kind = given.get("msgtype")
    if kind not in ("text", "markdown"):
        return _wecom(40008, "invalid message type")
    part = given.get(kind) if isinstance(given.get(kind), dict) else {}
    content = part.get("content", "")
    if not isinstance(content, str) or not content.strip():
        return _wecom(44004, "empty content")
    if len(content.encode()) > (WECOM_TEXT_BYTES if kind == "text" else 4096):
        return _wecom(93000, "Invalid input : content exceed max length.")
    mentions = _strings(part.get("mentioned_mobile_list")) + _strings(part.get("mentioned_list"))
    state.keep(Received("wecom", robot.token, state.clock(), content, mentions, raw=given))
    return _wecom(0, "ok")


def dingtalk(state: SimulatorState, call: Call) -> Reply:
    """POST /robot/send?access_token=…&timestamp=…&sign=…"""
    robot = state.robots.get(("dingtalk", call.query.get("access_token", "")))
    if robot is None:
        return _dingtalk(300005, "token is not exist")
    if not state.within_rate("dingtalk", robot.token, 20, 60):
        return _dingtalk(130101, "send too fast, exceed 20 times per minute")
    if not call.headers.get("content-type", "").startswith("application/json"):
        return _dingtalk(43004, "无效的HTTP HEADER Content-Type")
    if robot.secret and (refused := _check_dingtalk_sign(state, robot, call.query)):
        return _dingtalk(310000, refused)
    given = _json(call.body)
    if not given or len(call.body) > DINGTALK_BODY_BYTES:
        return _dingtalk(40035, "缺少参数 json")
    if given.get("msgtype") not in ("text", "markdown"):
        return _dingtalk(400105, "unsupported msgtype")
    part = given.get(given["msgtype"])
    text = str((part or {}).get("content") or (part or {}).get("text") or "")
    if robot.keyword and robot.keyword not in text:
        return _dingtalk(310000, "keywords not in content")
    at = given.get("at") or {}
    mentions = _strings(at.get("atMobiles")) + _strings(at.get("atUserIds"))
    state.keep(Received("dingtalk", robot.token, state.clock(), text, mentions, raw=given))
    return _dingtalk(0, "ok")


def feishu(state: SimulatorState, call: Call) -> Reply:
    """POST /open-apis/bot/v2/hook/<token>"""
    token = call.path.rstrip("/").rpartition("/")[2]
    robot = state.robots.get(("feishu", token))
    if robot is None:
        return _feishu(19001, "param invalid: incoming webhook access token invalid")
    if not (state.within_rate("feishu", token, 5, 1) and state.within_rate("feishu", token, 100, 60)):
        return _feishu(11232, "frequency limited psm[simulated]")
    given = _json(call.body)
    if not given or len(call.body) > FEISHU_BODY_BYTES:
        return _feishu(9499, "Bad Request")
    if robot.secret and not _feishu_sign_matches(state, robot, given):
        return _feishu(19021, "sign match fail or timestamp is not within one hour from current time")
    if given.get("msg_type") != "text":
        return _feishu(19002, "params error, msg_type need")
    text = str((given.get("content") or {}).get("text") or "")
    if robot.keyword and robot.keyword not in text:
        return _feishu(19024, "Key Words Not Found")
    state.keep(Received("feishu", token, state.clock(), text, raw=given))
    body = {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}
    return Reply(body)


def webhook(state: SimulatorState, call: Call) -> Reply:
    """POST /webhook/<name>, checked as Standard Webhooks says; a repeated id is answered and kept once."""
    token = call.path.rstrip("/").rpartition("/")[2]
    robot = state.robots.get(("webhook", token))
    if robot is None or not robot.secret:
        return Reply({"error": "no such endpoint"}, 404)
    identity, stamp = call.headers.get("webhook-id", ""), call.headers.get("webhook-timestamp", "")
    if not identity or not stamp.isdigit() or abs(state.clock() - int(stamp)) > WEBHOOK_TOLERANCE:
        return Reply({"error": "id or timestamp missing, or too old"}, 401)
    key = base64.b64decode(robot.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, b".".join((identity.encode(), stamp.encode(), call.body)), "sha256"))
    given = call.headers.get("webhook-signature", "").split()
    if not any(_same(f"v1,{expected.decode()}", one) for one in given):
        return Reply({"error": "signature does not match"}, 401)
    if all(message.id != identity for message in state.received["webhook"]):
        payload = _json(call.body)
        text = str((payload.get("data") or {}).get("title") or payload.get("type") or "")
        state.keep(Received("webhook", token, state.clock(), text, id=identity, raw=payload))
    return Reply({"received": True})


HANDLERS: dict[str, Callable[[SimulatorState, Call], Reply]] = {
    "/cgi-bin/webhook/send": wecom,
    "/robot/send": dingtalk,
    "/open-apis/bot/v2/hook/": feishu,
    "/webhook/": webhook,
}


def answer_fault(platform: str, fault: str) -> Reply:
    """The answer of a platform in trouble."""
    if fault == "limit":
        limited = {"wecom": 45009, "dingtalk": 130101, "feishu": 11232}
        if platform == "webhook":
            return Reply({"error": "too many requests"}, 429, (("retry-after", "7"),))
        return _by_platform(platform, limited[platform], "frequency limited")
    if fault.startswith("error:"):
        code = int(fault.partition(":")[2])
        return Reply({"error": code}, code) if platform == "webhook" else _by_platform(platform, code, "simulated")
    return Reply({"error": "service unavailable"}, 503)


def _by_platform(platform: str, code: int, text: str) -> Reply:
    return {"wecom": _wecom, "dingtalk": _dingtalk, "feishu": _feishu}[platform](code, text)


def _wecom(code: int, text: str) -> Reply:
    return Reply({"errcode": code, "errmsg": text})


_dingtalk = _wecom


def _feishu(code: int, text: str) -> Reply:
    return Reply({"code": code, "data": {}, "msg": text})


def _check_dingtalk_sign(state: SimulatorState, robot: Robot, query: Mapping[str, str]) -> str | None:
    stamp = query.get("timestamp", "")
    if not stamp.isdigit() or abs(state.clock() * 1000 - int(stamp)) > HOUR * 1000:
        return "invalid timestamp"
    secret = str(robot.secret)
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return None if _same(base64.b64encode(digest).decode(), query.get("sign", "")) else "sign not match"


def _feishu_sign_matches(state: SimulatorState, robot: Robot, given: Mapping[str, Any]) -> bool:
    stamp = str(given.get("timestamp", ""))
    if not stamp.isdigit() or abs(state.clock() - int(stamp)) > HOUR:
        return False
    digest = hmac.new(f"{stamp}\n{robot.secret}".encode(), digestmod=hashlib.sha256).digest()
    return _same(base64.b64encode(digest).decode(), str(given.get("sign", "")))


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _strings(given: Any) -> tuple[str, ...]:
    return tuple(item for item in given if isinstance(item, str)) if isinstance(given, list) else ()
