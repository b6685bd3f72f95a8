"""Which of our letters a message answers: a ladder, each rung with its confidence.

1. our Message-ID in the headers, or in the letter that a bounce gives back;
2. the signed token in the address the message came to, or in the subject of an opt-out (a forged
   one is as good as none);
3. the official number in subject or text, together with who writes;
4. the sender's address, or the one that a bounce says it could not reach;
5. the domain of an organisation: a secretary, a colleague. Never a shared domain;
6. a forward: the same questions about the sender named inside it.

The first rung that holds decides. Below THRESHOLD nothing follows by itself: a person assigns the
message, and the follow-ups of the candidates wait.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Step
from outreach.contacts import kinship
from outreach.contacts.models import Contact
from outreach.dispatch import deliveries, register
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState
from outreach.inbox.classifying import forwards
from outreach.inbox.kinds import Kind, Verdict
from outreach.inbox.landmarks import Landmarks
from outreach.inbox.parsing import Parsed, message_ids

THRESHOLD = 0.7
MAX_IDS = 40
MAX_TEXT = 30_000
MAX_CANDIDATES = 10
"""More candidates than a person can choose among are none."""
REPORTS = frozenset({Kind.BOUNCE, Kind.DELAY, Kind.COMPLAINT})


class Rung(StrEnum):
    """How a message was matched, the surest first."""

    MESSAGE_ID = "message-id"
    TOKEN = "token"  # noqa: S105  # the name of a rung
    NUMBER = "number"
    ADDRESS = "address"
    DOMAIN = "domain"
    FORWARD = "forward"


class Sureness:
    """Confidence of each case, between 0 and 1."""

    MESSAGE_ID = 0.99
    TOKEN = 0.98
    NUMBER_AND_SENDER = 0.96
    """The number, from someone of the organisation it was written to."""
    NUMBER_ALONE = 0.85
    """A number of one letter only, from an address that we do not know."""
    ADDRESS = 0.92
    ADDRESS_MANY_CAMPAIGNS = 0.8
    """Letters of several campaigns: the last one is meant, most likely."""
    ADDRESS_WITHOUT_LETTER = 0.75
    SHARED_MAILBOX = 0.78
    """Several contacts of one organisation behind the address."""
    DOMAIN = 0.75
    DOMAIN_OF_REPORT = 0.5
    """A server refuses an unknown address at a domain of ours: whose letter was it?"""
    DOMAIN_WITHOUT_LETTER = 0.6
    AMBIGUOUS = 0.4
    FORWARDED_BY_US = 0.95
    """Factor: a colleague forwards what came to another mailbox."""
    FORWARDED = 0.85
    """Factor: somebody else forwards it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A letter, or only a contact or an organisation, that the message may be about."""

    organisation_id: int
    contact_id: int | None
    delivery_id: int | None
    confidence: float
    rung: Rung


@dataclass(frozen=True, slots=True)
class Match:
    """The best candidate, and all of them, the surest first."""

    delivery_id: int | None = None
    contact_id: int | None = None
    organisation_id: int | None = None
    confidence: float = 0.0
    rung: Rung | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Say whether effects may follow without a person."""
        return self.confidence >= THRESHOLD


def match(session: Session, message: Parsed, verdict: Verdict, known: Landmarks) -> Match:
    """Return which letter, contact and organisation a message is about. Writes nothing.

    A letter to somebody who was merged is answered by the contact that is kept.
    """
    found = (
        _by_message_id(session, message, verdict)
        or _by_token(session, message, known)
        or _by_number(session, message, verdict, known)
        or _by_who(session, _writers(message, verdict, known), verdict, known)
        or _by_forward(session, message, verdict, known)
    )
    through = kinship.heads(session)
    return _best(
        [
            replace(one, contact_id=through.get(one.contact_id, one.contact_id))
            if one.contact_id is not None
            else one
            for one in found
        ]
    )


def _by_message_id(session: Session, message: Parsed, verdict: Verdict) -> list[Candidate]:
    named: list[str] = [verdict.original_message_id] if verdict.original_message_id else []
    named += message.in_reply_to
    named += reversed(message.references)
    for headers in message.enclosed_headers[:5]:
        for name, value in headers:
            if name in {"message-id", "in-reply-to", "references", "x-original-message-id"}:
                named += message_ids(value)
    named += message_ids(message.text[:MAX_TEXT])
    ids = list(dict.fromkeys(named))[:MAX_IDS]
    if not ids:
        return []
    rows = {
        row.message_id: row
        for row in session.execute(
            select(Delivery.message_id, Delivery.id, Delivery.contact_id, Contact.organisation_id)
            .join(Contact, Contact.id == Delivery.contact_id)
            .where(Delivery.message_id.in_(ids))
        )
    }
    return [
        Candidate(
            row.organisation_id,
            row.contact_id,
            _sent_again(session, row.contact_id, verdict) or row.id,
            Sureness.MESSAGE_ID,
            Rung.MESSAGE_ID,
        )
        for row in [rows[one] for one in ids if one in rows][:1]
    ]


