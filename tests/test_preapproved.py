"""What a manager approved beforehand leaves by itself; all else waits for a person."""

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import select

from outreach import desk, rounds
from outreach.accounts import users
from outreach.accounts.users import NotAllowedError, Role
from outreach.app import App
from outreach.campaigns import enrolments
from outreach.db import Store
from outreach.dispatch import batches, preapprovals
from outreach.dispatch import pressroom as pressrooms
from outreach.dispatch.preapprovals import Limits, Preapproval
from outreach.dispatch.signing import Signature
from outreach.journal import Event
from outreach.rounds import Round
from tests.dispatch.world import CAMPAIGN, MANAGER, SECRETARY, STEP, World, quiet

pytestmark = pytest.mark.one_database

MANDATE = "Délégation du 2 juin 2025"


@dataclass
class Office:
    """An office with a started campaign, as rounds see it."""

    world: World

    @property
    def app(self) -> App:
        world = self.world
        return App(
            folder=world.folder, settings=world.settings, store=world.store, clock=world.clock
        )

    def round(self, actor: str = SECRETARY) -> Round:
        return rounds.run(self.app, actor, quiet)

    def allow(
        self,
        at_most: int = 10,
        until: date = date(2025, 12, 19),
        mandate: str | None = MANDATE,
        actor: str = MANAGER,
    ) -> Preapproval:
        world = self.world
        current = pressrooms.from_folder(world.folder, world.settings, world.definition, STEP)
        with world.store.transaction() as session:
            return preapprovals.allow(
                session,
                world.definition,
                current,
                Limits(at_most, until, mandate),
                settings=world.settings,
                act=world.act(actor),
            )

    def state(self, number: int = 1) -> str:
        with self.world.store.reading() as session:
            return batches.find(session, number).state


@pytest.fixture
def office(any_store: Store, office: Path) -> Office:
    world = World(any_store, office)
    world.many(3)
    world.start()
    return Office(world)


def test_what_was_approved_beforehand_leaves_in_the_same_round(office: Office) -> None:
    office.allow()
    done = office.round()
    assert done.left_to_person == []
    assert done.unattended == [(1, MANAGER, "sending")]
    assert len(office.world.outbox()) == 3
    with office.world.store.reading() as session:
        batch = batches.find(session, 1)
        assert (batch.submitted_by, batch.approved_by) == (SECRETARY, MANAGER)
        assert (batch.mandate, batch.signed_by) == (MANDATE, MANAGER)
        (standing,) = preapprovals.standing(session, CAMPAIGN)
        assert (standing.used, standing.batches) == (3, [1])
        verbs = session.scalars(select(Event.verb).where(Event.subject == "preapproval")).all()
        assert verbs == ["created", "used"]
    assert office.round().prepared == []


def test_without_a_mandate_it_waits_for_its_signature(office: Office) -> None:
    office.allow(mandate=None)
    assert office.round().unattended == [(1, MANAGER, "approved")]
    assert office.state() == "approved"
    desk.sign(office.app, 1, Signature(mandate="Ana"), (), office.world.act(MANAGER))
    assert office.state() == "signed"


def test_a_step_that_nobody_approved_beforehand_waits_as_a_draft(office: Office) -> None:
    done = office.round()
    assert (done.unattended, done.left_to_person) == ([], [])
    assert office.state() == "draft"


def own(office: Office, part: str) -> Path:
    """The office's own copy of a folder that others share."""
    folder = office.world.folder / part
    source = folder.resolve()
    folder.unlink()
    return Path(shutil.copytree(source, folder))


def reason(done: Round) -> str:
    ((_, error),) = done.left_to_person
    return error.id


def test_more_letters_than_the_limit_wait_for_a_person(office: Office) -> None:
    office.allow(at_most=2)
    assert reason(office.round()) == "PreapprovalLimitError"
    assert (office.state(), office.world.outbox()) == ("draft", [])


