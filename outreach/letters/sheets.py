"""A city's sheet as a PDF: one page, the same bytes for every letter that encloses it.

What is printed has its source on the page; what is not known is listed as to be told to us.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from outreach.language import numbers
from outreach.letters.fonts import missing_glyphs
from outreach.letters.typesetting import compiled
from outreach.partners.briefs import PLACE_SOURCE, POPULATION_SOURCE, CityBrief
from outreach.partners.outlines import Ring
from outreach.pictures import maps
from outreach.settings import Language

MOMENT = datetime(2025, 1, 1, tzinfo=UTC)
"""A sheet bears no day of its own: it changes when what is known changes."""

WORDS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "kind": "Fiche de ville",
        "country": "Colombie",
        "departamento": "Département colombien",
        "capital": "Chef-lieu du département",
        "official": "Nom officiel",
        "population": "Population",
        "people": "habitants",
        "altitude": "Altitude",
        "code": "Code officiel (DIVIPOLA)",
        "contact": "Service à qui écrire",
        "themes": "Thèmes de coopération",
        "facts": "Ce que l’on sait",
        "project": "Proposition de la ville",
        "profile": "Profil",
        "no_project": "La ville ne nous a pas encore adressé de projet : cette fiche présente son "
        "profil.",
        "ask": "Ce qui reste à nous dire",
        "ask_population": "sa population",
        "ask_themes": "les thèmes sur lesquels la ville souhaite coopérer",
        "ask_project": "un ou deux projets concrets",
        "ask_contact": "le service à qui écrire",
        "chart": "Nombre d’habitants",
        "typical": "Ville médiane d’Asointermedias",
        "sources": "Sources",
        "map": "Carte de la Colombie : la ville est le point rouge, son département est en bleu",
        "map_source": "Limites des départements : DANE",
        "yes": "oui",
    },
    "es": {
        "kind": "Ficha de ciudad",
        "country": "Colombia",
        "departamento": "Departamento",
        "capital": "Capital del departamento",
        "official": "Nombre oficial",
        "population": "Población",
        "people": "habitantes",
        "altitude": "Altitud",
        "code": "Código oficial (DIVIPOLA)",
        "contact": "Dependencia a la que escribir",
        "themes": "Temas de cooperación",
        "facts": "Lo que se sabe",
        "project": "Propuesta de la ciudad",
        "profile": "Perfil",
        "no_project": "La ciudad aún no nos ha enviado un proyecto: esta ficha presenta su perfil.",
        "ask": "Lo que falta por informarnos",
        "ask_population": "su población",
        "ask_themes": "los temas en los que la ciudad desea cooperar",
        "ask_project": "uno o dos proyectos concretos",
        "ask_contact": "la dependencia a la que escribir",
        "chart": "Número de habitantes",
        "typical": "Ciudad mediana de Asointermedias",
        "sources": "Fuentes",
        "map": "Mapa de Colombia: la ciudad es el punto rojo, su departamento está en azul",
        "map_source": "Límites de los departamentos: DANE",
        "yes": "sí",
    },
}

_MAIN = b"""#let data = json("sheet.json")
#let w = data.words
#let blue = rgb("#003893")
#let soft = luma(35%)
#set document(title: data.title)
#set text(font: ("Noto Sans",), size: 9.5pt, lang: data.language, fill: rgb("#1c1c1e"))
#set par(justify: false, leading: 0.62em)
#set page(paper: "a4", margin: (x: 20mm, top: 18mm, bottom: 20mm), footer: text(
  size: 8pt, fill: soft, [#data.office #h(1fr) #w.kind]))
#show heading.where(level: 1): it => block(above: 4mm, below: 5mm, text(
  font: "EB Garamond", size: 30pt, weight: 400, fill: blue, it.body))
#show heading.where(level: 2): it => block(above: 6mm, below: 2.6mm, text(
  size: 10.5pt, weight: 600, fill: blue, it.body))
#let note(number) = if number != none { super(str(number)) }
#text(size: 9.5pt, fill: soft, w.kind)
= #data.name
#text(size: 12pt, data.place)
#v(1mm)
#line(length: 100%, stroke: 1.2pt + blue)
#v(1mm)
#grid(columns: (1fr, 62mm), column-gutter: 10mm,
  [
    #table(columns: (45mm, 1fr), stroke: (x, y) => (bottom: 0.3pt + luma(75%)),
      inset: (x: 0mm, y: 1.6mm),
      ..data.rows.map(row => (text(fill: soft, row.label), [#row.value#note(row.note)])).flatten())
    #if data.project != none [
      == #w.project
      #strong(data.project.title)#note(data.project.note)

      #text(fill: soft, data.project.theme)

      #data.project.summary
    ] else [
      == #w.profile
      #w.no_project
    ]
    #if data.facts.len() > 0 [
      == #w.facts
      #list(..data.facts.map(each => [#each.text#note(each.note)]))
    ]
    #if data.themes.len() > 0 [
      == #w.themes
      #list(..data.themes.map(each => [#each.text#note(each.note)]))
    ]
    #if data.ask.len() > 0 [
      == #w.ask
      #list(..data.ask)
    ]
  ],
  [
    #if data.has_map [
      #image("map.svg", width: 100%, alt: w.map)
      #text(size: 7.5pt, fill: soft, w.map_source)
    ]
    #if data.bars.len() > 0 [
      == #w.chart
      #for bar in data.bars {
        block(above: 2.4mm, below: 0pt, text(size: 8.5pt, bar.label))
        block(above: 1mm, below: 0pt, grid(columns: (bar.share * 1mm, 1fr), column-gutter: 1.6mm,
          align: horizon,
          rect(width: 100%, height: 3.4mm, stroke: none,
            fill: if bar.own { rgb("#ce1126") } else { rgb("#8fa6cf") }),
          text(size: 8.5pt, bar.shown)))
      }
    ]
  ])
