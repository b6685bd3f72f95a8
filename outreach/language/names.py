"""What a name is, as the language room sees it, and what to answer where no form is certain."""

from dataclasses import dataclass
from typing import NoReturn, Protocol, TypeGuard, TypeVar, runtime_checkable

from outreach.errors import N_, Phrase

T = TypeVar("T")

# Misspellings in the list of EPCI: ''Agglopolys'', ligatures and accents of capitals.
_MISSPELT = {
    "’’": "",
    "Coeur": "Cœur",
    "coeur": "cœur",
    "Ecrins": "Écrins",
    "Egletons": "Égletons",
    "Emeraude": "Émeraude",
    "Evreux": "Évreux",
    "Ile de France": "Île de France",
    "Saint-Etienne": "Saint-Étienne",
}


@runtime_checkable
class Named(Protocol):
    """An organisation or place: satisfied by the store's rows and by a letter's facts."""

    @property
    def code(self) -> str:
        """Official code: ``FR:76351``, ``CO:05001``."""

    @property
    def country(self) -> str:
        """``FR``, ``CO``; another country's forms cannot be decided."""

    @property
    def kind(self) -> str:
        """``commune``, ``epci``, ``departement``, ``region``, ``territoire``, and so on."""

    @property
    def subtype(self) -> str | None:
        """EPCI: ``CC``, ``CA``, ``CU``, ``METRO``, ``MET69``."""

    @property
    def name(self) -> str:
        """As printed: ``Le Havre``."""

    @property
    def official_name(self) -> str | None:
        """Where it differs from the name: ``San José de Cúcuta``."""

    @property
    def tncc(self) -> int | None:
        """INSEE's article code 0-8."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """A form that cannot be decided from the data. Returned, never raised; preflight reports it.

    It cannot be printed: a letter with a guess in it would be worse than no letter.
    """

    phrase: Phrase

    @property
    def reason(self) -> str:
        """Why, as a msgid with ``{named}`` places."""
        return self.phrase.message

    @property
    def values(self) -> dict[str, object]:
        """What fills the places of :attr:`reason`."""
        return dict(self.phrase.values)

    def __str__(self) -> NoReturn:
        raise TypeError(f"an undecided form cannot be printed: {self.phrase}")

    def __format__(self, spec: str) -> NoReturn:
        self.__str__()

    def __hash__(self) -> int:
        return hash(self.phrase.message)


def decided(form: T | Undecided) -> TypeGuard[T]:
    """Tell whether ``form`` can be printed."""
    return not isinstance(form, Undecided)


def typographic(text: str) -> str:
    """Return ``text`` on one line, with the apostrophe ’ that letters print."""
    return " ".join(text.split()).replace("'", "’")


def printed_name(org: Named) -> str:
    """Return the organisation's name alone, as letters print it; a grouping's spelling is mended."""
    name = typographic(org.name)
    if org.kind == "epci":
        for wrong, right in _MISSPELT.items():
            name = name.replace(wrong, right)
    return name


def nameless() -> Undecided:
    """Say that there is nothing to print."""
    return Undecided(Phrase(N_("the organisation has no name.")))


def unknown_kind(org: Named) -> Undecided:
    """Say that the room has no forms for this kind of organisation."""
    words = N_("“{kind}” is no kind of organisation that letters can name ({name}).")
    return Undecided(Phrase(words, {"kind": org.kind, "name": org.name}))


def is_unincorporated(org: Named) -> bool:
    """Tell whether a Colombian area has no alcaldía of its own (DIVIPOLA's type)."""
    return org.kind == "municipio" and (org.subtype or "").casefold().startswith("área no")


def unincorporated(org: Named) -> Undecided:
    """Say that nobody's town hall is there: the departamento governs these areas."""
    words = N_("{name} is no municipality and has no mayor; write to its departamento.")
    return Undecided(Phrase(words, {"name": org.name}))
