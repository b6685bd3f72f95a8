"""What the office keeps, as documents: the outgoing letters, the promises, who did what."""

from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.clock import local_date
from outreach.contacts.privacy import report as personal
from outreach.dispatch import lots
from outreach.dispatch.lots import Lot
from outreach.errors import N_, Phrase
from outreach.reports import book, duedays, history
from outreach.reports import promises as promised
from outreach.reports.book import View
from outreach.reports.documents import Column, Document, Figure, Table, Tongue, filled
from outreach.settings import Retention

MOST = 1_000_000
"""Lines of a document: more than any spreadsheet takes."""


class Teller(Tongue, Protocol):
    """A language that also tells phrases."""

    def told(self, phrase: Phrase) -> str:
        """Return a room's sentence with its places filled."""


def register(
    session: Session, tongue: Tongue, *, office: str, first: date | None, last: date
) -> Document:
    """Return the numbers issued from ``first`` to ``last``, both included, in their order.

    Those of an older book that was taken over stand with ours; an annulled one stays, with why.
    """
    say = tongue.gettext
    found = [
        line
        for view in (View.FORMER, View.ALL)
        for line in reversed(book.page(session, "", 1, view=view, size=MOST).lines)
        if line.issued_on is not None
        and (first is None or line.issued_on >= first)
        and line.issued_on <= last
    ]
    annulled = sum(line.annulled is not None for line in found)
    period = (
        filled(tongue, N_("Until {last}"), last=last)
        if first is None
        else filled(tongue, N_("From {first} to {last}"), first=first, last=last)
    )
    return Document(
        name=f"register-{last.isoformat()}",
        title=say(N_("Register of outgoing letters")),
        office=office,
        subtitle=period,
        lines=[],
        figures=[
            Figure(say(N_("Numbers issued")), len(found)),
            Figure(say(N_("Of these annulled")), annulled),
        ],
        parts=[
            Table(
                say(N_("Outgoing letters")),
                [
                    Column(say(N_("Number")), 3),
                    Column(say(N_("Date")), 2),
                    Column(say(N_("Addressee")), 4),
                    Column(say(N_("Subject")), 6),
                    Column(say(N_("Signatory")), 3),
                    Column(say(N_("Batch")), 1, figures=True),
                    Column(say(N_("Annulled because")), 3),
                ],
                [
                    (
                        line.reference,
                        line.issued_on,
                        line.organisation or say(line.addressee),
                        line.subject,
                        line.signatory,
                        line.batch,
                        line.annulled,
                    )
                    for line in found
                ],
                say(N_("No number was issued in this time.")),
            )
        ],
    )


def promises(session: Session, tongue: Tongue, *, office: str, today: date) -> Document:
    """Return every promise as it stands ``today``, the overdue first."""
    say = tongue.gettext
    found = promised.lines(session, today)
    return Document(
        name=f"promises-{today.isoformat()}",
        title=say(N_("What was promised")),
        office=office,
        subtitle=filled(tongue, N_("As it stands on {day}"), day=today),
        lines=[],
        figures=[
            Figure(say(N_("Promises")), len(found)),
            Figure(say(N_("Overdue")), sum(line.overdue for line in found)),
            Figure(
                say(N_("Open, in time")),
                sum(line.state == "open" and not line.overdue for line in found),
            ),
        ],
        parts=[
            *([shown] if (shown := duedays.picture(found, tongue, today)) else []),
            Table(
                say(N_("Promises")),
                [
                    Column(say(N_("What was promised")), 6),
                    Column(say(N_("Due")), 2),
                    Column(say(N_("State")), 2),
                    Column(say(N_("Made to")), 3),
                    Column(say(N_("Kept")), 1, figures=True),
                    Column(say(N_("Still owed")), 1, figures=True),
                    Column(say(N_("Sees to it")), 2),
                ],
                [
                    (
                        line.text.get(tongue.written, ""),
                        line.due_on,
                        say(N_("Overdue")) if line.overdue else say(line.state),
                        line.organisation
                        or filled(tongue, N_("Contacts: {count}"), count=line.made),
                        line.kept,
                        line.open,
                        line.owner,
                    )
                    for line in found
                ],
                say(N_("Nothing was promised.")),
            ),
        ],
    )


