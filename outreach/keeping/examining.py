"""Look at everything that letters depend on, from what the database and the machine say."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.db import Store
from outreach.dispatch import homes, shifts
from outreach.dispatch.homes import Place
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.states import BatchState, DeliveryState
from outreach.errors import N_, OutreachError, Phrase
from outreach.inbox import passing
from outreach.journal import Event
from outreach.keeping import backups, dumps, places, restoring
from outreach.keeping.findings import Finding, good, look, mend
from outreach.settings import Settings

LEAST_ROOM, LITTLE_ROOM = 500 * 1024 * 1024, 5 * 1024**3
"""Octets: below the first, letters stop; below the second, somebody should make room."""
DRIFT = timedelta(minutes=2)
OLD_QUEUE = timedelta(days=1)
OLD_DOUBT = timedelta(days=1)
OLD_BACKUP, VERY_OLD_BACKUP = timedelta(days=2), timedelta(days=14)


def everything(
    store: Store, folder: Path, settings: Settings, place: Place, now: datetime
) -> list[Finding]:
    """Look at the machine and at the office; ask nothing of the network."""
    found = list(of_machine(store, folder, settings, now))
    with store.reading() as session:
        return found + list(of_office(session, place, settings, now))


def of_machine(store: Store, folder: Path, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Look at the place of the database, the disk, the clock and what makes PDFs."""
    if dumps.is_file(store):
        why = places.why_not(dumps.place(store), places.disks())
        if why is None:
            yield good("place", N_("The database lies on a disk of this computer."))
        else:
            yield mend(
                "place",
                N_("The database is in danger: {why}."),
                N_("Move the office folder to a disk of this computer."),
                why=why,
            )
    yield _disk(folder)
    yield _clock(store, settings, now)
    yield _press()


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    shown = f"{free / 1024**3:.1f}"
    if free < LEAST_ROOM:
        return mend(
            "disk",
            N_("The disk is full but for {room} GB."),
            N_("Make room now: nothing is sent on a full disk."),
            room=shown,
        )
    if free < LITTLE_ROOM:
        return look(
            "disk",
            N_("The disk has {room} GB left."),
            N_("Make room soon: the archive grows with each letter."),
            room=shown,
        )
    return good("disk", N_("The disk has {room} GB left."), room=shown)


def _clock(store: Store, settings: Settings, now: datetime) -> Finding:
    with store.reading() as session:
        newest = session.scalar(select(func.max(Event.at)))
        server = now if dumps.is_file(store) else session.scalar(select(func.now()))
    set_right = N_("Let this computer set its clock by itself (date and time settings).")
    if server is not None and abs(server - now) > DRIFT:
        return mend(
            "clock",
            N_(
                "The clocks of this computer and of the database’s server differ by {minutes} minutes."
            ),
            set_right,
            minutes=round(abs(server - now) / timedelta(minutes=1)),
        )
    if newest is not None and newest - now > DRIFT and not settings.office.demo:
        return mend(
            "clock",
            N_(
                "This computer’s clock went back: something was written down {minutes} minutes ahead."
            ),
            set_right,
            minutes=round((newest - now) / timedelta(minutes=1)),
        )
    here, office = now.astimezone().utcoffset(), now.astimezone(settings.zone).utcoffset()
    if here != office:
        return look(
            "clock",
            N_(
                "This computer’s time zone is not the office’s ({zone}); letters go by the office’s."
            ),
            N_("Nothing to do on a server; on your own computer, look at its time zone."),
            zone=settings.office.time_zone,
        )
    return good(
        "clock",
        N_("The clock and the time zone ({zone}) are right."),
        zone=settings.office.time_zone,
    )


def _press() -> Finding:
    from outreach.letters import fonts

    try:
        import typst

        only = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.FOLDER]
        )
        press = typst.Compiler(root=fonts.FOLDER, font_paths=only)
        made = press.compile(
            {"main.typ": b"."},  # type: ignore[type-var]  # typst's stub forgets the files in memory
            format="pdf",
        )
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        return mend(
            "pdf",
            N_("No PDF can be made: {words}"),
            N_("Install the program again."),
            words=str(error)[:300],
        )
    there = any(fonts.FOLDER.rglob("*.[ot]tf")) and bool(made)
    if not there:
        return mend(
            "pdf", N_("The fonts of the letters are missing."), N_("Install the program again.")
        )
    return good("pdf", N_("PDFs can be made, and the fonts are there."))


