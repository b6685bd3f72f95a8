"""The secretariat's files: letter templates and the letterhead, as text with a hash.

A :class:`Source` and a :class:`Letterhead` can be made from bytes too, so that a batch is written
from the copy that was approved, whatever became of the folder since.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from outreach.errors import N_, OutreachError, Phrase, WrongUseError
from outreach.letters import notation
from outreach.letters.included import Block, Files, Line, Pictures, no_files, pictures, with_blocks
from outreach.letters.notation import Trouble
from outreach.settings import Language, Strict

TEMPLATES = "templates"
FOLDER = "templates/letters"
LETTERHEAD_FOLDER = "templates/letterhead"
LANGUAGES: tuple[Language, ...] = ("fr", "es")
FENCE = "+++"
MAX_BYTES = 200_000
"""A letter is a few thousand characters; more is a mistake or an attack."""
MAX_LETTERHEAD_BYTES = 2_000_000
MAX_INCLUDED_BYTES = 2_000_000
"""A picture or block of more is a mistake: it would travel in every e-mail."""

Kind = Literal["letter", "cover"]
Closing = Literal["formal", "short", "none"]


class UnknownLetterError(WrongUseError):
    """No folder of that name."""

    message = N_("No letter is called “{name}” in {folder}/. Known: {known}.")


class MissingTwinError(OutreachError):
    """A letter lacks one of its two languages."""

    message = N_(
        "The letter “{name}” has no {language} text: {path} is missing. Write it as a true "
        "translation of its twin."
    )


class LetterFileError(OutreachError):
    """A template's front matter does not fit, or the file cannot be read."""

    message = N_("{path}, line {line}: {reason}")


class LetterheadError(OutreachError):
    """A file of the letterhead is missing or cannot be used."""

    message = N_("The letterhead file {path} cannot be used: {reason}")


class FrontMatter(Strict, frozen=True):
    """The table between the ``+++`` lines."""

    subject: str
    """What stands after Objet / Asunto and in the e-mail's subject. May hold fields."""
    kind: Kind = "letter"
    """``cover``: the short e-mail that a signed PDF travels under; it has no letterhead parts."""
    addressee: tuple[str, ...] = ()
    """The collective addressee of a circular, line by line."""
    salutation: bool = True
    closing: Closing = "formal"
    handwritten: bool = False
    """The PDF leaves room for salutation and closing, to be written by hand."""
    promises: tuple[str, ...] = ()
    """Names of the promises (of the campaign file) that this text makes."""
    summary: str = ""
    """One line for lists, and what a mailbox shows beside the subject."""


