"""One mark in the margin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from outreach.errors import N_, Phrase

Severity = Literal["error", "warning"]

CODES: Mapping[str, str] = {
    "P201": N_("“veillez” for “veuillez”"),
    "P202": N_("an ordinal that is not written as it should be"),
    "P203": N_("a leftover of another program"),
    "P204": N_("a title that does not agree, or an abbreviated one"),
    "P205": N_("salutation and closing that differ"),
    "P206": N_("a word that stands twice"),
    "P207": N_("a space too many"),
    "P208": N_("a date that depends on the day of reading"),
    "P209": N_("a link that leads nowhere"),
    "P210": N_("a telephone number with too many or too few digits"),
    "P211": N_("an address that is written unlike the others"),
    "P212": N_("a passage in another language"),
    "P213": N_("a question or exclamation without its opening sign"),
    "P214": N_("a place that was to be filled in"),
    "P215": N_("a page’s footer in the middle of the letter"),
    "P216": N_("feminine and masculine joined by a sign"),
    "P217": N_("a small word that does not fit the next"),
    "P218": N_("a date that is not written as it should be"),
    "P219": N_("a day of the week that is not that date’s"),
    "P220": N_("a word that is in no dictionary"),
    "P221": N_("a word of the other language"),
}
"""Every code, and what it means in general (a msgid). They are stable."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, why, and what to write instead."""

    code: str
    severity: Severity
    """An ``error`` must be put right; a ``warning`` may be accepted with a reason."""
    line: int
    """Of the file, from 1."""
    column: int
    """From 1."""
    excerpt: str
    why: Phrase
    suggestion: str | None = None
