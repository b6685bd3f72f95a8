"""The campaigns as the office sees them: state, figures, promises, who got what."""

import shutil
from datetime import timedelta
from pathlib import Path
from xml.etree.ElementTree import XML

import pytest
from litestar.testing import TestClient

from outreach.app import App
from outreach.campaigns import enrolments
from outreach.contacts.models import Kind
from outreach.db import Store
from outreach.reports import lines
from outreach.reports.lines import Fate
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.dispatch.world import World, add_contact, add_organisation
from tests.web.conftest import CAMPAIGN, HERE, Browser, door_of, read_only_copy


def look(app: App, page: str) -> str:
    """Return a page of another office, in English."""
    door = door_of(app)
    with TestClient(web.make(app, door), base_url=HERE) as client:
        client.get(ENTRANCE + door.key)
        return client.get(page, params={"lang": "en"}).text


def test_the_first_page_says_how_each_campaign_stands_and_what_to_do(browser: Browser) -> None:
    text = browser.get("/").text
    for words in (
        "Villes intermédiaires de Colombie",
        "running",
        "5 recipients",
        "Sent <b>3</b>",
        "Left out <b>1</b>",
    ):
        assert words in text
    assert "printed letters to be posted: 1" in text
    assert 'href="/batches/1"' in text
    assert "To keep by 1 Oct 2025" in text


def test_a_commitment_past_its_day_comes_first(sent_world: World) -> None:
    later = sent_world.now + timedelta(days=60)
    app = App(sent_world.folder, sent_world.settings, sent_world.store, lambda: later)
    text = look(app, "/")
    assert "Overdue since 1 Oct 2025" in text
    assert text.index("Overdue commitment") < text.index("printed letters to be posted")


def test_every_picture_is_sound_and_has_its_table(browser: Browser) -> None:
    text = browser.get(CAMPAIGN).text
    pictures = [part.partition("</svg>")[0] + "</svg>" for part in text.split("<svg")[1:]]
    assert len(pictures) == 5
    for picture in pictures:
        assert XML(f"<svg{picture}").get("role") == "img"  # our own picture
    for words in (
        "Left out",
        "no address",
        "Nobody to write to",
        "Nouméa",
        "in Spanish",
        "by e-mail",
    ):
        assert words in text
    assert text.count("<caption>") == text.count("<table")


def test_a_figure_leads_to_its_letters(browser: Browser) -> None:
    link = f"{CAMPAIGN}/who?step=suivi-septembre&amp;fate=left-out"
    assert link in browser.get(CAMPAIGN).text
    text = browser.get(link.replace("&amp;", "&")).text
    assert "Paris" in text
    assert "Le Havre" not in text


def test_who_got_what_names_everyone_with_a_way_to_the_letter(
    browser: Browser, letters: dict[str, int]
) -> None:
    text = browser.get(f"{CAMPAIGN}/who?step=suivi-septembre").text
    for code, number in letters.items():
        assert code in text
        assert f'href="/letters/{number}"' in text
    assert "S-EFRPR-25-1" in text


@pytest.mark.parametrize(
    "query",
    [
        "step=nothing",
        "fate=nothing",
        "step=%00",
        "fate=%ff",
        "step=../x",
        "fate=<script>",
        "fate=sent&step='--",
    ],
)
def test_a_made_up_filter_is_told_and_never_shown_as_markup(browser: Browser, query: str) -> None:
    answer = browser.get(f"{CAMPAIGN}/who?{query}")
    assert answer.status_code == 404
    assert "<script>" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "page", ["0", "-1", "x", "1e9", "999999999999999999999", "%00", "1&page=2", "²"]
)
def test_a_made_up_page_shows_a_real_one(browser: Browser, page: str) -> None:
    answer = browser.get(f"{CAMPAIGN}/who?page={page}")
    assert answer.status_code == 200
    assert "Le Havre" in answer.text


