"""Two cards of one person, letters on both sides: everything follows the merge, and comes back."""

from pathlib import Path

import pytest
from sqlalchemy import select

import outreach.app  # noqa: F401  # what follows a merge
from outreach.campaigns.models import Enrolment, EnrolmentState
from outreach.contacts import directory, kinship, merging, segments
from outreach.contacts.models import Contact, EmailAddress
from outreach.contacts.privacy import rights
from outreach.db import Store
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState
from outreach.inbox import recording
from outreach.inbox.models import Outcome, Way
from outreach.reports import lines, person
from outreach.settings import Bilingual
from tests.dispatch.world import CAMPAIGN, KEY, MANAGER, STEP, World

pytestmark = pytest.mark.one_database

KEPT, GONE = "FR:76351", "FR:76351/dupont"


@pytest.fixture
def world(any_store: Store, office: Path) -> World:
    return World(any_store, office)


@pytest.fixture
def twins(world: World) -> World:
    """The mayor of Le Havre twice, with an address each."""
    world.people()
    with world.store.transaction() as session:
        mayor = directory.find(session, KEPT)
        session.add(
            Contact(
                code=GONE,
                organisation_id=mayor.organisation_id,
                language="fr",
                office="maire",
                first_name="Anne",
                last_name="Dupont",
                source="test",
                created_at=world.now,
                emails=[EmailAddress(address="anne.dupont@havre.example")],
            )
        )
    return world


def leave(world: World) -> None:
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    world.approve(number)
    world.sign(number)
    world.send(number)


def merge(world: World) -> None:
    with world.store.transaction() as session:
        merging.merge(session, KEPT, GONE, "one person", world.act())


def unmerge(world: World) -> None:
    with world.store.transaction() as session:
        merging.unmerge(session, GONE, world.act())


def places(world: World) -> dict[str, tuple[str, str | None]]:
    with world.store.reading() as session:
        rows = session.execute(
            select(Contact.code, Enrolment.state, Enrolment.reason)
            .join(Enrolment, Enrolment.contact_id == Contact.id)
            .where(Contact.code.in_([KEPT, GONE]))
        )
        return {code: (state, reason) for code, state, reason in rows}


def codes(world: World, condition: segments.Condition) -> set[str]:
    with world.store.reading() as session:
        segment = segments.Segment("test", Bilingual(fr="", es=""), condition)
        return {row["code"] for row in segments.members(session, segment)}


def reply(world: World, code: str) -> None:
    with world.store.transaction() as session:
        recording.record(
            session,
            world.definition,
            directory.find(session, code),
            received_on=world.now.date(),
            today=world.now.date(),
            settings=world.settings,
            way=Way.PHONE,
            outcome=Outcome.INTERESTED,
            note="",
            act=world.act(),
        )


def test_letters_and_replies_of_both_cards_are_read_through_the_one_that_is_kept(
    twins: World,
) -> None:
    twins.start()
    leave(twins)
    reply(twins, GONE)

    def told() -> tuple[int, int]:
        with twins.store.reading() as session:
            kept = directory.find(session, KEPT).id
            return len(lines.letters_to(session, kept)), len(person.answers(session, kept))

    assert told() == (1, 0)
    merge(twins)
    assert told() == (2, 1)
    unmerge(twins)
    assert told() == (1, 0)


def test_the_follow_ups_go_on_once_and_for_both_again_after_the_merge_is_taken_back(
    twins: World,
) -> None:
    twins.start()
    before = places(twins)
    assert set(before) == {KEPT, GONE}
    merge(twins)
    assert places(twins) == {
        KEPT: before[KEPT],
        GONE: (EnrolmentState.STOPPED.value, "merged"),
    }
    unmerge(twins)
    assert {code: state for code, (state, _) in places(twins).items()} == {
        code: state for code, (state, _) in before.items()
    }


def test_who_is_kept_takes_the_place_in_a_campaign_and_leaves_it_again(twins: World) -> None:
    twins.start()
    with twins.store.transaction() as session:
        kept = directory.find(session, KEPT).id
        row = session.scalars(select(Enrolment).where(Enrolment.contact_id == kept)).one()
        session.delete(row)
    for _ in range(2):  # merged, parted, and merged again
        merge(twins)
        assert places(twins)[KEPT][0] == EnrolmentState.ACTIVE.value
        assert places(twins)[GONE] == (EnrolmentState.STOPPED.value, "merged")
        unmerge(twins)
        assert places(twins)[KEPT] == (EnrolmentState.STOPPED.value, "merged")
        assert places(twins)[GONE][0] == EnrolmentState.ACTIVE.value


