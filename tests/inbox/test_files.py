"""Messages in files, as offices have them."""

from pathlib import Path

import pytest

from outreach.inbox import files, outlook
from outreach.inbox.files import LargeMessageError, OutlookFileError
from tests.inbox.outlookfiles import outlook_file

ONE = b"From: a@b.example\nSubject: Un\n\nTexte\n"


def test_an_eml_file_is_one_message(tmp_path: Path) -> None:
    path = tmp_path / "un.eml"
    path.write_bytes(ONE)
    assert list(files.messages(path)) == [ONE]


def test_an_mbox_gives_its_messages_and_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "boite"
    stored = b"From a@b Mon Sep  8 09:00:00 2025\n" + ONE + b">From ici\n\n"
    path.write_bytes(stored * 2)
    path.chmod(0o400)
    first, second = files.messages(path)
    assert first.startswith(b"From: a@b.example")
    assert b"\nFrom ici" in first
    assert b"Subject: Un" in second
    assert path.read_bytes() == stored * 2
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_gives_all_below_it_but_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.eml", "new/a", ".trash/c.eml", "dovecot-uidlist"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(ONE)
    (tmp_path / "link.eml").symlink_to(tmp_path / "b.eml")
    found = files.below([tmp_path, tmp_path / "b.eml"])
    assert [path.relative_to(tmp_path).as_posix() for path in found] == ["b.eml", "new/a", "b.eml"]


def test_outlook_s_own_file_is_one_message(tmp_path: Path) -> None:
    path = tmp_path / "message.msg"
    path.write_bytes(outlook_file(text={outlook.HEADERS: "From: a@b.example\nSubject: Un\n"}))
    (found,) = files.messages(path)
    assert found.startswith(b"From: a@b.example\r\nSubject: Un\r\n")


def test_a_broken_outlook_file_and_what_is_too_large_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "message.msg"
    path.write_bytes(outlook.SIGNATURE + bytes(100))
    with pytest.raises(OutlookFileError):
        list(files.messages(path))
    monkeypatch.setattr(files, "MAX_MESSAGE", 10)
    path.write_bytes(ONE)
    with pytest.raises(LargeMessageError):
        list(files.messages(path))
