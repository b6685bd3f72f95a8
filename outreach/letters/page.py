"""The HTML e-mail: the letterhead's page around the text, its CSS inlined once per skeleton.

premailer runs on a page of sentinels, never on raw Jinja (which it breaks) and never once per
recipient. The page is then cut at its sentinels, and each hole is filled as its place demands.
"""

import logging
import re
from functools import lru_cache
from typing import Any

import jinja2
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from outreach.errors import N_, Phrase
from outreach.letters.catalogue import LETTERHEAD_FOLDER, Letterhead, LetterheadError
from outreach.letters.facts import OfficeFacts
from outreach.letters.included import Inline
from outreach.letters.layout import LABELS, Places, Shape
from outreach.letters.patterns import Pattern, Sentinels, Writer
from outreach.letters.problems import TemplateError
from outreach.letters.values import Value, html_attribute, url_part, whole_url
from outreach.settings import Language

LOGO = "logo.png"
"""Mail programs show no SVG."""
PAGE, STYLE = "email.html", "email.css"

_URL_ATTRIBUTES = frozenset({"href", "src"})
_TEXT_ATTRIBUTES = frozenset({"alt", "title", "content", "aria-label", "lang"})
_PART = re.compile(
    r"""<!--.*?--> | <style\b.*?</style\s*> | <[a-zA-Z/](?:[^>"']|"[^"]*"|'[^']*')*>""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s=<>"'/]+)\s*=\s*("[^"]*"|'[^']*')""")
_STYLE_ELEMENT = re.compile(r"<style\b[^>]*>(.*?)</style\s*>", re.DOTALL | re.IGNORECASE)
_UNSAFE_STYLE = N_("a value stands in a comment or a style, where it cannot be made safe.")
_ACTIVE = re.compile(
    r"<\s*(link|script|iframe|object|embed|base|form)\b|\son[a-z]+\s*=", re.IGNORECASE
)


class _LetterheadSandbox(ImmutableSandboxedEnvironment):
    """Jinja for the letterhead: conditions and loops over the given parts, nothing that grows."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=0,
            loader=None,
        )
        known = ("safe", "e", "escape", "default", "d", "first", "last", "length", "upper", "lower")
        self.filters = {name: self.filters[name] for name in known}
        self.globals = {}

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401, ARG002  # Jinja's signature
        """Nothing may be called."""
        return False

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401, ARG002  # Jinja's signature
        """Refuse what could grow."""
        raise jinja2.exceptions.SecurityError(operator)


class EmailPage:
    """``email.html`` and ``email.css`` of one letterhead, read once.

    Raises LetterheadError where a file is missing or would fetch something, TemplateError where
    the page is not sound Jinja.
    """

    def __init__(self, letterhead: Letterhead) -> None:
        self._text = letterhead.text(PAGE)
        logo = letterhead.files.get(LOGO)
        self.logo = None if logo is None else Inline("logo@letterhead", LOGO, "image/png", logo)
        self._css = letterhead.text(STYLE)
        _refuse_fetching(self._css, STYLE)
        for style in _STYLE_ELEMENT.findall(self._text):
            _refuse_fetching(style, PAGE)
        active = _ACTIVE.search(self._text)
        if active is not None:
            words = N_("“{what}” has no place in an e-mail; take it out.")
            raise _letterhead_error(PAGE, Phrase(words, {"what": active[0].strip()}))
        try:
            self._template = _LetterheadSandbox().from_string(self._text)
        except jinja2.TemplateSyntaxError as error:
            raise self._error(error.lineno, error.message or "") from error

    def compiled(
        self,
        body: str,
        shape: Shape,
        places: Places,
        office: OfficeFacts,
        language: Language,
        *,
        cover: bool,
        preheader: str,
        sentinels: Sentinels,
    ) -> Pattern:
        """Return the page around ``body`` (HTML), CSS inlined, cut at its sentinels."""

        def hole(place: int) -> Markup:
            return Markup(sentinels.at(place))  # noqa: S704  # letters and digits only

        def part(place: int, *, there: bool) -> Markup | str:
            return hole(place) if there else ""

        labels = LABELS[language]
        context = {
            "lang": language,
            "title": hole(places.subject),
            "preheader": preheader,
            "office_name": office.name,
            "logo": "" if self.logo is None else f"cid:{self.logo.cid}",
            "reference_label": labels["reference"],
            "reference": part(places.reference, there=shape.reference),
            "place_date": "" if cover else hole(places.place_date),
            "addressee": [hole(place) for place in places.addressee],
            "subject_label": labels["subject"],
            "subject": hole(places.subject),
            "salutation": part(places.salutation, there=shape.salutation),
            "body": Markup(body),  # noqa: S704  # markdown-it's output, raw HTML switched off
            "closing": part(places.closing, there=shape.closing),
            "signatory": [office.signatory_name, office.signatory_function],
            "enclosures_label": labels["enclosures"],
            "enclosures": [hole(place) for place in places.enclosures],
            "copies_label": labels["copies"],
            "copies": [hole(place) for place in places.copies],
            "notice": part(places.notice, there=shape.notice),
            "footer": list(office.footer),
            "is_cover": cover,
        }
        try:
            page = self._template.render(context)
        except Exception as error:
            # Whatever the letterhead's author wrote: a person gets a sentence, not a traceback.
            raise self._error(_line(error), f"{error}") from error
        if any(sentinels.in_(style) for style in _STYLE_ELEMENT.findall(page)):
            raise _letterhead_error(PAGE, Phrase(_UNSAFE_STYLE))
        return _cut(_inlined(page, self._css), sentinels)

    def _error(self, line: int, why: str) -> TemplateError:
        lines = self._text.split("\n")
        excerpt = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        words = Phrase(N_("the braces are not written right ({why})."), {"why": why})
        path = f"{LETTERHEAD_FOLDER}/{PAGE}"
        return TemplateError(path=path, line=line, reason=words, excerpt=excerpt[:120])


def _line(error: Exception) -> int:
    """Return the template's line: Jinja rewrites the traceback so that it holds it."""
    line = 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