def of_office(
    session: Session, place: Place, settings: Settings, now: datetime
) -> Iterator[Finding]:
    """Look at what waits, who works, and whether the office may act at all."""
    yield from _may_act(session, place)
    yield from _waiting(session, now)
    yield _backup(session, settings, now)
    crowd = passing.crowd(session, now)
    if crowd is not None:
        yield look(
            "mailbox",
            N_(
                "The mailbox holds mostly other people’s messages: {others} of them in thirty days, "
                "{ours} about our letters."
            ),
            N_("Ask for a mailbox that is for the answers alone; see docs/mailbox.md."),
            others=crowd.others,
            ours=crowd.ours,
        )


def _may_act(session: Session, place: Place) -> Iterator[Finding]:
    try:
        homes.require(session, place)
        restoring.require_unlocked(session)
    except OutreachError as error:
        why = Phrase(error.message, error.values)
        yield mend("home", N_("Nothing is sent. {why}"), N_("Do what it says."), why=why)
        return
    yield good("home", N_("This is the office: letters may leave from here."))


def _waiting(session: Session, now: datetime) -> Iterator[Finding]:
    leaving = Batch.state == BatchState.SENDING.value
    queued = session.scalar(
        select(func.count(Delivery.id))
        .join(Batch, Batch.id == Delivery.batch_id)
        .where(leaving, Delivery.channel == "email", Delivery.state == DeliveryState.QUEUED.value)
    )
    began = session.scalar(
        select(func.min(Batch.signed_at))
        .join(Delivery, Delivery.batch_id == Batch.id)
        .where(leaving, Delivery.channel == "email", Delivery.state == DeliveryState.QUEUED.value)
    )
    if began is not None and now - began > OLD_QUEUE:
        yield look(
            "queue",
            N_("{count} letters wait to leave, the oldest for {days} days."),
            N_("See why with “outreach batch list”; “outreach batch send” goes on."),
            count=queued,
            days=(now - began).days,
        )
    else:
        yield good("queue", N_("{count} letters wait to leave."), count=queued)
    doubtful = session.scalar(
        select(func.count(Delivery.id)).where(Delivery.state == DeliveryState.UNCERTAIN.value)
    )
    since = session.scalar(
        select(func.min(Event.at))
        .join(Delivery, Delivery.id == Event.subject_id)
        .where(
            Event.subject == "delivery",
            Event.after == DeliveryState.UNCERTAIN.value,
            Delivery.state == DeliveryState.UNCERTAIN.value,
        )
    )
    if doubtful:
        old = since is not None and now - since > OLD_DOUBT
        yield (mend if old else look)(
            "doubt",
            N_("{count} letters perhaps left; nobody has said so yet."),
            N_("Look for them in the Sent folder, then settle them: “outreach batch resolve”."),
            count=doubtful,
        )
    workers = len(shifts.on_duty(session, now))
    if queued and not workers:
        yield look(
            "workers",
            N_("Letters wait and no worker is on duty."),
            N_("Start “outreach worker”, or “outreach round” now and then; see docs/operating.md."),
        )
    else:
        yield good("workers", N_("{count} workers are on duty."), count=workers)


def _backup(session: Session, settings: Settings, now: datetime) -> Finding:
    last = backups.latest(session)
    todo = N_(
        "Now: “outreach db backup”, best onto another disk; every night, see docs/operating.md."
    )
    if last is None:
        return (look if settings.office.demo else mend)(
            "backup", N_("There is no backup of the database."), todo
        )
    days = (now - last.at).days
    if now - last.at > VERY_OLD_BACKUP:
        return mend("backup", N_("The last backup is {days} days old."), todo, days=days)
    if now - last.at > OLD_BACKUP:
        return look("backup", N_("The last backup is {days} days old."), todo, days=days)
    return good("backup", N_("The last backup is {days} days old."), days=days)
