"""Warnings that a person lets stand, with a reason that stays on the batch."""

import pytest
from sqlalchemy import select

from outreach.dispatch import batches, preflight, warnings
from outreach.dispatch.states import BatchStateError
from outreach.dispatch.warnings import Line
from outreach.errors import Phrase
from outreach.journal import Event
from tests.dispatch.world import MANAGER, World

pytestmark = pytest.mark.one_database

REASON = "Les deux formes sont polies."


@pytest.fixture
def number(world: World) -> int:
    """A draft batch with a contact of unknown gender."""
    world.people()
    world.start()
    found = world.prepare().batch
    assert found is not None
    return found


def accept(world: World, number: int, code: str = "L132", reason: str = REASON) -> None:
    found = world.check(number)
    with world.store.transaction() as session:
        batch = batches.find(session, number)
        warnings.accept(session, batch, found, code, reason=reason, act=world.act())


def require_clear(world: World, number: int, found: list[Line] | None = None) -> None:
    with world.store.reading() as session:
        batch = batches.find(session, number)
        preflight.require_clear(batch, found or world.check(number))


def test_a_warning_stands_in_the_way_until_it_is_accepted(world: World, number: int) -> None:
    with pytest.raises(warnings.UnacceptedError, match="--accept L132"):
        require_clear(world, number)
    accept(world, number)
    require_clear(world, number)
    assert {line.accepted for line in world.check(number)} == {REASON}


def test_accepting_and_taking_back_are_in_the_journal_with_the_reason(
    world: World, number: int
) -> None:
    accept(world, number)
    with world.store.transaction() as session:
        warnings.withdraw(session, batches.find(session, number), "L132", world.act())
    with pytest.raises(warnings.UnacceptedError):
        require_clear(world, number)
    with world.store.reading() as session:
        events = session.scalars(
            select(Event).where(Event.verb.startswith("warning-")).order_by(Event.id)
        ).all()
        assert [(each.verb, each.reason, each.detail) for each in events] == [
            ("warning-accepted", REASON, {"code": "L132"}),
            ("warning-withdrawn", None, {"code": "L132"}),
        ]


def test_accepted_again_the_newer_reason_counts(world: World, number: int) -> None:
    accept(world, number)
    accept(world, number, reason="Autre raison.")
    assert {line.accepted for line in world.check(number)} == {"Autre raison."}


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_is_accepted(world: World, number: int, reason: str) -> None:
    with pytest.raises(warnings.UnreasonedError):
        accept(world, number, reason=reason)


def test_a_warning_that_is_not_there_cannot_be_accepted(world: World, number: int) -> None:
    with pytest.raises(warnings.NothingToAcceptError, match="L132"):
        accept(world, number, code="P208")
    with (
        world.store.transaction() as session,
        pytest.raises(warnings.NothingToAcceptError),
    ):
        warnings.withdraw(session, batches.find(session, number), "L132", world.act())


def test_an_error_is_never_accepted(world: World, number: int) -> None:
    wrong = Line("L113", "error", Phrase("gone"), "x.md:1")
    with world.store.transaction() as session, pytest.raises(warnings.ErrorAcceptedError):
        warnings.accept(
            session,
            batches.find(session, number),
            [wrong],
            "L113",
            reason=REASON,
            act=world.act(),
        )
    with pytest.raises(preflight.RefusedError):
        require_clear(world, number, [wrong])


def test_the_same_words_about_one_more_contact_are_a_new_warning(world: World, number: int) -> None:
    accept(world, number)
    found = world.check(number)
    (line,) = [each for each in found if each.code == "L132"]
    for everyone, accepted in (
        (line.everyone, REASON),
        ([], REASON),
        ([*line.everyone, "FR:06088"], None),
    ):
        again = Line(line.code, line.severity, line.what, line.where, 1, list(everyone))
        with world.store.reading() as session:
            warnings.mark(session, batches.find(session, number), [again])
        assert again.accepted == accepted


def test_after_submission_nothing_more_is_accepted_and_new_warnings_stop_the_approval(
    world: World, number: int
) -> None:
    accept(world, number)
    world.submit(number)
    with pytest.raises(BatchStateError):
        accept(world, number)
    require_clear(world, number)
    found = [*world.check(number), Line("L116", "warning", Phrase("slow"), "x.md")]
    with pytest.raises(warnings.NewWarningsError, match=r"L116.*batch return"):
        require_clear(world, number, found)


def test_sent_back_and_submitted_again_the_acceptance_is_still_there(
    world: World, number: int
) -> None:
    from outreach.dispatch import approval

    accept(world, number)
    world.submit(number)
    with world.store.transaction() as session:
        batch = batches.find(session, number)
        approval.send_back(session, batch, "Relire.", world.act(MANAGER))
    require_clear(world, number)
