"""Whatever followed from a message can be taken back by a person."""

from datetime import date
from pathlib import Path

import pytest

from outreach.accounts.users import UnknownUserError
from outreach.contacts import suppressions
from outreach.db import Store
from outreach.inbox import undoing
from outreach.inbox.models import Arrival
from outreach.inbox.undoing import NothingToUndoError, Undone
from tests.dispatch.world import KEY, STEP, World
from tests.inbox.office import HAVRE, LYON, Office

pytestmark = pytest.mark.one_database


@pytest.fixture
def office_(any_store: Store, office: Path) -> Office:
    return Office(World(any_store, office))


def undo(office_: Office, arrival: Arrival, actor: str = "Maria") -> Undone:
    with office_.world.store.transaction() as session:
        found = undoing.of_arrival(session, arrival.id)
        return undoing.undo(session, found, office_.world.act(actor))


def test_a_reply_taken_back_leaves_everything_as_it_was(any_store: Store, office: Path) -> None:
    both = Office(World(any_store, office), both=True)
    before = both.enrolment(HAVRE)
    arrival = both.taken(both.message("Merci."))
    told = undo(both, arrival)
    assert told.changed == []
    after = both.enrolment(HAVRE)
    assert (after.state, after.step_id, after.due_on) == ("active", before.step_id, before.due_on)
    assert both.tasks() == []
    with both.world.store.reading() as session:
        assert session.get_one(Arrival, arrival.id).reply_id is None


def test_a_bounce_taken_back_gives_letter_and_address_back(office_: Office) -> None:
    arrival = office_.taken(office_.bounce(HAVRE, "5.1.1", "User unknown"))
    assert undo(office_, arrival).changed == []
    assert office_.letter(HAVRE).state == "sent"
    assert office_.addresses(HAVRE) == {"mairie@havre.example": "good"}
    assert office_.follow_up(HAVRE)[0] == "active"
    assert office_.tasks() == []


def test_an_objection_taken_back_lets_letters_leave_again(office_: Office) -> None:
    arrival = office_.taken(office_.message("Je demande la suppression de mes données."))
    arrival = arrival if arrival.kind == "opt-out" else office_.taken(office_.message("STOP"))
    undo(office_, arrival)
    assert office_.follow_up(HAVRE)[0] == "active"
    with office_.world.store.reading() as session:
        assert suppressions.suppressed(session, KEY, ["mairie@havre.example"]) == set()


def test_an_absence_taken_back_puts_the_day_back(office_: Office) -> None:
    arrival = office_.taken(
        office_.message(
            "Je suis absent jusqu'au 6 octobre 2025 inclus.",
            subject="Réponse automatique",
            Auto_Submitted="auto-replied",
        )
    )
    assert office_.enrolment(HAVRE).due_on != date(2025, 10, 1)
    undo(office_, arrival)
    assert office_.enrolment(HAVRE).due_on == date(2025, 10, 1)


def test_what_changed_since_stays_and_is_said(office_: Office) -> None:
    arrival = office_.taken(office_.bounce(HAVRE, "5.1.1", "User unknown"))
    with office_.world.store.transaction() as session:
        from outreach.dispatch.models import Delivery

        session.get_one(Delivery, office_.letter(HAVRE).id).state = "sent"
    told = undo(office_, arrival)
    assert [one.what for one in told.changed] == ["letter bounced"]
    assert "address out of use" in {one.what for one in told.back}


def test_nothing_is_taken_back_twice_or_by_a_stranger(office_: Office) -> None:
    arrival = office_.taken(office_.message("Merci."))
    with pytest.raises(UnknownUserError):
        undo(office_, arrival, actor="Nobody")
    undo(office_, arrival)
    with pytest.raises(NothingToUndoError):
        undo(office_, arrival)


def test_two_troubles_taken_back_in_turn_leave_the_counter_right(office_: Office) -> None:
    arrivals = [office_.taken(office_.bounce(LYON, "5.2.2", "Mailbox full")) for _ in range(3)]
    assert office_.addresses(LYON) == {"contact@lyon.example": "bounced"}
    for arrival in reversed(arrivals):
        undo(office_, arrival)
    assert office_.addresses(LYON) == {"contact@lyon.example": "good"}
    assert office_.letter(LYON).state == "sent"


def test_a_letter_taken_out_of_its_batch_goes_with_the_next(any_store: Store, office: Path) -> None:
    world = World(any_store, office)
    reminding = Office(world, chaser=True)
    from msgspec import structs

    last = world.definition.step("fiches-villes")
    letters = world.definition.step(STEP).letters
    written = structs.replace(last, letters=letters, letter_to_come=None)
    steps = tuple(written if each is last else each for each in world.definition.file.steps)
    world.definition = structs.replace(
        world.definition, file=structs.replace(world.definition.file, steps=steps)
    )
    world.now = world.now.replace(month=10, day=1)
    prepared = world.prepare(last.name)
    assert prepared.drafted == 3
    arrival = reminding.taken(reminding.message("Merci, c'est noté."))
    assert "letter taken out" in reminding.effects()
    undo(reminding, arrival)
    again = world.prepare(last.name)
    assert again.drafted == 1
