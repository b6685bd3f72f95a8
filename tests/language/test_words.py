"""The office's own words."""

from pathlib import Path

from outreach.language import words


def test_an_office_without_a_list_has_none(tmp_path: Path) -> None:
    assert words.read(tmp_path) == frozenset()


def test_one_word_a_line_without_remarks(tmp_path: Path) -> None:
    path = tmp_path / words.FILE
    path.parent.mkdir()
    path.write_text("\ufeff# ours\r\nAsointermedias\r\n\r\n  Ciudades   Intermedias \r\n", "utf-8")
    assert words.read(tmp_path) == {"Asointermedias", "Ciudades Intermedias"}


def test_a_list_in_another_encoding_does_not_stop_anything(tmp_path: Path) -> None:
    path = tmp_path / words.FILE
    path.parent.mkdir()
    path.write_bytes("Asointermedias\nPréf\n".encode("latin-1"))
    assert "Asointermedias" in words.read(tmp_path)
