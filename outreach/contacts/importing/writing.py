"""Write what was planned, a slice at a time, and remember it line by line."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import changes, kinship
from outreach.contacts.importing import postcell
from outreach.contacts.importing.models import ImportRow, ImportRun
from outreach.contacts.importing.planning import Known, Outcome, Planned, name_of, stored
from outreach.contacts.models import AddressState, Contact, EmailAddress, PostalAddress
from outreach.contacts.privacy.models import Erasure
from outreach.db import Base
from outreach.journal import Act

VALUES = (
    "office",
    "gender",
    "first_name",
    "last_name",
    "title_override",
    "phone",
    "language",
    "preferred_channel",
    "mandate_end",
    "purpose",
)
POST = ("service", "building", "street", "box", "postcode", "town")
KEPT = {Outcome.NEW, Outcome.CHANGED, Outcome.MERGED, Outcome.UNSURE, Outcome.REFUSED}


def known(session: Session, organisations: Iterable[int]) -> dict[int, list[Known]]:
    """Return the contacts of some organisations with their addresses, by organisation.

    Who was merged into another is told by that one (``Known.others``), wherever it is.
    """
    ids = set(organisations)
    through = kinship.heads(session)
    here: ColumnElement[bool] = Contact.organisation_id.in_(ids)
    if through:  # who is kept may be at another organisation
        merged = session.scalars(select(Contact.id).where(here, Contact.id.in_(list(through))))
        here = here | Contact.id.in_({through[one] for one in merged})
    by_id = _cards(session, here)
    found: defaultdict[int, list[Known]] = defaultdict(list)
    for one in by_id.values():
        head = by_id[through.get(one.id, one.id)]
        if head is not one:
            head.others.append((one.code, name_of(one.values)))
        if one.organisation_id in ids and head not in found[one.organisation_id]:
            found[one.organisation_id].append(head)
    return found


def _cards(session: Session, here: ColumnElement[bool]) -> dict[int, Known]:
    columns = [getattr(Contact, name) for name in VALUES]
    query = (
        select(
            *(Contact.id, Contact.code, Contact.organisation_id, Erasure.id.is_not(None)),
            *columns,
        )
        .outerjoin(Erasure, Erasure.contact_id == Contact.id)
        .where(here)
    )
    by_id = {
        id_: Known(
            *(id_, code, organisation, dict(zip(VALUES, values, strict=True)), [], {}),
            erased=bool(erased),
        )
        for id_, code, organisation, erased, *values in session.execute(query.order_by(Contact.id))
    }
    within = select(Contact.id).where(here)
    emails = select(EmailAddress.contact_id, EmailAddress.address).where(
        EmailAddress.contact_id.in_(within)
    )
    for contact, address in session.execute(
        emails.order_by(EmailAddress.contact_id, EmailAddress.position)
    ):
        by_id[contact].emails.append(address)
    parts = (getattr(PostalAddress, name) for name in postcell.PARTS)
    posts = select(PostalAddress.contact_id, PostalAddress.position, *parts)
    for contact, position, *values in session.execute(
        posts.where(PostalAddress.contact_id.in_(within))
    ):
        if position:
            by_id[contact].posts.append(tuple(values))
        else:
            post = dict(zip(postcell.PARTS, values, strict=True))
            by_id[contact].post = {name: post[name] for name in POST}
    return by_id


def write(session: Session, run: ImportRun, planned: Sequence[Planned], act: Act) -> None:
    """Write a slice: contacts, addresses, the journal, and a row for each line but the same ones."""
    ids = _create(session, run, [one for one in planned if one.outcome is Outcome.NEW], act)
    for one in planned:
        one.contact_id = one.contact_id or ids.get(one.contact, 0)
    emails, posts = _positions(session, planned, EmailAddress, "email"), []
    places = _positions(session, planned, PostalAddress, "other post")
    fields: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    moved: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    rows, events, told = [], [], []
    addresses = []
    for one in planned:
        plain = {c.field: c.new for c in one.changes if c.field in VALUES}
        post = {c.field[5:]: c.new for c in one.changes if c.field.startswith("post.")}
        new = [str(c.new) for c in one.changes if c.field == "email"]
        for address in new:
            state = one.person.states.get(address) if one.person else None
            addresses.append(_email(one.contact_id, address, emails[one.contact_id], state))
            emails[one.contact_id] += 1
        country = one.place.code[:2] if one.place else "FR"
        for other in others_of(one):
            place = max(1, places[one.contact_id])
            posts.append(_post(one.contact_id, dict(other), country) | {"position": place, **other})
            places[one.contact_id] = place + 1
        if post and _has_post(one):
            moved[tuple(sorted(post))].append(
                {"row": one.contact_id} | {f"new_{k}": v for k, v in post.items()}
            )
        elif post:
            posts.append(_post(one.contact_id, post, country))
        if one.outcome in {Outcome.CHANGED, Outcome.MERGED}:
            if plain:
                fields[tuple(sorted(plain))].append(
                    {"row": one.contact_id} | {f"new_{k}": v for k, v in plain.items()}
                )
            names = sorted({change.field.removeprefix("post.") for change in one.changes})
            detail = {"fields": names, "import": run.id}
            events.append(journal.row(act, "contact", one.contact_id, "changed", detail=detail))
            told += [
                changes.row(one.contact_id, c.field.removeprefix("post."), (c.old, c.new), act)
                for c in one.changes
            ]
        if one.outcome in KEPT:
            rows.append(_row(run.id, one))
    # Later lines of one slice may change what an earlier one made: in the order of the lines.
    _many(session, EmailAddress, addresses)
    _many(session, PostalAddress, posts)
    _update(session, Contact, Contact.__table__.c.id, fields)
    _update(session, PostalAddress, PostalAddress.__table__.c.contact_id, moved)
    _many(session, ImportRow, rows)
    _many(session, changes.ContactHistory, told)
    journal.record_all(session, events)


def _create(session: Session, run: ImportRun, new: Sequence[Planned], act: Act) -> dict[str, int]:
    contacts = []
    for one in new:
        values: dict[str, Any] = dict.fromkeys(VALUES)
        values |= {c.field: c.new for c in one.changes if c.field in VALUES}
        contacts.append(
            values
            | {
                "purpose": values["purpose"] or "",
                "code": one.contact,
                "organisation_id": one.place.id if one.place else 0,
                "source": run.source,
                "example": False,
                "created_at": act.at,
            }
        )
    _many(session, Contact, contacts)
    codes = [one.contact for one in new]
    ids = dict(
        session.execute(select(Contact.code, Contact.id).where(Contact.code.in_(codes))).all()
    )
    journal.record_all(
        session,
        [
            journal.row(act, "contact", ids[code], "created", detail={"import": run.id})
            for code in codes
        ],
    )
    return ids


def others_of(one: Planned) -> list[postcell.Post]:
    """Return the postal addresses that a line adds beside the first one."""
    cells = [str(c.new) for c in one.changes if c.field == "other post"]
    return [post for cell in cells for post in postcell.read(cell)[0]]


def _positions(
    session: Session,
    planned: Sequence[Planned],
    table: type[EmailAddress] | type[PostalAddress],
    field: str,
) -> defaultdict[int, int]:
    """Return the next free place in each contact's list of addresses."""
    found: defaultdict[int, int] = defaultdict(int)
    ids = {one.contact_id for one in planned if any(c.field == field for c in one.changes)}
    query = select(table.contact_id, table.position)
    for contact, position in session.execute(query.where(table.contact_id.in_(ids))):
        found[contact] = max(found[contact], position + 1)
    return found


