"""What must be right before a letter leaves: pure, over a template, or over a written letter.

Codes are stable; severity ``error`` blocks a batch, a ``warning`` may be accepted with a reason.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from outreach.errors import N_, Phrase
from outreach.language import proofreading
from outreach.letters import checklist, enclosures, fields, fonts, links, twins
from outreach.letters.catalogue import LANGUAGES, LetterTemplate, Source
from outreach.letters.compiling import Press, Written
from outreach.letters.facts import Facts
from outreach.settings import Language

Severity = Literal["error", "warning"]

MAX_SUBJECT = 200
MAX_LINES = 7
"""Lines that the envelope's window can hold (domain: six, seven abroad)."""

CODES: Mapping[str, str] = {code: each.title for code, each in checklist.CHECKS.items()}
"""Every code, and what it means in general (a msgid)."""


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that is wrong, where, and why."""

    code: str
    severity: Severity
    message: Phrase
    where: str
    """A file and line, or the contact's code."""
    excerpt: str = ""
    suggestion: str = ""


def check(written: Written, facts: Facts, *, demo: bool = False) -> list[Finding]:
    """Return what is wrong with one letter. ``demo``: reserved domains may be linked to."""
    contact = facts.contact
    where = "" if contact is None else contact.code
    found = [
        Finding(
            code=problem.code,
            severity="error",
            message=problem.phrase,
            where=f"{problem.path}:{problem.line}",
        )
        for problem in written.problems
    ]
    found.extend(check_links(written.links, where, demo=demo))
    if not written.subject.strip() or len(written.subject) > MAX_SUBJECT:
        words = Phrase(
            N_("the subject has {count} characters; it needs 1 to {most}."),
            {"count": len(written.subject), "most": MAX_SUBJECT},
        )
        found.append(Finding(code="L130", severity="error", message=words, where=where))
    if written.parts.in_window and written.parts.addressee:
        found.extend(_in_window(written, where))
    if written.source.front.kind == "letter":
        found.extend(_glyphs(written, where))
    found.extend(_enclosures(written, facts, where))
    found.extend(_courtesies(written, where))
    found.extend(_files(facts, where))
    if _both_genders(written, facts):
        words = Phrase(
            N_("the gender is not known, so that the letter says “{form}”."),
            {"form": written.parts.salutation.rstrip(",: ")},
        )
        found.append(Finding(code="L132", severity="warning", message=words, where=where))
    return found


def check_links(urls: Sequence[str], where: str, *, demo: bool = False) -> list[Finding]:
    """Return what is wrong with the form of these addresses; none is opened."""
    found: list[Finding] = []
    for url in urls:
        trouble = links.form(url)
        if trouble is None or (trouble[0] == "L111" and demo):
            continue
        code, words = trouble
        found.append(Finding(code=code, severity="error", message=words, where=where, excerpt=url))
    return found


def check_template(
    letter: LetterTemplate,
    presses: Mapping[Language, Press],
    *,
    steps: Collection[str] | None = None,
    promises: Collection[str] | None = None,
) -> list[Finding]:
    """Return what is wrong with a letter before anyone's data is in it.

    ``presses`` are those of its twins; ``steps`` and ``promises`` are the campaign's, where known.
    """
    found: list[Finding] = []
    for language in LANGUAGES:
        if language not in letter.twins:
            words = Phrase(
                N_("the letter “{name}” has no text in “{language}”."),
                {"name": letter.name, "language": language},
            )
            found.append(Finding(code="L120", severity="error", message=words, where=letter.name))
    for press in presses.values():
        found.extend(_unknown_names(press, steps, promises))
    if len(presses) == len(LANGUAGES):
        found.extend(_twins(presses["fr"], presses["es"]))
    return found


def check_source(source: Source, *, sent_on: date, words: Collection[str] = ()) -> list[Finding]:
    """Proof-read a template's own words as of the day on which it is to be sent."""
    texts = [(source.path, source.text)]
    texts += [(f"templates/{block.file}", block.text) for block in source.blocks]
    return [
        Finding(
            code=each.code,
            severity=each.severity,
            message=each.why,
            where=f"{path}:{each.line}",
            excerpt=each.excerpt,
            suggestion=each.suggestion or "",
        )
        for path, text in texts
        for each in proofreading.findings(text, source.language, sent_on=sent_on, words=words)
    ]


def _in_window(written: Written, where: str) -> Iterator[Finding]:
    """Yield an address that the window hides, and characters that the paper letter cannot show."""
    lines, box = written.parts.addressee, written.window
    measures = fonts.measure_address(lines, box.width, box.height)
    if len(lines) > MAX_LINES:
        words = Phrase(
            N_("the address has {count} lines; the envelope’s window shows {most}."),
            {"count": len(lines), "most": MAX_LINES},
        )
        yield Finding(code="L131", severity="error", message=words, where=where)
    elif not measures.fits:
        words = Phrase(
            N_("the address does not fit the window of {width} x {height} mm: “{line}”."),
            {"width": box.width, "height": box.height, "line": max(lines, key=len)},
        )
        yield Finding(code="L131", severity="error", message=words, where=where)


