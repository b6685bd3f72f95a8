"""Alembic's entry: always on a connection that ``outreach.db`` hands over."""

from alembic import context

import outreach.app  # noqa: F401  # registers every room's tables
from outreach.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
