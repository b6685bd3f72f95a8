"""Take an import back as one unit; what people edited since stays, and is named."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import changes
from outreach.contacts.changes import ContactHistory
from outreach.contacts.importing import postcell
from outreach.contacts.importing.models import ContactMerge, ImportRow, ImportRun
from outreach.contacts.importing.planning import stored
from outreach.contacts.importing.writing import POST, VALUES, restored
from outreach.contacts.models import AddressState, Contact, EmailAddress, Membership, PostalAddress
from outreach.db import Base
from outreach.errors import N_, Phrase, WrongUseError
from outreach.journal import Act

OWN = {"email_address", "postal_address", "contact_history"}
"""Tables whose rows go with the contact; any other row that names it keeps it."""


class UnknownImportError(WrongUseError):
    """No import of that number."""

    message = N_("There is no import {run}. “outreach contacts imports” lists them.")


class UndoneImportError(WrongUseError):
    """It was taken back before."""

    message = N_("The import {run} ({file}) was taken back already, on {day}.")


@dataclass(slots=True)
class Undone:
    """What an undo did."""

    removed: int = 0
    restored: int = 0
    kept: list[tuple[str, Phrase]] = field(default_factory=list)
    """Code of the contact and what stays of it, and why."""


def undo(session: Session, number: int, act: Act) -> Undone:
    """Take an import back, its last line first. Raises UnknownImportError, UndoneImportError."""
    run = session.get(ImportRun, number)
    if run is None:
        raise UnknownImportError(run=number)
    if run.undone_at is not None:
        raise UndoneImportError(run=number, file=run.file, day=run.undone_at.date())
    report = Undone()
    query = select(ImportRow).where(ImportRow.run_id == number).order_by(ImportRow.id.desc())
    for row in session.scalars(query.execution_options(yield_per=1_000)):
        if row.membership_id is not None:
            _membership(session, row, act)
        elif row.contact_id is not None:
            _contact(session, row, report, act)
    run.undone_at = act.at
    journal.record(session, act, "import_run", number, "undone")
    return report


def runs(session: Session) -> list[dict[str, Any]]:
    """Return the imports, the newest first, with their counts."""
    counts: dict[int, dict[str, int]] = {}
    grouped = select(ImportRow.run_id, ImportRow.outcome, func.count()).group_by(
        ImportRow.run_id, ImportRow.outcome
    )
    for run, outcome, count in session.execute(grouped):
        counts.setdefault(run, {})[outcome] = count
    return [
        {
            "number": run.id,
            "file": run.file,
            "at": run.at,
            "actor": run.actor,
            "undone_at": run.undone_at,
            "counts": counts.get(run.id, {}),
        }
        for run in session.scalars(select(ImportRun).order_by(ImportRun.id.desc()))
    ]


def forget(session: Session, contact: int) -> None:
    """Delete what imports remember of a contact: part of an erasure."""
    session.execute(delete(ImportRow).where(ImportRow.contact_id == contact))
    for merge in session.scalars(
        select(ContactMerge).where(
            (ContactMerge.kept_id == contact) | (ContactMerge.gone_id == contact)
        )
    ):
        merge.added = {}


def _contact(session: Session, row: ImportRow, report: Undone, act: Act) -> None:
    contact = session.get(Contact, row.contact_id)
    if contact is None:
        return
    edited = _edits(session, contact, row.after or {})
    if row.outcome == "new":
        _remove(session, contact, edited, row.after or {}, report, act)
        return
    before, after = row.before or {}, row.after or {}
    fields = [name for name in before if name not in edited]
    for name in (*fields, *(("email",) * bool(set(after.get("emails", ())) - set(edited)))):
        taken = [a for a in after.get("emails", ()) if a not in edited]
        old = ", ".join(taken) if name == "email" else after[name]
        session.add(
            ContactHistory(
                **changes.row(
                    contact.id,
                    name.removeprefix("post."),
                    (old, before.get(name)),
                    act,
                    chosen=False,
                )
            )
        )
    for name in fields:
        if name in VALUES:
            setattr(contact, name, restored(name, before[name]))
    _restore_post(session, contact, {n[5:]: before[n] for n in fields if n.startswith("post.")})
    for address in after.get("emails", ()):
        if address not in edited:
            _without(session, contact.id, address)
    for cell in after.get("posts", ()):
        _without_post(session, contact.id, cell)
    session.flush()
    report.restored += 1
    if edited:
        reason = Phrase(N_("edited since, kept: {fields}"), {"fields": edited})
        report.kept.append((contact.code, reason))
    journal.record(session, act, "contact", contact.id, "restored", detail={"fields": fields})


def _edits(session: Session, contact: Contact, after: dict[str, Any]) -> list[str]:
    """Return the fields that are no longer as the import left them."""
    found = [n for n in VALUES if n in after and stored(getattr(contact, n)) != after[n]]
    post = _first_post(session, contact.id)
    found += [
        f"post.{name}"
        for name in POST
        if f"post.{name}" in after and getattr(post, name, None) != after[f"post.{name}"]
    ]
    for address in after.get("emails", ()):
        email = _email(session, contact.id, address)
        if email is not None and email.state != AddressState.GOOD.value:
            found.append(address)
    return found


def _without_post(session: Session, contact: int, cell: str) -> None:
    """Take away a postal address that the import brought, unless somebody changed it."""
    wanted = {(postcell.key(post), post["state"]) for post in postcell.read(cell)[0]}
    for post in session.scalars(
        select(PostalAddress).where(PostalAddress.contact_id == contact, PostalAddress.position > 0)
    ):
        values = {name: getattr(post, name) for name in postcell.PARTS}
        if (postcell.key(values), post.state) in wanted:
            session.delete(post)


def _remove(  # noqa: PLR0917  # the parts of one line
    session: Session,
    contact: Contact,
    edited: list[str],
    after: dict[str, Any],
    report: Undone,
    act: Act,
) -> None:
    emails = {email.address for email in contact.emails}
    edited += sorted(emails - set(after.get("emails", ())))
    if edited:
        reason = Phrase(N_("edited since, kept: {fields}"), {"fields": edited})
        report.kept.append((contact.code, reason))
        return
    if used := _used(session, contact.id):
        reason = Phrase(N_("kept, because it is used: {where}"), {"where": used})
        report.kept.append((contact.code, reason))
        return
    session.execute(delete(EmailAddress).where(EmailAddress.contact_id == contact.id))
    session.execute(delete(PostalAddress).where(PostalAddress.contact_id == contact.id))
    session.execute(delete(ContactHistory).where(ContactHistory.contact_id == contact.id))
    session.execute(delete(Contact).where(Contact.id == contact.id))
    session.expunge(contact)
    report.removed += 1
    journal.record(session, act, "contact", contact.id, "removed", reason="undo")


def _used(session: Session, contact: int) -> list[str]:
    """Return the tables, of any room, whose rows point to a contact."""
    found = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if table.name not in OWN
        and key.target_fullname == "contact.id"
        and session.scalar(select(func.count()).select_from(table).where(key.parent == contact))
    }
    return sorted(found)


def _membership(session: Session, row: ImportRow, act: Act) -> None:
    there = session.get(Membership, row.membership_id)
    if there is None:
        return
    if row.outcome == "new":
        session.delete(there)
        journal.record(session, act, "membership", there.id, "removed", reason="undo")
        session.flush()
        return
    for name, old in (row.before or {}).items():
        if str(getattr(there, name)) == (row.after or {}).get(name):
            setattr(there, name, date.fromisoformat(old) if old else None)
    session.flush()


def _first_post(session: Session, contact: int) -> PostalAddress | None:
    return session.scalar(
        select(PostalAddress).where(
            PostalAddress.contact_id == contact, PostalAddress.position == 0
        )
    )


def _restore_post(session: Session, contact: Contact, before: dict[str, Any]) -> None:
    post = _first_post(session, contact.id)
    if post is None or not before:
        return
    if "town" in before and before["town"] is None:
        session.delete(post)
        return
    for name, value in before.items():
        setattr(post, name, value)


def _email(session: Session, contact: int, address: str) -> EmailAddress | None:
    return session.scalar(
        select(EmailAddress).where(
            EmailAddress.contact_id == contact, EmailAddress.address == address
        )
    )


def _without(session: Session, contact: int, address: str) -> None:
    email = _email(session, contact, address)
    if email is not None:
        session.delete(email)
