"""What a field may put into a letter, and how it is written where it stands.

A value is plain words or :class:`~outreach.language.styled.Styled` words (a superscript). It never
becomes HTML, Markdown or Typst: it is escaped for the place where it stands.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote, urlsplit

import msgspec
from markupsafe import escape

from outreach.language.styled import Styled

Value = str | Styled

MISSING = "[?]"
"""What a preview shows where a value is missing. A letter that holds it never leaves."""

URL_SCHEMES = frozenset({"http", "https", "mailto"})

_UNPRINTABLE = re.compile(
    # Controls, zero-width and direction marks, line and paragraph separators, byte order mark.
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_BETWEEN = "\x1e"
_JSON = msgspec.json.Encoder()


def cleaned(text: str) -> str:
    """Return ``text`` with control and direction characters made visible spaces.

    They could break a header, hide words or turn them round; whoever calls reports it.
    """
    return _UNPRINTABLE.sub(" ", text)


def is_clean(text: str) -> bool:
    """Say whether ``text`` holds printable characters only (no-break spaces are)."""
    return text.isprintable() or _UNPRINTABLE.search(text) is None


def plain(value: Value) -> str:
    """Return the value as plain words."""
    return value if value.__class__ is str else value.text  # type: ignore[union-attr]


def plain_texts(values: Sequence[Value]) -> list[str]:
    """Return every value as plain words."""
    return [value if value.__class__ is str else value.text for value in values]  # type: ignore[union-attr]


def html_texts(values: Sequence[Value], plain: Sequence[str]) -> list[str]:
    """Return every value for HTML text; ``plain`` are the same as plain words."""
    # Escaped in one go: a letter has some twenty values, and no value holds a control character.
    texts = str(escape(_BETWEEN.join(plain))).split(_BETWEEN)
    for place, value in enumerate(values):
        if value.__class__ is not str:
            texts[place] = _styled_html(value)
    return texts


@lru_cache(maxsize=256)  # one date stands in every letter of a batch
def _styled_html(value: Styled) -> str:
    return value.html


def html_attribute(value: Value) -> str:
    """Return the value for the quotes of an HTML attribute: no tags."""
    return str(escape(plain(value)))


def nodes(value: Value) -> list[object]:
    """Return the value as inline nodes of the letter's tree; Typst does not hyphenate them."""
    if isinstance(value, str):
        return [{"t": "f", "v": value}]
    return list(value.nodes)


def json_nodes(value: Value) -> str:
    """Return :func:`nodes` as JSON, without the list's brackets."""
    return _JSON.encode(nodes(value)).decode()[1:-1]


def whole_url(value: Value) -> str:
    """Return a value that is a whole address, or ``#`` where its scheme is none of ours.

    ``javascript:`` and the like never pass; the checks report the ``#``.
    """
    return _quoted(plain(value).strip())


@lru_cache(maxsize=1024)  # the same document is linked to in every letter
def _quoted(url: str) -> str:
    return quote(url, safe="%/:?#[]@!$&'()*+,;=-._~") if is_safe_url(url) else "#"


def url_part(value: Value) -> str:
    """Return a value that stands inside an address (a path segment, a query's value)."""
    return quote(plain(value), safe="")


def is_safe_url(url: str) -> bool:
    """Say whether ``url`` is a web or mail address that a letter may link to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return "@" in parts.path
    return parts.scheme in URL_SCHEMES and bool(parts.hostname)
