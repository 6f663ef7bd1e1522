"""Which column of a file goes into which field. Owns the mapping's shape, its check and the proposal by labels; pure.

A target is a field of the object, a field of a record that hangs on it ("contacts.mobile", by the relation's other
side), or one of two words of our own: "@notes" (a cell of dated follow-up notes) and "@touched" (the day of the last).
"""

import dataclasses
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import ObjectType, Schema
from xingji.kernel.records.sheets import SHEET_COLUMN, plain
from xingji.kernel.records.validate import HISTORY_FIELDS

#: Words people write above columns, by kind of field or field key.
WORDS: Mapping[str, Sequence[str]] = {
    "phone": ("手机", "手机号", "手机号码", "电话", "联系电话", "mobile", "phone", "tel", "telephone"),
    "email": ("邮箱", "电子邮件", "电子邮箱", "email", "mail"),
    "company": ("公司", "公司名称", "企业", "企业名称", "单位", "客户名称", "company", "account", "organization"),
    "uscc": ("统一社会信用代码", "信用代码", "税号", "纳税人识别号"),
    "url": ("网址", "网站", "官网", "website", "url"),
    "owner": ("负责人", "所属人", "跟进人", "销售", "归属", "业务员", "销售员", "销售代表", "客户经理", "跟单人", "owner", "sales agent", "sales rep"),
    "name": ("姓名", "称呼", "名称", "联系人", "name"),
    "created_at": ("创建时间", "创建日期", "录入时间", "录入日期", "登记日期", "登记时间", "建档日期", "created at", "created"),
}  # fmt: skip
NOTES, TOUCHED = "@notes", "@touched"
OWN_WORDS: Mapping[str, Sequence[str]] = {
    NOTES: ("跟进记录", "跟进情况", "跟进内容", "拜访记录", "沟通记录", "联系记录", "跟进备注", "跟进", "跟踪记录", "备注", "说明", "记录", "notes", "history"),
    TOUCHED: ("最近跟进", "最近跟进时间", "最后跟进", "最后跟进时间", "最近联系", "最近联系时间", "最后联系时间", "上次跟进", "上次跟进时间", "上次联系"),
}  # fmt: skip
NUMBERS = ("序号", "编号", "no", "#", "行号")  # counts of the sheet itself, left out unless a field is called so
CLOSE_ENOUGH = 0.84
MOBILE = re.compile(r"^(?:\+?86)?1[3-9]\d{9}(?:\.0)?$")
SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛"
    "闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
)
DOUBLE = ("欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟", "慕容", "令狐", "东方", "司徒", "夏侯", "端木")


@dataclass(frozen=True, slots=True)
class Target:
    """What one column fills. `values` and `aliases` translate cells; `when` limits it to rows with such other cells.

    empty: what an empty cell stands for. create: a related record or a person that is not there is made. child: the
    relation's other side whose record is filled.
    """

    field: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    when: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)
    empty: str | None = None
    create: bool = False
    child: str | None = None


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """Columns to targets, the fields by which a row finds its record, and what happens with one that is there.

    existing: update | skip. Rows that match several records, or another row of the file, are conflicts.
    same: join | apart, what becomes of rows that seem to be about a record that is there under another spelling;
    `rest`: columns without a target go into the notes, so that nothing is lost.
    """

    columns: Mapping[str, tuple[Target, ...]]
    key: tuple[str, ...] = ()
    existing: str = "update"
    constants: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    same: str | None = None
    rest: bool = False


Children = Mapping[str, tuple[ObjectType, str]]
"""By the relation's other side: the object that hangs on a record, and its field that leads here."""


def children_of(schema: Schema, kind: ObjectType) -> Children:
    """What may be imported in one row with a record: objects whose relation says so (`inverse: {import: true}`)."""
    found = {}
    for inverse in kind.inverses.values():
        other = schema.objects[inverse.object]
        if (other.fields[inverse.field].document.get("inverse") or {}).get("import"):
            found[inverse.key] = (other, inverse.field)
    return found


