"""Files that travel with a letter: the same for all, or one per recipient or organisation.

They lie in the office folder's ``enclosures/``. A campaign's step names them, with places for what
differs: ``fiches/{organisation}.pdf`` is ``fiches/CO-66001.pdf`` for Pereira.
"""

import hashlib
import re
from functools import lru_cache
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Literal

from msgspec import Struct

from outreach.errors import N_

FOLDER = "enclosures"
MAX_BYTES = 10_000_000
"""Mail servers of town halls refuse more than 10 to 25 MB, and base64 adds a third."""
MEDIA = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".ics": "text/calendar",
    ".csv": "text/csv",
}
"""What may travel, by its ending: no archive and nothing that runs."""

_PLACE = re.compile(r"\{(\w+)\}")

Trouble = Literal["", "missing", "type", "size", "place", "broken", "unreleased", "unpaired"]
TROUBLES: dict[Trouble, str] = {
    "missing": N_("the enclosure “{title}” is missing: there is no file {path}."),
    "type": N_(
        "the enclosure “{title}” ({path}) is of a kind that does not travel. Make it a PDF."
    ),
    "size": N_(
        "the enclosure “{title}” ({path}) is larger than 10 MB. Make it smaller, or link to it."
    ),
    "broken": N_(
        "the enclosure “{title}” ({path}) cannot be opened: it is damaged or under a password."
    ),
    "unreleased": N_(
        "the enclosure “{title}” names cities, and nobody has released the list of who is proposed "
        "to whom. Look at it, then: outreach partners release"
    ),
    "unpaired": N_(
        "the enclosure “{title}”: the released list proposes no city to {path}. Make a list with it "
        "(“outreach partners match SEGMENT”), or leave this recipient out."
    ),
    "place": N_(
        "the enclosure “{title}” names {path}, in which only {{contact}}, {{organisation}} and "
        "{{language}} may stand in braces."
    ),
}


class EnclosedFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file as it was found: what is approved are its bytes, by their hash."""

    title: str
    path: str
    """Below the office folder."""
    media: str = ""
    sha256: str = ""
    size: int = 0
    trouble: Trouble = ""

    @property
    def name(self) -> str:
        """The name under which it travels."""
        return PurePosixPath(self.path).name

    @property
    def is_pdf(self) -> bool:
        """Whether it can be printed with the letter."""
        return self.media == MEDIA[".pdf"]


class Shelf:
    """The ``enclosures/`` of an office; each file is read once, however many letters enclose it."""

    def __init__(self, office: Path) -> None:
        self._office = office
        self._home = (office / FOLDER).resolve()
        self._measured = lru_cache(maxsize=4096)(self._measure)

    def find(
        self, pattern: str, title: str, *, contact: str = "", organisation: str = "", language: str
    ) -> EnclosedFile:
        """Return the file that ``pattern`` names for a recipient (codes) in a language."""
        places = {"contact": contact, "organisation": organisation, "language": language}
        path = _PLACE.sub(lambda it: _in_file_names(places.get(it[1], it[0])), pattern)
        if "{" in path or "}" in path:
            return EnclosedFile(title=title, path=f"{FOLDER}/{pattern}", trouble="place")
        media, sha256, size, trouble = self._measured(path)
        return EnclosedFile(
            title=title,
            path=f"{FOLDER}/{path}",
            media=media,
            sha256=sha256,
            size=size,
            trouble=trouble,
        )

    def data(self, file: EnclosedFile) -> bytes:
        """Return the bytes of a file that was found."""
        return (self._office / file.path).read_bytes()

    def _measure(self, path: str) -> tuple[str, str, int, Trouble]:
        found = (self._home / path).resolve()
        if not found.is_relative_to(self._home) or not found.is_file():
            return "", "", 0, "missing"
        media = MEDIA.get(found.suffix.lower(), "")
        size = found.stat().st_size
        if not media:
            return "", "", size, "type"
        if size > MAX_BYTES:
            return media, "", size, "size"
        data = found.read_bytes()
        if media == MEDIA[".pdf"] and not _opens(data):
            return media, "", size, "broken"
        return media, hashlib.sha256(data).hexdigest(), size, ""


def _opens(pdf: bytes) -> bool:
    import pikepdf

    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            return len(opened.pages) > 0
    except (pikepdf.PdfError, pikepdf.PasswordError):  # damaged, or under a password
        return False


def _in_file_names(code: str) -> str:
    """Return a code as file names hold it: FR:76351/dgs is FR-76351-dgs."""
    return code.replace(":", "-").replace("/", "-").replace("\\", "-").strip(".")
