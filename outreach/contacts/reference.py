"""The open reference data: what each file holds, read into rows of the store.

``contacts/reference/SOURCES.md`` tells where the files come from, ``LICENSES.md`` under which
terms. The mairies and civilités files may be taken away: organisations then have no contacts.
"""

import csv
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outreach.contacts.models import Kind
from outreach.errors import N_, OutreachError
from outreach.settings import Bilingual

FOLDER = "contacts/reference"
OPTIONAL = ("france_mairies.csv", "france_civilites.csv")
ASSOCIATION = "CO:ASSOC-asointermedias"

SOURCES: dict[str, Bilingual] = {
    "france_mairies.csv": Bilingual(
        fr="annuaire de l’administration (Service-Public.fr, DILA)",
        es="directorio de la administración francesa (Service-Public.fr, DILA)",
    ),
    "examples": Bilingual(
        fr="liste d’exemple fournie avec le programme",
        es="lista de ejemplo incluida en el programa",
    ),
}
"""What the first letter says of where an address came from, by the contact's source."""

Row = dict[str, Any]


class MissingReferenceError(OutreachError):
    """A file that the store is built on is not there."""

    message = N_(
        "{folder}/{file} is missing. It is part of the reference data that come with outreach; put "
        "it back. Only {optional} may be left out."
    )


class ReferenceColumnError(OutreachError):
    """A file lacks a column."""

    message = N_("{file} lacks the column “{column}”. It has: {known}.")


class ReferenceRowError(OutreachError):
    """A row cannot be used; nothing was loaded."""

    message = N_("{file}, line {line}: “{value}” does not fit the column “{column}”.")


@dataclass(slots=True)
class Reference:
    """All files as rows, keyed by what identifies them."""

    hashes: dict[str, str] = field(default_factory=dict)
    """SHA-256 by file name, of the files that are there."""
    sizes: dict[str, int] = field(default_factory=dict)
    """Rows by file name."""
    organisations: dict[str, Row] = field(default_factory=dict)
    """By code."""
    contacts: dict[str, Row] = field(default_factory=dict)
    """By code."""
    emails: dict[str, Row] = field(default_factory=dict)
    """By the contact's code."""
    posts: dict[str, Row] = field(default_factory=dict)
    """By the contact's code."""
    members: dict[str, Row] = field(default_factory=dict)
    """By the organisation's code."""


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each reference file that is there. Raises MissingReferenceError."""
    found: dict[str, str] = {}
    for name in READERS:
        path = folder / name
        if path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        elif name not in OPTIONAL:
            raise MissingReferenceError(folder=FOLDER, file=name, optional=list(OPTIONAL))
    return found


def read(folder: Path) -> Reference:
    """Read every file of ``folder``.

    Raises MissingReferenceError, ReferenceColumnError, ReferenceRowError.
    """
    reference = Reference(hashes=hashes(folder))
    for name, (columns, reader) in READERS.items():
        if name in reference.hashes:
            table = _Table(folder / name, columns)
            reader(table, reference)
            reference.sizes[name] = table.rows
    return reference


class _Table:
    """One CSV file, its columns checked, its figures read with the place of what does not fit."""

    def __init__(self, path: Path, columns: str) -> None:
        self.name = path.name
        self.rows = 0
        self._path = path
        self._columns = columns.split()
        self._line = 0

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the wanted columns of each row, in the wanted order."""
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            for column in self._columns:
                if column not in header:
                    raise ReferenceColumnError(file=self.name, column=column, known=header)
            places = [header.index(column) for column in self._columns]
            last = max(places)
            for row in reader:
                self._line = reader.line_num
                if len(row) <= last:
                    raise self.refusal(",".join(row)[:60], self._columns[-1])
                self.rows += 1
                yield [row[place] for place in places]

    def whole(self, text: str, column: str) -> int | None:
        """Return a whole number, None where the field is empty."""
        if not text:
            return None
        if not text.isdecimal():
            raise self.refusal(text, column)
        return int(text)

    def decimal(self, text: str, column: str) -> float | None:
        """Return a decimal number, None where the field is empty."""
        try:
            return float(text) if text else None
        except ValueError:
            raise self.refusal(text, column) from None

    def refusal(self, value: str, column: str) -> ReferenceRowError:
        """Return the error for a value of the row at hand."""
        return ReferenceRowError(file=self.name, line=self._line, value=value, column=column)