def read_mapping(
    document: Mapping[str, Any], kind: ObjectType, columns: Sequence[str], children: Children | None = None
) -> tuple[ImportMapping, list[Problem]]:
    """A mapping from JSON or YAML and everything wrong with it.

    document: {columns: {column: field | target | [targets] | null}, key: [field], existing, constants: {field: value},
    same: join | apart, rest: boolean}.
    """
    problems: list[Problem] = []
    targets: dict[str, tuple[Target, ...]] = {}
    given = document.get("columns")
    if not isinstance(given, Mapping):
        return ImportMapping({}), [Problem("import.columns_missing", "columns")]
    for column, wanted in given.items():
        if column not in columns:
            problems.append(Problem("import.unknown_column", f"columns.{column}", {"column": str(column)[:80]}))
            continue
        listed = wanted if isinstance(wanted, list) else [wanted] if wanted else []
        targets[column] = tuple(_target(one, kind, children or {}, f"columns.{column}", problems) for one in listed)
    key = document.get("key") or []
    if not isinstance(key, list) or not set(map(str, key)) <= {f.key for f in kind.fields.values() if f.column}:
        problems.append(Problem("records.unknown_field", "key", {"field": str(key)[:80]}))
        key = []
    existing = document.get("existing", "update")
    if existing not in ("update", "skip"):
        problems.append(Problem("import.bad_option", "existing", {"options": ["update", "skip"]}))
    same = document.get("same")
    if same not in (None, "join", "apart"):
        problems.append(Problem("import.bad_option", "same", {"options": ["join", "apart"]}))
    constants = document.get("constants") or {}
    return ImportMapping(
        targets, tuple(key), str(existing), dict(constants) if isinstance(constants, Mapping) else {},
        same if same in ("join", "apart") else None, bool(document.get("rest")),
    ), problems  # fmt: skip


def _target(wanted: Any, kind: ObjectType, children: Children, path: str, problems: list[Problem]) -> Target:
    document: Any = {"field": wanted} if isinstance(wanted, str) else wanted
    if not isinstance(document, Mapping) or not isinstance(document.get("field"), str):
        problems.append(Problem("import.bad_target", path))
        return Target("")
    child, dot, key = document["field"].rpartition(".")
    if dot and child not in children:
        problems.append(Problem("records.unknown_field", path, {"field": document["field"][:80]}))
        return Target("")
    owner = children[child][0] if dot else kind
    spec = owner.fields.get(key)
    if key not in (NOTES, TOUCHED) and (
        spec is None or spec.column is None or (spec.server_owned and (not spec.system or key not in HISTORY_FIELDS))
    ):
        problems.append(Problem("records.unknown_field", path, {"field": key[:80]}))
        return Target("")
    when = document.get("when") or {}
    return Target(
        key,
        {str(k): str(v) for k, v in (document.get("values") or {}).items()},
        {str(k): [str(v) for v in (vs if isinstance(vs, list) else [vs])] for k, vs in when.items()},
        document.get("empty"),
        bool(document.get("create")),
        child if dot else None,
    )


Levels = Mapping[str, Mapping[str, str]]
"""Of the object ("") and of each child: what the writer may do with each field."""


