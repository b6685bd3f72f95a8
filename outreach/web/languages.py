"""In which language a page speaks: asked for, remembered, the browser's, the office's."""

from collections.abc import Iterator

from outreach.settings import UiLanguage
from outreach.words import LANGUAGES


def choose(asked: str, remembered: str, header: str, office: UiLanguage) -> UiLanguage:
    """Return the first language that we speak; ``header`` is the browser's Accept-Language."""
    for wish in (asked, remembered, *preferred(header)):
        if found := known(wish):
            return found
    return office


def known(wish: str) -> UiLanguage | None:
    """Return ``wish`` if it is one of our languages."""
    return next((language for language in LANGUAGES if language == wish), None)


def preferred(header: str) -> Iterator[str]:
    """Yield the languages of an Accept-Language header, the most wanted first (RFC 9110, 12.5.4)."""
    wishes: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        tag, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            continue
        if weight > 0:
            wishes.append((-weight, tag.strip().split("-")[0].lower()))
    for _, tag in sorted(wishes, key=lambda wish: wish[0]):
        yield tag