#v(1fr)
#line(length: 100%, stroke: 0.4pt + luma(60%))
#text(size: 7.5pt, fill: luma(30%))[
  #strong(w.sources) #h(1.5mm)
  #data.sources.enumerate().map(((place, each)) => [#(place + 1). #each]).join(h(2.5mm))
]
"""
_WIDEST = 40.0
"""Millimetres of the longest bar: its figure stands beside it."""


class _Sources:
    """Numbers the sources in the order in which they are named."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def number(self, name: str) -> int | None:
        """Return the number of a source, taken up where it is new."""
        if not name:
            return None
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name) + 1


def sheet(
    city: CityBrief, outlines: Mapping[str, Sequence[Ring]], *, office: str, language: Language
) -> bytes:
    """Return a city's sheet as a PDF (UA-1); ``office`` stands at the foot.

    Equal facts give equal bytes. A character that no font has is printed as an empty square.
    """
    picture = _map(city, outlines)
    data = _data(city, office, language, has_map=bool(picture))
    text = msgspec.json.encode(data).decode()
    squares = str.maketrans(dict.fromkeys(missing_glyphs(_words(data)), "\u25a1"))
    files = {"main.typ": _MAIN, "sheet.json": text.translate(squares).encode()}
    if picture:
        files["map.svg"] = picture.encode()
    return compiled(files, tagged=True, moment=MOMENT)


def _map(city: CityBrief, outlines: Mapping[str, Sequence[Ring]]) -> str:
    if city.latitude is None or city.longitude is None:
        return ""
    return maps.locator(outlines, city.departamento_code, (city.longitude, city.latitude))


def _data(city: CityBrief, office: str, language: Language, *, has_map: bool) -> dict[str, object]:
    words = WORDS[language]
    sources = _Sources()
    rows = _rows(city, language, sources)
    project = city.project
    return {
        "language": language,
        "words": words,
        "office": office,
        "title": f"{words['kind']} – {city.name}",
        "name": city.name,
        "place": ", ".join(filter(None, (city.departamento, words["country"]))),
        "rows": rows,
        "project": project
        and {
            "title": project.title.in_(language),
            "summary": project.summary.in_(language),
            "theme": project.theme.in_(language),
            "note": sources.number(project.source),
        },
        "facts": [
            {"text": each.text.in_(language), "note": sources.number(each.source)}
            for each in city.facts
        ],
        "themes": [
            {"text": each.text.in_(language), "note": sources.number(each.source)}
            for each in city.themes
        ],
        "ask": [words[f"ask_{key}"] for key in city.to_be_told],
        "bars": _bars(city, language),
        "has_map": has_map,
        "sources": sources.names,
    }


def _rows(city: CityBrief, language: Language, sources: _Sources) -> list[dict[str, object]]:
    words = WORDS[language]
    rows: list[tuple[str, str, str]] = []
    if city.official_name:
        rows.append((words["official"], city.official_name, PLACE_SOURCE))
    if city.departamento:
        rows.append((words["departamento"], city.departamento, PLACE_SOURCE))
    if city.capital:
        rows.append((words["capital"], words["yes"], PLACE_SOURCE))
    if city.population is not None:
        shown = f"{numbers.number(city.population, language)} {words['people']}"
        rows.append((words["population"], shown, POPULATION_SOURCE))
    if city.altitude is not None:
        shown = f"{numbers.number(city.altitude, language)}\u00a0m"
        rows.append((words["altitude"], shown, city.altitude_source))
    rows.append((words["code"], city.code.removeprefix("CO:"), PLACE_SOURCE))
    if city.contact:
        rows.append((words["contact"], city.contact, ""))
    return [
        {"label": label, "value": value, "note": sources.number(source)}
        for label, value, source in rows
    ]


def _bars(city: CityBrief, language: Language) -> list[dict[str, object]]:
    """Return the chart: the city beside the association's median one, where both are known."""
    if city.population is None or city.typical_population is None:
        return []
    bars = (
        (city.name, city.population, True),
        (WORDS[language]["typical"], city.typical_population, False),
    )
    longest = max(value for _, value, _ in bars)
    return [
        {
            "label": label,
            "shown": numbers.number(value, language),
            "share": round(max(0.6, _WIDEST * value / longest), 2),
            "own": own,
        }
        for label, value, own in bars
    ]


def _words(data: Mapping[str, object]) -> str:
    """Return every word of the sheet in one line, to look for what no font can print."""
    found: list[str] = []

    def take(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, Mapping):
            for each in value.values():
                take(each)
        elif isinstance(value, list):
            for each in value:
                take(each)

    take(data)
    return "".join(found)
