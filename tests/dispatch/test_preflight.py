"""What preflight finds in a batch, its recipients and its links."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach.contacts import suppressions
from outreach.contacts.models import Contact, EmailAddress
from outreach.dispatch import batches, linkage, preflight
from outreach.dispatch import pressroom as pressrooms
from outreach.letters.links import Answer, Trouble
from tests.dispatch.world import KEY, World

pytestmark = pytest.mark.one_database

LINK = "https://ville.fr/programme.pdf"


def prepared(world: World) -> int:
    world.people()
    world.start()
    number = world.prepare().batch
    assert number is not None
    return number


def by_code(world: World, number: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in world.check(number):
        found.setdefault(line.code, []).extend(line.everyone)
    return found


def change(world: World, code: str, **values: object) -> None:
    with world.store.transaction() as session:
        contact = session.scalars(select(Contact).where(Contact.code == code)).one()
        for name, value in values.items():
            setattr(contact, name, value)


def append(folder: Path, words: str) -> None:
    """Add words to both twins of the September letter."""
    for language in ("fr", "es"):
        path = folder / "letters" / "suivi-septembre" / f"{language}.md"
        path.write_text(path.read_text("utf-8") + words, "utf-8")


def test_a_batch_of_the_shipped_letters_has_no_error(world: World) -> None:
    assert preflight.errors(world.check(prepared(world))) == []


def test_who_asked_not_to_be_written_to_is_told_and_blocks_nothing(world: World) -> None:
    number = prepared(world)
    with world.store.transaction() as session:
        suppressions.suppress(session, KEY, "mairie@havre.example", reason="asked", act=world.act())
    assert by_code(world, number)["L150"] == ["FR:76351"]
    assert preflight.errors(world.check(number)) == []


def test_an_address_that_bounced_since_is_an_error(world: World) -> None:
    number = prepared(world)
    with world.store.transaction() as session:
        address = session.scalars(
            select(EmailAddress).where(EmailAddress.address == "mairie@havre.example")
        ).one()
        address.state = "bad"
    assert by_code(world, number)["L151"] == ["FR:76351"]


def test_data_that_changed_since_are_an_error(world: World) -> None:
    number = prepared(world)
    change(world, "FR:76351", gender="F")
    assert by_code(world, number)["L152"] == ["FR:76351"]


def test_a_mandate_that_ended_is_a_warning(world: World) -> None:
    number = prepared(world)
    change(world, "FR:76351", mandate_end=date(2025, 8, 31))
    assert by_code(world, number)["L153"] == ["FR:76351"]
    change(world, "FR:76351", mandate_end=date(2025, 9, 1))
    assert "L153" not in by_code(world, number)


def test_a_message_that_servers_refuse_for_its_size_is_an_error(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = prepared(world)
    monkeypatch.setattr(preflight, "MAX_MESSAGE", 30_000)
    assert "FR:76351" in by_code(world, number)["L160"]


def test_a_letterhead_that_cannot_be_laid_out_is_an_error(
    small_world: World, own_templates: Callable[[], Path]
) -> None:
    letterhead = own_templates() / "letterhead" / "letter.typ"
    letterhead.write_text(letterhead.read_text("utf-8").replace("#let letter", "#let lettre"))
    number = prepared(small_world)
    assert "L136" in by_code(small_world, number)


def test_enclosures_that_are_told_and_not_there_are_a_warning(
    small_world: World, own_templates: Callable[[], Path]
) -> None:
    folder = own_templates()
    path = folder / "letters" / "suivi-septembre" / "fr.md"
    path.write_text(path.read_text("utf-8") + "\nVous trouverez les deux documents ci-joints.\n")
    assert "L142" in by_code(small_world, prepared(small_world))


class Stranger:
    """Finds the same behind every link."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def __call__(self, urls: Sequence[str]) -> dict[str, Answer]:
        self.asked += urls
        return dict.fromkeys(urls, self.answer)


@pytest.mark.parametrize(
    ("answer", "code", "severity"),
    [
        (Answer(LINK, 404), "L113", "error"),
        (Answer("https://accounts.google.com/x", 200, "text/html"), "L114", "error"),
        (Answer(LINK, 200, "text/html"), "L115", "error"),
        (Answer(LINK, trouble=Trouble.NO_NETWORK), "L116", "warning"),
        (Answer(LINK, trouble=Trouble.PRIVATE), "L117", "error"),
    ],
)
def test_links_are_opened_once_for_the_whole_batch(
    small_world: World,
    own_templates: Callable[[], Path],
    answer: Answer,
    code: str,
    severity: str,
) -> None:
    append(own_templates(), f"\n[ici]({LINK})\n")
    stranger = Stranger(answer)
    found = small_world.check(prepared(small_world), stranger)
    assert stranger.asked == [LINK]
    assert [(line.code, line.severity) for line in found if line.code == code] == [(code, severity)]


def test_a_link_that_everyone_can_read_is_no_finding(
    small_world: World, own_templates: Callable[[], Path]
) -> None:
    append(own_templates(), f"\n[ici]({LINK})\n")
    found = small_world.check(prepared(small_world), Stranger(Answer(LINK, 200, "application/pdf")))
    assert not [line for line in found if line.code.startswith("L11")]


def test_of_many_personal_links_some_are_opened_and_it_is_told(
    small_world: World, own_templates: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linkage, "MOST", 1)
    append(own_templates(), f"\n[ici]({LINK}) [là](https://ville.fr/)\n")
    stranger = Stranger(Answer(LINK, 200, "application/pdf"))
    found = small_world.check(prepared(small_world), stranger)
    assert len(stranger.asked) == 1
    assert [line.severity for line in found if line.code == "L118"] == ["warning"]


def test_links_are_opened_again_before_sending(
    small_world: World, own_templates: Callable[[], Path]
) -> None:
    append(own_templates(), f"\n[ici]({LINK})\n")
    number = small_world.signed()
    with small_world.store.reading() as session:
        batch = batches.find(session, number)
        room = pressrooms.from_archive(session, batch.material or {})
        linkage.require_alive(session, batch, room, None)
        linkage.require_alive(session, batch, room, Stranger(Answer(LINK, 200, "application/pdf")))
        linkage.require_alive(
            session, batch, room, Stranger(Answer(LINK, trouble=Trouble.NO_NETWORK))
        )
        with pytest.raises(linkage.DeadLinksError, match="404"):
            linkage.require_alive(session, batch, room, Stranger(Answer(LINK, 404)))


def test_the_day_of_the_check_counts_for_dates(world: World) -> None:
    number = prepared(world)
    change(world, "FR:76351", mandate_end=date(2025, 12, 31))
    world.now = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=1)
    assert by_code(world, number)["L153"] == ["FR:76351"]