class Source(Struct, frozen=True, kw_only=True):
    """One template in one language, as written and as the sandbox reads it."""

    name: str
    language: Language
    path: str
    """Relative to the office folder, as named in messages."""
    written: str
    """The file's own words."""
    text: str
    """The same, line by line, with the brackets of ``letters.notation`` as Jinja."""
    front: FrontMatter
    body: str
    """What follows the front matter, as Jinja, with its shared blocks."""
    body_line: int
    """The file's line on which the body starts, from 1."""
    lines: tuple[Line, ...] = ()
    """Where each line of the body was written."""
    blocks: tuple[Block, ...] = ()
    pictures: Pictures = msgspec.field(default_factory=dict)
    troubles: tuple[Trouble, ...] = ()
    """Names that stand for nothing, wherever they were written."""
    sha256: str

    @classmethod
    def from_bytes(
        cls, name: str, language: Language, data: bytes, files: Files = no_files
    ) -> "Source":
        """Take a template from its bytes. Raises LetterFileError with the line.

        ``files`` gives what it includes (shared blocks, pictures) by its path below ``templates/``.
        """
        path = f"{FOLDER}/{name}/{language}.md"
        written = _decoded(data, path)
        front, start = _split(written, path)
        head = notation.translated("\n".join(written.split("\n")[: start - 1]))
        blocks, body = with_blocks(written, start, path, language, files)
        own = notation.translated("\n".join(written.split("\n")[start - 1 :]))
        return cls(
            name=name,
            language=language,
            path=path,
            written=written,
            text=f"{head.text}\n{own.text}",
            front=front,
            body=body.text,
            body_line=start,
            lines=body.lines,
            blocks=blocks,
            pictures=pictures(body.text, name, files),
            troubles=(*head.at(path, 1), *body.troubles),
            sha256=hashlib.sha256(data).hexdigest(),
        )

    def retouched(self, text: str) -> "Source":
        """Return the template with ``text``, plain Markdown, in place of its own words."""
        path = f"{self.path} (retouched)"
        words = tuple(text.split("\n"))
        return msgspec.structs.replace(
            self,
            path=path,
            written=text,
            text=text,
            # A brace is printed as it stands; a bracket was never looked at.
            body=text.replace("{", '{{ "{" }}'),
            body_line=1,
            lines=tuple(Line(path, place, place, each) for place, each in enumerate(words, 1)),
            blocks=(),
            pictures={},
            troubles=(),
        )

    @property
    def included(self) -> dict[str, bytes]:
        """Return what the letter includes, by path below ``templates/``."""
        blocks = {block.file: block.data for block in self.blocks}
        return blocks | {picture.file: picture.data for picture in self.pictures.values()}

    def line_of(self, words: str) -> int:
        """Return the line on which ``words`` of the front matter stand, 1 where not found."""
        place = self.written.find(words.split("\n", 1)[0]) if words else -1
        return 1 if place < 0 else self.written.count("\n", 0, place) + 1


class LetterTemplate(Struct, frozen=True, kw_only=True):
    """One letter: its twins, by language. A twin may be missing until someone asks for it."""

    name: str
    twins: Mapping[Language, Source]

    def twin(self, language: Language) -> Source:
        """Return the text in ``language``. Raises MissingTwinError."""
        try:
            return self.twins[language]
        except KeyError:
            path = f"{FOLDER}/{self.name}/{language}.md"
            words = {"fr": N_("French"), "es": N_("Spanish")}[language]
            raise MissingTwinError(name=self.name, language=Phrase(words), path=path) from None


class Catalogue:
    """The letters of the office ``folder`` (the one with ``outreach.toml``)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._templates = folder / TEMPLATES

    def names(self) -> list[str]:
        """Return the letters' names, sorted."""
        if not self._folder.is_dir():
            return []
        return sorted(
            path.name
            for path in self._folder.iterdir()
            if any((path / f"{language}.md").is_file() for language in LANGUAGES)
        )

    def letter(self, name: str) -> LetterTemplate:
        """Read both twins of a letter. Raises UnknownLetterError, LetterFileError."""
        known = self.names()
        if name not in known:
            raise UnknownLetterError(name=name, folder=FOLDER, known=known)
        twins: dict[Language, Source] = {}
        for language in LANGUAGES:
            path = self._folder / name / f"{language}.md"
            if path.is_file():
                data = path.read_bytes()
                twins[language] = Source.from_bytes(name, language, data, self.file)
        return LetterTemplate(name=name, twins=twins)

    def file(self, path: str) -> bytes | None:
        """Return a file below ``templates/``; None where there is none.

        Nothing outside that folder is read, by ``..`` or by a link to elsewhere.
        """
        home = self._templates.resolve()
        found = (home / path).resolve()
        if not found.is_relative_to(home) or not found.is_file():
            return None
        if found.stat().st_size > MAX_INCLUDED_BYTES:
            return None
        return found.read_bytes()


