"""The examination finds what is wrong, says what to do, and changes nothing."""

import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import update

from outreach.dispatch import homes, shifts
from outreach.dispatch.models import Batch, Delivery
from outreach.inbox import passing
from outreach.inbox.arrivals import Passing
from outreach.journal import record
from outreach.keeping import backups, examining, places, restoring
from outreach.keeping.findings import Finding, Level
from outreach.keeping.models import BackupWritten
from outreach.keeping.places import Disk, UnsafePlaceError
from tests.dispatch.world import CHIEF, World, quiet


def look(world: World) -> dict[str, Finding]:
    place = homes.here(world.folder, world.store.shown)
    found = examining.everything(world.store, world.folder, world.settings, place, world.now)
    return {one.about: one for one in found}


def levels(world: World) -> dict[str, Level]:
    return {about: one.level for about, one in look(world).items()}


def test_an_office_with_a_fresh_backup_is_in_order(world: World) -> None:
    path = world.folder / "fresh.zip"
    backups.write(world.store, path, world.now, quiet)
    with world.store.transaction() as session:
        backups.note(session, path, world.now)
    found = levels(world)
    found.pop("clock")  # the test machine's zone is its own
    found.pop("disk")  # and so is its disk
    assert set(found.values()) == {Level.GOOD}
    assert {"place", "pdf", "home", "queue", "workers", "backup"} <= set(found)


@pytest.mark.parametrize(
    ("days", "level"), [(0, Level.GOOD), (3, Level.LOOK), (15, Level.MEND), (None, Level.MEND)]
)
def test_the_age_of_the_backup_is_told(world: World, days: int | None, level: Level) -> None:
    office = structs.replace(world.settings.office, demo=False)
    world.settings = structs.replace(world.settings, office=office)
    if days is not None:
        with world.store.transaction() as session:
            at = world.now - timedelta(days=days, hours=1)
            session.add(BackupWritten(at=at, path="monday.zip", size=1, proved=True))
    found = look(world)["backup"]
    assert found.level is level
    assert (found.todo is None) == (level is Level.GOOD)


def test_letters_in_doubt_and_letters_that_wait_are_told(world: World) -> None:
    world.signed(many=3)
    with world.store.transaction() as session:
        session.execute(update(Batch).values(state="sending"))
        doubtful = world.act()
        session.execute(update(Delivery).where(Delivery.id == 1).values(state="uncertain"))
        record(session, doubtful, "delivery", 1, "moved", before="armed", after="uncertain")
    assert levels(world)["doubt"] is Level.LOOK
    assert levels(world)["queue"] is Level.GOOD
    assert levels(world)["workers"] is Level.LOOK
    world.now += timedelta(days=2)
    assert levels(world)["doubt"] is Level.MEND
    assert levels(world)["queue"] is Level.LOOK
    with world.store.transaction() as session:
        shifts.begin(session, "elsewhere:1:x", "Maria", world.now)
    assert levels(world)["workers"] is Level.GOOD


def test_a_copy_and_a_restored_database_are_told(world: World) -> None:
    with world.store.transaction() as session:
        homes.settle(session, homes.here(world.folder, world.store.shown), world.now)
    assert levels(world)["home"] is Level.GOOD
    path = world.folder / "one.zip"
    backups.write(world.store, path, world.now, quiet)
    restoring.restore(world.store, path, world.act(CHIEF))
    found = look(world)["home"]
    assert found.level is Level.MEND
    assert "outreach db reconcile" in str(found.what)


def test_a_clock_that_went_back_is_told_outside_a_demo(world: World) -> None:
    with world.store.transaction() as session:
        record(session, world.act(), "batch", 1, "created")
    office = structs.replace(world.settings.office, demo=False)
    world.settings = structs.replace(world.settings, office=office)
    world.now -= timedelta(hours=1)
    found = look(world)["clock"]
    assert (found.level, "60 minutes" in str(found.what)) == (Level.MEND, True)


def test_a_full_disk_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024  # as shutil returns
    for free, level in ((10, Level.MEND), (2 * 1024**3, Level.LOOK), (10 * 1024**3, Level.GOOD)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, free=free: usage(1, 1, free))
        assert levels(world)["disk"] is level


LOCAL = [Disk("/", "ext4"), Disk("/mnt/share", "cifs"), Disk("/srv", "xfs")]


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("/srv/outreach/var/outreach.db", True),
        ("/home/maria/Documents/office/var/outreach.db", True),
        ("/home/maria/OneDrive/office/var/outreach.db", False),
        ("/home/maria/OneDrive - Ministerio/office/var/outreach.db", False),
        ("/home/maria/Dropbox/office/var/outreach.db", False),
        ("/home/maria/Nextcloud/office/var/outreach.db", False),
        ("/mnt/share/office/var/outreach.db", False),
        ("/mnt/shared-by-nobody/office/var/outreach.db", True),
        ("\\\\server\\share\\office\\outreach.db", False),
    ],
)
def test_a_database_on_a_network_or_synchronised_folder_is_refused(path: str, safe: bool) -> None:  # noqa: FBT001
    if safe:
        places.require_safe(Path(path), LOCAL)
    else:
        with pytest.raises(UnsafePlaceError, match="cannot stay there"):
            places.require_safe(Path(path), LOCAL)


def test_a_drive_that_windows_calls_remote_is_refused() -> None:
    mounted = [Disk("/", "NTFS", "rw,fixed"), Disk("/z", "NTFS", "rw,remote")]
    with pytest.raises(UnsafePlaceError):
        places.require_safe(Path("/z/office/outreach.db"), mounted)


def test_a_synchronised_folder_is_known_by_its_mark_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "bureau" / "var").mkdir(parents=True)
    path = tmp_path / "bureau" / "var" / "outreach.db"
    assert places.why_not(path, LOCAL) is None
    (tmp_path / "bureau" / ".dropbox").touch()
    assert places.why_not(path, LOCAL) is not None


def test_a_mailbox_full_of_other_peoples_messages_is_told(world: World) -> None:
    assert "mailbox" not in look(world)
    with world.store.transaction() as session:
        for number in range(passing.FEW):
            other = Passing("x@shop.example", "Offer", world.now, f"<{number}@shop.example>")
            passing.note(session, other, "INBOX", world.now)
    found = look(world)["mailbox"]
    assert found.level is Level.LOOK
    assert "20" in str(found.what)
