"""What a letter takes from other files: shared blocks of text, and pictures.

A block is ``templates/blocks/<name>.<language>.md``, a passage that several letters share. A picture
is a PNG or JPEG in the letter's own folder, or in ``templates/pictures/`` for all letters.
"""

import hashlib
import re
import struct
from collections.abc import Callable, Iterator

from msgspec import Struct

from outreach.errors import N_, Phrase
from outreach.letters import notation
from outreach.letters.keys import UNKNOWN
from outreach.letters.notation import Trouble

BLOCKS, PICTURES, LETTERS = "blocks/", "pictures/", "letters/"
MAX_SIDE = 6_000
"""Pixels: more is a photograph as it left the camera, or a bomb."""

Files = Callable[[str], bytes | None]
"""Gives a file by its path below ``templates/``; None where there is none."""

_PICTURE = re.compile(r"!\[[^\[\]\n]{0,500}\]\(([^)\s]{1,200})")
_NAME = re.compile(r"[\w.-]+\.(?:png|jpe?g)", re.IGNORECASE)


def no_files(_: str) -> bytes | None:
    """Say that there is no file of any name."""
    return None


class Block(Struct, frozen=True):
    """A shared passage, in one language."""

    file: str
    """Below ``templates/``."""
    text: str
    """Line by line, as Jinja."""
    data: bytes


class Inline(Struct, frozen=True):
    """A picture inside an e-mail: the page points to it as ``cid:<cid>`` (RFC 2392)."""

    cid: str
    name: str
    media: str
    data: bytes


class Picture(Struct, frozen=True):
    """A picture of a letter."""

    file: str
    """Below ``templates/``."""
    media: str
    width: int
    """Pixels."""
    height: int
    data: bytes

    @property
    def name(self) -> str:
        """The file's name alone."""
        return self.file.rpartition("/")[2]

    @property
    def inline(self) -> Inline:
        """The picture as an e-mail holds it."""
        mark = hashlib.sha256(self.data).hexdigest()[:20]
        return Inline(f"{mark}@picture", self.name, self.media, self.data)


Pictures = dict[str, Picture]
"""By the name that the letter gives them."""


class Line(Struct, frozen=True):
    """Where a line of a body was written."""

    path: str
    line: int
    own: int
    """The letter's own line: for a block's, the one that names the block."""
    words: str


class Body(Struct, frozen=True):
    """A letter's body as Jinja, with its blocks."""

    text: str
    lines: tuple[Line, ...]
    troubles: tuple[Trouble, ...]


def with_blocks(
    written: str, start: int, path: str, language: str, files: Files
) -> tuple[tuple[Block, ...], Body]:
    """Return the blocks that a letter names, and its body (from line ``start``) with them in place.

    A block that is missing, or that names blocks itself, becomes a trouble.
    """
    blocks: dict[str, Block] = {}
    whole: list[str] = []
    lines: list[Line] = []
    troubles: list[Trouble] = []
    for number, words in enumerate(written.split("\n")[start - 1 :], start):
        name = notation.block_name(words)
        file = f"{BLOCKS}{name}.{language}.md"
        data = files(file) if name else None
        if name is None:
            whole.append(words)
            lines.append(Line(path, number, number, words))
            continue
        if data is None:
            reason = Phrase(
                N_("there is no shared block “{name}”: {path} is missing."),
                {"name": name, "path": f"templates/{file}"},
            )
            troubles.append(Trouble(reason, number, path))
            whole.append("{{ " + UNKNOWN + '["' + name + '"] }}')
            lines.append(Line(path, number, number, words))
            continue
        text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").strip("\n")
        block = notation.translated(text)
        blocks[file] = Block(file, block.text, data)
        for place, passage in enumerate(text.split("\n"), 1):
            if notation.block_name(passage) is not None:
                reason = Phrase(N_("a shared block holds no other block; write the words out."))
                troubles.append(Trouble(reason, place, f"templates/{file}"))
                passage = "{{ " + UNKNOWN + '["bloc"] }}'  # noqa: PLW2901
            whole.append(passage)
            lines.append(Line(f"templates/{file}", place, number, passage))
    body = notation.translated("\n".join(whole))
    for each in body.troubles:
        at = lines[each.line - 1]
        troubles.append(Trouble(each.phrase, at.line, at.path))
    return tuple(blocks.values()), Body(body.text, tuple(lines), tuple(troubles))


def pictures(body: str, letter: str, files: Files) -> Pictures:
    """Return the pictures that a body names; those that cannot be used are left out."""
    found: Pictures = {}
    for name in dict.fromkeys(_PICTURE.findall(body)):
        if not _NAME.fullmatch(name):
            continue
        for file in (f"{LETTERS}{letter}/{name}", f"{PICTURES}{name}"):
            data = files(file)
            measured = None if data is None else measure(data)
            if data is not None and measured is not None:
                media, width, height = measured
                found[name] = Picture(file, media, width, height, data)
                break
    return found


def measure(data: bytes) -> tuple[str, int, int] | None:
    """Return media type, width and height of a PNG or JPEG by its first bytes; None of others."""
    size: tuple[int, int] | None = None
    media = "image/png"
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        size = struct.unpack(">II", data[16:24])
    elif data.startswith(b"\xff\xd8"):
        media = "image/jpeg"
        size = next(_jpeg_sizes(data), None)
    if size is None or not all(0 < side <= MAX_SIDE for side in size):
        return None
    return media, *size


def _jpeg_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield width and height from a JPEG's frame header (ITU-T T.81, B.2.2)."""
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:  # noqa: PLR2004  # a marker
        kind, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if 0xC0 <= kind <= 0xCF and kind not in {0xC4, 0xC8, 0xCC}:  # noqa: PLR2004
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            yield width, height
        place += 2 + length
