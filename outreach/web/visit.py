"""One visit to one page: whose words, which day, and the page that is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jinja2
from litestar import Request, Response
from litestar.datastructures import Cookie, State
from litestar.enums import MediaType
from litestar.types import Scope
from markupsafe import Markup
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.accounts.sessions import SignedIn
from outreach.accounts.users import Role
from outreach.app import App
from outreach.clock import local_date
from outreach.errors import N_, OutreachError, Phrase, WrongUseError
from outreach.journal import Act
from outreach.reports.lines import Fate
from outreach.settings import Language, UiLanguage
from outreach.web import languages, notices, rights, wordings
from outreach.web.gate import cookie, signed_in
from outreach.web.memory import Memory
from outreach.words import Words, translator

Asked = Request[object, object, State]

LANGUAGE_COOKIE = "outreach-lang"
YEAR_SECONDS = 365 * 24 * 3600
NAMES: dict[UiLanguage, str] = {"fr": "Français", "es": "Español", "en": "English"}

DESKS = (
    ("/", N_("Home")),
    ("/contacts", N_("Contacts")),
    ("/batches", N_("Batches")),
    ("/replies", N_("Replies")),
    ("/promises", N_("Promises")),
    ("/register", N_("Register")),
    ("/reports", N_("Reports")),
    ("/people", N_("People")),
)
"""The first part of each page's address, and what stands in the head of every page."""

FATES: dict[str, str] = {
    Fate.SENT.value: N_("Sent"),
    Fate.WAITING.value: N_("Waiting"),
    "due": N_("To come"),
    Fate.PERHAPS.value: N_("Perhaps sent"),
    Fate.THROUGH.value: N_("Passed on by others"),
    Fate.FAILED.value: N_("Not delivered"),
    Fate.LEFT_OUT.value: N_("Left out"),
}
"""In the order of a picture; ``due`` are those whose letter is not prepared yet."""

ONE: dict[str, str] = {
    Fate.SENT.value: N_("sent"),
    Fate.WAITING.value: N_("waiting"),
    "due": N_("to come"),
    Fate.PERHAPS.value: N_("perhaps sent"),
    Fate.THROUGH.value: N_("through an association, receipt unknown"),
    Fate.FAILED.value: N_("not delivered"),
    Fate.LEFT_OUT.value: N_("left out"),
}
"""The same of a single letter."""

CHANNELS = {
    "email": N_("by e-mail"),
    "post": N_("by post"),
    "external": N_("beside this program"),
    "via": N_("through an association"),
}
SPOKEN = {"fr": N_("in French"), "es": N_("in Spanish")}


