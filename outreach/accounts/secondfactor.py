"""A second proof beside the password: a code that a person's telephone shows (TOTP, RFC 6238).

The secret is kept sealed with the office's key. A code counts once, and for half a minute before
and after its own; ten recovery codes, each for one time, are for a telephone that is lost.
"""

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from cryptography.fernet import InvalidToken
from sqlalchemy import ForeignKey, String, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.accounts import sealed
from outreach.accounts.users import User
from outreach.db import Base, UtcDateTime
from outreach.errors import N_, OutreachError
from outreach.journal import Act

PURPOSE = "second factor"
DRIFT = (-1, 0, 1)
"""Steps of half a minute by which a telephone's clock may differ (RFC 6238 section 5.2)."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
"""80 bits: nobody tries them all, so that a plain hash keeps them well."""


class SecondFactor(Base):
    """One person's telephone. Unconfirmed, it asks for nothing yet."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(Text)
    """Sealed."""
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(default=0)
    """The half minute of the last code that counted: none of it or before counts again."""


class RecoveryCode(Base):
    """The hash of a code for one time."""

    __tablename__ = "recovery_code"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)


class WrongCodeError(OutreachError):
    """The code is not the one that the telephone shows now."""

    message = N_(
        "This code is not right, or was used already. Wait until the telephone shows the next one, "
        "and look whether its clock is set by the network."
    )


class NotBegunError(OutreachError):
    """There is nothing to confirm."""

    message = N_("Begin again: show the picture, then type the code that the telephone shows.")


def begin(session: Session, user: User, key: bytes) -> None:
    """Make a new secret for a person's telephone; it counts once it is confirmed.

    One that is confirmed already stays: it is switched off first.
    """
    row = session.get(SecondFactor, user.id)
    if row is not None and row.confirmed_at is not None:
        return
    secret = sealed.box(key, PURPOSE).encrypt(pyotp.random_base32().encode()).decode()
    if row is None:
        session.add(SecondFactor(user_id=user.id, secret=secret, last_step=0))
    else:
        row.secret, row.last_step = secret, 0
    session.flush()


def waiting(session: Session, user: User, key: bytes) -> str | None:
    """Return the secret that waits for its first code (base 32); None where none does."""
    row = session.get(SecondFactor, user.id)
    if row is None or row.confirmed_at is not None:
        return None
    return _opened(row, key)


def address(secret: str, name: str, office: str) -> str:
    """Return what the picture tells the telephone: an ``otpauth`` address."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=office)


def confirm(session: Session, user: User, code: str, key: bytes, act: Act) -> list[str]:
    """Switch the second proof on with its first code; return the recovery codes, told once.

    Raises NotBegunError, WrongCodeError.
    """
    row = session.get(SecondFactor, user.id)
    if row is None or row.confirmed_at is not None:
        raise NotBegunError
    if not _is_code(session, row, code, key, act.at):
        raise WrongCodeError
    row.confirmed_at = act.at
    session.flush()
    journal.record(session, act, "user_account", user.id, "second-factor", after="on")
    return renew_codes(session, user)


def renew_codes(session: Session, user: User) -> list[str]:
    """Return new recovery codes; the earlier ones count no more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [_spelt(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(digest=_digest(code), user_id=user.id) for code in codes)
    session.flush()
    return codes


def codes_left(session: Session, user: User) -> int:
    """Return how many recovery codes a person still has."""
    query = select(func.count()).where(RecoveryCode.user_id == user.id)
    return session.scalar(query.select_from(RecoveryCode)) or 0


def is_on(session: Session, user: User) -> bool:
    """Say whether a person signs in with a code beside the password."""
    row = session.get(SecondFactor, user.id)
    return row is not None and row.confirmed_at is not None


def everyone(session: Session) -> set[int]:
    """Return the numbers of the people who do."""
    return set(
        session.scalars(select(SecondFactor.user_id).where(SecondFactor.confirmed_at.is_not(None)))
    )


def fits(session: Session, user: User, code: str, key: bytes, now: datetime) -> bool:
    """Say whether a code is the one that the telephone shows, or a recovery code; it is used then."""
    row = session.get(SecondFactor, user.id)
    if row is None or row.confirmed_at is None:
        return False
    return _is_code(session, row, code, key, now) or _is_recovery(session, user, code)


def switch_off(session: Session, user: User, act: Act) -> None:
    """Let a person sign in with the password alone."""
    was = is_on(session, user)
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    session.expire_all()
    if was:
        journal.record(session, act, "user_account", user.id, "second-factor", after="off")


def _is_code(session: Session, row: SecondFactor, code: str, key: bytes, now: datetime) -> bool:
    secret = _opened(row, key)
    typed = "".join(code.split())
    if secret is None:
        return False
    telephone = pyotp.TOTP(secret)
    step = telephone.timecode(now)
    found = [
        step + drift
        for drift in DRIFT
        if hmac.compare_digest(telephone.generate_otp(step + drift).encode(), typed.encode())
    ]
    if not found:
        return False
    # In one statement: of two browsers with the same code, one comes in.
    taken = session.scalar(
        update(SecondFactor)
        .where(SecondFactor.user_id == row.user_id, SecondFactor.last_step < found[0])
        .values(last_step=found[0])
        .returning(SecondFactor.user_id)
    )
    return taken is not None


def _is_recovery(session: Session, user: User, code: str) -> bool:
    used = session.scalar(
        delete(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.digest == _digest(code))
        .returning(RecoveryCode.user_id)
    )
    return used is not None


def _opened(row: SecondFactor, key: bytes) -> str | None:
    """Return the secret; None where it was sealed with another office's key."""
    try:
        return sealed.box(key, PURPOSE).decrypt(row.secret.encode()).decode()
    except InvalidToken:
        return None


def _spelt(data: bytes) -> str:
    """Return a code as people copy it: hexadecimal digits in groups of five."""
    digits = data.hex()
    return "-".join(digits[start : start + 5] for start in range(0, len(digits), 5))


def _digest(code: str) -> str:
    plain = "".join(sign for sign in code.casefold() if sign.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
