"""E-mails from the office to its own people, through its own carrier: no letters, in no register."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from sqlalchemy.exc import IntegrityError

from outreach.accounts import notices, users
from outreach.accounts.notices import Notice
from outreach.accounts.users import User
from outreach.app import App
from outreach.dispatch import messages
from outreach.dispatch.carriers.base import Addressed, Carrier, Outcome
from outreach.dispatch.headers import Envelope
from outreach.dispatch.messages import Attachment
from outreach.settings import Settings, UiLanguage
from outreach.words import Words, translator

SATURDAY = 5
CARRIERS = frozenset({"smtp", "maildir"})
"""With the others a person sends each message by hand."""
NO_NUMBER = 0
"""No delivery has this number."""


@dataclass(frozen=True, slots=True)
class Memo:
    """One e-mail, written."""

    subject: str
    text: str
    html: str
    attachments: Sequence[Attachment] = ()


def may_leave(settings: Settings, now: datetime) -> bool:
    """Say whether notices leave now: on a working day, from the hour that the office chose."""
    here = now.astimezone(settings.zone)
    return (
        settings.mail.carrier in CARRIERS
        and here.hour >= settings.digest.hour
        and here.weekday() < SATURDAY
        and here.date() not in settings.calendar.closed
    )


def deliver(app: App, notice: Notice, day: date, written: Sequence[tuple[User, Memo]]) -> int:
    """Send each person their memo, if nobody did for that ``day``; return how many left.

    Each is taken before it is sent, so that two rounds send one; what the server refused for now is
    given back. Raises what ``App.carrier`` raises.
    """
    taken = [(user, memo) for user, memo in written if _claim(app, user, notice, day)]
    if not taken:
        return 0
    carrier = app.carrier(connections=1)
    try:
        left = 0
        for user, memo in taken:
            outcome = _send(app, carrier, user, memo, f"{notice.value} {user.id} {day}")
            left += outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}
            if outcome not in {Outcome.ACCEPTED, Outcome.UNKNOWN, Outcome.PERMANENT}:
                with app.store.transaction() as session:
                    notices.give_back(session, users.find(session, user.name), notice)
        return left
    finally:
        carrier.close()


def words_of(user: User, settings: Settings) -> Words:
    """Return the language in which the program speaks to a person."""
    known: tuple[UiLanguage, ...] = get_args(UiLanguage)
    wished = next((each for each in known if each == user.ui_language), None)
    return translator(wished or settings.office.ui_language)


def _send(app: App, carrier: Carrier, user: User, memo: Memo, mark: str) -> Outcome:
    settings, words = app.settings, words_of(user, app.settings)
    sender = settings.sender
    digest = hashlib.sha256(mark.encode()).hexdigest()[:24]
    message_id = f"<digest.{digest}@{sender.domain}>"
    envelope = Envelope(
        message_id=message_id,
        sender=(sender.name.in_(words.written), sender.address),
        recipient=("", user.email or ""),
        subject=memo.subject,
        moment=app.clock().astimezone(settings.zone),
        language=words.language,
        automatic=True,
    )
    composed = messages.compose(envelope, memo.text, memo.html, memo.attachments)
    signature = app.postmark().signature(composed.message)
    letter = Addressed(
        delivery_id=NO_NUMBER,
        message_id=message_id,
        sender=settings.mail.bounce_address or sender.address,
        recipient=user.email or "",
        message=composed.under(signature).message,
    )
    (receipt,) = carrier.send([letter])
    return receipt.outcome


def _claim(app: App, user: User, notice: Notice, day: date) -> bool:
    try:
        with app.store.transaction() as session:
            return notices.claim(session, users.find(session, user.name), notice, day)
    except IntegrityError:  # another process made the row in the same moment, and has the claim
        return False
