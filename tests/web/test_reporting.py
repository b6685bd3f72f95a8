"""The reports by the browser: read, taken along in every form, refused in words."""

from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from outreach.web.reporting import FORM_NAMES, REPORTS
from tests.dispatch.world import MANAGER
from tests.web.conftest import HERE, Browser, door_of

NAME = "asointermedias-2025"
BEGINS = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "csv": b"\xef\xbb\xbf"}


@pytest.mark.parametrize("report", [name for name in REPORTS if name != "retention"])
def test_every_report_is_read_and_taken_along_in_every_form(browser: Browser, report: str) -> None:
    page = browser.get(f"/reports/{report}", params={"campaign": NAME, "language": "es"})
    assert page.status_code == 200
    assert 'lang="es"' in page.text
    for form in FORM_NAMES:
        asked = {"campaign": NAME, "language": "fr", "form": form}
        answer = browser.get(f"/reports/{report}", params=asked)
        assert answer.status_code == 200, form
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert answer.content.startswith(BEGINS[form]), form


def test_what_is_read_and_what_is_taken_along_say_the_same(browser: Browser) -> None:
    asked = {"campaign": NAME, "language": "fr"}
    page = browser.get("/reports/campaign", params=asked).text
    file = browser.get("/reports/campaign", params=asked | {"form": "xlsx"}).content
    cells = {
        str(cell.value)
        for sheet in openpyxl.load_workbook(BytesIO(file))
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    }
    assert "Partage du document d’Asointermedias" in cells
    assert "Partage du document d’Asointermedias" in page
    assert "<svg" in page
    word = browser.get("/reports/campaign", params=asked | {"form": "docx"}).content
    text = ZipFile(BytesIO(word)).read("word/document.xml").decode()
    assert "Partage du document d’Asointermedias" in text


def test_the_register_is_of_the_period_that_was_asked_for(browser: Browser) -> None:
    period = {"from": "2025-09-01", "until": "2025-09-30"}
    assert "S-EFRPR-25-1" in browser.get("/reports/register", params=period).text
    before = {"from": "2024-01-01", "until": "2024-12-31"}
    assert "S-EFRPR-25-1" not in browser.get("/reports/register", params=before).text


def test_what_cannot_be_reported_is_said_on_the_page_of_reports(browser: Browser) -> None:
    answer = browser.get("/reports/register", params={"from": "1er septembre"})
    assert answer.status_code == 409
    assert "is no day" in answer.text
    answer = browser.get("/reports/campaign", params={"campaign": "../etc"})
    assert answer.status_code == 409
    assert browser.get("/reports/nothing").status_code == 404


def test_what_is_kept_how_long_is_for_managers(browser: Browser, app: App) -> None:
    assert browser.get("/reports/retention").status_code == 404
    assert "kept how long" not in browser.get("/reports").text
    door = door_of(app, MANAGER)
    with TestClient(web.make(app, door), base_url=HERE) as client:
        client.get(f"{ENTRANCE}{door.key}?lang=en")
        assert client.get("/reports/retention").status_code == 200
        assert "kept how long" in client.get("/reports?lang=en").text


def test_the_campaign_page_leads_to_its_report(browser: Browser) -> None:
    assert f'href="/reports/campaign?campaign={NAME}"' in browser.get(f"/campaigns/{NAME}").text


def test_a_past_day_is_read_and_one_to_come_is_refused(browser: Browser) -> None:
    asked = {"campaign": NAME, "language": "fr", "as-of": "2025-08-31"}
    answer = browser.get("/reports/campaign", params=asked)
    assert answer.status_code == 409  # it had not begun
    for report in ("promises", "register"):
        page = browser.get(f"/reports/{report}", params={"as-of": "2025-08-31"})
        assert page.status_code == 200
        assert "S-EFRPR-25-1" not in page.text
    late = browser.get("/reports/promises", params={"as-of": "2031-01-01"})
    assert late.status_code == 409
    assert "not ended yet" in late.text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31"])
@pytest.mark.parametrize("report", ["weekly", "register", "promises"])
def test_days_at_the_ends_of_the_calendar_are_slips(
    browser: Browser, report: str, day: str
) -> None:
    for field in ("until", "as-of"):
        answer = browser.get(f"/reports/{report}", params={field: day})
        assert answer.status_code in {200, 409}
