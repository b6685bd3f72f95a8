"""The daily e-mail to each colleague: what waits for them. Through the office's own carrier.

It is taken for the day before it is sent, so that two rounds send one. Nobody gets an empty one,
one on a day off, or one they turned off on their own page. It names no contact.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import get_args

from sqlalchemy.exc import IntegrityError

from outreach.accounts import notices, users
from outreach.accounts.notices import Notice
from outreach.accounts.users import User
from outreach.app import App
from outreach.dispatch import messages
from outreach.dispatch.carriers.base import Addressed, Carrier, Outcome
from outreach.dispatch.headers import Envelope
from outreach.errors import N_, Phrase
from outreach.reports import waiting
from outreach.reports.waiting import Item
from outreach.settings import Settings, UiLanguage
from outreach.words import Words, translator

SATURDAY = 5
CARRIERS = frozenset({"smtp", "maildir"})
"""With the others a person sends each message by hand."""
SUBJECT = N_("What waits for you: {count}")
NO_NUMBER = 0
"""No delivery has this number."""


@dataclass(frozen=True, slots=True)
class Digest:
    """One e-mail, written."""

    subject: str
    text: str
    html: str


def send(app: App) -> int:
    """Send today's digests that are due; return how many left.

    Raises what ``App.carrier`` raises.
    """
    now, settings = app.clock(), app.settings
    if not is_time(settings, now) or settings.mail.carrier not in CARRIERS:
        return 0
    today = now.astimezone(settings.zone).date()
    due: list[tuple[User, list[Item]]] = []
    with app.store.reading() as session:
        for user in users.everyone(session):
            if notices.wants(session, user, Notice.DAILY):
                items = waiting.of(session, user, today, settings)
                if items:
                    due.append((user, items))
    taken = [(user, items) for user, items in due if _claim(app, user, now)]
    if not taken:
        return 0
    carrier = app.carrier(connections=1)
    try:
        return sum(_sent(app, carrier, user, items, now) for user, items in taken)
    finally:
        carrier.close()


def is_time(settings: Settings, now: datetime) -> bool:
    """Say whether digests leave now: on a working day, from the hour that the office chose."""
    here = now.astimezone(settings.zone)
    return (
        settings.digest.daily
        and here.hour >= settings.digest.hour
        and here.weekday() < SATURDAY
        and here.date() not in settings.calendar.closed
    )


def compose(
    name: str,
    items: Sequence[Item],
    told: Callable[[Phrase], str],
    *,
    address: str,
) -> Digest:
    """Write the e-mail: the late first; ``address`` is that of the pages, if they have one."""
    hello = told(Phrase(N_("Good day, {name}"), {"name": name}))
    intro = told(Phrase(N_("This waits for you today:")))
    lines = [
        f"{told(Phrase(N_('Late')))} · {told(item.what)}" if item.late else told(item.what)
        for item in items
    ]
    off = told(Phrase(N_("You turn this daily message off on your own page, under your name.")))
    foot = f"{address.rstrip('/')}/" if address else ""
    text = "\n".join([f"{hello},", "", intro, "", *(f"- {line}" for line in lines), ""])
    text += f"\n{foot}\n" if foot else ""
    text += f"\n-- \n{off}\n"
    rows = "".join(f"<li>{escape(line)}</li>" for line in lines)
    link = f'<p><a href="{escape(foot)}">{escape(foot)}</a></p>' if foot else ""
    html = (
        f"<p>{escape(hello)},</p><p>{escape(intro)}</p><ul>{rows}</ul>{link}"
        f"<p><small>{escape(off)}</small></p>\n"
    )
    return Digest(told(Phrase(SUBJECT, {"count": len(items)})), text, html)


def _sent(app: App, carrier: Carrier, user: User, items: Sequence[Item], now: datetime) -> bool:
    settings = app.settings
    words = _words(user.ui_language, settings.office.ui_language)
    made = compose(
        user.name,
        items,
        lambda phrase: _told(words, phrase),
        address=settings.web.address,
    )
    sender = settings.sender
    day = now.astimezone(settings.zone).date()
    mark = hashlib.sha256(f"{user.id} {day}".encode()).hexdigest()[:24]
    message_id = f"<digest.{mark}@{sender.domain}>"
    envelope = Envelope(
        message_id=message_id,
        sender=(sender.name.in_(words.written), sender.address),
        recipient=("", user.email or ""),
        subject=made.subject,
        moment=now.astimezone(settings.zone),
        language=words.language,
        automatic=True,
    )
    composed = messages.compose(envelope, made.text, made.html)
    signature = app.postmark().signature(composed.message)
    letter = Addressed(
        delivery_id=NO_NUMBER,
        message_id=message_id,
        sender=settings.mail.bounce_address or sender.address,
        recipient=user.email or "",
        message=composed.under(signature).message,
    )
    (receipt,) = carrier.send([letter])
    if receipt.outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
        return True
    if receipt.outcome is not Outcome.PERMANENT:
        with app.store.transaction() as session:
            notices.give_back(session, users.find(session, user.name))
    return False


def _claim(app: App, user: User, now: datetime) -> bool:
    today = now.astimezone(app.settings.zone).date()
    try:
        with app.store.transaction() as session:
            return notices.claim(session, users.find(session, user.name), today)
    except IntegrityError:  # another process made the row in the same moment, and has the claim
        return False


def _words(wished: str | None, office: UiLanguage) -> Words:
    known: tuple[UiLanguage, ...] = get_args(UiLanguage)
    return translator(next((each for each in known if each == wished), office))


def _told(words: Words, phrase: Phrase) -> str:
    return words.told(phrase)
