"""The register: consecutive, per year, without gaps, whoever signs at the same time."""

import base64
import threading
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from outreach.db import Store
from outreach.dispatch import register, signing
from outreach.dispatch.models import Delivery, RegisterEntry, RegisterYear
from outreach.dispatch.register import (
    NumberFormatError,
    NumbersNeededError,
    NumberTakenError,
    NumberYearError,
    OwnBookError,
)
from outreach.settings import Register
from tests.dispatch.world import World

OWN = Register(source="own")
EXTERNAL = Register(source="external")
FORMAT = OWN.format


def references(world: World) -> list[str]:
    with world.store.reading() as session:
        return list(
            session.scalars(
                select(RegisterEntry.reference).order_by(RegisterEntry.year, RegisterEntry.number)
            )
        )


def test_a_number_is_printed_and_read_back() -> None:
    assert register.printed(FORMAT, 2025, 265) == "S-EFRPR-25-265"
    assert register.blank(FORMAT, 2025) == "S-EFRPR-25-____"
    assert register.read_reference(FORMAT, "S-EFRPR-25-265", 2025).number == 265


@pytest.mark.parametrize("bad", ["S-EFRPR-25-0", "S-EFRPR-25-026", "E-25-3", "", "S-EFRPR-25-1x"])
def test_a_number_of_another_form_is_refused(bad: str) -> None:
    with pytest.raises(NumberFormatError):
        register.read_reference(FORMAT, bad, 2025)


def test_a_number_of_last_years_book_is_refused() -> None:
    with pytest.raises(NumberYearError):
        register.read_reference(FORMAT, "S-EFRPR-24-9", 2025)


def test_a_batch_signed_after_midnight_in_paris_opens_the_new_book(world: World) -> None:
    world.people()
    world.start()
    number = world.prepare().batch
    assert number
    world.submit(number)
    world.now = datetime(2025, 12, 31, 22, 59, tzinfo=UTC)
    world.approve(number)
    world.now = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)  # 00:30 on 1 January in Paris
    done = world.sign(number)
    assert done.day == date(2026, 1, 1)
    assert references(world) == ["S-EFRPR-26-1", "S-EFRPR-26-2"]


def test_a_batch_signed_before_midnight_in_paris_stays_in_the_old_book(world: World) -> None:
    world.now = datetime(2025, 12, 31, 22, 30, tzinfo=UTC)  # 23:30 in Paris
    world.signed()
    assert references(world) == ["S-EFRPR-25-1", "S-EFRPR-25-2"]


def test_fifty_signers_at_once_leave_no_gap_and_no_double(any_store: Store) -> None:
    taken: list[str] = []
    lock = threading.Lock()

    def sign() -> None:
        with any_store.transaction() as session:
            got = [n.reference for n in register.issue(session, OWN, date(2025, 9, 1), 2)]
        with lock:
            taken.extend(got)

    threads = [threading.Thread(target=sign) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken, key=lambda text: int(text.rpartition("-")[2])) == [
        f"S-EFRPR-25-{n}" for n in range(1, 101)
    ]


def test_a_signature_that_fails_gives_its_numbers_back(world: World) -> None:
    world.people()
    world.start()
    number = world.prepare().batch
    assert number
    world.submit(number)
    world.approve(number)
    with pytest.raises(signing.NotAScanError):
        world.sign(number, scan=b"no pdf")
    with world.store.reading() as session:
        assert session.scalars(select(RegisterYear.last)).first() is None
    world.sign(number)
    assert references(world) == ["S-EFRPR-25-1", "S-EFRPR-25-2"]
    with world.store.reading() as session:
        assert register.gaps(session) == []


def test_an_external_book_wants_every_number_copied(any_store: Store) -> None:
    day = date(2025, 9, 1)
    with any_store.transaction() as session:
        with pytest.raises(NumbersNeededError):
            register.take(session, EXTERNAL, day, 3, ["S-EFRPR-25-301"])
        with pytest.raises(NumberTakenError):
            register.take(session, EXTERNAL, day, 2, ["S-EFRPR-25-301", "S-EFRPR-25-301"])
        with pytest.raises(OwnBookError):
            register.take(session, OWN, day, 1, ["S-EFRPR-25-301"])
        taken = register.take(
            session, EXTERNAL, day, 4, ["S-EFRPR-25-301..S-EFRPR-25-303", "S-EFRPR-25-310"]
        )
    assert [n.number for n in taken] == [301, 302, 303, 310]


def test_a_number_of_the_official_book_is_used_once(small_world: World) -> None:
    settings = (small_world.folder / "outreach.toml").read_text("utf-8")
    (small_world.folder / "outreach.toml").write_text(
        settings.replace('source = "own"', 'source = "external"'), "utf-8"
    )
    small_world.reopen()
    small_world.people()
    small_world.start()
    number = small_world.prepare().batch
    assert number
    small_world.submit(number)
    small_world.approve(number)
    with pytest.raises(NumbersNeededError, match="2 are needed"):
        small_world.sign(number)
    small_world.sign(number, ("S-EFRPR-25-265", "S-EFRPR-25-270"))
    with small_world.store.transaction() as session, pytest.raises(NumberTakenError):
        register.take(session, EXTERNAL, date(2025, 9, 2), 1, ["S-EFRPR-25-270"])


def test_a_signed_scan_is_what_everyone_gets(small_world: World) -> None:
    scan = b"%PDF-1.4 signed by hand"
    small_world.people()
    small_world.start()
    number = small_world.prepare().batch
    assert number
    small_world.submit(number)
    small_world.approve(number)
    small_world.sign(number, scan=scan)
    small_world.send(number)
    with small_world.store.reading() as session:
        numbers = session.scalars(select(Delivery.reference).order_by(Delivery.id)).all()
    assert "S-EFRPR-25-1" in numbers
    letters = [path.read_bytes() for path in small_world.outbox()]
    assert sum(base64.b64encode(scan) in letter for letter in letters) == 2
