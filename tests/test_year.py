"""A year in a minute: letters, answers, absences, bounces, crashes, holidays, and a machine asleep.

Whatever the dice say, the same things hold at its end.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes

import pytest
from sqlalchemy import func, select

from outreach.campaigns import calendar
from outreach.campaigns.models import Enrolment, Promise, Step
from outreach.campaigns.situations import places
from outreach.clock import local_date
from outreach.contacts.models import Contact, Organisation
from outreach.db import Store
from outreach.dispatch import registerchain
from outreach.dispatch.models import Delivery, RegisterEntry
from outreach.inbox.models import Reply
from outreach.journal import Event
from tests.dispatch.world import World
from tests.year import Year

CHASERS = ("relance", "relance-2", "rappel")


@pytest.fixture(
    params=[
        pytest.param((60, 70, 265), id="two months"),
        pytest.param((2_000, 365, 269), id="a year", marks=pytest.mark.soak),
    ],
    scope="module",
)
def year(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Year]:
    """A year that has passed, or its first months."""
    from tests.conftest import lay_office

    contacts, days, seed = request.param
    folder = tmp_path_factory.mktemp("year")
    store = Store(f"sqlite:///{folder / 'outreach.db'}")
    store.upgrade()
    found = Year(World(store, lay_office(folder)), contacts=contacts, days=days, seed=seed)
    found.run()
    yield found
    store.close()


def check_that_the_dice_threw_everything(year: Year) -> None:
    with year.world.store.reading() as session:
        kinds = Counter(session.scalars(select(Event.verb).where(Event.subject == "arrival")))
        steps = Counter(
            session.scalars(
                select(Step.name)
                .join(Delivery, Delivery.step_id == Step.id)
                .where(Delivery.sent_at.is_not(None))
            )
        )
        replies = session.scalar(select(func.count(Reply.id))) or 0
    assert year.crashed > 0
    assert kinds.total() > 5
    assert replies > 3
    assert {"septembre", "relance", "fiches", "details"} <= set(steps)
    if year.days > 300:
        assert set(steps) == {step.name for step in year.world.definition.file.steps}


def check_that_no_contact_gets_a_step_twice(year: Year) -> None:
    names = Counter(
        message_from_bytes(path.read_bytes())["Message-ID"] for path in year.world.outbox()
    )
    with year.world.store.reading() as session:
        sent = session.execute(
            select(Delivery.message_id, Delivery.step_id, Delivery.contact_id).where(
                Delivery.sent_at.is_not(None)
            )
        ).all()
    assert set(names.values()) == {1}
    assert set(names) == {row.message_id for row in sent}
    assert len({(row.step_id, row.contact_id) for row in sent}) == len(sent)


def check_that_no_reminder_leaves_after_a_reply(year: Year) -> None:
    with year.world.store.reading() as session:
        replied = {
            row.organisation_id: row.first
            for row in session.execute(
                select(Contact.organisation_id, func.min(Reply.recorded_at).label("first"))
                .join(Contact, Contact.id == Reply.contact_id)
                .group_by(Contact.organisation_id)
            )
        }
        reminders = session.execute(
            select(Contact.organisation_id, Delivery.sent_at)
            .join(Step, Step.id == Delivery.step_id)
            .join(Contact, Contact.id == Delivery.contact_id)
            .where(Step.name.in_(CHASERS), Delivery.sent_at.is_not(None))
        ).all()
    assert reminders
    late = [row for row in reminders if row.sent_at > replied.get(row.organisation_id, row.sent_at)]
    assert late == []


def check_that_no_promise_ends_without_a_delivery_or_a_recorded_decision(year: Year) -> None:
    with year.world.store.reading() as session:
        steps = dict(session.execute(select(Step.name, Step.id)).all())
        had = set(
            session.scalars(
                select(Delivery.contact_id).where(
                    Delivery.step_id == steps["fiches"], Delivery.sent_at.is_not(None)
                )
            )
        )
        owed = set(
            session.scalars(
                select(Delivery.contact_id).where(
                    Delivery.step_id == steps["septembre"], Delivery.sent_at.is_not(None)
                )
            )
        )
        standing = {row.contact_id: row for row in session.scalars(select(Enrolment))}
        said = set(
            session.scalars(
                select(Event.subject_id).where(
                    Event.subject == "enrolment", Event.reason.is_not(None)
                )
            )
        )
        promises = session.scalars(select(Promise)).all()
    assert promises
    for contact in owed - had:
        row = standing[contact]
        waits = row.step_id == steps["fiches"] or row.state == "active"
        assert waits or (row.state == "stopped" and row.reason and row.id in said)
    if year.days > 300:
        open_ = [standing[one] for one in owed - had if standing[one].state == "active"]
        assert open_ == []


def check_that_none_leaves_on_a_day_that_is_not_free_nor_before_its_delay(year: Year) -> None:
    zone = year.world.settings.zone
    with year.world.store.reading() as session:
        sent = session.execute(
            select(
                Delivery.sent_at,
                Delivery.contact_id,
                Step.name,
                Organisation.country,
                Organisation.departement,
            )
            .join(Step, Step.id == Delivery.step_id)
            .join(Contact, Contact.id == Delivery.contact_id)
            .join(Organisation, Organisation.id == Contact.organisation_id)
            .where(Delivery.sent_at.is_not(None))
        ).all()
    assert sent
    left: dict[tuple[int, str], date] = {}
    for row in sent:
        both = places(year.world.settings, row.country, row.departement)
        reader = row.sent_at.astimezone(calendar.zone(both[-1])).date()
        assert calendar.is_working_day(reader, both), (row.name, both, row.sent_at)
        left[row.contact_id, row.name] = local_date(row.sent_at, zone)
    for (contact, name), day in left.items():
        after = year.world.definition.step(name).after
        if after is not None:
            assert (day - left[contact, after.step]).days >= after.days


def check_that_the_register_has_no_gap_and_its_seals_hold(year: Year) -> None:
    with year.world.store.reading() as session:
        numbers: dict[int, list[int]] = {}
        for each in session.execute(select(RegisterEntry.year, RegisterEntry.number)):
            numbers.setdefault(each.year, []).append(each.number)
        found = registerchain.verify(session)
    assert numbers
    for issued in numbers.values():
        assert sorted(issued) == list(range(min(issued), min(issued) + len(issued)))
    assert found.broken is None
    assert found.unsealed == 0


def check_that_nothing_is_left_in_doubt(year: Year) -> None:
    with year.world.store.reading() as session:
        states = set(session.scalars(select(Delivery.state)))
    assert not states & {"uncertain", "armed", "claimed"}


CHECKS = (
    check_that_no_contact_gets_a_step_twice,
    check_that_no_reminder_leaves_after_a_reply,
    check_that_no_promise_ends_without_a_delivery_or_a_recorded_decision,
    check_that_none_leaves_on_a_day_that_is_not_free_nor_before_its_delay,
    check_that_the_register_has_no_gap_and_its_seals_hold,
    check_that_nothing_is_left_in_doubt,
    check_that_the_dice_threw_everything,
)


def test_whatever_the_dice_say_the_same_things_hold(year: Year) -> None:
    """One test, so that several processes do not each live the same year."""
    for check in CHECKS:
        check(year)
