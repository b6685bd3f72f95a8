"""Letters on trial: written for one contact, or proof-read, without a campaign or a batch."""

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from outreach.cli.frame import Context
from outreach.errors import N_, OutreachError, WrongUseError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from outreach.campaigns.definition import Definition, StepDefinition
    from outreach.letters.catalogue import Source
    from outreach.letters.checks import Finding
    from outreach.letters.compiling import Press, Written
    from outreach.letters.facts import Facts, Seal
    from outreach.letters.pdf import PdfPress
    from outreach.settings import Language


class TryError(OutreachError):
    """An expression that gives no words."""

    message = N_("“{text}” gives nothing that could be printed: {reason}")


class CampaignNeededError(WrongUseError):
    """Several campaigns could lend their facts."""

    message = N_("Say whose facts to use with --campaign. Campaigns: {known}.")


class LanguageNeededError(WrongUseError):
    """A file outside the catalogue does not say its language."""

    message = N_("Say which language {path} is written in: --lang fr or --lang es.")


@dataclass(frozen=True, slots=True)
class Wish:
    """For whom to write, and with which facts."""

    contact: str
    language: "Language | None" = None
    """None: the contact's own."""
    campaign: str | None = None
    """None: the one that sends the letter."""
    received: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sources:
    """The files or lists from which the recipient's data were loaded."""

    contact: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Proof:
    """One letter, not sent to anyone."""

    name: str
    source: "Source"
    facts: "Facts"
    sources: Sources
    paths: frozenset[str]
    """Fields that the template names, by their French names."""
    written: "Written"
    findings: list["Finding"]
    on_paper: bool
    """A cover e-mail has no PDF of its own."""
    letterhead: "dict[str, bytes]"
    moment: datetime


def line(context: Context, text: str, wish: Wish) -> str:
    """Return one line of a letter, its fields filled in. Raises TryError with the reason."""
    from outreach.letters.catalogue import Source
    from outreach.letters.problems import TemplateError

    # A JSON string is a TOML string too; a subject is one line without letterhead parts.
    front = f'+++\nsubject = {json.dumps(text)}\nkind = "cover"\n+++\n'
    with context.reading() as session:
        facts = _facts(context, session, wish)
    try:
        source = Source.from_bytes("-", facts.language, front.encode())
        written = _press(context, source).write(facts, draft_seal(context))
    except TemplateError as error:
        raise TryError(text=text, reason=error.values["reason"]) from error
    # The subject is written before the parts of the letterhead, whose problems are not the line's.
    own = [problem for problem in written.problems if problem.code in {"L101", "L102", "L103"}]
    if "[?]" in written.subject and own:
        raise TryError(text=text, reason=own[0].phrase)
    return written.subject


def letter(context: Context, name: str, wish: Wish) -> Proof:
    """Write a letter of the catalogue for one contact; a circular for nobody in particular."""
    from outreach.contacts import directory
    from outreach.dispatch import tryouts
    from outreach.letters import checks
    from outreach.letters.catalogue import Catalogue, Letterhead

    template = Catalogue(context.app.folder).letter(name)
    with context.reading() as session:
        facts = _facts(context, session, wish, letter=name)
        source = template.twin(facts.language)
        if source.front.addressee:
            facts = _facts(context, session, wish, letter=name, collective=True)
        row = directory.find(session, wish.contact)
        sources = Sources(row.source, row.organisation.source)
    plan = _plan(context, wish.campaign, name)
    press = _press(context, source, tryouts.step_of(plan, name) if plan else None)
    written = press.write(facts, draft_seal(context))
    code = wish.contact.replace(":", "-").replace("/", "-")
    return Proof(
        name=f"{name}-{facts.language}-{code}",
        source=source,
        facts=facts,
        sources=sources,
        paths=frozenset(path for program in press.programs for path in program.paths),
        written=written,
        findings=checks.check(written, facts, demo=context.settings.office.demo),
        on_paper=source.front.kind == "letter",
        letterhead=dict(Letterhead.read(context.app.folder).files),
        moment=context.clock().replace(microsecond=0),
    )


def value(context: Context, proof: Proof, path: str) -> str | None:
    """Return what a field gives in this letter, by its French name; None where it prints nothing."""
    from outreach.letters.catalogue import Source
    from outreach.letters.problems import TemplateError

    front = f'+++\nsubject = {json.dumps(f"{{{{ {path} }}}}")}\nkind = "cover"\n+++\n'
    try:
        source = Source.from_bytes("-", proof.facts.language, front.encode())
        written = _press(context, source).write(proof.facts, draft_seal(context))
    except TemplateError:
        return None
    return None if "[?]" in written.subject else written.subject


