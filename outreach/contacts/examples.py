"""Example contacts for demo offices, under reserved domains: no real address is in them."""

import csv
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts.models import Contact, EmailAddress, Organisation
from outreach.errors import N_, OutreachError
from outreach.journal import Act

FOLDER = "contacts/examples"
SOURCE = "examples"
COLUMNS = ("code", "language", "office", "gender", "email")


class ExampleListError(OutreachError):
    """The list cannot be used."""

    message = N_("{path}, line {line}: {value} cannot be used. Columns: {columns}.")


def load(session: Session, path: Path, act: Act) -> int:
    """Add the contacts of an example list that are not there yet; return how many.

    Each must stand under a reserved domain and at a known organisation. Raises ExampleListError.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise _refusal(path, 1, ",".join(reader.fieldnames or ()))
        rows = [(reader.line_num, row) for row in reader]
    codes = [row["code"] for _, row in rows]
    organisations = dict(
        session.execute(
            select(Organisation.code, Organisation.id).where(Organisation.code.in_(codes))
        ).all()
    )
    known = set(session.scalars(select(Contact.code).where(Contact.code.in_(codes))))
    added = 0
    for line, row in rows:
        if row["code"] not in organisations or not row["email"].endswith(".example"):
            raise _refusal(path, line, row["code"])
        if row["code"] in known:
            continue
        contact = Contact(
            code=row["code"],
            organisation_id=organisations[row["code"]],
            language=row["language"],
            office=row["office"],
            gender=row["gender"] or None,
            source=SOURCE,
            purpose="demo",
            example=True,
            created_at=act.at,
            emails=[EmailAddress(address=row["email"])],
        )
        session.add(contact)
        session.flush()
        journal.record(session, act, "contact", contact.id, "created", reason=SOURCE)
        added += 1
    return added


def _refusal(path: Path, line: int, value: str) -> ExampleListError:
    return ExampleListError(path=path.name, line=line, value=value, columns=list(COLUMNS))
