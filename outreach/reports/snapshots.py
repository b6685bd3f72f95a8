"""A report's questions see one moment, while letters leave and answers come in."""

from sqlalchemy.orm import Session


def hold(session: Session) -> None:
    """Let all questions of a reading session see the database as it is at the first of them.

    To be called before any question. SQLite does so by itself (its readers see the state at their
    transaction's beginning); PostgreSQL does under REPEATABLE READ, where readers wait for nobody.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
