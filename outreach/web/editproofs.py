"""How a text reads that is being written: for a contact as e-mail and PDF, and what is amiss."""

import json
from base64 import b64encode
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeGuard

from litestar import Response
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from markupsafe import escape

from outreach.accounts import users
from outreach.campaigns import definition as definitions
from outreach.contacts import directory
from outreach.dispatch import rehearsals, specimens, tryouts
from outreach.errors import N_, OutreachError
from outreach.language import words
from outreach.letters import checks, spoken, versions, word
from outreach.letters.catalogue import LANGUAGES, Catalogue, Letterhead, LetterTemplate, Source
from outreach.letters.checks import Finding
from outreach.letters.compiling import Written
from outreach.letters.pdf import PdfPress
from outreach.settings import Language
from outreach.web import files, forms
from outreach.web import visit as visits
from outreach.web.forms import Form
from outreach.web.handlers import get, post
from outreach.web.letters import SANDBOX
from outreach.web.visit import Asked, Visit

CONDITIONS: dict[Language, tuple[str, ...]] = {
    "fr": (
        "commune",
        "métropole",
        "intercommunalité",
        "département",
        "région",
        "association",
        "en France",
        "en Colombie",
        "première lettre",
        "plus de 20 000 habitants",
    ),
    "es": (
        "municipio",
        "departamento",
        "comuna",
        "asociación",
        "en Colombia",
        "en Francia",
        "primera carta",
        "más de 20 000 habitantes",
    ),
}
"""What a paragraph may depend on, in the letter's own words; others are typed."""
SENT_TO_YOU = N_(
    "The text went to {address}, marked as a test. It has no number and is not counted."
)
BETWEEN = " ¦ "
"""Between samples of fields: no name holds it."""


class NobodyError(OutreachError):
    """There is nobody for whom a letter could be shown."""

    message = N_("There is no contact yet for whom the letter could be shown. Import a list first.")


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds, kept or not."""

    subject: str
    words: str
    seen: str
    """The digest of the file that the writer began with."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A text written for one contact."""

    written: Written
    code: str


def source_of(visit: Visit, name: str, language: str) -> Source:
    """Return a letter's text. Raises NotFoundException where there is none."""
    letters = Catalogue(visit.app.folder)
    if not _known(language) or name not in letters.names():
        raise NotFoundException
    return letters.letter(name).twin(language)


def draft_of(form: Form) -> Draft:
    """Return what was typed."""
    return Draft(form.text("subject"), form.text("words"), form.text("seen"))


def _known(language: str) -> TypeGuard[Language]:
    return language in LANGUAGES


def fresh(visit: Visit, source: Source, subject: str, typed: str) -> Source:
    """Return a typed text as the letter that it would be.

    Raises LetterFileError or TemplateError, which name the line, where it is none.
    """
    text = versions.rewritten(source, subject, typed)
    found = versions.read(visit.app.folder, source.name, source.language, text)
    tryouts.press(visit.app.folder, visit.app.settings, found)
    return found


def findings(visit: Visit, letter: LetterTemplate, changed: Source) -> list[Finding]:
    """Return what the check says of a text that is not kept yet, beside its twin as it is."""
    app = visit.app
    twins = {**letter.twins, changed.language: changed}
    template = LetterTemplate(name=letter.name, twins=twins)
    plans = [definitions.load(app.folder, name) for name in definitions.names(app.folder)]
    steps = [step for plan in plans for step in plan.file.steps]
    found = checks.check_template(
        template,
        {key: tryouts.press(app.folder, app.settings, each) for key, each in twins.items()},
        steps={step.name for step in steps} if plans else None,
        promises={each.name for step in steps for each in step.promises} if plans else None,
    )
    return found + checks.check_source(changed, sent_on=visit.today, words=words.read(app.folder))


def where(finding: Finding, source: Source) -> int | None:
    """Return the line of the words on the page that a finding is about; None for another place."""
    path, _, line = finding.where.rpartition(":")
    if path != source.path or not line.isdigit() or int(line) < source.body_line:
        return None
    return int(line) - source.body_line + 1


def offered(visit: Visit, source: Source, code: str) -> list[tuple[str, str]]:
    """Return the fields in the letter's language, each with what it gives for a contact."""
    names = list(spoken.OFFERED[source.language])
    if not code:
        return [(f"[{name}]", "") for name in names]
    # All of them in one line, so that the letter is written once.
    words_ = json.dumps(BETWEEN.join(f"[{name}]" for name in names))
    front = f'+++\nsubject = {words_}\nkind = "cover"\n+++\n'
    sample = Source.from_bytes("-", source.language, front.encode())
    try:
        shown = _write(visit, sample, code, source.name).subject.split(BETWEEN)
    except OutreachError:
        shown = []
    samples = shown if len(shown) == len(names) else [""] * len(names)
    return [
        (f"[{name}]", value.replace("[?]", "")) for name, value in zip(names, samples, strict=True)
    ]


