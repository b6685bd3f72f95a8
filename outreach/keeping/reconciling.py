"""Compare a restored database with what really left, before it may act again.

Each e-mail that waits is in doubt first; the witnesses then say that it left, or that it did not,
and whoever is left in doubt waits for a person (“batch resolve”): nothing is sent on a guess.
Letters that left of which the backup knows nothing are written down as recorded from outside,
which keeps their contacts from getting them twice.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import Campaign, Step
from outreach.clock import local_date
from outreach.contacts.models import Contact
from outreach.db import Store
from outreach.dispatch import approval, archive, batches, external, messages, sending, settling
from outreach.dispatch.carriers.base import Carrier
from outreach.dispatch.deliveries import is_turn
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.states import BatchState, DeliveryState
from outreach.errors import OutreachError
from outreach.journal import Act
from outreach.keeping import dumps, numbering, restoring, witnesses
from outreach.keeping.witnesses import DOUBTFUL, LEFT, Letter, Seen, Witnesses
from outreach.settings import Settings

D = DeliveryState
WHY = "restored-from-a-backup"
UNSIGNED = frozenset(
    {BatchState.DRAFT.value, BatchState.SUBMITTED.value, BatchState.APPROVED.value}
)
Load = Callable[[str], Definition]
"""Reads a campaign's plan."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A letter that left and has no place in the restored database."""

    contact: str
    """The contact's code, or the address on the copy."""
    letter: str
    """Campaign and step, or the Message-ID."""


@dataclass(slots=True)
class Compared:
    """What the comparison found."""

    old_database: bool = False
    """Whether the replaced database could be asked."""
    copies_seen: int = 0
    """Letters of ours found in the outbox and the mailbox since the backup."""
    left: int = 0
    """Letters that waited here and had left."""
    waiting: int = 0
    """Letters that certainly did not leave."""
    doubtful: int = 0
    """Letters nobody can tell of."""
    recorded: int = 0
    """Letters that left and are written down now."""
    cancelled: int = 0
    """Batches that were not signed here and whose letters had left."""
    numbers: int = 0
    """Numbers that were given since."""
    unaccounted: int = 0
    post: int = 0
    """Letters that wait to be printed here; perhaps they were posted since."""
    strays: list[Stray] = field(default_factory=list)


def compare(
    store: Store,
    carrier: Carrier,
    seen: Iterable[Seen],
    load: Load,
    *,
    settings: Settings,
    last: str | None,
    act: Act,
) -> Compared:
    """Compare, settle what is certain, and write the rest down for a person.

    May be repeated until all is accounted for. Raises NotRestoredError, LastNumberNeededError,
    LastNumberError.
    """
    done = Compared()
    with store.reading() as session:
        users.require(session, act.actor, Role.ADMINISTRATOR)
        aside = restoring.require_locked(session).aside
    copies = witnesses.ours(seen, settings.sender.domain)
    done.copies_seen = len(copies)
    with dumps.put_aside(store, aside) as old:
        done.old_database = old is not None
        asked = Witnesses(carrier, witnesses.states(old) if old else {}, frozenset(copies))
        with store.transaction() as session:
            numbers = numbering.given(old) if old else None
            done.numbers = numbering.take_up(session, settings.register, numbers, last, act)
            _doubt(session, act)
            for number in session.scalars(
                select(Delivery.batch_id).where(Delivery.state == D.UNCERTAIN.value).distinct()
            ).all():
                _settle(session, number, asked, load, settings=settings, act=act, done=done)
            known = _known(session)
            lost = list(_unsigned(session, copies, settings))
            if old is not None:
                lost += witnesses.letters(old, lambda *key: key in known)
            _record(session, lost, load, settings=settings, act=act, done=done)
            _strays(session, copies, done)
            done.unaccounted = len(done.strays)
            waiting = select(func.count(Delivery.id)).where(
                Delivery.channel == "post", Delivery.state == D.QUEUED.value
            )
            done.post = session.scalar(waiting) or 0
            row = restoring.require_locked(session)
            row.reconciled_at = act.at
            row.found = {key: value for key, value in asdict(done).items() if key != "strays"}
            journal.record(session, act, "restoration", row.id, "reconciled", detail=row.found)
    return done


def _doubt(session: Session, act: Act) -> None:
    """Put every e-mail that waits in doubt."""
    for before, after in ((D.CLAIMED, D.QUEUED), (D.QUEUED, D.UNCERTAIN), (D.ARMED, D.UNCERTAIN)):
        rows = session.scalars(
            update(Delivery)
            .where(Delivery.state == before.value, Delivery.channel == "email")
            .values(state=after.value, reason=WHY, lease_owner=None)
            .returning(Delivery.id)
        ).all()
        journal.record_all_moves(
            session, act, "delivery", rows, before=before.value, after=after.value, reason=WHY
        )
    session.expire_all()


