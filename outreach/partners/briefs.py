"""What a letter may say of the cities proposed to an authority: facts with their source, and why.

Only a list that a person released is read. What is not known is named as such; nothing of the
authority stands in what is said of a city, so that a city's sheet is the same for everybody.
"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from statistics import median_low

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Kind, Membership, Organisation
from outreach.contacts.reference import ASSOCIATION
from outreach.partners import projects, proposals, scoring
from outreach.partners.places import Gazetteer
from outreach.partners.profiles import Profiles
from outreach.partners.proposals import ListState
from outreach.partners.scoring import Ground
from outreach.partners.themes import THEMES
from outreach.settings import Bilingual, PartnerWeights

POPULATION_SOURCE = "DANE, proyecciones de población 2024"
PLACE_SOURCE = "DANE, DIVIPOLA"


class Sourced(Struct, frozen=True, forbid_unknown_fields=True):
    """Words in both languages, and who says so."""

    text: Bilingual
    source: str


class ProjectBrief(Struct, frozen=True, forbid_unknown_fields=True):
    """A project that the city sent and a person validated."""

    title: Bilingual
    summary: Bilingual
    theme: Bilingual
    source: str


class CityBrief(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One city, as its sheet tells of it: the same for every reader."""

    code: str
    name: str
    official_name: str = ""
    departamento: str = ""
    departamento_code: str = ""
    capital: bool = False
    population: int | None = None
    altitude: int | None = None
    altitude_source: str = ""
    latitude: float | None = None
    longitude: float | None = None
    facts: tuple[Sourced, ...] = ()
    themes: tuple[Sourced, ...] = ()
    contact: str = ""
    """The office to write to, never a person."""
    project: ProjectBrief | None = None
    to_be_told: tuple[str, ...] = ()
    """``population``, ``themes``, ``project``, ``contact``: what we ask the city for."""
    typical_population: int | None = None
    """The median of the association's cities."""


class ProposedCity(Struct, frozen=True, forbid_unknown_fields=True):
    """A city with what it shares with the authority that is written to."""

    city: CityBrief
    shared: tuple[Bilingual, ...] = ()
    """Themes of both."""
    grounds: tuple[Bilingual, ...] = ()
    """What else they have in common."""


class Briefs:
    """The briefs of an office, each city gathered once."""

    def __init__(self, session: Session, office: Path, weights: PartnerWeights) -> None:
        self._session, self._office, self._weights = session, office, weights
        self._gazetteer = Gazetteer(session, office)
        self._profiles = Profiles(office)
        self._known: dict[int, tuple[CityBrief, scoring.Place]] = {}

    @cached_property
    def released(self) -> bool:
        """Whether a person released a list of pairs."""
        return proposals.newest(self._session, ListState.RELEASED) is not None

    def of(self, organisation: Organisation) -> tuple[ProposedCity, ...]:
        """Return the cities proposed to a French authority by the released list, best first.

        Empty for anybody else: a city is never told here of an authority.
        """
        if organisation.country != "FR" or not self.released:
            return ()
        (ours,) = self._gazetteer.places([organisation])
        found = []
        for row, _rank in proposals.proposed(self._session, organisation.id, ListState.RELEASED):
            brief, place = self._city(row)
            why = scoring.reasons(ours, place, self._weights)
            found.append(
                ProposedCity(
                    city=brief,
                    shared=tuple(each.words for each in why if each.ground is Ground.THEME),
                    grounds=tuple(each.words for each in why if each.ground is not Ground.THEME),
                )
            )
        return tuple(found)

    def city(self, row: Organisation) -> CityBrief:
        """Return what is known of one city."""
        return self._city(row)[0]

    def _city(self, row: Organisation) -> tuple[CityBrief, scoring.Place]:
        if row.id not in self._known:
            (place,) = self._gazetteer.places([row])
            self._known[row.id] = (self._brief(row, place), place)
        return self._known[row.id]

    def _brief(self, row: Organisation, place: scoring.Place) -> CityBrief:
        own = self._profiles.of(row.code)
        project = self._projects.get(row.id)
        known = {
            "population": place.population is not None,
            "themes": bool(place.themes),
            "project": project is not None,
            "contact": bool(own.contact),
        }
        return CityBrief(
            code=row.code,
            name=row.name,
            official_name=row.official_name or "",
            departamento=self._departamentos.get(row.departement or "", ""),
            departamento_code=row.departement or "",
            capital=bool(place.capital),
            population=place.population,
            altitude=own.altitude.metres if own.altitude else None,
            altitude_source=own.altitude.source if own.altitude else "",
            latitude=row.latitude,
            longitude=row.longitude,
            facts=tuple(Sourced(fact.text, fact.source) for fact in own.facts),
            themes=tuple(Sourced(THEMES[key], source) for key, source in place.sources),
            contact=own.contact,
            project=project,
            to_be_told=tuple(key for key, told in known.items() if not told),
            typical_population=self._typical,
        )

    @cached_property
    def _projects(self) -> Mapping[int, ProjectBrief]:
        return {
            city: ProjectBrief(
                title=projects.words(row.title),
                summary=projects.words(row.summary),
                theme=THEMES[row.theme],
                source=row.source,
            )
            for city, row in projects.validated(self._session).items()
        }

    @cached_property
    def _departamentos(self) -> Mapping[str, str]:
        rows = self._session.execute(
            select(Organisation.departement, Organisation.name).where(
                Organisation.kind == Kind.DEPARTAMENTO.value
            )
        )
        return {code: name for code, name in rows if code}

    @cached_property
    def _typical(self) -> int | None:
        seat = select(Organisation.id).where(Organisation.code == ASSOCIATION).scalar_subquery()
        found = self._session.scalars(
            select(Organisation.population)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .where(
                Membership.association_id == seat,
                Membership.until.is_(None),
                Organisation.population.is_not(None),
            )
        ).all()
        return median_low([each for each in found if each is not None]) if found else None
