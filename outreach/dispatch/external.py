"""Letters that left before the tool, or beside it: recorded from a list, so that they count."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import enrolments, promises
from outreach.campaigns.definition import Definition
from outreach.clock import local_date
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch import deliveries, history
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.states import BatchState, DeliveryState, move_batch, move_delivery
from outreach.errors import N_, OutreachError, Phrase
from outreach.journal import Act
from outreach.settings import Settings

CODE_COLUMNS = ("code", "contact", "contacto")


class RecordListError(OutreachError):
    """The list cannot be used."""

    message = N_("{path}, line {line}: {reason}")


class UnreadableListError(OutreachError):
    """The list is no CSV file with a column of codes."""

    message = N_(
        "{path} cannot be used as a list of recipients: it needs a header line with a column "
        "“code” (FR:76351, CO:73001…), in UTF-8, separated by commas or semicolons."
    )


class UnknownCodesError(OutreachError):
    """Codes of nobody we know."""

    message = N_(
        "{path} names {count} codes that are no contacts of this office: {codes}. Nothing was "
        "recorded. “outreach contacts list TEXT” finds the right codes."
    )


class FutureLetterError(OutreachError):
    """A letter cannot have left tomorrow."""

    message = N_("The letters cannot have left on {day}: it is {today} today.")


class NothingRecordedError(OutreachError):
    """All of them were recorded before."""

    message = N_("Nothing to record: everyone on the list has a letter of this step already.")


class NotRecordedError(OutreachError):
    """Only a recorded unit can be taken back."""

    message = N_(
        "Batch {batch} was sent by the tool: what left cannot be taken back. Only letters recorded "
        "with “outreach campaign record” can."
    )


@dataclass(frozen=True, slots=True)
class Recipient:
    """One contact of the list."""

    id: int
    language: str
    country: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written down: one unit, undone by its batch."""

    batch: int
    recorded: int
    known: int
    """Contacts that had a letter of this step already."""


def read_codes(path: Path) -> list[str]:
    """Read the column ``code`` of a CSV file. Raises what :func:`codes_of` raises."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableListError(path=path.name) from error
    return codes_of(text, path.name)


def codes_of(text: str, source: str) -> list[str]:
    """Return the column ``code`` of a CSV list, blank lines left out; ``source`` is its name.

    Raises UnreadableListError, or RecordListError with the line of a row without its code.
    """
    try:
        head = text.splitlines()[0] if text.strip() else ""
        reader = csv.DictReader(text.splitlines(), delimiter=";" if ";" in head else ",")
        names = {name.strip().lower(): name for name in reader.fieldnames or ()}
        column = next((names[c] for c in CODE_COLUMNS if c in names), None)
    except csv.Error as error:
        raise UnreadableListError(path=source) from error
    if column is None:
        raise UnreadableListError(path=source)
    codes: list[str] = []
    for row in reader:
        code = (row.get(column) or "").strip()
        if not code and any((value or "") for value in row.values() if isinstance(value, str)):
            raise RecordListError(
                path=source, line=reader.line_num, reason=Phrase(N_("the code is missing"))
            )
        if code:
            codes.append(code)
    return list(dict.fromkeys(codes))


def record(
    session: Session,
    definition: Definition,
    step_name: str,
    codes: Sequence[str],
    *,
    number: str | None,
    on: date,
    settings: Settings,
    note: str,
    source: str,
    act: Act,
) -> Recorded:
    """Write down that the contacts ``codes`` got the letter of a step on a day.

    One unit: all or nothing. ``source`` names the list in errors. Raises UnknownStepError,
    UnknownCodesError, FutureLetterError, NothingRecordedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    definition.step(step_name)
    today = local_date(act.at, settings.zone)
    if on > today:
        raise FutureLetterError(day=on.isoformat(), today=today.isoformat())
    contacts = _contacts(session, codes, source)
    campaign = enrolments.ensure(session, definition, act)
    step = enrolments.steps(session, campaign)[step_name]
    known = set(
        session.scalars(
            select(Delivery.contact_id).where(
                Delivery.step_id == step.id,
                Delivery.state.not_in(deliveries.FREE),
                deliveries.is_turn(),
            )
        )
    )
    fresh = [contact for contact in contacts if contact.id not in known]
    if not fresh:
        raise NothingRecordedError
    batch = Batch(
        step_id=step.id,
        origin="recorded",
        state=BatchState.DONE.value,
        note=note,
        prepared_by=act.actor,
        prepared_at=act.at,
        letter_day=on,
    )
    session.add(batch)
    session.flush()
    journal.record(
        session,
        act,
        "batch",
        batch.id,
        "recorded",
        after=batch.state,
        reason=note or None,
        detail={"letters": len(fresh), "number": number, "on": on.isoformat()},
    )
    noon = datetime.combine(on, time(12), settings.zone)
    deliveries.place(
        session,
        batch.id,
        [
            {
                "step_id": step.id,
                "contact_id": contact.id,
                "channel": "external",
                "language": contact.language,
                "state": DeliveryState.SENT.value,
                "reference": number,
                "sent_at": noon,
            }
            for contact in fresh
        ],
        act,
    )
    _advance(session, definition, [contact.id for contact in fresh], settings, act)
    promises.make(session, definition, step_name, promises.Made(on, settings), act)
    return Recorded(batch=batch.id, recorded=len(fresh), known=len(contacts) - len(fresh))


def undo(
    session: Session,
    batch: Batch,
    definition: Definition,
    *,
    settings: Settings,
    act: Act,
) -> int:
    """Take a recorded unit back; return how many letters. Raises NotRecordedError."""
    users.require(session, act.actor, Role.SECRETARY)
    if batch.origin != "recorded":
        raise NotRecordedError(batch=batch.id)
    rows = session.scalars(select(Delivery).where(Delivery.batch_id == batch.id)).all()
    for row in rows:
        move_delivery(session, row, DeliveryState.CANCELLED, act, reason="undone")
    move_batch(session, batch, BatchState.CANCELLED, act, reason="undone")
    session.flush()
    _advance(session, definition, [row.contact_id for row in rows], settings, act)
    if not history.any_left(session, batch.step_id):
        promises.take_back(session, batch.step_id, act)
    return len(rows)


def _advance(
    session: Session,
    definition: Definition,
    contacts: Sequence[int],
    settings: Settings,
    act: Act,
) -> None:
    campaign = enrolments.ensure(session, definition, act)
    enrolments.advance(
        session,
        definition,
        contacts,
        settings=settings,
        past=history.past(session, campaign, settings.zone, contacts),
        today=local_date(act.at, settings.zone),
        act=act,
    )


def _contacts(session: Session, codes: Sequence[str], source: str) -> list[Recipient]:
    found: dict[str, Recipient] = {}
    for start in range(0, len(codes), history.CHUNK):
        rows = session.execute(
            select(Contact.code, Contact.id, Contact.language, Organisation.country)
            .join(Organisation)
            .where(Contact.code.in_(codes[start : start + history.CHUNK]))
        )
        found |= {code: Recipient(id_, language, country) for code, id_, language, country in rows}
    unknown = [code for code in codes if code not in found]
    if unknown:
        raise UnknownCodesError(path=source, count=len(unknown), codes=unknown[:5])
    return [found[code] for code in codes]
