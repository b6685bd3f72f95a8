"""Organisations for the tests of names: real places, from the open data."""

from dataclasses import dataclass
from functools import lru_cache

from outreach.contacts import reference
from outreach.language.names import Undecided
from tests.conftest import CHECKOUT


@dataclass(frozen=True, slots=True)
class Thing:
    """The least that ``language.names.Named`` asks for."""

    code: str
    country: str
    kind: str
    name: str
    subtype: str | None = None
    official_name: str | None = None
    tncc: int | None = None


@lru_cache(maxsize=1)
def everything() -> dict[str, Thing]:
    """Every organisation of the reference data, by code."""
    rows = reference.read(CHECKOUT / "contacts" / "reference").organisations
    return {
        code: Thing(
            code=code,
            country=row["country"],
            kind=row["kind"],
            name=row["name"],
            subtype=row["subtype"],
            official_name=row["official_name"],
            tncc=row["tncc"],
        )
        for code, row in rows.items()
    }


def thing(code: str) -> Thing:
    """One organisation of the reference data."""
    return everything()[code]


def why(form: str | Undecided) -> str:
    """The reason of a form that must be undecided."""
    assert isinstance(form, Undecided)
    return str(form.phrase)
