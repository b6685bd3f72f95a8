"""The sheets of proposed cities that a letter encloses: made once, the same for every letter."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.campaigns.definition import Enclosure
from outreach.contacts.models import Organisation
from outreach.letters import sheets
from outreach.letters.enclosures import MEDIA, EnclosedFile
from outreach.partners import outlines
from outreach.partners.briefs import Briefs, CityBrief, ProposedCity
from outreach.settings import Language, Settings

FOLDER = {"fr": "fiches", "es": "fichas"}


class Sheets:
    """Makes each city's sheet in each language once, and keeps its bytes while letters are made."""

    def __init__(self, session: Session, office: Path, settings: Settings) -> None:
        self._session, self._office, self._settings = session, office, settings
        self._made: dict[tuple[str, Language], EnclosedFile] = {}
        self._bytes: dict[str, bytes] = {}

    def cities(self, organisation: Organisation) -> tuple[ProposedCity, ...]:
        """Return the cities that the released list proposes to an organisation."""
        return self._briefs.of(organisation)

    def title(self, enclosure: Enclosure, city: ProposedCity, language: Language) -> str:
        """Return the title of one sheet: the enclosure's, and the city."""
        between = "\u00a0: " if language == "fr" else ": "
        return f"{enclosure.in_(language)}{between}{city.city.name}"

    def files(
        self,
        enclosure: Enclosure,
        organisation: Organisation,
        cities: Sequence[ProposedCity],
        language: Language,
    ) -> list[EnclosedFile]:
        """Return the sheets for an organisation; where there are none, a file that says why."""
        if cities:
            return [
                self._file(city.city, self.title(enclosure, city, language), language)
                for city in cities
            ]
        return [
            EnclosedFile(
                title=enclosure.in_(language),
                path=organisation.code,
                trouble="unpaired" if self._briefs.released else "unreleased",
            )
        ]

    def data(self, file: EnclosedFile) -> bytes | None:
        """Return the bytes of a sheet made here; None of any other file."""
        return self._bytes.get(file.sha256)

    def _file(self, city: CityBrief, title: str, language: Language) -> EnclosedFile:
        key = (city.code, language)
        if key not in self._made:
            data = sheets.sheet(
                city,
                self._outlines,
                office=self._settings.office.name.in_(language),
                language=language,
            )
            sha256 = hashlib.sha256(data).hexdigest()
            self._bytes[sha256] = data
            self._made[key] = EnclosedFile(
                title=title,
                path=f"{FOLDER[language]}/{city.code.replace(':', '-')}-{city.name}.pdf",
                media=MEDIA[".pdf"],
                sha256=sha256,
                size=len(data),
            )
        return self._made[key]

    @cached_property
    def _briefs(self) -> Briefs:
        return Briefs(self._session, self._office, self._settings.partners)

    @cached_property
    def _outlines(self) -> dict[str, tuple[outlines.Ring, ...]]:
        return dict(outlines.read(self._office, "CO"))
