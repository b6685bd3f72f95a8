"""A letter's text is written on a page: checked, looked at, kept, and put back."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path

import pytest
from litestar.testing import TestClient

from outreach.accounts import users
from outreach.app import App
from outreach.journal import Act
from outreach.letters import reviews, versions
from outreach.letters.catalogue import Catalogue, Source
from outreach.web import app as web
from outreach.web.gate import ENTRANCE
from tests.conftest import CHECKOUT
from tests.dispatch.world import MANAGER, SECRETARY, World
from tests.web.conftest import HERE, Person, door_of

NAME = "suivi-septembre"
WHEN = datetime(2025, 9, 1, 12, tzinfo=UTC)
PATIENCE = "/letters/texts/patience/fr"
"""A letter to each by name; the other one is a circular."""
FRENCH = f"/letters/texts/{NAME}/fr"
SPANISH = f"/letters/texts/{NAME}/es"


@pytest.fixture
def folder(office_world: World) -> Path:
    """An office whose letters a test may change."""
    there = office_world.folder / "templates"
    there.unlink()
    shutil.copytree(CHECKOUT / "templates", there)
    office_world.people()
    return office_world.folder


@pytest.fixture
def secretary(folder: Path, own_office: App) -> Iterator[Person]:
    door = door_of(own_office, SECRETARY)
    assert own_office.folder == folder
    with TestClient(web.make(own_office, door), base_url=HERE) as client:
        person = Person(client)
        person.get(ENTRANCE + door.key)
        yield person


def french(folder: Path) -> Source:
    return Catalogue(folder).letter(NAME).twin("fr")


def filled(folder: Path, **changed: str) -> dict[str, str]:
    """Return what a browser would send of the form, but for what was typed."""
    source = french(folder)
    return {
        "subject": source.front.subject,
        "words": versions.body(source),
        "seen": versions.digest(source.written),
        **changed,
    }


def written(page: str) -> str:
    """Return what stands in the form's field of words."""
    found = re.search(r'<textarea name="words"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def test_every_letter_is_listed_with_its_subjects(secretary: Person) -> None:
    page = secretary.get("/letters").text
    assert FRENCH in page
    assert f"/letters/texts/{NAME}/es" in page


def test_a_text_stands_beside_its_twin_with_the_fields_and_what_they_give(
    secretary: Person, folder: Path
) -> None:
    page = secretary.get(FRENCH).text
    assert written(page) == versions.body(french(folder))
    spanish = Catalogue(folder).letter(NAME).twin("es")
    assert versions.body(spanish)[:60] in unescape(page)
    assert re.search(r"\[la collectivité\] → \w", unescape(page))


def test_a_changed_text_is_kept_and_the_rest_of_the_file_stays(
    secretary: Person, folder: Path
) -> None:
    before = french(folder)
    words = versions.body(before) + "\n\nBien à vous."
    page = secretary.fill(FRENCH, FRENCH, keep="1", **filled(folder, words=words))
    assert "The text is kept." in page
    after = french(folder)
    assert after.written == before.written.rstrip("\n") + "\n\nBien à vous.\n"


def test_a_new_subject_is_written_as_toml_writes_it(secretary: Person, folder: Path) -> None:
    subject = 'Un « partage » "cité" \\ d\'ici'
    secretary.fill(FRENCH, FRENCH, keep="1", **filled(folder, subject=subject))
    assert french(folder).front.subject == subject


def test_an_unsound_text_is_refused_with_its_line_and_stays_on_the_page(
    secretary: Person, folder: Path
) -> None:
    before = french(folder).written
    words = "Bonjour.\n\n{% if organisation %}\n\nOubli."
    page = secretary.fill(FRENCH, FRENCH, keep="1", **filled(folder, words=words))
    assert 'role="alert"' in page
    assert written(page) == words
    assert french(folder).written == before


def test_what_the_check_finds_names_the_line_of_the_text(secretary: Person, folder: Path) -> None:
    words = "Bonjour.\n\nÀ [la colectivité]."
    page = secretary.fill(FRENCH, FRENCH, look="1", **filled(folder, words=words))
    assert re.search(r"L101</strong> line 3 .*colectivité", unescape(page))
    assert "suivi" in french(folder).name
    assert versions.body(french(folder)) != words


def test_a_field_comes_where_its_mark_stands_else_at_the_end(
    secretary: Person, folder: Path
) -> None:
    chosen = {"field": "[la collectivité]", "insert": "1"}
    page = secretary.fill(FRENCH, FRENCH, **filled(folder, words="Que [] lise.", **chosen))
    assert written(page) == "Que [la collectivité] lise."
    page = secretary.fill(FRENCH, FRENCH, **filled(folder, words="Bonjour", **chosen))
    assert written(page) == "Bonjour [la collectivité]"


def test_a_paragraph_may_depend_on_the_recipient(secretary: Person, folder: Path) -> None:
    chosen = {"condition": "commune", "condition-words": "région Bretagne", "insert-if": "1"}
    page = secretary.fill(FRENCH, FRENCH, **filled(folder, words="Bonjour.", **chosen))
    assert written(page).rstrip() == "Bonjour.\n\n[si région Bretagne]"


def test_a_text_that_a_colleague_changed_meanwhile_is_not_written_over(
    secretary: Person, folder: Path
) -> None:
    ours = filled(folder, words="Notre texte.", keep="1")
    theirs = versions.rewritten(french(folder), french(folder).front.subject, "Leur texte.")
    fresh = versions.read(folder, NAME, "fr", theirs)
    versions.save(folder, fresh, seen=ours["seen"], by=MANAGER, at=WHEN)
    page = secretary.fill(FRENCH, FRENCH, **ours)
    assert "Somebody changed this letter" in page
    assert "<del>Leur texte.</del>" in page
    assert "<ins>Notre texte.</ins>" in page
    assert versions.body(french(folder)) == "Leur texte."


def test_an_earlier_text_is_shown_with_who_changed_it_and_put_back(
    secretary: Person, folder: Path
) -> None:
    before = french(folder).written
    secretary.fill(FRENCH, FRENCH, **filled(folder, words="Tout autre chose.", keep="1"))
    earlier = f"{FRENCH}/earlier"
    page = secretary.get(earlier).text
    assert "<ins>Tout autre chose.</ins>" in page
    assert SECRETARY in page
    until = re.search(r'name="until" value="([^"]+)"', page)
    assert until is not None
    seen = versions.digest(french(folder).written)
    answer = secretary.fill(earlier, earlier, until=unescape(until[1]), seen=seen)
    assert "The earlier text is back." in answer
    assert french(folder).written == before
    assert len(versions.earlier(folder, NAME, "fr")) == 2


def test_a_text_is_read_for_any_contact_before_it_is_kept(secretary: Person, folder: Path) -> None:
    typed = filled(folder, words="Je pense à [la collectivité].")
    proof = secretary.proof(PATIENCE)
    assert "<table" in secretary.get(f"{PATIENCE}/mail").text
    whom = {"contact-code": "FR:76351", "proof": proof}
    mail = secretary.post(f"{PATIENCE}/mail", data={**typed, **whom})
    assert "Je pense à" in mail.text
    assert "Havre" in mail.text
    assert "sandbox" in mail.headers["content-security-policy"]
    paper = secretary.post(f"{PATIENCE}/pdf", data={**typed, **whom})
    assert paper.content.startswith(b"%PDF")
    unknown = {**typed, "proof": proof, "contact-code": "FR:00000"}
    assert "FR:00000" in secretary.post(f"{PATIENCE}/mail", data=unknown).text


@pytest.mark.parametrize("path", ["..%2f..%2foutreach/fr", f"{NAME}/en", "nothing/fr"])
def test_no_other_file_is_reached(secretary: Person, path: str) -> None:
    assert secretary.get(f"/letters/texts/{path}").status_code in {404, 400}


def test_a_changed_text_makes_its_twin_wait_until_somebody_read_it(
    secretary: Person, folder: Path, office_world: World
) -> None:
    page = secretary.fill(FRENCH, FRENCH, **filled(folder, words="Tout autre chose.", keep="1"))
    assert "to be read again" in page
    assert "to be read again" in secretary.get("/letters").text
    with office_world.store.reading() as session:
        (finding,) = reviews.findings(session, [NAME])
        assert (finding.code, finding.severity) == ("L125", "error")
        assert finding.where == f"templates/letters/{NAME}/es.md"
        assert reviews.findings(session, ["patience"]) == []
    assert "both say the same" in secretary.get(SPANISH).text
    secretary.fill(SPANISH, f"{SPANISH}/reviewed")
    with office_world.store.reading() as session:
        assert reviews.findings(session, [NAME]) == []


def test_a_text_that_is_brought_up_to_date_does_not_make_the_first_one_wait(
    secretary: Person, folder: Path, office_world: World
) -> None:
    secretary.fill(FRENCH, FRENCH, **filled(folder, words="Tout autre chose.", keep="1"))
    spanish = Catalogue(folder).letter(NAME).twin("es")
    typed = {
        "subject": spanish.front.subject,
        "words": "Otra cosa.",
        "seen": versions.digest(spanish.written),
    }
    secretary.fill(SPANISH, SPANISH, keep="1", **typed)
    with office_world.store.reading() as session:
        assert reviews.findings(session, [NAME]) == []


def test_a_batch_whose_twin_waits_is_not_submitted(
    secretary: Person, folder: Path, office_world: World
) -> None:
    office_world.start()
    number = office_world.prepare().batch
    assert number is not None
    secretary.fill(FRENCH, FRENCH, **filled(folder, words="Tout autre chose.", keep="1"))
    page = secretary.wait(secretary.fill(f"/batches/{number}", f"/batches/{number}/submit"))
    assert "errors must be mended first" in page
    assert "L125" in {line.code for line in office_world.check(number)}


def test_the_second_at_a_text_is_told_of_the_first(secretary: Person, office_world: World) -> None:
    moment = office_world.clock()
    with office_world.store.transaction() as session:
        assert reviews.opened(session, NAME, "fr", Act(MANAGER, moment)) is None
    assert f"{MANAGER} has this text open since" in secretary.get(FRENCH).text
    assert "has this text open" not in secretary.get(SPANISH).text
    with office_world.store.transaction() as session:
        reviews.closed(session, NAME, "fr", Act(MANAGER, moment))
    assert "has this text open" not in secretary.get(FRENCH).text


def test_a_form_that_was_left_is_not_open_for_ever(office_world: World) -> None:
    moment = office_world.clock()
    with office_world.store.transaction() as session:
        reviews.opened(session, NAME, "fr", Act(MANAGER, moment))
        later = moment + reviews.OPEN_FOR
        first = reviews.opened(session, NAME, "fr", Act(SECRETARY, later))
        assert first is not None
        assert first.actor == MANAGER
        session.flush()
        later += timedelta(seconds=1)
        assert reviews.opened(session, NAME, "fr", Act(SECRETARY, later)) is None


def test_what_is_pasted_from_word_becomes_plain_writing(secretary: Person) -> None:
    html = (
        "<html><head><style>p {color: red}</style></head><body><!--StartFragment-->"
        '<p class="MsoNormal" style="margin: 0">Une <b>belle</b> lettre,<o:p></o:p></p>'
        '<p class="MsoListParagraph" style="text-indent: -18pt"><span><span>·<span>&nbsp;&nbsp;'
        "</span></span></span>un point</p><script>alert(1)</script>"
        '<p><a href="https://ambassade.example/">ici</a></p><!--EndFragment--></body></html>'
    )
    proof = secretary.proof(FRENCH)
    answer = secretary.post(f"{FRENCH}/pasted", data={"html": html, "proof": proof})
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.split("\n\n") == [
        "Une **belle** lettre,",
        "- un point",
        "[ici](https://ambassade.example/)",
    ]


def test_the_text_that_is_written_is_sent_to_its_writer_and_to_nobody_else(
    secretary: Person, folder: Path, office_world: World
) -> None:
    asked = filled(folder, contact="FR:76351")
    refused = secretary.fill(FRENCH, f"{FRENCH}/test", **asked)
    assert "no e-mail address" in unescape(refused)
    with office_world.store.transaction() as session:
        users.find(session, SECRETARY).email = "maria@office.example"
    text = secretary.fill(FRENCH, f"{FRENCH}/test", **asked)
    assert "went to maria@office.example" in unescape(text)
    (message,) = office_world.outbox()
    sent = message_from_bytes(message.read_bytes(), policy=policy.default)
    assert sent["To"] == "maria@office.example"
    assert sent["Subject"].startswith("[ESSAI] ")
    body = sent.get_body(("plain",))
    assert body is not None
    assert "tel que Le Havre (FR:76351) le lirait" in " ".join(body.get_content().split())
