"""Segments: saved, declarative queries over organisations and their contacts.

A segment is a TOML file in ``contacts/segments/``: criteria that all must hold, and ``any``,
``all``, ``not`` to combine more of them::

    title = { fr = "Grandes villes", es = "Ciudades grandes" }
    kinds = ["commune"]
    population_min = 20000

A condition that is not known (a population that no source gives) does not hold, so that its
``not`` does.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, true
from sqlalchemy.orm import Session, contains_eager
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from outreach import tomlfile
from outreach.contacts import kinship
from outreach.contacts.models import (
    AddressState,
    Contact,
    EmailAddress,
    Kind,
    Membership,
    Organisation,
    PostalAddress,
)
from outreach.errors import N_, WrongUseError
from outreach.settings import Bilingual

FOLDER = "contacts/segments"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


class UnknownSegmentError(WrongUseError):
    """No file of that name."""

    message = N_("No segment is called “{name}” in {folder}/. Known: {known}.")


class SegmentNameError(WrongUseError):
    """A name that is no file name everywhere."""

    message = N_(
        "“{name}” cannot name a segment: use small letters without accents, figures and hyphens, "
        "such as villes-portuaires."
    )


class SegmentExistsError(WrongUseError):
    """The file is there."""

    message = N_("There is a segment “{name}” already. Say --replace to write it anew.")


Criterion = Callable[[Any], ColumnElement[bool]]
"""Turns the value written in the segment into a condition on ``Contact`` and ``Organisation``.

Raises an OutreachError where the value names nothing there can be.
"""

CRITERIA: dict[str, Criterion] = {}
"""Filled by ``app.py`` from rooms to the right, by the key in the file."""


class Condition(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"not_": "not"},
):
    """Criteria that all must hold; an empty one holds for everyone."""

    country: Literal["", "FR", "CO"] = ""
    kinds: tuple[Kind, ...] = ()
    subtypes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    """Official codes of organisations."""
    departements: tuple[str, ...] = ()
    """Codes, of départements and of departamentos."""
    regions: tuple[str, ...] = ()
    epci: tuple[str, ...] = ()
    """SIREN of the EPCI that a commune belongs to, and of the EPCI itself."""
    population_min: int | None = None
    population_max: int | None = None
    members_of: str = ""
    partners_of: str = ""
    sources: tuple[str, ...] = ()
    languages: tuple[Literal["fr", "es"], ...] = ()
    channels: tuple[Literal["email", "post"], ...] = ()
    """Has an address of that kind which may be used."""
    themes: tuple[str, ...] = ()
    """The organisation cares for one of them (``partners``)."""
    received: tuple[str, ...] = ()
    """Got one of these letters: ``campaign`` or ``campaign/step`` (``dispatch``)."""
    not_received: tuple[str, ...] = ()
    """Got none of them."""
    replied: bool | str | None = None
    """Someone at the organisation answered: ever (true), never (false), in a campaign (``inbox``)."""
    outcomes: tuple[str, ...] = ()
    """A reply of the organisation had one of these outcomes (``inbox``)."""
    last_contact_before: date | None = None
    """No letter to them and no reply from them on that day or later (``inbox``)."""
    last_contact_after: date | None = None
    """A letter to them or a reply from them on that day or later."""
    any: tuple["Condition", ...] = ()
    all: tuple["Condition", ...] = ()
    not_: tuple["Condition", ...] = ()

    def clause(self) -> ColumnElement[bool]:
        """Return the condition over ``Organisation`` (and ``Contact``) rows."""
        parts = [clause for _, _, clause in self.criteria()]
        if self.any:
            parts.append(or_(*(each.clause() for each in self.any)))
        parts += [each.clause() for each in self.all]
        parts += [opposite(each.clause()) for each in self.not_]
        return and_(true(), *parts)

    def criteria(self) -> Iterator[tuple[str, object, ColumnElement[bool]]]:
        """Yield each criterion that is set: its key, its value, its condition."""
        written = {key: value for key, value in _values(self) if value not in ((), "", None)}
        for key, value in written.items():
            if key in COLUMNS:
                yield key, value, COLUMNS[key].in_([str(each) for each in value])
            elif key in OWN:
                yield key, value, OWN[key](value)
            else:
                yield key, value, CRITERIA[key](value)


def _values(condition: Condition) -> Iterator[tuple[str, Any]]:
    for key in Condition.__struct_fields__:
        if key not in {"any", "all", "not_"}:
            yield key, getattr(condition, key)


def opposite(clause: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return what holds wherever ``clause`` does not, unknown values included."""
    return not_(func.coalesce(clause, false()))


