"""A Typst compiler for the program's own pages: lists, labels, envelopes.

Letters have a press of their own (``letters.pdf``), with the office's layout and the archive's
standards.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from outreach.letters import fonts


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


@cache
def _compiler() -> Any:  # noqa: ANN401  # typst's stub lacks the type of a compiler of given fonts
    import typst

    return typst.Compiler(
        root=fonts.FOLDER,
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.FOLDER]
        ),
    )
