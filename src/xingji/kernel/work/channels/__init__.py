"""The kinds of channels, one file each, and the one list of them."""

from xingji.kernel.work.channels.dingtalk_robot import DingtalkRobot
from xingji.kernel.work.channels.email import Email
from xingji.kernel.work.channels.feishu_robot import FeishuRobot
from xingji.kernel.work.channels.inbox import Inbox
from xingji.kernel.work.channels.protocol import Channel, Delivery, Message, Outcome, Rate, Recipient
from xingji.kernel.work.channels.webhook import Webhook
from xingji.kernel.work.channels.wecom_robot import WecomRobot

CHANNEL_KINDS: dict[str, Channel] = {
    kind.key: kind for kind in (Inbox(), WecomRobot(), DingtalkRobot(), FeishuRobot(), Email(), Webhook())
}

__all__ = ["CHANNEL_KINDS", "Channel", "Delivery", "Message", "Outcome", "Rate", "Recipient"]