def test_a_letter_that_waits_for_the_one_that_is_gone_does_not_leave(twins: World) -> None:
    twins.start()
    number = twins.prepare().batch
    assert number is not None
    merge(twins)
    with twins.store.reading() as session:
        states = dict(
            session.execute(
                select(Contact.code, Delivery.state)
                .join(Contact, Contact.id == Delivery.contact_id)
                .where(Contact.code.in_([KEPT, GONE]))
            ).all()
        )
    assert states == {
        KEPT: DeliveryState.DRAFT.value,
        GONE: DeliveryState.SKIPPED.value,
    }


def test_a_letter_to_either_card_was_received_by_the_one_that_is_kept(twins: World) -> None:
    twins.start()
    with twins.store.transaction() as session:
        kept = directory.find(session, KEPT).id
        row = session.scalars(select(Enrolment).where(Enrolment.contact_id == kept)).one()
        session.delete(row)
    leave(twins)
    got = segments.Condition(codes=(KEPT,), received=(f"{CAMPAIGN}/{STEP}",))
    since = segments.Condition(codes=(KEPT,), last_contact_after=twins.now.date())
    assert codes(twins, got) == codes(twins, since) == {GONE}
    merge(twins)
    assert codes(twins, got) == codes(twins, since) == {KEPT}
    assert codes(twins, segments.Condition(codes=(KEPT,), not_received=(CAMPAIGN,))) == set()
    unmerge(twins)
    assert codes(twins, got) == {GONE}


def test_the_list_shows_the_kept_card_and_finds_it_by_the_other_ones_name(twins: World) -> None:
    def found(text: str) -> list[str]:
        with twins.store.reading() as session:
            return [one.code for one in directory.search(session, text, 9)]

    assert found("dupont") == [GONE]
    merge(twins)
    assert found("dupont") == [KEPT]
    assert found("havre") == [KEPT]
    unmerge(twins)
    assert sorted(found("havre")) == [KEPT, GONE]


def test_what_is_held_on_a_person_is_of_both_cards(twins: World) -> None:
    twins.start()
    leave(twins)
    reply(twins, GONE)
    merge(twins)
    for code in (KEPT, GONE):
        with twins.store.reading() as session:
            held = rights.held(session, directory.find(session, code))
            files = rights.files(session, directory.find(session, code))
        rows = {section.key: section.rows for section in held}
        assert [row["code"] for row in rows["card"]] == [KEPT, GONE]
        assert len(rows["replies"]) == 1
        assert len(rows["letters"]) == len(files) == 2


def test_an_objection_by_one_card_holds_for_the_other(twins: World) -> None:
    merge(twins)
    with twins.store.transaction() as session:
        gone = directory.find(session, GONE)
        done = rights.object_(
            session,
            gone,
            key=KEY,
            campaign=None,
            received_on=twins.now.date(),
            today=twins.now.date(),
            reason=None,
            act=twins.act(),
        )
        kept = directory.find(session, KEPT)
        assert rights.objecting(session, [kept.id], CAMPAIGN) == {kept.id}
    assert (done.suppressed, list(done.shared)) == (2, [])  # both addresses, shared by nobody else


def test_an_erasure_forgets_both_cards(twins: World) -> None:
    merge(twins)
    with twins.store.transaction() as session:
        rights.erase(session, directory.find(session, KEPT), key=KEY, act=twins.act(MANAGER))
    with twins.store.reading() as session:
        for code in (KEPT, GONE):
            card = directory.find(session, code)
            assert (card.last_name, card.emails) == (None, [])
            assert rights.is_erased(session, card.id)


def test_chains_of_merges_end_at_the_one_that_is_kept(twins: World) -> None:
    with twins.store.transaction() as session:
        nice, havre, dupont = (directory.find(session, c).id for c in ("FR:06088", KEPT, GONE))
        merging.merge(session, KEPT, GONE, "", twins.act())
        merging.merge(session, "FR:06088", KEPT, "", twins.act())
        assert kinship.heads(session) == {havre: nice, dupont: nice}
        assert kinship.together(session, [dupont])[0] == nice
        pairs = {tuple(row) for row in session.execute(select(kinship.bearers()))}
        assert pairs == {(havre, nice), (dupont, havre), (dupont, nice)}
