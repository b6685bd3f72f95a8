"""Who works here."""

from datetime import datetime
from pathlib import Path

import pytest

from outreach.accounts import users
from outreach.app import open_office
from outreach.db import Store
from outreach.journal import Act
from tests.cli.conftest import Run


@pytest.fixture
def maria(office: Path, now: datetime) -> None:
    """Make Maria the office's first administrator."""
    app = open_office(office)
    with app.store.transaction() as session:
        users.add(session, "Maria", users.Role.ADMINISTRATOR, Act("Maria", now))
    app.store.close()


@pytest.mark.usefixtures("maria")
def test_an_administrator_adds_people_and_changes_their_role(run: Run) -> None:
    assert run("users", "add", "Lucía", "--role", "staff").code == 0
    outcome = run("users", "role", "lucía", "manager")
    assert outcome.code == 0
    assert outcome.out == "Lucía is now manager.\n"
    listed = run("users", "list", "--json").data
    assert [(user["name"], user["role"]) for user in listed] == [
        ("Lucía", "manager"),
        ("Maria", "administrator"),
    ]


@pytest.mark.usefixtures("maria")
def test_roles_are_shown_in_the_users_language(run: Run) -> None:
    assert "administrateur" in run("users", "list", lang="fr").out


@pytest.mark.usefixtures("maria")
def test_only_an_administrator_adds_people(run: Run) -> None:
    run("users", "add", "Lucía")
    outcome = run("--as", "Lucía", "users", "add", "Pedro")
    assert outcome.code == 1
    assert "Lucía" in outcome.err
    assert run("--as", "Nobody", "users", "add", "Pedro").code == 2
    assert len(run("users", "list", "--json").data) == 2


@pytest.mark.usefixtures("maria")
def test_a_name_is_taken_once(run: Run) -> None:
    assert run("users", "add", "MARIA").code == 2


def test_the_same_people_stand_in_both_databases(any_store: Store, now: datetime) -> None:
    with any_store.transaction() as session:
        users.add(session, "Lucía", users.Role.STAFF, Act("Maria", now))
    with any_store.reading() as session:
        found = users.find(session, "LUCÍA".lower())
        assert (found.name, found.created_at) == ("Lucía", now)


@pytest.mark.usefixtures("maria")
def test_an_administrator_gives_links_and_passwords(run: Run) -> None:
    run("users", "add", "Lucía")
    link = run("users", "link", "lucía")
    assert link.code == 0
    assert "http://127.0.0.1:8025/welcome/" in link.out
    good = "quatre chevaux gris"
    outcome = run("users", "password", "Lucía", answer=f"{good}\n{good}\n")
    assert outcome.code == 0
    assert "The password of Lucía is set." in outcome.out
    assert good not in outcome.out + outcome.err
    short = run("users", "password", "Lucía", answer="court\ncourt\n")
    assert short.code == 1
    assert "at least 12" in short.err


@pytest.mark.usefixtures("maria")
def test_whoever_left_acts_no_more_until_they_are_back(run: Run) -> None:
    run("users", "add", "Lucía", "--role", "administrator")
    assert run("--as", "Lucía", "users", "list").code == 0
    assert "signs in no more" in run("users", "left", "Lucía").out
    assert "left this office" in run("--as", "Lucía", "users", "add", "X").err
    assert "works here again" in run("users", "back", "Lucía").out
    assert run("--as", "Lucía", "users", "add", "X").code == 0


@pytest.mark.usefixtures("maria")
def test_the_only_administrator_stays(run: Run) -> None:
    outcome = run("users", "left", "Maria")
    assert outcome.code == 1
    assert "only administrator" in outcome.err