class NotADayError(WrongUseError):
    """The field holds no date."""

    message = N_("“{day}” is no date. Write it as 2025-09-01.")


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for what: the office, the reader's words, the address of the page."""

    app: App
    words: Words
    path: str
    query: str
    remember: UiLanguage | None = None
    """The language that was asked for just now."""
    who: SignedIn | None = None
    """Who signed in; nobody on the pages for anyone."""
    notice: str = ""
    """What the page before did, told once."""
    memory: Memory = field(default_factory=Memory)
    """Figures of this server, as long as they hold."""

    @property
    def actor(self) -> str:
        """The name under which this person acts."""
        if self.who is None:
            raise RuntimeError("a page for people who signed in was opened to anyone")
        return self.who.name

    def act(self) -> Act:
        """Return who acts and the present moment."""
        return Act(self.actor, self.app.clock())

    def may(self, page: str) -> bool:
        """Say whether this person may open a page ("POST /batches/{batch}/approve")."""
        return self.who is not None and rights.may(self.who.role, page)

    @property
    def role(self) -> Role | None:
        """What this person may do."""
        return self.who.role if self.who else None

    @property
    def language(self) -> Language:
        """The language of what the office writes: titles, promises."""
        return self.words.written

    @property
    def today(self) -> date:
        """The day at the office."""
        return local_date(self.app.clock(), self.app.settings.zone)

    def text(self, message: str, **values: object) -> str:
        """Return a msgid in the reader's language, figures and dates written as it writes them."""
        return self.told(Phrase(message, values))

    def count(self, one: str, many: str, n: int) -> str:
        """Return the form of a sentence for ``n``: ``count("{n} letter", "{n} letters", 3)``."""
        return self.words.ngettext(one, many, n).format(n=self.words.number(n))

    def told(self, phrase: Phrase | OutreachError) -> str:
        """Return a room's sentence; what is a name and no figure comes to it as text."""
        values = {key: self.shown(value) for key, value in phrase.values.items()}
        return Phrase(wordings.on_a_page(phrase.message), values).in_words(self.words.gettext)

    def word(self, message: str) -> str:
        """Return a sentence or a word that has no places to fill, as a page says it."""
        return self.words.gettext(wordings.on_a_page(message))

    def shown(self, value: object) -> object:
        """Return a value as the reader's language writes it."""
        match value:
            case Phrase():
                return self.told(value)
            case bool():
                return self.words.gettext(N_("yes") if value else N_("no"))
            case int() | float():
                return self.words.number(value)
            case datetime():
                return self.words.moment(value, self.app.settings.zone)
            case date():
                return self.words.day(value)
        return value

    def share(self, value: int, whole: int) -> str:
        """Return a part of a whole in per cent; nothing is no "0 %" and one in thousands no more."""
        if not value or not whole:
            return "–"
        percent = 100 * value / whole
        if percent < 1:
            return self.text(N_("under 1%"))
        return self.text(N_("{share}%"), share=round(percent))

    def is_at(self, desk: str) -> bool:
        """Say whether the page belongs to a desk."""
        return self.path == desk or (desk != "/" and self.path.startswith(f"{desk}/"))

    def here_in(self, language: UiLanguage) -> str:
        """Return the address of this page in another language."""
        kept = [(key, value) for key, value in parse_qsl(self.query) if key != "lang"]
        return f"{self.path}?{urlencode([*kept, ('lang', language)])}"

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """Return a page's HTML."""
        return (
            _templates()
            .get_template(template)
            .render(
                {
                    "_": self.text,
                    "count": self.count,
                    "word": self.word,
                    "visit": self,
                    "fates": FATES,
                    "one": ONE,
                    "channels": CHANNELS,
                    "spoken": SPOKEN,
                    "languages": NAMES,
                    "desks": [(to, name) for to, name in DESKS if self.may(f"GET {to}")],
                    "proof": self.proof,
                    "office": self.app.settings.office.name.in_(self.language),
                    **values,
                }
            )
        )

    def proof(self) -> Markup:
        """Return the field that shows a form to be ours."""
        proof = self.who.proof if self.who else ""
        return Markup('<input type="hidden" name="proof" value="{}">').format(proof)

    def page(self, template: str, status: int = 200, **values: Any) -> Response[str]:  # noqa: ANN401  # whatever the template shows
        """Return a page as an answer; a language that was asked for is remembered."""
        cookies = [notices.told()] if self.notice else []
        if self.remember is not None:
            cookies.append(
                Cookie(
                    key=LANGUAGE_COOKIE,
                    value=self.remember,
                    max_age=YEAR_SECONDS,
                    httponly=True,
                    samesite="strict",
                )
            )
        return Response(
            self.render(template, values),
            status_code=status,
            media_type=MediaType.HTML,
            cookies=cookies,
        )

    def to(self, place: str, message: str = "", **values: object) -> Response[str]:
        """Send the browser on after something was done, to a page that tells ``message``."""
        return self.to_telling(place, self.text(message, **values) if message else "")

    def to_telling(self, place: str, sentence: str) -> Response[str]:
        """Send the browser on to a page that tells a sentence in the reader's words."""
        return Response(
            "",
            status_code=HTTPStatus.SEE_OTHER,
            headers={"Location": place},
            cookies=[notices.telling(sentence)] if sentence else [],
        )


def of(request: Asked) -> Visit:
    """Return the visit that a request is."""
    state = request.app.state
    return of_scope(state.office, request.scope, state.memory)


def of_scope(app: App, scope: Scope, memory: Memory | None = None) -> Visit:
    """Return the visit that bare ASGI tells of; for what is refused before the framework."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = scope["query_string"].decode("latin-1")
    asked = dict(parse_qsl(query)).get("lang", "")
    who = signed_in(scope)
    language = languages.choose(
        asked,
        (who.language if who else "") or cookie(headers, LANGUAGE_COOKIE),
        headers.get(b"accept-language", ""),
        app.settings.office.ui_language,
    )
    return Visit(
        app=app,
        words=translator(language),
        path=scope["path"],
        query=query,
        remember=languages.known(asked),
        who=who,
        notice=notices.read(cookie(headers, notices.COOKIE)),
        memory=memory or Memory(),
    )


def colleagues(visit: Visit, session: Session) -> list[str]:
    """Return the names of the others who work here."""
    everyone = users.everyone(session)
    return [each.name for each in everyone if each.left_at is None and each.name != visit.actor]


def day(text: str) -> date:
    """Return the date of a form's field. Raises NotADayError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotADayError(day=text) from error


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("outreach.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
