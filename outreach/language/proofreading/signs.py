"""Signs: ordinals, leftovers of other programs, doubled words and spaces, dead links."""

import re
from collections.abc import Iterator

from outreach.errors import N_, Phrase
from outreach.language.proofreading import dictionary
from outreach.language.proofreading.finding import Finding
from outreach.language.proofreading.page import BLANK, Page, Span
from outreach.settings import Language

_LEFTOVER = re.compile(
    r"\w?\^\{[^}\n]{0,20}\}|\b\w{1,20}\^\w{1,20}|\\[a-z]{1,30}\{[^}\n]{0,80}\}"  # TeX
    r"|</?(?:sup|sub|b|i|u|br|em|strong|span|font|div|p|o:p)\b[^<>\n]{0,200}>|&nbsp;"  # HTML
)
_TEX_ORDINAL = re.compile(r"\^\{?|\}")
_TO_FILL_IN = re.compile(
    r"«[ \u00a0]?[A-Z]\w*_\w+[ \u00a0]?»|<<[^<>\n]{1,80}>>|\$\{\w+\}|%\w+%|#[A-Z_]{3,}#"
    r"|\b(?:X{4,}|x{3,}|TODO|TBD|[Ll]orem ipsum)\b|_{3,}|…{2,}|\.{4,}"
    r"|\[(?:à compléter|à remplir|nom|prénom|date|titre|por completar|nombre|fecha|cargo)\b[^\[\]\n]{0,80}\]"
    rf"(?![({BLANK}])",
)
_EME = re.compile(r"\b(\d+|[IVX]+)(ière|ère|ème|eme|ième|ieme|iè|è)(s?)\b")
_ORDINAL = re.compile(r"\b(\d+|[IVX]+)(er|re|e|nde?)[ \u00a0\u202f]([^\W\d_]+)\b")
_ELLIPTIC = re.compile(r"(?:\d|[IVX])(?:er|re|e)[ ,]+(?:et|ou|à|au)?[ ]?$")
_NEAR = 12
_SPANISH_ORDINAL = re.compile(r"\b(\d+)(?:ero|era|ro|ra|do|da|to|ta|mo|ma|vo|va|no|na)(s?)\b")
_DOTLESS = re.compile(r"(?<![\w.])(\d+)([ºª])")
_TWICE = re.compile(r"\b([^\W\d_]+)[ \u00a0\u202f]+(\1)\b", re.IGNORECASE)
_MAY_DOUBLE = frozenset({"nous", "vous", "si", "sí", "bla", "très", "muy"})
_SPACES = re.compile(r"(?<=\S)[ \u00a0\u202f]{2,}(?=\S)")
_BEFORE_STOP = re.compile(rf"(?<=[^\s.,{BLANK}])[ \u00a0\u202f]+[.,](?![.\w])")
_DEAD = re.compile(
    r"\]\((?:#[^)\s]*|https?://|mailto:)?\)|href\s*=\s*[\"'](?:#[^\"']*|https?://)?[\"']"
)
_INCLUSIVE = re.compile(r"\b[^\W\d_]+(?:[·•‧][^\W\d_]+)+|\b[^\W\d_]+\((?:e|ne|le|te|trice)\)s?")
_ARROBA = re.compile(r"\b[^\W\d_]+@s?\b(?!\w)|\b[^\W\d_]{3,}/s?as?\b(?!/)")
_OPENING = {"?": "¿", "!": "¡"}
_CLOSERS = tuple("»”)…")
_SHOWN = 60
_STOPS = re.compile(r"[¿¡?!]|\n\n|[.\n]")


def check(page: Page, language: Language) -> Iterator[Finding]:
    """Yield signs gone wrong."""
    yield from _leftovers(page)
    yield from _doubled(page)
    if language == "fr":
        yield from _french(page)
    else:
        yield from _spanish(page)


def spans(page: Page) -> list[Span]:
    """Return where these signs are: what is inside them is no word."""
    patterns = (_LEFTOVER, _TO_FILL_IN, _INCLUSIVE, _ARROBA)
    return [match.span() for pattern in patterns for match in page.search(pattern)]


