"""Notes between colleagues: whom they name, whom they wait for, and that they are forgotten."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.accounts import users
from outreach.accounts.users import LeftError, Role, UnknownUserError
from outreach.contacts import directory
from outreach.db import Store
from outreach.inbox import nextactions, notes
from outreach.inbox.models import Note
from outreach.inbox.notes import (
    About,
    EmptyNoteError,
    LongNoteError,
    UnknownMentionError,
    UnknownNoteError,
)
from outreach.inbox.privacy import Replies
from outreach.journal import Event
from tests.dispatch.world import CHIEF, MANAGER, SECRETARY, World

DUE = date(2025, 9, 8)


@pytest.fixture
def world(store: Store, office: Path) -> World:
    return World(store, office)


@pytest.fixture
def havre(world: World) -> About:
    world.people()
    with world.store.transaction() as session:
        users.add(session, "Ana María Ruiz", Role.STAFF, world.act())
        users.add(session, "José-Luis Gil", Role.STAFF, world.act())
        return About(contact=directory.find(session, "FR:76351").id)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Jean voyez", [MANAGER]),
        ("pour @jean, merci", [MANAGER]),
        ("@Jean et @Ana", [MANAGER, CHIEF]),
        ("@Ana María Ruiz le sait", ["Ana María Ruiz"]),
        ("@ana maria ruiz le sait", ["Ana María Ruiz"]),
        ("@José-Luis appelle", ["José-Luis Gil"]),
        ("écrire à mairie@havre.example", []),
        ("rien @ voir", []),
        ("@Jean, @jean, @JEAN", [MANAGER]),
    ],
)
def test_a_name_after_an_at_is_a_colleague(
    world: World, havre: About, text: str, names: list[str]
) -> None:
    assert havre.contact is not None
    with world.store.reading() as session:
        assert [user.name for user in notes.named(session, text)] == names


@pytest.mark.parametrize("text", ["@Personne", "@Jeanne", "@Luis"])
def test_a_name_that_nobody_bears_is_told_with_those_there_are(
    world: World, havre: About, text: str
) -> None:
    with (
        world.store.transaction() as session,
        pytest.raises(UnknownMentionError) as told,
    ):
        notes.write(session, havre, text, world.act())
    assert MANAGER in str(told.value)


def test_a_note_waits_for_whom_it_names_until_it_is_seen(world: World, havre: About) -> None:
    with world.store.transaction() as session:
        number = notes.write(session, havre, "@Jean, ils ont rappelé.", world.act()).id
    with world.store.reading() as session:
        (found,) = notes.waiting(session, MANAGER)
        assert (found.text, found.organisation) == ("@Jean, ils ont rappelé.", "Le Havre")
        assert notes.waiting(session, CHIEF) == []
        assert notes.waiting(session, SECRETARY) == []
    with world.store.transaction() as session:
        notes.seen(session, number, world.act(MANAGER))
    with world.store.transaction() as session:
        assert notes.waiting(session, MANAGER) == []
        assert [each.number for each in notes.waiting(session, MANAGER, read=True)] == [number]
        with pytest.raises(UnknownNoteError):
            notes.seen(session, number, world.act(MANAGER))


def test_a_contact_handed_over_is_a_thing_to_do(world: World, havre: About) -> None:
    with world.store.transaction() as session:
        notes.hand_over(session, havre, MANAGER, "Rappeler le cabinet", due_on=DUE, act=world.act())
    with world.store.reading() as session:
        (task,) = nextactions.open_tasks(session, DUE, owner=MANAGER)
        assert (task.contact, task.due_on) == ("FR:76351", DUE)
        (note,) = notes.waiting(session, MANAGER)
        assert note.handed_to == MANAGER


def test_nothing_is_handed_to_a_stranger_or_to_who_left(world: World, havre: About) -> None:
    with world.store.transaction() as session:
        users.leave(session, MANAGER, world.act(CHIEF))
    for name, error in (("Nobody", UnknownUserError), (MANAGER, LeftError)):
        with world.store.transaction() as session, pytest.raises(error):
            notes.hand_over(session, havre, name, "x", due_on=DUE, act=world.act())


@pytest.mark.parametrize(("text", "error"), [("  ", EmptyNoteError), ("x" * 2_001, LongNoteError)])
def test_a_note_says_something_and_no_novel(
    world: World, havre: About, text: str, error: type[Exception]
) -> None:
    with world.store.transaction() as session, pytest.raises(error):
        notes.write(session, havre, text, world.act())


def test_the_journal_knows_of_a_note_and_not_what_it_says(world: World, havre: About) -> None:
    with world.store.transaction() as session:
        notes.write(session, havre, "@Jean secret", world.act())
    with world.store.reading() as session:
        events = session.scalars(
            select(Event).where(Event.subject.in_(["note", "mention"])).order_by(Event.id)
        ).all()
    assert [event.subject for event in events] == ["note", "mention"]
    assert all("secret" not in str(vars(event)) for event in events)


def test_a_note_is_shown_to_and_forgotten_with_its_person(world: World, havre: About) -> None:
    assert havre.contact is not None
    with world.store.transaction() as session:
        notes.write(session, havre, "Elle préfère le téléphone.", world.act())
    with world.store.transaction() as session:
        held = {part.key: part.rows for part in Replies().held(session, havre.contact)}
        assert held["notes"][0]["text"] == "Elle préfère le téléphone."
        list(Replies().blank(session, havre.contact, world.act()))
    with world.store.reading() as session:
        assert session.scalars(select(Note.text)).all() == [""]
