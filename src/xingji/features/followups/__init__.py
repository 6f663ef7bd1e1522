"""Follow-up templates: the series of tasks a record's owner gets when something happened. Owns no rule engine: a template is one."""

from xingji.features.followups.kinds import FollowUpKind
from xingji.features.followups.series import rules_of_templates

__all__ = ["FollowUpKind", "rules_of_templates"]
