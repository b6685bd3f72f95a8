"""A newer list of communes against ours: merged, renamed, vanished. Nothing is ever deleted.

The list is INSEE's ``v_commune`` file, or any CSV with a code and a name. INSEE's file of
movements (``v_mvt_commune``) says what became of a commune; without it, a vanished commune is
taken to live on in the one commune of its département that is new or renamed and bears its name.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import ForeignKey, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts import changes
from outreach.contacts.changes import ContactHistory
from outreach.contacts.models import Contact, Kind, Organisation
from outreach.db import Base
from outreach.errors import N_, OutreachError
from outreach.journal import Act

CODES = ("code_insee", "com", "code", "codgeo")
NAMES = ("nom", "libelle", "name", "libgeo")
LEAST = 1_000
"""A list of communes with fewer rows than this is a cut-off file: all others would vanish."""
LARGEST = 50_000_000
"""Octets; INSEE's files have about four million."""


class CommuneFileError(OutreachError):
    """The file is no list of communes."""

    message = N_("{file} cannot be used as a list of communes: {reason}")


class Succession(Base):
    """An organisation that ended, and the one that carries on, where that is known."""

    __tablename__ = "succession"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    ended_on: Mapped[date]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    source: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Renamed:
    """A commune with a new name under its code."""

    code: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A commune that is no longer in the list."""

    code: str
    name: str
    successor: str | None
    """The code of the commune that carries on; None where nobody can tell from the files."""
    ended_on: date | None
    """As INSEE's movements say; None: not known."""
    sure: bool
    """From INSEE's movements; else deduced from the names."""


@dataclass(slots=True)
class Plan:
    """What a newer list changes."""

    renamed: list[Renamed] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    """Codes that we do not have."""
    touched: dict[str, int] = field(default_factory=dict)
    """What hangs on the communes that ended or were renamed: a msgid and a count."""

    @property
    def codes(self) -> list[str]:
        """The communes that ended or were renamed."""
        return [each.code for each in self.renamed] + [each.code for each in self.ended]


