"""People who come in by their administration's own sign-in (OpenID Connect): who they are here.

A person is known by the provider's own number for them, never by an address alone: an address may
be given to somebody else. Their role follows the groups that they are in, at each sign-in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.accounts import sessions, users
from outreach.accounts.users import RANK, Role, User
from outreach.db import Base
from outreach.errors import N_, OutreachError
from outreach.journal import Act

WAY = "openid"
MOST_NAME = 150


class Identity(Base):
    """The provider's number of a person, and whose it is."""

    __tablename__ = "identity"

    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider says of a person, verified."""

    issuer: str
    subject: str
    name: str
    email: str
    email_verified: bool
    groups: Sequence[str]


class NotInGroupError(OutreachError):
    """The provider knows the person, and this office does not let them in."""

    message = N_(
        "Your administration knows you, but you are in none of the groups that work with these "
        "pages. Ask an administrator of the office."
    )


class NotInvitedError(OutreachError):
    """No group gives a role, and nobody has made an account."""

    message = N_(
        "Nobody of this office has entered you yet. Ask an administrator to add you under “People” "
        "with your e-mail address: {email}."
    )


class HasLeftError(OutreachError):
    """The person left the office."""

    message = N_("You no longer work in this office, as its list of people says.")


def enter(session: Session, claims: Claims, roles: Mapping[str, Role], act: Act) -> str:
    """Sign a person in; return the secret of their new session.

    ``roles`` gives the role of each group; of several the highest counts. Without any, people come
    in with the role that an administrator gave them. Raises NotInGroupError, NotInvitedError,
    HasLeftError, and LastAdministratorError where the office would lose its last one.
    """
    role = role_of(claims.groups, roles)
    if roles and role is None:
        raise NotInGroupError
    user = _known(session, claims, act)
    if user is None:
        if role is None:
            raise NotInvitedError(email=claims.email or "–")
        user = users.add(session, _free_name(session, claims), role, act)
        user.email = claims.email if claims.email and claims.email_verified else None
        _link(session, user, claims, act)
    if user.left_at is not None:
        raise HasLeftError
    if role is not None and role is not Role(user.role):
        users.change_role(session, user.name, role, act)
    return sessions.open_(session, user, WAY, Act(user.name, act.at))


def role_of(groups: Sequence[str], roles: Mapping[str, Role]) -> Role | None:
    """Return the highest role that one of the groups gives."""
    found = [roles[group] for group in groups if group in roles]
    return max(found, key=RANK.__getitem__, default=None)


def _known(session: Session, claims: Claims, act: Act) -> User | None:
    """Return whose number it is; else who was entered with the address that the provider verified."""
    row = session.get(Identity, (claims.issuer, claims.subject))
    if row is not None:
        return session.get_one(User, row.user_id)
    if not (claims.email and claims.email_verified):
        return None
    same = session.scalars(
        select(User).where(func.lower(User.email) == claims.email.lower(), User.left_at.is_(None))
    ).all()
    if len(same) != 1 or _has_identity(session, same[0], claims.issuer):
        return None
    _link(session, same[0], claims, act)
    return same[0]


def _has_identity(session: Session, user: User, issuer: str) -> bool:
    query = select(Identity.user_id).where(Identity.user_id == user.id, Identity.issuer == issuer)
    return session.scalar(query) is not None


def _link(session: Session, user: User, claims: Claims, act: Act) -> None:
    session.add(Identity(issuer=claims.issuer, subject=claims.subject, user_id=user.id))
    session.flush()
    journal.record(session, act, "user_account", user.id, "linked", reason=WAY)


def _free_name(session: Session, claims: Claims) -> str:
    """Return the person's name, with the address behind it where a colleague has the same one."""
    name = " ".join(claims.name.split())[:MOST_NAME] or claims.email or claims.subject[:MOST_NAME]
    taken = session.scalar(select(User.id).where(func.lower(User.name) == name.lower()))
    return name if taken is None else f"{name} ({claims.email or claims.subject})"[:200]
