"""What names are compared by: plain words, and the keys of a campaign's ``[facts]`` in both languages."""

import unicodedata
from collections.abc import Iterator, Mapping

UNKNOWN = "champ_inconnu"
"""The table in which unknown names are looked up, so that using one is reported with its line."""

_PAIRS = (
    "adresse direccion|annee ano|association asociacion|date fecha|debut inicio|document documento|"
    "edition edicion|heure hora|lien enlace|lieu lugar|mois mes|montant monto|nom nombre|"
    "pays pais|programme programa|projet proyecto|projets proyectos|rencontre encuentro|"
    "rencontres encuentros|sigle sigla|theme tema|themes temas|titre titulo|ville ciudad|"
    "villes ciudades"
)
FRENCH: Mapping[str, str] = {
    spanish: french for french, spanish in (pair.split() for pair in _PAIRS.split("|"))
}
"""Spanish keys by their French names: two twins are compared by these."""
_OTHER: Mapping[str, str] = dict(FRENCH) | {french: spanish for spanish, french in FRENCH.items()}


def other_names(key: str) -> Iterator[str]:
    """Yield what else ``key`` may be called in a campaign file: its translation, its plural."""
    for each in (key, _OTHER.get(key, key)):
        yield each
        yield f"{each}s"


def plain(words: str) -> str:
    """Return words without accents, capitals, typographic apostrophes and double spaces."""
    bare = unicodedata.normalize("NFKD", words.replace("’", "'"))
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    return " ".join(bare.casefold().split())
