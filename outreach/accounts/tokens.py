"""Personal tokens: what a person's own program shows instead of a password.

A token acts as the person who made it and may do what that person may. Only its hash is kept; it is
shown once, ends by itself, and is taken back at any time.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.accounts.users import User
from outreach.db import Base, UtcDateTime
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act

MARK = "outreach_"
"""How each token begins, so that it is recognised where it should not lie."""
SECRET_BYTES = 32
LASTS = timedelta(days=365)
SEEN_EVERY = timedelta(minutes=1)
MOST = 20
"""Tokens of one person."""


class ApiToken(Base):
    """One program of one person."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    """What it is for, in the person's words."""
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was last shown."""


class UnknownTokenError(WrongUseError):
    """The person has no such token."""

    message = N_("You have no such token. Perhaps you took it back already.")


class TokenNameError(OutreachError):
    """A token wants a name."""

    message = N_("Say in a few words what the token is for: a name of at most 100 characters.")


class TooManyTokensError(OutreachError):
    """Nobody has so many programs."""

    message = N_("You have {count} tokens. Take one back that you no longer use.")


def make(session: Session, user: User, name: str, act: Act) -> str:
    """Make a token for a person; return it, once. Raises TokenNameError, TooManyTokensError."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:  # noqa: PLR2004  # the column's length
        raise TokenNameError
    known = of_person(session, user)
    if len(known) >= MOST:
        raise TooManyTokensError(count=len(known))
    secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken(
        user_id=user.id,
        name=name,
        digest=_digest(secret),
        made_at=act.at,
        ends_at=act.at + LASTS,
    )
    session.add(token)
    session.flush()
    journal.record(session, act, "api_token", token.id, "created")
    return secret


def find(session: Session, secret: str, now: datetime) -> User | None:
    """Return whose token it is; None for an unknown one, one that ended, or who has left."""
    return session.scalar(
        select(User)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.digest == _digest(secret), ApiToken.ends_at > now, User.left_at.is_(None))
    )


def needs_note(session: Session, secret: str, now: datetime) -> bool:
    """Say whether it is time to write down that a token is in use."""
    row = session.execute(
        select(ApiToken.seen_at).where(ApiToken.digest == _digest(secret))
    ).one_or_none()
    return row is not None and (row.seen_at is None or now - row.seen_at >= SEEN_EVERY)


def note(session: Session, secret: str, now: datetime) -> None:
    """Write down that a token is in use."""
    token = session.scalar(select(ApiToken).where(ApiToken.digest == _digest(secret)))
    if token is not None:
        token.seen_at = now


def take_back(session: Session, user: User, number: int, act: Act) -> None:
    """End one of a person's own tokens. Raises UnknownTokenError."""
    token = session.get(ApiToken, number)
    if token is None or token.user_id != user.id:
        raise UnknownTokenError
    session.delete(token)
    session.flush()
    journal.record(session, act, "api_token", number, "deleted")


def of_person(session: Session, user: User) -> list[ApiToken]:
    """Return a person's tokens, the newest first."""
    return list(
        session.scalars(
            select(ApiToken).where(ApiToken.user_id == user.id).order_by(ApiToken.id.desc())
        )
    )


def _digest(secret: str) -> str:
    # 256 bits of chance need no slow hash: nobody guesses them.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