def _settle(
    session: Session,
    number: int,
    asked: Witnesses,
    load: Load,
    *,
    settings: Settings,
    act: Act,
    done: Compared,
) -> None:
    batch = batches.find(session, number)
    known = settling.look_up(session, batch, asked, act)
    done.left += len(known.left)
    done.waiting += known.queued
    done.doubtful += known.unknown
    if known.left:
        campaign, _ = batches.campaign_of(session, batch)
        definition = load(campaign)
        sending.left(session, batch, definition, list(known.left), settings=settings, act=act)


def _known(session: Session) -> set[tuple[str, str, str]]:
    """Return (campaign, step, contact) of the letters that cannot go out a second time."""
    rows = session.execute(
        select(Campaign.name, Step.name, Contact.code)
        .join(Step, Step.campaign_id == Campaign.id)
        .join(Delivery, Delivery.step_id == Step.id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(Delivery.state.in_(LEFT | DOUBTFUL), is_turn())
    )
    return {(row[0], row[1], row[2]) for row in rows}


def _unsigned(session: Session, copies: dict[str, Seen], settings: Settings) -> Iterable[Letter]:
    """Yield approved letters that lie among what left: they were signed after the backup."""
    rows = session.execute(
        select(
            Delivery.id,
            Delivery.content_hash,
            Delivery.address,
            Campaign.name,
            Step.name,
            Contact.code,
        )
        .join(Step, Step.id == Delivery.step_id)
        .join(Campaign, Campaign.id == Step.campaign_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Batch, Batch.id == Delivery.batch_id)
        .where(Delivery.content_hash.is_not(None), Batch.state.in_(UNSIGNED))
    ).all()
    backup = restoring.require_locked(session).backup_made_at
    for number, content, address, campaign, step, contact in rows:
        message_id = messages.message_id(number, content or "", settings.sender.domain)
        if message_id in copies:
            at = copies[message_id].at or backup
            yield Letter(campaign, step, contact, at, message_id, address, None, None)


def _record(
    session: Session,
    lost: list[Letter],
    load: Load,
    *,
    settings: Settings,
    act: Act,
    done: Compared,
) -> None:
    """Write down letters that left, by step and day."""
    best = {(one.campaign, one.step, one.contact): one for one in lost}
    _cancel(session, best, act, done)
    codes = set(session.scalars(select(Contact.code)))
    by_day: dict[tuple[str, str, date], dict[str, Letter]] = defaultdict(dict)
    for (campaign, step, contact), one in best.items():
        on = min(local_date(one.sent_at, settings.zone), local_date(act.at, settings.zone))
        if contact in codes:
            by_day[campaign, step, on][contact] = one
        else:
            done.strays.append(Stray(contact, f"{campaign}: {step}"))
    for (campaign, step, on), group in by_day.items():
        written: external.Recorded | None = None
        with suppress(OutreachError):
            written = external.record(
                session,
                load(campaign),
                step,
                list(group),
                number=None,
                on=on,
                settings=settings,
                note=WHY,
                source=WHY,
                act=act,
            )
        if written is None:
            done.strays += [Stray(contact, f"{campaign}: {step}") for contact in group]
            continue
        done.recorded += written.recorded
        _complete(session, written.batch, group)


def _cancel(
    session: Session, lost: dict[tuple[str, str, str], Letter], act: Act, done: Compared
) -> None:
    """Cancel batches that are not signed here while letters of theirs left."""
    rows = session.execute(
        select(Delivery.batch_id, Campaign.name, Step.name, Contact.code)
        .join(Step, Step.id == Delivery.step_id)
        .join(Campaign, Campaign.id == Step.campaign_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Batch, Batch.id == Delivery.batch_id)
        .where(Batch.state.in_(UNSIGNED))
    )
    for number in sorted({row[0] for row in rows if (row[1], row[2], row[3]) in lost}):
        approval.cancel(session, batches.find(session, number), WHY, act)
        done.cancelled += 1


def _complete(session: Session, batch: int, letters: dict[str, Letter]) -> None:
    """Keep with recorded letters what is known of them: number, address, Message-ID, bytes."""
    rows = session.execute(
        select(Delivery, Contact.code)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(Delivery.batch_id == batch)
    ).all()
    for row, code in rows:
        one = letters[code]
        row.reference, row.address, row.message_id = one.reference, one.address, one.message_id
        row.sent_at = one.sent_at
        if one.message is not None:
            row.archive_sha256 = archive.keep(session, one.message, "message/rfc822")
    session.flush()


def _strays(session: Session, copies: dict[str, Seen], done: Compared) -> None:
    """Find copies of letters that the database still knows nothing of."""
    known = set(
        session.scalars(select(Delivery.message_id).where(Delivery.state.in_(LEFT | DOUBTFUL)))
    )
    done.strays += [
        Stray(one.recipient, message_id)
        for message_id, one in sorted(copies.items())
        if message_id not in known
    ]
