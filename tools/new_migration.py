"""Write a migration for what the models have and the newest schema lacks: for developers.

Usage: python tools/new_migration.py "add a column for ..."
"""

import sys
import tempfile
from pathlib import Path

from alembic import command

import outreach.app  # noqa: F401  # every room's tables
from outreach.db import Store, migration_config

with tempfile.TemporaryDirectory() as folder:
    store = Store(f"sqlite:///{Path(folder, 'schema.db').as_posix()}")
    store.upgrade()
    with store.engine.begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        number = len(
            list(Path(config.get_main_option("script_location"), "versions").glob("0*.py"))
        )
        command.revision(config, sys.argv[1], autogenerate=True, rev_id=f"{number + 1:04d}")
    store.close()
