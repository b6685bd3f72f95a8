"""Where the office's database is at home, so that a copy of it asks before it acts.

A copied database does not know that it is one: both would send what waits, and both would give the
next number. So the database remembers on which machine and in which folder it is used, and the
folder remembers (``var/office.id``) which database is its own. Where they differ, a person says
which of the two is the office.
"""

import hashlib
import platform
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.db import Base, UtcDateTime
from outreach.dispatch.pace import slots
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act

ID_FILE = "var/office.id"
MACHINE_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")
"""Where Linux keeps the name of an installation (machine-id(5))."""


class NotAtHomeError(OutreachError):
    """The database is a copy, or was moved."""

    message = N_(
        "This database belongs to {machine}, folder {folder}. Here it is a copy, or the office has "
        "moved: if both went on, letters would leave twice and numbers be given twice. Where this "
        "is the office from now on, an administrator says “outreach db adopt --because REASON”."
    )


class AdoptReasonError(WrongUseError):
    """No reason was given."""

    message = N_("Say why this is the office now: --because REASON. It is kept in the journal.")


class Home(Base):
    """One place where this database is used."""

    __tablename__ = "office_home"

    id: Mapped[int] = mapped_column(primary_key=True)
    instance: Mapped[str] = mapped_column(String(32))
    """The same in ``var/office.id``."""
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    machine: Mapped[str] = mapped_column(String(200))
    folder: Mapped[str] = mapped_column(Text)
    adopted_by: Mapped[str | None] = mapped_column(String(200))
    """Nobody where the database was made here."""
    adopted_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the program runs: machine, office folder, and the address of the database."""

    machine: str
    machine_id: str
    folder: Path
    database: str

    @property
    def fingerprint(self) -> str:
        """What is compared."""
        parts = (self.machine_id, str(self.folder), self.database)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @property
    def instance(self) -> str | None:
        """Which database the folder says is its own."""
        try:
            return (self.folder / ID_FILE).read_text("ascii").strip() or None
        except (FileNotFoundError, UnicodeDecodeError):
            return None

    def remember(self, instance: str) -> None:
        """Let the folder know its database."""
        path = self.folder / ID_FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(instance + "\n", "ascii")


def here(folder: Path, database: str) -> Place:
    """Return the present place. ``database`` is its address, without a password."""
    node = platform.node()
    machine_id = node
    for path in map(Path, MACHINE_FILES):
        try:
            machine_id = path.read_text("ascii").strip() or node
        except (OSError, UnicodeDecodeError):
            continue
        break
    return Place(node, machine_id, folder.resolve(), database)


def everywhere(session: Session) -> list[Home]:
    """Return the places where the database is used, the oldest first."""
    return list(session.scalars(select(Home).order_by(Home.id)))


def is_known(session: Session, place: Place) -> bool | None:
    """Say whether the database is at home here; None where it has no home yet."""
    found = session.execute(select(Home.instance, Home.fingerprint)).all()
    if not found:
        return None
    instance = place.instance
    return any(
        row.fingerprint == place.fingerprint and instance in {None, row.instance} for row in found
    )


def settle(session: Session, place: Place, now: datetime) -> None:
    """Make this the home of a database that has none: it was made here."""
    slots.lock(session, "(home)")  # of two processes that start together, one makes the home
    if is_known(session, place) is None:
        _add(session, place, secrets.token_hex(16), None, now)


def require(session: Session, place: Place) -> None:
    """Refuse where the database is not at home. Raises NotAtHomeError."""
    if is_known(session, place) is False:
        home = session.scalars(select(Home).order_by(Home.id.desc()).limit(1)).one()
        raise NotAtHomeError(machine=home.machine, folder=home.folder)


def adopt(session: Session, place: Place, because: str, act: Act, *, shared: bool) -> None:
    """Make this the office's home, on an administrator's word.

    ``shared``: others use the same database over the network and keep their homes. Otherwise a
    database has one home. Raises AdoptReasonError.
    """
    users.require(session, act.actor, Role.ADMINISTRATOR)
    if not because.strip():
        raise AdoptReasonError
    instance = session.scalar(select(Home.instance).order_by(Home.id).limit(1))
    gone = delete(Home).where(Home.fingerprint == place.fingerprint)
    session.execute(gone if shared else delete(Home))
    home = _add(session, place, instance or secrets.token_hex(16), act.actor, act.at)
    journal.record(session, act, "office_home", home.id, "adopted", reason=because)


def _add(session: Session, place: Place, instance: str, actor: str | None, now: datetime) -> Home:
    home = Home(
        instance=instance,
        fingerprint=place.fingerprint,
        machine=place.machine,
        folder=str(place.folder),
        adopted_by=actor,
        adopted_at=now,
    )
    session.add(home)
    session.flush()
    place.remember(instance)
    return home
