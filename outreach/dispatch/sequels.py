"""Batches that follow a signed one: more recipients for its circulars, or an erratum to its letters.

Each is a batch of its own, checked, approved and signed as any other. A *supplement* is written
from what was approved and signed the first time, under the same numbers; a *correction* has a
letter and numbers of its own, which name the old ones.
"""

from collections.abc import Sequence
from pathlib import Path

from msgspec import structs
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import enrolments
from outreach.campaigns.definition import Definition, StepDefinition, StepLetter
from outreach.campaigns.models import Step
from outreach.clock import local_date
from outreach.contacts.models import Contact
from outreach.dispatch import batches, deliveries, history, release
from outreach.dispatch import pressroom as pressrooms
from outreach.dispatch.models import (
    Batch,
    Circular,
    Delivery,
    RegisterCorrection,
    RegisterEntry,
    Sequel,
)
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.recipients import Reason, Recipients
from outreach.dispatch.release import Prepared
from outreach.dispatch.states import BatchState, DeliveryState, require
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act
from outreach.letters.catalogue import Catalogue
from outreach.settings import Language, Settings

SIGNED = (BatchState.SIGNED, BatchState.SENDING, BatchState.PAUSED, BatchState.DONE)


class NoCircularError(OutreachError):
    """Letters with a number each cannot be supplemented."""

    message = N_(
        "Batch {batch} has no signed circular: its letters have a number each. Add the contacts to "
        "the campaign and prepare a batch for them instead."
    )


class NobodyToAddError(OutreachError):
    """Everyone named has the letter already, or cannot get it."""

    message = N_("Nobody was added to batch {batch}: {why}.")


class NothingToCorrectError(OutreachError):
    """No letter of the batch left to those contacts."""

    message = N_("No letter of batch {batch} left to {contacts}, so there is nothing to correct.")


class CorrectedAlreadyError(OutreachError):
    """Everyone has this erratum, sent or prepared."""

    message = N_(
        "Everyone of batch {batch} has the erratum “{letter}” already, sent or prepared. “outreach "
        "batch list” shows it; for another correction, write another letter."
    )


class SameNumberError(WrongUseError):
    """A supplement bears the number of its circular."""

    message = N_(
        "Batch {batch} adds recipients to a circular that is signed and numbered; leave --number "
        "and --scan out."
    )


def of(session: Session, batch: Batch) -> Sequel | None:
    """Return what makes the batch a sequel; None for an ordinary one."""
    return session.get(Sequel, batch.id)


def after(session: Session, batch: Batch) -> list[tuple[Batch, str]]:
    """Return the batches that follow a batch, each with its kind, the oldest first."""
    rows = session.execute(
        select(Batch, Sequel.kind)
        .join(Sequel, Sequel.batch_id == Batch.id)
        .where(Sequel.parent_id == batch.id)
        .order_by(Batch.id)
    )
    return [(row, kind) for row, kind in rows]


def has_circular(session: Session, batch: Batch) -> bool:
    """Say whether a batch has a signed circular, which a supplement can bring to more contacts."""
    parent = supplemented(session, batch) or batch
    query = select(Circular.id).where(
        Circular.batch_id == parent.id, Circular.entry_id.is_not(None)
    )
    return session.scalars(query.limit(1)).first() is not None


def supplemented(session: Session, batch: Batch) -> Batch | None:
    """Return the batch whose circulars this one brings to more recipients."""
    found = of(session, batch)
    if found is None or found.kind != deliveries.SUPPLEMENT:
        return None
    return session.get_one(Batch, found.parent_id)


def opened(
    session: Session,
    batch: Batch,
    definition: Definition,
    step: str,
    *,
    folder: Path,
    settings: Settings,
) -> tuple[Definition, Pressroom]:
    """Return the campaign and the present material as they stand for a batch.

    For an ordinary batch these are the file's and the folder's; for a supplement, those that were
    signed; for a correction, the step with the correction's letter. Raises what
    ``pressroom.from_folder`` raises.
    """
    found = of(session, batch)
    if found is None:
        return definition, pressrooms.from_folder(folder, settings, definition, step)
    if found.kind == deliveries.SUPPLEMENT:
        room = pressrooms.from_archive(
            session, session.get_one(Batch, found.parent_id).material or {}
        )
        return _with_step(definition, room.step), room
    parent = session.get_one(Batch, found.parent_id)
    corrected = _correcting(session, definition, step, parent, found.letter or "")
    return corrected, pressrooms.from_folder(folder, settings, corrected, step)


