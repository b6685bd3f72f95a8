"""Ten contacts as unlike as the office's data allow: whoever looks at their letters saw the worst."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, UnaryExpression, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach.contacts.models import Contact, Kind, Organisation, PostalAddress
from outreach.errors import N_, Phrase

COUNT = 10
OVERSEAS = ("97", "98")
"""Départements and collectivités d'outre-mer: their codes begin so."""
HEADS_OF_COMMUNES = Kind.COMMUNE.value

Order = ColumnElement[int] | UnaryExpression[int]


@dataclass(frozen=True, slots=True)
class Specimen:
    """A contact, and what makes it worth looking at."""

    code: str
    name: str
    why: Phrase


def varied(session: Session, *, among: Sequence[int] | None = None) -> list[Specimen]:
    """Return at most ten contacts, each for another reason; ``among`` are ids to choose from."""
    found: list[Specimen] = []
    chosen: set[int] = set()
    for why, condition, order in _kinds():
        query = (
            select(Contact)
            .join(Organisation, Organisation.id == Contact.organisation_id)
            .options(joinedload(Contact.organisation))
            .where(condition, Contact.id.not_in(chosen))
            .order_by(order, Contact.code)
            .limit(1)
        )
        if among is not None:
            query = query.where(Contact.id.in_(among))
        contact = session.scalars(query).first()
        if contact is None:
            continue
        chosen.add(contact.id)
        found.append(Specimen(contact.code, contact.organisation.name, Phrase(why)))
        if len(found) == COUNT:
            break
    return found


def _kinds() -> list[tuple[str, ColumnElement[bool], Order]]:
    """Return the reasons, their conditions, and who of many comes first."""
    longest = -func.length(Organisation.name)
    anyone = Contact.id > 0
    department = func.coalesce(Organisation.departement, "")
    posted = (
        select(func.length(func.coalesce(PostalAddress.street, "")))
        .where(PostalAddress.contact_id == Contact.id)
        .order_by(-func.length(func.coalesce(PostalAddress.street, "")))
        .limit(1)
        .scalar_subquery()
    )
    return [
        (N_("the longest name"), anyone, longest),
        (
            N_("no gender known"),
            Contact.gender.is_(None) & Contact.title_override.is_(None),
            longest,
        ),
        (N_("a Colombian town"), Organisation.kind == Kind.MUNICIPIO.value, longest),
        (
            N_("overseas"),
            or_(*(department.startswith(start) for start in OVERSEAS)),
            longest,
        ),
        (
            N_("an article in its name"),
            Organisation.tncc.between(2, 8) & (Organisation.kind == HEADS_OF_COMMUNES),
            longest,
        ),
        (N_("a title of the person’s own"), Contact.title_override.is_not(None), longest),
        (
            N_("the longest postal address"),
            exists().where(PostalAddress.contact_id == Contact.id),
            -posted,
        ),
        (N_("a région"), Organisation.kind == Kind.REGION.value, longest),
        (N_("a département"), Organisation.kind == Kind.DEPARTEMENT.value, longest),
        (N_("an intercommunality"), Organisation.kind == Kind.EPCI.value, longest),
        (N_("a woman"), Contact.gender == "F", func.length(Organisation.name)),
        (N_("a man"), Contact.gender == "M", func.length(Organisation.name)),
        (N_("a name that begins with a vowel"), Organisation.tncc == 1, longest),
        (N_("a Colombian departamento"), Organisation.kind == Kind.DEPARTAMENTO.value, longest),
        (N_("an association"), Organisation.kind == Kind.ASSOCIATION.value, longest),
    ]
