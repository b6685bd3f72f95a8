"""Backups: the whole database with its archive of letters in one file, proved by restoring it.

The file is a ZIP with the database and ``manifest.json``. The office's key (``var/office.key``) is
not in it, nor are the settings and templates: a copy of the office folder without ``var`` has
these, and the key belongs in a safe.
"""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import __version__
from outreach.db import Store
from outreach.dispatch import archive, registerchain
from outreach.dispatch.models import ArchivedObject
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.keeping import dumps
from outreach.keeping.models import BackupWritten

DATABASE, MANIFEST = "database", "manifest.json"
PIECE = 1 << 20
FOLDER = "var/backups"
"""Where backups lie that were given no other place. A copy elsewhere outlives this disk."""

Progress = Callable[[int, int], None]


class BackupExistsError(WrongUseError):
    """A file of that name is there."""

    message = N_("{path} is there already, and a backup replaces nothing. Choose another name.")


class NoBackupError(WrongUseError):
    """The file is no backup."""

    message = N_("{path} is no backup made by “outreach db backup”.")


class OtherKindError(OutreachError):
    """SQLite's backup cannot become a PostgreSQL database, nor the other way round."""

    message = N_(
        "{path} holds a database of the kind {found}; the settings ([database]) say {wanted}. "
        "Restore it where the settings say {found}."
    )


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says of itself."""

    made_at: datetime
    version: str
    """Of the program."""
    kind: str
    """``sqlite`` or ``postgresql``."""
    sha256: str
    """Of the database in the file."""
    rows: dict[str, int]
    """By table."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What restoring a backup into a copy showed."""

    made_at: datetime
    version: str
    tables: int
    rows: int
    letters: int
    """Archived objects whose bytes gave their hash."""
    numbers: int
    """Sealed lines of the register."""


def write(store: Store, path: Path, now: datetime, progress: Progress) -> Proof:
    """Write a backup while others go on working, and prove it.

    Nothing lies at ``path`` until all is well. Raises BackupExistsError, and what
    ``dumps.dump`` and :func:`prove` raise.
    """
    if path.exists():
        raise BackupExistsError(path=path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".outreach-") as folder:
        dumped, packed = Path(folder) / DATABASE, Path(folder) / "packed.zip"
        counted = dumps.dump(store, dumped)
        manifest = Manifest(
            made_at=now,
            version=__version__,
            kind=store.engine.dialect.name,
            sha256=_sha256(dumped),
            rows=counted,
        )
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as file:
            file.write(dumped, DATABASE)
            file.writestr(MANIFEST, msgspec.json.encode(manifest))
        dumped.unlink()
        proof = prove(store, packed, progress)
        packed.replace(path)
    return proof


def file_name(now: datetime) -> str:
    """Return the name of a backup of this moment; names sort by age."""
    return f"outreach-{now:%Y%m%d-%H%M%S}.zip"


def thin_out(folder: Path, keep: int) -> int:
    """Delete all but the newest backups of the folder, by their names; return how many."""
    old = sorted(folder.glob("outreach-????????-??????.zip"))[:-keep]
    for path in old:
        path.unlink()
    return len(old)


def note(session: Session, path: Path, now: datetime) -> None:
    """Write down that a backup was written and proved, so that its age is known."""
    size = path.stat().st_size
    session.add(BackupWritten(at=now, path=str(path), size=size, proved=True))


def latest(session: Session) -> BackupWritten | None:
    """Return the newest backup that is known of."""
    return session.scalars(select(BackupWritten).order_by(BackupWritten.at.desc()).limit(1)).first()


def manifest_of(path: Path) -> Manifest:
    """Return what a backup says of itself. Raises NoBackupError."""
    try:
        with zipfile.ZipFile(path) as file:
            return msgspec.json.decode(file.read(MANIFEST), type=Manifest)
    except (OSError, zipfile.BadZipFile, KeyError, msgspec.MsgspecError) as error:
        raise NoBackupError(path=path) from error


@contextmanager
def opened(store: Store, path: Path) -> Iterator[tuple[Manifest, Store]]:
    """Restore a backup into a copy for the time of the block.

    Raises NoBackupError, OtherKindError, BackupDamagedError, ProgramMissingError, DumpError.
    """
    manifest = manifest_of(path)
    wanted = store.engine.dialect.name
    if manifest.kind != wanted:
        raise OtherKindError(path=path, found=manifest.kind, wanted=wanted)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".outreach-") as folder:
        dumped = Path(folder) / DATABASE
        try:
            with (
                zipfile.ZipFile(path) as file,
                file.open(DATABASE) as packed,
                dumped.open("wb") as plain,
            ):
                shutil.copyfileobj(packed, plain, PIECE)
        except (zipfile.BadZipFile, KeyError, EOFError) as error:
            raise dumps.BackupDamagedError(path=path, words=str(error)) from error
        if _sha256(dumped) != manifest.sha256:
            raise dumps.BackupDamagedError(path=path, words="SHA-256")
        with dumps.scratch(store, dumped, path) as copy:
            with copy.engine.connect() as connection:
                found = dumps.rows(connection)
            if found != manifest.rows:
                wrong = sorted({*found.items()} ^ {*manifest.rows.items()})
                raise dumps.BackupDamagedError(path=path, words=str(wrong))
            copy.upgrade()
            yield manifest, copy


def prove(store: Store, path: Path, progress: Progress) -> Proof:
    """Restore a backup into a copy and look through it.

    Raises as :func:`opened`, and ArchiveDamagedError where an archived letter is damaged.
    """
    with opened(store, path) as (manifest, copy), copy.reading() as session:
        letters = look_through(session, progress)
        verdict = registerchain.verify(session)
        if verdict.broken is not None:
            raise dumps.BackupDamagedError(path=path, words=verdict.broken)
    return Proof(
        made_at=manifest.made_at,
        version=manifest.version,
        tables=len(manifest.rows),
        rows=sum(manifest.rows.values()),
        letters=letters,
        numbers=verdict.sealed,
    )


def look_through(session: Session, progress: Progress) -> int:
    """Read every archived object and verify its hash; return how many. Raises ArchiveDamagedError."""
    kept = session.scalars(select(ArchivedObject.sha256).order_by(ArchivedObject.sha256)).all()
    for done, sha256 in enumerate(kept, 1):
        archive.read(session, sha256)
        session.expunge_all()
        progress(done, len(kept))
    return len(kept)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