def _glyphs(written: Written, where: str) -> Iterator[Finding]:
    """Yield the characters that a letter's PDF cannot show."""
    words = (written.text, written.subject, *written.parts.addressee)
    if missing := fonts.missing_glyphs("".join(words)):
        phrase = Phrase(
            N_("no font of the letters has {characters}; write it in another way."),
            {"characters": [f"“{char}” (U+{ord(char):04X})" for char in sorted(missing)]},
        )
        yield Finding(code="L135", severity="error", message=phrase, where=where)


_ENCLOSED: Mapping[Language, re.Pattern[str]] = {
    "fr": re.compile(
        r"(?:\b(?P<count>deux|trois|quatre|cinq|six|[2-9])\s+(?:documents|pièces|annexes|fichiers)\s+)?"
        r"\b(?:ci-joint(?:e?s?)?|(?:en|les?|la)\s+pièces?\s+jointes?)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"(?:\b(?P<count>dos|tres|cuatro|cinco|seis|[2-9])\s+(?:documentos|anexos|archivos)\s+)?"
        r"\b(?:adjunt[oa]s?|anexo a la presente|en anexo)\b",
        re.IGNORECASE,
    ),
}
_COUNTED = {
    word: number
    for words in (
        ("deux", "trois", "quatre", "cinq", "six"),
        ("dos", "tres", "cuatro", "cinco", "seis"),
    )
    for number, word in enumerate(words, start=2)
}


def _files(facts: Facts, where: str) -> list[Finding]:
    """Return what is wrong with the enclosed files."""
    by_post = facts.contact is not None and bool(facts.contact.postal_lines)
    found: list[Finding] = []
    for file in facts.files:
        values = {"title": file.title, "path": file.path}
        if file.trouble:
            words = Phrase(enclosures.TROUBLES[file.trouble], values)
            found.append(Finding(code="L140", severity="error", message=words, where=where))
        elif by_post and not file.is_pdf:
            words = Phrase(
                N_("the enclosure “{title}” ({path}) is no PDF: print it and add it by hand."),
                values,
            )
            found.append(Finding(code="L141", severity="warning", message=words, where=where))
    return found


def _enclosures(written: Written, facts: Facts, where: str) -> Iterator[Finding]:
    """Yield a letter that tells of enclosures which it does not have, or of more or fewer."""
    if written.source.front.kind != "letter":  # a cover's enclosure is the letter itself
        return
    told = _ENCLOSED[written.source.language].search(written.text)
    if told is None:
        return
    there = len(facts.enclosures)
    count = (told["count"] or "").lower()
    wanted = _COUNTED.get(count) or int(count or 0) or max(1, there)
    if wanted != there:
        words = Phrase(
            N_("the letter tells of {wanted} enclosures; it has {count}."),
            {"wanted": wanted, "count": there},
        )
        yield Finding(
            code="L142", severity="warning", message=words, where=where, excerpt=told[0].strip()
        )


def _courtesies(written: Written, where: str) -> list[Finding]:
    """Return a closing that takes leave of another than the letter greets."""
    source = written.source
    if not _greets(source.body, source.language):
        return []
    return [
        Finding(
            code=each.code,
            severity=each.severity,
            message=each.why,
            where=where or source.path,
            excerpt=each.excerpt,
            suggestion=each.suggestion or "",
        )
        for each in proofreading.courtesies(written.text, source.language)
    ]


_greets = lru_cache(maxsize=64)(proofreading.greets)


def _both_genders(written: Written, facts: Facts) -> bool:
    contact = facts.contact
    if facts.collective or contact is None or contact.title_override:
        return False
    return contact.gender is None and bool(written.parts.salutation)


def _unknown_names(
    press: Press, steps: Collection[str] | None, promises: Collection[str] | None
) -> list[Finding]:
    """Return names in a template that stand for nothing, whatever branch they are in."""
    source = press.source
    found = [
        Finding(
            code="L101", severity="error", message=each.phrase, where=f"{each.path}:{each.line}"
        )
        for each in source.troubles
    ]
    for program in press.programs:
        for name, line in program.names:
            if name not in fields.NAMES:
                words = Phrase(
                    N_("the field “{name}” does not exist. “outreach letters filters” lists them."),
                    {"name": name},
                )
                found.append(_at("L101", words, source, line))
        for step, line in program.steps:
            if steps is not None and step not in steps:
                words = Phrase(
                    N_("the campaign has no step “{step}”. Its steps: {known}."),
                    {"step": step, "known": sorted(steps)},
                )
                found.append(_at("L133", words, source, line))
    for promise in source.front.promises:
        if promises is not None and promise not in promises:
            words = Phrase(
                N_("the letter promises “{promise}”, but no step of the campaign declares it."),
                {"promise": promise},
            )
            found.append(_at("L134", words, source, source.line_of(promise)))
    return found


def _twins(french: Press, spanish: Press) -> list[Finding]:
    """Return where two translations of one letter differ in what a machine can compare."""
    return [
        Finding(
            code=each.code,
            severity="warning" if each.warning else "error",
            message=each.message,
            where=f"{each.source.path}:{each.line}",
        )
        for each in twins.compare(french, spanish)
    ]


def _at(code: str, message: Phrase, source: Source, line: int) -> Finding:
    return Finding(code=code, severity="error", message=message, where=f"{source.path}:{line}")
