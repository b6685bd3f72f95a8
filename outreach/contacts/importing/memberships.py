"""Who belongs to an association since when, from a list of members or partners."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts.importing.models import ImportRow
from outreach.contacts.importing.planning import Planned
from outreach.contacts.models import Kind, Membership, Organisation
from outreach.contacts.recognition import normalised
from outreach.journal import Act

if TYPE_CHECKING:
    from outreach.contacts.importing.runs import Listing


def write(
    session: Session, run: int, planned: Sequence[Planned], listing: "Listing", act: Act
) -> int:
    """Write the memberships that the lines of a slice tell; return how many are new or changed."""
    told = [
        (one, one.person.association or listing.association)
        for one in planned
        if one.person and one.place and (one.person.association or listing.association)
    ]
    associations = {name: _association(session, name, listing.name, act) for _, name in told}
    count = 0
    for one, name in told:
        if one.person is not None and one.place is not None:
            there = session.scalar(
                select(Membership).where(
                    Membership.organisation_id == one.place.id,
                    Membership.association_id == associations[name],
                    Membership.role == listing.role,
                )
            )
            dates = {"since": one.person.since, "until": one.person.until}
            wanted = {key: day for key, day in dates.items() if day is not None}
            before: dict[str, object] = {}
            if there is None:
                there = Membership(
                    organisation_id=one.place.id,
                    association_id=associations[name],
                    role=listing.role,
                    source=listing.name,
                    **dates,
                )
                session.add(there)
                outcome = "new"
            else:
                before = {k: getattr(there, k) for k, d in wanted.items() if getattr(there, k) != d}
                if not before:
                    continue
                for key in before:
                    setattr(there, key, wanted[key])
                outcome = "changed"
            session.flush()
            count += 1
            session.add(
                ImportRow(
                    run_id=run,
                    line=one.line,
                    outcome=outcome,
                    membership_id=there.id,
                    before={key: _text(day) for key, day in before.items()} or None,
                    after={key: _text(day) for key, day in wanted.items()} or None,
                )
            )
            journal.record(session, act, "membership", there.id, outcome, detail={"import": run})
    return count


def _association(session: Session, name: str, source: str, act: Act) -> int:
    """Return the association of that name or code, made if it is not there."""
    key = normalised(name)
    for id_, code, *names in session.execute(
        select(
            Organisation.id, Organisation.code, Organisation.name, Organisation.official_name
        ).where(Organisation.kind == Kind.ASSOCIATION.value)
    ):
        if code == name or key in {normalised(one or "") for one in names}:
            return int(id_)
    slug = re.sub(r"\W+", "-", key)[:28]
    row = Organisation(
        code=f"FR:ASSOC-{slug}",
        country="FR",
        kind=Kind.ASSOCIATION.value,
        name=name[:200],
        facts={},
        source=source[:60],
    )
    session.add(row)
    session.flush()
    journal.record(session, act, "organisation", row.id, "created")
    return row.id


def _text(day: object) -> str | None:
    return str(day) if day else None