def _organisation(table: _Table, code: str, kind: Kind, name: str, **more: object) -> Row:
    return {
        "code": code,
        "country": code[:2],
        "kind": kind.value,
        "name": name,
        "subtype": None,
        "official_name": None,
        "tncc": None,
        "siren": None,
        "departement": None,
        "region": None,
        "epci": None,
        "population": None,
        "latitude": None,
        "longitude": None,
        "facts": {},
        "source": table.name,
    } | more


def _regions(table: _Table, reference: Reference) -> None:
    for code, name, tncc, zone in table:
        key = f"FR:REG-{code}"
        reference.organisations[key] = _organisation(
            table,
            key,
            Kind.REGION,
            name,
            tncc=table.whole(tncc, "tncc"),
            region=code,
            facts={"zone": zone},
        )


def _departements(table: _Table, reference: Reference) -> None:
    for code, name, tncc, region, zone, population in table:
        key = f"FR:DEP-{code}"
        reference.organisations[key] = _organisation(
            table,
            key,
            Kind.DEPARTEMENT,
            name,
            tncc=table.whole(tncc, "tncc"),
            departement=code,
            region=region,
            population=table.whole(population, "population"),
            facts={"zone": zone},
        )


def _territoires(table: _Table, reference: Reference) -> None:
    for code, name, zone, population in table:
        key = f"FR:COM-{code}"
        reference.organisations[key] = _organisation(
            table,
            key,
            Kind.TERRITOIRE,
            name,
            departement=code,
            population=table.whole(population, "population"),
            facts={"zone": zone},
        )


def _epci(table: _Table, reference: Reference) -> None:
    for siren, name, long_name, kind, population, departements in table:
        key = f"FR:{siren}"
        first = departements.partition("|")[0]
        around = reference.organisations.get(f"FR:DEP-{first}")
        reference.organisations[key] = _organisation(
            table,
            key,
            Kind.EPCI,
            long_name or name,
            subtype=kind,
            official_name=name if long_name and long_name != name else None,
            siren=siren,
            departement=first or None,
            region=around["region"] if around else None,
            population=table.whole(population, "population_municipale"),
            facts={"departements": departements.split("|")},
        )


def _communes(table: _Table, reference: Reference) -> None:
    for code, name, tncc, departement, region, siren, postcodes, population, epci, zone in table:
        key = f"FR:{code}"
        reference.organisations[key] = _organisation(
            table,
            key,
            Kind.COMMUNE,
            name,
            tncc=table.whole(tncc, "tncc"),
            siren=siren or None,
            departement=departement or None,
            region=region or None,
            epci=epci or None,
            population=table.whole(population, "population"),
            facts={"zone": zone, "codes_postaux": postcodes.split("|") if postcodes else []},
        )


def _departamentos(table: _Table, reference: Reference) -> None:
    for code, name, capital, population, latitude, longitude in table:
        key = f"CO:{code}"
        reference.organisations[key] = _organisation(
            table,
            key,
            Kind.DEPARTAMENTO,
            name,
            departement=code,
            population=table.whole(population, "poblacion_2024"),
            latitude=table.decimal(latitude, "lat"),
            longitude=table.decimal(longitude, "lon"),
            facts={"capital": capital},
        )


