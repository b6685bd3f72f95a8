"""Segments: saved, declarative queries over organisations and their contacts.

A segment is a TOML file in ``contacts/segments/``: criteria that all must hold, and ``any``,
``all``, ``not`` to combine more of them::

    title = { fr = "Grandes villes", es = "Ciudades grandes" }
    kinds = ["commune"]
    population_min = 20000
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct, field
from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, true
from sqlalchemy.orm import Session

from outreach import tomlfile
from outreach.contacts.models import Contact, Membership, Organisation
from outreach.errors import N_, WrongUseError
from outreach.settings import Bilingual

FOLDER = "contacts/segments"


class UnknownSegmentError(WrongUseError):
    """No file of that name."""

    message = N_("No segment is called “{name}” in {folder}/. Known: {known}.")


class Criterion(Protocol):
    """A condition that a room to the right brings along ("received", "replied")."""

    def clause(self, value: object) -> ColumnElement[bool]:
        """Return the condition on ``Contact`` for the value written in the segment."""


class Condition(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"not_": "not"}
):
    """Criteria that all must hold; an empty one holds for everyone."""

    country: str = ""
    kinds: tuple[str, ...] = ()
    subtypes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    population_min: int | None = None
    population_max: int | None = None
    members_of: str = ""
    partners_of: str = ""
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    """Criteria of other rooms, by name."""
    any: tuple["Condition", ...] = ()
    all: tuple["Condition", ...] = ()
    not_: tuple["Condition", ...] = ()

    def clause(self) -> ColumnElement[bool]:
        """Return the condition over ``Organisation`` (and ``Contact``) rows."""
        o = Organisation
        parts: list[ColumnElement[bool]] = []
        for column, values in (
            (o.kind, self.kinds),
            (o.subtype, self.subtypes),
            (o.code, self.codes),
            (o.departement, self.departements),
            (o.region, self.regions),
            (Contact.source, self.sources),
            (Contact.language, self.languages),
        ):
            if values:
                parts.append(column.in_(values))
        if self.country:
            parts.append(o.country == self.country)
        if self.population_min is not None:
            parts.append(o.population >= self.population_min)
        if self.population_max is not None:
            parts.append(o.population <= self.population_max)
        for role, code in (("member", self.members_of), ("partner", self.partners_of)):
            if code:
                parts.append(_belongs(role, code))
        parts += [CRITERIA[name].clause(value) for name, value in self.more.items()]
        if self.any:
            parts.append(or_(*(each.clause() for each in self.any)))
        parts += [each.clause() for each in self.all]
        parts += [not_(each.clause()) for each in self.not_]
        return and_(true(), *parts)


class SegmentFile(Condition, frozen=True, kw_only=True):
    """A whole segment file."""

    title: Bilingual


CRITERIA: dict[str, Criterion] = {}
"""Filled by ``app.py`` from rooms to the right."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment that was read."""

    name: str
    title: Bilingual
    condition: Condition


def names(office: Path) -> list[str]:
    """Return the segments of the office folder, by name."""
    return sorted(path.stem for path in (office / FOLDER).glob("*.toml"))


def load(office: Path, name: str) -> Segment:
    """Read ``contacts/segments/<name>.toml``. Raises UnknownSegmentError, errors of ``tomlfile``."""
    if name not in names(office):
        raise UnknownSegmentError(name=name, folder=FOLDER, known=names(office))
    shown = f"{FOLDER}/{name}.toml"
    file = tomlfile.read(office / FOLDER / f"{name}.toml", SegmentFile, shown=shown)
    return Segment(name=name, title=file.title, condition=file)


def contacts(session: Session, segment: Segment) -> list[tuple[int, str]]:
    """Return (contact id, country) of the segment, by organisation code."""
    query = (
        select(Contact.id, Organisation.country)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(_still_there(), segment.condition.clause())
        .order_by(Organisation.code, Contact.code)
    )
    return [(id_, country) for id_, country in session.execute(query)]


def organisations(session: Session, segment: Segment) -> list[int]:
    """Return the ids of the segment's organisations, with or without a contact."""
    query = (
        select(Organisation.id)
        .outerjoin(Contact, Contact.organisation_id == Organisation.id)
        .where(_still_there(), segment.condition.clause())
        .distinct()
        .order_by(Organisation.id)
    )
    return list(session.scalars(query))


def members(session: Session, segment: Segment) -> list[dict[str, str]]:
    """Return each contact's code, organisation and kind, by code."""
    rows = session.execute(
        select(Contact.code, Organisation.name, Organisation.kind)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(_still_there(), segment.condition.clause())
        .order_by(Contact.code)
    )
    return [{"code": code, "organisation": name, "kind": kind} for code, name, kind in rows]


def counts(session: Session, segment: Segment) -> dict[tuple[str, str], int]:
    """Return how many contacts the segment holds, by country and kind of organisation."""
    query = (
        select(Organisation.country, Organisation.kind, func.count(Contact.id))
        .join(Contact, Contact.organisation_id == Organisation.id)
        .where(_still_there(), segment.condition.clause())
        .group_by(Organisation.country, Organisation.kind)
        .order_by(Organisation.country, Organisation.kind)
    )
    return {(country, kind): count for country, kind, count in session.execute(query)}


def without_contact(session: Session, segment: Segment) -> Sequence[Organisation]:
    """Return organisations of the segment that nobody can be written to at."""
    query: Select[Organisation] = (
        select(Organisation)
        .outerjoin(Contact, Contact.organisation_id == Organisation.id)
        .where(_still_there(), segment.condition.clause(), Contact.id.is_(None))
        .order_by(Organisation.code)
    )
    return session.scalars(query).all()


def _still_there() -> ColumnElement[bool]:
    return Organisation.vanished_on.is_(None)


def _belongs(role: str, association: str) -> ColumnElement[bool]:
    """Return the condition "is a member (or partner) of", still so today."""
    return Organisation.id.in_(
        select(Membership.organisation_id).where(
            Membership.role == role,
            Membership.until.is_(None),
            Membership.association_id.in_(
                select(Organisation.id).where(Organisation.code == association).correlate(None)
            ),
        )
    )
