"""Bring the store up to the reference files: new, changed and vanished rows, once each.

Run again on the same files, nothing is touched. A newer file's changes are reported and written
down; nothing is ever deleted, because letters point to it.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import changes, precedence
from outreach.contacts import reference as files
from outreach.contacts.loadreport import Change, LoadReport
from outreach.contacts.models import (
    AddressState,
    Contact,
    EmailAddress,
    Membership,
    Organisation,
    PostalAddress,
    ReferenceFile,
)
from outreach.contacts.privacy.models import Erasure
from outreach.contacts.reference import Reference, Row
from outreach.db import Base
from outreach.errors import N_
from outreach.journal import Act

Progress = Callable[[str, int, int], None]
"""Called with a msgid, what is done and the total."""

CHUNK = 5_000
LABELS = {
    Organisation: N_("Organisations"),
    Contact: N_("Contacts"),
    EmailAddress: N_("E-mail addresses"),
    PostalAddress: N_("Postal addresses"),
}


def load(session: Session, folder: Path, act: Act, progress: Progress | None = None) -> LoadReport:
    """Load ``contacts/reference`` of the office ``folder`` in the caller's transaction.

    Raises the errors of ``contacts.reference``; then nothing was written.
    """
    home = folder / files.FOLDER
    hashes = files.hashes(home)
    known = dict(session.execute(select(ReferenceFile.name, ReferenceFile.sha256)).all())
    if hashes.items() <= known.items():
        return LoadReport(unchanged=True)
    with _keeping_all():
        reference = files.read(home)
        report = LoadReport(files=reference.sizes)
        loader = _Loader(session, act, report, progress or (lambda *_: None))
        organisations = loader.organisations(reference)
        contacts = loader.contacts(reference, organisations)
        loader.addresses(EmailAddress, reference.emails, contacts)
        loader.addresses(PostalAddress, reference.posts, contacts)
        loader.members(reference, organisations)
        _remember(session, reference, known, act)
    return report


@contextmanager
def _keeping_all() -> Iterator[None]:
    """Collect no garbage: all rows are in use to the end, looking for others costs a fifth."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _remember(session: Session, reference: Reference, known: Mapping[str, str], act: Act) -> None:
    for name, sha in reference.hashes.items():
        values = {"sha256": sha, "rows": reference.sizes[name], "loaded_at": act.at}
        if name in known:
            session.execute(
                update(ReferenceFile).where(ReferenceFile.name == name).values(**values)
            )
        else:
            session.execute(insert(ReferenceFile).values(name=name, **values))
        if known.get(name) != sha:
            journal.record(
                session,
                act,
                "reference_file",
                0,
                "loaded",
                detail={"file": name, "sha256": sha, "rows": reference.sizes[name]},
            )