def _sent_again(session: Session, contact: int, verdict: Verdict) -> int | None:
    """Return the letter sent once more to the address that a report names, if there is one.

    It bears the Message-ID of the first one, which the report says nothing about.
    """
    if verdict.kind not in REPORTS or not verdict.recipients:
        return None
    return session.scalar(
        select(Delivery.id)
        .where(
            Delivery.contact_id == contact,
            Delivery.kind == deliveries.RESEND,
            func.lower(Delivery.address).in_([one.lower() for one in verdict.recipients]),
        )
        .order_by(Delivery.id.desc())
        .limit(1)
    )


def _by_token(session: Session, message: Parsed, known: Landmarks) -> list[Candidate]:
    """Return the letter of a signed return path, or of the opt-out that its subject names."""
    query = select(Delivery.id, Delivery.contact_id, Contact.organisation_id).join(
        Contact, Contact.id == Delivery.contact_id
    )
    named = next(
        (one for one in map(known.delivery_of, message.recipients) if one is not None), None
    )
    opt_out = known.opt_out_of(message.subject)
    if named is not None:
        row = session.execute(query.where(Delivery.id == named)).first()
    elif opt_out is not None:
        row = session.execute(
            query.join(Step, Step.id == Delivery.step_id)
            .where(
                Delivery.contact_id == opt_out.contact,
                Step.campaign_id == opt_out.campaign,
                Delivery.sent_at.is_not(None),
            )
            .order_by(Delivery.sent_at.desc(), Delivery.id.desc())
            .limit(1)
        ).first()
    else:
        return []
    if row is None:
        return []
    return [Candidate(row.organisation_id, row.contact_id, row.id, Sureness.TOKEN, Rung.TOKEN)]


