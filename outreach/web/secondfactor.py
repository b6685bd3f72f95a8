"""A person's own page for the code of the telephone: switch on, recovery codes, switch off."""

from collections.abc import Sequence
from http import HTTPStatus

import segno
from litestar import Response
from markupsafe import Markup

from outreach.accounts import secondfactor, signin, users
from outreach.accounts.secondfactor import WrongCodeError
from outreach.accounts.users import User
from outreach.errors import N_, OutreachError
from outreach.web import forms, gate
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit


@get(gate.SECOND_FACTOR)
def show(request: Asked) -> Response[str]:
    """Show where a person stands with it."""
    return _page(visits.of(request))


@post(gate.SECOND_FACTOR)
def begin(request: Asked) -> Response[str]:
    """Make the key that the telephone is to know."""
    visit = visits.of(request)
    with visit.app.store.transaction() as session:
        secondfactor.begin(session, users.present(session, visit.actor), visit.app.key())
    return visit.to(gate.SECOND_FACTOR)


@post(f"{gate.SECOND_FACTOR}/confirm")
def confirm(request: Asked) -> Response[str]:
    """Switch it on with the first code; show the recovery codes, this once."""
    visit, form = visits.of(request), forms.of(request)
    try:
        with visit.app.store.transaction() as session:
            user = users.present(session, visit.actor)
            codes = secondfactor.confirm(
                session, user, form.text("code"), visit.app.key(), visit.act()
            )
    except OutreachError as error:
        return _page(visit, trouble=visit.told(error))
    return _page(visit, codes=codes)


@post(f"{gate.SECOND_FACTOR}/codes")
def renew(request: Asked) -> Response[str]:
    """Show new recovery codes, this once; the earlier ones count no more."""
    visit = visits.of(request)
    try:
        _require_code(request, visit)
    except OutreachError as error:
        return _page(visit, trouble=visit.told(error))
    with visit.app.store.transaction() as session:
        codes = secondfactor.renew_codes(session, users.present(session, visit.actor))
    return _page(visit, codes=codes)


@post(f"{gate.SECOND_FACTOR}/off")
def switch_off(request: Asked) -> Response[str]:
    """Sign in with the password alone again."""
    visit = visits.of(request)
    try:
        _require_code(request, visit)
    except OutreachError as error:
        return _page(visit, trouble=visit.told(error))
    with visit.app.store.transaction() as session:
        secondfactor.switch_off(session, users.present(session, visit.actor), visit.act())
    return visit.to("/me", N_("You sign in with the password alone again."))


def _require_code(request: Asked, visit: Visit) -> None:
    """Ask for a code again: an open browser is not the person.

    Raises WrongCodeError, TooManyAttemptsError.
    """
    form = forms.of(request)
    address = request.client.host if request.client else ""
    now = visit.app.clock()
    with visit.app.store.transaction() as session:
        user: User = users.present(session, visit.actor)
        signin.refuse_guessing(session, user.name, address, now)
        right = secondfactor.fits(session, user, form.text("code"), visit.app.key(), now)
        if not right:
            signin.note_wrong(session, user.name, address, now)
    if not right:
        raise WrongCodeError


def _page(visit: Visit, *, codes: Sequence[str] = (), trouble: str = "") -> Response[str]:
    settings = visit.app.settings
    with visit.app.store.reading() as session:
        user = users.present(session, visit.actor)
        on = secondfactor.is_on(session, user)
        left = secondfactor.codes_left(session, user)
        key = secondfactor.waiting(session, user, visit.app.key())
    picture = ""
    if key is not None:
        address = secondfactor.address(key, user.name, settings.office.name.in_(visit.language))
        drawn = segno.make(address, error="m").svg_inline(scale=5, border=4, light="#ffffff")
        picture = Markup(drawn)  # noqa: S704  # squares, drawn by the library
    return visit.page(
        "second-factor.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK,
        on=on,
        left=left,
        key=" ".join(key[start : start + 4] for start in range(0, len(key), 4)) if key else "",
        picture=picture,
        codes=codes,
        required=settings.web.second_factor == "required",
        trouble=trouble,
    )
