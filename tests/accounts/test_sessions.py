"""A session belongs to one browser, ends by itself, and ends at once when someone says so."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from outreach.accounts import sessions, users
from outreach.accounts.sessions import Ends, WebSession
from outreach.accounts.users import Role, User
from outreach.db import Store
from outreach.journal import Act

NOW = datetime(2025, 9, 1, 8, tzinfo=UTC)
ENDS = Ends(idle=timedelta(hours=2), after=timedelta(hours=12))
ACT = Act("tests", NOW)


@pytest.fixture
def person(any_store: Store) -> User:
    with any_store.transaction() as session:
        users.add(session, "Chief", Role.ADMINISTRATOR, ACT)
        return users.add(session, "Camille", Role.STAFF, ACT)


def open_(store: Store, person: User) -> str:
    with store.transaction() as session:
        return sessions.open_(session, person, "password", ACT)


def knows(store: Store, secret: str, at: datetime) -> bool:
    with store.reading() as session:
        return sessions.find(session, secret, ENDS, at) is not None


def test_the_secret_opens_and_nothing_else_does(any_store: Store, person: User) -> None:
    secret = open_(any_store, person)
    with any_store.reading() as session:
        found = sessions.find(session, secret, ENDS, NOW)
        kept = session.scalars(select(WebSession.digest)).all()
    assert found is not None
    assert (found.name, found.role) == ("Camille", Role.STAFF)
    assert secret not in kept
    for other in ("", "x", secret[:-1], secret + "x", *kept, "é\ud800"):
        assert not knows(any_store, other, NOW)


def test_it_ends_when_nobody_uses_it_and_after_a_day_of_use(any_store: Store, person: User) -> None:
    secret = open_(any_store, person)
    assert knows(any_store, secret, NOW + timedelta(hours=2))
    assert not knows(any_store, secret, NOW + timedelta(hours=2, seconds=1))
    at = NOW
    while at < NOW + timedelta(hours=11):
        at += timedelta(hours=1)
        with any_store.transaction() as session:
            found = sessions.find(session, secret, ENDS, at)
            assert found is not None
            sessions.note(session, found.digest, at)
    assert not knows(any_store, secret, NOW + timedelta(hours=12, seconds=1))


def test_its_use_is_written_once_a_minute_at_most(any_store: Store, person: User) -> None:
    secret = open_(any_store, person)
    with any_store.reading() as session:
        found = sessions.find(session, secret, ENDS, NOW)
        assert found is not None
        assert not sessions.needs_note(session, found.digest, NOW + timedelta(seconds=59))
        assert sessions.needs_note(session, found.digest, NOW + timedelta(seconds=60))


def test_signing_out_everywhere_spares_the_browser_that_asks(
    any_store: Store, person: User
) -> None:
    here, there, elsewhere = (open_(any_store, person) for _ in range(3))
    with any_store.transaction() as session:
        found = sessions.find(session, here, ENDS, NOW)
        assert found is not None
        assert sessions.end_all(session, person, but=found.digest) == 2
    assert knows(any_store, here, NOW)
    assert not knows(any_store, there, NOW)
    assert not knows(any_store, elsewhere, NOW)


def test_whoever_left_is_out_at_once(any_store: Store, person: User) -> None:
    secret = open_(any_store, person)
    with any_store.transaction() as session:
        users.leave(session, "Camille", ACT)
    assert not knows(any_store, secret, NOW)
    with any_store.transaction() as session:
        users.come_back(session, "Camille", ACT)
    assert knows(any_store, secret, NOW)


def test_what_is_over_is_forgotten(any_store: Store, person: User) -> None:
    open_(any_store, person)
    with any_store.transaction() as session:
        sessions.forget(session, ENDS, NOW + timedelta(hours=3))
        assert session.scalars(select(WebSession)).all() == []


def test_the_proof_of_a_form_is_the_sessions_own(any_store: Store, person: User) -> None:
    first, second = open_(any_store, person), open_(any_store, person)
    assert sessions.proof(first) != sessions.proof(second)
    assert sessions.proof(first) == sessions.proof(first)
    assert first not in sessions.proof(first)
