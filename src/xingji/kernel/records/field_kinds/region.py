"""Province, city, district: codes of GB/T 2260 as far as known, kept as an array of three."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds.kind import FieldKind, Place, Refused, fixed
from xingji.kernel.records.field_kinds.provinces import PROVINCES, province_code
from xingji.kernel.records.field_kinds.texts import clean

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field

PARTS = ("province", "city", "district")
LONGEST = 30


def _parse(spec: "Field", value: Any, place: Place) -> list[str] | None:
    parts = [value.get(part) for part in PARTS] if isinstance(value, Mapping) else value
    if isinstance(value, Mapping) and set(value) - set(PARTS):
        raise Refused("not_a_region")
    if not isinstance(parts, list) or len(parts) > 3:
        raise Refused("not_a_region")
    texts = [None if part is None else clean(part, LONGEST, one_line=True) for part in parts]
    while texts and texts[-1] is None:
        texts.pop()
    if not texts:
        return None
    filled = [text for text in texts if text is not None]
    if len(filled) < len(texts):
        raise Refused("region_gap")
    code = province_code(filled[0])
    if code is None:
        raise Refused("not_a_region", value=filled[0])
    for part in filled[1:]:
        if part.isdigit() and (len(part) != 6 or part[:2] != code[:2]):
            raise Refused("not_a_region", value=part)
    return [code, *filled[1:]]


def _read_text(spec: "Field", text: str, place: Place) -> list[str] | None:
    for separator in ("/", "-", " ", "|", ">"):
        if separator in text:
            return _parse(spec, [part.strip() for part in text.split(separator) if part.strip()], place)
    for code, name in PROVINCES.items():
        if text.startswith(name):
            rest = text[len(name) :].removeprefix("省").removeprefix("市").removeprefix("自治区")
            return _parse(spec, [code, rest] if rest else [code], place)
    return _parse(spec, [text], place)


def _render(spec: "Field", value: Any) -> list[str] | None:
    return [part for part in value if part is not None] if value else None


def _mask(spec: "Field", value: Any) -> Any:
    return value[:1] if value else value


KIND = FieldKind(
    key="region",
    cel=CelKind.region,
    column=fixed("text[]"),
    parse=_parse,
    render=_render,
    read_text=_read_text,
    mask=_mask,
    to_text="array_to_string({}, '/')".format,
)
