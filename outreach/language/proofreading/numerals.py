"""Telephone numbers and street numbers."""

import re
from collections.abc import Iterator

from outreach.errors import N_, Phrase
from outreach.language.proofreading.finding import Finding
from outreach.language.proofreading.page import Page
from outreach.settings import Language

NATIONAL = {"33": 9, "57": 10}
"""Digits after the country code: Arcep's plan (France), CRC Resolution 5826 of 2019 (Colombia)."""

_INTERNATIONAL = re.compile(r"\(?\+(33|57)\)?[\s\u00a0.-]*(?:\(0\))?((?:[\s\u00a0.-]*\d)+)")
_FRENCH = re.compile(r"(?<![\d+])0[1-9](?:[ .\u00a0-]?\d){3,12}(?!\d)")
_STREET_NO = re.compile(
    r"\b(?:Carrera|Calle|Avenida|Transversal|Diagonal)\s+\S+\s+(?:No\.?|N°|n\.º)\s*\d+\s*[–-]\s*\d+"
)
_STREET_HASH = re.compile(r"\b(?:Carrera|Calle|Avenida|Transversal|Diagonal)\s+\S+\s+#\s*\d+")
FRENCH_DIGITS = 10


def check(page: Page, language: Language) -> Iterator[Finding]:
    """Yield telephone numbers of a wrong length and addresses written in two ways."""
    del language  # numbers are the same in both
    for line, match in page.search(_INTERNATIONAL):
        digits = re.sub(r"\D", "", match[2])
        if len(digits) != NATIONAL[match[1]]:
            yield page.mark("P210", "error", line, match, _count(len(digits), NATIONAL[match[1]]))
    for line, match in page.search(_FRENCH):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) != FRENCH_DIGITS:
            yield page.mark("P210", "error", line, match, _count(len(digits), FRENCH_DIGITS))
    hashed = any(True for _ in page.search(_STREET_HASH))
    for line, match in page.search(_STREET_NO):
        why = (
            Phrase(N_("another address here is written with “#”; write both in the same way."))
            if hashed
            else Phrase(N_("Colombian addresses are written with “#”."))
        )
        yield page.mark("P211", "warning", line, match, why)


def _count(found: int, wanted: int) -> Phrase:
    return Phrase(
        N_("this telephone number has {found} digits; {wanted} are expected."),
        {"found": found, "wanted": wanted},
    )
