"""A letter sent again is the same letter, to another address, and the first one is left as it was."""

from collections.abc import Sequence
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from outreach.accounts.users import UnknownUserError
from outreach.campaigns import enrolments
from outreach.contacts import suppressions
from outreach.dispatch import archive, batches, postmark, release, resending
from outreach.dispatch.carriers.base import Addressed, Outcome, Receipt
from outreach.dispatch.models import Delivery
from outreach.dispatch.resending import (
    NothingToResendError,
    ObjectionError,
    Resend,
    ResendAddressError,
)
from outreach.dispatch.settling import ReasonNeededError
from outreach.journal import Event
from outreach.reports import figures, lines
from tests.dispatch.test_settling import Told
from tests.dispatch.world import CAMPAIGN, KEY, World

pytestmark = pytest.mark.one_database

HAVRE, NICE = "FR:76351", "FR:06088"
ELSEWHERE = "cabinet@havre.example"


class Taking(Told):
    """A carrier that keeps what it was given."""

    def __init__(self) -> None:
        super().__init__(Outcome.ACCEPTED)
        self.taken: list[Addressed] = []

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        self.taken += letters
        return super().send(letters)


def resend(
    world: World,
    number: int,
    code: str = HAVRE,
    to: str = ELSEWHERE,
    reason: str = "full",
    actor: str = "Maria",
) -> Resend:
    with world.store.transaction() as session:
        return resending.resend(
            session,
            batches.find(session, number),
            code,
            to,
            reason=reason,
            settings=world.settings,
            key=KEY,
            act=world.act(actor),
        )


def rows(world: World) -> list[Delivery]:
    with world.store.reading() as session:
        return [
            row
            for row in session.scalars(select(Delivery).order_by(Delivery.id))
            if row.reference and row.address and "havre" in row.address
        ]


def test_the_same_bytes_leave_to_another_address(world: World) -> None:
    number = world.signed()
    world.send(number)
    again = resend(world, number)
    carrier = Taking()
    assert world.send(number, carrier).sent == 1
    (taken,) = carrier.taken
    assert taken.recipient == ELSEWHERE
    first, second = rows(world)
    assert (first.kind, first.state, second.kind, second.state) == (
        "first",
        "sent",
        "resend",
        "sent",
    )
    assert first.archive_sha256 == second.archive_sha256 == again.sha256
    assert archive.digest(taken.message) == again.sha256
    assert first.reference == second.reference
    message = message_from_bytes(taken.message, policy=policy.default)
    assert str(message["Message-ID"]) == first.message_id != second.message_id
    with world.store.reading() as session:
        event = session.scalars(
            select(Event).where(Event.subject_id == second.id, Event.reason == "full")
        ).one()
        assert event.detail == {"kind": "resend", "of": first.id}
        assert session.get_one(Delivery, second.id).reason is None


def test_a_bounced_letter_stays_bounced_when_it_is_sent_again(world: World) -> None:
    number = world.signed()
    world.send(number, Told(Outcome.PERMANENT))
    resend(world, number)
    world.send(number)
    assert [row.state for row in rows(world)] == ["failed", "sent"]


def test_a_letter_sent_again_counts_once_and_is_shown(small_world: World) -> None:
    number = small_world.signed()
    small_world.send(number)
    with small_world.store.reading() as session:
        campaign = enrolments.require_started(session, CAMPAIGN)
        before = figures.status(session, campaign, small_world.now.date()).steps[0].fates
    resend(small_world, number)
    small_world.send(number)
    with small_world.store.reading() as session:
        campaign = enrolments.require_started(session, CAMPAIGN)
        assert figures.status(session, campaign, small_world.now.date()).steps[0].fates == before
        shown = [line.form for line in lines.who(session, campaign) if line.contact == HAVRE]
        assert [form for form in shown if form] == ["resend"]


def test_a_follow_up_names_the_letter_and_not_the_envelope(small_world: World) -> None:
    number = small_world.signed()
    small_world.send(number)
    resend(small_world, number)
    small_world.send(number)
    first, second = rows(small_world)
    with small_world.store.reading() as session:
        later = Delivery(id=9_999, step_id=first.step_id, contact_id=first.contact_id)
        found = postmark.threads(session, [later])
        session.expunge_all()
    assert found[9_999] == (first.message_id,)
    assert second.message_id not in found[9_999]


def test_nobody_gets_a_second_first_letter_after_one_was_sent_again(small_world: World) -> None:
    number = small_world.signed()
    small_world.send(number)
    resend(small_world, number)
    small_world.send(number)
    with pytest.raises(release.NothingDueError):
        small_world.prepare()


def test_it_can_be_sent_again_more_than_once(small_world: World) -> None:
    number = small_world.signed()
    small_world.send(number)
    resend(small_world, number)
    resend(small_world, number, to="maire@havre.example")
    assert small_world.send(number).sent == 2
    assert [row.round for row in rows(small_world)] == [0, 1, 2]


def test_who_objected_gets_nothing_again(world: World) -> None:
    number = world.signed()
    world.send(number)
    with world.store.transaction() as session:
        suppressions.suppress(session, KEY, ELSEWHERE, "opted-out", world.act())
    with pytest.raises(ObjectionError, match="FR:76351"):
        resend(world, number)


def test_only_what_left_by_email_is_sent_again(small_world: World) -> None:
    number = small_world.signed()
    with pytest.raises(NothingToResendError, match="FR:76351"):
        resend(small_world, number)
    small_world.send(number)
    small_world.print(number)
    with pytest.raises(NothingToResendError, match="FR:06088"):
        resend(small_world, number, NICE)


def test_a_letter_in_doubt_is_settled_first(small_world: World) -> None:
    number = small_world.signed()
    small_world.send(number, Told(Outcome.UNKNOWN))
    with pytest.raises(NothingToResendError, match="batch resolve"):
        resend(small_world, number)


def test_an_address_a_reason_and_a_person_are_needed(small_world: World) -> None:
    number = small_world.signed()
    small_world.send(number)
    with pytest.raises(ResendAddressError):
        resend(small_world, number, to="not an address")
    with pytest.raises(ReasonNeededError):
        resend(small_world, number, reason="  ")
    with pytest.raises(UnknownUserError):
        resend(small_world, number, actor="Nobody")
