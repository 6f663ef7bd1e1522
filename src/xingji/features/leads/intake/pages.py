"""The hosted form, its snippet, the page behind a QR code and the page of thanks. Owns their HTML; stores nothing.

Everything shown is escaped; the page works without script. The script adds where the visitor came from and, once the
consent is ticked, a device id of our own making.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from xingji.features.leads.intake.prepare import UTM
from xingji.features.leads.intake.sources import Answer, Delivery
from xingji.features.leads.intake.sources.form import HONEYPOT, PAGE
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.settings import load_settings, own_address, public_url

HTML = "text/html; charset=utf-8"
FIELDS = ("name", "company", "mobile", "need")
INPUTS = {
    "phone": 'type="tel" inputmode="tel" autocomplete="tel"', "email": 'type="email" autocomplete="email"',
    "company": 'type="text" autocomplete="organization"', "number": 'type="text" inputmode="decimal"',
    "money": 'type="text" inputmode="decimal"', "date": 'type="date"',
}  # fmt: skip
PLAIN = 'type="text"'
PASSED = (*UTM, "video_id", "booth", "campaign", "landing", "referrer")
CONSENT = "我同意贵公司就本次咨询与我联系，并已阅读个人信息处理说明"

STYLE = """*{box-sizing:border-box}body{margin:0;background:#f6f7f9;color:#1d2129;font:16px/1.6 system-ui,"PingFang SC",
"Microsoft YaHei","Noto Sans CJK SC",sans-serif}main{max-width:30rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.35rem;margin:.5rem 0 1rem}form,.card{background:#fff;border:1px solid #e5e6eb;border-radius:12px;padding:1.25rem}
label{display:block;margin-bottom:1rem;font-size:.9rem;color:#4e5969}input[type=text],input[type=tel],input[type=email],
input[type=date],select,textarea{display:block;width:100%;margin-top:.35rem;padding:.7rem .8rem;font:inherit;color:#1d2129;
border:1px solid #c9cdd4;border-radius:8px;background:#fff}textarea{min-height:6rem}input:focus,textarea:focus,select:focus{outline:2px
solid #3370ff;outline-offset:1px;border-color:#3370ff}.consent{display:flex;gap:.6rem;align-items:flex-start}.consent input{
margin-top:.3rem;width:1.1rem;height:1.1rem;flex:none}button{width:100%;padding:.8rem;font:inherit;font-weight:600;color:#fff;
background:#3370ff;border:0;border-radius:8px}.trap{position:absolute;left:-9999px}.need::after{content:" *";color:#d03050}
.bad{color:#b42318}"""

PAGE_SCRIPT = """(function () {
  var form = document.querySelector('form[data-intake]'); if (!form) return;
  function put(name, value) { var field = form.elements[name]; if (field && !field.value && value) field.value = value; }
  put('referrer', document.referrer); put('landing', location.href.split('#')[0]);
  form.addEventListener('submit', function () {
    if (!form.elements.consent.checked) return;
    var id = null; try { id = localStorage.getItem('xj_device'); if (!id) { id = crypto.randomUUID(); localStorage.setItem('xj_device', id); } } catch (e) {}
    put('device', id);
    form.querySelector('button').disabled = true;
  });
})();
"""

SNIPPET = """(function () {
  var here = document.currentScript, frame = document.createElement('iframe'), query = new URLSearchParams(location.search), keep = new URLSearchParams();
  query.forEach(function (value, name) { if (/^(utm_|video_id|booth|campaign)/.test(name)) keep.set(name, value); });
  keep.set('referrer', document.referrer); keep.set('landing', location.href.split('#')[0]);
  frame.src = new URL(%s, here.src).href + '?' + keep.toString(); frame.title = %s;
  frame.style.cssText = 'width:100%%;min-height:560px;border:0'; frame.loading = 'lazy';
  here.parentNode.insertBefore(frame, here.nextSibling);
})();
"""


def render(
    ending: str, kind: str, token: str, document: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]],
    delivery: Delivery,
) -> Answer:  # fmt: skip
    """The page, its snippet (js) or the printable code (svg) of a form source.

    No address comes from the request: whoever can make others read an answer to a forged one would choose where forms go.
    """
    site = public_url()
    if ending == "js":
        return Answer(200, snippet(f"{site or ''}/f/{token}", _title(document)).encode(), "text/javascript; charset=utf-8")
    if ending == "svg":
        return qr_code(f"{site or own_address(load_settings())}/q/{token}")
    body = form_page(token, document, fields, delivery.params(), delivery.headers.get("referer", ""))
    return Answer(200, body.encode(), HTML)


def qr_code(address: str) -> Answer:
    """The QR code of an address as SVG."""
    from io import BytesIO

    import segno

    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=8, border=4)
    return Answer(200, out.getvalue(), "image/svg+xml")


def snippet(address: str, title: str) -> str:
    """A script that places the form where it stands, with the visitor's campaign parameters.

    An address without a site is one of the site the script itself came from.
    """
    return SNIPPET % (_js(address), _js(title))


def form_page(
    token: str, document: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]], query: Mapping[str, str], referer: str
) -> str:
    """The HTML of the hosted form."""
    form = document.get("form") or {}
    names = [name for name in form.get("fields") or FIELDS if name in fields]
    required = set(form.get("required") or ("mobile",)) & set(names)
    rows = "".join(_input(name, fields[name], name in required) for name in names)
    passed = dict(query)
    passed.setdefault("referrer", referer)
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(passed.get(name, "")[:1000])}">' for name in PASSED)
    consent = escape(_text(form.get("consent_text")) or CONSENT)
    intro = f"<p>{escape(_text(form.get('intro')))}</p>" if form.get("intro") else ""
    return _page(
        _title(document),
        f"""<h1>{escape(_title(document))}</h1>{intro}
<form method="post" action="/api/v1/intake/{escape(token)}" data-intake accept-charset="utf-8">
{rows}<label class="trap" aria-hidden="true">请勿填写<input type="text" name="{HONEYPOT}" tabindex="-1" autocomplete="off"></label>
<input type="hidden" name="{PAGE}" value="1"><input type="hidden" name="_id" value="{uuid7()}"><input type="hidden" name="device">{hidden}
<label class="consent"><input type="checkbox" name="consent" value="1" required><span>{consent}</span></label>
<button type="submit">{escape(_text(form.get("button")) or "提交")}</button></form><script src="/f/page.js" defer></script>""",
    )


