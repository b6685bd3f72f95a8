"""What each room holds on a person, asked for by one protocol: show it, stop it, blank it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from outreach.journal import Act
from outreach.settings import Retention


class Fate(StrEnum):
    """What an erasure does with something."""

    BLANKED = "blanked"
    RESTRICTED = "restricted"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Treated:
    """What became of one kind of thing; ``what`` is a msgid that says why as well."""

    fate: Fate
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Section:
    """What a room holds on a person: a title (msgid) and rows."""

    key: str
    title: str
    rows: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A letter or message that concerns a person, as it was."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Aged:
    """How much of one class is older than the office's limit."""

    kind: str
    """A msgid: the class."""
    months: int
    """The limit; 0 where the office has not decided."""
    over: int


class Holder:
    """A room's side of privacy. A room overrides what it has; the rest holds nothing."""

    def held(self, session: Session, contact_id: int) -> Iterable[Section]:  # noqa: ARG002
        """Return everything held on a contact."""
        return ()

    def files(self, session: Session, contact_id: int) -> Iterable[HeldFile]:  # noqa: ARG002
        """Return the letters and messages themselves."""
        return ()

    def stop(
        self,
        session: Session,  # noqa: ARG002
        contact_id: int,  # noqa: ARG002
        campaign: str | None,  # noqa: ARG002
        act: Act,  # noqa: ARG002
    ) -> int:
        """Let nothing more leave for a contact, in one campaign or at all; return what stopped."""
        return 0

    def blank(self, session: Session, contact_id: int, act: Act) -> Iterable[Treated]:  # noqa: ARG002
        """Forget the person, and say what went and what stays. Raises where it cannot be now."""
        return ()

    def heard(self) -> Select[int, date] | None:
        """Return a query of (contact id, day) of what came from contacts, or None."""
        return None

    def informed(self) -> Select[int] | None:
        """Return a query of the contacts (by id) whom something of this room reached, or None."""
        return None

    def aged(self, session: Session, retention: Retention, today: date) -> Iterable[Aged]:  # noqa: ARG002
        """Return what is older than the office keeps it."""
        return ()


HOLDERS: list[Holder] = []
"""Filled by ``app.py``, the cards first."""


def months_before(today: date, months: int) -> date:
    """Return the day ``months`` calendar months before ``today``."""
    years, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    # The 28th is in every month: a limit a few days generous forgets nothing too early.
    return date(years, month + 1, min(today.day, 28))
