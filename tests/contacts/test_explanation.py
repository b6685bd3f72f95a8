"""Why a contact is in a segment: what is told is what the segment does."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

import outreach.app  # noqa: F401  # every room's criteria
from outreach.contacts import directory, explanation, segments
from outreach.contacts.models import Kind
from outreach.contacts.segments import Condition, Segment
from outreach.db import Store
from outreach.inbox.criteria import UnknownOutcomeError
from outreach.settings import Bilingual
from outreach.tomlfile import TomlValueError
from tests.dispatch.world import add_contact, add_organisation


def of(condition: Condition) -> Segment:
    return Segment(name="x", title=Bilingual(fr="x", es="x"), condition=condition)


def told(session: Session, condition: Condition, code: str) -> list[tuple[int, str, bool]]:
    contact = directory.find(session, code)
    lines = explanation.explain(session, of(condition), contact)
    return [(line.depth, str(line.condition), line.holds) for line in lines]


def people(store: Store) -> None:
    with store.transaction() as session:
        havre = add_organisation(session, "FR:76351", Kind.COMMUNE, "Le Havre", tncc=2)
        havre.population, havre.departement = 166_058, "76"
        add_contact(session, havre, "maire", email="mairie@havre.example")
        bourg = add_organisation(session, "FR:00001", Kind.COMMUNE, "Bourg")
        bourg.population = None
        add_contact(session, bourg, "maire", street="1 rue Haute", town="Bourg")


def test_each_condition_is_told_with_its_depth_and_answer(any_store: Store) -> None:
    people(any_store)
    condition = Condition(
        country="FR",
        any=(Condition(departements=("76", "27")), Condition(population_min=500_000)),
        not_=(Condition(channels=("email",)),),
    )
    with any_store.reading() as session:
        assert told(session, condition, "FR:76351") == [
            (0, "all of these", False),
            (1, "the organisation still exists", True),
            (1, "the contact is not merged into another one", True),
            (1, "country: FR", True),
            (1, "at least one of these", True),
            (2, "all of these", True),
            (3, "departements: 76, 27", True),
            (2, "all of these", False),
            (3, "population_min: 500000", False),
            (1, "none of these", False),
            (2, "channels: email", True),
        ]


def test_what_nobody_knows_does_not_hold_and_its_opposite_does(any_store: Store) -> None:
    people(any_store)
    large = Condition(population_min=10_000)
    with any_store.reading() as session:
        small = segments.members(session, of(Condition(not_=(large,))))
        assert [row["code"] for row in small] == ["FR:00001"]  # its population is unknown
        assert told(session, large, "FR:00001")[0][2] is False


CONDITIONS = st.recursive(
    st.builds(
        Condition,
        country=st.sampled_from(["", "FR", "CO"]),
        kinds=st.sampled_from([(), (Kind.COMMUNE,), (Kind.MUNICIPIO, Kind.EPCI)]),
        departements=st.sampled_from([(), ("76",), ("01",)]),
        population_min=st.sampled_from([None, 0, 10_000]),
        channels=st.sampled_from([(), ("email",), ("post",), ("email", "post")]),
        received=st.sampled_from([(), ("campaign/step",), ("campaign",)]),
        replied=st.sampled_from([None, True, False, "campaign"]),
        last_contact_before=st.sampled_from([None, date(2025, 1, 1)]),
    ),
    lambda inner: st.builds(
        Condition,
        any=st.lists(inner, max_size=2).map(tuple),
        all=st.lists(inner, max_size=2).map(tuple),
        not_=st.lists(inner, max_size=2).map(tuple),
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('explained') / 'outreach.db'}")
    store.upgrade()
    people(store)
    return store


@settings(deadline=None, max_examples=50)  # databases and files: their time varies
@given(condition=CONDITIONS)
def test_whatever_the_query_the_explanation_agrees_with_the_members(
    peopled: Store, condition: Condition
) -> None:
    with peopled.reading() as session:
        members = {row["code"] for row in segments.members(session, of(condition))}
        for code in ("FR:76351", "FR:00001"):
            lines = told(session, condition, code)
            assert lines[0][2] == (code in members)
        assert sum(segments.counts(session, of(condition)).values()) == len(members)


@settings(deadline=None, max_examples=50)  # databases and files: their time varies
@given(condition=CONDITIONS)
def test_a_saved_segment_reads_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, condition: Condition
) -> None:
    office = tmp_path_factory.mktemp("office")
    title = Bilingual(fr="Été « 1 »", es='"x"')
    saved = segments.save(office, "a-1", title, condition)
    assert saved.title == title
    for key in Condition.__struct_fields__:
        assert getattr(saved.condition, key) == getattr(condition, key)


@pytest.mark.parametrize("name", ["Été", "../x", "", "a b", "-a"])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(segments.SegmentNameError):
        segments.save(tmp_path, name, Bilingual(fr="x", es="x"), Condition())


def test_a_segment_is_not_written_over_by_a_slip(tmp_path: Path) -> None:
    title = Bilingual(fr="x", es="x")
    segments.save(tmp_path, "a", title, Condition(country="FR"))
    with pytest.raises(segments.SegmentExistsError, match="--replace"):
        segments.save(tmp_path, "a", title, Condition())
    assert segments.load(tmp_path, "a").condition.country == "FR"
    segments.save(tmp_path, "a", title, Condition(), replace=True)
    assert segments.load(tmp_path, "a").condition.country == ""


def test_an_outcome_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownOutcomeError, match="interested"):
        Condition(outcomes=("intrested",)).clause()


def test_a_kind_that_there_is_not_is_refused_with_its_place(tmp_path: Path) -> None:
    folder = tmp_path / segments.FOLDER
    folder.mkdir(parents=True)
    text = 'title = { fr = "x", es = "x" }\n[[any]]\nkinds = ["comune"]\n'
    (folder / "x.toml").write_text(text, "utf-8")
    with pytest.raises(TomlValueError, match=r"any\[0\].kinds\[0\]"):
        segments.load(tmp_path, "x")
