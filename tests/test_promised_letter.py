"""What September promised, to the end: the right letter to the right ones, and a report of it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.campaigns import calendar
from outreach.contacts.models import Kind, Membership, Organisation
from outreach.db import Store
from outreach.dispatch import batches, commitments, sending
from outreach.dispatch.models import Delivery
from outreach.dispatch.paper import NothingToPrintError
from outreach.dispatch.release import NothingDueError
from outreach.inbox import deciding
from outreach.inbox.deciding import Decision
from outreach.letters import facts as letter_facts
from outreach.partners import proposals
from outreach.partners.places import Candidates
from outreach.reports import promises as lines
from tests.dispatch.world import CHIEF, World, add_contact, add_organisation
from tests.inbox.office import HAVRE, IBAGUE, LYON, Office

pytestmark = pytest.mark.one_database

FICHES = "fiches-villes"
AMIENS, NICE = "FR:80021", "FR:06088"
CITIES = {"CO:73001": "Ibagué", "CO:66001": "Pereira", "CO:05615": "Rionegro"}


@dataclass
class Sent(Office):
    """September's letters left: by e-mail, and one by post."""

    def __post_init__(self) -> None:
        world = self.world
        world.people()
        with world.store.transaction() as session:
            amiens = add_organisation(session, AMIENS, Kind.COMMUNE, "Amiens", tncc=1)
            add_contact(session, amiens, "maire", gender="F", email="mairie@amiens.example")
            union = session.scalars(
                select(Organisation).where(Organisation.kind == Kind.ASSOCIATION.value)
            ).one()
            for code, name in (("CO:66001", "Pereira"), ("CO:05615", "Rionegro")):
                city = add_organisation(session, code, Kind.MUNICIPIO, name)
                city.departement = code[3:5]
                city.latitude, city.longitude = 4.81, -75.69
                session.add(
                    Membership(
                        organisation_id=city.id,
                        association_id=union.id,
                        role="member",
                        source="test",
                    )
                )
        world.start()
        self.leave(world.prepare().batch)

    def leave(self, number: int | None) -> None:
        """Take a batch through approval and signature, send its e-mails, post its paper."""
        assert number is not None
        world = self.world
        world.submit(number)
        world.approve(number)
        world.sign(number)
        world.send(number)
        with suppress(NothingToPrintError):
            world.print(number)
        with world.store.transaction() as session:
            sending.posted(
                session,
                batches.find(session, number),
                world.definition,
                on=world.now,
                settings=world.settings,
                act=world.act(),
            )

    def at(self, day: date) -> None:
        self.world.now = datetime(day.year, day.month, day.day, 8, 0, tzinfo=UTC)

    def propose(self, *, release: bool = True) -> None:
        """Make the list of who is proposed to whom; a person releases it."""
        world = self.world
        with world.store.transaction() as session:
            proposals.make(
                session,
                world.folder,
                session.scalars(select(Organisation.id)).all(),
                segment="demo",
                candidates=Candidates.MEMBERS,
                each=3,
                weights=world.settings.partners,
                act=world.act(),
            )
            if release:
                proposals.release(session, None, world.act(CHIEF))

    def got(self, step: str) -> dict[str, date]:
        """Who has the letters of a step, and since when."""
        from outreach.campaigns.models import Step
        from outreach.contacts.models import Contact

        with self.world.store.reading() as session:
            return {
                code: at.date() if at else date.min
                for code, at in session.execute(
                    select(Contact.code, Delivery.sent_at)
                    .join(Delivery, Delivery.contact_id == Contact.id)
                    .join(Step, Step.id == Delivery.step_id)
                    .where(Step.name == step, Delivery.state == "sent")
                )
            }


@pytest.fixture
def sent(any_store: Store, office: Path) -> Sent:
    return Sent(World(any_store, office))


