"""A city is told of an authority that answered that it is interested, and of no other."""

from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from outreach.campaigns import enrolments
from outreach.contacts import directory
from outreach.contacts.privacy.holding import HOLDERS
from outreach.db import Store
from outreach.dispatch import introductions
from outreach.dispatch.introductions import Line
from outreach.dispatch.release import NothingDueError
from outreach.inbox import deciding, learning
from outreach.inbox.models import Outcome
from outreach.partners import naming, pairs
from outreach.partners.pairs import Stage
from tests.dispatch.world import CAMPAIGN, World
from tests.inbox.office import HAVRE, IBAGUE, LYON
from tests.test_promised_letter import Sent

pytestmark = pytest.mark.one_database

TOLD = "mise-en-relation"
PEREIRA = "CO:66001"


@pytest.fixture
def sent(any_store: Store, office: Path) -> Sent:
    made = Sent(World(any_store, office))
    made.at(date(2025, 9, 8))
    return made


def answer(sent: Sent, who: str, outcome: Outcome, city: str | None = IBAGUE) -> None:
    """A reply, what a person says of it, and of which city it speaks."""
    sender = {HAVRE: "mairie@havre.example", LYON: "contact@lyon.example"}[who]
    arrival = sent.taken(sent.message("Bonjour.", sender=f"X <{sender}>", answers=who))
    with sent.world.store.transaction() as session:
        found = deciding.find(session, arrival.id)
        deciding.judge_outcome(session, found, outcome, sent.world.act())
        if city is not None:
            learning.set_stage(session, found, city, Stage.INTERESTED, sent.world.act())


def letter(sent: Sent) -> str:
    """The text of the one letter that a city gets."""
    before = set(sent.world.outbox())
    number = sent.world.prepare(TOLD).batch
    assert number is not None
    assert [line for line in sent.world.check(number) if line.severity == "error"] == []
    sent.leave(number)
    (path,) = set(sent.world.outbox()) - before
    body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def lines(sent: Sent) -> list[Line]:
    with sent.world.store.reading() as session:
        campaign = enrolments.require_started(session, CAMPAIGN)
        return introductions.lines(session, campaign, sent.world.settings.zone)


def test_a_city_is_told_two_working_days_after_the_authority_said_yes(sent: Sent) -> None:
    answer(sent, HAVRE, Outcome.INTERESTED)
    with pytest.raises(NothingDueError):
        sent.world.prepare(TOLD)
    sent.at(date(2025, 9, 10))
    text = letter(sent)
    assert "Le Havre" in text
    assert "Lyon" not in text
    assert "en cuanto la persona encargada nos haya dado su acuerdo" in text
    assert set(sent.got(TOLD)) == {IBAGUE}
    (line,) = lines(sent)
    assert (line.authority, line.city, line.told_on) == ("Le Havre", "Ibagué", date(2025, 9, 10))


@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.LATER, Outcome.WANTS_DETAILS])
def test_no_city_is_told_of_an_authority_that_is_not_interested(
    sent: Sent, outcome: Outcome
) -> None:
    answer(sent, HAVRE, outcome)
    sent.at(date(2025, 9, 12))
    with pytest.raises(NothingDueError):
        sent.world.prepare(TOLD)
    assert lines(sent) == []


def test_what_only_the_office_or_the_city_wishes_tells_nothing(sent: Sent) -> None:
    with sent.world.store.transaction() as session:
        pairs.move(session, (HAVRE, IBAGUE), Stage.INTERESTED, "our idea", sent.world.act())
    assert lines(sent) == []


def test_without_a_city_that_they_named_nobody_is_told(sent: Sent) -> None:
    answer(sent, HAVRE, Outcome.INTERESTED, city=None)
    assert lines(sent) == []


def test_whoever_declines_after_all_is_not_told_of(sent: Sent) -> None:
    answer(sent, HAVRE, Outcome.INTERESTED)
    sent.at(date(2025, 9, 9))
    answer(sent, HAVRE, Outcome.DECLINED, city=None)
    assert lines(sent) == []


def test_an_approval_falls_where_they_decline_before_the_letter_is_signed(sent: Sent) -> None:
    from outreach.dispatch.approval import ChangedError

    answer(sent, HAVRE, Outcome.INTERESTED)
    answer(sent, LYON, Outcome.INTERESTED)
    sent.at(date(2025, 9, 10))
    number = sent.world.prepare(TOLD).batch
    assert number is not None
    sent.world.submit(number)
    answer(sent, LYON, Outcome.DECLINED, city=None)
    with pytest.raises(ChangedError):
        sent.world.approve(number)


def agree(sent: Sent, agreed: str = "courriel du 8 septembre 2025", contact: str = HAVRE) -> None:
    with sent.world.store.transaction() as session:
        naming.agree(session, (HAVRE, IBAGUE), contact, agreed, sent.world.act())


def name(sent: Sent) -> None:
    with sent.world.store.transaction() as session:
        mayor = directory.find(session, HAVRE)
        mayor.first_name, mayor.last_name = "Claire", "Exemple"


def test_a_person_is_named_only_once_they_agreed(sent: Sent) -> None:
    name(sent)
    answer(sent, HAVRE, Outcome.INTERESTED)
    assert [line.person for line in lines(sent)] == [""]
    agree(sent)
    sent.at(date(2025, 9, 10))
    assert "Claire Exemple" in letter(sent)


def test_an_agreement_must_be_theirs_and_said(sent: Sent) -> None:
    with pytest.raises(naming.NamelessError):
        agree(sent)
    name(sent)
    with pytest.raises(naming.AgreementMissingError):
        agree(sent, agreed=" ")
    with pytest.raises(naming.NotTheirsError):
        agree(sent, contact=LYON)


def test_an_agreement_is_taken_back_or_ends_with_an_objection(sent: Sent) -> None:
    name(sent)
    answer(sent, HAVRE, Outcome.INTERESTED)
    agree(sent)
    with sent.world.store.transaction() as session:
        naming.take_back(session, (HAVRE, IBAGUE), sent.world.act())
        with pytest.raises(naming.NobodyNamedError):
            naming.take_back(session, (HAVRE, IBAGUE), sent.world.act())
    assert [line.person for line in lines(sent)] == [""]
    agree(sent)
    with sent.world.store.transaction() as session:
        contact = directory.find(session, HAVRE).id
        told = [s for holder in HOLDERS for s in holder.held(session, contact) if s.key == "named"]
        assert [section.rows for section in told] == [
            [{"city": "Ibagué", "agreed": "courriel du 8 septembre 2025"}]
        ]
        for holder in HOLDERS:
            holder.stop(session, contact, None, sent.world.act())
    assert [line.person for line in lines(sent)] == [""]
