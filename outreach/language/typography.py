"""Spaces, apostrophes and quotes of a letter's own words: French and Spanish usage.

Applied to what the office writes, never to data. Running it twice changes nothing. Web and mail
addresses, times, ratios and code are left alone.
"""

import re
from collections.abc import Callable

from outreach.language.numbers import DEFAULT, NBSP, NNBSP, Profile
from outreach.settings import Language

_KEPT = re.compile(
    r"https?://\S+|www\.\S+|mailto:\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|`[^`]*`|\d{1,3}(?::\d{1,3})+"
)
_SPACES = "[ \u00a0\u202f]"
_WORD_END = r"(?<=[\w»”)\]%€$°ºª.…’\ue001])"
_MONTHS_FR = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_MONTHS_ES = (
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
)
_UNITS = "€|\\$|%|‰|km²?|m²|ha|kg|mm|cm|ans?|habitants?|millions?|milliards?"
_UNITS_ES = "€|\\$|%|‰|km²?|m²|ha|kg|mm|cm|años?|habitantes?|millones|millón"

Rule = tuple[re.Pattern[str], str]

_BOTH: tuple[Rule, ...] = (
    (re.compile(r"(?<!\.)\.\.\.(?!\.)"), "…"),
    (re.compile(r"(?<=[^\W\d_])'(?=[\w«“])"), "’"),
)

_FRENCH: tuple[Rule, ...] = (
    (re.compile(rf"«{_SPACES}*(?=\S)"), f"«{NBSP}"),
    (re.compile(rf"(?<=\S){_SPACES}*»"), f"{NBSP}»"),
    (
        re.compile(rf"\b([Nn]°|p\.|pp\.|M\.|MM\.|Mme|Mmes|Dr|art\.){_SPACES}+(?=[\w«])"),
        rf"\1{NBSP}",
    ),
    (re.compile(rf"(?<=\d){_SPACES}(?=\d{{3}}(?!\d))"), NNBSP),
    (re.compile(rf"(?<=\d){_SPACES}(?=(?:{_UNITS})(?!\w))"), NBSP),
    (re.compile(rf"(?<=\d){_SPACES}h{_SPACES}(?=\d)"), f"{NBSP}h{NBSP}"),
    (re.compile(rf"(\b\d{{1,2}}(?:er)?){_SPACES}(?={_MONTHS_FR})"), rf"\1{NBSP}"),
)
_FRENCH_SPACED: tuple[Rule, ...] = (
    (re.compile(rf"{_WORD_END}{_SPACES}*([;!?]+)"), rf"{NNBSP}\1"),
    (re.compile(rf"{_WORD_END}{_SPACES}*:(?=\s|$)"), f"{NBSP}:"),
)
_FRENCH_TIGHT: tuple[Rule, ...] = (
    (re.compile(rf"{_WORD_END}{_SPACES}+([;!?]+|:(?=\s|$))"), r"\1"),
)

_SPANISH: tuple[Rule, ...] = (
    (re.compile(rf"([¿¡«“]){_SPACES}+"), r"\1"),
    (re.compile(rf"(?<=\S){_SPACES}+([;!?»”]|:(?=\s|$))"), r"\1"),
    (re.compile(rf"\b([Nn]\.º|Sr\.|Sra\.|Dr\.|Dra\.|pág\.|art\.){_SPACES}+(?=\w)"), rf"\1{NBSP}"),
    (re.compile(rf"(?<=\d){_SPACES}(?=(?:{_UNITS_ES})(?!\w))"), NBSP),
    (re.compile(rf"((?:\b\d{{1,2}}|\b1\.º){_SPACES}de){_SPACES}(?={_MONTHS_ES})"), rf"\1{NBSP}"),
)


def polish(text: str, language: Language, profile: Profile = DEFAULT) -> str:
    """Return a run of a letter's words with its spaces and signs set right. Idempotent."""
    if "\ue000" in text or "\ue001" in text:
        return text  # private characters: not a letter's words
    kept: list[str] = []
    bare = _KEPT.sub(_keeper(kept), text)
    for pattern, replacement in _rules(language, profile):
        bare = pattern.sub(replacement, bare)
    return _PLACE.sub(lambda match: kept[int(match[1])], bare) if kept else bare


_PLACE = re.compile("\ue000(\\d+)\ue001")


def _keeper(kept: list[str]) -> Callable[[re.Match[str]], str]:
    """Put what is not ours to touch aside, a mark in its place."""

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\ue000{len(kept) - 1}\ue001"

    return keep


def _rules(language: Language, profile: Profile) -> tuple[Rule, ...]:
    if language == "es":
        return (*_BOTH, *_SPANISH)
    spaces = _FRENCH_SPACED if profile.spacing == "imprimerie" else _FRENCH_TIGHT
    return (*_BOTH, *_FRENCH, *spaces)