def test_those_who_were_promised_the_sheets_get_them_and_a_report_says_so(sent: Sent) -> None:
    world = sent.world
    sent.at(date(2025, 9, 8))
    answer = sent.taken(sent.message("Oui, cela nous intéresse."))
    sent.taken(sent.bounce(LYON, "5.1.1", "User unknown"))
    sent.taken(
        sent.message(
            "Absente jusqu’au 10 octobre 2025.",
            sender="Mairie <mairie@amiens.example>",
            subject="Réponse automatique",
            answers=AMIENS,
            Auto_Submitted="auto-replied",
        )
    )
    sent.propose()
    with pytest.raises(NothingDueError):
        world.prepare(FICHES)
    with world.store.transaction() as session:
        deciding.decide(
            session,
            deciding.find(session, answer.id),
            Decision.PLANNED,
            why="They want the sheets",
            settings=world.settings,
            act=world.act(),
        )

    sent.at(date(2025, 10, 1))
    prepared = world.prepare(FICHES)
    assert prepared.batch is not None
    assert [line for line in world.check(prepared.batch) if line.severity == "error"] == []
    before = len(world.outbox())
    sent.leave(prepared.batch)
    assert set(sent.got(FICHES)) == {HAVRE, NICE}
    assert len(world.outbox()) == before + 1

    with world.store.reading() as session:
        (promise,) = lines.lines(session, date(2025, 10, 2))
    assert (promise.made, promise.kept, promise.open, promise.overdue) == (3, 2, 1, True)

    sent.at(date(2025, 10, 14))  # Monday was a holiday in Colombia
    sent.leave(world.prepare(FICHES).batch)
    got = sent.got(FICHES)
    assert set(got) == {HAVRE, NICE, AMIENS}  # not Lyon, whose letter came back; not the city
    for day in got.values():
        assert calendar.is_working_day(day, ("FR", "CO"))
    with world.store.reading() as session:
        (promise,) = lines.lines(session, date(2025, 10, 15))
        assert (promise.state, promise.made, promise.kept) == ("kept", 3, 3)


def test_the_letter_encloses_a_sheet_of_each_city_kept_once_for_all(sent: Sent) -> None:
    world = sent.world
    sent.propose()
    sent.at(date(2025, 10, 1))
    before = set(world.outbox())
    sent.leave(world.prepare(FICHES).batch)
    messages = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in world.outbox()
        if path not in before
    ]
    assert len(messages) == 3  # Le Havre, Lyon, Amiens
    sheets: set[bytes] = set()
    for message in messages:
        names = [part.get_filename() or "" for part in message.iter_attachments()]
        assert len(names) == 4  # the letter itself, and three sheets
        body = message.get_body(("plain",))
        assert body is not None
        text = body.get_content()
        assert all(name in text for name in CITIES.values())
        assert "Nous ne parlerons de vous" in text
        sheets |= {
            part.get_content()
            for part in message.iter_attachments()
            if "CO-" in str(part.get_filename())
        }
    assert len(sheets) == 3


def test_without_a_released_list_the_letters_are_refused(sent: Sent) -> None:
    sent.propose(release=False)
    sent.at(date(2025, 10, 1))
    number = sent.world.prepare(FICHES).batch
    assert number is not None
    errors = [line for line in sent.world.check(number) if line.severity == "error"]
    assert any("nobody has released the list" in str(line.what) for line in errors)


def test_a_colombian_city_is_told_of_nobody(sent: Sent) -> None:
    sent.propose()
    sent.at(date(2025, 10, 1))
    sent.world.prepare(FICHES)
    with sent.world.store.reading() as session:
        stored = session.scalars(select(Delivery.facts).where(Delivery.facts.is_not(None))).all()
    told = [letter_facts.read(text) for text in stored if text]
    for facts in told:
        if facts.organisation is not None and facts.organisation.country == "CO":
            assert facts.cities == ()
    assert IBAGUE not in sent.got(FICHES)


def test_where_the_sheets_are_not_ready_a_holding_letter_says_until_when(sent: Sent) -> None:
    from outreach.campaigns import promises

    world = sent.world
    sent.at(date(2025, 9, 24))
    with world.store.transaction() as session:
        (line,) = lines.lines(session, date(2025, 9, 24))
        promises.postpone(
            session,
            promises.find(session, line.number),
            date(2025, 11, 4),
            reason="Two cities have not answered",
            letter=True,
            today=date(2025, 9, 24),
            act=world.act(CHIEF),
        )
    before = set(world.outbox())
    sent.leave(world.prepare("patience").batch)
    texts = [
        body.get_content()
        for path in world.outbox()
        if path not in before
        and (
            body := message_from_bytes(path.read_bytes(), policy=policy.default).get_body(
                ("plain",)
            )
        )
    ]
    assert len(texts) == 3
    assert all("4 novembre 2025" in " ".join(text.split()) for text in texts)
    assert IBAGUE not in sent.got("patience")
    with world.store.reading() as session:
        promise = promises.find(session, line.number)
        assert commitments.standing(session, promise).open == 4
