"""The languages of the program itself: French, Spanish, English.

Sentences are English msgids; the catalogues in ``outreach/locale`` turn them into French and
Spanish. Click's own sentences ("Usage:", "No such option") have a catalogue of their own, so that
a new version of Click can never break ours.
"""

import gettext as gnu
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import get_args

from outreach.errors import OutreachError, Phrase
from outreach.settings import SETTINGS_FILE, Language, UiLanguage

LOCALE = Path(__file__).parent / "locale"
LANGUAGES: tuple[UiLanguage, ...] = get_args(UiLanguage)
REGION = {"fr": "fr_FR", "es": "es_CO", "en": "en_GB"}
"""Whose dates and numbers: the embassy's two countries."""


MOST = 10**15
"""Figures from here on are nobody's count."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language: sentences from the catalogue, dates and numbers as its readers write them."""

    language: UiLanguage
    catalogue: gnu.NullTranslations

    @property
    def written(self) -> Language:
        """The nearer of the two languages that letters and campaign files are written in."""
        return "es" if self.language == "es" else "fr"

    def gettext(self, message: str) -> str:
        """Return ``message`` in this language, or as it is where the catalogue lacks it."""
        return self.catalogue.gettext(message) if message else ""

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Return the form for ``n``, with ``{n}`` still to be filled."""
        return self.catalogue.ngettext(one, many, n)

    def told(self, phrase: Phrase | OutreachError, zone: tzinfo | None = None) -> str:
        """Return a room's sentence in this language, dates among its values in words too.

        Moments are shown by the clock of ``zone``, else by the clock they were given in. Numbers
        stay as they are: some belong to a command that the reader types.
        """
        values = {key: self._told(value, zone) for key, value in phrase.values.items()}
        return Phrase(phrase.message, values).in_words(self.gettext)

    def _told(self, value: object, zone: tzinfo | None) -> object:
        match value:
            case datetime() if clock := zone or value.tzinfo:
                return self.moment(value, clock)
            case date() if not isinstance(value, datetime):
                return self.day(value)
            case Phrase():
                return self.told(value, zone)
        return value

    def number(self, value: float) -> str:
        """Return a number with this language's separators."""
        from babel.numbers import format_decimal

        if abs(value) >= MOST:  # somebody typed it; Babel's decimals have 28 digits
            return str(value)
        return format_decimal(value, locale=REGION[self.language])

    def day(self, day: date) -> str:
        """Return a date in words: "1 sept. 2025"."""
        from babel.dates import format_date

        text = format_date(day, "medium", locale=REGION[self.language])
        # The one ordinal among French dates, which the CLDR's formats do not know.
        return f"1er{text[1:]}" if self.language == "fr" and day.day == 1 else text

    def month(self, day: date) -> str:
        """Return a month in few signs: "sept. 2025"."""
        from babel.dates import format_skeleton

        return format_skeleton("yMMM", day, locale=REGION[self.language])

    def moment(self, moment: datetime, zone: tzinfo) -> str:
        """Return a moment as the office's clock shows it."""
        from babel.dates import format_datetime

        return format_datetime(moment, "short", tzinfo=zone, locale=REGION[self.language])


@cache
def translator(language: UiLanguage) -> Words:
    """Return the words of ``language``; English is what the msgids are written in."""
    path = LOCALE / language / "LC_MESSAGES" / "outreach.po"
    if not path.is_file():
        return Words(language, gnu.NullTranslations())
    with compiled(path).open("rb") as file:
        return Words(language, gnu.GNUTranslations(file))


_active: list[Words] = []


def use(language: UiLanguage) -> Words:
    """Speak ``language`` from here on, in Click's sentences too."""
    click_po = LOCALE / language / "LC_MESSAGES" / "click.po"
    if click_po.is_file():
        compiled(click_po)
    gnu.bindtextdomain("click", str(LOCALE))
    gnu.textdomain("click")
    os.environ["LANGUAGE"] = language
    _active[:] = [translator(language)]
    return _active[0]


def active() -> Words:
    """Return the words in use; French before anything was chosen."""
    return _active[0] if _active else translator("fr")


def choose(asked: str | None, office: Path, environ: Mapping[str, str]) -> UiLanguage:
    """Return the language to speak: the one asked for, else the office's, else LANG's, else French.

    An unreadable settings file is not this function's business: whoever needs it will say so.
    """
    try:
        settings = tomllib.loads((office / SETTINGS_FILE).read_text("utf-8-sig"))
        wished = settings["office"]["ui_language"]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
        wished = None
    system = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    for candidate in (asked, wished, system[:2]):
        for language in LANGUAGES:
            if candidate == language:
                return language
    return "fr"


def compiled(po: Path) -> Path:
    """Return the ``.mo`` beside ``po``, made anew where it is missing or older.

    A wheel carries it; in a checkout a catalogue may have been edited since the installation.
    """
    mo = po.with_suffix(".mo")
    if mo.is_file() and mo.stat().st_mtime >= po.stat().st_mtime:
        return mo
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    fresh = mo.with_suffix(f".{os.getpid()}")
    with po.open("rb") as source, fresh.open("wb") as target:
        write_mo(target, read_po(source))
    fresh.replace(mo)  # another process may be reading the old one
    return mo