def _has_post(one: Planned) -> bool:
    """Whether the line changes an address that there is (a town was there, or is not given)."""
    towns = [c for c in one.changes if c.field == "post.town"]
    return one.outcome is not Outcome.NEW and not (towns and towns[0].old is None)


def _email(contact: int, address: str, position: int, state: str | None) -> dict[str, Any]:
    state = state or AddressState.GOOD.value
    return {"contact_id": contact, "address": address, "position": position, "state": state}


def _post(contact: int, post: dict[str, Any], country: str) -> dict[str, Any]:
    more = {"contact_id": contact, "country": country, "position": 0, "district": None}
    return dict.fromkeys(POST) | post | more | {"state": AddressState.GOOD.value}


def _row(run: int, one: Planned) -> dict[str, Any]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for change in one.changes:
        if change.field == "email":
            after.setdefault("emails", []).append(change.new)
        elif change.field == "other post":
            after.setdefault("posts", []).append(change.new)
        else:
            before[change.field], after[change.field] = stored(change.old), stored(change.new)
    given = None
    if one.outcome is Outcome.UNSURE and one.person is not None:
        given = {
            "cells": one.person.given,
            "candidates": [[c.code, c.name, c.score] for c in one.candidates],
            "association": one.person.association,
            "role": one.how.rstrip("+"),
            "election_cycle": one.how.endswith("+"),
        }
    return {
        "run_id": run,
        "line": one.line,
        "outcome": one.outcome.value,
        "reason": str(one.reason) if one.reason else None,
        "contact_id": one.contact_id or None,
        "membership_id": None,
        "before": before or None,
        "after": after or None,
        "given": given,
    }


def _many(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(table), rows)


def _update(
    session: Session,
    table: type[Base],
    key: Any,  # noqa: ANN401  # a column of the table
    groups: dict[tuple[str, ...], list[dict[str, Any]]],
) -> None:
    columns = table.__table__.c
    for names, rows in groups.items():
        statement = update(table).where(key == bindparam("row"))
        if "position" in columns:
            statement = statement.where(columns["position"] == 0)
        values: dict[Any, Any] = {columns[name]: bindparam(f"new_{name}") for name in names}
        session.connection().execute(statement.values(values), rows)


def restored(name: str, value: object) -> object:
    """Return a value from JSON as its column has it."""
    if name == "mandate_end" and isinstance(value, str):
        return date.fromisoformat(value)
    return value
