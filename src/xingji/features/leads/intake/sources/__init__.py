"""The ways a lead can come in: one file a way, one dict. A way authenticates a delivery and reads it; it stores nothing."""

from xingji.features.leads.intake.sources.call import CallVia
from xingji.features.leads.intake.sources.douyin import DouyinVia
from xingji.features.leads.intake.sources.form import FormVia, QrVia
from xingji.features.leads.intake.sources.hands import ImportVia, ManualVia
from xingji.features.leads.intake.sources.json_webhook import JsonVia
from xingji.features.leads.intake.sources.way import Answer, Delivery, Reading, Unreadable, Way
from xingji.features.leads.intake.sources.wechat_oa import WechatVia

WAYS: dict[str, Way] = {
    way.key: way
    for way in (FormVia(), JsonVia(), WechatVia(), DouyinVia(), CallVia(), QrVia(), ManualVia(), ImportVia())
}
ALIASES = {"webhook": "json", "portal": "manual", "provider": "json", "event": "manual"}


def way_of(document: dict) -> Way | None:
    """The way of a source document, or None when it names none we know."""
    via = str(document.get("via", ""))
    return WAYS.get(ALIASES.get(via, via))


__all__ = ["ALIASES", "WAYS", "Answer", "Delivery", "Reading", "Unreadable", "Way", "way_of"]
