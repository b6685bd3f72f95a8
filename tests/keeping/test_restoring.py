"""After a restored backup nothing is sent twice and no number is given twice."""

import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import select, text

from outreach import rounds
from outreach.accounts.users import NotAllowedError
from outreach.app import App
from outreach.campaigns import definition as definitions
from outreach.db import Store
from outreach.dispatch import register
from outreach.dispatch.models import Delivery, RegisterEntry
from outreach.dispatch.register import Number
from outreach.keeping import backups, dumps, numbering, reconciling, restoring, witnesses
from outreach.keeping.models import Restoration
from outreach.keeping.numbering import LastNumberNeededError
from outreach.keeping.reconciling import Compared
from outreach.keeping.restoring import RestoredError
from tests.dispatch.world import CHIEF, SECRETARY, World, quiet

MANY = 100


@pytest.fixture
def world(any_store: Store, office: Path) -> Iterator[World]:
    made = World(any_store, office)
    sending = structs.replace(made.settings.sending, first_letters=0, grace_minutes=0)
    book = structs.replace(made.settings.register, source="own")
    made.settings = structs.replace(made.settings, sending=sending, register=book)
    yield made
    if not dumps.is_file(any_store):
        with dumps.server(any_store) as connection:
            left = connection.execute(
                text("SELECT datname FROM pg_database WHERE datname LIKE :name"),
                {"name": f"{any_store.engine.url.database}_%"},
            )
            for name in left.scalars().all():
                connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


def app(world: World) -> App:
    return App(folder=world.folder, settings=world.settings, store=world.store, clock=world.clock)


def back_up(world: World) -> Path:
    path = world.folder / "backups" / "monday.zip"
    backups.write(world.store, path, world.now, quiet)
    return path


def restore(world: World, path: Path, *, keep_old: bool = True) -> None:
    restored = restoring.restore(world.store, path, world.act(CHIEF))
    if not keep_old:
        with world.store.transaction() as session:
            restoring.require_locked(session).aside = None
    assert restored.aside is not None


def compare(world: World, last: str | None = None) -> Compared:
    return reconciling.compare(
        world.store,
        world.carrier(),
        witnesses.in_maildir(world.folder / "var" / "outbox", world.now - timedelta(days=2)),
        lambda name: definitions.load(world.folder, name),
        settings=world.settings,
        last=last,
        act=world.act(CHIEF),
    )


def unlock(world: World) -> None:
    with world.store.transaction() as session:
        restoring.unlock(session, "All is compared", world.act(CHIEF))


def letters(world: World) -> list[str]:
    """To whom the letters in the outbox went."""
    return [str(message_from_bytes(path.read_bytes())["To"]) for path in world.outbox()]


def numbers(world: World) -> list[str]:
    """Every number that a letter in the outbox bears, each letter once."""
    with world.store.reading() as session:
        return [
            one
            for one in session.scalars(select(Delivery.reference).where(Delivery.state == "sent"))
            if one is not None
        ]


def go_round(world: World) -> None:
    """Make a round and bring to an end what it prepared."""
    done = rounds.run(app(world), SECRETARY, quiet)
    assert done.troubles == []
    for _, _, number, _ in done.prepared:
        world.submit(number)
        world.approve(number)
        world.sign(number)
        world.send(number)


@pytest.mark.parametrize("moment", ["before", "approved", "signed"])
def test_a_hundred_letters_sent_after_the_backup_go_out_once_and_keep_their_numbers(
    world: World, moment: str
) -> None:
    world.many(MANY)
    world.start()
    path = back_up(world) if moment == "before" else Path()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    world.approve(number)
    if moment == "approved":
        path = back_up(world)
    world.sign(number)
    if moment == "signed":
        path = back_up(world)
    assert world.send(number).sent == MANY
    given = set(numbers(world))
    assert given == {"S-EFRPR-25-1"}

    restore(world, path)
    with pytest.raises(RestoredError):
        rounds.run(app(world), SECRETARY, quiet)
    found = compare(world)
    assert (found.old_database, found.unaccounted, found.doubtful) == (True, 0, 0)
    assert found.left + found.recorded == MANY
    unlock(world)

    go_round(world)
    assert Counter(letters(world)).most_common(1)[0][1] == 1
    assert len(letters(world)) == MANY
    with world.store.transaction() as session:
        (following,) = register.issue(session, world.settings.register, world.now.date(), 1)
        assert following.reference not in given
        assert following.number == 2
    with world.store.transaction() as session:
        # As the test took the number itself, it is the one gap.
        assert register.gaps(session) == [(following.year, following.number)]


