"""The refusals of intake in both languages: what is wrong, where, and who can mend it. Computes nothing."""

from typing import Any

from xingji.kernel.core.errors import Problem

MESSAGES: dict[str, tuple[str, str, str]] = {
    "intake.unknown_field": ("映射写到了线索没有的字段「{field}」，请在来源的映射中改正", "the mapping names the field {field}, which leads do not have; mend the source's mapping", "marketing"),
    "intake.bad_path": ("映射中「{field}」的路径「{path}」写法不对，应如 $.a.b[0]", "the path {path} of {field} is not one such as $.a.b[0]; mend the source's mapping", "marketing"),
    "intake.required_missing": ("缺少必填内容「{field}」(路径 {path})", "{field} is required and missing (path {path})", "sender"),
    "intake.value_unfit": ("「{field}」的值「{value}」不是合格的 {kind}，请改正数据或来源映射(路径 {path})", "{value} does not fit the field {field} ({kind}); mend the data or the mapping (path {path})", "marketing"),
    "intake.field_refused": ("「{field}」没有通过校验：{code}", "{field} did not pass validation: {code}", "marketing"),
    "intake.no_contact": ("既没有称呼、公司，也没有任何联系方式或平台编号，无法成为线索", "neither a name, a company, a way to reach them nor a platform id: this is no lead", "sender"),
    "intake.body_unreadable": ("内容无法按 {format} 读取：{detail}", "the body cannot be read as {format}: {detail}", "sender"),
    "intake.not_an_object": ("JSON 的最外层要是一个对象", "the outermost JSON value must be an object", "sender"),
    "intake.empty": ("没有内容", "the body is empty", "sender"),
    "intake.xml_dtd": ("XML 不得带 DTD 或实体定义", "XML with a DTD or entities is refused", "sender"),
    "intake.signature_wrong": ("签名不对：请核对来源设置中的密钥", "the signature is wrong: compare the secret in the source's settings", "marketing"),
    "intake.signature_stale": ("签名的时间戳已过期(超过 {minutes} 分钟)", "the signature's time is older than {minutes} minutes", "sender"),
    "intake.secret_unreadable": ("来源的密钥打不开：服务器的 XINGJI_SECRET_KEY 换过，请重新填写来源的密钥，再把留存的投递重跑", "the source's secret does not open: XINGJI_SECRET_KEY was changed; enter the secret anew, then run what was kept again", "admin"),
    "intake.secret_missing": ("来源没有设置密钥，无法验签", "the source has no secret: signatures cannot be checked", "marketing"),
    "intake.honeypot": ("隐藏栏被填写，疑似机器提交", "the hidden field was filled: most likely a machine", "sender"),
    "intake.consent_missing": ("没有勾选同意联系", "the consent to be contacted is not ticked", "sender"),
    "intake.key_reused": ("同一个投递编号带来了不同的内容", "the same delivery key came with another body", "sender"),
    "intake.failed": ("入库失败，原文已保留，可稍后重新处理({detail})", "storing failed; the payload is kept and can be run again ({detail})", "admin"),
    "intake.source_unknown": ("来源「{source}」没有发布或已被隔离", "the source {source} is not published, or quarantined", "marketing"),
    "intake.source_takes_none": ("这个来源不接收 HTTP 投递", "this source takes no deliveries over HTTP", "marketing"),
}  # fmt: skip


def problem(code: str, at: str = "", /, **params: Any) -> Problem:
    """A problem with its words filled in."""
    zh, en, who = MESSAGES[code]
    # What a sender wrote may stand in a message; a NUL could not be stored.
    params = {key: value.replace("\0", "�") if isinstance(value, str) else value for key, value in params.items()}
    words = {key: str(value) for key, value in params.items()}
    return Problem(code, at, params, {"zh": zh.format_map(words), "en": en.format_map(words)}, who=who)