class Letterhead(Struct, frozen=True, kw_only=True):
    """The letterhead's files by name (``email.html``, ``email.css``, ``letter.typ``...)."""

    files: Mapping[str, bytes]
    sha256: str

    @classmethod
    def from_bytes(cls, files: Mapping[str, bytes]) -> "Letterhead":
        """Take a letterhead from its files' bytes."""
        digest = hashlib.sha256()
        for name in sorted(files):
            digest.update(f"{name}\0{len(files[name])}\0".encode())
            digest.update(files[name])
        return cls(files=dict(files), sha256=digest.hexdigest())

    @classmethod
    def read(cls, folder: Path) -> "Letterhead":
        """Read ``templates/letterhead`` of the office ``folder``. Raises LetterheadError."""
        home = folder / LETTERHEAD_FOLDER
        paths = sorted(_plain_files(home.iterdir())) if home.is_dir() else []
        files = {path.name: path.read_bytes() for path in paths}
        if sum(map(len, files.values())) > MAX_LETTERHEAD_BYTES:
            reason = Phrase(N_("together the files exceed {size} bytes."), _size())
            raise LetterheadError(path=LETTERHEAD_FOLDER, reason=reason)
        return cls.from_bytes(files)

    def text(self, name: str) -> str:
        """Return a text file of the letterhead. Raises LetterheadError."""
        path = f"{LETTERHEAD_FOLDER}/{name}"
        try:
            return self.files[name].decode("utf-8-sig")
        except KeyError:
            reason = Phrase(N_("it is missing."))
            raise LetterheadError(path=path, reason=reason) from None
        except UnicodeDecodeError as error:
            reason = Phrase(N_("a character is not UTF-8. Save the file as UTF-8."))
            raise LetterheadError(path=path, reason=reason) from error


def _size() -> dict[str, object]:
    return {"size": MAX_LETTERHEAD_BYTES}


def _plain_files(paths: Iterable[Path]) -> Iterable[Path]:
    return (path for path in paths if path.is_file() and not path.name.startswith("."))


def _decoded(data: bytes, path: str) -> str:
    if len(data) > MAX_BYTES:
        reason = Phrase(N_("the file is larger than {size} bytes."), {"size": MAX_BYTES})
        raise LetterFileError(path=path, line=1, reason=reason)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        reason = Phrase(N_("a character is not UTF-8. Save the file as UTF-8."))
        raise LetterFileError(path=path, line=line, reason=reason) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _split(text: str, path: str) -> tuple[FrontMatter, int]:
    """Return a template's front matter, and the line on which its body starts."""
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        reason = Phrase(
            N_("the file must begin with a line “+++”, then its settings (subject = …), “+++”.")
        )
        raise LetterFileError(path=path, line=1, reason=reason)
    try:
        end = next(place for place, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE)
    except StopIteration:
        reason = Phrase(N_("the settings at the top are not closed by a line “+++”."))
        raise LetterFileError(path=path, line=1, reason=reason) from None
    return _front("\n".join(lines[1:end]), path), end + 2


def _front(toml: str, path: str) -> FrontMatter:
    try:
        # The empty first line stands for the fence, so that TOML's line numbers are the file's.
        raw = tomllib.loads("\n" + toml)
    except tomllib.TOMLDecodeError as error:
        line = _line_in(str(error))
        reason = Phrase(N_("the settings at the top cannot be read ({why})."), {"why": str(error)})
        raise LetterFileError(path=path, line=line, reason=reason) from error
    try:
        return msgspec.convert(raw, FrontMatter)
    except msgspec.ValidationError as error:
        reason = Phrase(N_("a setting at the top does not fit ({why})."), {"why": str(error)})
        line = next((place for place, key in _keys(toml) if _names(error, key)), 1)
        raise LetterFileError(path=path, line=line, reason=reason) from error


def _names(error: Exception, key: str) -> bool:
    """Say whether msgspec's message is about ``key`` (an unknown one, or one's value)."""
    return bool(key) and (f"`{key}`" in str(error) or f"`$.{key}" in str(error))


def _keys(toml: str) -> Iterable[tuple[int, str]]:
    for place, line in enumerate(toml.split("\n"), 2):
        key, equals, _ = line.partition("=")
        if equals and not line.startswith("#"):
            yield place, key.strip()


def _line_in(error: str) -> int:
    """Return the line that tomllib's message names ("... (at line 3, column 5)")."""
    _, _, tail = error.partition("at line ")
    digits = tail.partition(",")[0]
    return int(digits) if digits.isdecimal() else 1
