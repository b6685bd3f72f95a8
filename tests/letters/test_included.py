"""Shared blocks and pictures."""

import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach.letters.catalogue import Catalogue, Letterhead, Source
from outreach.letters.compiling import Press, TemplateError, Written
from outreach.letters.facts import OfficeFacts
from outreach.letters.included import MAX_SIDE, measure
from outreach.letters.pdf import PdfPress
from tests.letters.letter_facts import LETTERHEAD, SEAL, SETTINGS, facts, source, written

HEAD = '+++\nsubject = "S"\n+++\n'


def png(width: int = 60, height: int = 20) -> bytes:
    """Return a blue picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = b"".join(b"\0" + b"\x00\x38\x93" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def office(tmp_path: Path) -> Path:
    for folder in ("letters/essai", "blocks", "pictures"):
        (tmp_path / "templates" / folder).mkdir(parents=True)
    return tmp_path


def put(office: Path, path: str, data: str | bytes) -> None:
    (office / "templates" / path).write_bytes(data.encode() if isinstance(data, str) else data)


def letter(office: Path, body: str, letterhead: Letterhead = LETTERHEAD) -> Written:
    put(office, "letters/essai/fr.md", HEAD + body)
    twin = Catalogue(office).letter("essai").twin("fr")
    return Press(twin, letterhead, OfficeFacts.of(SETTINGS, "fr")).write(facts(), SEAL)


def test_a_block_stands_where_it_is_named_with_its_own_fields(office: Path) -> None:
    put(office, "blocks/adieu.fr.md", "Au revoir, [la ville].\n\n- un\n- deux\n")
    text = letter(office, "Bonjour.\n\n[bloc : adieu]\n\nFin.").text
    assert "Bonjour.\n\nAu revoir, la Ville du Havre.\n\n- un\n- deux\n\nFin." in text


def test_what_is_wrong_in_a_block_is_told_with_the_block_s_line(office: Path) -> None:
    put(office, "blocks/adieu.fr.md", "Un.\n\n[colectivité]")
    problem = letter(office, "Bonjour.\n\n[bloc : adieu]").problems[0]
    assert (problem.path, problem.line) == ("templates/blocks/adieu.fr.md", 3)
    put(office, "blocks/adieu.fr.md", "Un.\n\n{{ 1 / 0 }}")
    with pytest.raises(TemplateError, match=r"blocks/adieu\.fr\.md, line 3: .*ZeroDivision"):
        letter(office, "Bonjour.\n\n[bloc : adieu]")


def test_what_is_wrong_after_a_block_is_told_with_the_letter_s_line(office: Path) -> None:
    put(office, "blocks/adieu.fr.md", "Un.\n\nDeux.\n\nTrois.")
    problem = letter(office, "Bonjour.\n\n[bloc : adieu]\n\n[colectivité]").problems[0]
    assert (problem.path, problem.line) == ("templates/letters/essai/fr.md", 8)


def test_a_block_that_is_missing_or_nested_is_named(office: Path) -> None:
    put(office, "blocks/un.fr.md", "[bloc : deux]")
    body = f"{HEAD}[bloc : un]\n\n[bloc : trois]"
    twin = Source.from_bytes("essai", "fr", body.encode(), Catalogue(office).file)
    said = [str(each.phrase) for each in twin.troubles]
    assert "holds no other block" in said[0]
    assert "templates/blocks/trois.fr.md is missing" in said[1]
    assert {each.code for each in letter(office, "[bloc : trois]").problems} == {"L101"}


def test_a_picture_stands_in_every_form(office: Path) -> None:
    put(office, "letters/essai/carte.png", png())
    made = letter(office, "Voici :\n\n![La carte de [nom de la ville]](carte.png)\n")
    (picture,) = [each for each in made.inline if each.name == "carte.png"]
    assert f'src="cid:{picture.cid}"' in made.html
    assert 'alt="La carte de Le Havre"' in made.html
    assert "[La carte de Le Havre]" in made.text
    pdf = PdfPress(LETTERHEAD.files).pdf(
        made.tree, moment=datetime(2025, 9, 1, tzinfo=UTC), pictures=made.pictures
    )
    from io import BytesIO

    from pypdf import PdfReader

    images = [image for page in PdfReader(BytesIO(pdf)).pages for image in page.images]
    assert len(images) == 1


def test_a_picture_for_all_letters_is_in_the_pictures_folder(office: Path) -> None:
    put(office, "pictures/carte.png", png())
    assert [each.name for each in letter(office, "![Carte](carte.png)").inline][-1] == "carte.png"


@pytest.mark.parametrize(
    "name",
    [
        "missing.png",
        "../secret.png",
        "/etc/logo.png",
        "https://evil.example/x.png",
        "data:image/png;base64,AAAA",
        "essai.svg",
        "link.png",
        "huge.png",
        "bomb.png",
        "text.png",
        "%2e%2e/secret.png",
    ],
)
def test_a_picture_from_elsewhere_is_refused(office: Path, name: str) -> None:
    (office / "secret.png").write_bytes(png())
    put(office, "secret.png", png())
    put(office, "letters/essai/essai.svg", "<svg/>")
    put(office, "letters/essai/huge.png", png() + b"\0" * 2_000_001)
    put(office, "letters/essai/bomb.png", png(MAX_SIDE + 1, 1))
    put(office, "letters/essai/text.png", "no picture")
    (office / "templates/letters/essai/link.png").symlink_to(office / "secret.png")
    with pytest.raises(TemplateError, match="line 6: there is no picture"):
        letter(office, f"Voici.\n\n![Carte]({name})")


def test_a_picture_says_what_it_shows(office: Path) -> None:
    put(office, "letters/essai/carte.png", png())
    with pytest.raises(TemplateError, match="say in words what the picture shows"):
        letter(office, "![](carte.png)")


def test_pictures_are_measured_without_opening_them() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08\x00\x20\x00\x40\x01\x01\x11\x00"
    assert measure(jpeg) == ("image/jpeg", 64, 32)
    assert measure(png(7, 9)) == ("image/png", 7, 9)
    assert measure(b"GIF89a") is None
    assert measure(b"\xff\xd8\xff") is None


def test_what_a_letter_includes_is_known_by_its_path(office: Path) -> None:
    put(office, "blocks/adieu.fr.md", "Au revoir.")
    put(office, "letters/essai/carte.png", png())
    put(office, "letters/essai/fr.md", f"{HEAD}[bloc : adieu]\n\n![Carte](carte.png)")
    twin = Catalogue(office).letter("essai").twin("fr")
    assert sorted(twin.included) == ["blocks/adieu.fr.md", "letters/essai/carte.png"]


def test_a_letter_without_a_folder_includes_nothing() -> None:
    assert source("[bloc : adieu]").blocks == ()
    assert {each.code for each in written("[bloc : adieu]").problems} == {"L101"}
