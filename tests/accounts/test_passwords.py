"""A password is long, is not guessed at once, and is kept as a hash only."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from outreach.accounts import passwords, users
from outreach.accounts.passwords import (
    GuessablePasswordError,
    LongPasswordError,
    Password,
    ShortPasswordError,
)
from outreach.accounts.users import Role, User
from outreach.db import Store
from outreach.journal import Act

NOW = datetime(2025, 9, 1, 8, tzinfo=UTC)
GOOD = "quatre chevaux gris sous la pluie"


@pytest.fixture
def person(any_store: Store) -> User:
    with any_store.transaction() as session:
        return users.add(session, "Élodie Martin", Role.SECRETARY, Act("tests", NOW))


@pytest.mark.parametrize(
    "password", [GOOD, "veintidós gatos", "Xq7-plomb-zinc", "correct horse battery", "x9Kd!mz03vQp"]
)
def test_a_sentence_of_ones_own_is_taken(password: str) -> None:
    passwords.check(password, known=("Élodie Martin", "Ambassade de Colombie"))


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("", ShortPasswordError),
        ("court", ShortPasswordError),
        ("onze signes", ShortPasswordError),
        ("x" * 201, LongPasswordError),
        ("aaaaaaaaaaaaaa", GuessablePasswordError),
        ("abcabcabcabcabc", GuessablePasswordError),
        ("abcdefghijklmn", GuessablePasswordError),
        ("987654321098", GuessablePasswordError),
        ("motdepasse2025", GuessablePasswordError),
        ("MotDePasse1234!", GuessablePasswordError),
        ("elodie martin", GuessablePasswordError),
        ("Colombie2025!!", GuessablePasswordError),
        ("contraseña123", GuessablePasswordError),
    ],
)
def test_what_would_be_guessed_is_refused(password: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        passwords.check(password, known=("Élodie Martin", "Ambassade de Colombie"))


def test_only_the_right_password_fits_and_only_its_hash_is_kept(
    any_store: Store, person: User
) -> None:
    with any_store.transaction() as session:
        passwords.put(session, person, GOOD, known=(), act=Act("tests", NOW))
    with any_store.reading() as session:
        kept = session.scalars(select(Password.hash)).one()
        assert kept.startswith("$argon2id$")
        assert GOOD not in kept
        assert passwords.fits(session, person, GOOD)
        assert not passwords.fits(session, person, GOOD + " ")
        assert not passwords.fits(session, person, "")
        assert not passwords.fits(session, None, GOOD)


def test_accents_typed_on_any_keyboard_are_the_same(any_store: Store, person: User) -> None:
    with any_store.transaction() as session:
        passwords.put(session, person, "un été à Cartagena", known=(), act=Act("tests", NOW))
        assert passwords.fits(session, person, "un e\u0301te\u0301 a\u0300 Cartagena")


def test_whoever_has_no_password_signs_in_with_none(any_store: Store, person: User) -> None:
    with any_store.reading() as session:
        assert not passwords.fits(session, person, "")
        assert not passwords.anyone_has_one(session)
