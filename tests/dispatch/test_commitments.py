"""For whom a promise is kept: read from letters and decisions, never from a flag."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments, promises
from outreach.campaigns.models import Enrolment, Promise, PromiseState, Step
from outreach.campaigns.promises import (
    EarlierDateError,
    EmptyPromiseError,
    NoReasonError,
    NotPromisedByStepError,
    PastPromiseError,
    PromiseDateError,
    PromiseStateError,
    UnknownPromiseNameError,
)
from outreach.contacts import directory
from outreach.db import Store
from outreach.dispatch import commitments
from outreach.dispatch.commitments import Standing
from outreach.dispatch.models import Delivery
from outreach.dispatch.release import NothingDueError
from outreach.journal import Event
from outreach.reports import promises as lines
from tests.dispatch.world import CAMPAIGN, CHIEF, MANAGER, STEP, World

pytestmark = pytest.mark.one_database

KEEPER = "fiches"
MORE = """
[[steps.promises]]
name = "visite"
text = { fr = "Une visite de leur ville", es = "Una visita a su ciudad" }

[[steps]]
name = "fiches"
title = { fr = "Fiches", es = "Fichas" }
after = { step = "suivi-septembre", days = 30 }
kind = "promised"
letters = [{ letter = "remerciement-rencontres" }]

