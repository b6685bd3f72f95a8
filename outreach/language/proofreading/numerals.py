"""Telephone numbers and street numbers."""

import re
from collections.abc import Iterator, Sequence

from outreach.errors import N_, Phrase
from outreach.language.proofreading.finding import Finding
from outreach.language.proofreading.page import Page

NATIONAL: dict[int, tuple[int, ...]] = {33: (9,), 57: (10,)}
"""Digits after the country code where the plan is known for sure: Arcep's (France), and that of
CRC Resolution 5826 of 2019 (Colombia; the eight digits of before are no longer in use)."""
FRENCH_DIGITS = 10
COLOMBIAN_DIGITS = 10

_SEP = r"[ .\u00a0\u202f-]"
_INTERNATIONAL = re.compile(
    rf"\(?(?:\+|\b00)[ ]?(\d{{1,3}})\)?{_SEP}*(?:\(0\){_SEP}*)?(\d(?:{_SEP}*\(?\d\)?){{3,14}})"
)
_FRENCH = re.compile(rf"(?<![\d+.,/-])0[1-9](?:{_SEP}\d{{1,3}}){{3,5}}(?![\d/]|[.,]\d)")
_LABELLED = re.compile(
    r"\b(?:(?P<fr>[Tt]él(?:éphone|\.)?|[Pp]ortable|[Mm]obile|[Ff]ax|[Tt]élécopie)"
    r"|(?P<es>[Tt]el(?:éfono|\.)|[Cc]elular|[Mm]óvil|PBX))"
    rf"[ \u00a0]*:?[ \u00a0]*(?P<number>\d(?:{_SEP}?\d){{4,14}})(?!\d)"
)
_STREET = r"\b(?:Carrera|Cra\.?|Kra\.?|Calle|Cl\.?|Avenida|Av\.?|Transversal|Diagonal)[ ]\w+[ ]"
_STREET_NO = re.compile(rf"{_STREET}(?:[Nn]o\.?|[Nn]°|[Nn]\.º)[ ]*\d+\w?[ ]*[–—-][ ]*\d+")
_STREET_HASH = re.compile(rf"{_STREET}#[ ]*\d+\w?([ ]*[–—-][ ]*)\d+")


def check(page: Page) -> Iterator[Finding]:
    """Yield telephone numbers of a wrong length and addresses written in two ways."""
    yield from _telephones(page)
    hashed = next(page.search(_STREET_HASH), None)
    for match in page.search(_STREET_NO):
        why = (
            Phrase(
                N_("another address here is written with “#” ({other}); write both the same way."),
                {"other": hashed[0]},
            )
            if hashed
            else Phrase(N_("Colombian addresses are written with “#”: Carrera 5 # 9-03."))
        )
        yield page.mark("P211", "warning", match.span(), why, _with_hash(match[0]))
    for match in page.search(_STREET_HASH):
        if match[1] != "-":
            why = Phrase(N_("in a Colombian address a plain hyphen joins the numbers: # 9-03."))
            yield page.mark("P211", "warning", match.span(), why, _with_hash(match[0]))


def _telephones(page: Page) -> Iterator[Finding]:
    seen: set[int] = set()
    for match in page.search(_INTERNATIONAL):
        seen.update(range(*match.span()))
        country, wanted = _plan(match[1])
        digits = _digits(match[1])[len(str(country)) :] + _digits(match[2])
        if country and wanted and len(digits) not in wanted:
            yield page.mark("P210", "error", match.span(), _count(len(digits), wanted))
    for match in page.search(_LABELLED):
        expected = FRENCH_DIGITS if match["fr"] else COLOMBIAN_DIGITS
        digits = _digits(match["number"])
        seen.update(range(*match.span()))
        if len(digits) != expected and not digits.startswith("00"):
            span = match.span("number")
            yield page.mark("P210", "error", span, _count(len(digits), (expected,)))
    for match in page.search(_FRENCH):
        digits = _digits(match[0])
        if len(digits) != FRENCH_DIGITS and match.start() not in seen:
            yield page.mark("P210", "error", match.span(), _count(len(digits), (FRENCH_DIGITS,)))


def _plan(written: str) -> tuple[int | None, Sequence[int]]:
    """Return the country code that some digits start with, and how many digits follow it."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    for length in range(1, 4):
        code = int(written[:length])
        regions = COUNTRY_CODE_TO_REGION_CODE.get(code)
        if regions is None or len(str(code)) != min(length, len(written)):
            continue
        if code in NATIONAL:
            return code, NATIONAL[code]
        metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0])
        described = metadata.general_desc if metadata else None
        return code, (described.possible_length or ()) if described else ()
    return None, ()


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def _with_hash(written: str) -> str:
    """Return a Colombian address as the post writes it: Carrera 5 # 9-03."""
    hashed = re.sub(r"(?:[Nn]o\.?|[Nn]°|[Nn]\.º)[ ]*(?=\d)", "# ", written)
    return re.sub(r"[ ]*[–—-][ ]*(?=\d+$)", "-", hashed)


def _count(found: int, wanted: Sequence[int]) -> Phrase:
    return Phrase(
        N_("this telephone number has {found} digits; {wanted} are expected."),
        {"found": found, "wanted": [str(count) for count in wanted]},
    )
