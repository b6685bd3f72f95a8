"""Contacts: find, read, add and change them, their addresses, and what they want."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus

from litestar import Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.contacts import addresses, changes, channels, directory, editing, kinship
from outreach.contacts.models import AddressState, Contact, PostalAddress
from outreach.contacts.privacy import rights
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.inbox import notes
from outreach.reports import lines, person
from outreach.web import forms
from outreach.web import visit as visits
from outreach.web.campaigns import number_of, pages_of
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit

SIZE = 50
DAYS = frozenset({"mandate_end", "verified_on"})
FIELDS: dict[str, str] = {
    "office": N_("Function"),
    "gender": N_("Gender"),
    "first_name": N_("First name"),
    "last_name": N_("Family name"),
    "title_override": N_("Prefers to be called"),
    "language": N_("Written to in"),
    "preferred_channel": N_("Prefers"),
    "phone": N_("Telephone"),
    "mandate_end": N_("Mandate ends"),
    "verified_on": N_("Verified on"),
    "source": N_("Where we have the card from"),
    "purpose": N_("What we write to them for"),
}
"""The fields of a card, in the order of its form."""
POSTAL: dict[str, str] = {
    "service": N_("Service or department"),
    "building": N_("Building, entrance"),
    "street": N_("Number and street"),
    "box": N_("Lieu-dit or post-office box"),
    "postcode": N_("Postcode"),
    "town": N_("Town"),
    "district": N_("Departamento, in Colombia"),
}


class GoneContactError(WrongUseError):
    """The address of the page was made up."""

    message = N_("There is no such contact.")


@get("/contacts")
def all_(request: Asked) -> Response[str]:
    """Find contacts, the largest organisations first."""
    visit = visits.of(request)
    text = request.query_params.get("q", "")[:200]
    with visit.app.store.reading() as session:
        found = directory.page(
            session, text, number_of(request.query_params.get("page", "")), size=SIZE
        )
        rows = [(contact, _reached(contact)) for contact in found.contacts]
    return visit.page(
        "contacts.html",
        text=text,
        found=found,
        rows=rows,
        pages=pages_of(found.number, found.pages),
    )


@get("/contacts/{contact:int}")
def one(request: Asked, contact: FromPath[int]) -> Response[str]:
    """Show a contact: who it is, its addresses, what it got, answered, was promised."""
    return show(visits.of(request), contact)


@get("/contacts/new")
def new(request: Asked) -> Response[str]:
    """Show an empty card for an organisation."""
    visit = visits.of(request)
    return _form(visit, None, {"organisation": request.query_params.get("organisation", "")})


@post("/contacts/new")
def add(request: Asked) -> Response[str]:
    """Make a card, with its first address."""
    visit, form = visits.of(request), forms.of(request)
    given = {name: form.text(name) for name in (*FIELDS, "organisation", "suffix", "email")}
    try:
        with visit.app.store.transaction() as session:
            values = {key: value for key, value in _values(given).items() if value != ""}
            contact = editing.add(
                session, given["organisation"], given["suffix"], values, visit.act()
            )
            if given["email"]:
                channels.add_email(session, contact, given["email"], visit.act())
            made = contact.id
    except OutreachError as error:
        return _form(visit, None, given, visit.told(error))
    return visit.to(f"/contacts/{made}", N_("The card is there."))


@get("/contacts/{contact:int}/edit")
def edit(request: Asked, contact: FromPath[int]) -> Response[str]:
    """Show a card's form."""
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        found = find(session, contact)
        values = {name: _shown(getattr(found, name)) for name in FIELDS}
    return _form(visit, found, values)


@post("/contacts/{contact:int}/edit")
def change(request: Asked, contact: FromPath[int]) -> Response[str]:
    """Change a card; what it said before is kept."""
    visit, form = visits.of(request), forms.of(request)
    given = {name: form.text(name) for name in FIELDS}
    try:
        with visit.app.store.transaction() as session:
            found = find(session, contact)
            done = editing.edit(session, found, _values(given), visit.act())
    except OutreachError as error:
        with visit.app.store.reading() as session:
            found = find(session, contact)
        return _form(visit, found, given, visit.told(error))
    words = [visit.text(FIELDS[field]) for field in done]
    if not words:
        return visit.to(f"/contacts/{contact}", N_("The card says so already."))
    return visit.to(f"/contacts/{contact}", N_("Changed: {name}."), name=", ".join(words))


