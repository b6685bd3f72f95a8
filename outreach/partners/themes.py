"""The themes of cooperation, as the letters name them: one list for cities and French authorities.

A theme counts only where a profile, a project or a reply gives it, with its source.
"""

from collections.abc import Iterable, Mapping

from outreach.errors import N_, WrongUseError
from outreach.settings import Bilingual

THEMES: Mapping[str, Bilingual] = {
    "transition": Bilingual(fr="transition écologique", es="transición ecológica"),
    "water": Bilingual(fr="eau et assainissement", es="agua y saneamiento"),
    "inclusion": Bilingual(fr="inclusion sociale", es="inclusión social"),
    "territory": Bilingual(
        fr="développement territorial durable", es="desarrollo territorial sostenible"
    ),
    "mobility": Bilingual(fr="mobilité", es="movilidad"),
    "governance": Bilingual(fr="gouvernance participative", es="gobernanza participativa"),
    "culture": Bilingual(fr="culture et patrimoine", es="cultura y patrimonio"),
    "education": Bilingual(
        fr="éducation et formation professionnelle", es="educación y formación profesional"
    ),
    "economy": Bilingual(fr="économie durable", es="economía sostenible"),
    "agriculture": Bilingual(
        fr="agriculture et développement rural", es="agricultura y desarrollo rural"
    ),
    "tourism": Bilingual(fr="tourisme durable", es="turismo sostenible"),
    "digital": Bilingual(fr="numérique", es="tecnologías digitales"),
    "youth": Bilingual(fr="jeunesse", es="juventud"),
    "health": Bilingual(fr="santé", es="salud"),
    "sport": Bilingual(fr="sport", es="deporte"),
}


class UnknownThemeError(WrongUseError):
    """A theme that is not in the list."""

    message = N_("“{theme}” is no theme. Known: {known}.")


def require(keys: Iterable[str]) -> frozenset[str]:
    """Return the themes named. Raises UnknownThemeError."""
    found = frozenset(keys)
    for key in sorted(found):
        if key not in THEMES:
            raise UnknownThemeError(theme=key, known=sorted(THEMES))
    return found
