"""What follows a signed batch: more recipients, a correction, an association that passes it on."""

from collections.abc import Sequence

from litestar import Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.contacts import directory, segments
from outreach.dispatch import audience, batches, sequels, through
from outreach.dispatch.models import Batch
from outreach.dispatch.release import Prepared
from outreach.errors import N_, OutreachError
from outreach.letters.catalogue import Catalogue
from outreach.web import batchpage, forms
from outreach.web import visit as visits
from outreach.web.forms import Form
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit

KINDS = {"supplement": N_("more recipients"), "correction": N_("correction")}
NOBODY = N_("Say to whom: choose a list, or write towns or codes, one to a line.")
ROLES = {"member": N_("its members"), "partner": N_("its partners")}
DONE = N_("Prepared: {count} letters. Check them now.")


@get("/batches/{batch:int}/more")
def more(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Show what can follow the batch, and what followed already."""
    return _show(visits.of(request), batch)


@post("/batches/{batch:int}/supplement")
def supplement(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Bring the circular of the batch to more recipients."""
    visit, form = visits.of(request), forms.of(request)
    try:
        with visit.app.store.transaction() as session:
            contacts = _chosen(visit, session, form)
            if not contacts:
                return _show(visit, batch, visit.text(NOBODY))
            parent = batches.find(session, batch)
            done = sequels.supplement(
                session,
                parent,
                contacts,
                _definition(visit, session, parent),
                settings=visit.app.settings,
                key=visit.app.key(),
                typed=form.number("count"),
                act=visit.act(),
            )
    except OutreachError as error:
        return _show(visit, batch, visit.told(error))
    return _on(visit, done)


@post("/batches/{batch:int}/correction")
def correct(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Write an erratum to those who got a letter of the batch."""
    visit, form = visits.of(request), forms.of(request)
    try:
        with visit.app.store.transaction() as session:
            parent = batches.find(session, batch)
            codes = [directory.named(session, line).code for line in _lines(form)]
            done = sequels.correct(
                session,
                parent,
                form.text("letter"),
                codes,
                _definition(visit, session, parent),
                folder=visit.app.folder,
                settings=visit.app.settings,
                key=visit.app.key(),
                act=visit.act(),
            )
    except OutreachError as error:
        return _show(visit, batch, visit.told(error))
    return _on(visit, done)


@post("/batches/{batch:int}/through")
def pass_on(request: Asked, batch: FromPath[int]) -> Response[str]:
    """Note that an association passes its letter on, or that it did not."""
    visit, form = visits.of(request), forms.of(request)
    contact = form.text("contact")
    try:
        with visit.app.store.transaction() as session:
            found = batches.find(session, batch)
            if form.has("not"):
                reason = form.text("reason")
                count = through.take_back(session, found, contact, reason, visit.act())
                said = visit.text(N_("Taken back for {count} members."), count=count)
            else:
                roles = [role for role in form.texts("role") if role in through.ROLES]
                done = through.note(
                    session,
                    found,
                    contact,
                    roles=roles or ("member",),
                    settings=visit.app.settings,
                    act=visit.act(),
                )
                said = visit.text(
                    N_(
                        "Noted: {association} passes it on to {count} contacts. They count as “through "
                        "an association, receipt unknown”."
                    ),
                    association=done.association,
                    count=len(done.members),
                )
    except OutreachError as error:
        return _show(visit, batch, visit.told(error))
    return visit.to_telling(f"/batches/{batch}/more", said)


def _show(visit: Visit, batch: int, trouble: str = "") -> Response[str]:
    with visit.app.store.reading() as session:
        found = batches.find(session, batch)
        following = sequels.after(session, found)
        associations = through.associations(session, found)
        circular = sequels.has_circular(session, found)
        has_paper = visit.memory.of(
            session, ("paper", batch), lambda: batchpage.has_paper(session, found)
        )
    folder = visit.app.folder
    return visit.page(
        "more.html",
        409 if trouble else 200,
        row=found,
        following=following,
        kinds=KINDS,
        associations=associations,
        roles=ROLES,
        circular=circular,
        has_paper=has_paper,
        letters=Catalogue(folder).names(),
        lists=batchpage.lists(visit),
        most=visit.app.settings.sending.max_recipients,
        is_signed=batchpage.is_signed(found),
        trouble=trouble,
    )


def _definition(visit: Visit, session: Session, batch: Batch) -> definitions.Definition:
    campaign, _ = batches.campaign_of(session, batch)
    return definitions.load(visit.app.folder, campaign)


def _chosen(visit: Visit, session: Session, form: Form) -> Sequence[int]:
    """Return the contacts of the list and of the lines; each once."""
    found: list[int] = []
    if name := form.text("segment"):
        segments.load(visit.app.folder, name)
        found += audience.of(session, visit.app.folder, name).ids
    found += [directory.named(session, line).id for line in _lines(form)]
    return list(dict.fromkeys(found))


def _lines(form: Form) -> Sequence[str]:
    return [line.strip() for line in form.text("contacts").splitlines() if line.strip()]


def _on(visit: Visit, done: Prepared) -> Response[str]:
    return visit.to(f"/batches/{done.batch}", DONE, count=done.drafted)
