"""A letter's text as it is kept: written only over what its writer saw, earlier texts put aside."""

import difflib
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import tomlkit
from msgspec import Struct

from outreach.errors import N_, OutreachError
from outreach.letters.catalogue import FENCE, FOLDER, Catalogue, LetterTemplate, Source
from outreach.settings import Language

EARLIER = "var/earlier/letters"
KEPT = 100
"""Earlier texts that are kept of each language."""


class LetterChangedError(OutreachError):
    """Somebody else wrote the text since it was read."""

    message = N_(
        "Somebody changed this letter while you were at it. Below stands what your text would "
        "change in theirs. If that is right, keep it once more."
    )


class UnknownLetterTextError(OutreachError):
    """No text is kept from then."""

    message = N_("No earlier text of this letter is kept from that moment.")


class Earlier(Struct, frozen=True):
    """A text that stood until somebody wrote another one."""

    until: datetime
    by: str
    """Who wrote the text that followed it."""
    text: str


def digest(text: str) -> str:
    """Return by what a form knows again the text that it was made from."""
    return hashlib.sha256(text.encode()).hexdigest()


def body(source: Source) -> str:
    """Return the words of a letter as they are written, without the settings at the top."""
    return "\n".join(source.written.split("\n")[source.body_line - 1 :]).strip("\n")


def rewritten(source: Source, subject: str, words: str) -> str:
    """Return the file's text with another subject and other words; its other settings stay."""
    top = source.written.split("\n")[1 : source.body_line - 2]
    settings = tomlkit.parse("\n".join(top))
    if source.front.subject != subject:
        settings["subject"] = " ".join(subject.split())
    front = tomlkit.dumps(settings).strip("\n")
    return "\n".join([FENCE, front, FENCE, words.strip("\n"), ""])


def read(office: Path, name: str, language: Language, text: str) -> Source:
    """Return a text as the letter that it would be. Raises LetterFileError with the line."""
    return Source.from_bytes(name, language, text.encode(), Catalogue(office).file)


def save(office: Path, source: Source, *, seen: str, by: str, at: datetime) -> None:
    """Write a letter's text; what it said is kept. ``seen``: digest of what the writer read.

    Raises LetterChangedError, UnknownLetterError, MissingTwinError; then nothing is written.
    """
    before = _letter(office, source.name).twin(source.language).written
    if digest(before) != seen:
        raise LetterChangedError
    if before == source.written:
        return
    _keep(office, source, Earlier(at, by, before))
    path = office / FOLDER / source.name / f"{source.language}.md"
    fresh = path.with_suffix(".new")
    fresh.write_text(source.written, "utf-8", newline="\n")
    fresh.replace(path)


def earlier(office: Path, name: str, language: Language) -> Sequence[Earlier]:
    """Return a letter's earlier texts, the newest first. Raises UnknownLetterError."""
    home = _home(office, _letter(office, name).name, language)
    found = (msgspec.json.decode(path.read_bytes(), type=Earlier) for path in home.glob("*.json"))
    return sorted(found, key=lambda each: each.until, reverse=True)


def one(office: Path, name: str, language: Language, until: str) -> Earlier:
    """Return the text that stood until a moment (ISO 8601). Raises UnknownLetterTextError."""
    for each in earlier(office, name, language):
        if each.until.isoformat() == until:
            return each
    raise UnknownLetterTextError


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines that differ, each with ``-`` or ``+``, in the order of the text."""
    return [
        (line[0], line[2:].rstrip("\n"))
        for line in difflib.ndiff(before.splitlines(), after.splitlines())
        if line[0] in "+-" and line[2:].strip()
    ]


def _letter(office: Path, name: str) -> LetterTemplate:
    return Catalogue(office).letter(name)


def _home(office: Path, name: str, language: Language) -> Path:
    return office / EARLIER / name / language


def _keep(office: Path, source: Source, text: Earlier) -> None:
    home = _home(office, source.name, source.language)
    home.mkdir(parents=True, exist_ok=True)
    kept = {each.until for each in earlier(office, source.name, source.language)}
    until = text.until
    while until in kept:
        until += timedelta(microseconds=1)  # two within one moment are two
    text = msgspec.structs.replace(text, until=until)
    (home / _file(until)).write_bytes(msgspec.json.encode(text))
    for old in sorted((*kept, until), reverse=True)[KEPT:]:
        (home / _file(old)).unlink(missing_ok=True)


def _file(until: datetime) -> str:
    # No colon: Windows allows none in a file's name.
    return f"{until:%Y%m%dT%H%M%S%f}.json"
