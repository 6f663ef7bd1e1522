"""Role documents become row scopes and field levels."""

import pytest

from xingji.kernel.access.actors import brands_of
from xingji.kernel.access.kinds import RoleKind
from xingji.kernel.access.policy import RolePolicy, authorise, require
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM, Actor, CheckContext

REP = {"rows": {"default": "own", "product": "all", "lead": {"read": 'owner == me.id || pool != ""', "update": "own"}}}
FINANCE = {"rows": {"default": "none", "customer": "brand"}, "fields": {"only": ["customer.name", "contract.*"]}}
MARKETING = {"rows": "all", "fields": {"mask": ["contact.mobile"], "hide": ["product.unit_cost"]}, "rights": ["export"]}


def test_a_scope_is_the_objects_entry_else_the_default_and_may_differ_by_verb():
    policy = RolePolicy((REP,))
    assert policy.rows("product", "read").everything
    assert policy.rows("deal", "read").cel == "owner == me.id"
    assert policy.rows("lead", "read").cel == 'owner == me.id || pool != ""'
    assert policy.rows("lead", "export").cel == policy.rows("lead", "read").cel
    assert policy.rows("lead", "delete").nothing


def test_two_roles_add_up():
    policy = RolePolicy((REP, FINANCE))
    assert policy.rows("customer", "read").everything
    assert policy.field("customer", "phone") == "write"  # the rep's role says nothing against it
    assert RolePolicy((FINANCE,)).field("customer", "phone") == "hidden"
    assert RolePolicy((FINANCE,)).field("contract", "amount") == "write"


def test_hidden_wins_over_masked_inside_a_role_and_the_most_permissive_role_wins_outside():
    assert RolePolicy((MARKETING,)).field("contact", "mobile") == "masked"
    assert RolePolicy((MARKETING,)).field("product", "unit_cost") == "hidden"
    assert RolePolicy((MARKETING, REP)).field("contact", "mobile") == "write"


def test_the_brand_fence_narrows_every_scope():
    policy = RolePolicy((MARKETING,), brands=("heshi",))
    assert policy.rows("lead", "read").cel == "(brand == null || brand in me.brands)"
    assert RolePolicy((REP,), brands=("heshi",)).rows("deal", "read").cel.endswith("&& (owner == me.id)")


def test_nobody_without_a_role_sees_anything():
    policy = RolePolicy(())
    assert policy.rows("lead", "read").nothing
    assert policy.field("lead", "name") == "hidden"
    with pytest.raises(XingjiError, match="access.denied"):
        authorise(Actor("person", policy=policy), "read", "lead")


def test_a_token_reaches_no_further_than_its_scopes():
    token = Actor("token", policy=RolePolicy((MARKETING,)), scopes=frozenset({"records.read:lead"}))
    authorise(token, "read", "lead")
    with pytest.raises(XingjiError, match="access.token_scope"):
        authorise(token, "read", "deal")
    with pytest.raises(XingjiError, match="access.token_scope"):
        authorise(token, "update", "lead")
    with pytest.raises(XingjiError, match="access.token_scope"):
        require(token, "export")


def test_an_actor_without_policy_is_refused_unless_it_is_the_system():
    authorise(SYSTEM, "update", "lead")
    with pytest.raises(XingjiError, match="access.denied"):
        authorise(Actor("person"), "read", "lead")


def test_isolated_brands_are_for_those_inside_them_and_above():
    every, isolated = ["global", "lanyi", "lilan"], ["global"]
    assert brands_of(None, ["global"], ["global"], every, isolated) == ("global",)
    assert brands_of(None, [], [], every, isolated) == ("lanyi", "lilan")
    assert brands_of(None, ["global", "lilan"], ["global", "lilan"], every, isolated) is None
    assert brands_of(["lilan"], ["global"], ["global"], every, isolated) == ("lilan",)
    assert brands_of(None, [], ["global"], every, isolated) is None  # heads the isolated unit from above it
    assert brands_of(None, [], [], [], []) is None


def test_a_role_check_names_every_problem_at_once():
    context = CheckContext({("object", "lead"): {"fields": [{"key": "name"}]}})
    document = {
        "key": "rep",
        "rows": {"default": "owner == me.id"},
        "fields": {"hide": ["lead.nmae", "lead"], "blur": ["lead.name"]},
        "rights": ["fly"],
    }
    codes = [problem.code for problem in RoleKind().check(document, context)]
    assert sorted(codes) == [
        "role.bad_field", "role.default_needs_word", "role.unknown_field", "role.unknown_level", "role.unknown_right",
    ]  # fmt: skip
