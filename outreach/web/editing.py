"""The letters' texts: written on a page beside their twin, looked at for any contact, kept."""

from collections.abc import Sequence

from litestar import Response
from litestar.params import FromPath

from outreach.dispatch import specimens
from outreach.errors import N_, OutreachError
from outreach.letters import reviews, versions
from outreach.letters.catalogue import Catalogue, LetterTemplate, Source
from outreach.letters.checks import Finding
from outreach.settings import Language
from outreach.web import editproofs, forms
from outreach.web import visit as visits
from outreach.web.editproofs import CONDITIONS, Draft, draft_of, source_of
from outreach.web.handlers import get, post
from outreach.web.visit import Asked, Visit

NAMES: dict[Language, str] = {"fr": N_("French"), "es": N_("Spanish")}
HERE = "[]"
"""Where the writer wants a field: the first of these is replaced; else it is added at the end."""


@get("/letters")
def catalogue(request: Asked) -> Response[str]:
    """List the letters with their subjects."""
    visit = visits.of(request)
    letters = Catalogue(visit.app.folder)
    found: list[tuple[str, LetterTemplate | None, str]] = []
    for name in letters.names():
        try:
            found.append((name, letters.letter(name), ""))
        except OutreachError as error:
            found.append((name, None, visit.told(error)))
    with visit.app.store.reading() as session:
        rows = reviews.waiting(session, [name for name, _, _ in found])
        due = {(row.letter, row.language) for row in rows}
    return visit.page("texts.html", letters=found, due=due, languages_of=NAMES)


@get("/letters/texts/{name:str}/{language:str}")
def edit(request: Asked, name: FromPath[str], language: FromPath[str]) -> Response[str]:
    """Show a letter's text, ready to be changed."""
    visit = visits.of(request)
    source = source_of(visit, name, language)
    return _show(visit, source, _as_kept(source))


@post("/letters/texts/{name:str}/{language:str}")
def change(request: Asked, name: FromPath[str], language: FromPath[str]) -> Response[str]:
    """Insert what was chosen, look at the text, or keep it."""
    visit, form = visits.of(request), forms.of(request)
    source = source_of(visit, name, language)
    draft = draft_of(form)
    if form.has("insert"):
        return _show(visit, source, _inserted(draft, form.text("field"), " "))
    if form.has("insert-if"):
        said = form.text("condition-words") or form.text("condition")
        return _show(visit, source, _inserted(draft, f"[si {said}] " if said else "", "\n\n"))
    try:
        fresh = editproofs.fresh(visit, source, draft.subject, draft.words)
        if form.has("keep"):
            act = visit.act()
            folder = visit.app.folder
            letter = Catalogue(folder).letter(source.name)
            with visit.app.store.transaction() as session:
                if fresh.written != source.written:
                    reviews.changed(session, letter, source.language, act)
                reviews.closed(session, source.name, source.language, act)
                due = reviews.waiting(session, [source.name])
                versions.save(folder, fresh, seen=draft.seen, by=act.actor, at=act.at)
            said = (
                N_("The text is kept. Its twin is to be read again before anything leaves.")
                if due
                else N_("The text is kept.")
            )
            return visit.to(f"/letters/texts/{source.name}/{source.language}", said)
    except versions.LetterChangedError as error:
        changes = versions.differences(source.written, fresh.written)
        draft = Draft(draft.subject, draft.words, versions.digest(source.written))
        return _show(visit, source, draft, visit.told(error), changes)
    except OutreachError as error:
        return _show(visit, source, draft, visit.told(error))
    return _show(visit, source, draft)


@post("/letters/texts/{name:str}/{language:str}/reviewed")
def reviewed(request: Asked, name: FromPath[str], language: FromPath[str]) -> Response[str]:
    """Say that a text was read again and says what its twin says."""
    visit = visits.of(request)
    source = source_of(visit, name, language)
    with visit.app.store.transaction() as session:
        reviews.reviewed(session, source.name, source.language, visit.act())
    place = f"/letters/texts/{source.name}/{source.language}"
    return visit.to(place, N_("Noted: both languages say the same."))