class _Loader:
    """One load: compares wanted rows with those there are, table by table."""

    def __init__(self, session: Session, act: Act, report: LoadReport, progress: Progress) -> None:
        self._session, self._act, self._report, self._progress = session, act, report, progress

    def organisations(self, reference: Reference) -> dict[str, int]:
        """Write organisations; return their ids by code."""
        columns = tuple(next(iter(reference.organisations.values())))
        there = self._there(Organisation, columns)
        self._write(Organisation, reference.organisations, there, columns)
        today = self._act.at.date()
        gone = [code for code, row in there.items() if code not in reference.organisations]
        self._report.vanished = self._vanish(sorted(gone), today)
        return self._ids(Organisation)

    def contacts(self, reference: Reference, organisations: Mapping[str, int]) -> dict[str, int]:
        """Write the contacts of the mairies file; return the ids of all contacts by code."""
        if reference.contacts:
            columns = tuple(next(iter(reference.contacts.values())))
            there = self._there(Contact, columns)
            forgotten = self._forgotten()
            wanted = {
                code: row | {"organisation_id": organisations[code], "created_at": self._act.at}
                for code, row in reference.contacts.items()
                if code not in forgotten
            }
            self._write(Contact, wanted, there, columns)
        return self._ids(Contact)

    def addresses(
        self,
        table: type[EmailAddress] | type[PostalAddress],
        wanted: Mapping[str, Row],
        contacts: Mapping[str, int],
    ) -> None:
        """Write the first e-mail or postal address of each contact."""
        if not wanted:
            return
        columns = tuple(next(iter(wanted.values())))
        codes = {id_: code for code, id_ in contacts.items()}
        mapped = [getattr(table, column) for column in columns]
        there = {
            codes[contact]: (id_, tuple(values))
            for contact, id_, *values in self._session.execute(
                select(table.contact_id, table.id, *mapped).where(table.position == 0)
            )
        }
        forgotten = self._forgotten()
        rows = {
            code: row
            | {"contact_id": contacts[code], "position": 0, "state": AddressState.GOOD.value}
            for code, row in wanted.items()
            if code not in forgotten
        }
        self._write(table, rows, there, columns)

    def members(self, reference: Reference, organisations: Mapping[str, int]) -> None:
        """Write who is a member of the association."""
        association = organisations[files.ASSOCIATION]
        there = set(
            self._session.scalars(
                select(Membership.organisation_id).where(Membership.association_id == association)
            )
        )
        rows = [
            {"organisation_id": organisations[code], "association_id": association} | row
            for code, row in reference.members.items()
            if organisations[code] not in there
        ]
        if rows:
            self._session.execute(insert(Membership), rows)

    def _forgotten(self) -> set[str]:
        """Return the codes of who was erased: no file fills their card again."""
        query = select(Contact.code).join(Erasure, Erasure.contact_id == Contact.id)
        return set(self._session.scalars(query))

    def _there(
        self, table: type[Organisation] | type[Contact], columns: Sequence[str]
    ) -> dict[str, tuple[int, tuple[Any, ...]]]:
        """Return the rows that there are, of the files' sources: id and compared values."""
        mapped = [getattr(table, column) for column in columns]
        query = select(table.code, table.id, *mapped).where(table.source.in_(list(files.READERS)))
        return {code: (id_, tuple(values)) for code, id_, *values in self._session.execute(query)}

    def _ids(self, table: type[Organisation] | type[Contact]) -> dict[str, int]:
        return dict(self._session.execute(select(table.code, table.id)).all())

    def _write(
        self,
        table: type[Base],
        wanted: Mapping[str, Row],
        there: Mapping[str, tuple[int, tuple[Any, ...]]],
        columns: Sequence[str],
    ) -> None:
        """Insert what is new, update what differs, and note both."""
        fresh = [row for code, row in wanted.items() if code not in there]
        label = LABELS[table]
        total = len(fresh)
        # Not by the mapper: it sorts rows by which values are None, hundreds of statements.
        connection = self._session.connection()
        for start in range(0, total, CHUNK):
            connection.execute(insert(table), fresh[start : start + CHUNK])
            self._progress(label, min(start + CHUNK, total), total)
        self._report.added[table.__tablename__] = total
        changed: list[dict[str, Any]] = []
        events = []
        told: list[dict[str, Any]] = []
        for code, id_, old, fields in self._differing(table, wanted, there, columns):
            row = wanted[code]
            self._report.changes += [Change(code, name, old[name], row[name]) for name in fields]
            values = old | {name: row[name] for name in fields}
            changed.append({"row": id_} | {f"new_{c}": values[c] for c in columns})
            if table is not Organisation:
                told += [
                    changes.row(
                        *(_owner(table, id_, row), name, (old[name], row[name]), self._act),
                        chosen=False,
                    )
                    for name in fields
                ]
            events.append(
                journal.row(
                    self._act, table.__tablename__, id_, "changed", detail={"fields": fields}
                )
            )
        if changed:
            mapped = table.__table__.c
            self._session.connection().execute(
                update(table)
                .where(mapped.id == bindparam("row"))
                .values({mapped[column]: bindparam(f"new_{column}") for column in columns}),
                changed,
            )
            journal.record_all(self._session, events)
        if told:
            connection.execute(insert(changes.ContactHistory), told)

    def _differing(
        self,
        table: type[Base],
        wanted: Mapping[str, Row],
        there: Mapping[str, tuple[int, tuple[Any, ...]]],
        columns: Sequence[str],
    ) -> Iterator[tuple[str, int, dict[str, Any], list[str]]]:
        """Yield code, id, old values and the fields to change of each row that differs."""
        chosen = {} if table is Organisation else precedence.choices(self._session)
        for code, (id_, values) in there.items():
            row = wanted.get(code)
            if row is None or tuple(row[column] for column in columns) == values:
                continue
            old = dict(zip(columns, values, strict=True))
            fields = [column for column in columns if old[column] != row[column]]
            if mine := chosen.get(_owner(table, id_, row)):
                open_ = precedence.unchosen(table, old, fields, mine)
                if open_ != fields:
                    self._report.kept.append(code)
                fields = open_
            if fields:
                yield code, id_, old, fields

    def _vanish(self, codes: Iterable[str], today: date) -> list[str]:
        """Mark organisations that the files no longer have; return those newly gone."""
        newly = []
        for code in codes:
            id_ = self._session.scalar(
                update(Organisation)
                .where(Organisation.code == code, Organisation.vanished_on.is_(None))
                .values(vanished_on=today)
                .returning(Organisation.id)
            )
            if id_ is not None:
                newly.append(code)
                journal.record(self._session, self._act, "organisation", id_, "vanished")
        return newly


def _owner(table: type[Base], id_: int, row: Row) -> int:
    """Return the contact (by id) that a row is of."""
    return id_ if table is Contact else row.get("contact_id", 0)


def counts(session: Session) -> dict[str, int]:
    """Return how many organisations there are, by kind."""
    return dict(
        session.execute(select(Organisation.kind, func.count()).group_by(Organisation.kind)).all()
    )
