"""Every action says of itself what a form needs: names in both languages, parameters that its own check knows."""

import inspect

from xingji.features.leads.actions import ACTIONS as LEADS
from xingji.kernel.rules.actions import ACTIONS

KINDS = {"text", "people", "person", "channels", "choice", "number", "tags", "tag_field", "due", "fields", "expressions", "definition", "object", "event", "relation"}  # fmt: skip
ALL = {**ACTIONS, **LEADS}


def test_every_action_describes_itself_in_both_languages():
    for key, action in ALL.items():
        told = action.described.as_dict(key)
        texts = [told["name"], told["about"], *(p["name"] for p in told["parameters"])]
        texts += [option["name"] for p in told["parameters"] for option in p.get("options", ())]
        assert all(text["zh"] and text["en"] for text in texts), key


def test_every_parameter_is_of_a_known_kind_and_read_by_the_action_itself():
    for key, action in ALL.items():
        source = inspect.getsource(inspect.getmodule(type(action)))  # type: ignore[arg-type]
        for parameter in action.described.parameters:
            assert parameter.kind in KINDS, (key, parameter.key)
            assert f'"{parameter.key}"' in source.replace(f'Parameter("{parameter.key}"', ""), (key, parameter.key)
            if parameter.kind == "fields" and parameter.of:
                assert parameter.of in {other.key for other in action.described.parameters}
