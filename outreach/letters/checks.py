"""What must be right before a letter leaves: pure, over a template, or over a written letter.

Codes are stable; severity ``error`` blocks a batch, a ``warning`` may be accepted with a reason.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct

from outreach.errors import N_, Phrase
from outreach.language import proofreading
from outreach.letters import enclosures, fields, twins
from outreach.letters.catalogue import LANGUAGES, LetterTemplate, Source
from outreach.letters.compiling import Press, Written
from outreach.letters.facts import Facts
from outreach.letters.values import is_safe_url
from outreach.settings import Language

Severity = Literal["error", "warning"]

MAX_SUBJECT = 200
MAX_LINES = 7
"""Lines that the envelope's window can hold (domain: six, seven abroad)."""

CODES: Mapping[str, str] = {
    "L101": N_("a field that does not exist"),
    "L102": N_("a field that has no value for this contact"),
    "L103": N_("a form of the language that cannot be decided"),
    "L104": N_("a personal field in a circular"),
    "L105": N_("a control or direction character in the data"),
    "L106": N_("no addressee"),
    "L110": N_("a link that leads nowhere"),
    "L111": N_("a link to a reserved domain"),
    "L112": N_("a link that is no web or mail address"),
    "L120": N_("a language twin that is missing"),
    "L121": N_("a field that only one of the twins holds"),
    "L122": N_("links that differ between the twins"),
    "L123": N_("settings at the top that differ between the twins"),
    "L124": N_("sections that differ between the twins"),
    "L130": N_("a subject that is empty or too long"),
    "L131": N_("an address that does not fit the window"),
    "L132": N_("a contact of unknown gender: both forms are printed"),
    "L133": N_("a step that the campaign does not have"),
    "L140": N_("an enclosed file that cannot travel"),
    "L141": N_("an enclosed file that is not printed with the letter"),
    "L134": N_("a promise that the step does not declare"),
}
"""Every code, and what it means in general (a msgid)."""

# RFC 2606 and RFC 6761: names that lead nowhere by definition.
_RESERVED = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localhost|example\.(?:com|net|org))$", re.IGNORECASE
)


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
    found.extend(_links(written, where, demo=demo))
    if not written.subject.strip() or len(written.subject) > MAX_SUBJECT:
        words = Phrase(
            N_("the subject has {count} characters; it needs 1 to {most}."),
            {"count": len(written.subject), "most": MAX_SUBJECT},
        )
        found.append(Finding(code="L130", severity="error", message=words, where=where))
    if len(written.parts.addressee) > MAX_LINES and written.parts.in_window:
        words = Phrase(
            N_("the address has {count} lines; the envelope’s window shows {most}."),
            {"count": len(written.parts.addressee), "most": MAX_LINES},
        )
        found.append(Finding(code="L131", severity="error", message=words, where=where))
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
        code = _link_trouble(url)
        if code is None or (code == "L111" and demo):
            continue
        words = Phrase(_LINK_WORDS[code], {"url": url})
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


_LINK_WORDS = {
    "L110": N_("the link “{url}” leads nowhere; write its address, or take it out."),
    "L111": N_("the link “{url}” is under a domain reserved for examples; write the real address."),
    "L112": N_("the link “{url}” is no web (https://…) or mail (mailto:…) address."),
}


def _links(written: Written, where: str, *, demo: bool) -> list[Finding]:
    return check_links(written.links, where, demo=demo)


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


def _link_trouble(url: str) -> str | None:
    if url.strip() in {"", "#"} or url.startswith("#"):
        return "L110"
    if not is_safe_url(url):
        return "L112"
    parts = urlsplit(url)
    host = parts.path.rpartition("@")[2] if parts.scheme == "mailto" else parts.hostname or ""
    return "L111" if _RESERVED.search(host.rstrip(".")) else None


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
