"""Oneself, and the people of the office."""

from http import HTTPStatus

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from outreach import weeklies
from outreach.accounts import notices, passwords, secondfactor, sessions, signin, users
from outreach.accounts.notices import Notice
from outreach.accounts.users import Role
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.web import entering, forms, gate, languages
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit

WAYS = {
    "link": N_("by the link of the program’s window"),
    "password": N_("by password"),
    "invitation": N_("by an invitation"),
    "openid": N_("by the administration’s account"),
    "demo": N_("in the demo office"),
}
"""How somebody came in."""


class UnknownRoleError(WrongUseError):
    """The form was made up."""

    message = N_("There is no role “{role}”. Choose from the list.")


@get("/me")
def me(request: Asked) -> Response[str]:
    """Show one's own account: browsers, password, language."""
    return _me(visits.of(request))


@post("/me/password")
def change_password(request: Asked) -> Response[str]:
    """Change one's own password; every other browser is signed out."""
    visit, form = visits.of(request), forms.of(request)
    now = visit.app.clock()
    address = request.client.host if request.client else ""
    if form.text("password") != form.text("again"):
        return _me(visit, visit.text(entering.DIFFERENT))
    try:
        with visit.app.store.transaction() as session:
            user = users.present(session, visit.actor)
            signin.refuse_guessing(session, user.name, address, now)
            known = session.get(passwords.Password, user.id) is None or passwords.fits(
                session, user, form.text("now")
            )
            if known:
                words = entering.offices_words(visit)
                passwords.put(session, user, form.text("password"), known=words, act=visit.act())
                here = visit.who.digest if visit.who else ""
                ended = sessions.end_all(session, user, but=here)
            else:
                signin.note_wrong(session, user.name, address, now)
    except OutreachError as error:
        return _me(visit, visit.told(error))
    if not known:
        return _me(visit, visit.text(N_("That is not your present password.")))
    return visit.to(
        "/me",
        N_("The password is changed. Other browsers that were signed out: {count}."),
        count=ended,
    )


@post("/me/language")
def change_language(request: Asked) -> Response[str]:
    """Remember in which language the pages and reminders speak to this person."""
    visit, form = visits.of(request), forms.of(request)
    with visit.app.store.transaction() as session:
        user = users.present(session, visit.actor)
        user.ui_language = languages.known(form.text("language"))
        user.email = form.text("email")[:254] or None
    return visit.to("/me", N_("Kept."))


@post("/me/notices")
def change_notices(request: Asked) -> Response[str]:
    """Turn the daily message, and that of the week, on or off."""
    visit, form = visits.of(request), forms.of(request)
    with visit.app.store.transaction() as session:
        user = users.present(session, visit.actor)
        notices.choose(session, user, Notice.DAILY, visit.act(), wanted=form.has("daily"))
        if weeklies.wants(user):
            notices.choose(session, user, Notice.WEEKLY, visit.act(), wanted=form.has("weekly"))
    return visit.to("/me", N_("Kept."))


@post("/me/sign-out-everywhere")
def sign_out_everywhere(request: Asked) -> Response[str]:
    """End every session of this person but this one."""
    visit = visits.of(request)
    with visit.app.store.transaction() as session:
        user = users.present(session, visit.actor)
        ended = sessions.end_all(session, user, but=visit.who.digest if visit.who else "")
    return visit.to("/me", N_("Browsers signed out: {count}."), count=ended)


@post("/me/become")
def become(request: Asked) -> Response[str]:
    """In a demo office, go on as somebody else: a batch wants a second pair of eyes."""
    visit, form = visits.of(request), forms.of(request)
    if not visit.app.settings.office.demo or visit.who is None:
        raise NotFoundException
    with visit.app.store.transaction() as session:
        user = users.present(session, form.text("name"))
        sessions.end(session, visit.who.digest)
        secret = sessions.open_(session, user, "demo", visit.act())
    answer = visit.to("/", N_("You are now {name}."), name=user.name)
    answer.headers["Set-Cookie"] = gate.session_cookie(
        request.scope, secret, secure=visit.app.settings.web.is_secure
    )
    return answer


@get("/people")
def people(request: Asked) -> Response[str]:
    """Show who works here."""
    return _people(visits.of(request))


