"""Gathers what is known of each authority and city, for the scores."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Kind, Membership, Organisation
from outreach.contacts.reference import ASSOCIATION
from outreach.partners import geography
from outreach.partners.geography import Traits
from outreach.partners.models import Wish
from outreach.partners.profiles import Profiles
from outreach.partners.scoring import Place

TOWNS = frozenset({Kind.COMMUNE.value, Kind.EPCI.value, Kind.MUNICIPIO.value})
"""Whose size can be compared."""
OUTSIDE = "Fuera SC"
"""What the DNP says of a municipio that is no part of its system of cities."""
CHUNK = 500


class Candidates(StrEnum):
    """Which Colombian cities may be proposed."""

    MEMBERS = "members"
    """The association's."""
    SYSTEM = "system"
    """All of the national planning department's system of cities (DNP, CONPES 3819 of 2014)."""
    CAPITALS = "capitals"
    """The members, and every capital of a departamento."""


class Gazetteer:
    """Places with their traits and themes; ``office`` holds geography and profiles."""

    def __init__(self, session: Session, office: Path) -> None:
        self._session = session
        self._traits = geography.read(office)
        self._profiles = Profiles(office)

    def cities(self, candidates: Candidates) -> list[Place]:
        """Return the Colombian cities that may be proposed, by code."""
        rows = self._session.scalars(
            select(Organisation)
            .where(Organisation.kind == Kind.MUNICIPIO.value, Organisation.vanished_on.is_(None))
            .order_by(Organisation.code)
        )
        members = self._members()
        return self.places([row for row in rows if _may_be(row, candidates, members)])

    def places(self, rows: Sequence[Organisation]) -> list[Place]:
        """Return rows as places, in their order."""
        wishes = self._wishes([row.id for row in rows])
        return [self._place(row, wishes.get(row.id, {})) for row in rows]

    def _place(self, row: Organisation, wishes: Mapping[str, str]) -> Place:
        own = row.code.partition(":")[2].removeprefix("DEP-")
        traits = self._traits.get(f"{row.country}:{row.departement or own}", geography.UNKNOWN)
        themes = dict(wishes)
        if row.country == "CO":
            for each in self._profiles.of(row.code).themes:
                themes.setdefault(each.theme, each.source)
        return Place(
            code=row.code,
            country=row.country,
            name=row.name,
            population=row.population if row.kind in TOWNS else None,
            coast=traits.coast,
            mountain=traits.mountain,
            island=traits.island,
            capital=_capital(row, traits),
            themes=frozenset(themes),
            sources=tuple(sorted(themes.items())),
        )

    def _members(self) -> frozenset[int]:
        seat = select(Organisation.id).where(Organisation.code == ASSOCIATION).scalar_subquery()
        return frozenset(
            self._session.scalars(
                select(Membership.organisation_id).where(
                    Membership.association_id == seat, Membership.until.is_(None)
                )
            )
        )

    def _wishes(self, organisations: Sequence[int]) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = defaultdict(dict)
        for start in range(0, len(organisations), CHUNK):
            chunk = organisations[start : start + CHUNK]
            for wish in self._session.scalars(select(Wish).where(Wish.organisation_id.in_(chunk))):
                found[wish.organisation_id][wish.theme] = wish.source
        return found


def unknown(place: Place) -> list[str]:
    """Return what we should like to be told: keys of what is not known."""
    told: Iterable[tuple[str, bool]] = (
        ("population", place.population is not None),
        ("themes", bool(place.themes)),
    )
    return [name for name, known in told if not known]


def _capital(row: Organisation, traits: Traits) -> bool | None:
    """Say whether a town is its département's chief town; None for what is no town."""
    if row.kind not in {Kind.COMMUNE.value, Kind.MUNICIPIO.value} or not traits.capital:
        return None
    # Bogotá is the capital of Cundinamarca as well as of itself (DIVIPOLA 11).
    return row.code == traits.capital or bool(row.facts.get("capital"))


def _may_be(row: Organisation, candidates: Candidates, members: frozenset[int]) -> bool:
    if candidates is Candidates.SYSTEM:
        return row.facts.get("dnp") not in {None, "", OUTSIDE}
    if row.id in members:
        return True
    return candidates is Candidates.CAPITALS and bool(row.facts.get("capital"))