@pytest.mark.parametrize(
    "name", ["nothing", "..%2f..%2foutreach", "%00", "%ff", "a" * 3_000, "<b>"]
)
def test_an_unknown_campaign_is_told(browser: Browser, name: str) -> None:
    answer = browser.get(f"/campaigns/{name}")
    assert answer.status_code == 404
    assert "<b>" not in answer.text
    assert "Traceback" not in answer.text


def test_a_campaign_that_is_not_started_says_how_to(tmp_path: Path, sent_world: World) -> None:
    app = read_only_copy(sent_world, tmp_path)
    campaigns = tmp_path / "campaigns"
    shutil.copy(campaigns / "asointermedias-2025.toml", campaigns / "next-year.toml")
    for page in ("/", "/campaigns/next-year"):
        assert 'href="/campaigns/next-year/plan"' in look(app, page)
    assert "not started" in look(app, "/campaigns/next-year/who")


def test_a_broken_file_is_told_and_hides_no_other_campaign(
    tmp_path: Path, sent_world: World
) -> None:
    app = read_only_copy(sent_world, tmp_path)
    (tmp_path / "campaigns" / "broken.toml").write_text("title = 3", "utf-8")
    text = look(app, "/")
    assert "campaigns/broken.toml" in text
    assert "Villes intermédiaires" in text


def test_an_office_without_campaigns_says_what_to_do(tmp_path: Path, sent_world: World) -> None:
    app = read_only_copy(sent_world, tmp_path)
    shutil.rmtree(tmp_path / "campaigns")
    (tmp_path / "campaigns").mkdir()
    assert "There is no campaign yet" in look(app, "/")


def test_names_are_text_and_never_markup(store: Store, office: Path) -> None:
    world = World(store, office)
    name = "<script>alert(1)</script> & “Co”"
    with store.transaction() as session:
        town = add_organisation(session, "FR:01001", Kind.COMMUNE, name)
        add_contact(session, town, "maire", email="mairie@town.example")
    world.start()
    app = App(office, world.settings, store, world.clock)
    text = look(app, f"{CAMPAIGN}/who")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; “Co”" in text
    assert "<script>" not in text


def test_a_fault_is_kept_in_the_log_and_shows_nothing_of_itself(
    tmp_path: Path, sent_world: World
) -> None:
    app = read_only_copy(sent_world, tmp_path)
    broken = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    for office, knows in ((app, True), (App(tmp_path, app.settings, broken, app.clock), False)):
        door = door_of(app)
        secret = door.enter(door.key) or ""
        headers = {"cookie": f"outreach-8025={secret}", "accept-language": "en"}
        # Behind the gate, and in the gate itself, which asks the database who is there.
        gate = web.make(
            App(tmp_path, app.settings, broken, app.clock), door if knows else door_of(office)
        )
        with TestClient(gate, base_url=HERE, raise_server_exceptions=False) as client:
            answer = client.get("/", headers=headers)
        assert answer.status_code == 500
        text = answer.text
    broken.close()
    assert "faults.log" in text
    assert "Traceback" not in text
    assert "sqlite" not in text
    log = (tmp_path / "var" / "log" / "faults.log").read_text("utf-8")
    assert "OperationalError" in log


@pytest.mark.parametrize("fate", [None, *Fate])
def test_the_pages_together_are_who_got_what(sent_world: World, fate: Fate | None) -> None:
    with sent_world.store.reading() as session:
        campaign = enrolments.require_started(session, "asointermedias-2025")
        whole = list(lines.who(session, campaign, fate=fate))
        first = lines.page(session, campaign, 1, fate=fate, size=2)
        pages = [
            lines.page(session, campaign, n + 1, fate=fate, size=2) for n in range(first.pages)
        ]
        beyond = lines.page(session, campaign, 99, fate=fate, size=2)
    assert [line for page in pages for line in page.lines] == whole
    assert first.total == len(whole)
    assert beyond == pages[-1]
