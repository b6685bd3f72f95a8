"""Proof-reading: what a careful secretary would mark in the margin, with the reason.

    findings(text, "fr", sent_on=date(2025, 9, 1), words={"Asointermedias"})

``text`` is a template with its front matter, or any Markdown or plain text.
"""

from collections.abc import Collection
from datetime import date

from outreach.language.proofreading import forms, numerals, spelling, wording
from outreach.language.proofreading.finding import Finding
from outreach.language.proofreading.page import Page
from outreach.settings import Language

__all__ = ["Finding", "findings"]


def findings(
    text: str, language: Language, *, sent_on: date, words: Collection[str] = ()
) -> list[Finding]:
    """Return what is wrong with a letter's own words, in their order.

    ``sent_on`` is the day on which it is to leave; ``words`` are the office's own, never
    misspelt.
    """
    page = Page.of(text)
    found = [
        *forms.check(page, language),
        *numerals.check(page, language),
        *wording.check(page, language, sent_on),
        *spelling.check(page, language, words),
    ]
    return sorted(found, key=lambda each: (each.line, each.column, each.code))
