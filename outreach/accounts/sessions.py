"""Who is signed in on the web: sessions in the database, known by the hash of their secret."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.accounts.secondfactor import SecondFactor
from outreach.accounts.users import Role, User
from outreach.db import Base, UtcDateTime
from outreach.journal import Act

SECRET_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
"""How often a session's last use is written down: not with every picture of a page."""


class WebSession(Base):
    """One browser of one person. The secret itself is only in the browser."""

    __tablename__ = "web_session"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the secret, in hexadecimal digits."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    way: Mapped[str] = mapped_column(String(20))
    """``link`` (from the window of the program), ``password``, ``invitation``."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who asks for a page."""

    name: str
    role: Role
    digest: str
    proof: str
    """What every form of this session carries, so that no other site can fill one in (CSRF)."""
    language: str
    """In which the pages speak to this person; "" as the browser wishes."""
    way: str = ""
    """How they signed in, as of a session."""
    has_second_factor: bool = False
    """Whether they sign in with a code beside the password."""


@dataclass(frozen=True, slots=True)
class Ends:
    """When a session ends by itself."""

    idle: timedelta
    after: timedelta


def open_(session: Session, user: User, way: str, act: Act) -> str:
    """Sign a person in on one browser; return the secret for its cookie."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    session.add(
        WebSession(
            digest=_digest(secret), user_id=user.id, opened_at=act.at, seen_at=act.at, way=way
        )
    )
    session.flush()
    journal.record(session, act, "user_account", user.id, "signed-in", reason=way)
    return secret


def find(session: Session, secret: str, ends: Ends, now: datetime) -> SignedIn | None:
    """Return whose session it is; None for an unknown one, one that ended, or who has left."""
    digest = _digest(secret)
    row = session.execute(
        select(
            *(WebSession.opened_at, WebSession.seen_at, WebSession.way),
            *(User.name, User.role, User.ui_language),
            SecondFactor.confirmed_at.label("confirmed_at"),
        )
        .join(User, User.id == WebSession.user_id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(WebSession.digest == digest, User.left_at.is_(None))
    ).one_or_none()
    if row is None or _is_over(row.opened_at, row.seen_at, ends, now):
        return None
    return SignedIn(
        row.name,
        Role(row.role),
        digest,
        proof(secret),
        row.ui_language or "",
        row.way,
        row.confirmed_at is not None,
    )


def proof(secret: str) -> str:
    """Return what the forms of a session carry; it tells nothing of the secret."""
    return hmac.digest(secret.encode(errors="replace"), b"outreach form", "sha256").hex()


def needs_note(session: Session, digest: str, now: datetime) -> bool:
    """Say whether it is time to write down that the session is in use."""
    seen = session.scalar(select(WebSession.seen_at).where(WebSession.digest == digest))
    return seen is not None and now - seen >= SEEN_EVERY


def note(session: Session, digest: str, now: datetime) -> None:
    """Write down that the session is in use."""
    row = session.get(WebSession, digest)
    if row is not None:
        row.seen_at = now


def end(session: Session, digest: str) -> None:
    """Sign one browser out."""
    session.execute(delete(WebSession).where(WebSession.digest == digest))


def end_all(session: Session, user: User, *, but: str = "") -> int:
    """Sign a person out everywhere, ``but`` in the browser with that digest; return how many."""
    ended = session.scalars(
        delete(WebSession)
        .where(WebSession.user_id == user.id, WebSession.digest != but)
        .returning(WebSession.digest)
    ).all()
    return len(ended)


def forget(session: Session, ends: Ends, now: datetime) -> None:
    """Delete what ended by itself."""
    session.execute(
        delete(WebSession).where(
            (WebSession.seen_at < now - ends.idle) | (WebSession.opened_at < now - ends.after)
        )
    )


def of_person(session: Session, user: User) -> list[WebSession]:
    """Return a person's browsers, the last used first."""
    return list(
        session.scalars(
            select(WebSession)
            .where(WebSession.user_id == user.id)
            .order_by(WebSession.seen_at.desc())
        )
    )


def _is_over(opened: datetime, seen: datetime, ends: Ends, now: datetime) -> bool:
    return now - seen > ends.idle or now - opened > ends.after


def _digest(secret: str) -> str:
    # Looking up a hash tells a listener nothing by the time it takes.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
