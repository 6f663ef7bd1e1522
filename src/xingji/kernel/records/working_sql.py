"""SQL of the working minutes between two instants. Owns only its form; the workspace's schema has the function itself."""

import re

#: A column or a bound value: nothing that costs anything to write twice.
PLAIN_INSTANT = re.compile(r'\w+\."\w+"|\$\d+::timestamptz')
#: Working microseconds from a calendar's beginning to an instant, as the function `working_minutes` has it.
SPENT = """(select case when s.closes < 'infinity' then s.before_us + round(date_part('epoch', least({at}, s.closes) - s.opens) * 1e6)::bigint end
  from calendar_span s where s.calendar = {calendar} collate "C" and s.opens <= {at} order by s.opens desc limit 1)"""


def working_minutes_sql(calendar: str, since: str, until: str) -> str:
    """SQL of the working minutes from `since` to `until`; all three are SQL.

    Plain instants are written out, which halves the cost over many records: a function of the procedural language opens
    and closes two statements a call.
    """
    if not (PLAIN_INSTANT.fullmatch(since) and PLAIN_INSTANT.fullmatch(until)):
        return f"working_minutes({calendar}, {since}, {until})"
    spent = [SPENT.format(calendar=calendar, at=at) for at in (until, since)]
    return f"(({spent[0]} - {spent[1]}) / 60e6::double precision)"
