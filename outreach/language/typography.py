"""Spaces, apostrophes and quotes of a letter's own words: French and Spanish usage.

Applied to what the office writes, never to data. Running it twice changes nothing. Web and mail
addresses, telephone numbers, times, ratios and code are left alone.

French spaces are those of the Imprimerie nationale (narrow no-break before ; ! ?, no-break before
the colon, inside « », before units and after n°), or none before ; : ! ? as in the texts of the
European Union: the office's profile says which.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from outreach.language.numbers import DEFAULT, NBSP, NNBSP, Profile
from outreach.settings import Language

_ASIDE, _END = "\ue000", "\ue001"
_KEPT = re.compile(
    r"(?:https?://|www\.|mailto:)[^\s«»“”\"<>]*[^\s«»“”\"<>.,;:!?)\]]"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}"
    r"|`[^`]*`"
    r"|&(?:\w+|\#\d+);"  # an HTML character
    r"|\(?\+\d{1,3}\)?[ .()\d\u00a0\u202f-]{6,}\d"
    r"|\b0\d(?:[ .\u00a0\u202f]\d\d){4}\b"
    r"|\d{1,3}(?::\d{1,3})+"
)
"""What is not ours to touch."""

_SP = "[ \u00a0\u202f]"
_AFTER = rf"(?<=[\w»”)\]%€$°ºª.…’{_END}])"
_MONTHS_FR = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_MONTHS_ES = (
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
)
_MEASURES = "km²?|m²|ha|kg|mm|cm"
_UNITS_FR = rf"\$|{_MEASURES}|ans?|habitants?|millions?|milliards?"
_UNITS_ES = rf"{_MEASURES}|años?|habitantes?|millones|millón"
_ELIDED = r"[cdjlmnstCDJLMNST]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu|[Qq]uoiqu"
_TITLES_FR = r"M\.|MM\.|Mme|Mmes|Mlle|Mgr|Dr"
_TITLES_ES = r"Sr\.|Sra\.|Sres\.|Sras\.|Dr\.|Dra\."

Rule = tuple[re.Pattern[str], str]

_BOTH: tuple[Rule, ...] = (
    (re.compile(r"(?<!\.)\.\.\.(?!\.)"), "…"),
    (re.compile(r"(?<=[^\W\d_])'(?=[\w«“])"), "’"),
    # A run of words may end before an emphasised one: l'*avenir*.
    (re.compile(rf"\b({_ELIDED})'$"), r"\1’"),
    (re.compile(rf"(?<=\d){_SP}*(?=[%‰€])"), NBSP),
    (re.compile(rf"(?<=\w){_SP}(?=[%‰€])"), NBSP),
)
_QUOTED = re.compile(
    rf'(?<![\w"])"(?=[\w¿¡({_ASIDE}])([^"\n«»“”]*)(?<=[\w.…!?)%€{_END}])"(?![\w"])'
)

_FRENCH: tuple[Rule, ...] = (
    (re.compile(rf"«{_SP}*"), f"«{NBSP}"),
    (re.compile(rf"{_SP}*»"), f"{NBSP}»"),
    (re.compile(rf"\b([Nn]°|pp?\.|art\.|{_TITLES_FR}){_SP}+(?=[\w«])"), rf"\1{NBSP}"),
    (re.compile(rf"(?<=\d){_SP}(?=(?:{_UNITS_FR})(?!\w))"), NBSP),
    (re.compile(rf"(?<=\d){_SP}h(?![\w’])"), f"{NBSP}h"),
    (re.compile(rf"(?<=\d{NBSP}h){_SP}(?=\d)"), NBSP),
    (re.compile(rf"(\b\d{{1,2}}(?:er)?){_SP}(?=(?:{_MONTHS_FR})(?!\w))"), rf"\1{NBSP}"),
)
_FRENCH_SPACED: tuple[Rule, ...] = (
    (re.compile(rf"{_AFTER}{_SP}*([;!?]+)"), rf"{NNBSP}\1"),
    (re.compile(rf"^{_SP}+([;!?]+)"), rf"{NNBSP}\1"),
    (re.compile(rf"{_AFTER}{_SP}*:(?=\s|$)"), f"{NBSP}:"),
    (re.compile(rf"^{_SP}+:(?=\s|$)"), f"{NBSP}:"),
)
_FRENCH_TIGHT: tuple[Rule, ...] = ((re.compile(rf"(?:{_AFTER}|^){_SP}+([;!?]+|:(?=\s|$))"), r"\1"),)

_SPANISH: tuple[Rule, ...] = (
    (re.compile(rf"([¿¡«“]){_SP}+"), r"\1"),
    (re.compile(rf"{_SP}+([;!?»”]|:(?=\s|$))"), r"\1"),
    (re.compile(rf"\b([Nn]\.º|págs?\.|art\.|{_TITLES_ES}){_SP}+(?=\w)"), rf"\1{NBSP}"),
    (re.compile(rf"\b(EE\.){_SP}*(UU\.)"), rf"\1{NBSP}\2"),
    (re.compile(rf"\b(p\.){_SP}*(ej\.)"), rf"\1{NBSP}\2"),
    (re.compile(rf"(?<=\d){_SP}(?=(?:{_UNITS_ES})(?!\w))"), NBSP),
    (
        re.compile(rf"(\b(?:\d{{1,2}}|1\.º){_SP}de){_SP}(?=(?:{_MONTHS_ES})(?!\w))"),
        rf"\1{NBSP}",
    ),
)
# 166 058: groups of three, never "2025 100 villes".
_THOUSANDS = re.compile(rf"(?<![\d,.])\d{{1,3}}(?:{_SP}\d{{3}})+(?!\d)")
_SPACE = re.compile(_SP)
_PLACE = re.compile(rf"{_ASIDE}(\d+){_END}")


def polish(text: str, language: Language, profile: Profile = DEFAULT) -> str:
    """Return a run of a letter's words with its spaces and signs set right. Idempotent."""
    if _ASIDE in text or _END in text:
        return text  # private characters: not a letter's words
    kept: list[str] = []
    bare = _KEPT.sub(_keeper(kept), text)
    opening, closing = ("«", "»") if language == "fr" else profile.quotes_es
    bare = _QUOTED.sub(rf"{opening}\1{closing}", bare)
    for pattern, replacement in _rules(language, profile.spacing):
        bare = pattern.sub(replacement, bare)
    if language == "fr":
        bare = _THOUSANDS.sub(lambda match: _SPACE.sub(NNBSP, match[0]), bare)
    return _PLACE.sub(lambda match: kept[int(match[1])], bare) if kept else bare


def _keeper(kept: list[str]) -> Callable[[re.Match[str]], str]:
    """Put what is not ours to touch aside, a mark in its place."""

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"{_ASIDE}{len(kept) - 1}{_END}"

    return keep


@lru_cache(maxsize=4)
def _rules(language: Language, spacing: str) -> tuple[Rule, ...]:
    if language == "es":
        return (*_BOTH, *_SPANISH)
    return (*_BOTH, *_FRENCH, *(_FRENCH_SPACED if spacing == "imprimerie" else _FRENCH_TIGHT))
