"""Contacts that may be one person: proposed, compared side by side, merged, taken apart again."""

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response
from litestar.params import FromPath
from sqlalchemy.orm import Session

from outreach.contacts import directory, duplicates, merging
from outreach.contacts.models import Contact
from outreach.errors import N_, OutreachError, WrongUseError
from outreach.reports import lines, person
from outreach.reports.lines import Fate
from outreach.web import forms
from outreach.web import visit as visits
from outreach.web.contacts import FIELDS, GoneContactError
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit

PLACE = "/contacts/duplicates"
SIZE = 100
"""Pairs on the page. Who has settled a hundred comes back for the next."""
ONE, OTHER = "one", "other"


class OneContactError(WrongUseError):
    """The address of the page was made up."""

    message = N_("Two cards are compared here; this address names one.")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two cards that are compared."""

    contact: Contact
    emails: Sequence[str]
    posts: Sequence[str]
    letters: int
    """How many it got."""
    answers: int


@dataclass(frozen=True, slots=True)
class Row:
    """One field on which the cards may differ."""

    name: str
    label: str
    one: str | None
    other: str | None

    @property
    def differs(self) -> bool:
        """Whether a person has to choose."""
        return bool(self.one) and bool(self.other) and self.one != self.other

    @property
    def taken(self) -> str:
        """The side that is proposed."""
        return OTHER if self.other and not self.one else ONE


@get("/contacts/duplicates")
def all_(request: Asked) -> Response[str]:
    """Show the pairs that may be one person, the merges that stand, and the pairs that are two."""
    visit = visits.of(request)
    with visit.app.store.reading() as session:
        found = duplicates.propose(session)
        return visit.page(
            "duplicates.html",
            found=found[:SIZE],
            total=len(found),
            merged=merging.merged(session, SIZE),
            apart=duplicates.apart(session, SIZE),
        )


@get("/contacts/duplicates/{one:int}/{other:int}")
def compare(request: Asked, one: FromPath[int], other: FromPath[int]) -> Response[str]:
    """Show two cards side by side."""
    return _compare(visits.of(request), one, other)


@post("/contacts/duplicates/{one:int}/{other:int}")
def settle(request: Asked, one: FromPath[int], other: FromPath[int]) -> Response[str]:
    """Merge two cards as chosen, or note that they are two people."""
    visit, form = visits.of(request), forms.of(request)
    keep = OTHER if form.text("keep") == OTHER else ONE
    try:
        with visit.app.store.transaction() as session:
            first, second = _pair(session, one, other)
            if form.has("apart"):
                duplicates.set_apart(session, first.code, second.code, visit.act())
                return visit.to(PLACE, N_("Noted: they are two people. Nothing was changed."))
            kept, gone = (second, first) if keep == OTHER else (first, second)
            away = ONE if keep == OTHER else OTHER
            merging.merge(
                session,
                kept.code,
                gone.code,
                form.text("reason"),
                visit.act(),
                chosen=[name for name in merging.CHOICES if form.text(name) == away],
            )
            said = visit.text(
                N_(
                    "{gone} is merged into {kept}: its letters and answers are read there. "
                    "It can be taken back below."
                ),
                gone=gone.code,
                kept=kept.code,
            )
    except OutreachError as error:
        return _compare(visit, one, other, visit.told(error))
    return visit.to_telling(PLACE, said)


@post("/contacts/duplicates/undo")
def undo(request: Asked) -> Response[str]:
    """Take a merge back, or propose a pair again."""
    visit, form = visits.of(request), forms.of(request)
    with visit.app.store.transaction() as session:
        if form.text("other"):
            duplicates.propose_again(session, form.text("gone"), form.text("other"), visit.act())
            return visit.to(PLACE, N_("The two may be proposed again."))
        kept = merging.unmerge(session, form.text("gone"), visit.act())
    return visit.to(
        PLACE, N_("{gone} and {kept} are two contacts again."), gone=form.text("gone"), kept=kept
    )


def _compare(visit: Visit, one: int, other: int, trouble: str = "") -> Response[str]:
    with visit.app.store.reading() as session:
        pair = _pair(session, one, other)
        sides = [_side(session, contact) for contact in pair]
        rows = [
            Row(name, FIELDS[name], *(getattr(contact, name) for contact in pair))
            for name in merging.CHOICES
            if any(getattr(contact, name) for contact in pair)
        ]
    return visit.page(
        "compare.html",
        409 if trouble else 200,
        place=f"{PLACE}/{one}/{other}",
        sides=dict(zip((ONE, OTHER), sides, strict=True)),
        rows=rows,
        trouble=trouble,
    )


def _pair(session: Session, one: int, other: int) -> tuple[Contact, Contact]:
    """Return two contacts. Raises GoneContactError, OneContactError."""
    if one == other:
        raise OneContactError
    first, second = directory.by_id(session, one), directory.by_id(session, other)
    if first is None or second is None:
        raise GoneContactError
    return first, second


def _side(session: Session, contact: Contact) -> Side:
    letters = [line for line in lines.letters_to(session, contact.id) if line.fate is Fate.SENT]
    return Side(
        contact=contact,
        emails=[email.address for email in contact.emails],
        posts=[
            ", ".join(part for part in (each.street, each.postcode, each.town) if part)
            for each in contact.posts
        ],
        letters=len(letters),
        answers=len(person.answers(session, contact.id)),
    )
