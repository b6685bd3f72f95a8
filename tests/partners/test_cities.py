"""The candidates: members of the association, with what is known and nothing more."""

from datetime import UTC, datetime

import pytest

from outreach.contacts import loading
from outreach.contacts.reference import ASSOCIATION
from outreach.db import Store
from outreach.journal import Act
from outreach.partners import cities
from outreach.partners.cities import Size
from tests.conftest import CHECKOUT


def test_the_intermediate_cities_come_from_the_reference_data(store: Store) -> None:
    with store.transaction() as session:
        loading.load(session, CHECKOUT, Act("Maria", datetime.now(UTC)))
        found = cities.intermediate(session, ASSOCIATION)
    lines = (CHECKOUT / "contacts/reference/colombia_asointermedias.csv").read_text("utf-8")
    codes = {line.split(",")[0] for line in lines.splitlines()[1:]}
    assert {city.code.removeprefix("CO:") for city in found} == codes
    assert [c.population or 0 for c in found] == sorted(
        (c.population or 0 for c in found), reverse=True
    )
    assert all(city.departamento and city.source.startswith("http") for city in found)


@pytest.mark.parametrize(
    ("population", "size"),
    [
        (None, None),
        (99_999, Size.SMALL),
        (100_000, Size.MEDIUM),
        (250_000, Size.LARGE),
        (2_000_000, Size.METROPOLIS),
    ],
)
def test_the_size_class_is_known_only_where_the_population_is(
    population: int | None, size: Size | None
) -> None:
    assert cities.size_of(population) == size
