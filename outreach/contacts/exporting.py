"""Contacts as a list that any office program opens, and that imports again without a change."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach.contacts.importing import postcell
from outreach.contacts.importing.models import ContactMerge
from outreach.contacts.models import AddressState, Contact, EmailAddress

FIELDS = (
    "code",
    "organisation",
    "departement",
    "country",
    "office",
    "civility",
    "first_name",
    "last_name",
    "title_override",
    "language",
    "emails",
    "phone",
    "service",
    "building",
    "street",
    "box",
    "postcode",
    "town",
    "other_posts",
    "preferred_channel",
    "mandate_end",
    "purpose",
)
_TITLES: dict[str, tuple[str, ...]] = {
    "fr": (
        "Code contact", "Collectivité", "Département", "Pays", "Fonction", "Civilité", "Prénom",
        "Nom", "Appellation", "Langue", "Courriel", "Téléphone", "Service", "Bâtiment", "Adresse",
        "BP", "Code postal", "Localité", "Autres adresses postales", "Canal", "Fin de mandat", "Finalité",
    ),
    "es": (
        "Código", "Entidad", "Departamento", "País", "Cargo", "Tratamiento", "Nombres",
        "Apellidos", "Preferred title", "Idioma", "Correo electrónico", "Teléfono", "Dependencia",
        "Edificio", "Dirección", "Apartado", "Código postal", "Localidad",
        "Otras direcciones postales", "Canal", "Fin del mandato", "Finalidad",
    ),
}  # fmt: skip
FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet would run, and what we wrote so that it does not."""
CHUNK = 2_000

Excel = Literal["fr", "es"]


def rows(session: Session) -> Iterator[dict[str, str]]:
    """Yield every contact by field, in the order of the codes; memory stays flat."""
    last = ""
    while found := session.scalars(_query(last)).unique().all():
        yield from (_row(contact) for contact in found)
        last = found[-1].code
        session.expunge_all()


def _query(last: str) -> Select[Contact]:
    gone = select(ContactMerge.gone_id).where(ContactMerge.undone_at.is_(None))
    return (
        select(Contact)
        .where(Contact.code > last, Contact.id.not_in(gone))
        .options(
            joinedload(Contact.organisation),
            selectinload(Contact.emails),
            selectinload(Contact.posts),
        )
        .order_by(Contact.code)
        .limit(CHUNK)
    )


def _row(contact: Contact) -> dict[str, str]:
    post = next((post for post in contact.posts if post.position == 0), None)
    address = ("service", "building", "street", "box", "postcode", "town")
    own = ("office", "first_name", "last_name", "title_override", "language", "phone")
    more = ("preferred_channel", "mandate_end", "purpose")
    return {
        "code": contact.code,
        "organisation": contact.organisation.name,
        "departement": contact.organisation.departement or "",
        "country": contact.organisation.country,
        "civility": contact.gender or "",
        "emails": " ; ".join(_email(email) for email in contact.emails),
        "other_posts": postcell.write(
            {name: getattr(other, name) for name in (*postcell.PARTS, "state")}
            for other in contact.posts
            if other is not post
        ),
        **{name: str(getattr(contact, name) or "") for name in (*own, *more)},
        **{name: str(getattr(post, name, None) or "") for name in address},
    }


def _email(email: EmailAddress) -> str:
    """Return an address; its state too, where it may not be used."""
    good = email.state == AddressState.GOOD.value
    return email.address if good else f"{email.address} ({email.state})"


def titles(excel: Excel | None) -> list[str]:
    """Return the columns' titles; import recognises them in each language."""
    return list(_TITLES[excel]) if excel else list(FIELDS)


def write_csv(file: IO[str], found: Iterable[Mapping[str, str]], excel: Excel | None) -> int:
    """Write a list and return its lines. ``excel``: semicolons, as French and Spanish Excel reads.

    A cell that a spreadsheet would run is written behind an apostrophe, which import takes off.
    """
    writer = csv.writer(file, delimiter=";" if excel else ",")
    writer.writerow(titles(excel))
    count = 0
    for row in found:
        writer.writerow([safe(row[name]) for name in FIELDS])
        count += 1
    return count


def safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def write(path: Path, found: Iterable[Mapping[str, str]], excel: Excel | None = None) -> int:
    """Write contacts as XLSX or CSV, as the path's ending says; return how many."""
    if path.suffix.lower() != ".xlsx":
        encoding = "utf-8-sig" if excel else "utf-8"
        with path.open("w", encoding=encoding, newline="") as file:
            return write_csv(file, found, excel)
    import xlsxwriter

    count = 0
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for column, title in enumerate(titles(excel)):
            sheet.write_string(0, column, title)
        for row in found:
            count += 1
            for column, name in enumerate(FIELDS):
                sheet.write_string(count, column, row[name])  # text: a formula stays asleep
    return count
