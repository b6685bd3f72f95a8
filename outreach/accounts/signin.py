"""Signing in: with a password and perhaps a code, slowed down for whoever tries many, or by an invitation once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.accounts import passwords, secondfactor, sessions
from outreach.accounts.users import User
from outreach.db import Base, UtcDateTime
from outreach.errors import N_, OutreachError
from outreach.journal import Act

WITHIN = timedelta(minutes=15)
MOST_BY_NAME, MOST_BY_ADDRESS = 5, 50
"""Wrong passwords within a quarter of an hour, for one name and from one machine."""
KEPT = timedelta(days=1)
INVITED_FOR = timedelta(days=3)
CODE_WITHIN = timedelta(minutes=5)
SECRET_BYTES = 32


class WrongSignIn(Base):
    """One wrong attempt. Neither the name nor the machine's address is kept, only their hashes."""

    __tablename__ = "wrong_sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Invitation(Base):
    """A link that lets a person choose a password, once."""

    __tablename__ = "invitation"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WaitingSignIn(Base):
    """Who typed the right password, and whose code is waited for."""

    __tablename__ = "waiting_sign_in"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    way: Mapped[str] = mapped_column(String(20))
    """As of a session."""
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WrongPasswordError(OutreachError):
    """The name or the password is wrong; which one is not said."""

    message = N_(
        "Name or password are not right. Look at the capitals of the password. Forgotten? An "
        "administrator sends you a new link."
    )


class TooManyAttemptsError(OutreachError):
    """Someone is guessing."""

    message = N_(
        "Too many wrong passwords. Wait {minutes} minutes, or ask an administrator for a new link."
    )


class InvitationOverError(OutreachError):
    """The link was used, is too old, or was cut short."""

    message = N_(
        "This link cannot be used: it works once and for three days. Ask an administrator for a "
        "new one."
    )


class SignInOverError(OutreachError):
    """The password was typed too long ago, or this sign-in has ended."""

    message = N_("Sign in again from the beginning: the code comes within five minutes.")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a right password opens."""

    secret: str
    """Of the new session; where a code is wanted, of the sign-in that waits for it."""
    wants_code: bool = False


def refuse_guessing(session: Session, name: str, address: str, now: datetime) -> None:
    """Raise TooManyAttemptsError where too many wrong passwords came lately."""
    for column, key, most in (
        (WrongSignIn.name, _hashed(name.casefold()), MOST_BY_NAME),
        (WrongSignIn.address, _hashed(address), MOST_BY_ADDRESS),
    ):
        moments = session.scalars(
            select(WrongSignIn.at)
            .where(column == key, WrongSignIn.at > now - WITHIN)
            .order_by(WrongSignIn.at.desc())
            .limit(most)
        ).all()
        if len(moments) == most:
            left = moments[-1] + WITHIN - now
            raise TooManyAttemptsError(minutes=max(1, -(-int(left.total_seconds()) // 60)))


def by_password(
    session: Session, name: str, password: str, *, address: str, now: datetime
) -> Entry | None:
    """Return what the password opens, or None where name or password are wrong.

    None is no error, so that the caller's transaction keeps the attempt; it then raises
    WrongPasswordError itself. Raises TooManyAttemptsError without looking at the password.
    """
    name = name.strip()
    refuse_guessing(session, name, address, now)
    user = session.scalar(
        select(User).where(func.lower(User.name) == name.lower(), User.left_at.is_(None))
    )
    if not passwords.fits(session, user, password) or user is None:
        note_wrong(session, name, address, now)
        return None
    return _enter(session, user, "password", now)


def by_code(
    session: Session, secret: str, code: str, *, key: bytes, address: str, now: datetime
) -> str | None:
    """Return the secret of a new session for who typed the password before, or None.

    None, as in :func:`by_password`, where the code is wrong: ``secondfactor.WrongCodeError`` is the
    caller's. ``key`` is the office's. Raises SignInOverError, TooManyAttemptsError.
    """
    row = session.get(WaitingSignIn, _hashed(secret))
    if row is None or row.ends_at < now:
        raise SignInOverError
    user = session.get_one(User, row.user_id)
    if user.left_at is not None:
        raise SignInOverError
    refuse_guessing(session, user.name, address, now)
    if not secondfactor.fits(session, user, code, key, now):
        note_wrong(session, user.name, address, now)
        return None
    way = row.way
    session.execute(delete(WaitingSignIn).where(WaitingSignIn.user_id == user.id))
    forgive(session, user)
    return sessions.open_(session, user, way, Act(user.name, now))


def _enter(session: Session, user: User, way: str, now: datetime) -> Entry:
    """Open a session, or let it wait for the code of who signs in with one."""
    if not secondfactor.is_on(session, user):
        forgive(session, user)
        return Entry(sessions.open_(session, user, way, Act(user.name, now)))
    session.execute(delete(WaitingSignIn).where(WaitingSignIn.ends_at < now))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    session.add(
        WaitingSignIn(digest=_hashed(secret), user_id=user.id, way=way, ends_at=now + CODE_WITHIN)
    )
    session.flush()
    return Entry(secret, wants_code=True)


def note_wrong(session: Session, name: str, address: str, now: datetime) -> None:
    """Write a wrong password down, and forget those of yesterday."""
    session.execute(delete(WrongSignIn).where(WrongSignIn.at < now - KEPT))
    session.add(WrongSignIn(name=_hashed(name.casefold()), address=_hashed(address), at=now))


def forgive(session: Session, user: User) -> None:
    """Forget the wrong attempts under a person's name."""
    session.execute(delete(WrongSignIn).where(WrongSignIn.name == _hashed(user.name.casefold())))


def invite(session: Session, user: User, act: Act) -> str:
    """Return the secret of a link by which a person chooses a password; earlier links end."""
    session.execute(delete(Invitation).where(Invitation.user_id == user.id))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    session.add(Invitation(digest=_hashed(secret), user_id=user.id, ends_at=act.at + INVITED_FOR))
    journal.record(session, act, "user_account", user.id, "invited")
    return secret


def invited(session: Session, secret: str, now: datetime) -> User:
    """Return whom an invitation is for. Raises InvitationOverError."""
    row = session.get(Invitation, _hashed(secret))
    if row is None or row.ends_at < now:
        raise InvitationOverError
    user = session.get_one(User, row.user_id)
    if user.left_at is not None:
        raise InvitationOverError
    return user


def accept(
    session: Session, secret: str, password: str, *, known: tuple[str, ...], now: datetime
) -> Entry:
    """Take up an invitation: give its person the password, and let them in.

    Raises InvitationOverError, and what :func:`passwords.check` raises; the link then stays good.
    """
    user = invited(session, secret, now)
    act = Act(user.name, now)
    passwords.put(session, user, password, known=known, act=act)
    session.execute(delete(Invitation).where(Invitation.user_id == user.id))
    forgive(session, user)
    sessions.end_all(session, user)
    return _enter(session, user, "invitation", now)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
