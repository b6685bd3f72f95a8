"""Signing in and out, and the link by which a person chooses a password."""

from http import HTTPStatus
from urllib.parse import quote

from litestar import Response
from litestar.params import FromPath

from outreach.accounts import passwords, secondfactor, sessions, signin
from outreach.errors import N_, OutreachError
from outreach.web import forms, gate
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit

DIFFERENT = N_("The two passwords are not the same. Type it once more.")


@get("/sign-in")
def sign_in(request: Asked) -> Response[str]:
    """Show the form; who is signed in goes on."""
    visit = visits.of(request)
    place = inside(request.query_params.get("next", ""))
    if visit.who is not None:
        return visit.to(place)
    return visit.page("sign-in.html", place=place, name="", trouble="")


@post("/sign-in")
def signed_in(request: Asked) -> Response[str]:
    """Sign in, and go on to the page that was asked for."""
    visit, form = visits.of(request), forms.of(request)
    name, place = form.text("name"), inside(form.text("next"))
    address = request.client.host if request.client else ""
    try:
        with visit.app.store.transaction() as session:
            entry = signin.by_password(
                session, name, form.text("password"), address=address, now=visit.app.clock()
            )
        if entry is None:
            raise signin.WrongPasswordError
    except OutreachError as error:
        return visit.page(
            "sign-in.html",
            HTTPStatus.FORBIDDEN,
            place=place,
            name=name,
            trouble=visit.told(error),
        )
    return _entered(request, visit, entry, place)


@post(gate.SIGN_IN_CODE)
def signed_in_by_code(request: Asked) -> Response[str]:
    """Sign in whose password was right, with the code that the telephone shows."""
    visit, form = visits.of(request), forms.of(request)
    waiting, place = form.text("waiting"), inside(form.text("next"))
    address = request.client.host if request.client else ""
    try:
        with visit.app.store.transaction() as session:
            secret = signin.by_code(
                session,
                waiting,
                form.text("code"),
                key=visit.app.key(),
                address=address,
                now=visit.app.clock(),
            )
    except (signin.SignInOverError, signin.TooManyAttemptsError) as error:
        return visit.page(
            "sign-in.html", HTTPStatus.FORBIDDEN, place=place, name="", trouble=visit.told(error)
        )
    if secret is None:
        return _asks_code(visit, waiting, place, visit.told(secondfactor.WrongCodeError()))
    return _in(request, visit, secret, place)


@post("/sign-out")
def sign_out(request: Asked) -> Response[str]:
    """End this browser's session."""
    visit = visits.of(request)
    if visit.who is not None:
        with visit.app.store.transaction() as session:
            sessions.end(session, visit.who.digest)
    # To the form where somebody can sign in by it, else to what says how to come in.
    with visit.app.store.reading() as session:
        place = gate.SIGN_IN if passwords.anyone_has_one(session) else "/"
    return _in(request, visit, "", place)


@get("/welcome/{secret:str}")
def welcome(request: Asked, secret: FromPath[str]) -> Response[str]:
    """Show the form by which an invited person chooses a password."""
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        user = signin.invited(session, secret, visit.app.clock())
    return visit.page("welcome.html", person=user.name, secret=secret, trouble="")


@post("/welcome/{secret:str}")
def welcomed(request: Asked, secret: FromPath[str]) -> Response[str]:
    """Give the invited person the password, and sign them in."""
    visit, form = visits.of(request), forms.of(request)
    with visit.app.store.reading() as session:
        person = signin.invited(session, secret, visit.app.clock()).name
    trouble = ""
    if form.text("password") != form.text("again"):
        trouble = visit.text(DIFFERENT)
    else:
        try:
            with visit.app.store.transaction() as session:
                entry = signin.accept(
                    session,
                    secret,
                    form.text("password"),
                    known=offices_words(visit),
                    now=visit.app.clock(),
                )
        except (
            passwords.ShortPasswordError,
            passwords.LongPasswordError,
            passwords.GuessablePasswordError,
        ) as error:
            trouble = visit.told(error)
    if trouble:
        return visit.page(
            "welcome.html",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            person=person,
            secret=secret,
            trouble=trouble,
        )
    return _entered(request, visit, entry, "/")


def inside(place: str) -> str:
    """Return a page of ours to go on to: a path, nothing that leads to another site."""
    if (
        not place.startswith("/")
        or place.startswith(("//", "/\\"))
        or any(sign < " " for sign in place)
    ):
        return "/"
    return quote(place, safe="/?&=%+:,;@~!$'()*")


def offices_words(visit: Visit) -> tuple[str, ...]:
    """Return what anyone who guesses a password knows of the office."""
    office = visit.app.settings.office
    return (office.name.fr, office.name.es, office.place.fr, visit.app.settings.sender.domain)


def _entered(request: Asked, visit: Visit, entry: signin.Entry, place: str) -> Response[str]:
    if entry.wants_code:
        return _asks_code(visit, entry.secret, place)
    return _in(request, visit, entry.secret, place)


def _asks_code(visit: Visit, waiting: str, place: str, trouble: str = "") -> Response[str]:
    status = HTTPStatus.FORBIDDEN if trouble else HTTPStatus.OK
    return visit.page("sign-in-code.html", status, waiting=waiting, place=place, trouble=trouble)


def _in(request: Asked, visit: Visit, secret: str, place: str) -> Response[str]:
    answer = visit.to(place)
    answer.headers["Set-Cookie"] = gate.session_cookie(
        request.scope, secret, secure=visit.app.settings.web.is_secure
    )
    return answer
