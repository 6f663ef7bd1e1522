"""SQL of values read back from the log: what a change kept as JSON, as the kind of its field."""

from xingji.kernel.cel import Kind

UUID_TEXT = "'^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$'"
DATE_TEXT = r"'^\d{4}-\d\d-\d\d'"


def typed(value: str, kind: Kind) -> str:
    """SQL of a JSON value as a kind; NULL where it is not of that kind. Never raises."""
    text = f"({value} #>> '{{}}')"
    match kind:
        case Kind.integer | Kind.money:
            number = f"trunc({text}::numeric)"
            fits = f"abs({number}) < 9e18"
            return f"(case when jsonb_typeof({value}) = 'number' then case when {fits} then {number}::bigint end end)"
        case Kind.double | Kind.percent:
            return f"(case when jsonb_typeof({value}) = 'number' then case when abs({text}::numeric) < 1e300 then {text}::float8 end end)"
        case Kind.boolean:
            return f"(case when jsonb_typeof({value}) = 'boolean' then {text}::boolean end)"
        case Kind.date:
            return f"(case when {text} ~ {DATE_TEXT} then {text}::date end)"
        case Kind.timestamp:
            return f"(case when {text} ~ {DATE_TEXT} then {text}::timestamptz end)"
        case Kind.uuid:
            return f"(case when {text} ~ {UUID_TEXT} then {text}::uuid end)"
        case Kind.text_list | Kind.uuid_list | Kind.region:
            array = f"array(select jsonb_array_elements_text({value}))"
            return f"(case when jsonb_typeof({value}) = 'array' then {array}{'::uuid[]' if kind is Kind.uuid_list else ''} end)"
        case _:
            return text
