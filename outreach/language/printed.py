"""What the filters of letters print, by the letter's language and the office's usage."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from outreach.language import dates, french, lists, numbers
from outreach.language.names import Named, Undecided
from outreach.language.numbers import Profile
from outreach.language.styled import Styled
from outreach.settings import Gender, Language

Word = str | Styled | Undecided
Function = Callable[..., Word]
Maker = Callable[[Language, Profile], Function]


def by_language(fr: Function, es: Function) -> Maker:
    """Choose the letter's language."""
    return lambda language, _: fr if language == "fr" else es


def place(of_organisation: Function, of_name: Callable[[str], Word]) -> Function:
    """Let a filter take an organisation, or a plain name without its article code."""

    def filtered(value: Named | str) -> Word:
        return of_name(value) if isinstance(value, str) else of_organisation(value)

    return filtered


def is_named(value: object) -> bool:
    """Tell whether a value is an organisation or place (quicker than asking the protocol)."""
    return hasattr(value, "tncc")


def same(name: str) -> Word:
    """Return a plain name as it is."""
    return name


def de_es(name: str) -> Word:
    """Return a plain name after *de*; a lower-case article contracts."""
    return f"del {name[3:]}" if name.startswith("el ") else f"de {name}"


def a_es(name: str) -> Word:
    """Return a plain name after *a*; a lower-case article contracts."""
    return f"al {name[3:]}" if name.startswith("el ") else f"a {name}"


def of_collectivite(org: Named) -> Word:
    """Return the local authority in a sentence, after *de*."""
    if org.kind != "commune":
        return french.of(org)
    words = french.commune_de(org)
    return words if isinstance(words, Undecided) else f"de {words}"


def long(language: Language, profile: Profile) -> Function:
    """Make: a date in words."""
    return lambda day: dates.long(day, language, profile)


def day_and_month(language: Language, profile: Profile) -> Function:
    """Make: a date without its year."""
    return lambda day: dates.day_and_month(day, language, profile)


def money(language: Language, profile: Profile) -> Function:
    """Make: an amount of money."""

    def filtered(
        value: Decimal | float, currency: str = "EUR", *, devise: str = "", moneda: str = ""
    ) -> Word:
        return numbers.money(value, devise or moneda or currency, language, profile)

    return filtered


def ordinal(language: Language, _: Profile) -> Function:
    """Make: a number that orders."""

    def filtered(
        value: int,
        *,
        pluriel: bool = False,
        plural: bool = False,
        feminin: bool = False,
        femenino: bool = False,
    ) -> Word:
        gender: Gender = "F" if feminin or femenino else "M"
        return numbers.ordinal(int(value), language, gender=gender, plural=pluriel or plural)

    return filtered


def joined(language: Language, _: Profile) -> Function:
    """Make: a list in a sentence; it is undecided where one of its items is."""

    def filtered(items: Iterable[object], *, ou: bool = False, o: bool = False) -> Word:
        shown: list[str] = []
        for item in items:
            if isinstance(item, Undecided):
                return item
            shown.append(item if isinstance(item, str) else _plain(item))
        return lists.join(shown, language, "or" if ou or o else "and")

    return filtered


def _plain(value: object) -> str:
    return french.bare(value) if is_named(value) else str(value)  # type: ignore[arg-type]


def restyled(change: Callable[[str], str]) -> Function:
    """Change letters; what is raised stays raised."""

    def filtered(value: object) -> Word:
        if isinstance(value, Styled):
            return Styled(tuple((change(words), style) for words, style in value.parts))
        return change(_plain(value))

    return filtered


def begun(language: Language, _: Profile) -> Function:
    """Make: the first word with a capital."""
    del language

    def filtered(value: object) -> Word:
        if isinstance(value, Styled):
            (words, style), *rest = value.parts or (("", ""),)
            return Styled(((words[:1].upper() + words[1:], style), *rest))
        words = _plain(value)
        return words[:1].upper() + words[1:]

    return filtered
