"""What the criteria of a segment can be chosen from: the codes that there are, with their names."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Contact, Kind, Membership, Organisation

COLUMNS: dict[str, Any] = {
    "subtypes": Organisation.subtype,
    "sources": Contact.source,
}
PLACES: dict[str, tuple[tuple[Kind, ...], Any]] = {
    "departements": ((Kind.DEPARTEMENT, Kind.DEPARTAMENTO), Organisation.departement),
    "regions": ((Kind.REGION,), Organisation.region),
}


def of(session: Session, key: str) -> Sequence[tuple[str, str]]:
    """Return (code, name) of what a criterion of ``key`` may name, by name; () where it is free."""
    if key in COLUMNS:
        column = COLUMNS[key]
        found = session.scalars(select(column).where(column.is_not(None)).distinct())
        return sorted((value, value) for value in found)
    if key in PLACES:
        kinds, code = PLACES[key]
        query = (
            select(code, Organisation.name)
            .where(
                Organisation.kind.in_([kind.value for kind in kinds]),
                code.is_not(None),
                Organisation.vanished_on.is_(None),
            )
            .order_by(Organisation.country.desc(), Organisation.name)
        )
        return [(value, name) for value, name in session.execute(query)]
    if key in {"members_of", "partners_of"}:
        associations = select(Membership.association_id).distinct()
        query = (
            select(Organisation.code, Organisation.name)
            .where(Organisation.id.in_(associations))
            .order_by(Organisation.name)
        )
        return [(code, name) for code, name in session.execute(query)]
    return ()


def names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Return the names of organisations by their official codes; unknown codes are not in it."""
    query = select(Organisation.code, Organisation.name).where(Organisation.code.in_(list(codes)))
    return dict(session.execute(query).all())
