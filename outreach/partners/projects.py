"""Projects that cities send: received by a form, validated by a person, only then a proposal."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts.models import Kind, Organisation
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act
from outreach.partners import pairs, themes
from outreach.partners.models import Project
from outreach.partners.projectforms import Form
from outreach.settings import Bilingual


class ProjectState(StrEnum):
    """Where a project stands."""

    RECEIVED = "received"
    VALIDATED = "validated"
    SET_ASIDE = "set-aside"


P = ProjectState
NEXT: Mapping[ProjectState, frozenset[ProjectState]] = {
    P.RECEIVED: frozenset({P.VALIDATED, P.SET_ASIDE}),
    P.VALIDATED: frozenset({P.SET_ASIDE}),
    P.SET_ASIDE: frozenset({P.VALIDATED}),
}


class UnknownProjectError(WrongUseError):
    """No project of that number."""

    message = N_("No project has the number {number}. “outreach partners projects” lists them.")


class NoCityError(WrongUseError):
    """A project of what is no Colombian municipality."""

    message = N_("{code} ({name}) is no Colombian city: a project is a city’s.")


class UntranslatedError(OutreachError):
    """A project that one of the two letters could not tell."""

    message = N_(
        "Project {number} has no {missing}. Both letters tell it: add the words with --title-fr, "
        "--title-es, --summary-fr or --summary-es."
    )


class ProjectStateError(OutreachError):
    """The table of states forbids it."""

    message = N_("Project {number} is “{state}”; it cannot become “{wanted}”.")


def receive(session: Session, form: Form, *, source: str, received_on: date, act: Act) -> Project:
    """Write down what a city's form says; it is no proposal until a person validates it.

    Raises UnknownPlaceError, NoCityError, UnknownThemeError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    city = pairs.find(session, form.code)
    if city.kind != Kind.MUNICIPIO.value:
        raise NoCityError(code=city.code, name=city.name)
    themes.require([form.theme])
    row = Project(
        city_id=city.id,
        state=P.RECEIVED.value,
        title={"fr": form.title.fr, "es": form.title.es},
        summary={"fr": form.summary.fr, "es": form.summary.es},
        theme=form.theme,
        contact=form.contact,
        source=source,
        received_on=received_on,
    )
    session.add(row)
    session.flush()
    journal.record(session, act, "project", row.id, "created", after=row.state)
    return row


def validate(session: Session, number: int, added: Mapping[str, str], act: Act) -> Project:
    """Let letters call a project a proposal; it replaces the one of that city validated before.

    ``added`` are words to put in: ``title.fr``, ``title.es``, ``summary.fr``, ``summary.es``.
    Raises UnknownProjectError, UntranslatedError, ProjectStateError, NotAllowedError.
    """
    users.require(session, act.actor, Role.STAFF)
    row = find(session, number)
    said = {part: {**getattr(row, part), **_of(added, part)} for part in ("title", "summary")}
    missing = [
        f"{part} ({language})"
        for part, words in said.items()
        for language in ("fr", "es")
        if not words.get(language, "").strip()
    ]
    if missing:
        raise UntranslatedError(number=number, missing=missing)
    for other in session.scalars(
        select(Project).where(
            Project.city_id == row.city_id,
            Project.state == P.VALIDATED.value,
            Project.id != row.id,
        )
    ):
        _move(session, other, P.SET_ASIDE, act, f"replaced by {row.id}")
    row.title, row.summary = said["title"], said["summary"]
    _move(session, row, P.VALIDATED, act)
    row.validated_by, row.validated_at = act.actor, act.at
    session.flush()
    return row


def set_aside(session: Session, number: int, reason: str, act: Act) -> Project:
    """Say that a project is not proposed. Raises UnknownProjectError, ProjectStateError."""
    users.require(session, act.actor, Role.STAFF)
    row = find(session, number)
    _move(session, row, P.SET_ASIDE, act, reason)
    return row


def find(session: Session, number: int) -> Project:
    """Return a project. Raises UnknownProjectError."""
    row = session.get(Project, number)
    if row is None:
        raise UnknownProjectError(number=number)
    return row


def every(session: Session) -> list[tuple[Project, str, str]]:
    """Return all projects with their city's code and name, by city."""
    return [
        (project, code, name)
        for project, code, name in session.execute(
            select(Project, Organisation.code, Organisation.name)
            .join(Organisation, Organisation.id == Project.city_id)
            .order_by(Organisation.name, Project.id)
        )
    ]


def validated(session: Session) -> dict[int, Project]:
    """Return each city's (by id) validated project."""
    rows = session.scalars(select(Project).where(Project.state == P.VALIDATED.value))
    return {row.city_id: row for row in rows}


def words(stored: Mapping[str, str]) -> Bilingual:
    """Return stored words as letters take them."""
    return Bilingual(fr=stored.get("fr", ""), es=stored.get("es", ""))


def _of(added: Mapping[str, str], part: str) -> dict[str, str]:
    return {
        key.partition(".")[2]: text.strip()
        for key, text in added.items()
        if key.startswith(f"{part}.") and text.strip()
    }


def _move(
    session: Session, row: Project, state: ProjectState, act: Act, reason: str | None = None
) -> None:
    before = ProjectState(row.state)
    if state not in NEXT[before]:
        raise ProjectStateError(number=row.id, state=before, wanted=state)
    row.state = state.value
    session.flush()
    journal.record(
        *(session, act, "project", row.id, "moved"),
        before=before.value,
        after=state.value,
        reason=reason,
    )
