"""Links of letters: what is wrong with their form, and with what a stranger found behind them.

Pure: nothing here opens a link. ``dispatch.visiting`` does, and gives back an :class:`Answer`.
"""

import mimetypes
import re
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

from msgspec import Struct

from outreach.errors import N_, Phrase
from outreach.letters.values import is_safe_url

# RFC 2606 and RFC 6761: names that lead nowhere by definition.
_RESERVED = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localhost|example\.(?:com|net|org))$", re.IGNORECASE
)
_SIGN_IN_HOST = re.compile(
    r"^(?:accounts\.google\.com|(?:login|signin|sso|auth|idp|cas|connexion|adfs)[.-].+"
    r"|.+\.(?:b2clogin|okta|auth0)\.com)$",
    re.IGNORECASE,
)
_SIGN_IN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|connexion|se-connecter|iniciar-sesion|servicelogin|oauth2?|saml2?|sso"
    r"|cas|wp-login)(?:[./?]|$)",
    re.IGNORECASE,
)
_PASSWORD = re.compile(r"<input\b[^>]{0,400}\btype\s*=\s*[\"']?password\b", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^>]{0,200}>(.{0,300}?)</title>", re.IGNORECASE | re.DOTALL)
_SIGN_IN_WORDS = re.compile(
    r"log ?in|sign ?in|connexion|connectez|se connecter|authenti|identifi"
    r"|iniciar sesión|inicio de sesión|acceder|ingresar",
    re.IGNORECASE,
)
_ANY_FILE = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/force-download"}
)
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_REFUSED = frozenset({400, 402, 403, 404, 405, 406, 410, 451})
_UNAUTHORIZED, _FIRST_ERROR = 401, 400


class Trouble(StrEnum):
    """Why there was no answer at all."""

    UNKNOWN_HOST = "unknown-host"
    NO_NETWORK = "no-network"
    TOO_SLOW = "too-slow"
    CERTIFICATE = "certificate"
    PRIVATE = "private"
    """The name, or a redirection, leads into a private network."""
    ENDLESS = "endless"
    """It redirects without end, or to something that is no web address."""


class Answer(Struct, frozen=True):
    """What a stranger without account or cookies found behind a link."""

    url: str
    """Where the redirections ended."""
    status: int = 0
    """Of HTTP; 0 where there was none."""
    media: str = ""
    """``text/html``: of the content, without parameters."""
    asks_password: bool = False
    """The page is a form to sign in."""
    trouble: Trouble | None = None


_FORM_WORDS = {
    "L110": N_("the link “{url}” leads nowhere; write its address, or take it out."),
    "L111": N_("the link “{url}” is under a domain reserved for examples; write the real address."),
    "L112": N_("the link “{url}” is no web (https://…) or mail (mailto:…) address."),
}
_TROUBLE_WORDS: Mapping[Trouble, tuple[str, str]] = {
    Trouble.UNKNOWN_HOST: ("L113", N_("the link “{url}” names a machine that does not exist.")),
    Trouble.CERTIFICATE: (
        "L113",
        N_("the link “{url}” has a certificate that browsers refuse with a warning page."),
    ),
    Trouble.ENDLESS: ("L113", N_("the link “{url}” is redirected without end.")),
    Trouble.PRIVATE: (
        "L117",
        N_("the link “{url}” leads into a private network, where no recipient can follow."),
    ),
    Trouble.NO_NETWORK: (
        "L116",
        N_("the link “{url}” could not be tried: the network does not answer."),
    ),
    Trouble.TOO_SLOW: (
        "L116",
        N_("the link “{url}” could not be tried: no answer within ten seconds."),
    ),
}


def form(url: str) -> tuple[str, Phrase] | None:
    """Return code and words for what is wrong with the form of a link; None if nothing is."""
    code = _form(url)
    return None if code is None else (code, Phrase(_FORM_WORDS[code], {"url": url}))


def is_visited(url: str) -> bool:
    """Say whether a link is one to open: a web address outside the reserved domains."""
    return url.partition(":")[0].lower() in {"http", "https"} and _form(url) is None


def verdict(url: str, answer: Answer, *, online: bool) -> tuple[str, Phrase] | None:
    """Return code and words for what is wrong behind a link; None if a stranger can read it.

    ``online``: another link was answered, so that an unknown name is the name's own fault.
    """
    trouble = answer.trouble
    if trouble is Trouble.UNKNOWN_HOST and not online:
        trouble = Trouble.NO_NETWORK
    if trouble is not None:
        code, words = _TROUBLE_WORDS[trouble]
        return code, Phrase(words, {"url": url})
    if _is_sign_in(url, answer):
        words = N_("the link “{url}” asks for a password ({host}).")
        return "L114", Phrase(words, {"url": url, "host": urlsplit(answer.url).hostname or ""})
    if answer.status in _REFUSED:
        words = N_("the link “{url}” answers “{status}”: nobody outside can open it.")
        return "L113", Phrase(words, {"url": url, "status": str(answer.status)})
    if answer.status >= _FIRST_ERROR:
        words = N_("the link “{url}” could not be tried: its server answers “{status}”.")
        return "L116", Phrase(words, {"url": url, "status": str(answer.status)})
    wanted = mimetypes.guess_type(urlsplit(url).path)[0] or ""
    if _is_other(wanted, answer.media):
        words = N_("the link “{url}” should give {wanted}, but gives {media}.")
        return "L115", Phrase(words, {"url": url, "wanted": wanted, "media": answer.media})
    return None


def signs_in(page: str) -> bool:
    """Say whether an HTML page is a form to sign in, and not a page that also has one."""
    title = _TITLE.search(page)
    return bool(_PASSWORD.search(page)) and bool(title and _SIGN_IN_WORDS.search(title[1]))


def _form(url: str) -> str | None:
    if url.strip() in {"", "#"} or url.startswith("#"):
        return "L110"
    if not is_safe_url(url):
        return "L112"
    parts = urlsplit(url)
    host = parts.path.rpartition("@")[2] if parts.scheme == "mailto" else parts.hostname or ""
    return "L111" if _RESERVED.search(host.rstrip(".")) else None


def _is_sign_in(url: str, answer: Answer) -> bool:
    if answer.status == _UNAUTHORIZED or answer.asks_password:
        return True
    start, end = urlsplit(url), urlsplit(answer.url)
    if (start.hostname, start.path) == (end.hostname, end.path):
        return False
    return bool(_SIGN_IN_HOST.match(end.hostname or "") or _SIGN_IN_PATH.search(end.path))


def _is_other(wanted: str, media: str) -> bool:
    """Say whether a document was promised and something else is given."""
    if not wanted or wanted in _PAGES or media in _ANY_FILE:
        return False
    if wanted.partition("/")[0] == "image":
        return media.partition("/")[0] != "image"
    return media != wanted