def supplement(
    session: Session,
    parent: Batch,
    contacts: Sequence[int],
    definition: Definition,
    *,
    settings: Settings,
    key: bytes,
    typed: int | None,
    act: Act,
) -> Prepared:
    """Make a draft batch that brings the circulars of ``parent`` to more contacts (by id).

    Who is not in the campaign yet is enrolled, so that what follows reaches them too. Raises
    NotAllowedError, BatchStateError, NoCircularError, ManyRecipientsError, NobodyToAddError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    require(parent, *SIGNED)
    parent = supplemented(session, parent) or parent
    texts = session.scalars(
        select(Circular).where(
            Circular.batch_id == parent.id,
            Circular.entry_id.is_not(None),
        )
    ).all()
    if not texts:
        raise NoCircularError(batch=parent.id)
    limit = settings.sending.max_recipients
    if len(contacts) > limit:
        if typed != len(contacts):
            raise enrolments.ManyRecipientsError(
                count=len(contacts), limit=limit, name=definition.name
            )
        users.require(session, act.actor, Role.ADMINISTRATOR)
    prepared = Prepared()
    wanted = _without_the_letter(session, parent.step_id, contacts, prepared)
    room = pressrooms.from_archive(session, parent.material or {})
    then = _with_step(definition, room.step)
    batch = release.open_batch(session, parent.step_id, None, act)
    session.add(Sequel(batch_id=batch.id, kind=deliveries.SUPPLEMENT, parent_id=parent.id))
    session.flush()
    release.draft(
        session,
        batch,
        wanted,
        Recipients(session, then, room.step, settings),
        prepared=prepared,
        key=key,
        act=act,
        kind=deliveries.SUPPLEMENT,
        signed=_copied(session, batch, texts),
    )
    if not prepared.drafted:
        raise NobodyToAddError(batch=parent.id, why=release.reasons(prepared))
    campaign = enrolments.require_started(session, definition.name)
    drafted = session.scalars(
        select(Delivery.contact_id).where(
            Delivery.batch_id == batch.id, Delivery.state == DeliveryState.DRAFT.value
        )
    ).all()
    enrolments.enrol(
        session,
        definition,
        list(drafted),
        settings=settings,
        past=history.past(session, campaign, settings.zone, list(drafted)),
        today=local_date(act.at, settings.zone),
        act=act,
    )
    journal.record(session, act, "batch", batch.id, "supplements", detail={"batch": parent.id})
    return prepared


def correct(
    session: Session,
    parent: Batch,
    letter: str,
    codes: Sequence[str],
    definition: Definition,
    *,
    folder: Path,
    settings: Settings,
    key: bytes,
    act: Act,
) -> Prepared:
    """Make a draft batch with an erratum to those who got a letter of ``parent``.

    Its supplements are corrected with it. ``codes`` narrows them; who has this erratum already is left
    out. Raises NotAllowedError, BatchStateError, UnknownLetterError,
    NothingToCorrectError, CorrectedAlreadyError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    require(parent, *SIGNED)
    Catalogue(folder).letter(letter)
    step = session.scalar(select(Step.name).where(Step.id == parent.step_id)) or ""
    corrected = _correcting(session, definition, step, parent, letter)
    contacts = _written_to(session, parent, codes)
    having = _corrected_already(session, parent, letter)
    contacts = [contact for contact in contacts if contact not in having]
    if not contacts:
        raise CorrectedAlreadyError(batch=parent.id, letter=letter)
    batch = release.open_batch(session, parent.step_id, None, act)
    session.add(
        Sequel(batch_id=batch.id, kind=deliveries.CORRECTION, parent_id=parent.id, letter=letter)
    )
    session.flush()
    prepared = Prepared()
    release.draft(
        session,
        batch,
        contacts,
        Recipients(session, corrected, corrected.step(step), settings),
        prepared=prepared,
        key=key,
        act=act,
        kind=deliveries.CORRECTION,
        round_=batch.id,  # one per correction, however many follow
    )
    if not prepared.drafted:
        raise release.nothing_due(definition, step, prepared)
    journal.record(session, act, "batch", batch.id, "corrects", detail={"batch": parent.id})
    return prepared


def bind(session: Session, batch: Batch, parent: Batch) -> list[str]:
    """Give the letters of an approved supplement the numbers of its circulars; return these."""
    batch.mandate = batch.mandate or parent.mandate
    batch.scan_sha256 = parent.scan_sha256
    numbers = []
    texts = session.scalars(select(Circular).where(Circular.batch_id == batch.id))
    for text in texts.all():
        reference = session.scalar(
            select(RegisterEntry.reference).where(RegisterEntry.id == text.entry_id)
        )
        done = session.execute(
            update(Delivery)
            .where(
                Delivery.circular_id == text.id,
                Delivery.state == DeliveryState.APPROVED.value,
            )
            .values(reference=reference, entry_id=text.entry_id)
            .returning(Delivery.id)
            .execution_options(synchronize_session="fetch")
        ).all()
        if done and reference:
            numbers.append(reference)
    return numbers


