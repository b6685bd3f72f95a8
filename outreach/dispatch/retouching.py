"""One letter of a batch as a Word document, and back: retouched by hand.

What comes back becomes that letter's own text. It is part of what the letter says, so an approval that
was given is void: the batch goes back to the secretariat, to be checked, submitted and approved again.
"""

from collections.abc import Mapping

from msgspec import Struct, structs
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts.models import Contact
from outreach.dispatch import approval, archive
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.states import BatchState, DeliveryState, require
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act
from outreach.letters import facts as letter_facts
from outreach.letters import word, worddoc
from outreach.letters.facts import Facts, Seal
from outreach.settings import Language

MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class NoSuchLetterError(WrongUseError):
    """The contact has no letter in this batch."""

    message = N_(
        "{contact} has no letter in batch {batch}. “outreach report who” shows who is in it."
    )


class SharedTextError(OutreachError):
    """A circular says the same to everyone."""

    message = N_(
        "The letter to {contact} is a circular: its text is everyone’s. Change the letter itself "
        "(templates/letters/{letter})."
    )


class OtherLetterError(OutreachError):
    """A document of another letter, or of no letter of ours."""

    message = N_(
        "{path} is not the document of this letter. Write it with “outreach batch docx {batch} "
        "{contact}”, change its text and bring that file back."
    )


class EmptyTextError(OutreachError):
    """Nothing of the text is left."""

    message = N_("{path} holds no text between the salutation and the closing.")


class NotRetouchedError(OutreachError):
    """There is nothing to take back."""

    message = N_("The letter to {contact} in batch {batch} has the words of its template.")


class Retouched(Struct, frozen=True):
    """What was taken from a document."""

    text: str
    ignored: tuple[str, ...]
    """Changed paragraphs around the text, which the program writes by itself."""
    voided: bool
    """The batch was submitted or approved, and is a draft again."""


def document(
    session: Session, batch: Batch, room: Pressroom, code: str, *, seal: Seal, act: Act
) -> bytes:
    """Return the letter to a contact as a Word document. Raises NoSuchLetterError."""
    row = _find(session, batch, code)
    facts = _facts(row)
    letter = room.step.letters[row.place].letter
    language: Language = "es" if row.language == "es" else "fr"
    if row.reference:
        seal = Seal(reference=row.reference, day=batch.letter_day or seal.day)
    if row.circular_id is not None:
        facts = structs.replace(facts, collective=True)
    written = room.write(letter, language, facts, seal)
    return worddoc.document(
        written.tree,
        letterhead=room.letterhead.files,
        identifier=_identifier(row),
        moment=act.at,
        pictures=written.pictures,
    )


def retouch(
    session: Session,
    batch: Batch,
    room: Pressroom,
    code: str,
    data: bytes,
    *,
    path: str,
    seal: Seal,
    act: Act,
) -> Retouched:
    """Take the text of a document that came back as the letter's own.

    Raises NotAllowedError, BatchStateError, NoSuchLetterError, SharedTextError, WordError,
    OtherLetterError, EmptyTextError; then nothing is changed.
    """
    row = _changeable(session, batch, room, code, act)
    text = word.own_text(data, worddoc.PARTS, path)
    if worddoc.marked(data) != _identifier(row):
        raise OtherLetterError(path=path, batch=batch.id, contact=code)
    if not text.strip():
        raise EmptyTextError(path=path)
    before = worddoc.around(document(session, batch, room, code, seal=seal, act=act))
    ignored = tuple(words for words in worddoc.around(data) if words not in before)
    kept = archive.keep(session, data, MEDIA)
    voided = _change(session, batch, row, text, act=act, detail={"document": kept})
    return Retouched(text, ignored, voided)


def take_back(session: Session, batch: Batch, room: Pressroom, code: str, *, act: Act) -> bool:
    """Give a letter the words of its template again; return whether an approval was voided.

    Raises what :func:`retouch` raises, and NotRetouchedError.
    """
    row = _changeable(session, batch, room, code, act)
    if not _facts(row).own_text:
        raise NotRetouchedError(contact=code, batch=batch.id)
    return _change(session, batch, row, "", act=act, detail={})


def _change(
    session: Session,
    batch: Batch,
    row: Delivery,
    text: str,
    *,
    act: Act,
    detail: Mapping[str, str],
) -> bool:
    facts = _facts(row)
    was = facts.own_text
    # The words that stood before are kept too: the journal says where.
    old = {"text_before": archive.keep(session, was.encode(), "text/markdown")} if was else {}
    row.facts = letter_facts.stored(structs.replace(facts, own_text=text))
    row.content_hash = None
    verb = "retouched" if text else "restored"
    journal.record(session, act, "delivery", row.id, verb, detail={**detail, **old} or None)
    if batch.state == BatchState.DRAFT.value:
        return False
    approval.void(session, batch, act, reason=verb)
    return True


def _changeable(session: Session, batch: Batch, room: Pressroom, code: str, act: Act) -> Delivery:
    users.require(session, act.actor, Role.SECRETARY)
    require(batch, BatchState.DRAFT, BatchState.SUBMITTED, BatchState.APPROVED)
    row = _find(session, batch, code)
    if row.circular_id is not None:
        raise SharedTextError(contact=code, letter=room.step.letters[row.place].letter)
    return row


def _find(session: Session, batch: Batch, code: str) -> Delivery:
    gone = (DeliveryState.SKIPPED.value, DeliveryState.CANCELLED.value)
    row = session.scalars(
        select(Delivery)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(Delivery.batch_id == batch.id, Contact.code == code, Delivery.state.not_in(gone))
    ).first()
    if row is None or row.facts is None:
        raise NoSuchLetterError(contact=code, batch=batch.id)
    return row


def _facts(row: Delivery) -> Facts:
    return letter_facts.read(row.facts or "")


def _identifier(row: Delivery) -> str:
    return f"outreach-letter-{row.id}"
