"""Fixtures for all rooms: an office folder, a fixed day, stores on SQLite and PostgreSQL."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, make_url, text

from outreach.db import Store

pytest_plugins = ["tests.mailservers", "tests.scriptedsmtp"]

# Speed is judged by benchmarks: on a busy machine an example may take its time.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

CHECKOUT = Path(__file__).parent.parent
MONDAY_MORNING = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)

COMMUNES = {"76351", "72181", "80021", "13001", "69123", "42218", "01001"}
"""Le Havre, Le Mans, Amiens, Aix-en-Provence, Lyon, Saint-Étienne, L’Abergement-Clémenciat."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the PostgreSQL half of what asks no SQL of its own to the long run."""
    for item in items:
        chosen = getattr(item, "callspec", None)
        store = chosen.params.get("any_store") if chosen else ""
        if store == "postgresql" and item.get_closest_marker("one_database"):
            item.add_marker(pytest.mark.soak)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing may be skipped: a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: much of the time a test waits for a server or a browser."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def _schema_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Begin each new SQLite database as a copy of one that was migrated: the same, at once.

    All migrations of an empty database take most of a second, and thousands of tests want one.
    ``Store.upgrade`` then runs as ever and finds nothing to do; a file that is there is left alone.
    """
    made = tmp_path_factory.mktemp("schema") / "new.db"
    first = Store(f"sqlite:///{made}")
    first.upgrade()
    first.close()  # which writes its journal into the file
    upgrade = Store.upgrade

    def quickly(store: Store) -> None:
        place = make_url(store.url).database
        if store.engine.dialect.name == "sqlite" and place and not Path(place).exists():
            shutil.copy(made, place)
        upgrade(store)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "upgrade", quickly)
        yield


@pytest.fixture
def now() -> datetime:
    """1 September 2025, 10 o'clock in Paris."""
    return MONDAY_MORNING


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A demo office in a folder of its own, with the checkout's letters and data."""
    return lay_office(tmp_path)


def lay_office(place: Path) -> Path:
    """Lay out such an office in a folder."""
    folder = place / "office"
    folder.mkdir()
    shutil.copy(CHECKOUT / "outreach.toml", folder)
    for part in ("templates", "contacts", "campaigns"):
        (folder / part).symlink_to(CHECKOUT / part, target_is_directory=True)
    return folder


@pytest.fixture
def small_office(office: Path) -> Path:
    """An office with reference data of its own: few French communes, all of Colombia."""
    (office / "contacts").unlink()
    shutil.copytree(CHECKOUT / "contacts", office / "contacts")
    for name, column in (("communes", 0), ("mairies", 0), ("civilites", 1)):
        path = office / "contacts" / "reference" / f"france_{name}.csv"
        header, *rows = path.read_text("utf-8").splitlines(keepends=True)
        kept = [row for row in rows if row.split(",", 2)[column] in COMMUNES]
        path.write_text(header + "".join(kept), "utf-8")
    return office


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh SQLite database at the newest schema."""
    store = Store(f"sqlite:///{tmp_path / 'outreach.db'}")
    store.upgrade()
    yield store
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A fresh database at the newest schema, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("store")
        return
    store = Store(request.getfixturevalue("postgres_url"))
    store.upgrade()
    yield store
    store.close()


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database at the newest schema, dropped after the test."""
    with _database(postgres_server, f"TEMPLATE {postgres_template}") as name:
        yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """A database that was migrated once: the others begin as copies of it, as on SQLite."""
    with _database(postgres_server) as name:
        store = Store(
            make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
        )
        store.upgrade()
        store.close()
        yield name


@contextmanager
def _database(server: str, more: str = "") -> Iterator[str]:
    """Make a database; drop it at the end."""
    name = f"outreach_{secrets.token_hex(6)}"
    engine = create_engine(
        make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} {more}"))
    try:
        yield name
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server: the one of OUTREACH_TEST_POSTGRES, else one started for this run."""
    given = os.environ.get("OUTREACH_TEST_POSTGRES")
    if given:
        yield given
        return
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        reason = "PostgreSQL is not installed and OUTREACH_TEST_POSTGRES names no server"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    programs_folder = programs[-1].parent
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="outreach-pg-"))
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    port = _free_port()

    def run(program: str, *arguments: str) -> None:
        # To files and not to pipes: the server would hold a pipe open.
        with (Path(tempfile.gettempdir()) / f"{folder.name}.out").open("ab") as out:
            subprocess.run(
                [programs_folder / program, "-D", folder / "data", *arguments],
                check=True,
                user=user,
                cwd=folder,
                stdout=out,
                stderr=out,
            )

    run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run("pg_ctl", "-l", f"{folder}/log", "-o", options, "-w", "start")
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)
        (Path(tempfile.gettempdir()) / f"{folder.name}.out").unlink(missing_ok=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
