"""A PostgreSQL database for one run, made and dropped, where OUTREACH_TEST_POSTGRES names a server."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def database() -> Iterator[str | None]:
    """Make a PostgreSQL database for one run; None where no server is named."""
    given = os.environ.get("OUTREACH_TEST_POSTGRES")
    if not given:
        yield None
        return
    from sqlalchemy import create_engine, make_url, text

    server = make_url(given).set(drivername="postgresql+psycopg")
    name = f"bench_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(given).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
