"""Whoever gets our letters stops them by one click, and learns what we hold."""

import dataclasses
from collections.abc import Iterator

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import func, select

from outreach.app import App
from outreach.campaigns.models import Campaign, Enrolment
from outreach.contacts.models import Contact
from outreach.contacts.privacy.models import Objection
from outreach.dispatch import tokens
from outreach.journal import Event
from outreach.web import app as web
from tests.dispatch.world import World
from tests.web.conftest import HERE, Browser, door_of

OUTSIDE = "https://courrier.ambassade.example"
LE_HAVRE, LYON = "FR:76351", "FR:200046977"


@pytest.fixture
def started(office_world: World, own_office: App) -> App:
    """An office with a campaign that runs, whose pages are reached from outside."""
    office_world.people()
    office_world.start()
    mail = msgspec.structs.replace(own_office.settings.mail, public_url=OUTSIDE)
    return dataclasses.replace(
        own_office, settings=msgspec.structs.replace(own_office.settings, mail=mail)
    )


@pytest.fixture
def stranger(started: App) -> Iterator[Browser]:
    with TestClient(web.make(started, door_of(started)), base_url=HERE) as client:
        client.headers["accept-language"] = "en"
        yield client


def link(app: App, code: str) -> str:
    """Return the address in the letters to a contact."""
    with app.store.reading() as session:
        contact = session.scalars(select(Contact.id).where(Contact.code.startswith(code))).one()
        campaign = session.scalars(select(Campaign.id)).one()
    return f"/stop/{tokens.opt_out_token(app.key(), contact, campaign)}"


def objections(app: App) -> list[str | None]:
    with app.store.reading() as session:
        return list(session.scalars(select(Objection.campaign).order_by(Objection.id)))


def state(app: App, code: str) -> str:
    with app.store.reading() as session:
        return session.scalars(
            select(Enrolment.state)
            .join(Contact, Contact.id == Enrolment.contact_id)
            .where(Contact.code.startswith(code))
        ).one()


def test_looking_stops_nothing(started: App, stranger: Browser) -> None:
    text = stranger.get(link(started, LE_HAVRE)).text
    assert '<html lang="fr">' in text, "the language of the letters, not the browser’s"
    assert "Villes intermédiaires" in text
    assert stranger.head(link(started, LE_HAVRE)).status_code in {200, 405}
    assert objections(started) == []
    assert state(started, LE_HAVRE) == "active"


def test_one_click_of_a_mail_program_stops_the_campaign_for_one_contact(
    started: App, stranger: Browser
) -> None:
    """RFC 8058 section 3.1: a POST with this body, no cookie, no redirect."""
    answer = stranger.post(
        link(started, LE_HAVRE),
        content="List-Unsubscribe=One-Click",
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "origin": "https://mail.example",
            "host": "courrier.ambassade.example",
        },
        follow_redirects=False,
    )
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert objections(started) == ["asointermedias-2025"]
    assert state(started, LE_HAVRE) == "stopped"
    assert state(started, LYON) == "active"


def test_a_person_stops_one_campaign_then_all(started: App, stranger: Browser) -> None:
    here = link(started, LE_HAVRE)
    assert "plus de courrier" in stranger.post(here, data={"scope": "campaign"}).text
    text = stranger.post(here, data={"scope": "all"}).text
    assert "ne vous écrirons plus" in text
    assert objections(started) == ["asointermedias-2025", None]


def test_pressing_twice_is_one_objection(started: App, stranger: Browser) -> None:
    here = link(started, LE_HAVRE)
    for _ in range(3):
        assert stranger.post(here, data={"scope": "campaign"}).status_code == 200
    assert objections(started) == ["asointermedias-2025"]


def test_the_journal_says_that_the_recipient_did_it(started: App, stranger: Browser) -> None:
    stranger.post(link(started, LE_HAVRE), data={"scope": "all"})
    with started.store.reading() as session:
        actors = session.scalars(
            select(Event.actor).where(Event.verb == "objected", Event.subject == "contact")
        ).all()
    assert actors == ["recipient"]


@pytest.mark.parametrize("token", ["x", "1-1-aaaaaaaaaaaaaaaa", "é", "%00", "a" * 4_000])
def test_a_made_up_link_stops_nobody(started: App, stranger: Browser, token: str) -> None:
    for answer in (stranger.get(f"/stop/{token}"), stranger.post(f"/stop/{token}")):
        assert answer.status_code == 404
        assert "STOP" in answer.text
    assert objections(started) == []


def test_a_token_is_good_for_its_contact_only(started: App, stranger: Browser) -> None:
    whole = link(started, LE_HAVRE)
    contact, campaign, mac = whole.removeprefix("/stop/").split("-")
    with started.store.reading() as session:
        highest = session.scalars(select(func.max(Contact.id))).one()
    for other in range(1, highest + 1):
        forged = f"/stop/{tokens._digits(other)}-{campaign}-{mac}"
        if forged != whole:
            assert stranger.post(forged).status_code == 404
    assert stranger.post(f"/stop/{contact}-{campaign}x-{mac}").status_code == 404
    assert objections(started) == []


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/welcome/x", "/people", "/letters/1", "/open/x"]
)
def test_from_outside_nothing_else_is_reached(stranger: Browser, path: str) -> None:
    answer = stranger.get(path, headers={"host": "courrier.ambassade.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(("language", "words"), [("fr", "Vos données"), ("es", "Sus datos")])
def test_what_we_hold_is_told_in_both_languages(
    stranger: Browser, language: str, words: str
) -> None:
    answer = stranger.get(
        f"/your-data?lang={language}", headers={"host": "courrier.ambassade.example"}
    )
    assert answer.status_code == 200
    assert words in answer.text
