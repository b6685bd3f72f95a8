"""What an association passes on is told as such: no letter sent, no turn taken, answers matched."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import enrolments
from outreach.contacts.models import Contact, Kind, Membership
from outreach.dispatch import batches, history, through
from outreach.dispatch.models import Delivery
from outreach.dispatch.through import (
    NoAssociationError,
    NobodyThroughError,
    NotWrittenToError,
    PassedOn,
)
from outreach.inbox import landmarks, matching
from outreach.inbox.kinds import Kind as Sort
from outreach.inbox.kinds import Verdict
from outreach.inbox.parsing import parse
from outreach.reports import figures, lines
from outreach.reports.lines import Fate, Line
from tests.dispatch.test_sequels import supplement
from tests.dispatch.test_sequels import through as sign
from tests.dispatch.world import CAMPAIGN, STEP, World, add_contact, add_organisation

pytestmark = pytest.mark.one_database

CUF, HAVRE, ROUEN, CAEN, BREST = "FR:ASSOC-CUF", "FR:76351", "FR:76540", "FR:14118", "FR:29019"


def signed(world: World) -> int:
    """A batch that goes to the association as well; two of its members are not in the campaign."""
    number = world.signed()
    with world.store.transaction() as session:
        union = add_organisation(session, CUF, Kind.ASSOCIATION, "Cités Unies France")
        person = add_contact(session, union, "president", gender="F", email="cuf@cuf.example")
        head = person.id
        for code, name, until in (
            (ROUEN, "Rouen", None),
            (CAEN, "Caen", None),
            (BREST, "Brest", date(2024, 12, 31)),
        ):
            town = add_organisation(session, code, Kind.COMMUNE, name, tncc=0)
            add_contact(session, town, "maire", gender="M", email=f"mairie@{name.lower()}.example")
            member(session, town.id, union.id, until)
        havre = session.scalars(select(Contact).where(Contact.code == HAVRE)).one()
        member(session, havre.organisation_id, union.id, None)
    supplement(world, number, [head])
    sign(world, number + 1)
    return number + 1


def member(session: Session, town: int, union: int, until: date | None) -> None:
    session.add(
        Membership(
            organisation_id=town, association_id=union, role="member", until=until, source="test"
        )
    )


def note(world: World, number: int, code: str = CUF) -> PassedOn:
    with world.store.transaction() as session:
        return through.note(
            session, batches.find(session, number), code, settings=world.settings, act=world.act()
        )


def shown(world: World) -> list[Line]:
    with world.store.reading() as session:
        campaign = enrolments.require_started(session, CAMPAIGN)
        return [one for one in lines.who(session, campaign) if one.form == "via"]


def test_members_are_shown_as_through_the_association_and_never_as_sent(world: World) -> None:
    number = signed(world)
    world.send(number)

    def sent() -> tuple[int, int]:
        with world.store.reading() as session:
            campaign = enrolments.require_started(session, CAMPAIGN)
            status = figures.status(session, campaign, world.now.date())
            step = next(one for one in status.steps if one.name == STEP)
            return step.fates["sent"], step.fates["through"]

    before, none = sent()
    assert none == 0
    done = note(world, number)
    assert (done.members, done.direct) == ((CAEN, ROUEN), (HAVRE,))
    assert sent() == (before, 2)
    assert [(one.contact, one.fate, one.through, one.when) for one in shown(world)] == [
        (CAEN, Fate.THROUGH, "Cités Unies France", None),
        (ROUEN, Fate.THROUGH, "Cités Unies France", None),
    ]
    with world.store.reading() as session:
        (summary,) = batches.summaries(session, batch=number)
        assert "through" not in summary.states
        campaign = enrolments.require_started(session, CAMPAIGN)
        rouen = session.scalars(select(Contact.id).where(Contact.code == ROUEN)).one()
        assert history.received(session, campaign, world.settings.zone, [rouen]) == {}
        assert history.written_to(session, [rouen]) == set()


def test_a_member_can_be_written_to_directly_later(world: World) -> None:
    number = signed(world)
    world.send(number)
    note(world, number)
    with world.store.transaction() as session:
        campaign = enrolments.require_started(session, CAMPAIGN)
        rouen = session.scalars(select(Contact.id).where(Contact.code == ROUEN)).one()
        enrolments.enrol(
            session,
            world.definition,
            [rouen],
            settings=world.settings,
            past=history.past(session, campaign, world.settings.zone),
            today=world.now.date(),
            act=world.act(),
        )
        row = enrolments.of_contact(session, campaign, rouen)
        assert row is not None
        row.step_id, row.due_on = enrolments.steps(session, campaign)[STEP].id, world.now.date()
    assert world.prepare().drafted == 1


def test_a_members_answer_is_matched_to_what_was_passed_on(world: World) -> None:
    number = signed(world)
    world.send(number)
    note(world, number)
    with world.store.reading() as session:
        via = session.scalars(
            select(Delivery)
            .join(Contact, Contact.id == Delivery.contact_id)
            .where(Contact.code == ROUEN)
        ).one()
        known = landmarks.survey(session, world.settings)

        def about(sender: str, subject: str) -> matching.Match:
            message = parse(f"From: {sender}\nSubject: {subject}\n\nMerci\n".encode())
            return matching.match(session, message, Verdict(Sort.REPLY), known)

        by_address = about("mairie@rouen.example", "Votre lettre")
        assert (by_address.delivery_id, by_address.is_sure) == (via.id, True)
        by_number = about("mairie@rouen.example", f"Re: {via.reference}")
        assert (by_number.delivery_id, by_number.is_sure) == (via.id, True)


def test_noted_twice_only_new_members_are_added(small_world: World) -> None:
    number = signed(small_world)
    small_world.send(number)
    note(small_world, number)
    note(small_world, number)
    assert len(shown(small_world)) == 2


def test_it_is_taken_back_and_noted_again(world: World) -> None:
    number = signed(world)
    world.send(number)
    note(world, number)
    with world.store.transaction() as session:
        batch = batches.find(session, number)
        assert through.take_back(session, batch, CUF, "they refused", world.act()) == 2
    assert [one.fate for one in shown(world)] == [Fate.LEFT_OUT, Fate.LEFT_OUT]
    note(world, number)
    assert [one.fate for one in shown(world)] == [Fate.THROUGH, Fate.THROUGH]


def test_only_an_association_that_got_the_letter_passes_it_on(small_world: World) -> None:
    number = signed(small_world)
    with pytest.raises(NotWrittenToError, match="FR:ASSOC-CUF"):
        note(small_world, number)
    small_world.send(number)
    with pytest.raises(NoAssociationError):
        note(small_world, number, HAVRE)
    with small_world.store.transaction() as session:
        for row in session.scalars(select(Membership)):
            row.until = date(2025, 1, 1)
    with pytest.raises(NobodyThroughError, match="Cités Unies France"):
        note(small_world, number)
