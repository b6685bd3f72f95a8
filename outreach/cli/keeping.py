"""``outreach db backup|restore|check|reconcile|unlock``: backups, and what follows a restored one."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from outreach.cli import frame, progress, tables
from outreach.errors import N_

if TYPE_CHECKING:
    from outreach.db import Store
    from outreach.keeping.backups import Proof

file_argument = frame.argument("path", metavar=N_("FILE"), type=click.Path(path_type=Path))


@frame.command(
    "backup",
    help=N_(
        "Write the whole database with its archive of letters into one file, while others go on "
        "working, and prove it by restoring it into a copy. The key of the office (var/office.key) "
        "is not in it: keep a copy of that file in a safe.\n\n"
        "Without FILE: a new file of this moment in var/backups. Example: outreach db backup "
        "/media/usb/outreach-monday.zip"
    ),
)
@frame.argument("path", metavar=N_("FILE"), type=click.Path(path_type=Path), required=False)
@frame.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar=N_("NUMBER"),
    help=N_("Without FILE: keep so many backups in var/backups and delete the older ones."),
)
@frame.json_option
@frame.pass_office
def backup(context: frame.Context, path: Path | None, keep: int | None) -> None:
    """Write a backup and tell what is in it."""
    from outreach.keeping import backups

    now = context.clock()
    folder = context.app.folder / backups.FOLDER
    target = path or folder / backups.file_name(now)
    with progress.shown(context, N_("Proving the backup")) as report:
        proof = backups.write(context.store, target.resolve(), now, report)
    with context.transaction() as session:
        backups.note(session, target.resolve(), now)
    if path is None and keep is not None:
        backups.thin_out(folder, keep)
    _tell(context, target, proof)


def _tell(context: frame.Context, path: Path, proof: "Proof") -> None:
    tables.facts(
        context,
        [
            ("path", N_("Backup"), str(path)),
            ("made_at", N_("Made"), proof.made_at),
            ("version", N_("Version of the program"), proof.version),
            ("tables", N_("Tables"), proof.tables),
            ("rows", N_("Lines"), proof.rows),
            ("letters", N_("Archived pieces, each compared with its hash"), proof.letters),
            ("numbers", N_("Sealed lines of the register"), proof.numbers),
        ],
    )
    if not context.as_json:
        context.say(N_("The backup was restored into a copy, and everything is there."))


@frame.command(
    "check",
    help=N_(
        "Look whether the database is sound: its files, each archived letter against its hash, the "
        "seals of the register. With FILE, prove a backup by restoring it into a copy; nothing here "
        "is changed.\n\n"
        "Example: outreach db check /media/usb/outreach-monday.zip"
    ),
)
@frame.argument("path", metavar=N_("FILE"), type=click.Path(path_type=Path), required=False)
@frame.json_option
@frame.pass_office
def check(context: frame.Context, path: Path | None) -> None:
    """Prove a backup, or a backup of the present moment."""
    import tempfile

    from outreach.keeping import backups

    with progress.shown(context, N_("Checking")) as report:
        if path is not None:
            proof = backups.prove(context.store, path.resolve(), report)
        else:
            with tempfile.TemporaryDirectory(dir=context.app.folder) as folder:
                now = context.clock()
                proof = backups.write(context.store, Path(folder) / "check.zip", now, report)
    _tell(context, path or Path(context.store.shown), proof)


def _closed_store(context: frame.Context) -> "Store":
    """Return the database that the settings name, unopened: it may be damaged or gone."""
    from outreach.app import database_url
    from outreach.db import Store
    from outreach.settings import load

    folder = context.folder.resolve()
    return Store(database_url(folder, load(folder)))


@frame.command(
    "restore",
    help=N_(
        "Put a backup in the place of the database. The database that it replaces is put aside. "
        "End the workers and close the pages first. Afterwards nothing is sent or numbered until "
        "“outreach db reconcile” has compared it with what really left and an administrator has "
        "said “outreach db unlock”.\n\n"
        "Example: outreach db restore var/backups/outreach-20250901-080000.zip"
    ),
)
@file_argument
@frame.pass_office
def restore(context: frame.Context, path: Path) -> None:
    """Restore a backup and say what comes next."""
    from outreach.clock import system_clock
    from outreach.journal import Act
    from outreach.keeping import restoring

    store = _closed_store(context)
    try:
        act = Act(context.actor, system_clock())
        done = restoring.restore(store, path.resolve(), act)
    finally:
        store.close()
    if done.aside is not None:
        context.say(N_("The database that was replaced is kept as {place}."), place=done.aside)
    context.say(N_("The backup of {made_at} is restored."), made_at=done.made_at)
    context.say(
        N_(
            "Nothing is sent or numbered for now. Next: “outreach db reconcile”, then “outreach db "
            "unlock --because REASON”."
        )
    )


@frame.command(
    "reconcile",
    help=N_(
        "After a backup was restored: compare it with what really left. The database that was "
        "replaced, the outbox and the mailbox’s Sent folder and archive are asked. Letters that "
        "had left are written down, numbers that were given are taken, and what nobody can tell "
        "stays in doubt for you (“outreach batch resolve”). It may be repeated.\n\n"
        "Example: outreach db reconcile --last S-EFRPR-25-265"
    ),
)
@frame.option(
    "--last",
    metavar=N_("NUMBER"),
    help=N_("The last number that was given, where the replaced database cannot be read."),
)
@frame.json_option
@frame.pass_office
def reconcile(context: frame.Context, last: str | None) -> None:
    """Compare, and print the figures and what has no place."""
    from outreach.campaigns import definition as definitions
    from outreach.keeping import reconciling, restoring

    with context.reading() as session:
        since = restoring.require_locked(session).backup_made_at
    done = reconciling.compare(
        context.store,
        context.app.carrier(look_up=True),
        context.app.copies_since(since),
        lambda name: definitions.load(context.app.folder, name),
        settings=context.settings,
        last=last,
        act=context.act(),
    )
    if context.as_json:
        tables.print_json(done)
        return
    tables.facts(
        context,
        [
            ("", N_("The replaced database could be asked"), done.old_database),
            ("", N_("Copies of our letters since the backup"), done.copies_seen),
            ("", N_("Letters that waited here and had left"), done.left),
            ("", N_("Letters that had left and are written down now"), done.recorded),
            ("", N_("Batches that were cancelled because their letters had left"), done.cancelled),
            ("", N_("Letters that did not leave and wait on"), done.waiting),
            ("", N_("Letters nobody can tell of: “outreach batch resolve”"), done.doubtful),
            ("", N_("Numbers that were given since the backup"), done.numbers),
            ("", N_("Postal letters that wait to be printed: were they posted since?"), done.post),
            ("", N_("Letters that left and have no place here"), done.unaccounted),
        ],
    )
    if done.strays:
        tables.show(
            context,
            done.strays,
            [tables.Column("contact", N_("Recipient")), tables.Column("letter", N_("Letter"))],
        )
    context.say(N_("Next: an administrator says “outreach db unlock --because REASON”."))


@frame.command(
    "unlock",
    help=N_(
        "After “outreach db reconcile”: let the restored database send and number again. Only an "
        "administrator may.\n\n"
        'Example: outreach db unlock --because "Compared with the Sent folder, nothing is missing"'
    ),
)
@frame.option("--because", required=True, metavar=N_("REASON"), help=N_("Why; it is kept."))
@frame.option(
    "--anyway",
    is_flag=True,
    help=N_("Although letters left that are not written down here."),
)
@frame.pass_office
def unlock(context: frame.Context, because: str, anyway: bool) -> None:
    """Unlock."""
    from outreach.keeping import restoring

    with context.transaction() as session:
        restoring.unlock(session, because, context.act(), anyway=anyway)
    context.say(N_("The database is unlocked: letters may leave again."))


COMMANDS = (backup, check, restore, reconcile, unlock)