TOUCHED: dict[str, Callable[[Session, Sequence[int]], int]] = {}
"""Filled by ``app.py``: counts what hangs on organisations (by id), by a msgid."""


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV, keys in lower case. Raises CommuneFileError."""
    if path.stat().st_size > LARGEST:
        raise CommuneFileError(file=path.name, reason=f"> {LARGEST} octets")
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=delimiter)
    header = [name.strip().lower() for name in next(reader, [])]
    return [dict(zip(header, row, strict=False)) for row in reader if row]


def communes(path: Path) -> dict[str, str]:
    """Return names by INSEE code. Raises CommuneFileError."""
    rows = read(path)
    keys = set(rows[0]) if rows else set()
    code = next((name for name in CODES if name in keys), None)
    name = next((name for name in NAMES if name in keys), None)
    if code is None or name is None:
        raise CommuneFileError(file=path.name, reason=f"{', '.join(CODES)} / {', '.join(NAMES)}?")
    # Delegated and associated communes (COMD, COMA) and arrondissements are no authorities.
    found = {
        row[code]: row[name]
        for row in rows
        if row.get("typecom", "COM") == "COM" and row.get(code) and row.get(name)
    }
    if len(found) < LEAST:
        raise CommuneFileError(file=path.name, reason=f"{len(found)} < {LEAST}")
    return found


def movements(path: Path) -> dict[str, tuple[str, date]]:
    """Return, by the code that ended, the code that carries on and the day (``v_mvt_commune``)."""
    found: dict[str, tuple[str, date]] = {}
    for row in sorted(read(path), key=lambda row: row.get("date_eff", "")):
        before, after = row.get("com_av", ""), row.get("com_ap", "")
        if before != after and before and after and row.get("typecom_ap") == "COM":
            try:
                found[before] = (after, date.fromisoformat(row.get("date_eff", "")))
            except ValueError as error:
                raise CommuneFileError(file=path.name, reason=str(error)) from error
    return found


def compare(
    session: Session, wanted: Mapping[str, str], moved: Mapping[str, tuple[str, date]]
) -> Plan:
    """Return what the newer list changes; nothing is written."""
    ours = {
        code.removeprefix("FR:"): (id_, name)
        for code, id_, name in session.execute(
            select(Organisation.code, Organisation.id, Organisation.name).where(
                Organisation.country == "FR",
                Organisation.kind == Kind.COMMUNE.value,
                Organisation.vanished_on.is_(None),
            )
        )
    }
    plan = Plan(new=sorted(wanted.keys() - ours.keys()))
    plan.renamed = [
        Renamed(f"FR:{code}", name, wanted[code])
        for code, (_, name) in sorted(ours.items())
        if code in wanted and wanted[code] != name
    ]
    heirs = {code: wanted[code] for code in plan.new} | {
        each.code.removeprefix("FR:"): each.new for each in plan.renamed
    }
    for code, (_, name) in sorted(ours.items()):
        if code not in wanted:
            plan.ended.append(_ended(code, name, wanted, moved, heirs))
    hit = [ours[code.removeprefix("FR:")][0] for code in plan.codes]
    plan.touched = {N_("contacts"): _contacts(session, hit)} | {
        what: count(session, hit) for what, count in TOUCHED.items()
    }
    return plan


def apply(session: Session, plan: Plan, *, source: str, today: date, act: Act) -> None:
    """Write a plan down as one unit: names, ends, successors. Raises NotAllowedError."""
    users.require(session, act.actor, Role.MANAGER)
    codes = plan.codes
    codes += [each.successor for each in plan.ended if each.successor]
    rows = {
        row.code: row
        for row in session.scalars(select(Organisation).where(Organisation.code.in_(codes)))
    }
    for renamed in plan.renamed:
        row = rows[renamed.code]
        for contact in session.scalars(select(Contact.id).where(Contact.organisation_id == row.id)):
            session.add(
                ContactHistory(
                    **changes.row(
                        contact, "organisation", (renamed.old, renamed.new), act, chosen=False
                    )
                )
            )
        row.name = renamed.new
        journal.record(session, act, "organisation", row.id, "changed", detail={"fields": ["name"]})
    for ended in plan.ended:
        row = rows[ended.code]
        row.vanished_on = ended.ended_on or today
        now = ended.successor or f"† {row.vanished_on}"
        for contact in session.scalars(select(Contact.id).where(Contact.organisation_id == row.id)):
            session.add(
                ContactHistory(
                    **changes.row(contact, "organisation", (row.code, now), act, chosen=False)
                )
            )
        heir = rows.get(ended.successor or "")
        session.add(
            Succession(
                organisation_id=row.id,
                ended_on=row.vanished_on,
                successor_id=heir.id if heir else None,
                source=source,
            )
        )
        journal.record(
            *(session, act, "organisation", row.id, "vanished"),
            detail={"successor": ended.successor, "source": source},
        )
    session.flush()


def _ended(
    code: str,
    name: str,
    wanted: Mapping[str, str],
    moved: Mapping[str, tuple[str, date]],
    heirs: Mapping[str, str],
) -> Ended:
    if code in moved:
        successor, day = moved[code]
        seen = {code}
        while successor not in wanted and successor in moved and successor not in seen:
            seen.add(successor)  # merged again later
            successor, _ = moved[successor]
        return Ended(f"FR:{code}", name, f"FR:{successor}", day, sure=True)
    area, plain = _area(code), _plain(name)
    bearing = [
        heir
        for heir, its in heirs.items()
        if _area(heir) == area and f" {plain} " in f" {_plain(its)} "
    ]
    successor_ = f"FR:{bearing[0]}" if len(bearing) == 1 else None
    return Ended(f"FR:{code}", name, successor_, None, sure=False)


def _area(code: str) -> str:
    """Return the département of an INSEE code: three characters overseas."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def _plain(name: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", " ", bare.lower()).strip()


def _contacts(session: Session, organisations: Sequence[int]) -> int:
    query = select(func.count()).select_from(Contact)
    return session.scalar(query.where(Contact.organisation_id.in_(organisations))) or 0