def write(proof: Proof, folder: Path) -> Iterable[Path]:
    """Write the e-mail, its text and the PDF into ``folder``; yield each path."""
    from outreach.letters.pdf import PdfPress

    folder.mkdir(parents=True, exist_ok=True)
    forms = {"html": page(proof).encode(), "txt": proof.written.text.encode()}
    if proof.on_paper:
        forms["pdf"] = pdf(proof, PdfPress(proof.letterhead))
    for ending, data in forms.items():
        path = folder / f"{proof.name}.{ending}"
        path.write_bytes(data)
        yield path


def pdf(proof: Proof, press: "PdfPress") -> bytes:
    """Return the letter on paper."""
    written = proof.written
    return press.pdf(written.tree, moment=proof.moment, pictures=written.pictures)


def page(proof: Proof) -> str:
    """Return the e-mail page with its pictures in it: a browser cannot look into a message."""
    shown = proof.written.html
    for picture in proof.written.inline:
        data = b64encode(picture.data).decode()
        shown = shown.replace(f"cid:{picture.cid}", f"data:{picture.media};base64,{data}")
    return shown


def findings(
    context: Context, names: Sequence[str], language: "Language | None", sent_on: date | None
) -> list["Finding"]:
    """Proof-read the letters or files of these names; every letter where there is none.

    ``language`` narrows the letters to one twin; a file needs it.
    """
    from outreach.clock import local_date
    from outreach.letters.catalogue import Catalogue

    found: list[Finding] = []
    if names and all(Path(name).is_file() for name in names):
        # An old letter can be read anywhere: only the day may need an office.
        for name in names:
            if language is None:
                raise LanguageNeededError(path=name)
            day = sent_on or local_date(context.clock(), context.settings.zone)
            found += _of_file(context, Path(name), language, day)
        return found
    day = sent_on or local_date(context.clock(), context.settings.zone)
    for name in names or Catalogue(context.app.folder).names():
        found += _of_template(context, name, language, day)
    return found


def _of_file(context: Context, path: Path, language: "Language", day: date) -> list["Finding"]:
    from outreach.language import proofreading, words
    from outreach.letters.checks import Finding

    text = path.read_text("utf-8-sig", errors="replace")
    return [
        Finding(
            code=each.code,
            severity=each.severity,
            message=each.why,
            where=f"{path}:{each.line}",
            excerpt=each.excerpt,
            suggestion=each.suggestion or "",
        )
        for each in proofreading.findings(
            text, language, sent_on=day, words=words.read(context.folder)
        )
    ]


def _of_template(
    context: Context, name: str, language: "Language | None", day: date
) -> list["Finding"]:
    from outreach.campaigns import definition as definitions
    from outreach.language import words
    from outreach.letters import checks
    from outreach.letters.catalogue import Catalogue

    folder = context.app.folder
    template = Catalogue(folder).letter(name)
    files = [definitions.load(folder, campaign).file for campaign in definitions.names(folder)]
    steps = {step.name for file in files for step in file.steps}
    promises = {promise.name for file in files for step in file.steps for promise in step.promises}
    found = checks.check_template(
        template,
        {twin: _press(context, source) for twin, source in template.twins.items()},
        steps=steps if files else None,
        promises=promises if files else None,
    )
    for twin, source in template.twins.items():
        if language in {None, twin}:
            found += checks.check_source(source, sent_on=day, words=words.read(folder))
    return found


def _press(context: Context, source: "Source", step: "StepDefinition | None" = None) -> "Press":
    from outreach.dispatch import tryouts

    return tryouts.press(context.app.folder, context.settings, source, step)


def draft_seal(context: Context) -> "Seal":
    """Return the number and date that a letter shows before it is signed."""
    from outreach.dispatch import tryouts

    return tryouts.seal(context.settings, context.clock())


def _facts(
    context: Context,
    session: "Session",
    wish: Wish,
    *,
    letter: str | None = None,
    collective: bool = False,
) -> "Facts":
    from outreach.contacts import directory
    from outreach.dispatch import tryouts

    contact = directory.find(session, wish.contact)
    return tryouts.facts(
        session,
        context.settings,
        wish.contact,
        wish.language or ("es" if contact.language == "es" else "fr"),
        plan=_plan(context, wish.campaign, letter),
        letter=letter,
        received=wish.received,
        collective=collective,
    )


def _plan(context: Context, wished: str | None, letter: str | None) -> "Definition | None":
    """Return the campaign whose facts are used: the one asked for, else the only one in question.

    Raises UnknownCampaignError, CampaignNeededError.
    """
    from outreach.campaigns import definition as definitions
    from outreach.dispatch import tryouts

    if wished is not None:
        return definitions.load(context.app.folder, wished)
    found = tryouts.plans(context.app.folder, letter)
    if len(found) > 1:
        raise CampaignNeededError(known=[plan.name for plan in found])
    return found[0] if found else None