def _has_channel(channels: tuple[str, ...]) -> ColumnElement[bool]:
    good = AddressState.GOOD.value
    ways: dict[str, ColumnElement[bool]] = {
        "email": Contact.id.in_(
            select(EmailAddress.contact_id).where(EmailAddress.state == good).correlate(None)
        ),
        "post": Contact.id.in_(
            select(PostalAddress.contact_id)
            .where(PostalAddress.state == good, PostalAddress.postcode.is_not(None))
            .correlate(None)
        ),
    }
    return or_(*(ways[channel] for channel in channels))


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


COLUMNS: dict[str, Any] = {
    "kinds": Organisation.kind,
    "subtypes": Organisation.subtype,
    "codes": Organisation.code,
    "departements": Organisation.departement,
    "regions": Organisation.region,
    "sources": Contact.source,
    "languages": Contact.language,
}
OWN: dict[str, Criterion] = {
    "country": lambda value: Organisation.country == value,
    "epci": lambda value: or_(Organisation.epci.in_(value), Organisation.siren.in_(value)),
    "population_min": lambda value: Organisation.population >= value,
    "population_max": lambda value: Organisation.population <= value,
    "members_of": lambda value: _belongs("member", value),
    "partners_of": lambda value: _belongs("partner", value),
    "channels": _has_channel,
}


class SegmentFile(Condition, frozen=True, kw_only=True):
    """A whole segment file."""

    title: Bilingual


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


def save(
    office: Path, name: str, title: Bilingual, condition: Condition, *, replace: bool = False
) -> Segment:
    """Write a segment's file and return it as read again.

    Raises SegmentNameError, SegmentExistsError, and what the criteria refuse.
    """
    import tomli_w

    if not NAME.fullmatch(name):
        raise SegmentNameError(name=name)
    if name in names(office) and not replace:
        raise SegmentExistsError(name=name)
    condition.clause()
    # Through JSON's types: TOML has no null and no tuple; dates are its own.
    plain = msgspec.to_builtins(condition, builtin_types=(date,))
    written = {"title": {"fr": title.fr, "es": title.es}} | plain
    (office / FOLDER).mkdir(parents=True, exist_ok=True)
    (office / FOLDER / f"{name}.toml").write_text(tomli_w.dumps(written), "utf-8")
    return load(office, name)


def remove(office: Path, name: str) -> None:
    """Take a segment's file away. Raises UnknownSegmentError."""
    if name not in names(office):
        raise UnknownSegmentError(name=name, folder=FOLDER, known=names(office))
    (office / FOLDER / f"{name}.toml").unlink()


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
        .join(Contact, _theirs(segment.condition) == Organisation.id)
        .where(_still_there(), segment.condition.clause())
        .group_by(Organisation.country, Organisation.kind)
        .order_by(Organisation.country, Organisation.kind)
    )
    return {(country, kind): count for country, kind, count in session.execute(query)}


def _theirs(condition: Condition) -> ColumnElement[int]:
    """Return a contact's organisation, to be joined with; the contacts come first where that helps.

    SQLite begins with the organisations, and so looks up those of contacts that a letter takes out
    again. A sign before the column, which changes nothing, keeps its index out of it.
    """
    column: ColumnElement[int] = Contact.__table__.c.organisation_id
    return UnaryExpression(column, operator=custom_op("+")) if _leaves_out(condition) else column


def _leaves_out(condition: Condition) -> bool:
    """Say whether contacts are left out for what they got or answered: many of them, one by one."""
    return bool(
        condition.not_received
        or condition.last_contact_before
        or condition.replied is False
        or any(map(_leaves_out, (*condition.any, *condition.all, *condition.not_)))
    )


def sample(session: Session, segment: Segment, limit: int) -> Sequence[Contact]:
    """Return some of the segment's contacts, the largest organisations first."""
    query: Select[Contact] = (
        select(Contact)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .options(contains_eager(Contact.organisation))
        .where(_still_there(), segment.condition.clause())
        .order_by(Organisation.population.desc().nulls_last(), Contact.code)
        .limit(limit)
    )
    return session.scalars(query).all()


def without_contact(session: Session, segment: Segment) -> Sequence[Organisation]:
    """Return organisations of the segment that nobody can be written to at."""
    query: Select[Organisation] = (
        select(Organisation)
        .outerjoin(Contact, Contact.organisation_id == Organisation.id)
        .where(_still_there(), segment.condition.clause(), Contact.id.is_(None))
        .order_by(Organisation.code)
    )
    return session.scalars(query).all()


def unreached(session: Session, segment: Segment) -> int:
    """Return how many organisations :func:`without_contact` names."""
    query = (
        select(func.count(Organisation.id))
        .outerjoin(Contact, Contact.organisation_id == Organisation.id)
        .where(_still_there(), segment.condition.clause(), Contact.id.is_(None))
    )
    return session.scalars(query).one()


def _still_there() -> ColumnElement[bool]:
    return and_(Organisation.vanished_on.is_(None), kinship.standing())
