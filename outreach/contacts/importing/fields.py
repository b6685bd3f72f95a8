"""What the columns of a list mean: titles in French, Spanish and English, mappings, presets."""

import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec import field

from outreach import tomlfile
from outreach.contacts.importing.refusals import (
    UnknownColumnError,
    UnknownColumnsError,
    UnknownFieldError,
    UnknownMappingError,
)
from outreach.contacts.recognition import normalised
from outreach.settings import Strict

FOLDER = "contacts/mappings"
LOOKED_AT = 15
"""Lines among which the titles are looked for: lists have a heading above them."""
LIKE = 90.0

TITLES: dict[str, str] = {
    "code": "code|code contact|codigo|contact code",
    "insee": "insee|code insee|code commune|code de la commune|code commune insee|n insee",
    "siren": "siren|n siren|siret|numero siren|code siren",
    "divipola": "divipola|codigo divipola|codigo dane|dane|cod municipio|codigo municipio",
    "organisation": "organisation|collectivite|commune|nom de la commune|libelle de la commune|"
    "ville|mairie|nom commune|nom collectivite|epci|structure|organisme|municipio|alcaldia|entidad|"
    "organizacion|ciudad|nombre municipio|organization|city|municipality|authority|institution",
    "departement": "departement|code departement|code du departement|dept|dep|departamento|"
    "department|libelle du departement|nom departement",
    "country": "pays|pais|country",
    "office": "fonction|qualite|titre|mandat|libelle de la fonction|cargo|funcion|position|function|"
    "role title|job title",
    "civility": "civilite|civ|tratamiento|genero|genre|sexe|code sexe|sexo|gender|sex|title|salutation",
    "first_name": "prenom|prenom de l elu|nombres|first name|given name|forename|primer nombre",
    "last_name": "nom|nom de l elu|nom de famille|apellidos|apellido|last name|surname|family name",
    "full_name": "nom et prenom|nom prenom|prenom nom|nom complet|contact|elu|interlocuteur|nombre|"
    "nombre completo|nombre y apellidos|alcalde|name|full name",
    "language": "langue|idioma|lengua|language",
    "emails": "email|e mail|mail|courriel|adresse mail|adresse email|adresse e mail|adresse courriel|"
    "mel|adresse electronique|mails|emails|correo|correo electronico|correos|e mail address|"
    "email address",
    "phone": "telephone|tel|n telephone|telefono|telefonos|phone|celular|mobile|portable",
    "service": "service|servicio|dependencia",
    "building": "batiment|residence|complement|complement adresse|edificio|building",
    "street": "adresse|rue|voie|adresse postale|direccion|address|street",
    "box": "bp|boite postale|lieu dit|apartado|po box",
    "postcode": "code postal|cp|codigo postal|postcode|zip|postal code",
    "town": "localite|bureau distributeur|commune postale|localidad|town",
    "other_posts": "autres adresses postales|otras direcciones postales|other postal addresses",
    "title_override": "appellation|titre souhaite|preferred title",
    "preferred_channel": "canal|canal prefere|preferred channel",
    "mandate_start": "debut du mandat|date de debut du mandat|inicio del mandato|mandate start",
    "mandate_end": "fin de mandat|date de fin de mandat|fin del mandato|mandate end",
    "purpose": "finalite|finalidad|purpose",
    "association": "association|reseau|asociacion|red|network",
    "since": "depuis|adhesion|date d adhesion|desde|fecha de afiliacion|since|member since",
    "until": "jusqu au|hasta|until",
}
FIELDS = tuple(TITLES)
_BY_TITLE = {title: field for field, titles in TITLES.items() for title in titles.split("|")} | {
    field.replace("_", " "): field for field in TITLES
}
_WHERE = {"code", "insee", "siren", "divipola", "organisation"}


class Mapping(Strict, frozen=True):
    """Which column is which field, for a list that comes again."""

    columns: dict[str, str] = field(default_factory=dict)
    """Title of a column -> field; an empty field leaves the column out."""
    office: str = ""
    """Everybody's function, where the list does not say it."""
    election_cycle: bool = False
    """The end of a mandate follows from its start: municipal mandates of six years, to March."""