def propose_mapping(
    kind: ObjectType,
    columns: Sequence[str],
    levels: Levels,
    children: Children | None = None,
    samples: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """A mapping document by the columns' names (keys, labels, aliases, common words, near misses) and their contents."""
    known = known_words(kind, levels, children or {})
    proposed: dict[str, Any] = {}
    taken: set[str] = set()
    for column in columns:
        wanted, bare = plain(column), plain(re.sub(r"[(（].*?[)）]", "", column))  # 金额（元）
        found = known.get(wanted) or known.get(bare) or _near(bare, known)
        if found in taken and found != NOTES:
            found = next((one for one in _others(found, known, wanted) if one not in taken), None)
        proposed[column] = found
        taken |= {found} if found else set()
    if children:
        _by_content(proposed, taken, samples or {}, kind, levels, children)
    unique = [spec.key for spec in kind.stored if spec.unique and spec.key in taken]
    key = unique[:1] or (["external_id"] if "external_id" in taken else [])
    document = {"columns": proposed, "key": key, "existing": "update"}
    return {**document, "same": "join", "rest": True} if children else document


def known_words(kind: ObjectType, levels: Levels, children: Children) -> dict[str, str]:
    """Plain spellings of columns and the target each stands for; the object's own fields first."""
    known: dict[str, str] = {}
    for spec in kind.fields.values():
        if _fillable(spec, levels.get("", {})):
            for word in _words(spec, with_common=not children or (spec.key != "name" and spec.kind.key not in ("phone", "email"))):
                known.setdefault(plain(word), spec.key)
    for key, (other, back) in children.items():
        for spec in other.fields.values():
            if _fillable(spec, levels.get(key, {})) and not spec.system and spec.key != back and spec.kind.key != "relation":
                for word in _words(spec, with_common=spec.key not in ("name", "title")):
                    known.setdefault(plain(word), f"{key}.{spec.key}")
    if children:
        for target, words in OWN_WORDS.items():
            for word in words:
                known.setdefault(plain(word), target)
    return known


def _others(found: str | None, known: Mapping[str, str], wanted: str) -> list[str]:
    """Targets of the same last name elsewhere: a second column of phones goes to the other phone."""
    last = (found or "").rpartition(".")[2]
    pairs = {"mobile": "phone", "phone": "mobile"}
    return [one for one in dict.fromkeys(known.values()) if one != found and one.rpartition(".")[2] == pairs.get(last)]


def _by_content(
    proposed: dict[str, Any], taken: set[str], samples: Mapping[str, Sequence[str]], kind: ObjectType, levels: Levels,
    children: Children,
) -> None:  # fmt: skip
    """What the cells say where the name says nothing, or says too little."""
    mobile = next((f"{key}.{spec.key}" for key, (other, _) in children.items() for spec in other.stored if spec.kind.key == "phone"), None)
    status = next((f"{key}.status" for key, (other, _) in children.items() if "status" in other.fields and "stage" in other.fields), None)
    for column, target in proposed.items():
        cells = [cell.strip() for cell in samples.get(column, ()) if cell.strip()]
        mobiles = len(cells) >= 1 and sum(bool(MOBILE.match(re.sub(r"[\s-]", "", cell))) for cell in cells) * 2 > len(cells)
        if mobiles and mobile and mobile not in taken and (target is None or kind.fields.get(target, None) in _phones(kind)):
            proposed[column] = mobile
            taken.add(mobile)
        elif target is None and column.rstrip("*") == SHEET_COLUMN and "owner" not in taken:
            if cells and all(looks_like_name(cell) for cell in set(cells)):
                proposed[column] = {"field": "owner", "create": True}
                taken.add("owner")
        elif target == "owner":
            proposed[column] = {"field": "owner", "create": True}
        elif target is not None and target.endswith(".stage") and status and status not in taken:
            proposed[column] = [target, status]


def _phones(kind: ObjectType) -> list[Field]:
    return [spec for spec in kind.stored if spec.kind.key == "phone"]


def looks_like_name(text: str) -> bool:
    """Whether a word is a Chinese person's name by its surname and length."""
    text = text.strip()
    if not re.fullmatch(r"[\u4e00-\u9fff]{2,4}", text):
        return False
    return text.startswith(DOUBLE) or (text[0] in SURNAMES and len(text) <= 3)


def _fillable(spec: Field, writable: Mapping[str, str]) -> bool:
    if spec.column is None or writable.get(spec.key) != "write":
        return False
    return not spec.server_owned or spec.key in HISTORY_FIELDS


def _words(spec: Field, *, with_common: bool = True) -> list[str]:
    labels = [str(label) for label in spec.name.values()]
    common: Sequence[str] = (*WORDS.get(spec.key, ()), *WORDS.get(spec.kind.key, ())) if with_common else ()
    return [spec.key, *labels, *spec.document.get("aliases", ()), *common]


def words_of(known: Mapping[str, str]) -> Set[str]:
    """Every plain spelling that may stand above a column."""
    return frozenset(known) | {plain(word) for word in NUMBERS}


def _near(wanted: str, known: Mapping[str, str]) -> str | None:
    if wanted in {plain(word) for word in NUMBERS}:
        return None
    best = max(((SequenceMatcher(None, wanted, word).ratio(), key) for word, key in known.items()), default=(0.0, ""))
    return best[1] if best[0] >= CLOSE_ENOUGH and len(wanted) > 3 else None
