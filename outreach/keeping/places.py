"""Where a database file may lie: on a disk of this machine, never where other programs copy it.

SQLite's locks do not hold on network folders (sqlite.org/wal.html, "All processes using a database
must be on the same host computer"), and a program that synchronises a folder copies the file while
it is written: both lose letters.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from outreach.errors import N_, OutreachError, Phrase

NETWORK_KINDS = frozenset(
    [
        "afpfs",
        "cifs",
        "davfs",
        "fuse.davfs2",
        "fuse.rclone",
        "fuse.sshfs",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
        "webdav",
    ]
)
SYNCHRONISED = re.compile(
    r"(?i)^(onedrive( - .+)?|dropbox( \(.+\))?|google ?drive|my drive|icloud ?drive|mobile documents"
    r"|nextcloud|owncloud|pcloud ?drive|box|box sync|seafile|sharepoint|sync\.com|tresorit|mega)$"
)
MARKS = (
    ".dropbox",
    ".dropbox.cache",
    ".owncloudsync.log",
    ".nextcloudsync.log",
    ".tmp.drivedownload",
)
"""Files by which such a folder is known, whatever its name."""

NETWORK = N_("it lies on a network folder ({kind}), on which two programs can write at once")
SYNC = N_("it lies in “{folder}”, which a program copies elsewhere while it is written")


class UnsafePlaceError(OutreachError):
    """The database lies where it would be damaged."""

    message = N_(
        "The database {path} cannot stay there: {why}. Letters would be lost or leave twice. Move "
        "the office folder to a disk of this computer (for instance C:\\outreach or your home "
        "folder), and write backups into the shared folder instead: “outreach db backup FILE”."
    )


@dataclass(frozen=True, slots=True)
class Disk:
    """One mounted disk."""

    mount: str
    kind: str
    """As the system names its file system."""
    options: str = ""


def disks() -> list[Disk]:
    """Return what is mounted on this machine."""
    import psutil

    return [Disk(one.mountpoint, one.fstype, one.opts) for one in psutil.disk_partitions(all=True)]


def why_not(path: Path, mounted: Sequence[Disk]) -> Phrase | None:
    """Say why a database may not lie at ``path``; None where it may."""
    if str(PureWindowsPath(path)).startswith("\\\\"):
        return Phrase(NETWORK, {"kind": "\\\\"})
    for folder in (path.parent, *path.parent.parents):
        if SYNCHRONISED.match(folder.name) or any((folder / mark).exists() for mark in MARKS):
            return Phrase(SYNC, {"folder": str(folder)})
    under = [one for one in mounted if _is_under(path, one.mount)]
    if under:
        disk = max(under, key=lambda one: len(one.mount))
        if disk.kind.lower() in NETWORK_KINDS or "remote" in disk.options.split(","):
            return Phrase(NETWORK, {"kind": disk.kind})
    return None


def require_safe(path: Path, mounted: Sequence[Disk]) -> None:
    """Refuse a database where it would be damaged. Raises UnsafePlaceError."""
    why = why_not(path, mounted)
    if why is not None:
        raise UnsafePlaceError(path=path, why=why)


def _is_under(path: Path, mount: str) -> bool:
    whole, start = os.path.normcase(str(path)), os.path.normcase(mount)
    return whole == start or whole.startswith(start.rstrip("/\\") + os.sep)
