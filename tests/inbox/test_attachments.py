"""Attachments are laid down under names that do no harm, and none of them can run."""

import stat
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.inbox import attachments
from outreach.inbox.attachments import (
    MAX_NAME,
    LargeAttachmentError,
    UnknownAttachmentError,
    clean_name,
)


def message(*files: tuple[str, bytes, str]) -> bytes:
    built = EmailMessage()
    built["From"], built["Subject"] = "a@b.example", "Pièces"
    built.set_content("Voir les pièces jointes.")
    for name, data, media in files:
        kind, _, rest = media.partition("/")
        built.add_attachment(data, maintype=kind, subtype=rest, filename=name)
    return built.as_bytes()


PDF = ("Délibération n° 12.pdf", b"%PDF-1.7 x", "application/pdf")
PROGRAM = ("facture.pdf.exe", b"MZ\x90", "application/octet-stream")


def test_files_are_listed_with_what_they_are() -> None:
    found = attachments.of(message(PDF, PROGRAM))
    assert [(one.number, one.name, one.media, one.size, one.risky) for one in found] == [
        (1, "Délibération n° 12.pdf", "application/pdf", 10, False),
        (2, "facture.pdf.exe", "application/octet-stream", 3, True),
    ]


def test_a_program_under_another_name_is_seen_for_what_it_is() -> None:
    (found,) = attachments.of(message(("photo.jpg", b"MZ\x90\x00", "image/jpeg")))
    assert found.risky


def test_a_file_is_laid_down_without_the_right_to_run(tmp_path: Path) -> None:
    found = attachments.of(message(PDF, PROGRAM))
    path = attachments.lay(found, 7, 1, tmp_path / "new", limit_mb=25)
    assert path.read_bytes() == b"%PDF-1.7 x"
    assert not path.stat().st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    again = attachments.lay(found, 7, 1, tmp_path / "new", limit_mb=25)
    assert again.name == "2-Délibération n° 12.pdf"
    harmless = attachments.lay(found, 7, 2, tmp_path, limit_mb=25)
    assert harmless.name == "facture.pdf.exe.unsafe"


def test_a_link_in_the_way_is_not_written_through(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"keep")
    (tmp_path / "Délibération n° 12.pdf").symlink_to(secret)
    attachments.lay(attachments.of(message(PDF)), 7, 1, tmp_path, limit_mb=25)
    assert secret.read_bytes() == b"keep"


def test_what_is_too_large_or_not_there_is_refused(tmp_path: Path) -> None:
    big = attachments.of(message(("plan.pdf", b"%PDF" + bytes(2_000_000), "application/pdf")))
    with pytest.raises(LargeAttachmentError, match="2 MB"):
        attachments.lay(big, 7, 1, tmp_path, limit_mb=1)
    with pytest.raises(UnknownAttachmentError):
        attachments.lay(big, 7, 2, tmp_path, limit_mb=25)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\cmd.exe", "cmd.exe"),
        ("con.txt", "_con.txt"),
        (".bashrc", "bashrc"),
        ("fac\u202etxt.exe", "factxt.exe"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("", "attachment-3"),
        ("...", "attachment-3"),
        ('quoi ? "oui".pdf', "quoi _ _oui_.pdf"),
    ],
)
def test_a_name_is_cleaned(name: str, clean: str) -> None:
    assert clean_name(name, 3) == clean


@given(st.text(max_size=300))
def test_no_name_leaves_the_folder(name: str) -> None:
    cleaned = clean_name(name, 1)
    assert 0 < len(cleaned) <= MAX_NAME
    assert Path(cleaned).name == cleaned
    assert cleaned not in {".", ".."}
    assert cleaned.isprintable()


def test_a_message_in_a_message_is_a_file_and_no_message_makes_it_fail() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Ancien"
    inner.set_content("Texte")
    outer = EmailMessage()
    outer.set_content("Voir")
    outer.add_attachment(inner)
    (found,) = attachments.of(outer.as_bytes())
    assert (found.media, found.name) == ("message/rfc822", "message.eml")
    assert b"Texte" in found.data
    assert attachments.of(b"\x00" * 100) == []
    deep = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 200
    assert attachments.of(deep) == []
