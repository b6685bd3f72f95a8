"""Points rest on what is known, and every point has a reason."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.partners import scoring
from outreach.partners.scoring import Ground, Place
from outreach.partners.themes import THEMES
from outreach.settings import PartnerWeights

WEIGHTS = PartnerWeights()
MAYBE = st.sampled_from([None, True, False])


def places(country: str) -> st.SearchStrategy[list[Place]]:
    return st.lists(
        st.builds(
            Place,
            code=st.integers(1, 99_999).map(lambda n: f"{country}:{n:05d}"),
            country=st.just(country),
            name=st.just("Ville"),
            population=st.none() | st.integers(0, 10_000_000),
            coast=MAYBE,
            mountain=MAYBE,
            island=MAYBE,
            capital=MAYBE,
            themes=st.frozensets(st.sampled_from(sorted(THEMES)), max_size=5),
        ),
        min_size=1,
        max_size=6,
    )


@settings(max_examples=100)
@given(places("FR"), places("CO"))
def test_the_points_of_a_pair_are_the_sum_of_its_reasons(
    french: list[Place], cities: list[Place]
) -> None:
    points = scoring.scores(french, cities, WEIGHTS)
    wanted = [
        [sum(r.points for r in scoring.reasons(ours, city, WEIGHTS)) for city in cities]
        for ours in french
    ]
    assert np.array_equal(points, np.array(wanted))


def test_what_is_not_known_adds_nothing() -> None:
    unknown = Place("FR:1", "FR", "X")
    city = Place("CO:1", "CO", "Y", population=1_000, coast=True, themes=frozenset({"sport"}))
    assert scoring.reasons(unknown, city, WEIGHTS) == ()


def test_two_places_without_a_coast_have_no_coast_in_common() -> None:
    inland = Place("FR:1", "FR", "X", coast=False)
    assert scoring.reasons(inland, Place("CO:1", "CO", "Y", coast=False), WEIGHTS) == ()


def test_reasons_are_said_in_both_languages_the_weightiest_first() -> None:
    ours = Place("FR:1", "FR", "X", population=150_000, themes=frozenset({"mobility"}))
    city = Place("CO:1", "CO", "Y", population=120_000, themes=frozenset({"mobility"}))
    size, theme = scoring.reasons(ours, city, WEIGHTS)
    assert (size.ground, size.points) == (Ground.SIZE, 30)
    assert (theme.words.fr, theme.words.es) == ("mobilité", "movilidad")


def test_no_more_themes_count_than_the_office_says() -> None:
    many = frozenset(list(THEMES)[:6])
    found = scoring.reasons(
        Place("FR:1", "FR", "X", themes=many), Place("CO:1", "CO", "Y", themes=many), WEIGHTS
    )
    assert sum(reason.points for reason in found) == WEIGHTS.most_themes * WEIGHTS.theme
