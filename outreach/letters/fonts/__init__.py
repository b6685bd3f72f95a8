"""The fonts that the letters embed, and what can be known of them without Typst.

Which characters they have, and at which size an address fits its window. Origin and licence are in
README.md beside this file.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent

ADDRESS_FONT = "NotoSans-Regular.ttf"

MM_PER_POINT = 25.4 / 72

# The lines of an address: ten points, nine for a seventh or a long line, never smaller
# (a sorting machine and a postman read them through the window).
ADDRESS_SIZES = (10.0, 9.0)

# In ems of the address font: how high a capital stands, how far a letter g hangs down. Rows may
# come so close that these touch, no closer.
CAPITAL, TAIL = 0.72, 0.24

_BREAKS = re.compile(r"(?<=[ -])")


@dataclass(frozen=True, slots=True)
class AddressMeasures:
    """How an address is set: the type size in points, the rows it takes, and whether it fits."""

    size: float
    rows: int
    fits: bool


@cache
def characters() -> frozenset[str]:
    """Return every character that at least one text font has."""
    return frozenset(
        chr(code) for path in FOLDER.glob("*.ttf") for code in _widths(path.name) if code
    )


def missing_glyphs(text: str) -> set[str]:
    """Return the characters of ``text`` that no font of the letters has.

    Spaces, line breaks and invisible marks (soft hyphen, joiners) need no glyph. The PDF of a
    letter with a missing glyph is refused: PDF/A allows no empty box.
    """
    return {
        char
        for char in set(text) - characters()
        if not char.isspace() and unicodedata.category(char) not in {"Cf", "Cc"}
    }


def measure_address(lines: Sequence[str], width: float, height: float) -> AddressMeasures:
    """Return how ``lines`` are set in a window of ``width`` x ``height`` millimetres.

    At ten points; else at nine, where a line that is still too long goes on below. Where even that
    does not fit, a person must shorten the address. Measured with the widths of the font that
    prints it.
    """
    ten, nine = (_measured(lines, width, height, size) for size in ADDRESS_SIZES)
    return ten if ten.fits and ten.rows == len(lines) else nine


def address_size(lines: Sequence[str], width: float, height: float) -> float | None:
    """Return the type size in points at which an address fits its window; None: at none."""
    measures = measure_address(lines, width, height)
    return measures.size if measures.fits else None


def line_width(line: str, size: float) -> float:
    """Return the width in millimetres of ``line`` in the address font at ``size`` points."""
    return _ems(line) * size * MM_PER_POINT


def broken(line: str, size: float, width: float) -> list[str]:
    """Return ``line`` in rows of at most ``width`` millimetres; a longer word has a row alone."""
    rows = [""]
    for word in _BREAKS.split(line):
        if rows[-1] and line_width((rows[-1] + word).rstrip(), size) > width:
            rows.append("")
        rows[-1] += word
    return [row.strip() for row in rows]


def _ems(line: str) -> float:
    widths = _widths(ADDRESS_FONT)
    return sum(widths.get(ord(char), widths[ord("m")]) for char in line)


def _measured(lines: Sequence[str], width: float, height: float, size: float) -> AddressMeasures:
    em = size * MM_PER_POINT
    rows = sum(_rows(line, width / em) for line in lines)
    # No word is wider than the window, and there is room for all rows.
    narrow = all(
        _ems(word.rstrip()) * em <= width for line in lines for word in _BREAKS.split(line)
    )
    return AddressMeasures(size, rows, fits=narrow and rows * (CAPITAL + TAIL) * em <= height)


def _rows(line: str, width: float) -> int:
    """Return how many rows ``line`` takes when it is broken at ``width`` ems."""
    rows, used = 1, 0.0
    for word in _BREAKS.split(line):
        if used and used + _ems(word.rstrip()) > width:
            rows, used = rows + 1, 0.0
        used += _ems(word)
    return rows


@cache
def _widths(name: str) -> dict[int, float]:
    """Return character code -> advance width in ems."""
    from fontTools.ttLib import TTFont

    with TTFont(FOLDER / name, lazy=True) as font:
        units: int = font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        return {code: metrics[glyph][0] / units for code, glyph in font.getBestCmap().items()}
