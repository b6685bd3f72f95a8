from pathlib import Path

import pytest

from outreach.letters.catalogue import (
    Catalogue,
    LetterFileError,
    Letterhead,
    LetterheadError,
    MissingTwinError,
    Source,
    UnknownLetterError,
)


def letter(folder: Path, name: str, **twins: str) -> None:
    home = folder / "templates/letters" / name
    home.mkdir(parents=True)
    for language, text in twins.items():
        (home / f"{language}.md").write_text(text, "utf-8")


TEXT = '+++\nsubject = "Objet"\n+++\nBonjour\n'


def test_letters_are_listed_by_the_name_of_their_folder(tmp_path: Path) -> None:
    letter(tmp_path, "b-lettre", fr=TEXT)
    letter(tmp_path, "a-lettre", es=TEXT)
    (tmp_path / "templates/letters/empty").mkdir()
    assert Catalogue(tmp_path).names() == ["a-lettre", "b-lettre"]


def test_an_office_without_letters_has_none(tmp_path: Path) -> None:
    assert Catalogue(tmp_path).names() == []


def test_an_unknown_letter_names_the_known_ones(tmp_path: Path) -> None:
    letter(tmp_path, "merci", fr=TEXT)
    with pytest.raises(UnknownLetterError, match=r"“merc”.*Known: merci"):
        Catalogue(tmp_path).letter("merc")


@pytest.mark.parametrize("name", ["../letterhead", "/etc", "..", ""])
def test_a_letter_cannot_be_named_by_a_path(tmp_path: Path, name: str) -> None:
    letter(tmp_path, "merci", fr=TEXT)
    with pytest.raises(UnknownLetterError):
        Catalogue(tmp_path).letter(name)


def test_a_missing_twin_is_said_when_it_is_asked_for(tmp_path: Path) -> None:
    letter(tmp_path, "merci", fr=TEXT)
    found = Catalogue(tmp_path).letter("merci")
    assert found.twin("fr").front.subject == "Objet"
    with pytest.raises(MissingTwinError, match=r"no Spanish text: templates/letters/merci/es\.md"):
        found.twin("es")


def test_a_source_from_bytes_equals_the_one_read_from_the_folder(tmp_path: Path) -> None:
    letter(tmp_path, "merci", fr=TEXT)
    read = Catalogue(tmp_path).letter("merci").twin("fr")
    assert Source.from_bytes("merci", "fr", TEXT.encode()) == read


def test_the_body_starts_on_the_line_after_the_settings() -> None:
    source = Source.from_bytes("merci", "fr", TEXT.encode())
    assert (source.body, source.body_line) == ("Bonjour\n", 4)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing_but_the_hash() -> None:
    odd = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    plain, windows = (Source.from_bytes("m", "fr", data) for data in (TEXT.encode(), odd))
    assert (windows.body, windows.body_line) == (plain.body, plain.body_line)
    assert windows.sha256 != plain.sha256


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("Bonjour", 1, "must begin with a line"),
        ('+++\nsubject = "a"\nBonjour', 1, "not closed"),
        ('+++\nsubject = "a"\nkind = letter\n+++\n', 3, "cannot be read"),
        ('+++\nsubject = "a"\nsubjekt = "b"\n+++\n', 3, "subjekt"),
        ('+++\nsubject = "a"\n\nkind = "mail"\n+++\n', 4, "kind"),
        ("+++\n+++\nBonjour", 1, "subject"),
    ],
)
def test_a_wrong_setting_is_named_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(LetterFileError, match=rf"essai/fr\.md, line {line}: .*{reason}"):
        Source.from_bytes("essai", "fr", text.encode())


def test_a_file_that_is_not_utf8_is_refused_with_the_line() -> None:
    with pytest.raises(LetterFileError, match="line 2: a character is not UTF-8"):
        Source.from_bytes("essai", "fr", '+++\nsubject = "é"'.encode("latin-1"))


def test_a_huge_file_is_refused() -> None:
    with pytest.raises(LetterFileError, match="larger than"):
        Source.from_bytes("essai", "fr", b" " * 300_000)


def test_a_letterhead_has_one_hash_for_all_its_files(tmp_path: Path) -> None:
    home = tmp_path / "templates/letterhead"
    home.mkdir(parents=True)
    (home / "email.css").write_text("p {}", "utf-8")
    (home / ".swp").write_text("x", "utf-8")
    read = Letterhead.read(tmp_path)
    assert read == Letterhead.from_bytes({"email.css": b"p {}"})
    assert Letterhead.from_bytes({"email.css": b"p { }"}).sha256 != read.sha256
    assert Letterhead.from_bytes({"email.cs": b"sp {}"}).sha256 != read.sha256


def test_a_missing_letterhead_file_is_named() -> None:
    with pytest.raises(LetterheadError, match=r"templates/letterhead/email\.html .* missing"):
        Letterhead.from_bytes({}).text("email.html")
