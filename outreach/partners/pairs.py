"""What people know and decide of pairs: wishes, pins, exclusions, and how far two have come."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts.models import Kind, Organisation
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act
from outreach.partners import themes
from outreach.partners.models import Cooperation, PairDecision, Wish


class Decision(StrEnum):
    """What a person decided of a pair."""

    PINNED = "pinned"
    EXCLUDED = "excluded"


class Stage(StrEnum):
    """How far a pair has come."""

    PROPOSED = "proposed"
    INTERESTED = "interested"
    IN_TOUCH = "in-touch"
    MET = "met"
    AGREED = "agreed"
    CLOSED = "closed"


S = Stage
TOGETHER = frozenset({S.IN_TOUCH, S.MET, S.AGREED})
"""Pairs that exist: proposed first, whatever else fits."""


class UnknownPlaceError(WrongUseError):
    """No organisation of that code."""

    message = N_("No organisation has the code “{code}”. “outreach contacts list TEXT” finds it.")


class WrongSideError(WrongUseError):
    """A pair is a French authority and a Colombian city."""

    message = N_(
        "{code} ({name}) is no {wanted}: a pair is a French authority and a Colombian city."
    )


class NothingDecidedError(OutreachError):
    """There is no decision to forget."""

    message = N_("Nothing was decided of {french} and {city}.")


FRENCH, CITY = N_("French authority"), N_("Colombian city")


def find(session: Session, code: str) -> Organisation:
    """Return the organisation with ``code``. Raises UnknownPlaceError."""
    row = session.scalar(select(Organisation).where(Organisation.code == code.strip().upper()))
    if row is None:
        raise UnknownPlaceError(code=code)
    return row


def pair(session: Session, french: str, city: str) -> tuple[Organisation, Organisation]:
    """Return both sides. Raises UnknownPlaceError, WrongSideError."""
    ours, theirs = find(session, french), find(session, city)
    if ours.country != "FR":
        raise WrongSideError(code=ours.code, name=ours.name, wanted=FRENCH)
    if theirs.kind != Kind.MUNICIPIO.value:
        raise WrongSideError(code=theirs.code, name=theirs.name, wanted=CITY)
    return ours, theirs


def decide(
    session: Session, sides: tuple[str, str], decision: Decision, reason: str, act: Act
) -> None:
    """Pin or exclude a pair (codes), whatever was decided before.

    Raises the errors of :func:`pair`.
    """
    ours, theirs = pair(session, *sides)
    row = _decision(session, ours, theirs)
    before = row.decision if row else None
    if row is None:
        row = PairDecision(organisation_id=ours.id, city_id=theirs.id)
        session.add(row)
    row.decision, row.reason = decision.value, reason
    row.decided_by, row.decided_at = act.actor, act.at
    session.flush()
    journal.record(
        session, act, "pair_decision", row.id, "decided", before=before, after=decision.value
    )


def forget(session: Session, french: str, city: str, act: Act) -> None:
    """Take a decision back. Raises NothingDecidedError and the errors of :func:`pair`."""
    ours, theirs = pair(session, french, city)
    row = _decision(session, ours, theirs)
    if row is None:
        raise NothingDecidedError(french=ours.name, city=theirs.name)
    journal.record(
        session, act, "pair_decision", row.id, "decided", before=row.decision, after=None
    )
    session.delete(row)
    session.flush()


def wish(session: Session, code: str, theme: str, source: str, act: Act) -> None:
    """Note a theme that an organisation cares for, and where it said so.

    Raises UnknownPlaceError, UnknownThemeError.
    """
    themes.require([theme])
    organisation = find(session, code)
    row = session.scalar(
        select(Wish).where(Wish.organisation_id == organisation.id, Wish.theme == theme)
    )
    if row is None:
        row = Wish(organisation_id=organisation.id, theme=theme)
        session.add(row)
    row.source, row.noted_by, row.noted_at = source, act.actor, act.at
    session.flush()
    journal.record(session, act, "wish", row.id, "noted", detail={"theme": theme})


def move(
    session: Session, sides: tuple[str, str], stage: Stage, source: str, act: Act
) -> Cooperation:
    """Record how far a pair (codes) has come, and from what one knows it.

    Raises the errors of :func:`pair`.
    """
    ours, theirs = pair(session, *sides)
    row = session.scalar(
        select(Cooperation).where(
            Cooperation.organisation_id == ours.id, Cooperation.city_id == theirs.id
        )
    )
    before = row.stage if row else None
    if row is None:
        row = Cooperation(organisation_id=ours.id, city_id=theirs.id, since=act.at.date())
        session.add(row)
    row.stage, row.source = stage.value, source
    row.changed_by, row.changed_at = act.actor, act.at
    session.flush()
    if before != stage.value:
        journal.record(
            session, act, "cooperation", row.id, "moved", before=before, after=stage.value
        )
    return row


def _decision(session: Session, ours: Organisation, theirs: Organisation) -> PairDecision | None:
    return session.scalar(
        select(PairDecision).where(
            PairDecision.organisation_id == ours.id, PairDecision.city_id == theirs.id
        )
    )
