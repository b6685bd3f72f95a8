"""What a person says about what came back."""

from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.campaigns.models import Promise
from outreach.contacts import directory
from outreach.contacts.models import EmailAddress
from outreach.db import Store
from outreach.dispatch import commitments
from outreach.inbox import deciding, listing, recording
from outreach.inbox.deciding import Decision
from outreach.inbox.kinds import Kind
from outreach.inbox.listing import Wanted
from outreach.inbox.models import Arrival, Outcome, Reply, Way
from tests.dispatch.world import SECRETARY, World
from tests.inbox.office import HAVRE, LYON, Office

pytestmark = pytest.mark.one_database


@pytest.fixture
def office_(any_store: Store, office: Path) -> Office:
    return Office(World(any_store, office))


def unsure(office_: Office) -> Arrival:
    """A message from a domain that two organisations share."""
    with office_.world.store.transaction() as session:
        for code in (HAVRE, LYON):
            letter = office_.letter(code)
            address = f"{code[3:]}@common.example"
            session.add(EmailAddress(contact_id=letter.contact_id, address=address, position=1))
    return office_.taken(
        office_.message("Merci.", sender="Accueil <accueil@common.example>", answers=None)
    )


def match(office_: Office, number: int, code: str, kind: Kind | None = None) -> None:
    desk = office_.desk()
    with office_.world.store.transaction() as session:
        deciding.match(
            session,
            deciding.find(session, number),
            directory.find(session, code),
            desk=desk,
            act=office_.world.act(),
            kind=kind,
        )


def test_a_person_places_an_unsure_message_and_the_others_go_on(office_: Office) -> None:
    arrival = unsure(office_)
    match(office_, arrival.id, HAVRE)
    assert office_.follow_up(HAVRE) == ("held", "replied")
    assert office_.follow_up(LYON)[0] == "active"
    with office_.world.store.reading() as session:
        found = deciding.find(session, arrival.id)
        assert (found.state, found.rung, found.decided_by) == ("matched", "person", SECRETARY)
        assert found.delivery_id == office_.letter(HAVRE).id


def test_a_person_places_it_elsewhere_later_and_the_first_goes_on(office_: Office) -> None:
    arrival = unsure(office_)
    match(office_, arrival.id, HAVRE)
    match(office_, arrival.id, LYON)
    assert office_.follow_up(HAVRE)[0] == "active"
    assert office_.follow_up(LYON) == ("held", "replied")
    with office_.world.store.reading() as session:
        assert len(session.scalars(select(Reply)).all()) == 1


def test_a_message_that_was_misjudged_gets_its_kind_from_a_person(office_: Office) -> None:
    arrival = office_.taken(
        office_.message("Absent.", subject="Réponse automatique", Auto_Submitted="auto-replied")
    )
    assert arrival.kind == "auto-reply"
    match(office_, arrival.id, HAVRE, Kind.REPLY)
    assert office_.follow_up(HAVRE) == ("held", "replied")


def test_a_message_set_aside_lets_everyone_go_on(office_: Office) -> None:
    arrival = unsure(office_)
    with office_.world.store.transaction() as session:
        deciding.set_aside(session, deciding.find(session, arrival.id), office_.world.act())
    assert office_.follow_up(HAVRE)[0] == office_.follow_up(LYON)[0] == "active"


def decide(office_: Office, number: int, decision: Decision) -> int:
    with office_.world.store.transaction() as session:
        return deciding.decide(
            session,
            deciding.find(session, number),
            decision,
            why="",
            settings=office_.world.settings,
            act=office_.world.act(),
        )


