"""Why a contact is in a segment or not: each condition of the file, and whether it holds."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from outreach.contacts import kinship
from outreach.contacts.models import Contact, Organisation
from outreach.contacts.segments import Condition, Segment, opposite
from outreach.errors import N_, Phrase

STILL_THERE = N_("the organisation still exists")
ITSELF = N_("the contact is not merged into another one")
ALL = N_("all of these")
ANY = N_("at least one of these")
NONE = N_("none of these")
CRITERION = N_("{key}: {value}")


@dataclass(frozen=True, slots=True)
class Line:
    """One condition of the file, in its order."""

    depth: int
    condition: Phrase
    holds: bool


def explain(session: Session, segment: Segment, contact: Contact) -> list[Line]:
    """Return every condition of the segment for one contact; the first line is the whole.

    One query asks them all, so that what is told here is what the segment does.
    """
    nodes = list(_nodes(segment.condition))
    clauses = [func.coalesce(clause, False) for _, _, clause in nodes]  # SQL's own
    row = session.execute(
        select(*clauses)
        .select_from(Contact)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(Contact.id == contact.id)
    ).one()
    return [
        Line(depth, words, bool(holds)) for (depth, words, _), holds in zip(nodes, row, strict=True)
    ]


_Node = tuple[int, Phrase, ColumnElement[bool]]


def _nodes(condition: Condition) -> Iterator[_Node]:
    there = Organisation.vanished_on.is_(None)
    yield 0, Phrase(ALL), there & kinship.standing() & condition.clause()
    yield 1, Phrase(STILL_THERE), there
    yield 1, Phrase(ITSELF), kinship.standing()
    yield from _parts(condition, 1)


def _parts(condition: Condition, depth: int) -> Iterator[_Node]:
    for key, value, clause in condition.criteria():
        shown = [str(each) for each in value] if isinstance(value, tuple) else str(value)
        yield depth, Phrase(CRITERION, {"key": key, "value": shown}), clause & true()
    if condition.any:
        yield depth, Phrase(ANY), or_(*(each.clause() for each in condition.any))
        for each in condition.any:
            yield from _group(each, depth + 1)
    for each in condition.all:
        yield from _group(each, depth)
    for each in condition.not_:
        yield depth, Phrase(NONE), opposite(each.clause())
        yield from _parts(each, depth + 1)


def _group(condition: Condition, depth: int) -> Iterator[_Node]:
    yield depth, Phrase(ALL), condition.clause()
    yield from _parts(condition, depth + 1)