def outcome_page(status: str, problems: Sequence[Problem]) -> Answer:
    """What a person sees after sending our form."""
    if status == "refused":
        listed = "".join(f"<li>{escape((p.message or {}).get('zh', p.code))}</li>" for p in problems)
        body = f'<div class="card"><h1 class="bad">未能提交</h1><ul>{listed}</ul><p>请返回上一页修改后重试。</p></div>'
        return Answer(422, _page("未能提交", body).encode(), HTML)
    body = '<div class="card" role="status"><h1>已收到，谢谢</h1><p>我们会尽快与您联系。</p></div>'
    return Answer(200, _page("已收到", body).encode(), HTML)


def headers_of(document: Mapping[str, Any]) -> list[tuple[bytes, bytes]]:
    """Headers of the pages: no script but ours, framed only where the source allows (everywhere by default)."""
    origins = (document.get("settings") or {}).get("origins") or ["*"]
    allowed = " ".join(o for o in origins if isinstance(o, str) and not set(o) & set("; \r\n,")) or "'none'"
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; img-src 'self' data:; base-uri 'none'; "
        f"form-action 'self'; frame-ancestors {allowed}"
    )
    return [(b"content-security-policy", policy.encode()), (b"cache-control", b"no-store"), (b"cross-origin-resource-policy", b"cross-origin")]


def _input(name: str, document: Mapping[str, Any], required: bool) -> str:
    label = escape((document.get("name") or {}).get("zh") or name)
    needed = " required" if required else ""
    mark = ' class="need"' if required else ""
    if document.get("kind") == "long_text":
        box = f'<textarea name="{name}" maxlength="2000"{needed}></textarea>'
    elif document.get("kind") == "choice":
        options = "".join(
            f'<option value="{escape(str(o["key"]))}">{escape((o.get("name") or {}).get("zh") or str(o["key"]))}</option>'
            for o in document.get("options") or ()
        )
        box = f'<select name="{name}"{needed}><option value=""></option>{options}</select>'
    else:
        box = f'<input {INPUTS.get(str(document.get("kind")), PLAIN)} name="{name}" maxlength="200"{needed}>'
    return f"<label><span{mark}>{label}</span>{box}</label>\n"


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )


def _title(document: Mapping[str, Any]) -> str:
    form = document.get("form") or {}
    return _text(form.get("title")) or _text(document.get("name")) or "在线咨询"


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("zh") or next(iter(value.values()), "")
    return str(value) if value is not None else ""


def _js(text: str) -> str:
    """A string literal that cannot leave its script."""
    quoted = text.replace("\\", "\\\\").replace("'", "\\'").replace("<", "\\u003c").replace("\n", "\\n").replace("\r", "")
    return f"'{quoted}'"