RNE = Mapping(
    columns={
        "Code du département": "departement",
        "Code de la commune": "insee",
        "Libellé de la commune": "organisation",
        "Nom de l'élu": "last_name",
        "Prénom de l'élu": "first_name",
        "Code sexe": "civility",
        "Date de début du mandat": "mandate_start",
        "Libellé de la fonction": "office",
        "Libellé du département": "",
        "Date de naissance": "",
        "Date de début de la fonction": "",
    },
    office="maire",
    election_cycle=True,
)
"""The mayors' file of the Répertoire national des élus (ministère de l'Intérieur, data.gouv.fr)."""
PRESETS = {"rne": RNE}


@dataclass(frozen=True, slots=True)
class Header:
    """Where the titles stand and what each column is."""

    line: int
    """Index of the line of titles among those looked at; -1 where there are none."""
    titles: tuple[str, ...]
    fields: tuple[str, ...]
    """By column; empty for a column that is left out."""

    @property
    def ignored(self) -> list[str]:
        """Titles of the columns that are not imported."""
        return [t for t, f in zip(self.titles, self.fields, strict=True) if t and not f]


def recognise(  # noqa: C901  # one check after the other
    path: str, lines: Sequence[Sequence[str]], mapping: Mapping
) -> Header:
    """Find the titles among the first lines and say what each column is.

    Raises UnknownFieldError, UnknownColumnError, UnknownColumnsError.
    """
    for wish in mapping.columns.values():
        if wish and wish not in TITLES:
            raise UnknownFieldError(field=wish, fields=FIELDS)
    wished = {normalised(title): field for title, field in mapping.columns.items()}
    best, at = 0, -1
    for index, line in enumerate(lines[:LOOKED_AT]):
        known = len({_field(cell, wished) for cell in line} - {""})
        if known > best and not any("@" in cell for cell in line):
            best, at = known, index
    if at < 0 and lines and not re.search(r"[@\d]", "".join(lines[0])):
        at = 0  # titles that say nothing to us are titles still
    width = max((len(line) for line in lines), default=0)
    titles = list(lines[at]) if at >= 0 else []
    titles += [str(number) for number in range(len(titles) + 1, width + 1)]
    fields = [_field(title, wished) for title in titles]
    for column, cells in enumerate(
        zip(*(_padded(line, width) for line in lines[at + 1 :]), strict=True)
    ):
        if not fields[column] and normalised(titles[column]) not in wished and _are_emails(cells):
            fields[column] = "emails"
    keys = {normalised(title) for title in titles}
    for title in mapping.columns:
        if normalised(title) not in keys and mapping not in PRESETS.values():
            raise UnknownColumnError(path=path, column=title, columns=titles)
    if not _WHERE & set(fields):
        raise UnknownColumnsError(path=path, columns=titles, fields=FIELDS)
    return Header(at, tuple(titles), tuple(fields))


def _field(title: str, wished: Dict[str, str]) -> str:
    key = re.sub(r" \d$", "", normalised(title))
    if key in wished:
        return wished[key]
    if key in _BY_TITLE:
        return _BY_TITLE[key]
    if len(key) > 4:  # noqa: PLR2004  # shorter titles are too much alike
        from rapidfuzz import fuzz, process

        if found := process.extractOne(key, list(_BY_TITLE), scorer=fuzz.ratio, score_cutoff=LIKE):
            return _BY_TITLE[found[0]]
    return ""


def _padded(line: Sequence[str], width: int) -> list[str]:
    return [*line, *[""] * (width - len(line))]


def _are_emails(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum("@" in cell for cell in filled) > len(filled) / 2


def load(folder: Path, name: str) -> Mapping:
    """Return a saved mapping of the office. Raises UnknownMappingError and those of tomlfile."""
    path = folder / FOLDER / f"{name}.toml"
    if not re.fullmatch(r"[\w-]+", name) or not path.is_file():
        known = sorted(p.stem for p in (folder / FOLDER).glob("*.toml"))
        raise UnknownMappingError(name=name, known=[*PRESETS, *known])
    return tomlfile.read(path, Mapping, shown=f"{FOLDER}/{name}.toml")


def save(folder: Path, name: str, header: Header, office: str) -> Path:
    """Keep what was recognised as ``contacts/mappings/NAME.toml``; return the path."""
    if not re.fullmatch(r"[\w-]+", name):
        raise UnknownMappingError(name=name, known=[])
    path = folder / FOLDER / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["# Which column is which field; an empty field leaves the column out."]
    if office:
        lines.append(f"office = {_quoted(office)}")
    lines += ["", "[columns]"]
    seen = dict(zip(header.titles, header.fields, strict=True))
    lines += [f"{_quoted(title)} = {_quoted(field)}" for title, field in seen.items() if title]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)