def test_the_limit_is_of_all_rounds_together(office: Office) -> None:
    office.allow(at_most=5)
    office.round()
    world = office.world
    with world.store.transaction() as session:
        campaign = enrolments.require_started(session, CAMPAIGN)
        (standing,) = preapprovals.standing(session, CAMPAIGN)
        assert standing.used == 3
        with pytest.raises(preapprovals.PreapprovalLimitError) as refused:
            preapprovals.take_up(
                session,
                standing.row,
                batches.find(session, 1),
                standing.row.material,
                letters=3,
                due=date(2025, 9, 1),
                settings=world.settings,
                stale=timedelta(hours=6),
                act=world.act(),
            )
        assert campaign.name == CAMPAIGN
    assert refused.value.values == {"at_most": 5, "used": 3, "letters": 3}


def test_a_letter_that_was_changed_since_waits_for_a_person(office: Office) -> None:
    office.allow()
    letter = own(office, "templates") / "letters" / "accompagnement" / "fr.md"
    letter.write_text(letter.read_text("utf-8") + "\nUn mot de plus.\n", "utf-8")
    done = office.round()
    assert reason(done) == "PreapprovalChangedError"
    assert done.left_to_person[0][1].values["parts"] == ["letters/accompagnement/fr.md"]
    assert office.state() == "draft"


def test_a_step_that_was_changed_since_waits_for_a_person(office: Office) -> None:
    office.allow()
    plan = own(office, "campaigns") / f"{CAMPAIGN}.toml"
    plan.write_text(
        plan.read_text("utf-8").replace("Partage du document", "Envoi du document"), "utf-8"
    )
    assert reason(office.round()) == "PreapprovalChangedError"


def test_after_its_last_day_they_wait_for_a_person(office: Office) -> None:
    office.allow(until=date(2025, 9, 1))
    office.world.now += timedelta(days=1)
    assert reason(office.round()) == "PreapprovalOverError"


def test_what_fell_due_while_no_round_was_made_waits_for_a_person(office: Office) -> None:
    office.allow()
    office.world.now += timedelta(days=7)
    assert reason(office.round()) == "PreapprovalLateError"
    assert (office.state(), office.world.outbox()) == ("draft", [])


def test_rounds_that_find_nothing_keep_it_fresh(office: Office) -> None:
    world = office.world
    world.now -= timedelta(days=10)
    office.allow()
    while world.now.date() < date(2025, 9, 1):
        assert office.round().prepared == []
        world.now += timedelta(days=1)
    assert office.round().unattended == [(1, MANAGER, "sending")]


def test_who_approves_beforehand_does_not_make_the_round(office: Office) -> None:
    office.allow()
    assert reason(office.round(MANAGER)) == "PreapprovalOwnError"
    assert office.state() == "draft"


def test_a_manager_who_is_one_no_longer_approves_nothing(office: Office) -> None:
    office.allow()
    with office.world.store.transaction() as session:
        users.change_role(session, MANAGER, Role.SECRETARY, office.world.act("Ana"))
    assert reason(office.round()) == "NotAllowedError"
    assert (office.state(), office.world.outbox()) == ("submitted", [])


def test_a_secretary_approves_nothing_beforehand(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        office.allow(actor=SECRETARY)


@pytest.mark.parametrize(("at_most", "until"), [(0, date(2025, 12, 1)), (5, date(2025, 8, 31))])
def test_limits_that_allow_nothing_are_refused(office: Office, at_most: int, until: date) -> None:
    with pytest.raises(preapprovals.PreapprovalLimitsError):
        office.allow(at_most, until)


def test_numbers_of_an_official_book_are_not_given_beforehand(office: Office) -> None:
    world = office.world
    world.settings = structs.replace(
        world.settings, register=structs.replace(world.settings.register, source="external")
    )
    with pytest.raises(preapprovals.PreapprovalNumbersError):
        office.allow()
    assert office.allow(mandate=None).mandate is None


def test_what_is_withdrawn_or_replaced_holds_no_more(office: Office) -> None:
    office.allow()
    second = office.allow(at_most=20)
    world = office.world
    with world.store.transaction() as session:
        (standing,) = preapprovals.standing(session)
        assert (standing.row.id, standing.row.at_most) == (second.id, 20)
        campaign = enrolments.require_started(session, CAMPAIGN)
        preapprovals.withdraw(session, campaign, STEP, "The text is looked at", world.act())
        with pytest.raises(preapprovals.NotPreapprovedError):
            preapprovals.withdraw(session, campaign, STEP, "Again", world.act())
    assert office.round().unattended == []
    assert office.state() == "draft"