def _leftovers(page: Page) -> Iterator[Finding]:
    for match in page.search(_LEFTOVER):
        why = Phrase(N_("this is a sign of another program; write the ordinal plainly (1er, 16e)."))
        plain = _TEX_ORDINAL.sub("", match[0]) if "^" in match[0] else None
        yield page.mark("P203", "error", match.span(), why, plain)
    for match in page.search(_TO_FILL_IN):
        why = Phrase(N_("this place was to be filled in."))
        yield page.mark("P214", "error", match.span(), why)
    for match in _DEAD.finditer(page.text):
        why = Phrase(N_("the link leads nowhere; write its address, or take it out."))
        yield page.mark("P209", "error", match.span(), why)


def _doubled(page: Page) -> Iterator[Finding]:
    for match in page.search(_TWICE):
        if match[1].lower() not in _MAY_DOUBLE and not _are_names(match):
            why = Phrase(N_("the word “{word}” stands twice."), {"word": match[1]})
            yield page.mark("P206", "error", match.span(), why, match[1])
    for match in _SPACES.finditer(page.prose):
        why = Phrase(N_("there is more than one space."))
        yield page.mark("P207", "warning", match.span(), why)
    for match in _BEFORE_STOP.finditer(page.prose):
        why = Phrase(N_("no space stands before a comma or a full stop."))
        yield page.mark("P207", "warning", match.span(), why, match[0].strip())


def _are_names(match: re.Match[str]) -> bool:
    """Say whether a doubled word is a name: Bora Bora."""
    return match[1][0].isupper() and match[2][0].isupper()


def _french(page: Page) -> Iterator[Finding]:
    for match in page.search(_EME):
        plural = match[3] or ("s" if _before_plural(page, match.end()) else "")
        ending = "re" if match[1] in {"1", "I"} else "e"
        why = Phrase(N_("French ordinals end in “e”, “es” in the plural."))
        yield page.mark("P202", "error", match.span(), why, f"{match[1]}{ending}{plural}")
    for match in page.search(_ORDINAL):
        number, ending, noun = match.groups()
        # "les 2e et 3e arrondissements": each is one, and the noun stands for both.
        if _ELLIPTIC.search(
            page.flow[max(0, match.start() - _NEAR) : match.start()]
        ) or not dictionary.is_french_plural(noun):
            continue
        why = Phrase(N_("before a plural noun the ordinal takes an “s”."))
        yield page.mark("P202", "error", match.span(), why, f"{number}{ending}s {noun}")
    for match in page.search(_INCLUSIVE):
        why = Phrase(
            N_("official French does not join both genders by a sign; write both words, or “tous”.")
        )
        yield page.mark("P216", "warning", match.span(), why)


def _before_plural(page: Page, place: int) -> bool:
    following = re.compile(r"[ \u00a0\u202f]([^\W\d_]+)").match(page.flow, place)
    return bool(following and dictionary.is_french_plural(following[1]))


def _spanish(page: Page) -> Iterator[Finding]:
    why = Phrase(N_("Spanish ordinals have a dot and a raised letter (16.º, 16.ª)."))
    for match in page.search(_SPANISH_ORDINAL):
        ending = match[0].removeprefix(match[1])
        feminine = ending.rstrip("s").endswith("a")
        mark = ("as" if feminine else "os") if match[2] else ("ª" if feminine else "º")
        yield page.mark("P202", "error", match.span(), why, f"{match[1]}.{mark}")
    for match in page.search(_DOTLESS):
        yield page.mark("P202", "warning", match.span(), why, f"{match[1]}.{match[2]}")
    for match in page.search(_ARROBA):
        words = N_("official Spanish does not join both genders by a sign; write both words.")
        yield page.mark("P216", "warning", match.span(), Phrase(words))
    yield from _unopened(page)


def _unopened(page: Page) -> Iterator[Finding]:
    """Yield ? and ! that no ¿ or ¡ stands before, since the last of them or the paragraph's start."""
    opened = dict.fromkeys(_OPENING.values(), -1)
    sentence = closed = -1
    for match in page.search(_STOPS):
        sign, place = match[0], match.start()
        if sign in opened:
            opened[sign] = place
        elif sign in _OPENING:
            opening = _OPENING[sign]
            before = page.flow[place - 1 : place]
            if opened[opening] <= closed and (before.isalnum() or before in _CLOSERS):
                words = N_("in Spanish a question or exclamation has its opening sign “{sign}”.")
                start = max(sentence + 1, closed + 1, place - _SHOWN)
                why = Phrase(words, {"sign": opening})
                yield page.mark("P213", "error", page.trimmed((start, place + 1)), why)
            closed = place
        else:
            sentence = place
            closed = place if sign == "\n\n" else closed