def _by_number(
    session: Session, message: Parsed, verdict: Verdict, known: Landmarks
) -> list[Candidate]:
    """Return the letters of the numbers named; a circular's, only with its sender's help."""
    if known.number is None:
        return []
    subjects = [
        value
        for headers in message.enclosed_headers
        for name, value in headers
        if name == "subject"
    ]
    told = "\n".join((message.subject, *subjects, message.text[:MAX_TEXT]))
    references = {
        register.printed(known.printed, int(found.get("yyyy") or found["yy"]), int(found["n"]))
        for found in (one.groupdict() for one in known.number.finditer(told))
    }
    if not references or len(references) > MAX_CANDIDATES:
        return []
    writers = _writers(message, verdict, known)
    organisations = set(_organisations(writers, known))
    query = (
        select(Delivery.id, Delivery.contact_id, Contact.organisation_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .where(Delivery.reference.in_(sorted(references)))
        .order_by(Delivery.sent_at.desc(), Delivery.id.desc())
    )
    if organisations:
        contacts = {place.contact_id for one in writers for place in known.places(one)}
        rows = session.execute(
            query.where(Contact.organisation_id.in_(sorted(organisations)))
        ).all()
        rows = sorted(rows, key=lambda row: row.contact_id not in contacts)
        if rows:
            row = rows[0]
            sureness = Sureness.NUMBER_AND_SENDER
            return [Candidate(row.organisation_id, row.contact_id, row.id, sureness, Rung.NUMBER)]
    # What an association passes on bears the number of its own letter.
    direct = query.where(Delivery.kind != deliveries.VIA)
    rows = list(session.execute(direct.limit(MAX_CANDIDATES + 1)).all())
    if len(rows) > MAX_CANDIDATES:
        return []
    sureness = Sureness.NUMBER_ALONE if len(rows) == 1 else Sureness.AMBIGUOUS
    if organisations:  # somebody else's number: copied, or a mistake
        sureness = Sureness.AMBIGUOUS
    return [
        Candidate(row.organisation_id, row.contact_id, row.id, sureness, Rung.NUMBER)
        for row in rows
    ]


def _by_who(
    session: Session, writers: Sequence[str], verdict: Verdict, known: Landmarks
) -> list[Candidate]:
    for address in writers:
        found = _by_address(session, address, known)
        if found:
            return found
    for address in writers:
        found = _by_domain(session, address, verdict, known)
        if found:
            return found
    return []


def _by_address(session: Session, address: str, known: Landmarks) -> list[Candidate]:
    places = known.places(address)
    if not places:
        return []
    letters = _letters(session, contacts=[place.contact_id for place in places])
    organisations = {place.organisation_id for place in places}
    if len(organisations) > 1:
        written = {letter.organisation_id for letter in letters}
        if len(written) != 1:
            return [
                Candidate(
                    place.organisation_id,
                    place.contact_id,
                    next((one.id for one in letters if one.contact_id == place.contact_id), None),
                    Sureness.AMBIGUOUS,
                    Rung.ADDRESS,
                )
                for place in places
            ]
    if not letters:
        place = places[0]
        sureness = Sureness.ADDRESS_WITHOUT_LETTER
        return [Candidate(place.organisation_id, place.contact_id, None, sureness, Rung.ADDRESS)]
    last = letters[0]
    sureness = Sureness.ADDRESS
    if len(places) > 1:
        sureness = Sureness.SHARED_MAILBOX
    elif len({letter.campaign_id for letter in letters}) > 1:
        sureness = Sureness.ADDRESS_MANY_CAMPAIGNS
    return [Candidate(last.organisation_id, last.contact_id, last.id, sureness, Rung.ADDRESS)]


def _by_domain(
    session: Session, address: str, verdict: Verdict, known: Landmarks
) -> list[Candidate]:
    organisations = known.organisations(address)
    if not organisations:
        return []
    letters = _letters(session, organisations=organisations)
    written = tuple(dict.fromkeys(letter.organisation_id for letter in letters))
    found: list[Candidate] = []
    for organisation in written or organisations:
        letter = next((one for one in letters if one.organisation_id == organisation), None)
        sureness = Sureness.DOMAIN if letter else Sureness.DOMAIN_WITHOUT_LETTER
        if verdict.kind in REPORTS:
            sureness = Sureness.DOMAIN_OF_REPORT
        if len(written or organisations) > 1:
            sureness = Sureness.AMBIGUOUS
        found.append(
            Candidate(
                organisation,
                letter.contact_id if letter else None,
                letter.id if letter else None,
                sureness,
                Rung.DOMAIN,
            )
        )
    return found


def _by_forward(
    session: Session, message: Parsed, verdict: Verdict, known: Landmarks
) -> list[Candidate]:
    inside = [one for one in forwards.authors(message) if not known.is_own(one)]
    ours = known.is_own(message.sender[1])
    factor = Sureness.FORWARDED_BY_US if ours else Sureness.FORWARDED
    return [
        replace(one, confidence=round(one.confidence * factor, 3), rung=Rung.FORWARD)
        for one in _by_who(session, inside, verdict, known)
    ]


@dataclass(frozen=True, slots=True)
class _Letter:
    id: int
    contact_id: int
    organisation_id: int
    campaign_id: int


def _letters(
    session: Session, *, contacts: Sequence[int] = (), organisations: Sequence[int] = ()
) -> list[_Letter]:
    """Return the letters that left to these, the newest first; then what others passed on to them."""
    query = (
        select(Delivery.id, Delivery.contact_id, Contact.organisation_id, Step.campaign_id)
        .join(Contact, Contact.id == Delivery.contact_id)
        .join(Step, Step.id == Delivery.step_id)
        .where(or_(Delivery.sent_at.is_not(None), Delivery.state == DeliveryState.THROUGH.value))
        .order_by(Delivery.sent_at.desc().nulls_last(), Delivery.id.desc())
    )
    if contacts:
        query = query.where(Delivery.contact_id.in_(kinship.together(session, contacts)))
    else:
        query = query.where(Contact.organisation_id.in_(organisations))
    return [_Letter(*row) for row in session.execute(query)]


def _writers(message: Parsed, verdict: Verdict, known: Landmarks) -> list[str]:
    """Return whom the message speaks for: a report's recipients, else its sender."""
    named: Iterable[str]
    if verdict.kind in REPORTS or (verdict.recipients and verdict.kind is Kind.NOTICE):
        named = verdict.recipients
    else:
        named = (message.sender[1], *message.reply_to)
    return [one for one in dict.fromkeys(named) if one and not known.is_own(one)]


def _organisations(writers: Iterable[str], known: Landmarks) -> Iterable[int]:
    for one in writers:
        yield from (place.organisation_id for place in known.places(one))
        yield from known.organisations(one)


def _best(found: list[Candidate]) -> Match:
    if not found:
        return Match()
    ordered = tuple(sorted(found, key=lambda one: -one.confidence)[:MAX_CANDIDATES])
    best = ordered[0]
    sure = len(ordered) == 1 or best.confidence > ordered[1].confidence
    return Match(
        delivery_id=best.delivery_id if sure else None,
        contact_id=best.contact_id if sure else None,
        organisation_id=best.organisation_id if sure else None,
        confidence=best.confidence,
        rung=best.rung,
        candidates=ordered,
    )