@pytest.mark.parametrize(
    ("decision", "state", "tasks", "promised"),
    [
        (Decision.PLANNED, "active", [], (0, 0)),
        (Decision.ADAPTED, "active", ["adapt"], (0, 0)),
        (Decision.ANSWERED, "stopped", [], (1, 0)),
        (Decision.DECLINED, "stopped", [], (0, 1)),
    ],
)
def test_a_promised_letter_ends_by_a_decision(
    office_: Office, decision: Decision, state: str, tasks: list[str], promised: tuple[int, int]
) -> None:
    arrival = office_.taken(office_.message("Merci."))
    assert office_.tasks() == ["decide"]
    assert decide(office_, arrival.id, decision) == 1
    assert office_.follow_up(HAVRE)[0] == state
    assert office_.tasks() == tasks
    with office_.world.store.reading() as session:
        now = commitments.standing(session, session.scalars(select(Promise)).one())
    assert (now.kept, now.withdrawn) == promised
    with pytest.raises(deciding.NothingToDecideError):
        decide(office_, arrival.id, decision)


def test_an_outcome_is_said_once_read(office_: Office) -> None:
    arrival = office_.taken(office_.message("Merci."))
    with office_.world.store.transaction() as session:
        found = deciding.find(session, arrival.id)
        deciding.judge_outcome(session, found, Outcome.MEETING, office_.world.act())
        assert session.scalars(select(Reply.outcome)).all() == ["meeting"]
    bounce = office_.taken(office_.bounce(LYON, "5.1.1", "User unknown"))
    with office_.world.store.transaction() as session, pytest.raises(deciding.NotAReplyError):
        deciding.judge_outcome(
            session, deciding.find(session, bounce.id), Outcome.LATER, office_.world.act()
        )


def lines(office_: Office, wanted: Wanted) -> list[listing.Line]:
    with office_.world.store.reading() as session:
        return listing.lines(
            session, wanted, today=office_.world.now.date(), settings=office_.world.settings
        )


def test_lists_begin_with_what_waits_for_a_person(office_: Office) -> None:
    bounce = office_.taken(office_.bounce(LYON, "5.1.1", "User unknown"))
    reply = office_.taken(office_.message("Merci."))
    waiting = unsure(office_)
    assert [line.number for line in lines(office_, Wanted())] == [waiting.id, reply.id]
    everything = [line.number for line in lines(office_, Wanted(machines=True))]
    assert everything == [waiting.id, reply.id, bounce.id]
    assert [line.number for line in lines(office_, Wanted(kind="bounce"))] == [bounce.id]


def test_a_reply_is_to_be_answered_then_late_then_done(office_: Office) -> None:
    reply = office_.taken(office_.message("Merci."))
    assert [line.to_answer for line in lines(office_, Wanted())] == [True]
    assert lines(office_, Wanted(late=True)) == []
    office_.world.now = office_.world.now.replace(day=14)
    assert [line.number for line in lines(office_, Wanted(late=True))] == [reply.id]
    with office_.world.store.transaction() as session:
        found = deciding.find(session, reply.id)
        assert deciding.answered(session, found, office_.world.now, office_.world.act())
        assert not deciding.answered(session, found, office_.world.now, office_.world.act())
    assert [line.to_answer for line in lines(office_, Wanted())] == [False]
    assert lines(office_, Wanted(late=True)) == []


def test_what_was_given_to_somebody_is_in_their_list(office_: Office) -> None:
    reply = office_.taken(office_.message("Merci."))
    with office_.world.store.transaction() as session:
        deciding.assign(session, deciding.find(session, reply.id), "maria", office_.world.act())
    assert [line.number for line in lines(office_, Wanted(owner=SECRETARY))] == [reply.id]
    assert lines(office_, Wanted(unassigned=True)) == []


def test_what_a_person_wrote_down_is_not_matched_by_another(office_: Office) -> None:
    with office_.world.store.transaction() as session:
        done = recording.record(
            session,
            office_.world.definition,
            directory.find(session, HAVRE),
            way=Way.PHONE,
            outcome=Outcome.LATER,
            received_on=office_.world.now.date(),
            today=office_.world.now.date(),
            settings=office_.world.settings,
            act=office_.world.act(),
            note="Rappeler en novembre.",
        )
    with pytest.raises(deciding.WithoutMessageError):
        match(office_, done.number, LYON)
    assert [line.subject for line in lines(office_, Wanted())] == ["Rappeler en novembre."]
