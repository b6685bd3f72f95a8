"""A campaign as a form holds it: its steps under keys of their own, shown and read again."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

from outreach.campaigns.definition import (
    CampaignFile,
    StepDefinition,
)
from outreach.contacts.models import Kind
from outreach.web import criteria
from outreach.web.criteria import Group
from outreach.web.forms import Form

OWN = "="
"""What stands for the audience while its rules are chosen in the form; no list is called so."""
ON, AFTER, OUTCOME, EVENT = "on", "after", "on_outcome", "event"
WHENS = (ON, AFTER, OUTCOME, EVENT)
MOST_STEPS, MOST_LETTERS = 40, 12
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""A step's name in the file, and its key in the form."""
WAY = re.compile(r"[\w -]+(\.[\w -]+)*")
"""The name of an event, the way to a fact: ``rencontres.edition``."""


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """One letter of a step."""

    letter: str = ""
    country: str = ""
    kinds: tuple[str, ...] = ()
    circular: bool = False
    cover: str = ""
    pdf: bool = True


@dataclass(frozen=True, slots=True)
class StepDraft:
    """One step; its key is its name, or ``new-1`` while it has none."""

    key: str
    title_fr: str = ""
    title_es: str = ""
    when: str = AFTER
    on: str = ""
    after: str = ""
    outcome: str = ""
    event: str = ""
    side: str = "before"
    days: str = ""
    working: bool = False
    kind: str = "plain"
    prefer: str = ""
    why_fr: str = ""
    why_es: str = ""
    promise_fr: str = ""
    promise_es: str = ""
    """One more thing that its letters promise."""
    kept_by: str = ""
    skip_if_replied: bool = False
    only_if_not_bounced: bool = False
    in_elections: bool = False
    letters: tuple[LetterDraft, ...] = (LetterDraft(),)


Fact = str | int | float | date
TEXTS = (
    *("title_fr", "title_es", "when", "on", "after", "outcome", "event", "side", "days"),
    *("kind", "prefer", "why_fr", "why_es", "promise_fr", "promise_es", "kept_by"),
)
TICKS = ("working", "skip_if_replied", "only_if_not_bounced", "in_elections")


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole campaign."""

    title_fr: str = ""
    title_es: str = ""
    audience: str = ""
    events: Mapping[str, str] = field(default_factory=dict)
    """The day of each event, by name."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What the letters say of the event: words, figures and days, by the way to each."""
    steps: tuple[StepDraft, ...] = ()
    tree: Group = field(default_factory=Group)
    """The rules of the audience, where it is OWN: no list that was kept."""

    def with_step(self) -> "Draft":
        """Return the campaign with one more step, which follows the last one."""
        taken = {step.key for step in self.steps}
        number = next(n for n in range(1, MOST_STEPS + 2) if f"new-{n}" not in taken)
        last = self.steps[-1].key if self.steps else ""
        first = StepDraft(f"new-{number}", when=AFTER if last else ON, after=last)
        return replace(self, steps=(*self.steps, first)[:MOST_STEPS])

    def without_step(self, key: str) -> "Draft":
        """Return the campaign without a step."""
        return replace(self, steps=tuple(step for step in self.steps if step.key != key))

    def with_letter(self, key: str) -> "Draft":
        """Return the campaign with one more letter in a step."""
        return self._letters(key, lambda letters: (*letters, LetterDraft())[:MOST_LETTERS])

    def without_letter(self, key: str, place: str) -> "Draft":
        """Return the campaign without one letter of a step; one row always stays to choose in."""
        return self._letters(
            key,
            lambda letters: (
                tuple(each for n, each in enumerate(letters) if str(n) != place) or (LetterDraft(),)
            ),
        )

    def _letters(self, key: str, change: Any) -> "Draft":  # noqa: ANN401
        return replace(
            self,
            steps=tuple(
                replace(step, letters=change(step.letters)) if step.key == key else step
                for step in self.steps
            ),
        )


