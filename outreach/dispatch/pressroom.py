"""The templates, letterhead and settings of one batch, as files or as they were approved.

Everything that shapes a letter beside the recipient's data is *material*: a set of named parts,
each with its SHA-256. At submission the parts go into the archive; from then on the batch is
written from there, whatever becomes of the folder.
"""

import hashlib
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec
from sqlalchemy.orm import Session

from outreach.campaigns.definition import Definition, StepDefinition
from outreach.dispatch import archive
from outreach.errors import N_, OutreachError
from outreach.language import words
from outreach.letters import presses
from outreach.letters.catalogue import Catalogue, Letterhead, Source
from outreach.letters.compiling import Press, Written
from outreach.letters.facts import Facts, OfficeFacts, Seal
from outreach.letters.pdf import PdfPress
from outreach.letters.presses import Sheet
from outreach.settings import Language, Profile, Sender, Settings, Strict, Window

LANGUAGES: tuple[Language, ...] = ("fr", "es")
LETTER, LETTERHEAD, HOUSE, STEP = "letters/", "letterhead/", "settings", "step"
WORDS = "words"
KEPT_PRESSES = 64
"""Texts kept compiled in a process: the two twins of a few letters and covers, some versions old."""
INCLUDED = "templates/"
"""Before the names of shared blocks and pictures."""


class NoSignatureFileError(OutreachError):
    """The picture of the signature is not in the letterhead."""

    message = N_(
        "There is no picture {file} in templates/letterhead, which {name} is to sign with "
        "(outreach.toml). Put it there, or leave “signature” empty."
    )


class House(Strict, frozen=True):
    """What ``outreach.toml`` says in letters and messages."""

    office: dict[Language, OfficeFacts]
    sender: Sender
    window: Window
    time_zone: str
    profile: Profile = msgspec.field(default_factory=Profile)


class Pressroom:
    """Writes the letters of one batch; presses are made once per template twin."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.parts = dict(parts)
        self.house = msgspec.json.decode(self.parts[HOUSE], type=House)
        self.step = msgspec.json.decode(self.parts[STEP], type=StepDefinition)
        self.letterhead = Letterhead.from_bytes(
            {
                name.removeprefix(LETTERHEAD): data
                for name, data in parts.items()
                if name.startswith(LETTERHEAD)
            }
        )
        self._presses: dict[tuple[str, Language], Press] = {}
        self._pdf_press: PdfPress | None = None

    @property
    def words(self) -> frozenset[str]:
        """The office's own words, for proof-reading."""
        return words.listed(self.parts.get(WORDS, b"").decode("utf-8-sig", errors="replace"))

    @property
    def material(self) -> dict[str, str]:
        """The parts' hashes, by name."""
        return {name: archive.digest(data) for name, data in sorted(self.parts.items())}

    def source(self, letter: str, language: Language) -> Source | None:
        """Return a template twin, or None where it is missing."""
        data = self.parts.get(part_name(letter, language))
        if data is None:
            return None
        return Source.from_bytes(
            letter, language, data, lambda file: self.parts.get(INCLUDED + file)
        )

    def write(self, letter: str, language: Language, facts: Facts, seal: Seal) -> Written:
        """Write one letter. Raises the errors of ``letters.compiling``."""
        return self.press(letter, language).write(facts, seal)

    def pdf(self, written: Written, moment: datetime) -> bytes:
        """Return the letter's PDF. Raises the errors of ``letters.pdf``."""
        if self._pdf_press is None:
            self._pdf_press = PdfPress(self.letterhead.files)
        return self._pdf_press.pdf(written.tree, moment=moment, pictures=written.pictures)

    def pdfs(
        self, letters: Iterable[Written], count: int, moment: datetime
    ) -> Generator[bytes, None, None]:
        """Yield the PDF of each of ``count`` letters, in order; many are made in several processes.

        Raises the errors of ``letters.pdf``.
        """
        if count == 1:
            yield from (self.pdf(written, moment) for written in letters)
            return
        sheets = (Sheet(written.tree, moment, written.pictures) for written in letters)
        yield from presses.pdfs(self.letterhead.files, sheets, count)

    def press(self, letter: str, language: Language) -> Press:
        """Return the press of a template twin, made once."""
        key = (letter, language)
        if key not in self._presses:
            source = self.source(letter, language)
            if source is None:
                raise KeyError(part_name(letter, language))
            self._presses[key] = _press(
                _Order.of(source, self.letterhead, self.house, self.house.office[language])
            )
        return self._presses[key]


@dataclass(frozen=True, slots=True)
class _Order:
    """All that a press is made of; equal where all of it is."""

    digest: bytes
    source: Source = field(compare=False)
    letterhead: Letterhead = field(compare=False)
    house: House = field(compare=False)
    office: OfficeFacts = field(compare=False)

    @classmethod
    def of(
        cls, source: Source, letterhead: Letterhead, house: House, office: OfficeFacts
    ) -> "_Order":
        """Return the order, its digest taken over everything that shows in a letter."""
        parts = (source, letterhead.sha256, house.profile, house.window, office)
        digest = hashlib.sha256(msgspec.msgpack.encode(parts)).digest()
        return cls(digest, source, letterhead, house, office)


@lru_cache(maxsize=KEPT_PRESSES)
def _press(order: _Order) -> Press:
    """Return the press of a text: a batch, its check and a page all want the same one."""
    return Press(
        order.source,
        order.letterhead,
        order.office,
        profile=order.house.profile,
        window=order.house.window,
    )


def part_name(letter: str, language: Language) -> str:
    """Return the material's name of a template twin: ``letters/suivi-septembre/fr.md``."""
    return f"{LETTER}{letter}/{language}.md"


def from_folder(folder: Path, settings: Settings, definition: Definition, step: str) -> Pressroom:
    """Gather the material of a step from the office folder.

    A missing twin is no error here: preflight reports it. Raises UnknownLetterError,
    LetterFileError, LetterheadError.
    """
    catalogue = Catalogue(folder)
    parts: dict[str, bytes] = {}
    for entry in definition.step(step).letters:
        for name in filter(None, (entry.letter, entry.cover)):
            for language, source in catalogue.letter(name).twins.items():
                parts[part_name(name, language)] = (folder / source.path).read_bytes()
                for file, data in source.included.items():
                    parts[INCLUDED + file] = data
    own_words = folder / words.FILE
    if own_words.is_file():
        parts[WORDS] = own_words.read_bytes()
    for name, data in Letterhead.read(folder).files.items():
        parts[LETTERHEAD + name] = data
    signs = settings.signing(definition.step(step).signatory)
    if signs.signature and LETTERHEAD + signs.signature not in parts:
        raise NoSignatureFileError(file=signs.signature, name=signs.name)
    house = House(
        office={language: OfficeFacts.of(settings, language, signs) for language in LANGUAGES},
        sender=settings.sender,
        window=settings.window,
        time_zone=settings.office.time_zone,
        profile=settings.language,
    )
    parts[HOUSE] = msgspec.json.encode(house, order="sorted")
    parts[STEP] = msgspec.json.encode(definition.step(step), order="sorted")
    return Pressroom(parts)


def freeze(session: Session, pressroom: Pressroom) -> dict[str, str]:
    """Put the material into the archive; return it as a batch keeps it."""
    archive.keep_all(
        session, (archive.row(data, "text/plain") for data in pressroom.parts.values())
    )
    return pressroom.material


def from_archive(session: Session, material: Mapping[str, str]) -> Pressroom:
    """Take frozen material out of the archive. Raises ArchiveDamagedError."""
    return Pressroom({name: archive.read(session, sha) for name, sha in material.items()})
