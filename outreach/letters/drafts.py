"""New letters: both twins from a skeleton, or from what an office already has in Word."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from outreach.errors import N_, WrongUseError
from outreach.letters.catalogue import FOLDER, LANGUAGES, Catalogue
from outreach.letters.word import Taken
from outreach.settings import Language

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class LetterNameError(WrongUseError):
    """A name that is no folder's, or that is taken."""

    message = N_(
        "A letter cannot be called “{name}”: use small letters without accents, digits and single "
        "hyphens, such as voeux-2026."
    )


class LetterThereError(WrongUseError):
    """There is a letter of that name."""

    message = N_("There is a letter “{name}” already: {path}. Choose another name.")


class Draft(Struct, frozen=True):
    """The two texts of a new letter."""

    texts: Mapping[Language, str]


_SUBJECT: Mapping[Language, str] = {"fr": "[à compléter : objet]", "es": "[por completar: asunto]"}
_ADDRESSEE: Mapping[Language, str] = {
    "fr": "À l’attention des collectivités territoriales",
    "es": "A la atención de las entidades territoriales",
}
_PERSONAL: Mapping[Language, str] = {
    "fr": """[à compléter : ce qui nous amène à écrire]

Une formule telle que [la collectivité] ou [le titre] est remplie pour chaque destinataire.

[si première lettre] Ce paragraphe n’est écrit qu’à ceux qui n’ont encore rien reçu de nous.

[si commune] Celui-ci s’adresse aux communes.

[sinon] Et celui-ci à tous les autres.

- un point ;
- un autre.

[à compléter : ce que nous proposons]
""",
    "es": """[por completar: por qué escribimos]

Una fórmula como [la entidad] o [el tratamiento] se completa para cada destinatario.

[si primera carta] Este párrafo se escribe solo a quienes aún no han recibido nada nuestro.

[si commune] Este se dirige a los municipios franceses.

[si no] Y este a todos los demás.

- un punto;
- otro.

[por completar: lo que proponemos]
""",
}
_SHARED: Mapping[Language, str] = {
    "fr": """[à compléter : ce que nous annonçons à tous]

- un point ;
- un autre.

[à compléter : ce que nous proposons]
""",
    "es": """[por completar: lo que anunciamos a todos]

- un punto;
- otro.

[por completar: lo que proponemos]
""",
}


def skeleton(*, circular: bool, cover: bool) -> Draft:
    """Return both twins to be filled in; the check refuses them until they are."""
    bodies = _SHARED if circular else _PERSONAL
    return Draft(
        {
            language: _text(
                _SUBJECT[language],
                bodies[language],
                addressee=_ADDRESSEE[language] if circular else "",
                cover=cover,
            )
            for language in LANGUAGES
        }
    )


def from_word(taken: Taken, language: Language, *, circular: bool, cover: bool) -> Draft:
    """Return the twin that was read, and the other with the same words, to be translated over.

    A letter in the wrong language is an error of the check (P212), so it cannot leave by mistake.
    """
    return Draft(
        {
            each: _text(
                taken.subject or _SUBJECT[each],
                taken.body,
                addressee=_ADDRESSEE[each] if circular else "",
                cover=cover,
            )
            for each in sorted(LANGUAGES, key=lambda each: each != language)
        }
    )


def write(office: Path, name: str, draft: Draft) -> list[str]:
    """Write both twins as a new letter; return their paths below ``office``.

    Raises LetterNameError, LetterThereError; then nothing is written.
    """
    if not _NAME.fullmatch(name):
        raise LetterNameError(name=name)
    folder = office / FOLDER / name
    if name in Catalogue(office).names() or folder.exists():
        raise LetterThereError(name=name, path=f"{FOLDER}/{name}")
    folder.mkdir(parents=True)
    paths = []
    for language, text in draft.texts.items():
        path = f"{FOLDER}/{name}/{language}.md"
        (office / path).write_text(text, "utf-8", newline="\n")
        paths.append(path)
    return paths


def _text(subject: str, body: str, *, addressee: str, cover: bool) -> str:
    front = [f"subject = {_quoted(subject)}", 'summary = ""']
    if addressee:
        front.append(f"addressee = [{_quoted(addressee)}]")
    if cover:
        front.append('kind = "cover"')
    return "\n".join(["+++", *front, "+++", body.strip("\n"), ""])


def _quoted(words: str) -> str:
    """Return words as TOML writes them: JSON's strings are TOML's too."""
    return json.dumps(" ".join(words.split()), ensure_ascii=False)
