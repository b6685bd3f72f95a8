"""A list of proposals is made, corrected, explained and released."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts import loading
from outreach.contacts.models import Organisation
from outreach.db import Store
from outreach.journal import Act
from outreach.partners import geography, pairs, proposals
from outreach.partners.geography import GeographyError
from outreach.partners.models import Proposal, ProposalList
from outreach.partners.pairs import Decision, Stage
from outreach.partners.places import Candidates, Gazetteer
from outreach.partners.profiles import ProfileNameError, Profiles
from outreach.partners.proposals import ListState, Made, NoListError, NotADraftError
from outreach.partners.themes import UnknownThemeError
from outreach.settings import PartnerWeights
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.one_database

ACT = Act("Maria", datetime(2025, 9, 1, 8, tzinfo=UTC))
HAVRE, LYON, RIONEGRO, IPIALES = "FR:76351", "FR:69123", "CO:05615", "CO:52356"
WEIGHTS = PartnerWeights()


@pytest.fixture
def loaded(any_store: Store, small_office: Path) -> Store:
    with any_store.transaction() as session:
        loading.load(session, small_office, ACT)
        users.add(session, "Maria", Role.ADMINISTRATOR, ACT)
    return any_store


def made(session: Session, office: Path, candidates: Candidates = Candidates.MEMBERS) -> Made:
    communes = session.scalars(select(Organisation.id).where(Organisation.kind == "commune"))
    return proposals.make(
        session,
        office,
        list(communes),
        segment="essai",
        candidates=candidates,
        each=3,
        weights=WEIGHTS,
        act=ACT,
    )


def cities_of(session: Session, code: str) -> list[str]:
    return [city.code for city, _ in proposals.proposed(session, pairs.find(session, code).id)]


def test_every_commune_gets_three_cities_and_a_draft_waits_for_a_person(
    loaded: Store, small_office: Path
) -> None:
    with loaded.transaction() as session:
        done = made(session, small_office)
        assert done.proposals == 3 * done.authorities > 0
        assert proposals.newest(session, ListState.RELEASED) is None
        proposals.release(session, None, ACT)
        found = proposals.newest(session, ListState.RELEASED)
        assert found is not None
        assert found.id == done.number
        with pytest.raises(NotADraftError):
            proposals.release(session, done.number, ACT)


def test_a_new_list_replaces_the_draft_before_it(loaded: Store, small_office: Path) -> None:
    with loaded.transaction() as session:
        made(session, small_office)
        made(session, small_office)
        states = session.scalars(select(ProposalList.state).order_by(ProposalList.id)).all()
        assert list(states) == ["replaced", "draft"]


def test_decisions_of_a_person_and_existing_pairs_are_honoured(
    loaded: Store, small_office: Path
) -> None:
    with loaded.transaction() as session:
        made(session, small_office)
        unwanted = cities_of(session, HAVRE)[0]
        pairs.decide(session, (HAVRE, unwanted), Decision.EXCLUDED, "déjà sollicitée", ACT)
        pairs.decide(session, (HAVRE, IPIALES), Decision.PINNED, "visite de 2024", ACT)
        pairs.move(session, (LYON, RIONEGRO), Stage.MET, "compte rendu du 3 juin 2024", ACT)
        made(session, small_office)
        assert cities_of(session, HAVRE)[0] == IPIALES
        assert unwanted not in cities_of(session, HAVRE)
        assert cities_of(session, LYON)[0] == RIONEGRO
        pairs.forget(session, HAVRE, IPIALES, ACT)
        with pytest.raises(pairs.NothingDecidedError):
            pairs.forget(session, HAVRE, IPIALES, ACT)


def test_a_list_hardly_changes_when_it_is_made_again(loaded: Store, small_office: Path) -> None:
    with loaded.transaction() as session:
        made(session, small_office)
        before = cities_of(session, HAVRE)
        proposals.release(session, None, ACT)
        made(session, small_office)
        assert cities_of(session, HAVRE) == before


def test_no_theme_appears_without_a_source(loaded: Store, small_office: Path) -> None:
    with loaded.transaction() as session:
        made(session, small_office, Candidates.SYSTEM)
        assert not [
            row.grounds
            for row in session.scalars(select(Proposal))
            if any(ground == "theme" for ground, _, _ in row.grounds)
        ]
        everything = session.scalars(select(Organisation)).all()
        for place in Gazetteer(session, small_office).places(everything):
            assert place.themes == {theme for theme, source in place.sources if source}
        pairs.wish(session, HAVRE, "mobility", "courriel du 12 septembre 2025", ACT)
        pairs.wish(session, RIONEGRO, "mobility", "Plan de Desarrollo 2024-2027", ACT)
        _, (asked,) = proposals.explain(session, small_office, HAVRE, WEIGHTS, city=RIONEGRO)
        assert "mobilité" in [reason.words.fr for reason in asked.reasons]
        assert "themes" not in asked.unknown


def test_a_proposal_is_explained_and_what_is_unknown_is_asked_for(
    loaded: Store, small_office: Path
) -> None:
    with loaded.transaction() as session:
        with pytest.raises(NoListError):
            proposals.explain(session, small_office, HAVRE, WEIGHTS)
        made(session, small_office)
        place, found = proposals.explain(session, small_office, HAVRE, WEIGHTS)
        assert place.name == "Le Havre"
        assert [each.rank for each in found] == [1, 2, 3]
        assert all(each.unknown == ("themes",) for each in found)
        assert found[0].score == sum(reason.points for reason in found[0].reasons)


def test_a_pair_is_a_french_authority_and_a_colombian_city(loaded: Store) -> None:
    with loaded.transaction() as session:
        with pytest.raises(pairs.WrongSideError, match="Rionegro"):
            pairs.pair(session, RIONEGRO, IPIALES)
        with pytest.raises(pairs.WrongSideError, match="Le Havre"):
            pairs.pair(session, HAVRE, HAVRE)
        with pytest.raises(pairs.UnknownPlaceError):
            pairs.pair(session, "FR:00000", IPIALES)
        with pytest.raises(UnknownThemeError, match="mobility"):
            pairs.wish(session, HAVRE, "mobilité", "x", ACT)


def test_candidates_are_the_members_the_system_of_cities_or_the_capitals_too(
    loaded: Store, small_office: Path
) -> None:
    with loaded.reading() as session:
        gazetteer = Gazetteer(session, small_office)
        assert len(gazetteer.cities(Candidates.MEMBERS)) == 37  # the source names Yumbo twice
        assert len(gazetteer.cities(Candidates.SYSTEM)) == 151
        assert len(gazetteer.cities(Candidates.CAPITALS)) > 60


def test_geography_covers_every_departement_and_departamento() -> None:
    found = geography.read(CHECKOUT)
    assert len([code for code in found if code.startswith("FR:")]) == 101
    assert len([code for code in found if code.startswith("CO:")]) == 33
    assert found["FR:76"].coast
    assert found["FR:76"].capital == "FR:76540"
    assert found["CO:25"].capital == "CO:11001"
    assert found["FR:973"].mountain is None


def test_an_answer_that_is_none_is_refused_with_its_line(small_office: Path) -> None:
    path = small_office / "contacts" / "geography" / "departements.csv"
    path.write_text(path.read_text("utf-8").replace("01,Ain,01053,no", "01,Ain,01053,maybe"))
    with pytest.raises(GeographyError, match=r"departements.csv, line 2"):
        geography.read(small_office)


def test_every_member_city_has_a_profile_of_sourced_facts(loaded: Store) -> None:
    profiles = Profiles(CHECKOUT)
    with loaded.reading() as session:
        members = {city.code for city in Gazetteer(session, CHECKOUT).cities(Candidates.MEMBERS)}
    assert members == set(profiles.codes)
    for code in members:
        profile = profiles.of(code)
        assert profile.facts
        assert all(fact.source and fact.text.fr and fact.text.es for fact in profile.facts)
        assert profile.themes == ()


def test_a_profile_is_named_after_its_city_and_its_themes_are_known(small_office: Path) -> None:
    folder = small_office / "contacts" / "profiles"
    path = folder / "05615.toml"
    path.write_text(
        path.read_text("utf-8") + '\n[[themes]]\ntheme = "magie"\nsource = "rumeur"\n', "utf-8"
    )
    with pytest.raises(UnknownThemeError):
        Profiles(small_office).of(RIONEGRO)
    path.rename(folder / "rionegro.toml")
    with pytest.raises(ProfileNameError, match=r"rionegro.toml"):
        _ = Profiles(small_office).codes