@post("/people")
def add_person(request: Asked) -> Response[str]:
    """Add a person, with a link by which they choose a password."""
    visit, form = visits.of(request), forms.of(request)
    name = " ".join(form.text("name").split())
    if not name:
        return _people(visit, trouble=visit.text(N_("Write the person’s name.")))
    try:
        with visit.app.store.transaction() as session:
            user = users.add(session, name[:200], _role(form.text("role")), visit.act())
            user.email = form.text("email")[:254] or None
            secret = signin.invite(session, user, visit.act())
    except OutreachError as error:
        return _people(visit, trouble=visit.told(error))
    return _people(visit, person=name, link=_link(request, secret))


@post("/people/{name:str}/link")
def new_link(request: Asked, name: FromPath[str]) -> Response[str]:
    """Make a new link for somebody who forgot the password."""
    visit = visits.of(request)
    with visit.app.store.transaction() as session:
        user = users.present(session, name)
        secret = signin.invite(session, user, visit.act())
    return _people(visit, person=user.name, link=_link(request, secret))


@post("/people/{name:str}/role")
def change_role(request: Asked, name: FromPath[str]) -> Response[str]:
    """Give a person another role."""
    visit, form = visits.of(request), forms.of(request)
    try:
        with visit.app.store.transaction() as session:
            users.change_role(session, name, _role(form.text("role")), visit.act())
    except OutreachError as error:
        return _people(visit, trouble=visit.told(error))
    return visit.to("/people", N_("Changed: {name}."), name=name)


@post("/people/{name:str}/left")
def has_left(request: Asked, name: FromPath[str]) -> Response[str]:
    """Note that a person left; their browsers are signed out at once."""
    visit = visits.of(request)
    try:
        with visit.app.store.transaction() as session:
            user = users.leave(session, name, visit.act())
            sessions.end_all(session, user)
    except OutreachError as error:
        return _people(visit, trouble=visit.told(error))
    return visit.to("/people", N_("{name} signs in no more. What they did stays."), name=name)


@post("/people/{name:str}/second-factor")
def without_code(request: Asked, name: FromPath[str]) -> Response[str]:
    """Let a person whose telephone is lost sign in with the password alone."""
    visit = visits.of(request)
    with visit.app.store.transaction() as session:
        secondfactor.switch_off(session, users.present(session, name), visit.act())
    return visit.to("/people", N_("{name} signs in with the password alone again."), name=name)


@post("/people/{name:str}/back")
def is_back(request: Asked, name: FromPath[str]) -> Response[str]:
    """Let a person who left work here again."""
    visit = visits.of(request)
    with visit.app.store.transaction() as session:
        users.come_back(session, name, visit.act())
    return visit.to("/people", N_("{name} works here again."), name=name)


def _me(visit: Visit, trouble: str = "") -> Response[str]:
    with visit.app.store.reading() as session:
        user = users.present(session, visit.actor)
        open_ = sessions.of_person(session, user)
        daily = notices.is_on(session, user, Notice.DAILY)
        weekly = notices.is_on(session, user, Notice.WEEKLY) if weeklies.wants(user) else None
        has_password = session.get(passwords.Password, user.id) is not None
        has_code = secondfactor.is_on(session, user)
        others = users.everyone(session) if visit.app.settings.office.demo else []
    status = HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK
    return visit.page(
        "me.html",
        status,
        user=user,
        browsers=open_,
        ways=WAYS,
        daily=daily,
        weekly=weekly,
        weekday=visit.app.settings.digest.weekly,
        hour=visit.app.settings.digest.hour,
        has_password=has_password,
        has_code=has_code,
        least=passwords.LEAST,
        others=[each.name for each in others if each.name != user.name],
        trouble=trouble,
    )


def _people(visit: Visit, *, person: str = "", link: str = "", trouble: str = "") -> Response[str]:
    with visit.app.store.reading() as session:
        everyone = users.everyone(session)
        with_code = secondfactor.everyone(session)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK
    return visit.page(
        "people.html",
        status,
        people=everyone,
        with_code=with_code,
        roles=[role.value for role in Role],
        person=person,
        link=link,
        trouble=trouble,
    )


def _role(asked: str) -> Role:
    try:
        return Role(asked)
    except ValueError as error:
        raise UnknownRoleError(role=asked) from error


def _link(request: Asked, secret: str) -> str:
    visit = visits.of(request)
    address = visit.app.settings.web.address.rstrip("/")
    return f"{address or str(request.base_url).rstrip('/')}/welcome/{secret}"
