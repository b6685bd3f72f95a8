"""A batch on the pages, from the first button to the last letter, by two people."""

import dataclasses
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from outreach import rounds
from outreach.app import App
from outreach.dispatch import preapprovals
from outreach.dispatch import pressroom as pressrooms
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.preapprovals import Limits
from outreach.errors import Phrase
from outreach.web import app as web
from outreach.web import files, works
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import CHIEF, MANAGER, SECRETARY, STEP, World, quiet
from tests.web.conftest import HERE, WORK, Person, door_of

STARTED = f"asointermedias-2025/{STEP}"


@contextmanager
def at_the_desk(world: World, app: App) -> Iterator[Person]:
    """Seat a secretary whose campaign has begun."""
    world.people()
    world.start()
    door = door_of(app, SECRETARY)
    with TestClient(web.make(app, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


@pytest.fixture
def secretary(office_world: World, own_office: App) -> Iterator[Person]:
    with at_the_desk(office_world, own_office) as person:
        yield person


def another(secretary: Person, name: str) -> Person:
    """Return the same desk with somebody else at it."""
    person = Person(secretary._client)
    person.cookies = secretary.cookies
    person.fill("/me", "/me/become", name=name)
    return person


def submitted(secretary: Person) -> None:
    secretary.fill("/batches", "/batches", step=STARTED)
    secretary.wait(secretary.fill("/batches/1", "/batches/1/check"))
    secretary.fill("/batches/1", "/batches/1/accept", code="L132", reason="Both are polite.")
    text = secretary.wait(secretary.fill("/batches/1", "/batches/1/submit"))
    assert "A manager can now approve" in text


def states(app: App) -> list[str]:
    with app.store.reading() as session:
        return list(session.scalars(select(Delivery.state).order_by(Delivery.id)))


def test_from_prepared_to_sent(secretary: Person, own_office: App) -> None:
    assert "Only the list" in secretary.get("/batches").text
    text = secretary.fill("/batches", "/batches", step=STARTED)
    assert "Check them now" in text
    assert "Left out because" in text
    text = secretary.wait(secretary.fill("/batches/1", "/batches/1/check"))
    assert "Every letter was checked" in text
    assert "What the check found" in text
    refused = secretary.wait(secretary.fill("/batches/1", "/batches/1/submit"))
    assert "warnings that nobody accepted: L132" in refused
    text = secretary.fill("/batches/1", "/batches/1/accept", code="L132", reason="")
    assert "Accepted:" not in text
    text = secretary.fill("/batches/1", "/batches/1/accept", code="L132", reason="Both are polite.")
    assert "Accepted: Both are polite." in text
    text = secretary.wait(secretary.fill("/batches/1", "/batches/1/submit"))
    assert "put it before a manager, who reads and approves it" in text
    assert secretary.get("/batches/1/book").content.startswith(b"%PDF-")
    manager = another(secretary, MANAGER)
    text = manager.wait(manager.fill("/batches/1", "/batches/1/approve"))
    assert "Approved. The letters wait for the signature." in text
    text = manager.fill("/batches/1", "/batches/1/sign", mandate="Délégation du 2 juin 2025")
    assert "Signed:" in text
    assert "S-EFRPR-25-1" in text
    text = manager.wait(manager.fill("/batches/1", "/batches/1/send"))
    assert "Sent:" in text
    text = manager.wait(manager.fill("/batches/1", "/batches/1/print"))
    assert "Ready to print: " in text
    assert manager.get("/batches/1/print/impression.pdf").content.startswith(b"%PDF-")
    assert manager.get("/batches/1/labels?sheet=DL&start=1").content.startswith(b"%PDF-")
    text = manager.fill("/batches/1", "/batches/1/posted", on="2025-09-01")
    assert "Posted on 1 Sept 2025" in text
    assert "Everything of this batch has left." in text
    assert set(states(own_office)) == {"sent", "skipped"}


def test_a_sending_is_taken_back_before_anything_leaves(
    office_world: World, own_office: App
) -> None:
    sending = msgspec.structs.replace(own_office.settings.sending, grace_minutes=10)
    settings = msgspec.structs.replace(own_office.settings, sending=sending)
    office = dataclasses.replace(own_office, settings=settings)
    with at_the_desk(office_world, office) as secretary:
        submitted(secretary)
        manager = another(secretary, MANAGER)
        manager.wait(manager.fill("/batches/1", "/batches/1/approve"))
        manager.fill("/batches/1", "/batches/1/sign", mandate="Délégation")
        text = manager.fill("/batches/1", "/batches/1/send")
        work = WORK.search(text)
        assert work is not None
        while "can be taken back" not in text:
            assert "http-equiv" in text, "it left"
            time.sleep(0.05)
            text = manager.get(work[0]).text
        assert "Nothing leaves before" in text
        text = manager.fill("/batches/1", "/batches/1/take-back")
        assert "The sending is taken back" in text
        assert "sent" not in states(own_office)
        manager.wait(manager.get(work[0]).text)


def test_a_letter_is_read_before_it_leaves(secretary: Person) -> None:
    secretary.fill("/batches", "/batches", step=STARTED)
    text = secretary.get("/letters/1/proof").text
    assert "This letter has not left" in text
    mail = secretary.get("/letters/1/proof/mail")
    assert "sandbox" in mail.headers["content-security-policy"]
    assert "Havre" in mail.text
    assert "cid:" not in mail.text
    assert secretary.get("/letters/1/proof/pdf").content.startswith(b"%PDF-")


def test_nobody_approves_what_they_put_forward(secretary: Person) -> None:
    chief = another(secretary, CHIEF)
    submitted(chief)
    assert "You put this batch forward yourself" in chief.get("/batches/1").text
    text = chief.wait(chief.fill("/batches/1", "/batches/1/approve"))
    assert "another" in text
    assert "Approved. The letters" not in text
    text = chief.wait(chief.fill("/batches/1", "/batches/1/approve", alone="Nobody else is here"))
    assert "Approved. The letters" in text
    assert "alone: Nobody else is here" in text


def test_a_secretary_does_not_approve(secretary: Person, own_office: App) -> None:
    submitted(secretary)
    assert "Approve</button>" not in secretary.get("/batches/1").text
    page = secretary.fill("/batches/1", "/batches/1/approve")
    assert "not for you to open" in page
    with own_office.store.reading() as session:
        assert session.get_one(Batch, 1).state == "submitted"


def test_a_manager_sends_it_back_with_a_comment(secretary: Person) -> None:
    submitted(secretary)
    manager = another(secretary, MANAGER)
    assert "Write what must change" in manager.fill("/batches/1", "/batches/1/return")
    text = manager.fill("/batches/1", "/batches/1/return", comment="The date is wrong")
    assert "Sent back" in text
    assert "Check the letters" in text


def test_a_batch_is_cancelled_with_a_reason_only(secretary: Person) -> None:
    secretary.fill("/batches", "/batches", step=STARTED)
    assert "Write why" in secretary.fill("/batches/1", "/batches/1/cancel")
    assert "Cancelled." in secretary.fill("/batches/1", "/batches/1/cancel", reason="Too early")
    assert "Check them now" in secretary.fill("/batches", "/batches", step=STARTED)


def test_what_cannot_be_done_now_is_told(secretary: Person) -> None:
    secretary.fill("/batches", "/batches", step=STARTED)
    text = secretary.fill("/batches/1", "/batches/1/sign", mandate="x")
    assert "cannot be done now" in text
    text = secretary.wait(secretary.fill("/batches/1", "/batches/1/send"))
    assert "cannot be done now" in text
    assert "is no date" in secretary.fill("/batches/1", "/batches/1/posted", on="hier")
    assert "Nobody is due" in secretary.fill("/batches", "/batches", step=STARTED)
    assert "no batch 99" in secretary.get("/batches/99").text


@pytest.mark.parametrize("name", ["..", "..%2f..%2foutreach.toml", "x.pdf", "%2e%2e"])
def test_no_other_file_is_given(secretary: Person, name: str) -> None:
    assert secretary.get(f"/batches/1/print/{name}").status_code == 404


@pytest.mark.parametrize(
    ("wished", "given"),
    [
        ("lettre.pdf", "lettre.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\system.ini", "system.ini"),
        ('a"b\r\nc.pdf', "a-b-c.pdf"),
        ("", "file"),
        ("...", "file"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_files_name_leads_nowhere_else(wished: str, given: str) -> None:
    assert files.name(wished) == given


def test_two_presses_are_one_work(secretary: Person, own_office: App) -> None:
    going = works.Works()
    work = works.Work(
        key="batch-1",
        title=Phrase("x"),
        place="/",
        actor="Maria",
        began=own_office.clock(),
    )
    going._works[work.id] = work
    other = works.Work(
        key="batch-1",
        title=Phrase("x"),
        place="/",
        actor="Jean",
        began=own_office.clock(),
    )
    with pytest.raises(works.AlreadyGoingError, match="Maria"):
        going.start(own_office, other, lambda _work: Phrase("done"))
    assert secretary.get("/work/nothing").status_code == 200


def test_a_fault_in_a_long_work_is_told_and_kept(own_office: App) -> None:
    going = works.Works()
    work = works.Work(
        key="k", title=Phrase("x"), place="/", actor="Maria", began=own_office.clock()
    )

    def job(_work: works.Work) -> Phrase:
        raise ZeroDivisionError("within")

    going.start(own_office, work, job)
    for _ in range(200):
        if work.ended:
            break
        time.sleep(0.02)
    assert isinstance(work.outcome, works.FaultError)
    log = (own_office.folder / "var" / "log" / "faults.log").read_text("utf-8")
    assert "ZeroDivisionError" in log


def test_a_batch_that_was_approved_beforehand_says_by_whom(
    office_world: World, own_office: App
) -> None:
    world = office_world
    world.people()
    world.start()
    room = pressrooms.from_folder(world.folder, world.settings, world.definition, STEP)
    with world.store.transaction() as session:
        preapprovals.allow(
            session,
            world.definition,
            room,
            Limits(10, date(2025, 12, 19), "Délégation"),
            settings=world.settings,
            act=world.act(MANAGER),
        )
    rounds.run(own_office, SECRETARY, quiet)
    door = door_of(own_office)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        shown = person.get("/batches/1").text
    assert "Approved beforehand by" in shown
    assert MANAGER in shown
