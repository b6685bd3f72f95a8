"""What they wrote is theirs: shown to them, forgotten with them, and forgotten in time."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.contacts import directory
from outreach.contacts.privacy import rights
from outreach.db import Store
from outreach.dispatch.models import ArchivedObject
from outreach.inbox import deciding, privacy
from outreach.inbox.models import Arrival, Reply, Task
from outreach.settings import Retention
from tests.dispatch.world import CHIEF, KEY, World
from tests.inbox.office import HAVRE, LYON, Office

pytestmark = pytest.mark.one_database


@pytest.fixture
def office_(any_store: Store, office: Path) -> Office:
    return Office(World(any_store, office))


def test_a_person_is_given_their_messages_and_what_was_noted(office_: Office) -> None:
    raw = office_.message("Oui, volontiers.")
    office_.taken(raw)
    with office_.world.store.reading() as session:
        contact = directory.find(session, HAVRE)
        sections = {each.key: each.rows for each in rights.held(session, contact)}
        assert [row["sender"] for row in sections["messages"]] == ["mairie@havre.example"]
        assert [row["kind"] for row in sections["tasks"]] == ["decide"]
        files = {file.name: file.data for file in rights.files(session, contact)}
        assert files["received-1.eml"] == raw


def test_an_erasure_forgets_their_words_and_keeps_the_figures(office_: Office) -> None:
    arrival = office_.taken(office_.message("Oui, volontiers."))
    with office_.world.store.transaction() as session:
        contact = directory.find(session, HAVRE)
        rights.erase(session, contact, key=KEY, act=office_.world.act(CHIEF))
    with office_.world.store.reading() as session:
        row = session.get_one(Arrival, arrival.id)
        assert (row.sender, row.subject, row.verdict, row.kept) == (None, None, None, False)
        assert session.get(ArchivedObject, row.sha256) is None
        assert session.scalar(select(func.count()).select_from(Reply)) == 1
        assert [task.values for task in session.scalars(select(Task))] == [{}]


def test_old_messages_are_forgotten_and_young_ones_kept(office_: Office) -> None:
    old = office_.taken(office_.message("Oui."))
    office_.world.now = office_.world.now.replace(year=2026, month=6)
    young = office_.taken(office_.message("Oui.", sender="contact@lyon.example", answers=LYON))
    limit = Retention(replies=12)
    with office_.world.store.transaction() as session:
        (aged,) = privacy.Replies().aged(session, limit, date(2026, 10, 1))
        assert (aged.months, aged.over) == (12, 1)
        act = office_.world.act()
        assert privacy.forget_old(session, limit, date(2026, 10, 1), act) == 1
        assert privacy.forget_old(session, limit, date(2026, 10, 1), act) == 0
        assert privacy.forget_old(session, Retention(), date(2036, 10, 1), act) == 0
    with office_.world.store.transaction() as session:
        assert not session.get_one(Arrival, old.id).kept
        assert session.get_one(Arrival, young.id).kept
        # What followed can still be taken back.
        deciding.set_aside(session, deciding.find(session, old.id), office_.world.act())
    assert office_.follow_up(HAVRE)[0] == "active"
