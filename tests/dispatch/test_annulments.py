"""Numbers given up by two people, and the seals that show every change."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from outreach.dispatch import annulments, batches, register, registerchain, settling
from outreach.dispatch.annulments import (
    AnnulledError,
    LetterLeftError,
    NotProposedError,
    ReasonMissingError,
    SamePersonError,
    UnknownNumberError,
)
from outreach.dispatch.carriers.base import Outcome
from outreach.dispatch.models import Batch, Delivery, RegisterEntry, RegisterSeal
from outreach.dispatch.settling import NumberGivenUpError
from outreach.journal import Event
from tests.dispatch.test_settling import Told
from tests.dispatch.world import CHIEF, MANAGER, World


def number_of(world: World, index: int = 0) -> str:
    with world.store.reading() as session:
        return session.scalars(select(RegisterEntry.reference).order_by(RegisterEntry.id)).all()[
            index
        ]


def behind_its_back(session: Session) -> None:
    """Take away what lets the database refuse changes, as somebody with its password could."""
    for table in ("register_entry", "register_seal"):
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            for verb in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuses_{verb}"))


def annul(world: World, reference: str) -> None:
    with world.store.transaction() as session:
        annulments.propose(session, reference, "the mayor resigned", world.act())
    with world.store.transaction() as session:
        annulments.confirm(session, reference, world.act(MANAGER))


def test_a_number_is_annulled_by_two_people_and_its_letters_stay(world: World) -> None:
    world.signed(many=2)
    reference = number_of(world)
    annul(world, reference)
    with world.store.reading() as session:
        rows = session.scalars(select(Delivery).where(Delivery.reference == reference)).all()
        assert {(row.state, row.reason) for row in rows} == {("cancelled", "annulled")}
        assert [row.reason for row in annulments.annulled(session).values()] == [
            "the mayor resigned"
        ]
        assert session.scalars(select(RegisterEntry.reference)).first() == reference
        assert session.scalars(select(Event.verb).where(Event.verb.like("annul%"))).all() == [
            "annulment-proposed",
            "annulled",
        ]
        assert register.gaps(session) == []


def test_nobody_annuls_alone(world: World) -> None:
    world.signed(many=1)
    reference = number_of(world)
    with world.store.transaction() as session:
        annulments.propose(session, reference, "x", world.act(MANAGER))
    with world.store.transaction() as session, pytest.raises(SamePersonError):
        annulments.confirm(session, reference, world.act(MANAGER.upper()))
    with world.store.transaction() as session:
        annulments.confirm(session, reference, world.act(CHIEF))
    with world.store.transaction() as session, pytest.raises(NotProposedError):
        annulments.confirm(session, reference, world.act(CHIEF))
    with world.store.transaction() as session, pytest.raises(AnnulledError):
        annulments.propose(session, reference, "again", world.act())


def test_an_annulment_wants_a_number_and_a_reason(small_world: World) -> None:
    small_world.signed(many=1)
    with small_world.store.transaction() as session:
        with pytest.raises(UnknownNumberError):
            annulments.propose(session, "S-EFRPR-25-999", "x", small_world.act())
        with pytest.raises(ReasonMissingError):
            annulments.propose(session, number_of(small_world), " ", small_world.act())


def test_the_number_of_a_letter_that_left_stays(small_world: World) -> None:
    number = small_world.signed(many=1)
    small_world.send(number)
    with small_world.store.transaction() as session, pytest.raises(LetterLeftError):
        annulments.propose(session, number_of(small_world), "x", small_world.act())


def test_a_letter_that_left_after_the_proposal_keeps_its_number(small_world: World) -> None:
    number = small_world.signed(many=1)
    with small_world.store.transaction() as session:
        annulments.propose(session, number_of(small_world), "x", small_world.act())
    small_world.send(number)
    with small_world.store.transaction() as session, pytest.raises(LetterLeftError):
        annulments.confirm(session, number_of(small_world), small_world.act(MANAGER))


def test_a_numbered_letter_that_did_not_leave_opens_a_task(world: World) -> None:
    number = world.signed(many=1)
    with world.store.reading() as session:
        assert annulments.owed(session) == []
    world.send(number, Told(Outcome.PERMANENT))
    with world.store.reading() as session:
        assert [task.reference for task in annulments.owed(session)] == [number_of(world)]
    annul(world, number_of(world))
    with world.store.transaction() as session:
        assert annulments.owed(session) == []
        batch = batches.find(session, number)
        with pytest.raises(NumberGivenUpError):
            settling.again(session, batch, None, because="mended", act=world.act())


def test_a_batch_whose_last_letter_is_annulled_is_done(small_world: World) -> None:
    small_world.signed(many=1)
    annul(small_world, number_of(small_world))
    with small_world.store.reading() as session:
        assert session.scalars(select(Batch.state)).one() == "done"


def test_every_number_and_annulment_is_sealed(world: World) -> None:
    world.signed()
    annul(world, number_of(world))
    with world.store.reading() as session:
        verdict = registerchain.verify(session)
        assert (verdict.sealed, verdict.broken, verdict.unsealed) == (3, None, 0)
        kinds = session.scalars(select(RegisterSeal.kind).order_by(RegisterSeal.place)).all()
        assert kinds == ["entry", "entry", "annulment"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE register_entry SET subject = 'another' WHERE number = 1",
        "UPDATE register_entry SET issued_on = '2025-08-01' WHERE number = 1",
        "UPDATE register_entry SET addressee = 'somebody' WHERE number = 1",
        "UPDATE register_annulment SET reason = 'another'",
        "UPDATE register_seal SET sha256 = 'x' WHERE place = 1",
        "DELETE FROM register_seal WHERE place = 2",
    ],
)
def test_a_change_behind_the_tools_back_is_found(world: World, change: str) -> None:
    world.signed()
    annul(world, number_of(world))
    with world.store.transaction() as session:
        behind_its_back(session)
        session.execute(text(change))
    with world.store.reading() as session:
        assert registerchain.verify(session).broken is not None


def test_numbers_issued_before_there_were_seals_are_sealed_later(world: World) -> None:
    world.signed()
    with world.store.transaction() as session:
        behind_its_back(session)
        session.execute(delete(RegisterSeal))
    with world.store.transaction() as session:
        assert registerchain.verify(session).unsealed == 2
        registerchain.seal(session)
        verdict = registerchain.verify(session)
        assert (verdict.sealed, verdict.unsealed) == (2, 0)


def test_a_last_number_that_vanished_is_missed(world: World) -> None:
    world.signed()
    with world.store.transaction() as session:
        last = session.scalars(select(RegisterEntry).order_by(RegisterEntry.number.desc())).first()
        assert last is not None
        behind_its_back(session)
        session.execute(update(Delivery).values(entry_id=None, circular_id=None))
        session.execute(text("UPDATE circular SET entry_id = NULL"))
        session.execute(delete(RegisterEntry).where(RegisterEntry.id == last.id))
        assert register.gaps(session) == [(2025, 2)]
