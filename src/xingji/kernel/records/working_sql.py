"""SQL of the working minutes between two instants. Owns only its form; the workspace's schema has the function itself."""

import re

#: A column or a bound value: nothing that costs anything to write twice.
PLAIN_INSTANT = re.compile(r'\w+\."\w+"|\$\d+::timestamptz')
#: Working microseconds from a calendar's beginning to an instant, as the function `working_minutes` has it.
SPENT = """(select case when s.closes < 'infinity' then s.before_us + round(date_part('epoch', least({at}, s.closes) - s.opens) * 1e6)::bigint end
  from calendar_span s where s.calendar = {calendar} collate "C" and s.opens <= {at} order by s.opens desc limit 1)"""

#: The spans around a moment as three arrays, read once a statement, and only when a row asks for them. The last has no
#: time before it: what lies behind it is not known here.
SPANS = """{name} as materialized (select array_agg(s.opens order by s.opens) as opens, array_agg(s.closes order by s.opens) as closes,
  (array_agg(s.before_us order by s.opens))[:count(*)::int - 1] as before_us from calendar_span s where s.calendar = {calendar} collate "C"
  and s.opens between {now} - interval '800 days' and {now} + interval '40 days')"""
#: The same as `SPENT`: by a binary search in those arrays, else (before the first or from the last on) by the index.
SPENT_BY_ARRAYS = """coalesce({before} + round(date_part('epoch', least({at}, {closes}) - {opens}) * 1e6)::bigint, case when {at} is not null then {spent} end)"""


def working_minutes_sql(calendar: str, since: str, until: str, spans: str | None = None) -> str:
    """SQL of the working minutes from `since` to `until`; all are SQL, `spans` names a `SPANS` in front of the statement.

    Plain instants are written out, which halves the cost over many records: a function of the procedural language opens
    and closes two statements a call. By arrays, an instant costs a tenth of a step in the index.
    """
    if not (PLAIN_INSTANT.fullmatch(since) and PLAIN_INSTANT.fullmatch(until)):
        return f"working_minutes({calendar}, {since}, {until})"
    spent = [_spent_by_arrays(calendar, spans, at) if spans else SPENT.format(calendar=calendar, at=at) for at in (until, since)]
    return f"(({spent[0]} - {spent[1]}) / 60e6::double precision)"


def _spent_by_arrays(calendar: str, spans: str, at: str) -> str:
    place = f"width_bucket({at}, (select s.opens from {spans} s))"
    opens, closes, before = (f"(select s.{name} from {spans} s)[{place}]" for name in ("opens", "closes", "before_us"))
    spent = SPENT.format(calendar=calendar, at=at)
    return SPENT_BY_ARRAYS.format(at=at, opens=opens, closes=closes, before=before, spent=spent)
