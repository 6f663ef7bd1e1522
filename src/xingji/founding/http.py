"""HTTP routes of founding: sign-up and its progress, the template gallery, the roadmap, sample data."""

import re
from typing import Annotated, Any, Literal

import msgspec
from litestar import delete, get, post

from xingji.founding.gallery import gallery
from xingji.founding.roadmap import read_roadmap
from xingji.founding.sample import remove_sample, sample_of
from xingji.founding.sign_up import ask_for_workspace, progress_of, require_open
from xingji.kernel.access import logins
from xingji.kernel.core.errors import Problem, XingjiError, invalid
from xingji.kernel.core.settings import load_settings
from xingji.kernel.http import PUBLIC, SIGNED_IN, Here, needs

TAGS = ["founding"]
ATTEMPTS_A_MINUTE = 10
PHONE = re.compile(r"1[3-9]\d{9}|\+\d{6,15}")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,24}")
Line = Annotated[str, msgspec.Meta(max_length=80, pattern="^[^\\x00-\\x1f]*$")]


class SignUpBody(msgspec.Struct, forbid_unknown_fields=True):
    """Who signs up, for what organisation, and what it starts from; `template` null makes an empty one."""

    organisation: Line = ""
    person: Line = ""
    login: Annotated[str, msgspec.Meta(max_length=200)] = ""
    password: Annotated[str, msgspec.Meta(max_length=500)] = ""
    template: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    size: Literal["s", "m", "l"] = "m"
    sample: bool = False


@get("/api/v1/sign-up", opt=needs(PUBLIC), tags=TAGS)
async def get_sign_up(here: Here) -> dict[str, bool]:
    """Whether new organisations may sign up here."""
    return {"open": load_settings().sign_up}


@post("/api/v1/sign-up", opt=needs(PUBLIC), tags=TAGS, status_code=202)
async def sign_up(here: Here, data: SignUpBody) -> dict[str, Any]:
    """Queues a workspace: its key, and the ticket by which its progress is read."""
    require_open()
    check_sign_up(data)
    here.limits.spend(here.limits.sign_in, f"login {logins.normal_name(data.login)}")
    if here.limits.factor:
        await logins.count_attempt(here.database, f"up {here.ip}", round(ATTEMPTS_A_MINUTE * here.limits.factor))
    try:
        return await ask_for_workspace(
            here.database, login=data.login, password=data.password, person=data.person.strip(),
            organisation=data.organisation.strip(), template=data.template, size=data.size, sample=data.sample,
            ip=here.ip, factor=here.limits.factor,
        )  # fmt: skip
    except XingjiError as refusal:
        if refusal.code != "login.refused":
            raise
        raise invalid("sign_up.known_login", [_problem("sign_up.known_login", "password")]) from None


@get("/api/v1/sign-up/{ticket:str}", opt=needs(PUBLIC), tags=TAGS)
async def get_progress(here: Here, ticket: str) -> dict[str, Any]:
    """How far the workspace is; `status` done means one can sign in."""
    return await progress_of(here.database, ticket)


@get("/api/v1/templates", opt=needs(PUBLIC), tags=TAGS)
async def get_templates(here: Here) -> dict[str, Any]:
    """The industry templates and what each brings, by size of organisation."""
    return {"rows": gallery()}


@get("/api/v1/roadmap", opt=needs(SIGNED_IN), tags=TAGS)
async def get_roadmap(here: Here, size: Literal["s", "m", "l", ""] = "") -> dict[str, Any]:
    """Where this workspace stands on its template's road, reckoned from what is in use; and its sample data."""

    async def command(uow: Any) -> dict[str, Any]:
        may = uow.actor.policy is not None and uow.actor.policy.may("people.write")
        return await read_roadmap(uow, size or None) | {"sample": sample_of(uow), "can": {"remove_sample": may}}

    return await here.read(command)


@delete("/api/v1/sample-data", opt=needs("people.write"), tags=TAGS, status_code=200)
async def delete_sample(here: Here) -> dict[str, Any]:
    """Takes the sample data away: how many records of each object; they can be restored for 30 days."""
    return {"removed": await remove_sample(here.database, here.workspace, here.actor)}


def check_sign_up(data: SignUpBody) -> None:
    """Passes for a form that is filled in. Raises: `sign_up.invalid` with every problem."""
    problems = []
    if not data.organisation.strip():
        problems.append(_problem("sign_up.organisation_missing", "organisation"))
    if not data.person.strip():
        problems.append(_problem("sign_up.person_missing", "person"))
    phone, email = logins.normal_name(data.login)
    if not (PHONE.fullmatch(phone) if phone else EMAIL.fullmatch(email or "")):
        problems.append(_problem("sign_up.login_form", "login"))
    if len(data.password) < logins.PASSWORD_SHORTEST:
        problems.append(_problem("login.password_short", "password", least=logins.PASSWORD_SHORTEST))
    if problems:
        raise invalid("sign_up.invalid", problems)


WORDS = {
    "sign_up.organisation_missing": ("写上公司或团队的名字", "Say what your organisation is called"),
    "sign_up.person_missing": ("写上您的姓名", "Say what you are called"),
    "sign_up.login_form": ("填手机号或邮箱，如 13800000000", "A mobile number or an e-mail address"),
    "sign_up.known_login": ("这个手机号或邮箱已有账号：填那个账号的密码", "This phone or e-mail has a login already: give its password"),
    "login.password_short": ("密码至少 10 位", "A password has at least 10 characters"),
}


def _problem(code: str, path: str, **params: Any) -> Problem:
    zh, en = WORDS[code]
    return Problem(code, path, params, {"zh": zh, "en": en})


ROUTES = [get_sign_up, sign_up, get_progress, get_templates, get_roadmap, delete_sample]
