"""What was promised, on the pages: due, overdue, to whom, put off, kept, withdrawn, opened again."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from icalendar import Calendar
from litestar.testing import TestClient

from outreach.app import App
from outreach.campaigns.models import Promise
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import CHIEF, World
from tests.web.conftest import HERE, Person, door_of


@pytest.fixture
def staff(office_world: World, own_office: App) -> Iterator[Person]:
    """An office whose September letters promised something to the French contacts."""
    number = office_world.signed()
    office_world.send(number)
    office_world.print(number)
    door = door_of(own_office, CHIEF)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


@pytest.fixture
def number(staff: Person, own_office: App) -> int:
    assert staff.get("/").status_code == 200
    with own_office.store.reading() as session:
        return session.query(Promise).one().id


def test_a_promise_is_opened_to_the_names(staff: Person, number: int) -> None:
    text = staff.get("/promises").text
    assert f'href="/promises/{number}"' in text
    assert "2 contacts" in text
    assert "1 Oct 2025" in text
    text = staff.get(f"/promises/{number}").text
    for name in ("Le Havre", "Métropole de Lyon"):
        assert name in text
    assert "Ibagué" not in text


def test_a_promise_past_its_day_is_overdue_on_every_page(
    office_world: World, own_office: App, number: int
) -> None:
    office_world.now += timedelta(days=60)
    door = door_of(own_office, CHIEF)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        for page in ("/promises", "/promises?view=late", f"/promises/{number}"):
            assert "Overdue since 1 Oct 2025" in person.get(page).text


def test_what_is_not_ready_is_put_off_with_its_reason(staff: Person, number: int) -> None:
    page = f"/promises/{number}"
    text = staff.fill(
        page, f"{page}/postpone", to="2025-11-03", reason="Two cities are missing", letter="yes"
    )
    assert "due the holding letter" in text
    assert "From 1 Oct 2025 to 3 Nov 2025, by Ana: Two cities are missing" in text
    assert "with a holding letter" in text


@pytest.mark.parametrize(
    ("to", "reason", "said"),
    [
        ("2025-09-15", "Earlier", "Put it off to a later day"),
        ("2025-11-03", "", "Say why"),
        ("soon", "Later", "is no date"),
    ],
)
def test_a_putting_off_without_sense_is_refused(
    staff: Person, number: int, to: str, reason: str, said: str
) -> None:
    page = f"/promises/{number}"
    text = staff.fill(page, f"{page}/postpone", to=to, reason=reason)
    assert said in text
    assert "How often it was put off" not in text


def test_it_is_settled_for_those_ticked_and_stays_open_for_the_others(
    staff: Person, number: int
) -> None:
    page = f"/promises/{number}"
    assert "Tick at least one" in staff.fill(page, f"{page}/settle", reason="x", kept="yes")
    text = staff.fill(
        page, f"{page}/settle", contact=["FR:76351"], reason="Given by hand", kept="yes"
    )
    assert "Given by hand" in text
    text = staff.get("/promises").text
    assert "Nothing that was promised is still owed." not in text
    text = staff.fill(page, f"{page}/settle", whom="all", reason="They declined", withdrawn="yes")
    assert "They declined" in text
    assert "Nothing that was promised is still owed." in staff.get("/promises").text
    assert f'href="{page}"' in staff.get("/promises?view=ended").text


def test_what_ended_by_mistake_is_opened_again(staff: Person, number: int) -> None:
    page = f"/promises/{number}"
    staff.fill(page, f"{page}/settle", whom="all", reason="Told them", kept="yes")
    text = staff.fill(page, f"{page}/reopen", reason="It was another one")
    assert "Open again." in text
    assert "Not ready" in text


def test_a_promise_is_written_down_and_kept(staff: Person) -> None:
    text = staff.fill(
        "/promises", "/promises", contact="FR:76351", text="Rappeler", due="2025-09-09", owner=CHIEF
    )
    assert "Rappeler" in text
    assert "Le Havre" in text
    page = "/promises/2"
    assert "Told the mayor" in staff.fill(page, f"{page}/settle", reason="Told the mayor", kept="y")


def test_what_cannot_be_promised_is_told_and_keeps_what_was_typed(staff: Person) -> None:
    text = staff.fill(
        "/promises", "/promises", contact="FR:99999", text="Rappeler", due="2025-09-09", owner=CHIEF
    )
    assert 'role="alert"' in text
    assert 'value="Rappeler"' in text


def test_the_calendar_has_every_promise(staff: Person) -> None:
    answer = staff.get("/promises/calendar")
    assert answer.headers["content-type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert event.decoded("dtstart") == date(2025, 10, 1)


@pytest.mark.parametrize("page", ["/promises/999999", "/promises/999999?page=x"])
def test_a_made_up_number_is_told(staff: Person, page: str) -> None:
    answer = staff.get(page)
    assert answer.status_code == 404
    assert "No promise has the number" in answer.text