def activity(
    session: Session,
    campaign: Campaign,
    title: str,
    tongue: Teller,
    *,
    office: str,
    today: date,
    zone: ZoneInfo,
) -> Document:
    """Return who did what in a campaign, in words, the newest first (``reports.history``)."""
    say = tongue.gettext
    acts = history.of_campaign(session, campaign, 1, size=MOST).acts
    return Document(
        name=f"activity-{campaign.name}-{today.isoformat()}",
        title=filled(tongue, N_("Who did what: {title}"), title=title),
        office=office,
        subtitle=filled(tongue, N_("As it stands on {day}"), day=today),
        lines=[],
        figures=[],
        parts=[
            Table(
                say(N_("Who did what")),
                [Column(say(N_("Date")), 2), Column(say(N_("Who")), 2), Column(say(N_("What")), 8)],
                [(local_date(act.at, zone), act.actor, tongue.told(act.what)) for act in acts],
                say(N_("Nothing was done yet.")),
            )
        ],
    )


def bordereau(
    session: Session, lot: Lot, tongue: Tongue, *, office: str, zone: ZoneInfo
) -> Document:
    """Return the dispatch list of a printed lot, in the order of printing."""
    say = tongue.gettext
    rows = lots.rows(session, lot)
    printed = local_date(lot.printed_at, zone)
    return Document(
        name=f"bordereau-{lot.batch_id}-lot-{lot.number}",
        title=filled(
            tongue,
            N_("Dispatch list: batch {batch}, lot {lot}"),
            batch=lot.batch_id,
            lot=lot.number,
        ),
        office=office,
        subtitle=filled(tongue, N_("Printed on {day}"), day=printed),
        lines=[],
        figures=[Figure(say(N_("Letters")), len(rows))],
        parts=[
            Table(
                say(N_("Letters")),
                [
                    Column(say(N_("Place")), 1, figures=True),
                    Column(say(N_("Number")), 3),
                    Column(say(N_("Addressee")), 4),
                    Column(say(N_("Address")), 6),
                    Column(say(N_("Postcode")), 2),
                ],
                [(int(place), *rest) for place, *rest in rows],
            )
        ],
    )


def retention(
    session: Session, tongue: Tongue, limits: Retention, *, office: str, today: date
) -> Document:
    """Return what is held longer than the office decided, and whose card is to be looked at."""
    say = tongue.gettext
    cards = personal.due(session, today=today, months=limits.cards)
    classes = personal.aged(session, limits, today)
    return Document(
        name=f"retention-{today.isoformat()}",
        title=say(N_("What is kept, and how long")),
        office=office,
        subtitle=filled(tongue, N_("As it stands on {day}"), day=today),
        lines=[],
        figures=[
            Figure(say(N_("Cards to be looked at")), len(cards)),
            Figure(say(N_("Classes without a limit")), sum(not one.months for one in classes)),
        ],
        parts=[
            Table(
                say(N_("By class")),
                [
                    Column(say(N_("What")), 5),
                    Column(say(N_("Months (0: not decided)")), 2, figures=True),
                    Column(say(N_("Older")), 1, figures=True),
                ],
                [(say(one.kind), one.months, one.over) for one in classes],
            ),
            Table(
                say(N_("Cards to be looked at")),
                [
                    Column(say(N_("Code")), 2),
                    Column(say(N_("Organisation")), 4),
                    Column(say(N_("Name")), 3),
                    Column(say(N_("Why")), 3),
                    Column(say(N_("Since")), 2),
                ],
                [
                    (one.code, one.organisation, one.name, say(one.why.value), one.since)
                    for one in cards
                ],
                say(N_("No card of a person is due to be verified or erased.")),
            ),
        ],
    )
