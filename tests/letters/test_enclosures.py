"""Files that travel with a letter."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from outreach.letters import checks
from outreach.letters.enclosures import MAX_BYTES, Shelf
from tests.letters.letter_facts import MAYOR, facts, written


def pdf(pages: int = 1, *, locked: bool = False) -> bytes:
    """Return an empty PDF."""
    made, out = pikepdf.new(), BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    lock = pikepdf.Encryption(owner="o", user="u") if locked else False
    made.save(out, encryption=lock, deterministic_id=not locked)
    return out.getvalue()


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "enclosures/fiches").mkdir(parents=True)
    (tmp_path / "secret.pdf").write_bytes(pdf())
    return tmp_path


def test_a_file_is_found_for_all_for_a_language_or_for_one_organisation(office: Path) -> None:
    for name in ("programme.pdf", "guide.es.pdf", "fiches/CO-66001.pdf", "fiches/FR-76351-dgs.pdf"):
        (office / "enclosures" / name).write_bytes(pdf())
    shelf = Shelf(office)
    codes = {"contact": "FR:76351/dgs", "organisation": "CO:66001"}
    for pattern, name in (
        ("programme.pdf", "programme.pdf"),
        ("guide.{language}.pdf", "guide.es.pdf"),
        ("fiches/{organisation}.pdf", "CO-66001.pdf"),
        ("fiches/{contact}.pdf", "FR-76351-dgs.pdf"),
    ):
        found = shelf.find(pattern, "Titre", language="es", **codes)
        assert (found.name, found.media, found.trouble) == (name, "application/pdf", "")
        assert shelf.data(found) == pdf()


@pytest.mark.parametrize(
    ("pattern", "trouble"),
    [
        ("missing.pdf", "missing"),
        ("../secret.pdf", "missing"),
        ("/etc/passwd", "missing"),
        ("link.pdf", "missing"),
        ("{contact}/../../secret.pdf", "missing"),
        ("run.exe", "type"),
        ("big.pdf", "size"),
        ("damaged.pdf", "broken"),
        ("locked.pdf", "broken"),
        ("{contact:>1000000000}.pdf", "place"),
        ("{contact.__class__}.pdf", "place"),
        ("{commune}.pdf", "place"),
    ],
)
def test_a_file_that_cannot_travel_is_refused_with_the_reason(
    office: Path, pattern: str, trouble: str
) -> None:
    home = office / "enclosures"
    (home / "link.pdf").symlink_to(office / "secret.pdf")
    (home / "run.exe").write_bytes(b"MZ")
    (home / "big.pdf").write_bytes(b"%PDF-" + bytes(MAX_BYTES))
    (home / "damaged.pdf").write_bytes(b"%PDF-1.7 damaged")
    (home / "locked.pdf").write_bytes(pdf(locked=True))
    found = Shelf(office).find(pattern, "Le document", contact="FR:1", language="fr")
    assert (found.trouble, found.sha256) == (trouble, "")
    given = facts(files=(found,))
    (finding,) = checks.check(written("Bonjour.", given), given)
    assert (finding.code, finding.severity) == ("L140", "error")
    assert "“Le document”" in str(finding.message)


def test_what_cannot_be_printed_with_the_letter_is_a_warning_by_post(office: Path) -> None:
    from msgspec import structs

    (office / "enclosures/plan.docx").write_bytes(b"PK")
    found = Shelf(office).find("plan.docx", "Le plan", language="fr")
    by_mail = facts(files=(found,))
    assert checks.check(written("Bonjour.", by_mail), by_mail) == []
    by_post = structs.replace(
        by_mail, contact=structs.replace(MAYOR, postal_lines=("Madame la Maire", "76600 LE HAVRE"))
    )
    codes = [each.code for each in checks.check(written("Bonjour.", by_post), by_post)]
    assert codes == ["L141"]
