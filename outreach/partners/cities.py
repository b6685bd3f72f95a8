"""The Colombian cities that may be proposed to a French authority, and what is known of each.

What is not known is left empty and asked for; nothing is inferred from a name.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Kind, Membership, Organisation


class Size(StrEnum):
    """Size class by inhabitants."""

    SMALL = "under-100000"
    MEDIUM = "100000-250000"
    LARGE = "250000-1000000"
    METROPOLIS = "over-1000000"


LIMITS = ((100_000, Size.SMALL), (250_000, Size.MEDIUM), (1_000_000, Size.LARGE))


@dataclass(frozen=True, slots=True)
class City:
    """One candidate."""

    code: str
    name: str
    departamento: str
    population: int | None
    size: Size | None
    capital: bool
    source: str
    """Where its membership of the association is attested."""


def size_of(population: int | None) -> Size | None:
    """Return the size class; None where the population is not known."""
    if population is None:
        return None
    return next((size for limit, size in LIMITS if population < limit), Size.METROPOLIS)


def intermediate(session: Session, association: str) -> list[City]:
    """Return the member cities of an association (by code), the largest first."""
    seat = select(Organisation.id).where(Organisation.code == association).scalar_subquery()
    departamentos = dict(
        session.execute(
            select(Organisation.departement, Organisation.name).where(
                Organisation.kind == Kind.DEPARTAMENTO.value
            )
        ).all()
    )
    rows = session.execute(
        select(Organisation, Membership.source)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.association_id == seat,
            Membership.until.is_(None),
            Organisation.kind == Kind.MUNICIPIO.value,
        )
        .order_by(Organisation.population.desc(), Organisation.code)
    )
    return [
        City(
            code=city.code,
            name=city.name,
            departamento=departamentos.get(city.departement, ""),
            population=city.population,
            size=size_of(city.population),
            capital=bool(city.facts.get("capital")),
            source=source,
        )
        for city, source in rows
    ]