[[steps]]
name = "patience"
title = { fr = "Patience", es = "Paciencia" }
on_outcome = { outcome = "postponed" }
letters = [{ letter = "remerciement-rencontres" }]
"""
HAVRE, LYON, IBAGUE = "FR:76351", "FR:200046977", "CO:73001"
TODAY = date(2025, 9, 1)


@pytest.fixture
def world(any_store: Store, office: Path) -> World:
    """September promises sheets, kept by a letter, and a visit, of which nobody said when."""
    path = office / definitions.FOLDER
    text = (path / f"{CAMPAIGN}.toml").read_text("utf-8")
    path.unlink()
    path.mkdir()
    head, _, _ = text.partition("# 3. Where")
    promised = head.replace('country = "FR"\nkept_by = "fiches-villes"', 'kept_by = "fiches"')
    (path / f"{CAMPAIGN}.toml").write_text(promised + MORE, "utf-8")
    return World(any_store, office)


def sent(world: World) -> None:
    """Send September, the visit promised for 3 November."""
    world.people()
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    choose(world, visite=date(2025, 11, 3))
    world.approve(number)
    world.sign(number)
    world.send(number)


def choose(world: World, **dates: date) -> None:
    with world.store.transaction() as session:
        promises.choose(
            session,
            world.definition,
            STEP,
            dates,
            settings=world.settings,
            act=world.act(MANAGER),
        )


def at(world: World, day: date) -> None:
    world.now = datetime(day.year, day.month, day.day, 8, 0, tzinfo=UTC)


def keep(world: World, *codes: str) -> None:
    """Send the sheets on 1 October, to those of ``codes`` who are due them."""
    at(world, date(2025, 10, 1))
    number = world.prepare(KEEPER).batch
    assert number is not None
    with world.store.transaction() as session:
        letters = session.execute(select(Delivery.id, Delivery.contact_id)).all()
        chosen = {directory.find(session, code).id for code in codes}
        step = session.scalars(select(Step.id).where(Step.name == KEEPER)).one()
        for letter, contact in letters:
            row = session.get_one(Delivery, letter)
            if row.step_id == step and contact in chosen:
                row.state, row.sent_at, row.reference = "sent", world.now, "S-1"


def by_name(world: World, name: str) -> Promise:
    with world.store.reading() as session:
        return session.scalars(select(Promise).where(Promise.name == name)).one()


def standing(world: World, name: str = "fiches-villes") -> Standing:
    with world.store.reading() as session:
        return commitments.standing(session, by_name(world, name))


def test_a_promise_without_a_day_stops_the_approval(world: World) -> None:
    world.people()
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    with pytest.raises(PromiseDateError, match="visite"):
        world.approve(number)
    with pytest.raises(UnknownPromiseNameError, match="visit"):
        choose(world, visit=date(2025, 11, 3))
    with pytest.raises(PastPromiseError):
        choose(world, visite=date(2025, 8, 31))
    choose(world, visite=date(2025, 11, 3))
    choose(world, visite=date(2025, 11, 4))
    world.approve(number)
    world.sign(number)
    world.send(number)
    assert by_name(world, "visite").due_on == date(2025, 11, 4)


def test_one_line_counts_all_who_got_the_letter(world: World) -> None:
    sent(world)
    assert by_name(world, "fiches-villes").due_on == date(2025, 10, 1)
    assert standing(world) == Standing(3, 0, 0, 3, PromiseState.OPEN)
    keep(world, HAVRE, LYON)
    assert standing(world) == Standing(3, 2, 0, 1, PromiseState.OPEN)
    with world.store.reading() as session:
        named = commitments.parties(session, by_name(world, "fiches-villes"), world.settings.zone)
    assert [(one.contact, one.state) for one in named] == [
        (IBAGUE, "open"),
        (LYON, "kept"),
        (HAVRE, "kept"),
    ]
    assert named[1].settled_on == date(2025, 10, 1)
    assert named[1].reference == "S-1"


def test_a_letter_that_comes_back_opens_the_promise_again(world: World) -> None:
    sent(world)
    keep(world, HAVRE, LYON, IBAGUE)
    assert standing(world).state is PromiseState.KEPT
    with world.store.transaction() as session:
        row = session.scalars(select(Delivery).where(Delivery.reference == "S-1").limit(1)).one()
        row.state = "bounced"
    assert standing(world) == Standing(3, 2, 0, 1, PromiseState.OPEN)


def test_a_person_ends_it_for_one_contact_with_a_reason(world: World) -> None:
    sent(world)
    with world.store.transaction() as session:
        promise = by_name(world, "fiches-villes")
        contact = directory.find(session, HAVRE).id
        for state in (PromiseState.WITHDRAWN, PromiseState.KEPT):
            promises.settle(
                *(session, promise, contact, state),
                reason="Said on the telephone",
                on=TODAY,
                act=world.act(),
            )
        with pytest.raises(NoReasonError):
            promises.settle(
                *(session, promise, contact, PromiseState.KEPT),
                reason=" ",
                on=TODAY,
                act=world.act(),
            )
    assert standing(world) == Standing(3, 1, 0, 2, PromiseState.OPEN)
    with world.store.reading() as session:
        moves = session.execute(
            select(Event.before, Event.after).where(Event.subject == "promise_settlement")
        ).all()
    assert [tuple(move) for move in moves] == [("open", "withdrawn"), ("withdrawn", "kept")]


def test_an_objection_ends_it_as_a_recorded_decision(world: World) -> None:
    sent(world)
    with world.store.transaction() as session:
        contact = directory.find(session, HAVRE).id
        row = session.scalars(select(Enrolment).where(Enrolment.contact_id == contact)).one()
        row.state, row.reason = "stopped", "opted-out"
    assert standing(world) == Standing(3, 0, 1, 2, PromiseState.OPEN)


def test_put_off_it_waits_keeps_its_history_and_calls_for_a_holding_letter(world: World) -> None:
    sent(world)
    at(world, date(2025, 9, 25))
    with world.store.transaction() as session:
        promise = session.merge(by_name(world, "fiches-villes"))
        with pytest.raises(EarlierDateError):
            postpone(world, session, promise, date(2025, 10, 1))
        postpone(world, session, promise, date(2025, 11, 8))  # a Saturday
    with world.store.reading() as session:
        (row,) = promises.history(session, by_name(world, "fiches-villes"))
        assert (row.before, row.after) == (date(2025, 10, 1), date(2025, 11, 8))
    holding = world.prepare("patience")
    assert holding.drafted == 3
    at(world, date(2025, 10, 1))
    with pytest.raises(NothingDueError):
        world.prepare(KEEPER)
    at(world, date(2025, 11, 10))  # the Monday after that Saturday
    assert world.prepare(KEEPER).drafted == 3


def postpone(world: World, session: object, promise: Promise, to: date) -> None:
    from sqlalchemy.orm import Session

    assert isinstance(session, Session)
    promises.postpone(
        *(session, promise, to),
        reason="Two cities have not answered yet",
        letter=True,
        today=date(2025, 9, 25),
        act=world.act(CHIEF),
    )


def test_a_promise_made_by_a_person_has_an_owner_and_ends_by_their_word(world: World) -> None:
    world.people()
    with world.store.transaction() as session:
        contact = directory.find(session, HAVRE).id
        made = promises.record(
            *(session, contact, " Call  back ", date(2025, 9, 5)),
            owner=None,
            campaign_id=None,
            made_on=TODAY,
            act=world.act(),
        )
        number = made.id
        assert made.owner == "Maria"
        for wrong, error in ((" ", EmptyPromiseError), ("Call", PastPromiseError)):
            day = date(2025, 9, 5) if wrong == " " else date(2025, 8, 1)
            with pytest.raises(error):
                promises.record(
                    *(session, contact, wrong, day),
                    owner=None,
                    campaign_id=None,
                    made_on=TODAY,
                    act=world.act(),
                )
        with pytest.raises(NotPromisedByStepError):
            promises.settle(
                *(session, made, contact, PromiseState.KEPT),
                reason="x",
                on=TODAY,
                act=world.act(),
            )
    with world.store.reading() as session:
        (line,) = lines.lines(session, date(2025, 9, 6), only_open=True, owner="Maria")
    assert (line.overdue, line.contact, line.text["fr"]) == (True, HAVRE, "Call back")
    with world.store.transaction() as session:
        promises.keep(session, promises.find(session, number), "By telephone", world.act())
        with pytest.raises(PromiseStateError):
            promises.withdraw(session, promises.find(session, number), "No", world.act(CHIEF))
        promises.reopen(session, promises.find(session, number), "Not yet", world.act(CHIEF))
        promises.withdraw(session, promises.find(session, number), "Declined", world.act(CHIEF))
    with world.store.reading() as session:
        assert lines.lines(session, TODAY, only_open=True) == []
        (line,) = lines.lines(session, TODAY)
        assert (line.state, line.reason) == ("withdrawn", "Declined")


def test_overdue_promises_come_first(world: World) -> None:
    sent(world)
    with world.store.transaction() as session:
        contact = directory.find(session, HAVRE).id
        for text, due in (("Soon", date(2025, 9, 20)), ("Late", date(2025, 9, 10))):
            promises.record(
                *(session, contact, text, due),
                owner=None,
                campaign_id=enrolments.require_started(session, CAMPAIGN).id,
                made_on=TODAY,
                act=world.act(),
            )
        promises.withdraw(session, by_name_in(session, "visite"), "No visit", world.act(CHIEF))
    with world.store.reading() as session:
        found = lines.lines(session, date(2025, 10, 2), campaign=CAMPAIGN)
    assert [line.text["fr"][:4] for line in found] == ["Late", "Soon", "Des ", "Une "]
    assert [line.overdue for line in found] == [True, True, True, False]


def by_name_in(session: object, name: str) -> Promise:
    from sqlalchemy.orm import Session

    assert isinstance(session, Session)
    return session.scalars(select(Promise).where(Promise.name == name)).one()


def test_recorded_letters_that_are_taken_back_promised_nothing(world: World) -> None:
    sent(world)
    with world.store.transaction() as session:
        for row in session.scalars(select(Delivery)):
            row.state = "cancelled"
    assert standing(world) == Standing(0, 0, 0, 0, PromiseState.OPEN)
