"""What other programs may read."""

from typing import Annotated, TypeVar

import msgspec
from litestar.params import FromPath, FromQuery, Parameter

from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments
from outreach.campaigns.models import CampaignState
from outreach.contacts import directory
from outreach.contacts.models import AddressState
from outreach.contacts.models import Contact as Card
from outreach.dispatch import batches as lots
from outreach.dispatch import register as book
from outreach.inbox import deciding, listing
from outreach.inbox import reading as inbox
from outreach.inbox.listing import Wanted
from outreach.reports import figures, lines
from outreach.reports import promises as owed
from outreach.reports.lines import Fate
from outreach.web.api.answers import (
    Batch,
    Campaign,
    CampaignName,
    Contact,
    Entry,
    Letter,
    Page,
    Promise,
    Reply,
    ReplyText,
    Step,
)
from outreach.web.api.caller import Call, read

T = TypeVar("T")
SIZE = 100
BIGGEST = 2**31 - 1

Number = Annotated[int, Parameter(ge=1, le=BIGGEST)]
PageNumber = Annotated[int, Parameter(ge=1, le=100_000, description="From 1.")]
Name = Annotated[str, Parameter(min_length=1, max_length=100)]
Code = Annotated[str, Parameter(min_length=1, max_length=60)]
Search = Annotated[str, Parameter(max_length=200, description="A name, a code or an address.")]
Year = Annotated[int | None, Parameter(ge=1900, le=9999)]


def told(found: object, kind: type[T]) -> T:
    """Return what a room found as the interface tells it: the fields of the same name."""
    return msgspec.convert(found, kind, from_attributes=True)


@read("/campaigns")
def campaigns(call: Call) -> list[CampaignName]:
    """List the campaigns of the office."""
    found = []
    for name in definitions.names(call.app.folder):
        title = definitions.load(call.app.folder, name).file.title
        found.append(CampaignName(name=name, title={"fr": title.fr, "es": title.es}))
    return found


@read("/campaigns/{name:str}")
def campaign(call: Call, name: FromPath[Name]) -> Campaign:
    """Tell where a campaign stands: each step in figures."""
    definition = definitions.load(call.app.folder, name)
    title = definition.file.title
    told = {"fr": title.fr, "es": title.es}
    with call.reading() as session:
        row = enrolments.find(session, name)
        if row is None:
            state = CampaignState.DRAFT.value
            return Campaign(name=name, title=told, state=state, enrolled=0, stopped=0, steps=[])
        status = figures.status(session, row, call.today)
    steps = [
        Step(name=each.name, letters=each.fates, due=each.due, next_due=each.next_due)
        for each in status.steps
    ]
    return Campaign(
        name=name,
        title=told,
        state=status.state,
        enrolled=status.enrolled,
        stopped=status.stopped,
        steps=steps,
    )


@read("/campaigns/{name:str}/letters")
def letters(
    call: Call,
    name: FromPath[Name],
    page: FromQuery[PageNumber] = 1,
    step: FromQuery[Name | None] = None,
    fate: FromQuery[Fate | None] = None,
) -> Page[Letter]:
    """List who got what, a hundred to a page."""
    definition = definitions.load(call.app.folder, name)
    if step is not None:
        definition.step(step)
    with call.reading() as session:
        row = enrolments.require_started(session, name)
        found = lines.page(session, row, page, step=step, fate=fate, size=SIZE)
    items = told(found.lines, list[Letter])
    return Page(items=items, page=found.number, pages=found.pages, total=found.total)


@read("/contacts")
def contacts(
    call: Call, q: FromQuery[Search] = "", page: FromQuery[PageNumber] = 1
) -> Page[Contact]:
    """Search the contacts by name, code or address, a hundred to a page."""
    with call.reading() as session:
        found = directory.page(session, q, page, size=SIZE)
        items = [_contact(card) for card in found.contacts]
    return Page(items=items, page=found.number, pages=found.pages, total=found.total)


@read("/contacts/{code:str}")
def contact(call: Call, code: FromPath[Code]) -> Contact:
    """Tell who a contact is."""
    with call.reading() as session:
        return _contact(directory.find(session, code))


@read("/batches")
def batches(call: Call) -> list[Batch]:
    """List the batches, the newest first."""
    with call.reading() as session:
        return [_batch(each) for each in lots.summaries(session)]


@read("/batches/{number:int}")
def batch(call: Call, number: FromPath[Number]) -> Batch:
    """Tell where a batch stands."""
    with call.reading() as session:
        lots.find(session, number)
        return _batch(lots.summaries(session, batch=number)[0])


@read("/promises")
def promises(call: Call, *, only_open: FromQuery[bool] = False) -> list[Promise]:
    """List what was promised, overdue ones first."""
    with call.reading() as session:
        found = owed.lines(session, call.today, only_open=only_open)
    return told(found, list[Promise])


@read("/register")
def register(call: Call, year: FromQuery[Year] = None) -> list[Entry]:
    """List the official numbers, of one year or all."""
    with call.reading() as session:
        return [
            Entry(
                reference=each.reference,
                issued_on=each.issued_on,
                batch=each.batch_id,
                subject=each.subject,
                addressee=each.addressee,
                signatory=each.signatory,
            )
            for each in book.entries(session, year)
        ]


@read("/replies")
def replies(
    call: Call,
    *,
    unsure: FromQuery[bool] = False,
    late: FromQuery[bool] = False,
    machines: FromQuery[bool] = False,
) -> list[Reply]:
    """List what came back: unsure first, then what is to be answered, then the newest."""
    wanted = Wanted(unsure=unsure, late=late, machines=machines)
    with call.reading() as session:
        found = listing.lines(session, wanted, today=call.today, settings=call.app.settings)
    return told(found, list[Reply])


@read("/replies/{number:int}")
def reply(call: Call, number: FromPath[Number]) -> ReplyText:
    """Tell what they write, and which letter it answers."""
    with call.reading() as session:
        opened = inbox.open_(session, deciding.find(session, number))
    return ReplyText(
        number=number,
        kind=opened.arrival.kind,
        contact=opened.contact,
        campaign=opened.campaign,
        outcome=opened.outcome,
        text=opened.new_text,
        reference=opened.letter.reference if opened.letter else None,
    )


def _contact(card: Card) -> Contact:
    return Contact(
        code=card.code,
        organisation=card.organisation.name,
        country=card.organisation.country,
        kind=card.organisation.kind,
        office=card.office,
        name=" ".join(filter(None, (card.first_name, card.last_name))),
        language=card.language,
        emails=[one.address for one in card.emails if one.state == AddressState.GOOD.value],
    )


def _batch(found: lots.Summary) -> Batch:
    return Batch(
        number=found.batch.id,
        campaign=found.campaign,
        step=found.step,
        state=found.batch.state,
        letters=found.letters,
        states=found.states,
    )
