"""The database as a file and back: SQLite's own copying, PostgreSQL's pg_dump and pg_restore."""

import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text

from outreach.db import Store
from outreach.errors import N_, OutreachError

MAINTENANCE = "postgres"
"""The database that every PostgreSQL server has, for work on the others."""
PATIENCE = 3600
"""Seconds that pg_dump and pg_restore may take."""


class ProgramMissingError(OutreachError):
    """PostgreSQL's programs are not installed here."""

    message = N_(
        "{program} is not on this machine. Install PostgreSQL’s client programs (on Debian: apt "
        "install postgresql-client), the same version as the server or newer, then try again."
    )


class DumpError(OutreachError):
    """PostgreSQL's program refused."""

    message = N_("{program} did not do it: {words}")


class BackupDamagedError(OutreachError):
    """The copy in the backup is no sound database."""

    message = N_("The backup {path} is damaged: {words}. Take an older one.")


def is_file(store: Store) -> bool:
    """Say whether the database is a file on this machine."""
    return store.engine.dialect.name == "sqlite"


def place(store: Store) -> Path:
    """Return the file of an SQLite database."""
    return Path(store.engine.url.database or "")


def dump(store: Store, target: Path) -> dict[str, int]:
    """Copy the whole database into ``target`` while others go on working.

    Returns how many rows each table has in the copy. Raises ProgramMissingError, DumpError.
    """
    if is_file(store):
        copy_file(place(store), target)
        with closing(sqlite3.connect(target)) as copy:
            # One file, complete in itself: nothing beside it belongs to it.
            copy.execute("PRAGMA journal_mode=DELETE")
            names = [
                name
                for (name,) in copy.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                )
            ]
            return {
                name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608  # the schema's own names
                for name in names
            }
    with store.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        # The same moment for the figures and for the dump.
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        counted = rows(connection)
        arguments = ["-Fc", f"--snapshot={snapshot}", "-f", str(target)]
        run_program("pg_dump", store.engine.url, arguments)
    return counted


def rows(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608  # the schema's own names
        for name in inspect(connection).get_table_names()
    }


def copy_file(source: Path, target: Path) -> None:
    """Copy an SQLite database as it stands at one moment; ``target`` is replaced as a whole.

    Whoever works with ``target`` sees the old data or the new, never half of them.
    """
    with (
        closing(sqlite3.connect(source, timeout=60)) as from_,
        closing(sqlite3.connect(target, timeout=60)) as to,
    ):
        from_.backup(to)


@contextmanager
def scratch(store: Store, dumped: Path, path: Path) -> Iterator[Store]:
    """Restore a dump into a database of its own that is gone afterwards.

    ``path`` names the backup in errors. A caller may rename the database away, and so keep it.
    Raises BackupDamagedError, ProgramMissingError, DumpError.
    """
    if is_file(store):
        with tempfile.TemporaryDirectory(dir=dumped.parent) as folder:
            copy = Path(folder) / "copy.db"
            shutil.copyfile(dumped, copy)
            _require_sound(copy, path)
            opened = Store(f"sqlite:///{copy.as_posix()}")
            try:
                yield opened
            finally:
                opened.close()
        return
    url = store.engine.url
    name = f"{url.database}_copy_{secrets.token_hex(4)}"
    with server(store) as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
    opened = Store(url.set(database=name).render_as_string(hide_password=False))
    try:
        run_program("pg_restore", opened.engine.url, ["--no-owner", "--exit-on-error", str(dumped)])
        yield opened
    finally:
        opened.close()
        with server(store) as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


def _require_sound(copy: Path, path: Path) -> None:
    try:
        with closing(sqlite3.connect(copy)) as connection:
            words = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            strays = connection.execute("PRAGMA foreign_key_check").fetchmany(3)
    except sqlite3.DatabaseError as error:
        raise BackupDamagedError(path=path, words=str(error)) from error
    if words != ["ok"] or strays:
        raise BackupDamagedError(path=path, words="; ".join([*words, *map(str, strays)]))


def put_in_place(store: Store, copy: Store, now: datetime) -> str | None:
    """Let the database be what ``copy`` is, at once; return where the old one was put aside.

    None where there was none. ``copy`` is closed, and on PostgreSQL renamed.
    """
    stamp = f"{now:%Y%m%d-%H%M%S}"
    copy.close()
    store.close()
    if is_file(store):
        return _put_file(place(store), place(copy), stamp)
    name, aside = store.engine.url.database, f"{store.engine.url.database}_before_{stamp}"
    with server(store) as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": name},
        )
        connection.execute(text(f'ALTER DATABASE "{name}" RENAME TO "{aside}"'))
        connection.execute(text(f'ALTER DATABASE "{aside}" ALLOW_CONNECTIONS true'))
        connection.execute(text(f'ALTER DATABASE "{copy.engine.url.database}" RENAME TO "{name}"'))
    return aside


def _put_file(live: Path, copy: Path, stamp: str) -> str | None:
    aside: Path | None = None
    if live.exists():
        aside = live.with_name(f"{live.stem}.before-{stamp}.db")
        try:
            copy_file(live, aside)
        except sqlite3.DatabaseError:  # it is no database any more: kept as it is
            shutil.copyfile(live, aside)
            for file in (live, *(live.with_name(live.name + end) for end in ("-wal", "-shm"))):
                file.unlink(missing_ok=True)
    live.parent.mkdir(parents=True, exist_ok=True)
    copy_file(copy, live)
    return str(aside) if aside else None


@contextmanager
def put_aside(store: Store, aside: str | None) -> Iterator[Store | None]:
    """Open the database that was put aside; None where it is gone or cannot be read."""
    if aside is None or (is_file(store) and not Path(aside).exists()):
        yield None
        return
    if is_file(store):
        url = f"sqlite:///{Path(aside).as_posix()}"
    else:
        url = store.engine.url.set(database=aside).render_as_string(hide_password=False)
    opened = Store(url)
    try:
        yield opened if _is_readable(opened) else None
    finally:
        opened.close()


def _is_readable(store: Store) -> bool:
    with suppress(Exception):  # whatever a damaged database answers
        with store.engine.connect() as connection:
            rows(connection)
        return True
    return False


@contextmanager
def server(store: Store) -> Iterator[Connection]:
    """Connect to the server beside the office's database."""
    url = store.engine.url.set(database=MAINTENANCE)
    engine = create_engine(url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def run_program(program: str, url: URL, arguments: list[str]) -> None:
    """Run one of PostgreSQL's programs; the password travels in its environment alone."""
    found = shutil.which(program)
    if found is None:
        raise ProgramMissingError(program=program)
    address = make_url(url).set(drivername="postgresql", password=None)
    environment = dict(os.environ)
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    try:
        done = subprocess.run(  # noqa: S603  # no shell; the settings' own database
            [found, "-d", address.render_as_string(), *arguments],
            env=environment,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired as error:
        raise DumpError(program=program, words=f"> {PATIENCE} s") from error
    if done.returncode:
        raise DumpError(program=program, words=done.stderr.decode(errors="replace").strip()[-500:])
