"""A report of a past day says what it said on that day."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from outreach.campaigns import enrolments
from outreach.campaigns import promises as made
from outreach.campaigns.models import Promise
from outreach.dispatch import annulments
from outreach.dispatch.models import Delivery, RegisterEntry
from outreach.inbox import deciding
from outreach.inbox.models import Arrival, Outcome, Reply
from outreach.reports import past, records, sheets, standing
from outreach.reports import promises as promised
from outreach.reports.documents import Document
from outreach.words import translator
from tests.dispatch.world import CAMPAIGN, MANAGER, World
from tests.inbox.office import LYON, Office

WORDS = translator("fr")
Make = Callable[[World, Session, date], Document]


def campaign(world: World, session: Session, day: date) -> Document:
    return standing.document(
        session,
        enrolments.require_started(session, CAMPAIGN),
        world.definition,
        WORDS,
        office="Ambassade",
        folder=world.folder,
        today=day,
        zone=world.settings.zone,
        is_past=True,
    )


def promises(_world: World, session: Session, day: date) -> Document:
    return records.promises(session, WORDS, office="Ambassade", today=day)


def register(_world: World, session: Session, day: date) -> Document:
    return records.register(session, WORDS, office="Ambassade", first=None, last=day)


def activity(world: World, session: Session, day: date) -> Document:
    row = enrolments.require_started(session, CAMPAIGN)
    zone = world.settings.zone
    return records.activity(session, row, "T", WORDS, office="Ambassade", today=day, zone=zone)


def then(world: World, day: date, make: Make) -> bytes:
    zone = world.settings.zone
    today = world.now.astimezone(zone).date()
    with past.reading(world.store, day, zone=zone, today=today) as session:
        return sheets.plain_rows(make(world, session, day), WORDS)


def now(world: World, make: Make) -> bytes:
    with world.store.reading() as session:
        day = world.now.astimezone(world.settings.zone).date()
        return sheets.plain_rows(make(world, session, day), WORDS)


@pytest.mark.parametrize("make", [campaign, promises, activity])
def test_each_day_is_told_later_as_it_was_told_then(world: World, make: Make) -> None:
    told: dict[date, bytes] = {}

    def evening() -> None:
        world.now = world.now.replace(hour=20)
        told[world.now.date()] = now(world, make)
        world.now += timedelta(days=1)

    sent = Office(world)
    evening()
    sent.taken(sent.message("Nous sommes très intéressés par cette coopération."))
    evening()
    sent.taken(sent.bounce(LYON, "5.1.1", "User unknown"))
    evening()
    decide(world, Outcome.DECLINED)
    evening()
    with world.store.transaction() as session:
        (promise,) = session.scalars(select(Promise))
        put_off(world, session, promise)
    evening()
    with world.store.transaction() as session:
        (promise,) = session.scalars(select(Promise))
        made.withdraw(session, promise, "Le document ne viendra pas.", world.act(MANAGER))
    assert len(set(told.values())) > 1
    assert {day: then(world, day, make) for day in told} == told


def test_a_number_that_was_given_up_since_was_in_force_then(world: World) -> None:
    world.signed()
    day = world.now.date()
    before = now(world, register)
    world.now += timedelta(days=1)
    with world.store.transaction() as session:
        reference = session.scalars(select(RegisterEntry.reference)).first() or ""
        annulments.propose(session, reference, "Lettre sans objet", world.act())
        annulments.confirm(session, reference, world.act(MANAGER))
    assert now(world, register) != before
    assert then(world, day, register) == before


def decide(world: World, outcome: Outcome) -> None:
    """Say that the answer means something else."""
    with world.store.transaction() as session:
        (reply,) = session.scalars(select(Reply))
        (arrival,) = session.scalars(select(Arrival).where(Arrival.reply_id == reply.id))
        deciding.judge_outcome(session, arrival, outcome, world.act(MANAGER))


def put_off(world: World, session: Session, promise: Promise) -> None:
    made.postpone(
        session,
        promise,
        promise.due_on + timedelta(days=30),
        reason="Les fiches ne sont pas prêtes.",
        letter=False,
        today=world.now.date(),
        act=world.act(MANAGER),
    )


def test_a_promise_has_the_day_it_was_given_then(world: World) -> None:
    world.send(world.signed())
    day = world.now.date()
    world.now += timedelta(days=2)
    with world.store.transaction() as session:
        (promise,) = session.scalars(select(Promise))
        due = promise.due_on
        put_off(world, session, promise)
    world.now += timedelta(days=2)
    zone = world.settings.zone
    with past.reading(world.store, day, zone=zone, today=world.now.date()) as session:
        assert [line.due_on for line in promised.lines(session, day)] == [due]
    with world.store.reading() as session:
        assert session.scalar(select(Promise.due_on)) == due + timedelta(days=30)


def test_the_office_is_left_as_it_is(world: World) -> None:
    number = world.signed()
    day = world.now.date()
    world.now += timedelta(days=1)
    world.send(number)
    world.now += timedelta(days=1)
    zone = world.settings.zone
    for _ in range(3):
        with past.reading(world.store, day, zone=zone, today=world.now.date()) as session:
            assert set(session.scalars(select(Delivery.state))) == {"queued", "skipped"}
        with world.store.reading() as session:
            assert set(session.scalars(select(Delivery.state))) >= {"sent"}
    with world.store.transaction() as session:
        session.execute(text("UPDATE delivery SET attempts = 7"))
    with world.store.reading() as session:
        assert set(session.scalars(select(Delivery.attempts))) == {7}


def test_a_campaign_that_had_not_begun_is_told_so(world: World) -> None:
    world.signed()
    day = world.now.date() - timedelta(days=1)
    world.now += timedelta(days=1)
    with pytest.raises(enrolments.NotStartedError):
        then(world, day, campaign)


def test_a_day_that_has_not_ended_is_refused(world: World) -> None:
    world.signed()
    with pytest.raises(past.FutureDayError):
        then(world, world.now.date(), campaign)