def of(file: CampaignFile) -> Draft:
    """Return a campaign as its form shows it."""
    return Draft(
        title_fr=file.title.fr,
        title_es=file.title.es,
        audience=file.audience,
        events={name: event.on.isoformat() for name, event in file.events.items()},
        facts={way: shown_fact(value) for way, value in facts_of(file.facts)},
        steps=tuple(map(_of, file.steps)),
    )


def facts_of(facts: Mapping[str, object], way: str = "") -> Iterator[tuple[str, Fact]]:
    """Yield each fact that one line can hold, by the way to it: ``rencontres.edition``."""
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from facts_of(value, f"{way}{name}.")
        elif value == line(value) if isinstance(value, str) else type(value) in {int, float, date}:
            yield f"{way}{name}", cast("Fact", value)


def shown_fact(value: Fact) -> str:
    """Return a fact as a field shows it."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _of(step: StepDefinition) -> StepDraft:
    why = step.letter_to_come
    follows = step.after or step.on_outcome or step.event
    days = step.follows.days if step.follows else 0
    if step.event:
        days = step.event.before or step.event.after
    return StepDraft(
        key=step.name,
        title_fr=step.title.fr,
        title_es=step.title.es,
        when=ON if step.on else AFTER if step.after else OUTCOME if step.on_outcome else EVENT,
        on=step.on.isoformat() if step.on else "",
        after=step.after.step if step.after else "",
        outcome=step.on_outcome.outcome if step.on_outcome else "",
        event=step.event.name if step.event else "",
        side="after" if step.event and not step.event.before else "before",
        days=str(days) if follows else "",
        working=bool(follows and follows.working),
        kind=step.kind,
        prefer=step.prefer,
        why_fr=why.fr if why else "",
        why_es=why.es if why else "",
        skip_if_replied=step.skip_if_replied,
        only_if_not_bounced=step.only_if_not_bounced,
        in_elections=step.in_elections,
        letters=tuple(
            LetterDraft(
                letter=each.letter,
                country=each.to.country,
                kinds=each.to.kinds,
                circular=each.mode == "circular",
                cover=each.cover,
                pdf=each.pdf,
            )
            for each in step.letters
        )
        or (LetterDraft(),),
    )


def read(form: Form) -> Draft:
    """Return what a form holds; fields are ``title_fr:KEY`` and ``letter:KEY.0``."""
    sent = [key for key in form.texts("step") if KEY.fullmatch(key)]
    keys = list(dict.fromkeys(sent))[:MOST_STEPS]
    events = {name: form.text(f"day:{name}") for name in _named(form, "day")}
    return Draft(
        title_fr=line(form.text("title_fr")),
        title_es=line(form.text("title_es")),
        audience=form.text("audience"),
        events=events,
        facts={way: line(form.text(f"fact:{way}")) for way in _named(form, "fact")},
        steps=tuple(_read(form, key) for key in keys),
        tree=criteria.read(form.fields),
    )


def _named(form: Form, kind: str) -> list[str]:
    """Return the names that fields of a kind (``day:NAME``) are about; made-up ones are left out."""
    fields = (name.partition(":") for name in form.fields)
    return [name for start, _, name in fields if start == kind and WAY.fullmatch(name)]


def _read(form: Form, key: str) -> StepDraft:
    texts = {name: line(form.text(f"{name}:{key}")) for name in TEXTS}
    ticks = {name: form.has(f"{name}:{key}") for name in TICKS}
    places = [f"{key}.{n}" for n in range(MOST_LETTERS) if form.has(f"letter:{key}.{n}")]
    letters = tuple(
        LetterDraft(
            letter=form.text(f"letter:{place}"),
            country=form.text(f"country:{place}"),
            kinds=tuple(kind for kind in form.texts(f"kinds:{place}") if kind in set(Kind)),
            circular=form.has(f"circular:{place}"),
            cover=form.text(f"cover:{place}"),
            pdf=form.has(f"pdf:{place}"),
        )
        for place in places
    )
    found: dict[str, Any] = {**texts, **ticks, "letters": letters or (LetterDraft(),)}
    return StepDraft(key=key, **found)


def line(text: str) -> str:
    """Return a text as one line; its no-break spaces stay."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()
