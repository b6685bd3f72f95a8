"""Lists that go out come back without a change, and run nothing on the way."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts import directory, exporting, loading
from outreach.contacts.exporting import Excel
from outreach.contacts.importing import persons, postcell, runs, undoing
from outreach.contacts.importing.fields import Mapping
from outreach.contacts.models import (
    AddressState,
    Contact,
    EmailAddress,
    Organisation,
    PostalAddress,
)
from outreach.db import Store
from tests.contacts.conftest import ACT


@pytest.fixture
def filled(any_store: Store, small_office: Path) -> Store:
    with any_store.transaction() as session:
        loading.load(session, small_office, ACT)
        havre = session.scalars(select(Contact).where(Contact.code == "FR:76351")).one()
        havre.last_name = '=HYPERLINK("http://x.example")'
        havre.phone = "+33 1 00 00 00 00"
        havre.emails += [
            EmailAddress(address="+a@havre.example", position=1),
            EmailAddress(address="old@havre.example", position=2, state="bounced"),
        ]
        havre.posts += [
            PostalAddress(
                street="1 | 2 rue Haute", town="Le Havre", country="FR", position=1, state="retired"
            ),
            PostalAddress(box="BP 7", postcode="76600", town="-", country="FR", position=2),
        ]
    return any_store


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
@pytest.mark.parametrize("excel", [None, "fr", "es"])
def test_an_export_imports_again_without_a_change(
    filled: Store, tmp_path: Path, name: str, excel: Excel | None
) -> None:
    path = tmp_path / name
    with filled.reading() as session:
        count = exporting.write(path, exporting.rows(session), excel)
    with filled.reading() as session:
        planned = list(runs.plan(session, runs.open_list(path, Mapping())))
    assert len(planned) == count > 5
    assert [(p.contact, p.changes, str(p.reason)) for p in planned if p.outcome != "same"] == []


def test_an_office_that_begins_with_the_list_has_every_address_and_its_state(
    filled: Store, small_office: Path, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    with filled.reading() as session:
        exporting.write(path, exporting.rows(session))
        before = addresses(session)
    other = Store(f"sqlite:///{tmp_path / 'other.db'}")
    other.upgrade()
    with other.transaction() as session:
        loading.load(session, small_office, ACT)
        report = runs.run(session, runs.open_list(path, Mapping()), ACT)
    with other.reading() as session:
        assert addresses(session) == before
    with other.transaction() as session:
        undoing.undo(session, report.run, ACT)
    with other.reading() as session:
        assert "1 | 2 rue Haute" not in str(addresses(session))
    other.close()


def addresses(session: Session) -> dict[str, object]:
    """Every address that may be found at Le Havre, in its order."""
    havre = directory.find(session, "FR:76351")
    return {
        "emails": [(e.address, e.state) for e in havre.emails],
        "posts": [
            tuple(getattr(post, name) for name in (*postcell.PARTS, "state"))
            for post in havre.posts
        ],
    }


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), max_size=12
).map(str.strip)
TEXT = WORDS.map(lambda text: text or None)
POSTS = st.fixed_dictionaries(
    {
        **dict.fromkeys(("service", "building", "street", "box", "district"), TEXT),
        "postcode": st.sampled_from(["76600", "01000", None]),
        "town": WORDS.filter(bool),
        "state": st.sampled_from(list(AddressState)).map(str),
    }
)
CARDS = st.fixed_dictionaries(
    {
        "office": st.sampled_from(["maire", "dgs", "conseiller"]),
        "gender": st.sampled_from([None, "F", "M"]),
        "first_name": TEXT,
        "last_name": TEXT,
        "title_override": TEXT,
        "phone": TEXT,
        "language": st.sampled_from(["fr", "es"]),
        "preferred_channel": st.sampled_from([None, "email", "post"]),
        "mandate_end": st.none() | st.dates(date(1990, 1, 1), date(2060, 1, 1)),
        "purpose": WORDS,
        "mails": st.lists(st.sampled_from(["good", "bounced", "retired"]), max_size=3),
        "posts": st.lists(POSTS, max_size=3),
    }
)


PLAIN: dict[str, Any] = dict.fromkeys(
    ("gender", "first_name", "title_override", "phone", "preferred_channel", "mandate_end")
) | {"office": "dgs", "language": "fr", "purpose": "", "mails": [], "posts": []}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(CARDS, min_size=1, max_size=6), st.sampled_from([None, "fr", "es"]))
@example([PLAIN | {"last_name": "Don Bosco"}, PLAIN | {"last_name": "'=1+1"}], None)
def test_whatever_the_cards_say_the_exported_list_changes_nothing(
    store: Store, tmp_path: Path, cards: list[dict[str, Any]], excel: Excel | None
) -> None:
    path = tmp_path / "list.csv"
    with store.reading() as session:  # rolled back at its end
        town = Organisation(
            code="FR:76351", country="FR", kind="commune", name="Le Havre", facts={}, source="t"
        )
        session.add(town)
        for number, card in enumerate(cards):
            own = {key: value for key, value in card.items() if key not in {"mails", "posts"}}
            contact = Contact(
                **own, code=f"FR:76351/{number}", organisation=town, source="t", created_at=ACT.at
            )
            contact.emails = [
                EmailAddress(
                    address=f"m{number}.{place}@havre.example", position=place, state=state
                )
                for place, state in enumerate(card["mails"])
            ]
            contact.posts = [
                PostalAddress(**post, country="FR", position=place)
                for place, post in enumerate(card["posts"])
            ]
            session.add(contact)
        session.flush()
        exporting.write(path, exporting.rows(session), excel)
        planned = list(runs.plan(session, runs.open_list(path, Mapping())))
        told = [(p.contact, p.changes, str(p.reason)) for p in planned if p.outcome != "same"]
        session.rollback()
    assert len(planned) == len(cards)
    assert told == []


@given(st.lists(POSTS, max_size=4))
def test_what_is_written_in_one_cell_is_read_again(posts: list[dict[str, str | None]]) -> None:
    assert postcell.read(postcell.write(posts)) == (posts, "")


def test_no_cell_of_a_csv_list_is_a_formula(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with filled.reading() as session:
        exporting.write(path, exporting.rows(session), "fr")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]


@given(st.text(alphabet="='+-@a b", max_size=8).map(str.strip))
def test_what_makes_a_cell_safe_is_taken_off_again(text: str) -> None:
    assert persons.plain(exporting.safe(text)) == text
