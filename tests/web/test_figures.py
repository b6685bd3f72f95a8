"""Every figure of a campaign's page leads to its list, and the list has as many lines."""

import re
from html import unescape
from io import BytesIO

import openpyxl
import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import SECRETARY, World
from tests.web.conftest import CAMPAIGN, HERE, Browser, Person, door_of
from tests.web.test_replies import give, written_back

ROW = re.compile(
    r'<tr><th scope="row">(?:<span[^>]*></span>)?<a href="([^"]+)">([^<]+)</a></th>'
    r'<td class="figure">([\d,]+)</td>'
)
CAPTION = re.compile(r"<caption>([\d,]+) ")


def figures(text: str) -> list[tuple[str, str, int]]:
    return [
        (unescape(link), label, int(figure.replace(",", "")))
        for link, label, figure in ROW.findall(text)
    ]


def test_each_figure_is_the_length_of_its_list(browser: Browser) -> None:
    found = figures(browser.get(CAMPAIGN).text)
    labels = {label for _, label, _ in found}
    assert {"Sent", "Left out", "no address", "in Spanish", "by e-mail", "commune"} <= labels
    for link, label, figure in found:
        caption = CAPTION.search(browser.get(link).text)
        assert caption is not None, link
        assert int(caption[1]) == figure, (link, label)


def test_the_number_of_recipients_leads_to_them(browser: Browser) -> None:
    assert f'href="{CAMPAIGN}/recipients"' in browser.get(CAMPAIGN).text
    text = browser.get(f"{CAMPAIGN}/recipients").text
    assert "5 recipients" in text
    assert "Le Havre" in text
    assert "Nobody is like that." in browser.get(f"{CAMPAIGN}/recipients?state=stopped").text
    assert browser.get(f"{CAMPAIGN}/recipients?state=%00&page=x").status_code == 200


def test_a_reply_is_counted_by_what_it_means_and_its_contact_awaits_no_reminder(
    office_world: World, own_office: App
) -> None:
    office_world.send(office_world.signed())
    door = door_of(own_office, SECRETARY)
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        give(person, written_back(own_office, "Nous sommes très intéressés."))
        person.fill("/replies/1", "/replies/1/outcome", outcome="interested")
        text = person.get(CAMPAIGN).text
        assert ("/replies?campaign=asointermedias-2025&outcome=interested", "interested", 1) in (
            figures(text)
        )
        listed = person.get("/replies?campaign=asointermedias-2025&outcome=interested").text
        assert "Le Havre" in listed
        assert "Nothing here." in person.get("/replies?outcome=declined").text
        others = [
            person.get(f"{CAMPAIGN}/recipients?state={state}").text
            for state in ("held", "completed", "stopped")
        ]
        assert sum("Le Havre" in text for text in others) == 1
        assert "Le Havre" not in person.get(f"{CAMPAIGN}/recipients?state=active").text


@pytest.mark.parametrize(
    ("page", "holds", "lines"),
    [
        (f"{CAMPAIGN}/who/sheet", "Le Havre", None),
        (f"{CAMPAIGN}/who/sheet?step=suivi-septembre&fate=sent&language=es", "Ibagué", 1),
        ("/register/sheet", "S-EFRPR-25-1", None),
        ("/register/sheet?year=1999", "", 0),
        ("/promises/sheet", "2 contacts", 1),
    ],
)
def test_what_a_page_lists_is_taken_along_as_a_table(
    browser: Browser, page: str, holds: str, lines: int | None
) -> None:
    answer = browser.get(page)
    assert "attachment" in answer.headers["content-disposition"]
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()][1:]
    assert not holds or any(holds in row for row in rows)
    assert lines is None or len(rows) == lines
