"""The store: engines, sessions and migrations, on SQLite and PostgreSQL alike."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.sql.operators import OperatorType

from outreach.errors import N_, OutreachError, WrongUseError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 30_000


class NewerDatabaseError(OutreachError):
    """The database was written by a later version of the program."""

    message = N_(
        "The database {database} was made by a newer version of outreach (its schema is {found}). "
        "Install that version, or restore a backup made with this one."
    )


class UnusableDatabaseError(OutreachError):
    """The database cannot be opened."""

    message = N_("The database {database} cannot be opened: {reason}")


class UnknownNumberError(WrongUseError):
    """A number that no row can have: larger than a database counts."""

    message = N_("There is nothing with so large a number. Look at the list, and take one from it.")


class LongTextError(OutreachError):
    """A text that its column does not hold."""

    message = N_("A text is too long to be kept: {reason}. Shorten it.")


MARKS = dict.fromkeys(range(0x300, 0x370))
"""Combining diacritical marks (Unicode block), which an accent is once it is taken apart."""
JOINTS = {ord(sign): " " for sign in "-'’"}


class fold(FunctionElement[str]):  # noqa: N801  # written as SQL's functions are
    """Text for searching, without capitals, accents, hyphens: "L'Île-d'Yeu" is "l ile d yeu"."""

    type = String()
    inherit_cache = True


@lru_cache(maxsize=200_000)
def folded(text: str | None) -> str:
    """Return what ``fold`` makes of a text.

    Remembered: a search looks through the same names again with every letter that is typed.
    """
    if not text:
        return ""
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFD", text).translate(MARKS)
    return text.translate(JOINTS)


@compiles(fold, "sqlite")
def _fold_sqlite(element: fold, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401  # SQLAlchemy's signature
    return f"outreach_fold({compiler.process(element.clauses, **more)})"


@compiles(fold)
def _fold(element: fold, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401  # SQLAlchemy's signature
    marks = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ-’"
    inner = compiler.process(element.clauses, **more)
    plain = f"replace(lower({inner}), chr(39), chr(32))"
    return f"translate({plain}, '{marks}', '{folded(marks)}')"


class looked_up(FunctionElement[bool]):  # noqa: N801  # written as SQL's functions are
    """``column IN (query)`` that PostgreSQL makes one table of and looks into, row by row.

    Left alone, it takes a list of unknown length for a short one and visits the rows one after the
    other through an index: twice as long for half of all contacts. SQLite does well by itself.
    """

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> "looked_up":  # noqa: ARG002  # SQLAlchemy's signature
        """Stand as it is among other conditions: SQLite would compare it with 1."""
        return self


@compiles(looked_up)
def _looked_up(element: looked_up, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401  # SQLAlchemy's signature
    return str(compiler.process(element.clauses, **more))


@compiles(looked_up, "postgresql")
def _looked_up_postgresql(element: looked_up, compiler: SQLCompiler, **more: Any) -> str:  # noqa: ANN401  # SQLAlchemy's signature
    return f"(({compiler.process(element.clauses, **more)}) IS TRUE)"


class Base(DeclarativeBase):
    """Every table; one naming convention, so that migrations can name what they change."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Naive values are refused on the way in; aware ones come out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC; SQLite keeps it without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  # SQLAlchemy's signature
    ) -> datetime | None:
        """Give the moment back, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def open_engine(url: str) -> Engine:
    """Return an engine for ``url``, with SQLite made safe: WAL, foreign keys, one writer at a time.

    ``synchronous=FULL``: a commit survives a power cut, which is what "armed before sending" rests
    on (findings: 1,124 against 1,331 letters a second with NORMAL).
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql" and parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "handle_error", _refused)
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000},
        hide_parameters=True,  # personal data stay out of tracebacks and logs
    )

    event.listen(engine, "handle_error", _refused)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401  # sqlite3's own object
        connection.isolation_level = None  # the driver may not open transactions behind our back
        connection.create_function("outreach_fold", 1, folded, deterministic=True)
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "cache_size=-16384",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails at once when another wrote since;
        # an immediate one waits its turn.
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _refused(context: ExceptionContext) -> None:
    """Say in words what a database refuses of what a person typed."""
    error = context.original_exception
    if isinstance(error, OverflowError):  # sqlite3, of a number beyond 64 bits
        raise UnknownNumberError from error
    if type(error).__name__ == "StringDataRightTruncation":  # psycopg, of VARCHAR(n)
        raise LongTextError(reason=str(error).splitlines()[0]) from error


class Store:
    """One office's database: sessions that commit at the end of their block, or not at all."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = open_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(
            self.engine.execution_options(reading=True), expire_on_commit=False
        )

    @property
    def shown(self) -> str:
        """The address of the database, without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    @property
    def is_shared(self) -> bool:
        """Whether several machines may use the database: a server, and no file."""
        return self.engine.dialect.name != "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that commits when the block ends and rolls back when it fails."""
        with self._sessions() as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session for reading: it takes no write lock and commits nothing."""
        with self._readers() as session:
            yield session

    def upgrade(self) -> None:
        """Bring the schema to this version of the program, by itself.

        Raises NewerDatabaseError where the database is ahead of the program, and
        UnusableDatabaseError where it cannot be opened.
        """
        from alembic import command
        from alembic.runtime.migration import MigrationContext
        from alembic.script import ScriptDirectory

        config = migration_config()
        script = ScriptDirectory.from_config(config)
        try:
            with self._rebuilding() as connection:
                found = MigrationContext.configure(connection).get_current_revision()
                if found == script.get_current_head():
                    return
                known = {revision.revision for revision in script.walk_revisions()}
                if found is not None and found not in known:
                    raise NewerDatabaseError(database=self.shown, found=found)
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                if not self.is_shared:
                    _require_references(connection)
        except (OperationalError, DatabaseError) as error:
            raise UnusableDatabaseError(database=self.shown, reason=str(error.orig)) from error

    @contextmanager
    def _rebuilding(self) -> Iterator[Connection]:
        """Open a transaction in which tables may be rebuilt although rows refer to them.

        SQLite changes a table by making it anew, and refuses to drop one that is referred to. Its
        references are off meanwhile (sqlite.org/lang_altertable.html, section 7) and looked
        through before the commit.
        """
        with self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            is_file = connection.dialect.name == "sqlite"
            if is_file and driver is not None:
                driver.execute("PRAGMA foreign_keys=OFF")  # a transaction would ignore it
            try:
                with connection.begin():
                    yield connection
            finally:
                if is_file and driver is not None:
                    driver.execute("PRAGMA foreign_keys=ON")

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _require_references(connection: Connection) -> None:
    """Refuse a file in which a row refers to nothing. Raises UnusableDatabaseError."""
    strays = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(3)
    if strays:
        raise UnusableDatabaseError(
            database=connection.engine.url.database, reason=f"foreign_key_check: {strays}"
        )


def refuse_changes(connection: Connection, table: str) -> None:
    """Let the database itself refuse to change or delete rows of an append-only ``table``."""
    refusal = f"rows of {table} are never changed or deleted"
    if connection.dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        return
    connection.exec_driver_sql(
        f"CREATE FUNCTION {table}_refuses_changes() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_refuses_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses_changes()"
    )


def migration_config() -> Any:  # noqa: ANN401  # alembic is imported only where it is needed
    """Return Alembic's configuration for the migrations that the package carries."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