@get("/letters/texts/{name:str}/{language:str}/mail")
def kept_mail(request: Asked, name: FromPath[str], language: FromPath[str]) -> Response[str]:
    """Show the kept text as an e-mail."""
    visit = visits.of(request)
    source = source_of(visit, name, language)
    try:
        tried = _tried(visit, source, "")
    except OutreachError as error:
        return _refused(visit, error)
    return _mail(tried)


@post("/letters/texts/{name:str}/{language:str}/mail")
def mail(request: Asked, name: FromPath[str], language: FromPath[str]) -> Response[str]:
    """Show the text that is being written as an e-mail, in the frame beside it."""
    visit = visits.of(request)
    try:
        tried = _of_form(request, visit, name, language)
    except OutreachError as error:
        return _refused(visit, error)
    return _mail(tried)


@post("/letters/texts/{name:str}/{language:str}/pdf")
def pdf(request: Asked, name: FromPath[str], language: FromPath[str]) -> Response[bytes]:
    """Show the text that is being written on paper."""
    visit = visits.of(request)
    tried = _of_form(request, visit, name, language)
    press = PdfPress(Letterhead.read(visit.app.folder).files)
    moment = visit.app.clock().replace(microsecond=0)
    data = press.pdf(tried.written.tree, moment=moment, pictures=tried.written.pictures)
    return files.pdf(data, f"{name}-{language}-{tried.code.replace(':', '-')}.pdf")


@post("/letters/texts/{name:str}/{language:str}/test")
def send_to_me(request: Asked, name: FromPath[str], language: FromPath[str]) -> Response[str]:
    """Send the text that is being written to whoever writes it, and to nobody else."""
    visit = visits.of(request)
    source = source_of(visit, name, language)
    app = visit.app
    try:
        tried = _of_form(request, visit, name, language)
        with app.store.reading() as session:
            made = rehearsals.of_text(
                tried.written,
                name=directory.find(session, tried.code).organisation.name,
                code=tried.code,
                to=users.present(session, visit.actor).email,
                language=source.language,
                settings=app.settings,
                postmark=app.postmark(),
                moment=app.clock(),
            )
        rehearsals.send(app.carrier(), [made])
    except OutreachError as error:
        return visit.page("told.html", HTTPStatus.CONFLICT, sentence=visit.told(error), inside=True)
    sentence = visit.text(SENT_TO_YOU, address=made.message.recipient)
    return visit.page("told.html", sentence=sentence, inside=True)


@post("/letters/texts/{name:str}/{language:str}/pasted")
def pasted(request: Asked, name: FromPath[str], language: FromPath[str]) -> Response[str]:
    """Return what was pasted from Word as the letter's own writing."""
    source_of(visits.of(request), name, language)
    return Response(word.pasted(forms.of(request).text("html")), media_type=MediaType.TEXT)


def _of_form(request: Asked, visit: Visit, name: str, language: str) -> Tried:
    form = forms.of(request)
    source = source_of(visit, name, language)
    draft = draft_of(form)
    whom = form.text("contact-code") or form.text("contact")
    return _tried(visit, fresh(visit, source, draft.subject, draft.words), whom)


def _tried(visit: Visit, source: Source, code: str) -> Tried:
    if not code:
        with visit.app.store.reading() as session:
            people = specimens.varied(session)
        if not people:
            raise NobodyError
        code = people[0].code
    return Tried(_write(visit, source, code, source.name), code)


def _write(visit: Visit, source: Source, code: str, letter: str) -> Written:
    app = visit.app
    plans = tryouts.plans(app.folder, letter)
    plan = plans[-1] if plans else None  # the latest year's
    with app.store.reading() as session:
        facts = tryouts.facts(
            session,
            app.settings,
            code,
            source.language,
            plan=plan,
            letter=letter,
            collective=bool(source.front.addressee),
        )
    step = tryouts.step_of(plan, letter) if plan else None
    press = tryouts.press(app.folder, app.settings, source, step)
    return press.write(facts, tryouts.seal(app.settings, app.clock()))


def _mail(tried: Tried) -> Response[str]:
    shown = tried.written.html
    for picture in tried.written.inline:
        data = b64encode(picture.data).decode()
        shown = shown.replace(f"cid:{picture.cid}", f"data:{picture.media};base64,{data}")
    return _locked(shown)


def _refused(visit: Visit, error: OutreachError) -> Response[str]:
    told = escape(visit.told(error))
    return _locked(f'<!doctype html><meta charset="utf-8"><title>-</title><p>{told}</p>')


def _locked(page: str) -> Response[str]:
    return Response(page, media_type=MediaType.HTML, headers={"Content-Security-Policy": SANDBOX})
