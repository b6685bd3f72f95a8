"""What an import would do, line by line: decided here, written elsewhere.

A person at an organisation is found by the contact's code, else by an e-mail address, else by name,
else as the holder of an office that one person holds at a time (a mayor); whoever is not found is
new. Only what a line gives is compared: an empty cell takes nothing away.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from outreach.contacts.importing import postcell
from outreach.contacts.importing.persons import HEADS, SPANISH, Person
from outreach.contacts.recognition import Candidate, normalised
from outreach.errors import N_, Phrase

ERASED = N_(
    "this person asked to be forgotten, and no list brings them back; for a successor make a card of "
    "their own: “outreach contacts add”"
)
NAMES = ("first_name", "last_name")
SINGLE = {"maire", "president", "alcalde", "gobernador", "prefet", "gouverneur", "association"}


class Outcome(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    MERGED = "merged"
    UNSURE = "unsure"
    REFUSED = "refused"


@dataclass(slots=True)
class Known:
    """A contact as it is now (or as earlier lines of the list make it)."""

    id: int
    """0 for a contact that an earlier line makes."""
    code: str
    organisation_id: int
    values: dict[str, object]
    emails: list[str]
    post: dict[str, object]
    """The first postal address; empty where there is none."""
    line: int = 0
    posts: list[tuple[object, ...]] = field(default_factory=list)
    """Its other postal addresses, as ``postcell.key`` has them."""
    others: list[tuple[str, str]] = field(default_factory=list)
    """Codes and normalised names of the cards that were merged into it."""
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One field, as it was and as the line has it."""

    field: str
    old: object
    new: object


@dataclass(slots=True)
class Planned:
    """The decision on one line."""

    line: int
    outcome: Outcome
    contact: str = ""
    contact_id: int = 0
    organisation: str = ""
    changes: tuple[Change, ...] = ()
    reason: Phrase | None = None
    candidates: tuple[Candidate, ...] = ()
    person: Person | None = None
    place: Candidate | None = None
    how: str = ""
    membership: str = field(default="")
    """``new`` or ``changed`` where the line says something of a membership."""


def decide(person: Person, place: Candidate, there: list[Known]) -> Planned:
    """Decide on a person at a recognised organisation; ``there`` is brought up to date."""
    office = person.office or HEADS.get(place.kind, "president")
    if {"street", "postcode"} <= person.post.keys():
        person.post.setdefault("town", place.name)
    found, how = _find(person, office, there)
    if found is None:
        code = _free_code(person, office, place, there)
        values = {"office": office, "language": "es" if place.code[:2] in SPANISH else "fr"}
        values |= person.values  # type: ignore[arg-type]
        known = Known(
            0, code, place.id, dict(values), list(person.emails), dict(person.post), person.line
        )
        known.posts = [postcell.key(post) for post in person.others]
        there.append(known)
        made = tuple(Change(k, None, v) for k, v in values.items())
        return _planned(person, place, Outcome.NEW, known, (*made, *_addresses(person, None)), how)
    if found.erased:
        planned = _planned(person, place, Outcome.REFUSED, found, (), how)
        planned.reason = Phrase(ERASED)
        return planned
    given = person.values | ({"office": person.office} if person.office else {})
    if name_of(person.values) in {name for _, name in found.others}:
        # The card that was merged spelt the name so; a person chose the other spelling.
        given = {key: value for key, value in given.items() if key not in NAMES}
    changes = tuple(
        Change(name, found.values.get(name), value)
        for name, value in given.items()
        if found.values.get(name) != value
    ) + _addresses(person, found)
    if not changes:
        return _planned(person, place, Outcome.SAME, found, (), how)
    for change in changes:
        _update(found, change)
    outcome = Outcome.MERGED if found.line or how in {"email", "name"} else Outcome.CHANGED
    return _planned(person, place, outcome, found, changes, how)


def _planned(  # noqa: PLR0917  # the parts of one decision
    person: Person,
    place: Candidate,
    outcome: Outcome,
    known: Known,
    changes: tuple[Change, ...],
    how: str,
) -> Planned:
    return Planned(
        person.line,
        outcome,
        known.code,
        known.id,
        place.name,
        changes,
        person=person,
        place=place,
        how=how,
    )


def _find(  # noqa: C901, PLR0912  # the ladder, a rung each
    person: Person, office: str, there: Sequence[Known]
) -> tuple[Known | None, str]:
    if person.code:
        for known in there:
            if person.code.upper() in {
                code.upper() for code, _ in (*known.others, (known.code, ""))
            }:
                return known, "code"
    name = name_of(person.values)
    ours = {address.casefold() for address in person.emails}
    for known in there:
        if ours & {address.casefold() for address in known.emails} and _compatible(
            name, name_of(known.values)
        ):
            return known, "email"
    if name.strip():
        for known in there:
            if name in {name_of(known.values), *(other for _, other in known.others)}:
                return known, "name"
    if office in SINGLE:
        for known in there:
            if known.values.get("office") == office:
                return known, "office"
    if not name.strip():
        for known in there:
            if known.values.get("office") == office and not name_of(known.values).strip():
                return known, "office"
    return None, ""


def name_of(values: Mapping[str, object]) -> str:
    """Return a person's name as it is compared."""
    names = (values.get("first_name"), values.get("last_name"))
    return normalised(" ".join(str(name or "") for name in names))


def _compatible(one: str, other: str) -> bool:
    return not one or not other or one == other


def _free_code(person: Person, office: str, place: Candidate, there: Sequence[Known]) -> str:
    taken = {known.code for known in there} | {code for k in there for code, _ in k.others}
    if person.code.upper().startswith(f"{place.code}/") and person.code not in taken:
        return person.code
    head = HEADS.get(place.kind, "president")
    if office == head and place.code not in taken:
        return place.code
    slug = re.sub(r"\W+", "-", normalised(str(person.values.get("last_name") or office)))[:12]
    code, number = f"{place.code}/{slug}", 2
    while code in taken:
        code, number = f"{place.code}/{slug}-{number}", number + 1
    return code


def _addresses(person: Person, known: Known | None) -> tuple[Change, ...]:
    emails = known.emails if known else []
    there = {address.casefold() for address in emails}
    changes = [Change("email", None, a) for a in person.emails if a.casefold() not in there]
    post = known.post if known else {}
    # A postcode beside a name says where a place lies; alone it is no address to write to.
    if person.post and (post or person.post.get("town")):
        changes += [
            Change(f"post.{name}", post.get(name), value)
            for name, value in person.post.items()
            if post.get(name) != value
        ]
    there_ = set(known.posts) if known else set()
    changes += [
        Change("other post", None, postcell.write([other]))
        for other in person.others
        if postcell.key(other) not in there_
    ]
    return tuple(changes)


def _update(known: Known, change: Change) -> None:
    if change.field == "email":
        known.emails.append(str(change.new))
    elif change.field == "other post":
        known.posts += [postcell.key(post) for post in postcell.read(str(change.new))[0]]
    elif change.field.startswith("post."):
        known.post[change.field[5:]] = change.new
    else:
        known.values[change.field] = change.new


def stored(value: object) -> object:
    """Return a value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value
