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
    """The last day for which the daily one was written."""
    weekly_on: Mapped[date | None]
    """The last day for which the weekly one was."""


LAST = {Notice.DAILY: NoticeChoice.daily_on, Notice.WEEKLY: NoticeChoice.weekly_on}


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


def is_due(session: Session, user: User, notice: Notice, day: date) -> bool:
    """Say whether a person wants a notice and has not got that of ``day``."""
    if not wants(session, user, notice):
        return False
    row = session.get(NoticeChoice, user.id)
    last = getattr(row, LAST[notice].key) if row else None
    return last is None or last < day


def claim(session: Session, user: User, notice: Notice, day: date) -> bool:
    """Take the notice of ``day`` to a person, before it is sent; False where it was taken."""
    _of(session, user)
    last = LAST[notice]
    done = session.scalar(
        update(NoticeChoice)
        .where(NoticeChoice.user_id == user.id, or_(last.is_(None), last < day))
        .values({last: day})
        .returning(NoticeChoice.user_id)
    )
    return done is not None


def give_back(session: Session, user: User, notice: Notice) -> None:
    """Let a later round send the notice, because it did not leave."""
    setattr(_of(session, user), LAST[notice].key, None)


def _of(session: Session, user: User) -> NoticeChoice:
    row = session.get(NoticeChoice, user.id)
    if row is None:
        row = NoticeChoice(user_id=user.id, daily=True, weekly=True)
        session.add(row)
        session.flush()
    return row


def _said(wanted: bool) -> str:  # noqa: FBT001  # the value itself
    return "on" if wanted else "off"
