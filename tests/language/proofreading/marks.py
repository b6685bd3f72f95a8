"""How these tests read a proof."""

from datetime import date

from outreach.language.proofreading import Finding, findings
from outreach.settings import Language

SENT_ON = date(2025, 9, 1)


def marks(text: str, language: Language = "fr") -> list[Finding]:
    """What is found in a text that leaves on 1 September 2025."""
    return findings(text, language, sent_on=SENT_ON)


def codes(text: str, language: Language = "fr") -> list[str]:
    """The codes alone."""
    return [each.code for each in marks(text, language)]


def suggestions(text: str, code: str, language: Language = "fr") -> list[str | None]:
    """What is to be written instead, for the findings of one code."""
    return [each.suggestion for each in marks(text, language) if each.code == code]
