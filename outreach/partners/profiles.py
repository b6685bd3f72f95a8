"""What a city told us, or a source tells of it: one editable file per city.

``contacts/profiles/<DIVIPOLA>.toml``. What is known from the reference data (inhabitants,
departamento, capital) is not repeated there; what is missing stays unknown and is asked for.
"""

from functools import cached_property
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from outreach import tomlfile
from outreach.errors import N_, OutreachError
from outreach.partners import themes as known_themes
from outreach.settings import Bilingual, Strict

FOLDER = "contacts/profiles"


class ProfileNameError(OutreachError):
    """A file of profiles is not named after a city."""

    message = N_("{file}: a profile is named after the city’s DIVIPOLA code, as 66001.toml.")


class ProfileTheme(Strict, frozen=True):
    """A theme, and who says so."""

    theme: str
    source: Annotated[str, Meta(min_length=3)]


class Fact(Strict, frozen=True):
    """One fact in both languages, and who says so."""

    text: Bilingual
    source: Annotated[str, Meta(min_length=3)]


class Altitude(Strict, frozen=True):
    """Metres above the sea, and who says so."""

    metres: Annotated[int, Meta(ge=-50, le=5_000)]
    source: Annotated[str, Meta(min_length=3)]


class Profile(Strict, frozen=True):
    """The whole file."""

    name: str
    """For whoever opens the file; the program reads the reference data's."""
    altitude: Altitude | None = None
    themes: tuple[ProfileTheme, ...] = ()
    facts: tuple[Fact, ...] = ()
    contact: str = ""
    """The office to write to, not a person: "Secretaría de Planeación"."""


EMPTY = Profile(name="")


class Profiles:
    """The profiles of an office, read as they are asked for."""

    def __init__(self, office: Path) -> None:
        self._folder = office / FOLDER

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every city that has a file: ``CO:66001``. Raises ProfileNameError."""
        found = []
        for path in sorted(self._folder.glob("*.toml")):
            if not (path.stem.isascii() and path.stem.isdigit() and len(path.stem) == 5):  # noqa: PLR2004  # DIVIPOLA
                raise ProfileNameError(file=f"{FOLDER}/{path.name}")
            found.append(f"CO:{path.stem}")
        return tuple(found)

    def of(self, code: str) -> Profile:
        """Return a city's profile, an empty one where it has no file.

        Raises the errors of ``tomlfile``, UnknownThemeError.
        """
        path = self._folder / f"{code.removeprefix('CO:')}.toml"
        if code not in self.codes:
            return EMPTY
        profile = tomlfile.read(path, Profile, shown=f"{FOLDER}/{path.name}")
        known_themes.require(each.theme for each in profile.themes)
        return profile
