"""What the office chose stands before what a newer reference file says."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.changes import ContactHistory, shown
from outreach.contacts.models import PostalAddress
from outreach.db import Base

NAMES = {"address": ("address", "email", "best email")}
"""How the history calls a column, where it is not by its own name."""
WHOLE = "postal address"
"""How it calls an address that was set as a whole."""


def choices(session: Session) -> dict[int, set[tuple[str, str | None]]]:
    """Return, by contact, the fields that somebody chose a value for, with the values."""
    found: defaultdict[int, set[tuple[str, str | None]]] = defaultdict(set)
    for contact, field, new in session.execute(
        select(ContactHistory.contact_id, ContactHistory.field, ContactHistory.new).where(
            ContactHistory.chosen
        )
    ):
        found[contact].add((field, new))
    return dict(found)


def unchosen(
    table: type[Base],
    old: Mapping[str, Any],
    fields: Sequence[str],
    chosen: Collection[tuple[str, str | None]],
) -> list[str]:
    """Return those of ``fields`` whose value nobody at the office chose.

    Of a postal address all parts belong together. A chosen value counts while it stands.
    """
    kept = {
        field
        for field in old
        if any((name, shown(old[field])) in chosen for name in NAMES.get(field, (field,)))
    }
    if table is PostalAddress and (kept or any(name == WHOLE for name, _ in chosen)):
        return []
    return [field for field in fields if field not in kept]
