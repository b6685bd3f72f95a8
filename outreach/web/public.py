"""The pages for those who get the letters: stop them, and what we hold on a person.

One-click opt-out follows RFC 8058: a mail program posts to the address of the List-Unsubscribe
header, without cookies, and it is done; a person who opens the same address is asked first, since
programs that look at links open them too (RFC 8058 section 3.2).
"""

from dataclasses import dataclass, replace

from litestar import Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.campaigns.models import Campaign
from outreach.contacts.models import Contact
from outreach.contacts.privacy import rights
from outreach.dispatch import tokens
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.journal import Act
from outreach.settings import Language
from outreach.web import forms
from outreach.web import visit as visits
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit
from outreach.words import translator

RECIPIENT = "recipient"
"""Who acts in the journal: nobody of the office."""
ONE_CLICK_FIELD = "List-Unsubscribe"
ALL = "all"


class SpoiltLinkError(WrongUseError):
    """The address was cut short or made up."""

    message = N_(
        "This link is not complete: perhaps the mail program cut it. Answer the letter with the "
        "word STOP, and we will write no more."
    )


@dataclass(frozen=True, slots=True)
class _Asking:
    contact: Contact
    campaign: str
    language: Language
    done: bool
    """Nothing of this campaign will come any more."""
    done_for_good: bool


@get("/stop/{token:str}")
def stop(request: Asked, token: FromPath[str]) -> Response[str]:
    """Ask whether letters shall stop; nothing is changed by looking."""
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        asking = _read(visit, session, token)
    return _page(visit, asking, token)


@post("/stop/{token:str}")
def stopped(request: Asked, token: FromPath[str]) -> Response[str]:
    """Stop the letters of the campaign, or all where the person chose so; once more does no harm."""
    visit, form = visits.of(request), forms.of(request)
    for_good = form.text("scope") == ALL and not form.has(ONE_CLICK_FIELD)
    now = visit.app.clock()
    with visit.app.store.transaction() as session:
        asking = _read(visit, session, token)
        if not (asking.done_for_good if for_good else asking.done):
            rights.stop(
                session,
                asking.contact,
                key=visit.app.key(),
                campaign=None if for_good else asking.campaign,
                received_on=visit.today,
                reason=None,
                act=Act(RECIPIENT, now),
            )
        asking = _read(visit, session, token)
    return _page(visit, asking, token)


@get("/your-data")
def your_data(request: Asked) -> Response[str]:
    """Tell what the office holds on the persons it writes to, why, and what they may ask."""
    visit = visits.of(request)
    privacy = visit.app.settings.privacy
    return visit.page(
        "your-data.html",
        purpose=privacy.purpose.in_(visit.language) if privacy.purpose else "",
        basis=privacy.basis.in_(visit.language) if privacy.basis else "",
        recipients=privacy.recipients.in_(visit.language) if privacy.recipients else "",
        transfers=privacy.transfers.in_(visit.language) if privacy.transfers else "",
        officer=privacy.officer,
        months=privacy.retention.cards,
        reply_to=visit.app.settings.sender.reply_to or visit.app.settings.sender.address,
    )


def _read(visit: Visit, session: Session, token: str) -> _Asking:
    """Return of whom a token speaks. Raises SpoiltLinkError."""
    read = tokens.read_opt_out(visit.app.key(), token)
    contact = session.get(Contact, read.contact) if read else None
    campaign = session.get(Campaign, read.campaign) if read else None
    if contact is None or campaign is None:
        raise SpoiltLinkError
    name = campaign.name
    return _Asking(
        contact=contact,
        campaign=name,
        language="es" if contact.language == "es" else "fr",
        done=bool(rights.objecting(session, [contact.id], name)),
        # No campaign is called so: only an objection to all of them is found.
        done_for_good=bool(rights.objecting(session, [contact.id], "")),
    )


def _page(visit: Visit, asking: _Asking, token: str) -> Response[str]:
    """Return the page in the language that we write to the person in."""
    if visit.remember is None:
        visit = replace(visit, words=translator(asking.language))
    return visit.page("stop.html", asking=asking, title=_title(visit, asking.campaign), token=token)


def _title(visit: Visit, campaign: str) -> str:
    try:
        return definitions.load(visit.app.folder, campaign).file.title.in_(visit.language)
    except OutreachError:
        return campaign
