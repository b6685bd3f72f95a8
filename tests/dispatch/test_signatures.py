"""Who signs, with which picture, and what stands in the signature book."""

import base64
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from outreach.dispatch import batches, pressroom, signaturebook
from outreach.dispatch.states import BatchStateError
from outreach.settings import UnknownSignatoryError
from tests.dispatch.world import World, quiet

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
DEPUTY = """
[deputies.charge]
name = "Camila Ejemplo"
gender = "F"
function = { fr = "Chargée d’affaires a.i.", es = "Encargada de negocios a. i." }
"""


def settle(world: World, settings: str = "", *, signatory: str = "") -> None:
    """Write the office's settings, and who signs the September step."""
    path = world.folder / "outreach.toml"
    path.write_text(path.read_text("utf-8") + settings, "utf-8")
    if signatory:
        campaigns = world.folder / "campaigns"
        shipped = campaigns.resolve() / "asointermedias-2025.toml"
        campaigns.unlink()
        campaigns.mkdir()
        step = 'name = "suivi-septembre"\n'
        text = shipped.read_text("utf-8")
        assert step in text
        (campaigns / shipped.name).write_text(
            text.replace(step, f'{step}signatory = "{signatory}"\n'), "utf-8"
        )
    world.reopen()


def with_picture(world: World, templates: Path | None = None) -> None:
    path = world.folder / "outreach.toml"
    text = path.read_text("utf-8").replace("[signatory]\n", '[signatory]\nsignature = "main.png"\n')
    path.write_text(text, "utf-8")
    if templates is not None:
        (templates / "letterhead" / "main.png").write_bytes(DOT)
    world.reopen()


def pictures(pdf: Path) -> int:
    return sum(len(page.images) for page in PdfReader(pdf).pages)


def words(pdf: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(pdf).pages).split())


def prepared(world: World) -> int:
    world.people()
    world.start()
    number = world.prepare().batch
    assert number is not None
    return number


def book(world: World, number: int) -> Path:
    with world.store.reading() as session:
        (path,) = signaturebook.bind(
            session,
            batches.find(session, number),
            world.room(),
            world.folder / "var" / "parapheur.pdf",
            settings=world.settings,
            act=world.act(),
            progress=quiet,
        )
    return path


def test_a_step_may_be_signed_by_another_than_the_head_of_the_office(small_world: World) -> None:
    settle(small_world, DEPUTY, signatory="charge")
    printed = small_world.print(small_world.signed())
    assert "Camila Ejemplo" in words(printed.merged)
    assert "Alfonso Prada Gil" not in words(printed.merged)


def test_someone_unknown_cannot_sign(small_world: World) -> None:
    settle(small_world, signatory="charge")
    with pytest.raises(UnknownSignatoryError, match=r"deputies\.charge"):
        small_world.room()


def test_the_picture_of_the_signature_is_on_the_signed_letter_only(
    small_world: World, own_templates: Callable[[], Path]
) -> None:
    with_picture(small_world, own_templates())
    number = prepared(small_world)
    draft = book(small_world, number)
    before = pictures(draft)
    small_world.submit(number)
    small_world.approve(number)
    small_world.sign(number)
    printed = small_world.print(number)
    alone = next(printed.folder.glob("[0-9]*.pdf"))
    assert before == 0
    assert pictures(alone) == 1


def test_a_picture_that_is_not_there_is_told_before_anything_is_written(
    small_world: World,
) -> None:
    with_picture(small_world)
    with pytest.raises(pressroom.NoSignatureFileError, match=r"main\.png"):
        small_world.room()


def test_salutation_and_closing_may_be_left_for_the_pen(
    small_world: World, own_templates: Callable[[], Path]
) -> None:
    for path in (own_templates() / "letters" / "suivi-septembre").glob("*.md"):
        text = path.read_text("utf-8").replace("+++\n", "+++\nhandwritten = true\n", 1)
        path.write_text(text, "utf-8")
    written = words(book(small_world, prepared(small_world)))
    assert "Je vous prie d’agréer" not in written
    assert "Alfonso Prada Gil" in written


def test_the_signature_book_holds_each_text_once_with_a_bookmark(small_world: World) -> None:
    number = prepared(small_world)
    path = book(small_world, number)
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        titles = [str(item.title) for item in outline.root]
    assert len(titles) == len(set(titles)) >= 2
    assert titles[0].startswith("1. ")
    assert "____" in words(path)


def test_a_signed_batch_has_no_book_any_more(small_world: World) -> None:
    number = small_world.signed()
    with pytest.raises(BatchStateError):
        book(small_world, number)
