"""Random expressions in two spellings: ours, and one the official runtime evaluates to the same value.

The runtime has no money, date or id types and knows none of our functions, so its spelling writes money in minor
units, dates as days since 1970 and ids as texts; everything else is the same text. Deterministic by seed.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta

ZONE = "Asia/Shanghai"
TEXTS = ["", "a", "A", "砺澜", "砺澜流体", "%", "_", "a_b", "老客户", "vip", "é", "𝄞", "中a", " x　", "Zz", "12", "-7", "1x"]
IDS = [f"0190aaaa-0000-7000-8000-00000000000{n}" for n in range(4)]
EPOCH = date(1970, 1, 1)
Twin = tuple[str, str]


def quoted(text: str) -> str:
    """A text as both spellings write it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def same(text: str) -> Twin:
    """The same text in both spellings."""
    return text, text


class Generator:
    """Draws expressions of a kind; deeper ones are made of shallower ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.locals: list[str] = []
        self.makers: dict[str, list[Callable[[int], Twin]]] = {
            "bool": [self._comparison, self._comparison, self._equality, self._equality, self._logic, self._logic,
                     self._not, self._membership, self._text_test, self._macro, self._null_test, self._has,
                     self._money_meets, self._choice_of("bool"), self._id_test, self._functions],
            "int": [self._int_arithmetic, self._size, self._conversion, self._getter, self._choice_of("int")],
            "double": [self._double_arithmetic, self._choice_of("double"), self._ratio],
            "money": [self._money_arithmetic, self._choice_of("money")],
            "text": [self._concatenation, self._choice_of("text"), self._cased],
            "timestamp": [self._moved, self._choice_of("timestamp")],
            "duration": [self._between, self._durations],
            "date": [self._days, self._choice_of("date")],
            "list": [self._list],
        }  # fmt: skip

    def pick(self, *options: str) -> str:
        """One of the options."""
        return self.random.choice(options)

    def of(self, kind: str, depth: int) -> Twin:
        """An expression of a kind, at most `depth` levels deep."""
        if depth <= 0 or self.random.random() < 0.25:
            return self._leaf(kind)
        return self.random.choice(self.makers[kind])(depth - 1)

    # ── leaves ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _leaf(self, kind: str) -> Twin:
        if self.random.random() < 0.35:
            return self._literal(kind)
        match kind:
            case "bool":
                return same(self.pick("vip", "active", "vip == true"))
            case "int":
                return same(self.pick("qty", "seats", "qty"))
            case "double":
                return same(self.pick("score", "rate", "score"))
            case "money":
                return same(self.pick("budget", "paid", "customer.amount", "old.budget"))
            case "text":
                if self.locals and self.random.random() < 0.5:
                    return same(self.random.choice(self.locals))
                return same(self.pick("name", "title", "customer.tier", "event.data.page", "area.province", "owner.name"))
            case "timestamp":
                return same(self.pick("created_at", "touched_at", "now"))
            case "date":
                return same(self.pick("due", "customer.since"))
            case "list":
                return same("tags")
        return self._literal(kind)

    def _literal(self, kind: str) -> Twin:
        draw = self.random
        match kind:
            case "bool":
                return same(self.pick("true", "false"))
            case "int":
                value = draw.choice([0, 1, 2, 3, 5, -1, -7, 100, 2**31, 2**63 - 1, -(2**63)])
                return same(f"({value})" if value < 0 else str(value))
            case "double":
                value = draw.choice([0.0, 0.5, 1.0, 2.25, -1.5, 100.125, 0.1, 1e6])
                return same(f"({value!r})" if value < 0 else repr(value))
            case "money":
                return draw.choice([("paid", "paid"), ("budget", "budget")])
            case "text":
                return same(quoted(draw.choice(TEXTS)))
            case "timestamp":
                day, hour = draw.randint(1, 28), draw.randint(0, 23)
                return same(f'timestamp("2026-02-{day:02}T{hour:02}:30:00{self.pick("Z", "+08:00")}")')
            case "duration":
                return same(f'duration("{self.pick("0s", "1h", "72h", "90m", "1.5s", "-30m", "720h", "250ms")}")')
            case "date":
                day = date(2026, 1, 1) + timedelta(days=draw.randint(0, 60))
                return f'date("{day}")', str((day - EPOCH).days)
            case "list":
                return same("[" + ", ".join(quoted(t) for t in draw.sample(TEXTS, draw.randint(0, 3))) + "]")
        raise AssertionError(kind)

    def _money_literal(self) -> Twin:
        value, minor = self.random.choice(
            [("0", "0"), ("100", "10000"), ("1000.5", "100050"), ("0.505", "50.5"), ("-3", "(-300)"), ("99.99", "9999")]
        )
        return (f"({value})", minor) if value.startswith("-") else (value, minor)

    # ── truth ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _pair(self, kind: str, sign: str, depth: int) -> Twin:
        a, b = self.of(kind, depth), self.of(kind, depth)
        return f"({a[0]} {sign} {b[0]})", f"({a[1]} {sign} {b[1]})"

    def _comparison(self, depth: int) -> Twin:
        kind = self.pick("int", "double", "money", "text", "timestamp", "duration", "date")
        return self._pair(kind, self.pick("<", "<=", ">", ">="), depth)

    def _equality(self, depth: int) -> Twin:
        kind = self.pick("int", "double", "money", "text", "timestamp", "duration", "date", "bool", "list")
        return self._pair(kind, self.pick("==", "!="), depth)

    def _logic(self, depth: int) -> Twin:
        return self._pair("bool", self.pick("&&", "||"), depth)

    def _not(self, depth: int) -> Twin:
        a = self.of("bool", depth)
        return f"!({a[0]})", f"!({a[1]})"

    def _null_test(self, depth: int) -> Twin:
        sign = self.pick("==", "!=")
        path = self.pick("name", "qty", "score", "vip", "budget", "due", "touched_at", "customer", "owner", "customer.tier")
        if self.random.random() < 0.3:
            path, other = self._choice_of(self.pick("int", "text", "timestamp", "money"))(depth)
            return f"({path} {sign} null)", f"({other} {sign} null)"
        ids = {"customer": "customer.id", "owner": "owner.id"}
        return f"({path} {sign} null)", f"({ids.get(path, path)} {sign} null)"

    def _has(self, _: int) -> Twin:
        path = self.pick("customer.tier", "customer.amount", "owner.name", "event.data.page", "event.data.none")
        return f"has({path})", f"has({path})" if path.startswith("event") else f"({path} != null)"

    def _membership(self, depth: int) -> Twin:
        kind = self.pick("text", "int", "list", "double")
        if kind == "list":
            a, b = self.of("text", depth), self.of("list", depth)
            if self.random.random() < 0.3:
                return f"has_tag({b[0]}, {a[0]})", f"({a[1]} in {b[1]})"
            return f"({a[0]} in {b[0]})", f"({a[1]} in {b[1]})"
        a = self.of(kind, depth)
        items = [self._literal(kind) if self.random.random() < 0.8 else self._leaf(kind) for _ in range(3)]
        ours, theirs = (", ".join(item[n] for item in items) for n in (0, 1))
        return f"({a[0]} in [{ours}])", f"({a[1]} in [{theirs}])"

    def _text_test(self, depth: int) -> Twin:
        a, b = self.of("text", depth), self._leaf("text")
        name = self.pick("contains", "startsWith", "endsWith")
        return f"{a[0]}.{name}({b[0]})", f"{a[1]}.{name}({b[1]})"

    def _macro(self, depth: int) -> Twin:
        over = self.of("list", depth)
        name = f"x{len(self.locals)}"
        self.locals.append(name)
        body = self.of("bool", min(depth, 2))
        if self.random.random() < 0.6:
            other = self._leaf("text")
            body = (f"({name} == {other[0]} || {body[0]})", f"({name} == {other[1]} || {body[1]})")
        self.locals.pop()
        macro = self.pick("exists", "all", "exists_one", "filter", "map")
        if macro == "filter":
            ours, theirs = (f"(size({over[n]}.filter({name}, {body[n]})) > 1)" for n in (0, 1))
            return ours, theirs
        if macro == "map":
            made = f'.map({name}, {name} + "!") == ["vip!"])'
            return f"({over[0]}{made}", f"({over[1]}{made}"
        return f"{over[0]}.{macro}({name}, {body[0]})", f"{over[1]}.{macro}({name}, {body[1]})"

    def _money_meets(self, depth: int) -> Twin:
        """Money against a number: written, whole or decimal, on either side."""
        money, sign = self.of("money", depth), self.pick("<", "<=", ">", ">=", "==", "!=")
        what = self.pick("written", "written", "int", "double", "list")
        if what == "list":
            literals = [self._money_literal() for _ in range(3)]
            ours, theirs = (", ".join(item[n] for item in literals) for n in (0, 1))
            return f"({money[0]} in [{ours}])", f"({money[1]} in [{theirs}])"
        if what == "written":
            ours, theirs = self._money_literal()
        elif what == "int":
            ours, theirs = "qty", "(qty == null ? null : qty * 100)"
        else:
            ours, theirs = "score", "score"
            money = money[0], f"({money[1]} == null ? null : double({money[1]}) / 100.0)"
        if self.random.random() < 0.5:
            return f"({money[0]} {sign} {ours})", f"({money[1]} {sign} {theirs})"
        return f"({ours} {sign} {money[0]})", f"({theirs} {sign} {money[1]})"

    def _id_test(self, _: int) -> Twin:
        path = self.pick("owner", "customer", "customer.owner")
        one, sign = self.random.choice(IDS), self.pick("==", "!=")
        return self.random.choice(
            [
                (f"({path} {sign} {quoted(one)})", f"({path}.id {sign} {quoted(one)})"),
                (f"({path} {sign} me.id)", f"({path}.id {sign} me.id)"),
                (f"({path} in me.people)", f"({path}.id in me.people)"),
                (f"({path} in [{quoted(one)}, {quoted('nobody')}])", f"({path}.id in [{quoted(one)}, {quoted('nobody')}])"),
                (f"(customer.owner {sign} owner)", f"(customer.owner.id {sign} owner.id)"),
                (f"({path} {sign} name)", f"({path}.id {sign} name)"),
            ]
        )

    def _functions(self, _: int) -> Twin:
        one = quoted(self.random.choice(IDS))
        return self.random.choice(
            [
                (f"in_team(owner, {one})", f"(owner.id == {one})"),
                ('in_region(area, "310000")', '("310000" in area.all)'),
                ('(count_events("page.viewed", duration("720h")) > 2)', "(seats > 2)"),
                ('(last_event(["page.viewed"]) == null)', "(touched_at == null)"),
                ('changed("budget")', "(budget != old.budget)"),
            ]
        )

    # ── values ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _choice_of(self, kind: str) -> Callable[[int], Twin]:
        def make(depth: int) -> Twin:
            c, a, b = self.of("bool", depth), self.of(kind, depth), self.of(kind, depth)
            return f"({c[0]} ? {a[0]} : {b[0]})", f"({c[1]} ? {a[1]} : {b[1]})"

        return make

    def _int_arithmetic(self, depth: int) -> Twin:
        if self.random.random() < 0.1:
            a = self.of("int", depth)
            return f"-({a[0]})", f"-({a[1]})"
        return self._pair("int", self.pick("+", "-", "*", "/", "%"), depth)

    def _size(self, depth: int) -> Twin:
        a = self.of(self.pick("text", "list"), depth)
        return f"size({a[0]})", f"size({a[1]})"

    def _conversion(self, depth: int) -> Twin:
        match self.random.randrange(4):
            case 0:
                a = self.of("double", depth)
                return f"int({a[0]})", f"int({a[1]})"
            case 1:
                a = self._leaf("text")
                return f"int({a[0]})", f"int({a[1]})"
            case 2:
                a = self._leaf("money")
                return f"int({a[0]})", f"({a[1]} / 100)"
        a, b = self._leaf("date"), self._leaf("date")
        return f"days_between({a[0]}, {b[0]})", f"(({b[1]}) - ({a[1]}))"

    def _getter(self, depth: int) -> Twin:
        a = self.of("timestamp", depth)
        zone = quoted(ZONE)
        own = {
            "hour": f"{a[1]}.getHours({zone})", "day": f"{a[1]}.getDate({zone})",
            "month": f"({a[1]}.getMonth({zone}) + 1)", "weekday": f"(({a[1]}.getDayOfWeek({zone}) + 6) % 7 + 1)",
        }  # fmt: skip
        if self.random.random() < 0.4:
            name = self.pick(*own)
            return f"{name}({a[0]})", own[name]
        name = self.pick(
            "getFullYear", "getMonth", "getDayOfYear", "getDayOfMonth", "getDate", "getDayOfWeek", "getHours",
            "getMinutes", "getSeconds", "getMilliseconds",
        )  # fmt: skip
        argument = self.pick("", zone, '"+05:30"', '"-01:30"', '"America/New_York"')
        return f"{a[0]}.{name}({argument})", f"{a[1]}.{name}({argument})"

    def _double_arithmetic(self, depth: int) -> Twin:
        a, b = self.of("double", min(depth, 2)), self.of("double", min(depth, 2))
        if self.random.random() < 0.2:
            b = ("qty", "double(qty)")
        sign = self.pick("+", "-", "*", "/")
        theirs = f"({a[1]} {sign} {b[1]})"
        if sign == "/":
            theirs = f"({b[1]} == 0.0 ? {a[1]} + double(1 / 0) : {a[1]} / {b[1]})"
        return f"({a[0]} {sign} {b[0]})", theirs

    def _ratio(self, depth: int) -> Twin:
        a, b = self._leaf("money"), self._leaf("money")
        return f"({a[0]} / {b[0]})", f"({b[1]} == 0 ? double(1 / 0) : double({a[1]}) / double({b[1]}))"

    def _money_arithmetic(self, depth: int) -> Twin:
        match self.random.randrange(5):
            case 0:
                a, n = self.of("money", depth), self.pick("0.5", "1.25", "0.25")
                return f"({a[0]} * {n})", f"int(math.round(double({a[1]}) * {n}))"
            case 1:
                a, n = self._leaf("money"), self.pick("3", "7", "0", "4")
                return f"({a[0]} / {n})", f"({n} == 0 ? {a[1]} + 1 / 0 : int(math.round(double({a[1]}) / double({n}))))"
            case 2:
                a = self.of("money", depth)
                return f"({a[0]} + 12.34)", f"({a[1]} + 1234)"
            case 3:
                a = self.of("money", depth)
                return f"({a[0]} * 3)", f"({a[1]} * 3)"
        return self._pair("money", self.pick("+", "-"), depth)

    def _concatenation(self, depth: int) -> Twin:
        return self._pair("text", "+", min(depth, 2))

    def _cased(self, depth: int) -> Twin:
        a = self.of("text", depth)
        if self.random.random() < 0.3:
            a = self._leaf("int")
            return f"string({a[0]})", f"string({a[1]})"
        if self.random.random() < 0.5:
            return f"lower({a[0]})", f"{a[1]}.lowerAscii()"
        return f"trim({a[0]})", f"{a[1]}.trim()"

    def _moved(self, depth: int) -> Twin:
        a, b = self.of("timestamp", min(depth, 2)), self.of("duration", min(depth, 1))
        sign = self.pick("+", "-")
        return f"({a[0]} {sign} {b[0]})", f"({a[1]} {sign} {b[1]})"

    def _between(self, depth: int) -> Twin:
        return self._pair("timestamp", "-", min(depth, 1))

    def _durations(self, depth: int) -> Twin:
        return self._pair("duration", self.pick("+", "-"), min(depth, 1))

    def _days(self, depth: int) -> Twin:
        if self.random.random() < 0.4:
            a = self._leaf("timestamp")
            return f"date({a[0]})", f'(int({a[1]} + duration("8h")) / 86400)'
        a, n = self.of("date", depth), self.pick("1", "30", "0")
        sign = self.pick("+", "-")
        return f"({a[0]} {sign} {n})", f"({a[1]} {sign} {n})"

    def _list(self, depth: int) -> Twin:
        a = self._leaf("list")
        if self.random.random() < 0.5:
            return self._pair("list", "+", min(depth, 1))
        return f"{a[0]}.filter(e, size(e) > 1)", f"{a[1]}.filter(e, size(e) > 1)"