@lru_cache(
    maxsize=8
)  # the same letterhead in every batch, and parsing it takes a tenth of a second
def _refuse_fetching(css: str, name: str) -> None:
    """Refuse a style sheet that imports another.

    cssutils would fetch it, whatever premailer's settings say.
    """
    import cssutils

    parser = cssutils.CSSParser(
        loglevel=logging.CRITICAL, validate=False, fetcher=lambda _url: (None, b"")
    )
    rules = parser.parseString(css).cssRules
    if "@import" in css.lower() or any(rule.type == rule.IMPORT_RULE for rule in rules):
        words = N_("it imports another style sheet (@import); copy the rules into it instead.")
        raise _letterhead_error(name, Phrase(words))


def _inlined(page: str, css: str) -> str:
    """Return the page with its CSS in style attributes; @media rules stay in the head."""
    from premailer import Premailer

    inliner = Premailer(
        css_text=css,
        allow_network=False,
        allow_loading_external_files=False,
        disable_validation=True,
        keep_style_tags=False,
        strip_important=False,
        cssutils_logging_level=logging.CRITICAL,
    )
    return str(inliner.transform(page, pretty_print=False))


def _cut(page: str, sentinels: Sentinels) -> Pattern:
    pieces: list[tuple[str, Writer | None]] = []
    end = 0
    for part in _PART.finditer(page):
        pieces.append((page[end : part.start()], None))
        markup = part[0]
        if not sentinels.in_(markup):
            pieces.append((markup, None))
        elif markup[1] == "!":
            raise _letterhead_error(PAGE, Phrase(_UNSAFE_STYLE))
        else:
            pieces.extend(_tag(markup, sentinels))
        end = part.end()
    pieces.append((page[end:], None))
    return sentinels.pattern(pieces)


def _tag(markup: str, sentinels: Sentinels) -> list[tuple[str, Writer | None]]:
    """Return the pieces of a tag that has holes in its attributes."""
    pieces: list[tuple[str, Writer | None]] = []
    end = 0

    def literal(text: str) -> None:
        if sentinels.in_(text):
            words = N_("a value stands in a tag, outside of quotes, where it cannot be made safe.")
            raise _letterhead_error(PAGE, Phrase(words))
        pieces.append((text, None))

    for attribute in _ATTRIBUTE.finditer(markup):
        value = attribute[2][1:-1]
        if not sentinels.in_(value):
            continue
        name = attribute[1].lower()
        start = attribute.start(2) + 1
        literal(markup[end:start])
        if name in _URL_ATTRIBUTES:
            pieces.extend(_url(value, sentinels))
        elif name in _TEXT_ATTRIBUTES:
            pieces.append((value, html_attribute))
        else:
            words = N_("a value stands in the attribute “{name}”, where it cannot be made safe.")
            raise _letterhead_error(PAGE, Phrase(words, {"name": name}))
        end = start + len(value)
    literal(markup[end:])
    return pieces


def _url(value: str, sentinels: Sentinels) -> list[tuple[str, Writer | None]]:
    return [
        (sentinels.at(part), _url_part if index else _whole_url)
        if isinstance(part, int)
        else (part, None)
        for index, part in enumerate(sentinels.split(value))
    ]


def _whole_url(value: Value) -> str:
    return str(escape(whole_url(value)))


def _url_part(value: Value) -> str:
    return str(escape(url_part(value)))


def _letterhead_error(name: str, reason: Phrase) -> LetterheadError:
    return LetterheadError(path=f"{LETTERHEAD_FOLDER}/{name}", reason=reason)
