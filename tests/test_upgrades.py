"""From every earlier schema, with rows in every table, to the newest: nothing is lost."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    inspect,
    select,
)

from outreach.db import Store, migration_config
from outreach.keeping import dumps

ROWS = 2
REVISIONS = [
    one.revision
    for one in reversed(list(ScriptDirectory.from_config(migration_config()).walk_revisions()))
]
Rows = dict[str, list[dict[str, Any]]]


def migrate(store: Store, revision: str) -> None:
    """Bring a database to a schema of its past."""
    config = migration_config()
    with store._rebuilding() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def value(column: Column[Any], number: int) -> Any:
    """Make a value that a column takes; different for each row."""
    if column.foreign_keys:
        return number
    length = getattr(column.type, "length", None) or 40
    made: tuple[tuple[tuple[type[Any], ...], Any], ...] = (
        ((Boolean,), True),
        ((Integer,), number),
        ((Float, Numeric), number / 2),
        ((DateTime,), datetime(2024, 3, number, 9, 30, tzinfo=UTC)),
        ((Date,), date(2024, 3, number)),
        ((LargeBinary,), bytes([number]) * 3),
        ((JSON,), {"number": number}),
    )
    text = f"{column.name[:20]} {number}"[:length]
    return next((one for types, one in made if isinstance(column.type, types)), text)


def fill(store: Store) -> Rows:
    """Put rows into every table that has none; return all rows by table."""
    found = MetaData()
    found.reflect(store.engine)
    with store.engine.begin() as connection:
        for table in found.sorted_tables:
            if table.name == "alembic_version" or connection.execute(select(table)).first():
                continue
            for number in range(1, ROWS + 1):
                # What may be empty is empty in the second row: a migration must take both.
                # What it refers to is always named.
                row = {
                    column.name: value(column, number)
                    for column in table.columns
                    if number == 1 or not column.nullable or column.foreign_keys
                }
                connection.execute(table.insert().values(**row))
    return rows(store)


def rows(store: Store) -> Rows:
    """Return every row of every table."""
    found = MetaData()
    found.reflect(store.engine)
    with store.engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(_ordered(table)).mappings()]
            for table in found.sorted_tables
            if table.name != "alembic_version"
        }


def _ordered(table: Table) -> Any:
    return select(table).order_by(*table.primary_key.columns)


def lost(before: Rows, after: Rows) -> list[str]:
    """Return what is not as it was: tables, rows, and values of columns that are still there."""
    missing: list[str] = []
    for table, old in before.items():
        new = after.get(table, [])
        if len(new) < len(old):
            missing.append(f"{table}: {len(old)} rows became {len(new)}")
            continue
        for was, is_ in zip(old, new, strict=False):
            missing += [
                f"{table}.{name}: {was[name]!r} became {is_[name]!r}"
                for name in was.keys() & is_.keys()
                if was[name] != is_[name]
            ]
    return missing


@pytest.fixture(scope="session")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with an empty database at each schema of the past."""
    folder = tmp_path_factory.mktemp("schemas")
    store = Store(f"sqlite:///{folder / 'growing.db'}")
    for revision in REVISIONS:
        migrate(store, revision)
        dumps.copy_file(folder / "growing.db", folder / f"{revision}.db")
    yield folder
    store.close()


@pytest.mark.parametrize(
    "revision",
    [
        # The oldest, the newest, and every seventh between; each of them in the long run.
        pytest.param(one, marks=() if number % 7 == 0 or one == REVISIONS[-1] else pytest.mark.soak)
        for number, one in enumerate(REVISIONS)
    ],
)
def test_an_upgrade_from_any_schema_loses_nothing(
    schemas: Path, tmp_path: Path, revision: str
) -> None:
    shutil.copyfile(schemas / f"{revision}.db", tmp_path / "office.db")
    with closing(Store(f"sqlite:///{tmp_path / 'office.db'}")) as store:
        before = fill(store)
        assert all(len(found) == ROWS for found in before.values())
        store.upgrade()
        assert lost(before, rows(store)) == []
        with store.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert inspect(connection).get_table_names()


@pytest.mark.soak
def test_on_postgresql_rows_of_every_schema_come_along_to_the_newest(postgres_url: str) -> None:
    with closing(Store(postgres_url)) as store:
        before: Rows = {}
        for revision in REVISIONS:
            migrate(store, revision)
            assert lost(before, rows(store)) == []
            before = fill(store)
        assert {len(found) for found in before.values()} == {ROWS}
