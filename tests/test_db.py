"""The store: one schema on both databases, brought up to date by itself."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

import outreach.app  # noqa: F401  # every room's tables
from outreach.db import Base, NewerDatabaseError, Store, UnusableDatabaseError
from outreach.journal import Act, Event, record


def test_the_migrations_make_what_the_models_say(any_store: Store) -> None:
    with any_store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "render_as_batch": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_bringing_up_to_date_twice_changes_nothing(any_store: Store) -> None:
    any_store.upgrade()
    any_store.upgrade()


def test_a_newer_database_is_refused(any_store: Store) -> None:
    with any_store.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabaseError, match="9999"):
        any_store.upgrade()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "outreach.db"
    path.write_bytes(b"this is no database, but a letter to the mayor of a town" * 20)
    store = Store(f"sqlite:///{path}")
    with pytest.raises(UnusableDatabaseError):
        store.upgrade()


def test_a_moment_without_a_zone_is_never_stored(any_store: Store) -> None:
    naive = datetime(2025, 9, 1)  # noqa: DTZ001  # what must not pass
    with pytest.raises(StatementError, match="time zone"), any_store.transaction() as session:
        record(session, Act("Maria", naive), "batch", 1, "created")


def test_a_moment_comes_back_aware_and_equal(any_store: Store) -> None:
    moment = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    with any_store.transaction() as session:
        record(session, Act("Maria", moment), "batch", 1, "created")
    with any_store.reading() as session:
        assert session.scalars(select(Event.at)).one() == moment


def test_a_failed_transaction_leaves_nothing(any_store: Store) -> None:
    def fail() -> None:
        with any_store.transaction() as session:
            record(session, Act("Maria", datetime.now(UTC)), "batch", 1, "created")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with any_store.reading() as session:
        assert session.scalars(select(Event.id)).all() == []


def test_sqlite_keeps_what_it_promised_through_a_power_cut(store: Store) -> None:
    with store.engine.connect() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "synchronous")
        }
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}