@get("/letters/texts/{name:str}/{language:str}/earlier")
def earlier(request: Asked, name: FromPath[str], language: FromPath[str]) -> Response[str]:
    """List a letter's earlier texts, each with what followed it."""
    visit = visits.of(request)
    source = source_of(visit, name, language)
    after = source.written
    steps = []
    for each in versions.earlier(visit.app.folder, source.name, source.language):
        steps.append((each, versions.differences(each.text, after)))
        after = each.text
    return visit.page(
        "text-earlier.html",
        source=source,
        steps=steps,
        seen=versions.digest(source.written),
        languages_of=NAMES,
    )


@post("/letters/texts/{name:str}/{language:str}/earlier")
def restore(request: Asked, name: FromPath[str], language: FromPath[str]) -> Response[str]:
    """Put an earlier text back; the present one is kept like any other."""
    visit, form = visits.of(request), forms.of(request)
    source, act, folder = source_of(visit, name, language), visit.act(), visit.app.folder
    try:
        text = versions.one(folder, source.name, source.language, form.text("until")).text
        fresh = versions.read(folder, source.name, source.language, text)
        letter = Catalogue(folder).letter(source.name)
        with visit.app.store.transaction() as session:
            reviews.changed(session, letter, source.language, act)
            versions.save(folder, fresh, seen=form.text("seen"), by=act.actor, at=act.at)
    except OutreachError as error:
        return _show(visit, source, _as_kept(source), visit.told(error))
    place = f"/letters/texts/{source.name}/{source.language}"
    return visit.to(place, N_("The earlier text is back."))


def _as_kept(source: Source) -> Draft:
    return Draft(source.front.subject, versions.body(source), versions.digest(source.written))


def _inserted(draft: Draft, piece: str, before: str) -> Draft:
    """Return a text with a piece where its mark stands, else at its end."""
    if HERE in draft.words:
        words = draft.words.replace(HERE, piece, 1)
    else:
        words = f"{draft.words.rstrip()}{before}{piece}" if piece else draft.words
    return Draft(draft.subject, words, draft.seen)


def _show(
    visit: Visit,
    source: Source,
    draft: Draft,
    trouble: str = "",
    changes: Sequence[tuple[str, str]] = (),
) -> Response[str]:
    """Show the form with what the check says of its text; its twin stands beside it."""
    letter = Catalogue(visit.app.folder).letter(source.name)
    twin = next((each for key, each in letter.twins.items() if key != source.language), None)
    findings: list[Finding] = []
    try:
        fresh = editproofs.fresh(visit, source, draft.subject, draft.words)
        findings = editproofs.findings(visit, letter, fresh)
    except OutreachError as error:
        trouble = trouble or visit.told(error)
    with visit.app.store.transaction() as session:
        people = specimens.varied(session)
        other = reviews.opened(session, source.name, source.language, visit.act())
        elsewhere = (other.actor, other.since) if other else None
        due = {row.language: (row.by, row.since) for row in reviews.waiting(session, [source.name])}
    return visit.page(
        "text-edit.html",
        409 if trouble else 200,
        source=source,
        draft=draft,
        twin=twin,
        twin_words=versions.body(twin) if twin else "",
        findings=[(each, editproofs.where(each, source)) for each in findings],
        people=people,
        fields=editproofs.offered(visit, source, people[0].code if people else ""),
        conditions=CONDITIONS[source.language],
        trouble=trouble,
        changes=changes,
        elsewhere=elsewhere,
        due=due.get(source.language),
        twin_due=bool(twin and twin.language in due),
        languages_of=NAMES,
        here=f"/letters/texts/{source.name}/{source.language}",
    )
