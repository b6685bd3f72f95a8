"""A letter's tree becomes a PDF: Typst lays it out with the office's ``letter.typ``.

Everything that varies is data (``data.json``): recipient values are never Typst source. The same
tree, letterhead and moment give the same bytes.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

from outreach.errors import N_, OutreachError
from outreach.letters import fonts, included
from outreach.letters.fonts import missing_glyphs

if TYPE_CHECKING:
    import typst

__all__ = ["PdfError", "PdfPress", "missing_glyphs"]

Standard = Literal["a-2a", "a-2b", "a-2u", "a-3a", "a-3b", "a-3u", "ua-1"]

# PDF/A-2a to keep for ever, PDF/UA-1 for screen readers; Typst's exporter enforces both.
STANDARDS: tuple[Standard, ...] = ("a-2a", "ua-1")

LAYOUT = "letter.typ"

_MAIN = b'#import "letter.typ": letter\n#letter(json("data.json"), json("measures.json"))\n'
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{1}" height="{2}">'
    '<image width="{1}" height="{2}" href="data:{0};base64,{3}"/></svg>'
)
_PLACE = re.compile(r"┌─ (?:.*/)?([^\s:/]+):(\d+):\d+")
_PACKAGE = re.compile(rb"@[a-z][\w-]*/[\w-]+:\d")


class PdfError(OutreachError):
    """A letter could not be made into a PDF."""

    message = N_(
        "The PDF could not be made: {reason} ({place}). Mend the letterhead (letter.typ) "
        "and try again."
    )


class MissingLayoutError(PdfError):
    """The letterhead has no ``letter.typ``."""

    message = N_(
        "The letterhead has no letter.typ, which lays out the PDF. It belongs in "
        "templates/letterhead beside {known}."
    )


class LetterheadPackageError(PdfError):
    """``letter.typ`` wants a package from the network."""

    message = N_(
        "{file} imports {package}. A letterhead may use no package from the network: letters must "
        "look the same for ever. Copy what is needed into the file itself."
    )


class MissingGlyphError(PdfError):
    """The letter has characters that no font has: PDF/A allows no empty box."""

    message = N_(
        "No font of the letters has these characters: {characters}. Write them in another way "
        "(a Latin spelling, for example) where they come from: the contact or the letter’s text."
    )


class UnknownFontError(PdfError):
    """``letter.typ`` names a font that is not shipped: the letter would look otherwise."""

    message = N_("The letterhead asks for a font that is not there: {reason}. Known: {known}.")


class _Box(Struct, frozen=True):
    w: float
    h: float


class _Addressed(Struct, frozen=True):
    """What must be known of a tree before it is laid out."""

    addressee: tuple[str, ...]
    window: _Box


class PdfPress:
    """A Typst compiler kept ready. Not to be shared between threads: one press per worker.

    ``letterhead_files`` are the files of the letterhead folder by name; ``letter.typ`` must be
    among them and defines ``letter(data, measures)``. It can read the other files, nothing else.
    """

    def __init__(self, letterhead_files: Mapping[str, bytes]) -> None:
        import typst

        if LAYOUT not in letterhead_files:
            raise MissingLayoutError(known=sorted(letterhead_files))
        for name, content in letterhead_files.items():
            if name.endswith(".typ") and (found := _PACKAGE.search(content)):
                raise LetterheadPackageError(file=name, package=found.group().decode())
        self._files = {**_drawn(letterhead_files), "main.typ": _MAIN}
        # The font folder as root: nothing worth reading, and it surely exists.
        self._compiler = typst.Compiler(root=fonts.FOLDER, font_paths=_fonts())

    def pdf(
        self,
        tree: bytes,
        *,
        moment: datetime,
        standards: Sequence[Standard] = STANDARDS,
        pictures: Mapping[str, bytes] = MappingProxyType({}),
    ) -> bytes:
        """Return the PDF of ``tree`` (the JSON of ``letters.tree``), dated ``moment`` (aware).

        ``pictures`` are those that the tree names.

        Raises MissingGlyphError, UnknownFontError, or PdfError with the place in ``letter.typ``.
        """
        import typst

        if moment.tzinfo is None:
            raise ValueError("a PDF's moment needs a time zone")
        if missing := missing_glyphs(tree.decode()):
            raise MissingGlyphError(characters=[_named(char) for char in sorted(missing)])
        files: dict[str, Any] = {
            **_drawn({f"pictures/{name}": data for name, data in pictures.items()}),
            **self._files,
            "data.json": tree,
            "measures.json": _measures(tree),
        }
        try:
            output, warnings = self._compiler.compile_with_warnings(
                files,  # type: ignore[type-var]  # typst's stub forgets the files in memory
                format="pdf",
                pdf_standards=list(standards),
                timestamp=moment.astimezone(UTC).replace(microsecond=0),
            )
        except typst.TypstError as error:
            raise _refusal(error.message, error.diagnostic) from error
        if warnings:
            raise _refusal(warnings[0].message, warnings[0].diagnostic)
        if not isinstance(output, bytes):
            raise TypeError("Typst returned no PDF")
        return output


def _measures(tree: bytes) -> bytes:
    """Return what ``letter.typ`` is told beside the letter itself; see its first lines."""
    letter = msgspec.json.decode(tree, type=_Addressed)
    address = fonts.measure_address(letter.addressee, letter.window.w, letter.window.h)
    return msgspec.json.encode(
        {
            "address": {
                "size": address.size,
                "rows": address.rows,
                "capital": fonts.CAPITAL,
                "tail": fonts.TAIL,
            },
        }
    )


def _drawn(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files for Typst, whose files in memory are text: pictures as ``<name>.svg``."""
    drawn: dict[str, bytes] = {}
    for name, data in files.items():
        measured = included.measure(data)
        if measured is None:
            drawn[name] = data
        else:
            drawn[f"{name}.svg"] = _SVG.format(*measured, b64encode(data).decode()).encode()
    return drawn


@cache
def _fonts() -> "typst.Fonts":
    """Return the shipped fonts, and only those: a letter looks the same on every machine."""
    import typst

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.FOLDER]
    )


def _named(char: str) -> str:
    return f"“{char}” (U+{ord(char):04X})"


def _refusal(reason: str, diagnostic: str) -> PdfError:
    """Return the error for what Typst said, with the place it names."""
    if reason.startswith("unknown font family"):
        return UnknownFontError(reason=reason, known=_fonts().families())
    place = _PLACE.search(diagnostic)
    return PdfError(reason=reason, place=":".join(place.groups()) if place else LAYOUT)
