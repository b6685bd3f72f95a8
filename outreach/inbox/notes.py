"""What colleagues write to each other about a contact or a reply: notes, names, hand-over.

A name after ``@`` in a note is somebody who works here: the note then waits for that person until
it is seen. The journal names rows, never what a note says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role, User
from outreach.contacts import kinship
from outreach.contacts.models import Contact, Organisation
from outreach.db import folded
from outreach.errors import N_, WrongUseError
from outreach.inbox import deciding, nextactions
from outreach.inbox.models import Arrival, Mention, Note
from outreach.inbox.nextactions import TaskKind
from outreach.journal import Act

AT = re.compile(r"(?<![\w.@])@(?=\w)")
"""Begins a name; inside an e-mail address it does not."""
LONGEST = 2_000


class EmptyNoteError(WrongUseError):
    """Nothing was written."""

    message = N_("Write something, in a few words.")


class LongNoteError(WrongUseError):
    """More than a note."""

    message = N_("A note has at most {most} signs; this one has {signs}.")


class UnknownMentionError(WrongUseError):
    """Nobody, or more than one, goes by that name."""

    message = N_(
        "Nobody, or more than one person, is called “@{name}” here. Write the whole name: {known}."
    )


class UnknownNoteError(WrongUseError):
    """No note of that number waits for this person."""

    message = N_("No note {number} waits for you.")


@dataclass(frozen=True, slots=True)
class About:
    """What a note is about: a contact or a reply, by id."""

    contact: int | None = None
    arrival: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One note, as pages show it."""

    number: int
    text: str
    written_by: str
    written_at: datetime
    names: tuple[str, ...]
    """Whom it waits or waited for."""
    handed_to: str | None
    contact: int | None
    arrival: int | None
    organisation: str | None


def write(session: Session, about: About, text: str, act: Act) -> Note:
    """Write a note; whoever is named in it after an @ finds it among what waits for them.

    Raises EmptyNoteError, LongNoteError, UnknownMentionError, NotAllowedError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    return _write(session, about, text, None, act)


def hand_over(
    session: Session, about: About, to: str, text: str, *, due_on: date, act: Act
) -> Note:
    """Give a contact or a reply to a colleague, with a note that says why.

    A reply gets a new owner; a contact has none, so that the colleague gets a thing to do by
    ``due_on``. Raises what :func:`write` raises, UnknownUserError and LeftError.
    """
    users.require(session, act.actor, Role.SECRETARY)
    colleague = users.present(session, to)
    note = _write(session, about, text, colleague, act)
    if about.arrival is not None:
        deciding.assign(session, deciding.find(session, about.arrival), colleague.name, act)
    else:
        nextactions.add(
            session,
            TaskKind.OWN,
            {"text": note.text},
            due_on=due_on,
            act=act,
            owner=colleague.name,
            contact_id=about.contact,
        )
    return note


def seen(session: Session, number: int, act: Act) -> None:
    """Say that one has read a note; it waits no more. Raises UnknownNoteError."""
    mention = session.scalar(
        select(Mention).where(
            Mention.note_id == number, Mention.name == act.actor, Mention.seen_at.is_(None)
        )
    )
    if mention is None:
        raise UnknownNoteError(number=number)
    mention.seen_at = act.at
    session.flush()
    journal.record(session, act, "mention", mention.id, "seen")


def of_contact(session: Session, contact: int) -> list[Shown]:
    """Return the notes about a contact, its replies and those merged into it, the newest first."""
    family = kinship.family(session, contact)
    return _shown(
        session, or_(Note.contact_id.in_(family), Arrival.contact_id.in_(family)), LONGEST
    )


def of_arrival(session: Session, arrival: int) -> list[Shown]:
    """Return the notes about one reply, the newest first."""
    return _shown(session, Note.arrival_id == arrival, LONGEST)


def waiting(session: Session, name: str, *, read: bool = False, most: int = 100) -> list[Shown]:
    """Return the notes that wait for a person or, with ``read``, those read before; newest first."""
    state = Mention.seen_at.is_not(None) if read else Mention.seen_at.is_(None)
    numbers = select(Mention.note_id).where(Mention.name == name, state)
    return _shown(session, Note.id.in_(numbers), most)


def named(session: Session, text: str) -> list[User]:
    """Return who is named in a text after an @: by the whole name, or by a first name borne once.

    Raises UnknownMentionError.
    """
    known = [user for user in users.everyone(session) if user.left_at is None]
    found: dict[str, User] = {}
    for place in AT.finditer(text):
        user = _begun(text[place.end() :], known)
        found[user.name] = user
    return list(found.values())


def _begun(rest: str, known: Sequence[User]) -> User:
    words = folded(rest)
    whole = [
        user
        for user in known
        if re.match(re.escape(folded(user.name)) + r"(?!\w)", words) is not None
    ]
    if whole:
        return max(whole, key=lambda user: len(user.name))
    first = re.match(r"[\w’'-]+", rest)
    given = first[0] if first else rest[:20]
    alike = [user for user in known if folded(user.name.split()[0]) == folded(given)]
    if len(alike) != 1:
        raise UnknownMentionError(name=given, known=[user.name for user in known])
    return alike[0]


def _write(session: Session, about: About, text: str, to: User | None, act: Act) -> Note:
    text = text.strip()
    if not text:
        raise EmptyNoteError
    if len(text) > LONGEST:
        raise LongNoteError(most=LONGEST, signs=len(text))
    people = named(session, text)
    note = Note(
        contact_id=about.contact,
        arrival_id=about.arrival,
        text=text,
        written_by=act.actor,
        written_at=act.at,
    )
    session.add(note)
    session.flush()
    journal.record(session, act, "note", note.id, "created")
    for user in {person.name: person for person in [*people, *([to] if to else [])]}.values():
        handed = to is not None and user.name == to.name
        if user.name == act.actor and not handed:
            continue
        mention = Mention(note_id=note.id, name=user.name, handed=handed)
        session.add(mention)
        session.flush()
        journal.record(session, act, "mention", mention.id, "created")
    return note


def _shown(session: Session, condition: object, most: int) -> list[Shown]:
    rows = session.execute(
        select(Note, Organisation.name)
        .outerjoin(Arrival, Arrival.id == Note.arrival_id)
        .outerjoin(Contact, Contact.id == Note.contact_id)
        .outerjoin(
            Organisation,
            or_(
                Organisation.id == Contact.organisation_id,
                Organisation.id == Arrival.organisation_id,
            ),
        )
        .where(condition)  # type: ignore[arg-type]  # a condition on columns
        .order_by(Note.id.desc())
        .limit(most)
    ).all()
    names: dict[int, list[Mention]] = {}
    for mention in session.scalars(
        select(Mention).where(Mention.note_id.in_([note.id for note, _ in rows]))
    ):
        names.setdefault(mention.note_id, []).append(mention)
    return [
        Shown(
            number=note.id,
            text=note.text,
            written_by=note.written_by,
            written_at=note.written_at,
            names=tuple(each.name for each in names.get(note.id, ())),
            handed_to=next((each.name for each in names.get(note.id, ()) if each.handed), None),
            contact=note.contact_id,
            arrival=note.arrival_id,
            organisation=organisation,
        )
        for note, organisation in rows
    ]
