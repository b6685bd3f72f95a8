"""The exact letter, for ever: what left is read from the archive, whatever changed since."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from outreach.dispatch import archive
from outreach.dispatch.archive import ArchiveDamagedError
from outreach.dispatch.models import ArchivedObject, Delivery
from outreach.letters.compiling import Press
from outreach.letters.pdf import PdfPress
from outreach.reports import letters
from tests.dispatch.world import CAMPAIGN, STEP, World

BY_MAIL, BY_POST = "FR:76351", "FR:06088"


def exact(world: World, contact: str) -> bytes:
    with world.store.reading() as session:
        return letters.exact(session, CAMPAIGN, STEP, contact).data


def left(world: World) -> int:
    """Send and print a batch."""
    number = world.signed()
    world.send(number)
    world.print(number)
    return number


@pytest.fixture
def changed(
    small_world: World, own_templates: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], None]:
    """Change everything that shapes a letter: texts, letterhead, and what lays it out."""
    folder = own_templates()

    def change() -> None:
        for path in [*folder.rglob("*.md"), *folder.rglob("letter.typ"), *folder.rglob("*.css")]:
            path.write_text(path.read_text("utf-8") + "\n/* autre */\n", "utf-8")
        (folder / "letterhead" / "logo.svg").write_text("<svg/>", "utf-8")
        (small_world.folder / "outreach.toml").write_text(
            (small_world.folder / "outreach.toml")
            .read_text("utf-8")
            .replace("Alfonso Prada Gil", "Quelqu’un d’Autre"),
            "utf-8",
        )

        def never(*_arguments: object, **_more: object) -> bytes:
            raise AssertionError("an old letter was made anew")

        monkeypatch.setattr(PdfPress, "pdf", never)
        monkeypatch.setattr(Press, "write", never)

    return change


def test_after_every_change_the_old_letters_are_the_same_bytes(
    small_world: World, changed: Callable[[], None]
) -> None:
    left(small_world)
    mail, paper = exact(small_world, BY_MAIL), exact(small_world, BY_POST)
    sent = next(path for path in small_world.outbox() if b"mairie@havre" in path.read_bytes())
    changed()
    small_world.reopen()
    assert exact(small_world, BY_MAIL) == mail == sent.read_bytes()
    assert exact(small_world, BY_POST) == paper
    assert paper.startswith(b"%PDF-")


def test_printed_again_the_letter_is_the_one_that_was_posted(
    small_world: World, changed: Callable[[], None]
) -> None:
    number = left(small_world)
    paper = exact(small_world, BY_POST)
    changed()
    small_world.reopen()
    printed = small_world.print(number, again=True)
    (alone,) = printed.folder.glob("[0-9]*.pdf")
    assert alone.read_bytes() == paper


@pytest.mark.parametrize("contact", [BY_MAIL, BY_POST])
@pytest.mark.parametrize("damage", ["cut", "flipped", "another"])
def test_a_damaged_row_is_noticed_and_never_shown_as_the_letter(
    small_world: World, contact: str, damage: str
) -> None:
    left(small_world)
    with small_world.store.transaction() as session:
        sha256 = session.scalars(
            select(Delivery.archive_sha256).where(
                Delivery.archive_sha256.is_not(None),
                Delivery.channel == ("email" if contact == BY_MAIL else "post"),
                Delivery.language == "fr",
            )
        ).all()
        for each in sha256:
            body = session.scalars(
                select(ArchivedObject.body).where(ArchivedObject.sha256 == each)
            ).one()
            bad = {
                "cut": body[: len(body) // 2],
                "flipped": body[:-9] + bytes([body[-9] ^ 1]) + body[-8:],
                "another": archive.row(b"another letter", "x")["body"],
            }[damage]
            session.execute(
                update(ArchivedObject).where(ArchivedObject.sha256 == each).values(body=bad)
            )
    with pytest.raises(ArchiveDamagedError, match="Restore"):
        exact(small_world, contact)


def test_how_much_room_the_letters_of_a_batch_take_is_told(world: World) -> None:
    number = left(world)
    with world.store.reading() as session:
        room = archive.room(session, number)
    assert room.letters == len(world.outbox()) + 1
    assert 0 < room.kept < room.exact
