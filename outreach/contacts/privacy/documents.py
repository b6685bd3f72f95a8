"""Documents about privacy, as HTML that any browser opens and prints."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum

from outreach.contacts.privacy.holding import Section
from outreach.settings import Bilingual, Language, Privacy, Settings

Gettext = Callable[[str], str]

PAGE = """<!doctype html>
<html lang="{{ language }}"><head><meta charset="utf-8"><title>{{ title }}</title>
<style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem .5rem;
text-align:left;vertical-align:top;overflow-wrap:anywhere}caption{text-align:left}</style></head>
<body><main><h1>{{ title }}</h1><p>{{ lead }}</p>
{% for name, columns, rows in tables %}<h2>{{ name }}</h2>
{% if rows %}<table><thead><tr>{% for column in columns %}<th scope="col">{{ column }}</th>
{% endfor %}</tr></thead><tbody>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>
{% endfor %}</tr>{% endfor %}</tbody></table>{% else %}<p>–</p>{% endif %}
{% endfor %}</main></body></html>
"""

_Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]


def _page(language: str, title: str, lead: str, tables: Iterable[_Table]) -> str:
    from jinja2 import Environment

    page = Environment(autoescape=True).from_string(PAGE)
    return page.render(language=language, title=title, lead=lead, tables=list(tables))


def person(
    sections: Sequence[Section], *, title: str, lead: str, language: str, gettext: Gettext
) -> str:
    """Return what is held on a person as a page; ``title`` and ``lead`` are translated already."""
    tables = []
    for section in sections:
        keys = list(section.rows[0]) if section.rows else []
        rows = [[_cell(row[key], gettext) for key in keys] for row in section.rows]
        # A card has one row of many fields: it reads better downwards.
        if len(rows) == 1:
            keys, rows = ["", ""], [[gettext(k), v] for k, v in zip(keys, rows[0], strict=True)]
        tables.append((gettext(section.title), [gettext(key) if key else "" for key in keys], rows))
    return _page(language, title, lead, tables)


def _cell(value: object, gettext: Gettext) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, date):
        return value.isoformat()
    return gettext(str(value.value)) if isinstance(value, Enum) else str(value)


LABELS: Mapping[str, Bilingual] = {
    "title": Bilingual(
        fr="Registre des activités de traitement", es="Registro de actividades de tratamiento"
    ),
    "lead": Bilingual(
        fr="Correspondance avec les collectivités (article 30 du RGPD ; loi 1581 de 2012).",
        es="Correspondencia con las entidades territoriales (artículo 30 del RGPD; Ley 1581 de 2012).",
    ),
    "activity": Bilingual(fr="L’activité", es="La actividad"),
    "controller": Bilingual(fr="Responsable du traitement", es="Responsable del tratamiento"),
    "officer": Bilingual(
        fr="Délégué à la protection des données, ou contact",
        es="Delegado de protección de datos, o contacto",
    ),
    "purpose": Bilingual(fr="Finalité", es="Finalidad"),
    "basis": Bilingual(fr="Base juridique", es="Base jurídica"),
    "persons": Bilingual(fr="Personnes concernées", es="Personas a las que se refieren los datos"),
    "persons_are": Bilingual(
        fr="Élus et agents des collectivités, membres d’associations, dans leurs fonctions",
        es="Cargos electos y personal de entidades territoriales y asociaciones, en sus funciones",
    ),
    "data": Bilingual(fr="Données", es="Datos"),
    "data_are": Bilingual(
        fr="Nom, fonction, civilité, mandat, adresses professionnelles, langue, lettres et réponses",
        es="Nombre, función, tratamiento, mandato, direcciones profesionales, idioma, cartas y respuestas",
    ),
    "sources": Bilingual(fr="Origine des données", es="Origen de los datos"),
    "recipients": Bilingual(fr="Destinataires", es="Destinatarios"),
    "security": Bilingual(fr="Sécurité", es="Seguridad"),
    "security_is": Bilingual(
        fr="Rôles nominatifs, journal de chaque acte, liste d’exclusion chiffrée par clé, "
        "effacement qui garde le registre mais non la personne",
        es="Roles nominativos, diario de cada acto, lista de exclusión cifrada con clave, "
        "supresión que conserva el registro pero no a la persona",
    ),
    "transfers": Bilingual(
        fr="Transferts hors de l’Union européenne", es="Transferencias fuera de la Unión Europea"
    ),
    "kept": Bilingual(fr="Durées de conservation", es="Plazos de conservación"),
    "cards": Bilingual(fr="Fiches des personnes", es="Fichas de personas"),
    "covers": Bilingual(fr="Courriels sans numéro", es="Correos sin número"),
    "registered": Bilingual(
        fr="Lettres enregistrées (archives publiques)", es="Cartas radicadas (archivo público)"
    ),
    "replies": Bilingual(fr="Messages reçus", es="Mensajes recibidos"),
    "undecided": Bilingual(fr="à fixer par le poste", es="por fijar por la misión"),
    "missing": Bilingual(fr="À COMPLÉTER", es="POR COMPLETAR"),
    "class": Bilingual(fr="Catégorie", es="Categoría"),
    "limit": Bilingual(fr="Durée", es="Plazo"),
    "months": Bilingual(fr="{n} mois", es="{n} meses"),
}


def processing_record(settings: Settings, sources: Sequence[str], language: Language) -> str:
    """Return the record of processing as a page, from the settings; ``sources`` of the cards."""
    privacy: Privacy = settings.privacy

    def word(key: str) -> str:
        return LABELS[key].in_(language)

    def given(words: Bilingual | None) -> str:
        return words.in_(language) if words is not None else word("missing")

    about = [
        (word("controller"), settings.office.name.in_(language)),
        (word("officer"), privacy.officer or word("missing")),
        (word("purpose"), given(privacy.purpose)),
        (word("basis"), given(privacy.basis)),
        (word("persons"), word("persons_are")),
        (word("data"), word("data_are")),
        (word("sources"), ", ".join(sources) or "–"),
        (word("recipients"), given(privacy.recipients)),
        (word("transfers"), given(privacy.transfers)),
        (word("security"), word("security_is")),
    ]
    limits = [
        (
            word(key),
            word("months").format(n=months) if months else word("undecided"),
        )
        for key in ("cards", "covers", "replies", "registered")
        if (months := getattr(privacy.retention, key)) is not None
    ]
    tables: list[_Table] = [
        (word("activity"), ["", ""], about),
        (word("kept"), [word("class"), word("limit")], limits),
    ]
    return _page(language, word("title"), word("lead"), tables)
