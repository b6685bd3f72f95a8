"""Letters that left beside the tool: recorded as one unit, and taken back as one."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from outreach.campaigns import enrolments
from outreach.campaigns.definition import UnknownStepError
from outreach.campaigns.models import Enrolment, Promise, Step
from outreach.contacts.models import Contact
from outreach.dispatch import batches, external
from outreach.dispatch.models import Delivery
from tests.dispatch.world import STEP, World

pytestmark = pytest.mark.one_database

DAY = date(2025, 9, 1)


def record(world: World, codes: list[str], step: str = STEP, on: date = DAY) -> external.Recorded:
    with world.store.transaction() as session:
        return external.record(
            session,
            world.definition,
            step,
            codes,
            number="S-EFRPR-25-265",
            on=on,
            settings=world.settings,
            note="",
            source="liste.csv",
            act=world.act(),
        )


def cursor(world: World, code: str) -> tuple[str, date | None]:
    with world.store.reading() as session:
        name, due = session.execute(
            select(Step.name, Enrolment.due_on)
            .join(Enrolment, Enrolment.step_id == Step.id)
            .join(Contact, Contact.id == Enrolment.contact_id)
            .where(Contact.code == code)
        ).one()
        return name, due


def test_a_recorded_letter_makes_its_promise_fall_due(world: World) -> None:
    world.people()
    world.start()
    done = record(world, ["FR:76351", "CO:73001"])
    assert (done.recorded, done.known) == (2, 0)
    assert cursor(world, "FR:76351") == ("fiches-villes", date(2025, 10, 1))
    with world.store.reading() as session:
        assert session.scalars(select(Promise.due_on)).one() == date(2025, 10, 1)
        rows = session.execute(select(Delivery.state, Delivery.channel, Delivery.reference)).all()
    assert {tuple(row) for row in rows} == {("sent", "external", "S-EFRPR-25-265")}


def test_who_has_a_recorded_letter_gets_no_second_one(world: World) -> None:
    world.people()
    world.start()
    record(world, ["FR:76351"])
    prepared = world.prepare()
    assert prepared.left_out["already"] == ["FR:76351"]
    assert prepared.drafted == 3


def test_a_recorded_unit_is_taken_back_as_a_whole(world: World) -> None:
    world.people()
    world.start()
    done = record(world, ["FR:76351", "CO:73001"])
    with world.store.transaction() as session:
        batch = batches.find(session, done.batch)
        assert (
            external.undo(
                session, batch, world.definition, settings=world.settings, act=world.act()
            )
            == 2
        )
    assert cursor(world, "FR:76351") == (STEP, DAY)
    with world.store.reading() as session:
        assert session.scalars(select(Promise.state)).one() == "withdrawn"
    number = world.prepare().batch
    assert number
    world.submit(number)
    world.approve(number)
    world.sign(number)
    world.send(number)
    with world.store.reading() as session:
        assert session.scalars(select(Promise.state)).one() == "open"


def test_a_batch_that_the_tool_sent_cannot_be_taken_back(small_world: World) -> None:
    number = small_world.signed()
    small_world.send(number)
    with small_world.store.transaction() as session, pytest.raises(external.NotRecordedError):
        external.undo(
            session,
            batches.find(session, number),
            small_world.definition,
            settings=small_world.settings,
            act=small_world.act(),
        )


def test_recording_before_the_start_puts_the_contact_behind_that_step(small_world: World) -> None:
    small_world.people()
    record(small_world, ["FR:76351"])
    small_world.start()
    assert cursor(small_world, "FR:76351")[0] == "fiches-villes"


def test_an_unknown_code_records_nothing(world: World) -> None:
    world.people()
    with pytest.raises(external.UnknownCodesError, match="FR:00000"):
        record(world, ["FR:76351", "FR:00000"])
    with world.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 0
        assert enrolments.find(session, world.definition.name) is None


def test_tomorrow_and_unknown_steps_are_refused(small_world: World) -> None:
    small_world.people()
    with pytest.raises(external.FutureLetterError):
        record(small_world, ["FR:76351"], on=date(2025, 9, 2))
    with pytest.raises(UnknownStepError):
        record(small_world, ["FR:76351"], step="octobre")


def test_recording_twice_says_that_nothing_is_new(small_world: World) -> None:
    small_world.people()
    record(small_world, ["FR:76351"])
    with pytest.raises(external.NothingRecordedError):
        record(small_world, ["FR:76351"])


@pytest.mark.parametrize(
    "text",
    [
        "code,nom\nFR:76351,Le Havre\n",
        "\ufeffnom;CODE\nLe Havre;FR:76351\n;\n",
        "contact\nFR:76351\n",
    ],
)
def test_a_list_is_read_with_comma_or_semicolon(tmp_path: Path, text: str) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(text, "utf-8")
    assert external.read_codes(path) == ["FR:76351"]


@pytest.mark.parametrize("data", [b"", b"nom\nLe Havre\n", b"\xff\xfe\x00", b"code\xe9\n"])
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(data)
    with pytest.raises(external.UnreadableListError, match=r"liste\.csv"):
        external.read_codes(path)


def test_a_row_without_its_code_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("code,nom\nFR:76351,Le Havre\n,Nice\n", "utf-8")
    with pytest.raises(external.RecordListError, match="line 3"):
        external.read_codes(path)
