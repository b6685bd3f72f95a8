"""Which letters stand for the others: never the same kind twice while another is there."""

from hypothesis import given
from hypothesis import strategies as st

from outreach.dispatch import typical

GROUPS = st.lists(
    st.tuples(
        st.sampled_from(["commune", "epci", "municipio"]),
        st.sampled_from(["fr", "es"]),
        st.sampled_from(["email", "post"]),
    ),
    unique=True,
)


def test_another_language_counts_more_than_another_way_and_that_more_than_another_kind() -> None:
    groups = [
        ("commune", "fr", "email"),
        ("epci", "fr", "email"),
        ("commune", "fr", "post"),
        ("municipio", "es", "email"),
    ]
    assert typical.choose(groups) == [0, 3, 2]


@given(GROUPS)
def test_three_are_chosen_the_largest_first_and_every_language_is_among_them(
    groups: list[tuple[str, str, str]],
) -> None:
    chosen = typical.choose(groups)
    assert len(chosen) == min(3, len(groups)) == len(set(chosen))
    assert chosen[:1] == [0][: len(groups)]
    assert {groups[place][1] for place in chosen} == {group[1] for group in groups}
