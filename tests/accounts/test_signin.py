"""Signing in: by password, slowed down for whoever guesses; by an invitation, once."""

from datetime import UTC, datetime, timedelta

import pytest

from outreach.accounts import passwords, sessions, signin, users
from outreach.accounts.sessions import Ends
from outreach.accounts.signin import InvitationOverError, TooManyAttemptsError
from outreach.accounts.users import Role, User
from outreach.db import Store
from outreach.journal import Act

NOW = datetime(2025, 9, 1, 8, tzinfo=UTC)
ENDS = Ends(idle=timedelta(hours=2), after=timedelta(hours=12))
GOOD = "quatre chevaux gris sous la pluie"


@pytest.fixture
def person(any_store: Store) -> User:
    with any_store.transaction() as session:
        users.add(session, "Chief", Role.ADMINISTRATOR, Act("tests", NOW))
        user = users.add(session, "Camille", Role.STAFF, Act("tests", NOW))
        passwords.put(session, user, GOOD, known=(), act=Act("tests", NOW))
    return user


def tries(store: Store, name: str, password: str, at: datetime = NOW, of: str = "a") -> str | None:
    with store.transaction() as session:
        entry = signin.by_password(session, name, password, address=of, now=at)
    return entry.secret if entry else None


def test_name_and_password_open_a_session(any_store: Store, person: User) -> None:
    for name in ("Camille", " camille ", "CAMILLE"):
        secret = tries(any_store, name, GOOD)
        assert secret is not None
        with any_store.reading() as session:
            found = sessions.find(session, secret, ENDS, NOW)
        assert found is not None
        assert found.name == person.name


@pytest.mark.parametrize(
    ("name", "password"),
    [("Camille", "wrong"), ("Nobody", GOOD), ("Chief", ""), ("", ""), ("Camille", GOOD.upper())],
)
def test_a_wrong_name_and_a_wrong_password_are_the_same_refusal(
    any_store: Store, person: User, name: str, password: str
) -> None:
    assert person.name == "Camille"
    assert tries(any_store, name, password) is None


def test_guessing_is_stopped_for_a_quarter_of_an_hour(any_store: Store, person: User) -> None:
    for _ in range(signin.MOST_BY_NAME):
        assert tries(any_store, person.name, "wrong") is None
    with pytest.raises(TooManyAttemptsError, match="15"):
        tries(any_store, person.name, GOOD)
    with pytest.raises(TooManyAttemptsError):
        tries(any_store, "CAMILLE", GOOD, of="b")
    assert tries(any_store, person.name, GOOD, NOW + signin.WITHIN) is not None


def test_one_machine_that_tries_many_names_is_stopped(any_store: Store, person: User) -> None:
    for number in range(signin.MOST_BY_ADDRESS):
        assert tries(any_store, f"name {number}", "wrong") is None
    with pytest.raises(TooManyAttemptsError):
        tries(any_store, person.name, GOOD)
    assert tries(any_store, person.name, GOOD, of="another machine") is not None


def test_a_right_password_forgives_the_wrong_ones(any_store: Store, person: User) -> None:
    for _ in range(3):
        for _ in range(signin.MOST_BY_NAME - 1):
            tries(any_store, person.name, "wrong")
        assert tries(any_store, person.name, GOOD) is not None


def test_whoever_left_signs_in_no_more(any_store: Store, person: User) -> None:
    with any_store.transaction() as session:
        users.leave(session, person.name, Act("tests", NOW))
    assert tries(any_store, person.name, GOOD) is None


def test_an_invitation_lets_choose_a_password_once(any_store: Store, person: User) -> None:
    with any_store.transaction() as session:
        older = signin.invite(session, person, Act("Chief", NOW))
        secret = signin.invite(session, person, Act("Chief", NOW))
    new = "dix-sept éléphants en voyage"
    with any_store.transaction() as session:
        with pytest.raises(InvitationOverError):
            signin.invited(session, older, NOW)
        with pytest.raises(passwords.ShortPasswordError):
            signin.accept(session, secret, "court", known=(), now=NOW)
    with any_store.transaction() as session:
        assert not signin.accept(session, secret, new, known=(), now=NOW).wants_code
    with any_store.transaction() as session, pytest.raises(InvitationOverError):
        signin.accept(session, secret, new, known=(), now=NOW)
    assert tries(any_store, person.name, GOOD) is None
    assert tries(any_store, person.name, new) is not None


def test_an_invitation_ends_after_three_days(any_store: Store, person: User) -> None:
    with any_store.transaction() as session:
        secret = signin.invite(session, person, Act("Chief", NOW))
        assert signin.invited(session, secret, NOW + timedelta(days=3)).name == person.name
        with pytest.raises(InvitationOverError):
            signin.invited(session, secret, NOW + timedelta(days=3, seconds=1))


def test_an_invitation_unlocks_and_signs_out_elsewhere(any_store: Store, person: User) -> None:
    elsewhere = tries(any_store, person.name, GOOD)
    assert elsewhere is not None
    for _ in range(signin.MOST_BY_NAME):
        tries(any_store, person.name, "wrong")
    with any_store.transaction() as session:
        secret = signin.invite(session, person, Act("Chief", NOW))
        signin.accept(session, secret, GOOD + " encore", known=(), now=NOW)
    assert tries(any_store, person.name, GOOD + " encore") is not None
    with any_store.reading() as session:
        assert sessions.find(session, elsewhere, ENDS, NOW) is None


def test_the_only_administrator_neither_leaves_nor_steps_down(
    any_store: Store, person: User
) -> None:
    act = Act("Chief", NOW)
    with any_store.transaction() as session:
        with pytest.raises(users.LastAdministratorError, match="Chief"):
            users.leave(session, "Chief", act)
        with pytest.raises(users.LastAdministratorError, match="Chief"):
            users.change_role(session, "Chief", Role.STAFF, act)
        users.change_role(session, person.name, Role.ADMINISTRATOR, act)
        assert users.leave(session, "Chief", act).left_at == NOW
        with pytest.raises(users.LeftError):
            users.require(session, "Chief", Role.SECRETARY)
