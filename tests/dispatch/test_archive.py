"""What left is kept byte for byte."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

import outreach.app  # noqa: F401  # every room's tables
from outreach.db import Base, Store
from outreach.dispatch import archive
from outreach.dispatch.archive import ArchiveDamagedError, NotArchivedError
from outreach.dispatch.messages import Attachment, body, compose
from outreach.dispatch.models import ArchivedObject
from tests.dispatch.test_messages import ENVELOPE, PDF

WORDS = archive.Shared(b"lettre")


@pytest.fixture
def archive_store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'archive.db'}")
    Base.metadata.create_all(store.engine)
    return store


def test_a_message_with_a_shared_enclosure_comes_back_byte_for_byte(archive_store: Store) -> None:
    attachment = Attachment.of("a.pdf", "application/pdf", PDF)
    composed = [
        compose(ENVELOPE, f"lettre {n}", f"<p>{n}</p>", [attachment, attachment]) for n in (1, 2)
    ]
    with archive_store.transaction() as session:
        archive.keep_all(session, [archive.row(PDF, "application/pdf")])
        for one in composed:
            row = archive.message_row(one.message, one.bare, one.enclosed, WORDS)
            archive.keep_all(session, [WORDS.row, row])
    with archive_store.reading() as session:
        for one in composed:
            assert archive.read(session, archive.digest(one.message)) == one.message
        assert session.scalar(select(func.count()).select_from(ArchivedObject)) == 4


def test_a_message_costs_little_beside_the_words_that_all_share(archive_store: Store) -> None:
    page = "".join(f"<p>{archive.digest(bytes([n]))} lettres</p>" for n in range(100))
    shared = archive.Shared(body("", page))
    one = compose(ENVELOPE, "", page.replace(" lettres", " lettre", 1))
    row = archive.message_row(one.message, one.bare, one.enclosed, shared)
    alone = archive.row(one.message, "message/rfc822")
    assert len(row["body"]) * 2 < len(alone["body"])
    with archive_store.transaction() as session:
        archive.keep_all(session, [shared.row, row])
        assert archive.read(session, row["sha256"]) == one.message


def test_the_same_bytes_are_kept_once(archive_store: Store) -> None:
    with archive_store.transaction() as session:
        assert archive.keep(session, PDF, "application/pdf") == archive.keep(
            session, PDF, "application/pdf"
        )
        assert session.scalar(select(func.count()).select_from(ArchivedObject)) == 1


def test_changed_bytes_are_found_out(archive_store: Store) -> None:
    with archive_store.transaction() as session:
        kept = archive.keep(session, PDF, "application/pdf")
        other = archive.keep(session, b"other", "application/pdf")
        body = session.scalar(select(ArchivedObject.body).where(ArchivedObject.sha256 == other))
        session.execute(
            update(ArchivedObject).where(ArchivedObject.sha256 == kept).values(body=body)
        )
        with pytest.raises(ArchiveDamagedError):
            archive.read(session, kept)


def test_what_was_never_kept_is_said_so(archive_store: Store) -> None:
    with archive_store.reading() as session, pytest.raises(NotArchivedError):
        archive.read(session, "0" * 64)


@given(st.binary(max_size=5_000))
def test_base64_lines_decode_to_what_they_were(data: bytes) -> None:
    lines = archive.base64_lines(data)
    assert base64.b64decode(lines) == data
    assert all(len(line) <= 76 for line in lines.split(b"\r\n"))
