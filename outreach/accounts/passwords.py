"""Passwords: long enough, not the ones everybody tries, kept as argon2id hashes only.

No rule on capitals, digits or signs and no change every few months: such rules make passwords
worse (NIST SP 800-63B section 3.1.1.2). The length is what counts; a sentence is welcome.
"""

import itertools
import unicodedata
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.accounts.users import User
from outreach.db import Base, UtcDateTime
from outreach.errors import N_, OutreachError
from outreach.journal import Act

LEAST, MOST = 12, 200
"""Characters. The upper end keeps a hash from taking seconds."""
FEW = 5
"""A password of fewer different characters is one that is guessed ("aaaaaaaaaaaa")."""
COMMON = [
    "123456789012",
    "1234567890123",
    "motdepasse",
    "motdepasse1234",
    "azertyuiop",
    "azertyuiopqs",
    "qwertyuiop",
    "qwertyuiopas",
    "password1234",
    "passwordpassword",
    "contrasena",
    "contraseña",
    "contrasena1234",
    "administrateur",
    "administrador",
    "administrator",
    "ambassade",
    "embajada",
    "colombie",
    "colombia",
    "france",
    "bienvenue",
    "bienvenido",
    "outreach",
]


class Password(Base):
    """What a person signs in with, as a hash that holds its own salt and cost (RFC 9106)."""

    __tablename__ = "password"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ShortPasswordError(OutreachError):
    """Too short to withstand a program that tries them all."""

    message = N_(
        "This password has {length} characters; it needs at least {least}. A short sentence that "
        "only you would say is easy to remember and hard to guess."
    )


class LongPasswordError(OutreachError):
    """Longer than any sentence."""

    message = N_("This password is longer than {most} characters. Choose a shorter one.")


class GuessablePasswordError(OutreachError):
    """One of those that are tried first."""

    message = N_(
        "This password would be guessed at once. Choose one that holds neither your name nor the "
        "office’s and is no well-known word: a short sentence is easy to remember."
    )


def check(password: str, *, known: tuple[str, ...] = ()) -> None:
    """Refuse a password that is too short or would be guessed.

    ``known`` is what anyone knows of its owner: the name, the office. Raises ShortPasswordError,
    LongPasswordError, GuessablePasswordError.
    """
    if len(password) < LEAST:
        raise ShortPasswordError(length=len(password), least=LEAST)
    if len(password) > MOST:
        raise LongPasswordError(most=MOST)
    plain = _plain(password)
    rest = plain
    for word in sorted((*COMMON, *map(_plain, known)), key=len, reverse=True):
        if len(word) >= 4:  # noqa: PLR2004  # a shorter name stands in many an honest sentence
            rest = rest.replace(_plain(word), "")
    rest = rest.strip("0123456789!?.-_ ")
    if len(set(plain)) < FEW or len(rest) < LEAST // 3 or _is_a_run(plain):
        raise GuessablePasswordError


def put(session: Session, user: User, password: str, *, known: tuple[str, ...], act: Act) -> None:
    """Give a person a password. Raises what :func:`check` raises."""
    check(password, known=(user.name, *known))
    row = session.get(Password, user.id)
    if row is None:
        row = Password(user_id=user.id, hash="", set_at=act.at)
        session.add(row)
    row.hash, row.set_at = _hasher().hash(_normal(password)), act.at
    session.flush()
    journal.record(session, act, "user_account", user.id, "changed", detail={"field": "password"})


def fits(session: Session, user: User | None, password: str) -> bool:
    """Say whether it is the person's password; an unknown person takes as long as a known one."""
    row = session.get(Password, user.id) if user is not None else None
    try:
        _hasher().verify(row.hash if row else _nobodys(), _normal(password[: MOST + 1]))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return row is not None


def anyone_has_one(session: Session) -> bool:
    """Say whether somebody can sign in with a password."""
    return session.scalar(select(Password.user_id).limit(1)) is not None


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody signs in with this")


def _normal(password: str) -> str:
    """Return the password as one sequence of characters, however the keyboard made its accents."""
    return unicodedata.normalize("NFC", password)


def _plain(text: str) -> str:
    marked = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in marked if not unicodedata.combining(sign))


def _is_a_run(text: str) -> bool:
    """Say whether each sign follows the one before: "abcdefghijkl", "987654321098"."""
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}