def _municipios(table: _Table, reference: Reference) -> None:
    for (
        code, name, usual, departamento, kind, capital, population, latitude, longitude, dnp, near
    ) in table:  # fmt: skip
        key = f"CO:{code}"
        reference.organisations[key] = _organisation(
            table,
            key,
            Kind.MUNICIPIO,
            usual or name,
            subtype=kind,
            official_name=name if usual and usual != name else None,
            departement=departamento,
            population=table.whole(population, "poblacion_2024"),
            latitude=table.decimal(latitude, "lat"),
            longitude=table.decimal(longitude, "lon"),
            facts={"capital": capital == "1", "dnp": dnp, "aglomeracion": near},
        )


def _asointermedias(table: _Table, reference: Reference) -> None:
    reference.organisations[ASSOCIATION] = _organisation(
        table,
        ASSOCIATION,
        Kind.ASSOCIATION,
        "Asointermedias",
        official_name="Asociación Colombiana de Ciudades Intermedias",
    )
    for code, source in table:
        key = f"CO:{code}"
        if key not in reference.organisations:
            raise table.refusal(code, "divipola")
        reference.members[key] = {"role": "member", "source": source}


def _mairies(table: _Table, reference: Reference) -> None:
    for code, email, phone, street, postcode, town in table:
        key = f"FR:{code}"
        if key not in reference.organisations:
            raise table.refusal(code, "code_insee")
        reference.contacts[key] = {
            "code": key,
            "language": "fr",
            "office": "maire",
            "gender": None,
            "phone": phone or None,
            "source": table.name,
            "purpose": "coopération décentralisée",
            "example": False,
        }
        if email:
            reference.emails[key] = {"address": email_address(email)}
        if postcode and town:
            reference.posts[key] = {
                "street": street or None,
                "postcode": postcode,
                "town": town,
                "country": "FR",
            }


GENDERS = {"Madame": "F", "Monsieur": "M"}


def _civilites(table: _Table, reference: Reference) -> None:
    """Give mayors their form of address; those of presidents are used by the example list."""
    for level, code, civility in table:
        contact = reference.contacts.get(f"FR:{code}") if level == "commune" else None
        if civility not in GENDERS:
            raise table.refusal(civility, "civilite")
        if contact is not None:
            contact["gender"] = GENDERS[civility]


PLAIN_EMAIL = re.compile(r"[A-Za-z0-9._%+'&=/-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}")


def email_address(text: str) -> str:
    """Return an address as it is stored: the domain in lower case, its labels in ASCII.

    What is no address comes back as it is; ``addresses`` leaves it out with that reason.
    """
    if PLAIN_EMAIL.fullmatch(text):
        return text
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        return text.strip()
    return found.ascii_email or found.normalized


Reader = Callable[[_Table, Reference], None]
READERS: dict[str, tuple[str, Reader]] = {
    # In this order: an EPCI looks its région up, a mairie its commune, a civilité its mairie.
    "france_regions.csv": ("code nom tncc zone", _regions),
    "france_departements.csv": ("code nom tncc code_region zone population", _departements),
    "france_com_outre_mer.csv": ("code nom zone population", _territoires),
    "france_epci.csv": (
        "siren nom nom_long type population_municipale departements",
        _epci,
    ),
    "france_communes.csv": (
        "code_insee nom tncc code_departement code_region siren codes_postaux population epci zone",
        _communes,
    ),
    "colombia_departamentos.csv": (
        "codigo nombre capital poblacion_2024 lat lon",
        _departamentos,
    ),
    "colombia_municipios.csv": (
        (
            "divipola nombre nombre_usual codigo_departamento tipo capital poblacion_2024 lat lon "
            "dnp_sistema_ciudades dnp_aglomeracion"
        ),
        _municipios,
    ),
    "colombia_asointermedias.csv": ("divipola fuente", _asointermedias),
    "france_mairies.csv": (
        "code_insee email telephone adresse code_postal ville",
        _mairies,
    ),
    "france_civilites.csv": ("niveau code civilite", _civilites),
}
