"""People who work with the tool, and what each role may do."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.db import Base, UtcDateTime
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act


class Role(StrEnum):
    """From least to most: each may do what the ones before may."""

    SECRETARY = "secretary"
    STAFF = "staff"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


RANK = {role: rank for rank, role in enumerate(Role)}


class User(Base):
    """One person. The journal keeps the name as text, so a user may go and their acts stay."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    email: Mapped[str | None] = mapped_column(String(254))
    ui_language: Mapped[str | None] = mapped_column(String(2))
    """In which the pages speak to this person; None: as the browser wishes."""
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Who left signs in no more and acts no more; what they did stays theirs."""


class UnknownUserError(WrongUseError):
    """Nobody of that name."""

    message = N_(
        "Nobody called “{name}” works in this office. Known: {known}. An administrator adds people "
        "with “outreach users add NAME --role ROLE”; “--as NAME” says who you are."
    )


class UserExistsError(WrongUseError):
    """The name is taken."""

    message = N_("“{name}” is already a user, as {role}.")


class NotAllowedError(OutreachError):
    """The role is too low for the act."""

    message = N_(
        "“{name}” works here as: {role}. This needs: {needed}, or above. Ask a colleague, or say "
        "who acts with --as NAME."
    )


class LeftError(OutreachError):
    """The person no longer works here."""

    message = N_("“{name}” left this office on {day} and acts here no more.")


class LastAdministratorError(OutreachError):
    """Nobody could let anyone in afterwards."""

    message = N_(
        "“{name}” is the only administrator. Make somebody else one first: "
        "outreach users role NAME administrator"
    )


def find(session: Session, name: str) -> User:
    """Return the user called ``name``. Raises UnknownUserError with the known names."""
    user = session.scalar(select(User).where(func.lower(User.name) == name.lower()))
    if user is None:
        known = session.scalars(select(User.name).order_by(User.name)).all()
        raise UnknownUserError(name=name, known=known)
    return user


def add(session: Session, name: str, role: Role, act: Act) -> User:
    """Add a person. Raises UserExistsError."""
    found = session.scalar(select(User).where(func.lower(User.name) == name.lower()))
    if found is not None:
        raise UserExistsError(name=found.name, role=Role(found.role))
    user = User(name=name, role=role.value, created_at=act.at)
    session.add(user)
    session.flush()
    journal.record(session, act, "user_account", user.id, "created", after=role.value)
    return user


def change_role(session: Session, name: str, role: Role, act: Act) -> User:
    """Give a person another role."""
    user = find(session, name)
    if role is not Role.ADMINISTRATOR:
        _keep_an_administrator(session, user)
    journal.record(
        session, act, "user_account", user.id, "moved", before=user.role, after=role.value
    )
    user.role = role.value
    return user


def leave(session: Session, name: str, act: Act) -> User:
    """Note that a person no longer works here. Raises LastAdministratorError, LeftError."""
    user = present(session, name)
    _keep_an_administrator(session, user)
    user.left_at = act.at
    journal.record(session, act, "user_account", user.id, "left")
    return user


def come_back(session: Session, name: str, act: Act) -> User:
    """Let a person who left work here again, with the role they had."""
    user = find(session, name)
    if user.left_at is not None:
        user.left_at = None
        journal.record(session, act, "user_account", user.id, "came-back")
    return user


def present(session: Session, name: str) -> User:
    """Return the user who works here. Raises UnknownUserError, LeftError."""
    user = find(session, name)
    if user.left_at is not None:
        raise LeftError(name=user.name, day=user.left_at.date())
    return user


def _keep_an_administrator(session: Session, user: User) -> None:
    others = session.scalar(
        select(func.count()).where(
            User.role == Role.ADMINISTRATOR.value, User.left_at.is_(None), User.id != user.id
        )
    )
    if user.role == Role.ADMINISTRATOR.value and not others:
        raise LastAdministratorError(name=user.name)


def require(session: Session, name: str, needed: Role) -> User:
    """Return the user if the role allows it. Raises UnknownUserError LeftError or NotAllowedError."""
    user = present(session, name)
    if RANK[Role(user.role)] < RANK[needed]:
        raise NotAllowedError(name=user.name, role=Role(user.role), needed=needed)
    return user


def least(session: Session) -> User:
    """Return someone of the least role. Raises UnknownUserError where nobody works here."""
    found = [user for user in everyone(session) if user.left_at is None]
    if not found:
        raise UnknownUserError(name="–", known=[])
    return min(found, key=lambda user: RANK[Role(user.role)])


def everyone(session: Session) -> list[User]:
    """Return all users by name."""
    return list(session.scalars(select(User).order_by(User.name)))
