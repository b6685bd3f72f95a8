"""The project form that a letter to a city encloses: made for each, its code and name filled in."""

import hashlib

from outreach.campaigns.definition import Enclosure
from outreach.contacts.models import Kind, Organisation
from outreach.letters.enclosures import MEDIA, EnclosedFile
from outreach.partners import projectforms
from outreach.settings import Language

FOLDER = {"fr": "formulaires", "es": "formularios"}


def gets(enclosure: Enclosure, organisation: Organisation | None) -> bool:
    """Say whether an enclosure is for an organisation (None: for all, as in a circular)."""
    if enclosure.profile != "project-form":
        return True
    return organisation is not None and organisation.kind == Kind.MUNICIPIO.value


class Forms:
    """Makes the forms of a batch, and keeps their bytes while its letters are made."""

    def __init__(self) -> None:
        self._bytes: dict[str, bytes] = {}

    def file(
        self, enclosure: Enclosure, organisation: Organisation, language: Language
    ) -> EnclosedFile:
        """Return a city's form."""
        data = projectforms.write(organisation.code, organisation.name, "docx")
        sha256 = hashlib.sha256(data).hexdigest()
        self._bytes[sha256] = data
        return EnclosedFile(
            title=enclosure.in_(language),
            path=f"{FOLDER[language]}/{organisation.code.replace(':', '-')}.docx",
            media=MEDIA[".docx"],
            sha256=sha256,
            size=len(data),
        )

    def data(self, file: EnclosedFile) -> bytes | None:
        """Return the bytes of a form made here; None of any other file."""
        return self._bytes.get(file.sha256)