@post("/contacts/{contact:int}/email")
def email(request: Asked, contact: FromPath[int]) -> Response[str]:
    """Add an e-mail address, use one first, or say that it may not be used."""
    visit, form = visits.of(request), forms.of(request)
    address = form.text("address")
    try:
        with visit.app.store.transaction() as session:
            found = find(session, contact)
            if form.has("first"):
                channels.prefer_email(session, found, address, visit.act())
            elif form.has("state"):
                state = AddressState(form.text("state"))
                channels.mark_email(session, found, address, state, visit.act())
            else:
                channels.add_email(session, found, address, visit.act())
    except (OutreachError, ValueError) as error:
        told = visit.told(error) if isinstance(error, OutreachError) else ""
        return show(visit, contact, told)
    return visit.to(f"/contacts/{contact}", N_("Kept."))


@post("/contacts/{contact:int}/post")
def postal(request: Asked, contact: FromPath[int]) -> Response[str]:
    """Give a contact a postal address; the one before is retired."""
    visit, form = visits.of(request), forms.of(request)
    values = {name: form.text(name) or None for name in POSTAL}
    try:
        with visit.app.store.transaction() as session:
            channels.set_post(session, find(session, contact), values, visit.act())
    except OutreachError as error:
        return show(visit, contact, visit.told(error))
    return visit.to(f"/contacts/{contact}", N_("Kept."))


@post("/contacts/{contact:int}/objection")
def objection(request: Asked, contact: FromPath[int]) -> Response[str]:
    """Note that a contact wants no more letters, of one campaign or at all; it acts at once."""
    visit, form = visits.of(request), forms.of(request)
    with visit.app.store.transaction() as session:
        done = rights.object_(
            session,
            find(session, contact),
            key=visit.app.key(),
            campaign=form.text("campaign") or None,
            received_on=visit.today,
            today=visit.today,
            reason=form.text("reason") or None,
            act=visit.act(),
        )
    return visit.to(
        f"/contacts/{contact}",
        N_("Noted. Letters and follow-ups that will not leave: {count}."),
        count=done.stopped,
    )


def show(visit: Visit, number: int, trouble: str = "", *, typed: str = "") -> Response[str]:
    """Return the page of a contact, with why something was refused and the note that was typed."""
    with visit.app.store.reading() as session:
        contact = find(session, number)
        letters = list(lines.letters_to(session, contact.id))
        answers = person.answers(session, contact.id)
        owed = person.owed(session, contact.id, visit.language)
        history = list(reversed(changes.of_person(session, contact.id)))
        associations = directory.memberships(session, contact.organisation)
        sharing = channels.sharing(session, contact)
        erased = rights.is_erased(session, contact.id)
        into = kinship.into(session, contact.id)
        noted = notes.of_contact(session, contact.id)
        people = visits.colleagues(visit, session)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK
    return visit.page(
        "contact.html",
        status,
        contact=contact,
        organisation=contact.organisation,
        reached=_reached(contact),
        posts=[(post, _lines(post)) for post in contact.posts],
        letters=letters,
        answers=answers,
        owed=owed,
        history=history,
        associations=associations,
        sharing=sharing,
        erased=erased,
        into=into,
        campaigns=definitions.names(visit.app.folder),
        fields=FIELDS,
        postal=POSTAL,
        notes=noted,
        people=people,
        typed=typed,
        trouble=trouble,
    )


def _form(
    visit: Visit, contact: Contact | None, values: Mapping[str, str], trouble: str = ""
) -> Response[str]:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK
    with visit.app.store.reading() as session:
        known = directory.sources(session)
    return visit.page(
        "card.html",
        status,
        contact=contact,
        values={
            name: values.get(name, "") for name in (*FIELDS, "organisation", "suffix", "email")
        },
        fields=FIELDS,
        days=DAYS,
        sources=known,
        trouble=trouble,
    )


def find(session: Session, number: int) -> Contact:
    """Return a contact by its row. Raises GoneContactError."""
    contact = directory.by_id(session, number)
    if contact is None:
        raise GoneContactError
    return contact


def _values(given: Mapping[str, str]) -> dict[str, editing.Value]:
    """Return what was filled in as a card keeps it. Raises NotADayError."""
    return {
        name: (visits.day(given[name]) if name in DAYS and given[name] else given[name])
        for name in FIELDS
    }


def _shown(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _reached(contact: Contact) -> str:
    """Return by what a contact can be written to, or why not at all."""
    channel = addresses.best_channel(contact)
    return channel.name if isinstance(channel, addresses.Channel) else channel.value


def _lines(post: PostalAddress) -> list[str]:
    place = f"{post.postcode or ''} {post.town}".strip()
    parts = (post.service, post.building, post.street, post.box, place, post.district)
    return [part for part in parts if part]
