"""The page that shows what the simulators received. Owns its HTML; every text in it is escaped."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from xingji.connectors.simulators.state import Received, SimulatorState

NAMES = {
    "wecom": ("企业微信群机器人", "WeCom robot"),
    "dingtalk": ("钉钉机器人", "DingTalk robot"),
    "feishu": ("飞书机器人", "Feishu robot"),
    "webhook": ("Webhook", "Webhook"),
    "email": ("邮件", "E-mail"),
}
STYLE = """body{font:15px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;margin:0 auto;max-width:960px;padding:24px;
color:#1f2430;background:#f7f7f5}h1{font-size:20px}h2{font-size:16px;margin:28px 0 8px}small,time{color:#667}
li{background:#fff;border:1px solid #e4e4de;border-radius:8px;margin:8px 0;padding:10px 14px;list-style:none}
ul{padding:0;margin:0}pre{white-space:pre-wrap;margin:4px 0;font:inherit}"""


def render_page(state: SimulatorState) -> str:
    """All messages by platform, newest first."""
    parts = [_section(state, platform) for platform in NAMES]
    return (
        "<!doctype html><html lang=zh-CN><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<meta http-equiv=refresh content=5><title>模拟渠道 Simulators</title><style>{STYLE}</style>"
        "<h1>模拟渠道 · Channel simulators</h1>"
        "<p>演示环境里，发往聊天平台的消息到这里为止，不会离开本机。<br>"
        "<small>In the demo, messages to chat platforms end here and never leave this machine.</small></p>"
        + "".join(parts)
    )


def _section(state: SimulatorState, platform: str) -> str:
    zh, en = NAMES[platform]
    messages = list(state.received[platform])
    fault = state.faults.get(platform)
    trouble = f" · 故障 {escape(fault)}" if fault else ""
    items = (
        "".join(_item(message) for message in reversed(messages)) or "<li><small>暂无消息 · nothing yet</small></li>"
    )
    heading = f"{zh} <small>{en} · {len(messages)}{trouble}</small>"
    return f"<h2>{heading}</h2><ul data-platform={platform}>{items}</ul>"


def _item(message: Received) -> str:
    at = datetime.fromtimestamp(message.at, ZoneInfo("Asia/Shanghai")).strftime("%m-%d %H:%M:%S")
    mentions = "".join(f" @{escape(name)}" for name in message.mentions)
    return (
        f"<li><time>{at}</time> <small>{escape(message.robot)}{mentions}</small><pre>{escape(message.text)}</pre></li>"
    )
