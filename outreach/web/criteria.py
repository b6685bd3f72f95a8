"""The conditions of a recipient list as a form holds them: rules in groups, nested at will.

A form's fields are called by their place in the tree: ``mode:0`` is the whole, ``key:0.2`` its
third part, ``value:0.2`` what was chosen there. The tree is read from a saved condition and from a
form, and becomes a condition again: the same one that the file holds.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import msgspec

from outreach.contacts.segments import Condition
from outreach.errors import N_, OutreachError

ALL, ANY, NONE = "all", "any", "none"
MODES: dict[str, str] = {
    ALL: N_("All of these hold"),
    ANY: N_("At least one of these holds"),
    NONE: N_("None of these holds"),
}
ROOT = "0"
PATH = re.compile(r"0(\.\d{1,3}){0,6}")
MOST = 200
"""Parts of one list. More is no list that anybody reads."""
KEYS = tuple(k for k in Condition.__struct_fields__ if k not in {"any", "all", "not_"})
EVER, NEVER, IN = "ever", "never", "in "
"""How a form says ``replied = true``, ``false`` and the name of a campaign."""
NUMBERS = frozenset({"population_min", "population_max"})
DAYS = frozenset({"last_contact_before", "last_contact_after"})
ONE = frozenset({"country", "members_of", "partners_of", "replied"}) | NUMBERS | DAYS
"""Keys that have one value; all others have several, of which one is enough."""


class RuleValueError(OutreachError):
    """What was filled in does not fit the rule."""

    message = N_("“{value}” does not fit there: write a whole number, or a day as 2025-09-01.")


class HandmadeListError(OutreachError):
    """The file holds an empty part, which no form can show without changing what it means."""

    message = N_(
        "The file of this list has an empty part, which means “everyone”. Fill that part in or "
        "take it out of the file, then the list can be changed here."
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """One criterion; without values it is not filled in yet and counts for nothing."""

    key: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of which all, at least one, or none must hold."""

    mode: str = ALL
    parts: tuple["Group | Rule", ...] = field(default=())


def of(condition: Condition) -> Group:
    """Return the tree of a saved condition. Raises HandmadeListError."""
    if _has_hole(condition):
        raise HandmadeListError
    return _of(condition)


def _has_hole(condition: Condition) -> bool:
    inner = (*condition.any, *condition.all, *condition.not_)
    return any(each == Condition() or _has_hole(each) for each in inner)


def _of(condition: Condition) -> Group:
    parts: list[Group | Rule] = [
        Rule(key, _texts(key, getattr(condition, key)))
        for key in KEYS
        if getattr(condition, key) not in ((), "", None)
    ]
    if condition.any:
        parts.append(Group(ANY, tuple(_plain(_of(each)) for each in condition.any)))
    parts += [_plain(_of(each)) for each in condition.all]
    if condition.not_:
        parts.append(Group(NONE, tuple(_plain(_of(each)) for each in condition.not_)))
    return Group(ALL, tuple(parts))


def _plain(group: Group) -> Group | Rule:
    """Return the only part of a group instead of the group."""
    return group.parts[0] if group.mode == ALL and len(group.parts) == 1 else group


def _texts(key: str, value: Any) -> tuple[str, ...]:  # noqa: ANN401  # whatever the file holds
    if key == "replied":
        return (IN + value if isinstance(value, str) else EVER if value else NEVER,)
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)


def condition(group: Group) -> Condition:
    """Return what a tree means. Raises RuleValueError."""
    own: dict[str, Any] = {}
    any_: tuple[Condition, ...] = ()
    all_: list[Condition] = []
    not_: list[Condition] = []
    parts = group.parts if group.mode == ALL else (group,)
    for part in filled(parts):
        if isinstance(part, Rule):
            if part.key in own:  # the same question twice: both must hold
                all_.append(_convert({part.key: _value(part)}))
            else:
                own[part.key] = _value(part)
            continue
        inner = tuple(condition(_grouped(each)) for each in filled(part.parts))
        if part.mode == NONE:
            not_ += inner
        elif part.mode == ALL:
            all_.append(condition(part))
        elif any_:
            all_.append(Condition(any=inner))
        else:
            any_ = inner
    return msgspec.structs.replace(_convert(own), any=any_, all=tuple(all_), not_=tuple(not_))


def filled(parts: Sequence[Group | Rule]) -> list[Group | Rule]:
    """Return the parts in which something was chosen."""
    return [
        part
        for part in parts
        if (part.values if isinstance(part, Rule) else bool(filled(part.parts)))
    ]


def _grouped(part: Group | Rule) -> Group:
    return part if isinstance(part, Group) else Group(ALL, (part,))


def _value(rule: Rule) -> object:
    first = rule.values[0]
    try:
        if rule.key in NUMBERS:
            return int(first.replace(" ", "").replace("\u202f", "").replace("\u00a0", ""))
        if rule.key in DAYS:
            return date.fromisoformat(first)
    except ValueError as error:
        raise RuleValueError(value=first) from error
    if rule.key == "replied":
        return first.removeprefix(IN) if first.startswith(IN) else first == EVER
    return first if rule.key in ONE else rule.values


def _convert(values: Mapping[str, object]) -> Condition:
    try:
        return msgspec.convert(dict(values), Condition)
    except msgspec.ValidationError as error:
        raise RuleValueError(value=", ".join(map(str, values.values()))) from error


def read(fields: Mapping[str, Sequence[str]]) -> Group:
    """Return the tree that a form's fields hold; what is no part of one is left alone."""
    places = [
        place
        for name in fields
        for kind, _, place in [name.partition(":")]
        if kind in {"mode", "key"} and PATH.fullmatch(place)
    ]
    found = _read(fields, ROOT, sorted(places, key=_order)[:MOST])
    return found if isinstance(found, Group) else Group()


def _order(place: str) -> list[int]:
    return [int(step) for step in place.split(".")]


def _read(fields: Mapping[str, Sequence[str]], place: str, places: list[str]) -> Group | Rule:
    key = "".join(fields.get(f"key:{place}", ())[:1])
    if key in KEYS:
        values = fields.get(f"value:{place}", ())
        if key in {"codes", "epci"}:
            values = re.split(r"[\s,;]+", " ".join(values))
        return Rule(key, tuple(dict.fromkeys(value for value in values if value)))
    mode = "".join(fields.get(f"mode:{place}", ())[:1])
    inner = [each for each in places if each.rpartition(".")[0] == place]
    return Group(
        mode if mode in MODES else ALL, tuple(_read(fields, each, places) for each in inner)
    )


def add(group: Group, place: str, part: Group | Rule) -> Group:
    """Return the tree with one more part at the end of the group of a place."""
    return _changed(group, _order(place)[1:], lambda parts: (*parts, part))


def remove(group: Group, place: str) -> Group:
    """Return the tree without the part of a place; the whole is never taken away."""
    *way, last = _order(place)
    if not way:
        return group
    return _changed(group, way[1:], lambda parts: (*parts[:last], *parts[last + 1 :]))


def _changed(group: Group, way: list[int], change: Any) -> Group:  # noqa: ANN401
    if not way:
        return replace(group, parts=change(group.parts))
    first, *rest = way
    return replace(
        group,
        parts=tuple(
            _changed(part, rest, change) if at == first and isinstance(part, Group) else part
            for at, part in enumerate(group.parts)
        ),
    )
