"""A code of the telephone beside the password: counted once, lost without harm."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from outreach.accounts import passwords, secondfactor, sessions, signin, users
from outreach.accounts.secondfactor import NotBegunError, SecondFactor, WrongCodeError
from outreach.accounts.sessions import Ends
from outreach.accounts.users import Role, User
from outreach.db import Store
from outreach.journal import Act, Event

NOW = datetime(2025, 9, 1, 8, tzinfo=UTC)
STEP = timedelta(seconds=30)
ENDS = Ends(idle=timedelta(hours=2), after=timedelta(hours=12))
GOOD = "quatre chevaux gris sous la pluie"
KEY = bytes(range(32))


@pytest.fixture
def person(any_store: Store) -> User:
    with any_store.transaction() as session:
        user = users.add(session, "Camille", Role.STAFF, Act("tests", NOW))
        passwords.put(session, user, GOOD, known=(), act=Act("tests", NOW))
    return user


def switched_on(store: Store, person: User) -> tuple[pyotp.TOTP, list[str]]:
    """The telephone, and the recovery codes."""
    with store.transaction() as session:
        secondfactor.begin(session, person, KEY)
        secret = secondfactor.waiting(session, person, KEY)
        assert secret is not None
    telephone = pyotp.TOTP(secret)
    with store.transaction() as session:
        code = telephone.at(NOW)
        codes = secondfactor.confirm(session, person, code, KEY, Act(person.name, NOW))
    return telephone, codes


def typed(store: Store, code: str, at: datetime, *, key: bytes = KEY) -> str | None:
    """Sign in with the password and this code."""
    with store.transaction() as session:
        entry = signin.by_password(session, "Camille", GOOD, address="a", now=at)
    assert entry is not None
    assert entry.wants_code
    with store.transaction() as session:
        return signin.by_code(session, entry.secret, code, key=key, address="a", now=at)


def test_the_password_alone_opens_no_session(any_store: Store, person: User) -> None:
    telephone, _ = switched_on(any_store, person)
    later = NOW + timedelta(minutes=5)
    with any_store.transaction() as session:
        entry = signin.by_password(session, "Camille", GOOD, address="a", now=later)
    assert entry is not None
    with any_store.reading() as session:
        assert sessions.find(session, entry.secret, ENDS, later) is None
    secret = typed(any_store, telephone.at(later), later)
    assert secret is not None
    with any_store.reading() as session:
        found = sessions.find(session, secret, ENDS, later)
    assert found is not None
    assert (found.name, found.way, found.has_second_factor) == ("Camille", "password", True)


def test_an_invitation_does_not_go_round_it(any_store: Store, person: User) -> None:
    switched_on(any_store, person)
    with any_store.transaction() as session:
        secret = signin.invite(session, person, Act("Chief", NOW))
    with any_store.transaction() as session:
        assert signin.accept(session, secret, GOOD + " encore", known=(), now=NOW).wants_code


def test_a_code_counts_once_and_for_half_a_minute_around(any_store: Store, person: User) -> None:
    telephone, _ = switched_on(any_store, person)
    at = NOW + timedelta(minutes=10)
    assert typed(any_store, telephone.at(at - 2 * STEP), at) is None
    assert typed(any_store, telephone.at(at + 2 * STEP), at) is None
    assert typed(any_store, telephone.at(at - STEP), at) is not None
    assert typed(any_store, telephone.at(at - STEP), at) is None
    assert typed(any_store, telephone.at(at), at) is not None
    assert typed(any_store, telephone.at(at - STEP), at) is None


def test_the_code_that_switched_it_on_opens_nothing_more(any_store: Store, person: User) -> None:
    telephone, _ = switched_on(any_store, person)
    assert typed(any_store, telephone.at(NOW), NOW) is None


def test_each_recovery_code_opens_once_however_it_is_typed(any_store: Store, person: User) -> None:
    _, codes = switched_on(any_store, person)
    assert len(set(codes)) == secondfactor.RECOVERY_CODES
    assert typed(any_store, f" {codes[0].upper().replace('-', ' ')} ", NOW) is not None
    assert typed(any_store, codes[0], NOW) is None
    with any_store.transaction() as session:
        assert secondfactor.codes_left(session, person) == len(codes) - 1
        new = secondfactor.renew_codes(session, person)
    assert typed(any_store, codes[1], NOW) is None
    assert typed(any_store, new[0], NOW) is not None


def test_guessing_codes_is_stopped_like_guessing_passwords(any_store: Store, person: User) -> None:
    telephone, _ = switched_on(any_store, person)
    at = NOW + timedelta(minutes=10)
    with any_store.transaction() as session:
        entry = signin.by_password(session, "Camille", GOOD, address="a", now=at)
    assert entry is not None
    for _ in range(signin.MOST_BY_NAME):
        with any_store.transaction() as session:
            assert signin.by_code(session, entry.secret, "0", key=KEY, address="a", now=at) is None
    right = telephone.at(at)
    with any_store.transaction() as session, pytest.raises(signin.TooManyAttemptsError):
        signin.by_code(session, entry.secret, right, key=KEY, address="a", now=at)


def test_a_right_password_does_not_forgive_wrong_codes(any_store: Store, person: User) -> None:
    switched_on(any_store, person)
    for _ in range(signin.MOST_BY_NAME):
        assert typed(any_store, "000000", NOW) is None
    with any_store.transaction() as session, pytest.raises(signin.TooManyAttemptsError):
        signin.by_password(session, "Camille", GOOD, address="a", now=NOW)


def test_the_code_comes_within_five_minutes_and_once(any_store: Store, person: User) -> None:
    telephone, _ = switched_on(any_store, person)
    at = NOW + timedelta(hours=1)
    with any_store.transaction() as session:
        entry = signin.by_password(session, "Camille", GOOD, address="a", now=at)
    assert entry is not None
    for secret, moment in ((entry.secret, at + timedelta(minutes=6)), ("made up", at)):
        code = telephone.at(moment)
        with any_store.transaction() as session, pytest.raises(signin.SignInOverError):
            signin.by_code(session, secret, code, key=KEY, address="a", now=moment)


def test_the_secret_is_sealed_with_the_offices_key(any_store: Store, person: User) -> None:
    telephone, _ = switched_on(any_store, person)
    with any_store.reading() as session:
        kept = session.scalars(select(SecondFactor.secret)).one()
    assert telephone.secret not in kept
    at = NOW + timedelta(minutes=5)
    assert typed(any_store, telephone.at(at), at, key=bytes(32)) is None


def test_a_wrong_first_code_switches_nothing_on(any_store: Store, person: User) -> None:
    act = Act(person.name, NOW)
    with any_store.transaction() as session, pytest.raises(NotBegunError):
        secondfactor.confirm(session, person, "1", KEY, act)
    with any_store.transaction() as session:
        secondfactor.begin(session, person, KEY)
    with any_store.transaction() as session, pytest.raises(WrongCodeError):
        secondfactor.confirm(session, person, "000000", KEY, act)
    with any_store.reading() as session:
        assert not secondfactor.is_on(session, person)


def test_a_lost_telephone_is_forgotten_and_written_down(any_store: Store, person: User) -> None:
    _, codes = switched_on(any_store, person)
    with any_store.transaction() as session:
        secondfactor.begin(session, person, KEY)  # changes nothing while it is on
        assert secondfactor.everyone(session) == {person.id}
        secondfactor.switch_off(session, person, Act("Chief", NOW))
    with any_store.transaction() as session:
        entry = signin.by_password(session, "Camille", GOOD, address="a", now=NOW)
        assert entry is not None
        assert not entry.wants_code
        assert not secondfactor.fits(session, person, codes[0], KEY, NOW)
        told = session.execute(
            select(Event.actor, Event.after).where(Event.verb == "second-factor").order_by(Event.id)
        ).all()
    assert told == [("Camille", "on"), ("Chief", "off")]
