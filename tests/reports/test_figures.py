"""Figures: every one can be counted again from the list behind it."""

from collections import Counter
from datetime import date

import pytest

from outreach.campaigns import enrolments
from outreach.campaigns.models import Campaign
from outreach.reports import figures, lines
from outreach.reports.figures import CampaignStatus
from tests.dispatch.world import STEP, World

TODAY = date(2025, 9, 1)


def campaign(world: World, session: object) -> Campaign:
    from sqlalchemy.orm import Session

    assert isinstance(session, Session)
    return enrolments.require_started(session, world.definition.name)


def status(world: World, today: date = TODAY) -> CampaignStatus:
    with world.store.reading() as session:
        return figures.status(session, campaign(world, session), today)


def listed(world: World) -> Counter[tuple[str, str]]:
    with world.store.reading() as session:
        found = lines.who(session, campaign(world, session))
        return Counter((line.step, line.fate.value) for line in found if line.delivery)


@pytest.mark.parametrize("until", ["prepared", "signed", "sent", "printed"])
def test_each_figure_is_the_length_of_its_list(world: World, until: str) -> None:
    if until == "prepared":
        world.people()
        world.start()
        world.prepare()
    else:
        number = world.signed()
        if until != "signed":
            world.send(number)
        if until == "printed":
            world.print(number)
    counted = listed(world)
    for step in status(world).steps:
        for fate, figure in step.fates.items():
            assert figure == counted[(step.name, fate)], (step.name, fate)


def test_a_promise_is_counted_and_is_late_after_its_day(world: World) -> None:
    world.send(world.signed())
    (promise,) = status(world, date(2025, 10, 1)).promises
    assert (promise.made_to, promise.kept, promise.overdue) == (2, 0, False)
    (promise,) = status(world, date(2025, 10, 2)).promises
    assert promise.overdue


def test_what_left_is_broken_down_and_the_parts_add_up(world: World) -> None:
    world.send(world.signed())
    step = next(step for step in status(world).steps if step.name == STEP)
    assert step.languages == {"es": 1, "fr": 2}
    assert step.kinds == {"commune": 1, "epci": 1, "municipio": 1}
    assert step.channels == {"email": 3}
    assert step.reasons == {"no-address": 1}


def test_who_is_waiting_for_the_next_step_is_told(world: World) -> None:
    world.send(world.signed())
    step = next(step for step in status(world).steps if step.name == "fiches-villes")
    assert (step.due, step.next_due) == (2, date(2025, 10, 1))
