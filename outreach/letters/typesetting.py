"""A Typst compiler for the program's own pages: lists, labels, envelopes.

Letters have a press of their own (``letters.pdf``), with the office's layout and the archive's
standards.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from outreach.letters import fonts

POINTS = 72
"""In an inch."""


def compiled(
    files: Mapping[str, bytes], *, tagged: bool = False, moment: datetime | None = None
) -> bytes:
    """Return the PDF of ``main.typ`` among ``files``; ``tagged`` claims PDF/UA-1.

    ``moment`` (aware, in whole seconds) dates it, so that the same files give the same bytes.
    """
    output = _compiler().compile(
        dict(files),
        format="pdf",
        pdf_standards=["ua-1"] if tagged else [],
        timestamp=moment,
    )
    if not isinstance(output, bytes):
        raise TypeError("Typst returned no PDF")
    return output


def picture(svg: str, *, width: int, scale: int = 1) -> bytes:
    """Return an SVG as PNG, ``width`` points wide with ``scale`` pixels each, on white."""
    page = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image("picture.svg", width: %dpt)
"""
    output = _compiler().compile(
        {"main.typ": page % width, "picture.svg": svg.encode()},
        format="png",
        ppi=POINTS * scale,
    )
    if not isinstance(output, bytes):
        raise TypeError("Typst returned no picture")
    return output


@cache
def _compiler() -> Any:  # noqa: ANN401  # typst's stub lacks the type of a compiler of given fonts
    import typst

    return typst.Compiler(
        root=fonts.FOLDER,
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.FOLDER]
        ),
    )