@pytest.mark.parametrize("moment", ["approved", "signed"])
def test_without_the_old_database_the_outbox_and_a_person_know_what_left(
    world: World, moment: str
) -> None:
    world.many(8)
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    world.approve(number)
    path = back_up(world) if moment == "approved" else Path()
    world.sign(number)
    if moment == "signed":
        path = back_up(world)
    world.send(number)
    (last,) = set(numbers(world))
    restore(world, path, keep_old=False)
    with pytest.raises(LastNumberNeededError):
        compare(world)
    found = compare(world, last)
    assert (found.old_database, found.copies_seen, found.unaccounted) == (False, 8, 0)
    assert found.left + found.recorded == 8
    unlock(world)
    go_round(world)
    assert len(letters(world)) == 8
    with world.store.transaction() as session:
        (following,) = register.issue(session, world.settings.register, world.now.date(), 1)
    assert following.number == 2


def test_letters_that_the_backup_knows_nothing_of_keep_it_locked(world: World) -> None:
    path = back_up(world)
    world.send(world.signed(many=3))
    restore(world, path, keep_old=False)
    found = compare(world, "S-EFRPR-25-1")
    assert (found.copies_seen, found.unaccounted) == (3, 3)
    with pytest.raises(restoring.UnaccountedError):
        unlock(world)
    with world.store.transaction() as session:
        restoring.unlock(session, "Written down by hand", world.act(CHIEF), anyway=True)
    rounds.run(app(world), SECRETARY, quiet)


def test_a_restored_database_is_compared_before_it_is_unlocked_and_by_an_administrator(
    world: World,
) -> None:
    path = back_up(world)
    with pytest.raises(NotAllowedError):
        restoring.restore(world.store, path, world.act(SECRETARY))
    restore(world, path)
    with pytest.raises(restoring.NotReconciledError):
        unlock(world)
    compare(world)
    with pytest.raises(NotAllowedError), world.store.transaction() as session:
        restoring.unlock(session, "Because", world.act(SECRETARY))
    unlock(world)
    with pytest.raises(restoring.NotRestoredError):
        unlock(world)
    with world.store.reading() as session:
        assert session.scalars(select(Restoration.unlocked_by)).all() == [CHIEF]


def test_what_was_never_sent_waits_on_and_leaves_once(world: World) -> None:
    number = world.signed(many=5)
    path = back_up(world)
    restore(world, path)
    found = compare(world)
    assert (found.left, found.waiting, found.doubtful) == (0, 5, 0)
    unlock(world)
    world.send(number)
    assert len(letters(world)) == 5


def test_the_backup_holds_every_row_and_every_letter(world: World) -> None:
    world.send(world.signed(many=4))
    path = world.folder / "one.zip"
    proof = backups.write(world.store, path, world.now, quiet)
    assert proof.letters > 4
    assert proof.numbers == 1
    with world.store.engine.connect() as connection:
        assert backups.manifest_of(path).rows == dumps.rows(connection)
    with pytest.raises(backups.BackupExistsError):
        backups.write(world.store, path, world.now, quiet)
    assert [one.name for one in world.folder.iterdir() if one.name.startswith(".")] == []


def test_a_damaged_backup_is_refused_and_nothing_is_replaced(world: World) -> None:
    path = back_up(world)
    damaged = world.folder / "damaged.zip"
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(damaged, "w") as bad:
        bad.writestr(backups.MANIFEST, good.read(backups.MANIFEST))
        data = good.read(backups.DATABASE)
        middle = len(data) // 2
        bad.writestr(backups.DATABASE, data[:middle] + b"damaged" + data[middle + 7 :])
    with pytest.raises(dumps.BackupDamagedError):
        restoring.restore(world.store, damaged, world.act(CHIEF))
    shutil.copyfile(world.folder / "outreach.toml", world.folder / "settings.zip")
    with pytest.raises(backups.NoBackupError):
        restoring.restore(world.store, world.folder / "settings.zip", world.act(CHIEF))
    with world.store.reading() as session:
        assert restoring.locked(session) is None


def test_numbers_given_since_stand_in_the_book_with_their_words(world: World) -> None:
    path = back_up(world)
    world.signed(many=2)
    restore(world, path)
    assert compare(world).numbers == 1
    with world.store.reading() as session:
        assert session.scalars(select(RegisterEntry.id)).all() == []
    with world.store.transaction() as session:
        year = world.now.year
        assert register.issue(session, world.settings.register, world.now.date(), 1) == [
            Number(year, 2, register.printed(world.settings.register.format, year, 2))
        ]


def test_a_last_number_before_the_books_own_is_refused(world: World) -> None:
    world.signed(many=1)
    restore(world, back_up(world))
    with pytest.raises(numbering.LastNumberError):
        compare(world, "S-EFRPR-25-0")
