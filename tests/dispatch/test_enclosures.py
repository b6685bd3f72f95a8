"""Enclosures and pictures, from the folder to what left."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import func, select

from outreach.dispatch import approval, archive
from outreach.dispatch.models import ArchivedObject, Delivery
from tests.dispatch.world import World
from tests.letters.test_enclosures import pdf

STEP = """enclosures = [
  { fr = "Le programme", es = "El programa", file = "programme.{language}.pdf" },
  { fr = "Votre fiche", es = "Su ficha", file = "fiches/{organisation}.pdf" },
]
"""
CODES = ("FR-76351", "FR-06088", "FR-200046977", "CO-73001")


@pytest.fixture
def enclosing(small_world: World) -> World:
    """An office whose September letters enclose two files each."""
    folder = small_world.folder
    campaigns = folder / "campaigns"
    text = (campaigns / "asointermedias-2025.toml").read_text("utf-8")
    if campaigns.is_symlink():
        campaigns.unlink()
        campaigns.mkdir()
    # What the shipped step encloses by itself would stand beside these.
    text = re.sub(r"\[\[steps\.enclosures\]\]\n(?:\w.*\n)+", "", text)
    mark = "on = 2025-09-01\n"
    (campaigns / "asointermedias-2025.toml").write_text(text.replace(mark, mark + STEP), "utf-8")
    (folder / "enclosures/fiches").mkdir(parents=True)
    for language in ("fr", "es"):
        (folder / f"enclosures/programme.{language}.pdf").write_bytes(pdf(2))
    for number, code in enumerate(CODES, 3):
        (folder / f"enclosures/fiches/{code}.pdf").write_bytes(pdf(number))
    small_world.reopen()
    return small_world


def names(path: Path) -> list[str | None]:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return [part.get_filename() for part in message.iter_attachments()]


def test_each_letter_carries_the_files_of_all_and_its_own(enclosing: World) -> None:
    number = enclosing.signed()
    enclosing.send(number)
    carried = sorted(tuple(names(path)[1:]) for path in enclosing.outbox())
    assert carried == [
        ("programme.es.pdf", "CO-73001.pdf"),
        ("programme.fr.pdf", "FR-200046977.pdf"),
        ("programme.fr.pdf", "FR-76351.pdf"),
    ]


def test_what_is_enclosed_is_listed_in_the_letter(enclosing: World) -> None:
    number = enclosing.signed()
    enclosing.send(number)
    texts = [path.read_bytes() for path in enclosing.outbox()]
    assert all(b"Votre fiche" in text or b"Su ficha" in text for text in texts)


def test_what_left_is_read_again_byte_for_byte_and_shared_files_are_kept_once(
    enclosing: World,
) -> None:
    number = enclosing.signed()
    enclosing.send(number)
    left = {path.read_bytes() for path in enclosing.outbox()}
    with enclosing.store.reading() as session:
        kept = session.scalars(
            select(Delivery.archive_sha256).where(Delivery.state == "sent")
        ).all()
        assert {archive.read(session, sha or "") for sha in kept} == left
        shared = session.scalar(
            select(func.count()).where(ArchivedObject.sha256 == archive.digest(pdf(2)))
        )
    assert shared == 1


def test_enclosures_are_printed_after_their_letter(enclosing: World) -> None:
    number = enclosing.signed()
    printed = enclosing.print(number)
    (alone,) = printed.folder.glob("[0-9]*.pdf")
    with pikepdf.open(alone) as letter, pikepdf.open(printed.merged) as merged:
        assert printed.pages == len(merged.pages) == len(letter.pages) + 2 + 4


@pytest.mark.parametrize("name", ["programme.fr.pdf", "fiches/FR-76351.pdf"])
def test_a_file_that_changes_after_the_submission_voids_it(enclosing: World, name: str) -> None:
    enclosing.people()
    enclosing.start()
    number = enclosing.prepare().batch
    assert number is not None
    enclosing.submit(number)
    (enclosing.folder / "enclosures" / name).write_bytes(pdf(9))
    with pytest.raises(approval.ChangedError, match="FR:76351"):
        enclosing.approve(number)


def test_what_was_approved_leaves_whatever_becomes_of_the_folder(enclosing: World) -> None:
    number = enclosing.signed()
    for path in (enclosing.folder / "enclosures").rglob("*.pdf"):
        path.write_bytes(b"gone")
    assert enclosing.send(number).sent == 3


def test_a_missing_file_blocks_the_batch(enclosing: World) -> None:
    (enclosing.folder / "enclosures/fiches/FR-76351.pdf").unlink()
    enclosing.people()
    enclosing.start()
    number = enclosing.prepare().batch
    assert number is not None
    lines = [line for line in enclosing.check(number) if line.code == "L140"]
    assert [(line.severity, line.contacts) for line in lines] == [("error", ["FR:76351"])]


def test_the_logo_and_a_letter_s_pictures_travel_inside_the_message(
    small_world: World, own_templates: Callable[[], Path]
) -> None:
    folder = own_templates()
    (folder / "letters/accompagnement/photo.png").write_bytes(
        (folder / "letterhead/logo.png").read_bytes()
    )
    for language in ("fr", "es"):
        path = folder / f"letters/accompagnement/{language}.md"
        path.write_text(path.read_text("utf-8") + "\n![Logo](photo.png)\n", "utf-8")
    number = small_world.signed()
    small_world.send(number)
    for path in small_world.outbox():
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        assert not message.defects
        page = message.get_body(("html",))
        assert page is not None
        shown = [part for part in message.walk() if part.get_content_maintype() == "image"]
        assert shown
        for part in shown:
            assert part.get_content_disposition() == "inline"
            assert f"cid:{part['Content-ID'].strip('<>')}" in page.get_content()
