"""What the office writes to its own people by e-mail, and who wants none of it."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, or_, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.accounts.users import User
from outreach.db import Base
from outreach.journal import Act


class Notice(StrEnum):
    """What is written to a person without being asked for each time."""

    DAILY = "daily"
    """What waits for them, each working day."""
    WEEKLY = "weekly"
    """What the office did, each week."""


class NoticeChoice(Base):
    """What one person wants. Without a row: everything."""

    __tablename__ = "notice_choice"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    daily: Mapped[bool] = mapped_column(default=True)
    weekly: Mapped[bool] = mapped_column(default=True)
    daily_on: Mapped[date | None]
    """The last day on which the daily one was written."""


def wants(session: Session, user: User, notice: Notice) -> bool:
    """Say whether a person gets a notice: who works here, gave an address, and did not turn it off."""
    return user.left_at is None and bool(user.email) and is_on(session, user, notice)


def is_on(session: Session, user: User, notice: Notice) -> bool:
    """Say whether a person has left a notice turned on."""
    row = session.get(NoticeChoice, user.id)
    return row is None or bool(getattr(row, notice.value))


def choose(session: Session, user: User, notice: Notice, act: Act, *, wanted: bool) -> None:
    """Turn a notice on or off for a person."""
    row = _of(session, user)
    before = bool(getattr(row, notice.value))
    if before == wanted:
        return
    setattr(row, notice.value, wanted)
    session.flush()
    journal.record(
        *(session, act, "user_account", user.id, f"notice-{notice.value}"),
        before=_said(before),
        after=_said(wanted),
    )


def claim(session: Session, user: User, today: date) -> bool:
    """Take today's daily notice to a person, before it is sent; False where it was taken."""
    _of(session, user)
    done = session.scalar(
        update(NoticeChoice)
        .where(
            NoticeChoice.user_id == user.id,
            or_(NoticeChoice.daily_on.is_(None), NoticeChoice.daily_on < today),
        )
        .values(daily_on=today)
        .returning(NoticeChoice.user_id)
    )
    return done is not None


def give_back(session: Session, user: User) -> None:
    """Let a later round send today's notice, because it did not leave."""
    _of(session, user).daily_on = None


def _of(session: Session, user: User) -> NoticeChoice:
    row = session.get(NoticeChoice, user.id)
    if row is None:
        row = NoticeChoice(user_id=user.id, daily=True, weekly=True)
        session.add(row)
        session.flush()
    return row


def _said(wanted: bool) -> str:  # noqa: FBT001  # the value itself
    return "on" if wanted else "off"
