"""Proof-reading: what a careful secretary would mark in the margin, with the reason.

    findings(text, "fr", sent_on=date(2025, 9, 1), words={"Asointermedias"})

``text`` is a template with its front matter, or any Markdown or plain text.
"""

from collections.abc import Collection
from datetime import date

from outreach.language.proofreading import (
    days,
    forms,
    mixture,
    numerals,
    particles,
    signs,
    spelling,
)
from outreach.language.proofreading.finding import CHECKS, CODES, Check, Finding
from outreach.language.proofreading.page import Page
from outreach.settings import Language

__all__ = ["CHECKS", "CODES", "Check", "Finding", "courtesies", "findings", "greets"]


def findings(
    text: str,
    language: Language,
    *,
    sent_on: date,
    words: Collection[str] = (),
    salutation: str | None = None,
    closing: str | None = None,
) -> list[Finding]:
    """Return what is wrong with a letter's own words, in their order.

    ``sent_on`` is the day on which it is to leave; ``words`` are the office's own, never
    misspelt. ``salutation`` and ``closing`` are those that are printed around the text, where it
    holds none itself.
    """
    page = Page.of(text)
    found = [
        *forms.check(page, language, salutation, closing),
        *signs.check(page, language),
        *numerals.check(page),
        *days.check(page, language, sent_on),
    ]
    if mixture.is_other(page, language):
        found.append(mixture.whole(page))
    else:
        passages = mixture.passages(page, language)
        found += mixture.check(page, passages)
        skipped = [*signs.spans(page), *(passage.span for passage in passages)]
        found += particles.check(page, language, skipped)
        found += spelling.check(page, language, words, skipped)
    return sorted(found, key=lambda each: (each.line, each.column, each.code))


def greets(text: str, language: Language) -> bool:
    """Say whether a template greets, or takes leave of, somebody in words of its own.

    Salutation and closing that the program adds come from one source and cannot differ; a writer's
    own can.
    """
    return forms.greets(Page.of(text), language)


def courtesies(text: str, language: Language) -> list[Finding]:
    """Return where a written letter takes leave of another than it greets."""
    return list(forms.answering(Page.of(text), language))
