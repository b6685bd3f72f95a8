"""A list's form and its file mean the same."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from outreach.contacts.models import Kind
from outreach.contacts.segments import Condition
from outreach.web import criteria
from outreach.web.criteria import Group, Rule

CODES = st.lists(st.sampled_from(["a", "b", "FR:76351", "c/s"]), min_size=1, unique=True).map(tuple)
OWN = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["FR", "CO"]),
        "kinds": st.lists(st.sampled_from(list(Kind)), min_size=1, unique=True).map(tuple),
        "codes": CODES,
        "received": CODES,
        "population_min": st.integers(0, 10**7),
        "replied": st.sampled_from([True, False, "a-campaign"]),
        "last_contact_before": st.dates(date(1990, 1, 1), date(2100, 1, 1)),
        "members_of": st.just("CO:ASSOC-asointermedias"),
    },
).filter(bool)


def made(own: dict[str, Any]) -> Condition:
    return Condition(**own)


CONDITIONS = st.recursive(
    OWN.map(made),
    lambda inner: st.builds(
        lambda own, any_, all_, not_: Condition(
            **own, any=tuple(any_), all=tuple(all_), not_=tuple(not_)
        ),
        OWN,
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=2),
        st.lists(inner, max_size=2),
    ),
    max_leaves=8,
)


def fields(part: Group | Rule, place: str = "0") -> dict[str, list[str]]:
    """Return what the page's form sends for a tree."""
    if isinstance(part, Rule):
        return {f"key:{place}": [part.key], f"value:{place}": list(part.values)}
    found = {f"mode:{place}": [part.mode]}
    for at, each in enumerate(part.parts):
        found |= fields(each, f"{place}.{at}")
    return found


@given(CONDITIONS)
def test_a_form_sends_what_it_was_shown(condition: Condition) -> None:
    tree = criteria.of(condition)
    assert criteria.read(fields(tree)) == tree or _deep(tree)


@given(CONDITIONS)
def test_showing_a_list_and_keeping_it_changes_nothing(condition: Condition) -> None:
    """Once through the form, the second time gives the very same file."""
    once = criteria.condition(criteria.of(condition))
    assert criteria.condition(criteria.of(once)) == once
    assert _flat(once) == _flat(condition)


def _deep(part: Group | Rule, depth: int = 0) -> bool:
    """Say whether a tree is deeper than a form shows."""
    return depth > 6 or (
        isinstance(part, Group) and any(_deep(each, depth + 1) for each in part.parts)
    )


def _flat(condition: Condition) -> frozenset[object]:
    """Return what a condition asks, however its parts that must all hold are nested."""
    own: set[object] = {(key, value) for key, value, _ in _criteria(condition)}
    for each in condition.all:
        own |= _flat(each)
    if condition.any:
        alternatives = frozenset(_flat(each) for each in condition.any)
        own |= {("any", alternatives)}
    return frozenset(own | {("not", _flat(each)) for each in condition.not_})


def _criteria(condition: Condition) -> list[tuple[str, object, None]]:
    return [
        (key, getattr(condition, key), None)
        for key in criteria.KEYS
        if getattr(condition, key) not in ((), "", None)
    ]


def test_a_rule_that_is_not_filled_in_counts_for_nothing() -> None:
    tree = Group("all", (Rule("codes"), Group("any", (Rule("country"),)), Rule("country", ("FR",))))
    assert criteria.condition(tree) == Condition(country="FR")


def test_one_question_asked_twice_must_hold_twice() -> None:
    tree = Group("all", (Rule("received", ("a",)), Rule("received", ("b",))))
    assert criteria.condition(tree) == Condition(received=("a",), all=(Condition(received=("b",)),))