def link(session: Session, batch: Batch) -> None:
    """Write down which numbers the new ones of a correction correct; nothing for other batches."""
    found = of(session, batch)
    if found is None or found.kind != deliveries.CORRECTION:
        return
    old = Delivery.__table__.alias("old")
    new = Delivery.__table__
    pairs = session.execute(
        select(new.c.entry_id, old.c.entry_id)
        .join(old, old.c.contact_id == new.c.contact_id)
        .where(
            new.c.batch_id == batch.id,
            new.c.entry_id.is_not(None),
            old.c.batch_id.in_(batches.with_supplements(session, found.parent_id)),
            old.c.kind.in_((*deliveries.TURNS, deliveries.CORRECTION)),
            old.c.entry_id.is_not(None),
        )
        .distinct()
        .order_by(new.c.entry_id, old.c.entry_id)
    ).all()
    session.add_all(
        RegisterCorrection(entry_id=entry, corrects_id=corrected) for entry, corrected in pairs
    )
    session.flush()


def _with_step(definition: Definition, step: StepDefinition) -> Definition:
    """Return the campaign with one of its steps as it is given."""
    steps = tuple(step if each.name == step.name else each for each in definition.file.steps)
    return structs.replace(definition, file=structs.replace(definition.file, steps=steps))


def _correcting(
    session: Session, definition: Definition, step: str, parent: Batch, letter: str
) -> Definition:
    """Return the campaign whose step has the correction's letter, and nothing but it.

    A circular is corrected by a circular; letters with a number each, by letters with a number each.
    """
    then = definition.step(step)
    if parent.material is not None:
        then = pressrooms.from_archive(session, parent.material).step
    letters = tuple(
        StepLetter(letter=letter, to=each.to, mode=each.mode, pdf=each.attaches_pdf)
        for each in then.letters
    )
    return _with_step(
        definition,
        structs.replace(
            definition.step(step),
            letters=letters,
            letter_to_come=None,
            promises=(),
            enclosures=(),
            corrects=parent.id,
        ),
    )


def _without_the_letter(
    session: Session, step_id: int, contacts: Sequence[int], prepared: Prepared
) -> list[int]:
    """Return those of ``contacts`` who hold no letter of the step; who do is counted."""
    having: dict[int, str] = {}
    for start in range(0, len(contacts), release.CHUNK):
        having |= dict(
            session.execute(
                select(Delivery.contact_id, Contact.code)
                .join(Contact, Contact.id == Delivery.contact_id)
                .where(
                    Delivery.step_id == step_id,
                    Delivery.contact_id.in_(contacts[start : start + release.CHUNK]),
                    Delivery.state.not_in(deliveries.FREE),
                    deliveries.is_turn(),
                )
            ).all()
        )
    for code in having.values():
        prepared.leave_out(Reason.ALREADY, code)
    return [contact for contact in dict.fromkeys(contacts) if contact not in having]


def _copied(
    session: Session, batch: Batch, texts: Sequence[Circular]
) -> dict[tuple[int, Language], int]:
    """Give the batch the signed texts, each with its number and PDF; return their rows."""
    found: dict[tuple[int, Language], int] = {}
    for text in texts:
        row = Circular(
            batch_id=batch.id,
            place=text.place,
            language=text.language,
            facts=text.facts,
            entry_id=text.entry_id,
            pdf_sha256=text.pdf_sha256,
        )
        session.add(row)
        session.flush()
        found[text.place, "es" if text.language == "es" else "fr"] = row.id
    return found


def _written_to(session: Session, parent: Batch, codes: Sequence[str]) -> list[int]:
    query = (
        select(Delivery.contact_id, Contact.code)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(
            Delivery.batch_id.in_(batches.with_supplements(session, parent.id)),
            Delivery.kind.in_((*deliveries.TURNS, deliveries.CORRECTION)),
            Delivery.state.in_(history.LEFT),
        )
        .order_by(Delivery.contact_id)
    )
    if codes:
        query = query.where(Contact.code.in_(codes))
    found = session.execute(query).all()
    missing = sorted(set(codes) - {code for _, code in found})
    if missing or not found:
        raise NothingToCorrectError(batch=parent.id, contacts=missing or ["-"])
    return [contact for contact, _ in found]


def _corrected_already(session: Session, parent: Batch, letter: str) -> set[int]:
    """Return the contacts that hold this erratum to the batch."""
    return set(
        session.scalars(
            select(Delivery.contact_id)
            .join(Sequel, Sequel.batch_id == Delivery.batch_id)
            .where(
                Sequel.parent_id == parent.id,
                Sequel.kind == deliveries.CORRECTION,
                Sequel.letter == letter,
                Delivery.kind == deliveries.CORRECTION,
                Delivery.state.not_in(deliveries.FREE),
            )
        )
    )
