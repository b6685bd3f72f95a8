"""Last year's campaign as this year's: every date moved alike, and what no date tells said aloud."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from msgspec import structs

from outreach.campaigns.definition import CampaignFile, StepDefinition
from outreach.contacts.segments import Condition
from outreach.errors import N_, OutreachError, Phrase
from outreach.settings import Bilingual

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SAYS = N_("“{key}” says “{value}”: look whether it still holds.")
NO_SUCH_DAY = N_("“{key}” was on {before}, a day that {year} has not: it is on {after} now.")
NAMES = N_(
    "The rule of step “{step}” names letters of a campaign: look whether they are still meant."
)


class NoDateError(OutreachError):
    """Nothing tells by how much to move."""

    message = N_("No step of this campaign has a date, so it cannot be moved to a first day.")


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much dates move: whole years keep day and month, else days are added."""

    years: int = 0
    days: int = 0

    def of(self, day: date) -> date:
        """Return a day moved; the 29th of February becomes the 28th where a year has none."""
        if not self.years:
            return day + timedelta(days=self.days)
        try:
            return day.replace(year=day.year + self.years)
        except ValueError:
            return day.replace(year=day.year + self.years, day=28)


@dataclass(frozen=True, slots=True)
class Moved:
    """A date before and after, under the key of the file that holds it."""

    key: str
    before: date
    after: date


@dataclass(frozen=True, slots=True)
class Copy:
    """A campaign moved, and what a person has to look at."""

    file: CampaignFile
    moved: list[Moved]
    told: list[Phrase]


def first_day(file: CampaignFile) -> date | None:
    """Return the earliest day on which a step or an event of the campaign stands."""
    days = [step.on for step in file.steps if step.on] + [each.on for each in file.events.values()]
    return min(days, default=None)


def shift_to(file: CampaignFile, first: date) -> Shift:
    """Return the shift that puts the first day of a campaign on ``first``. Raises NoDateError."""
    was = first_day(file)
    if was is None:
        raise NoDateError
    for years in range(-50, 51):
        if years and Shift(years=years).of(was) == first:
            return Shift(years=years)
    return Shift(days=(first - was).days)


def moved(file: CampaignFile, shift: Shift, title: Bilingual) -> Copy:
    """Return a campaign with another title, all its dates moved."""
    seen: list[Moved] = []

    def day(key: str, before: date | None) -> date | None:
        if before is None:
            return None
        seen.append(Moved(key, before, shift.of(before)))
        return seen[-1].after

    def fact(key: str, value: Any) -> Any:  # noqa: ANN401  # whatever the file holds
        if isinstance(value, Mapping):
            return {name: fact(f"{key}.{name}", each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [fact(key, each) for each in value]
        return day(key, value) if type(value) is date else value

    copied = structs.replace(
        file,
        title=title,
        steps=tuple(_step(step, day) for step in file.steps),
        events={
            name: structs.replace(event, on=day(f"events.{name}", event.on))
            for name, event in file.events.items()
        },
        facts=fact("facts", file.facts),
    )
    told = [
        Phrase(
            NO_SUCH_DAY,
            {
                "key": each.key,
                "before": each.before,
                "after": each.after,
                "year": str(each.after.year),
            },
        )
        for each in seen
        if shift.years and each.before.day != each.after.day
    ]
    told += [Phrase(SAYS, {"key": key, "value": value}) for key, value in _years(copied)]
    told += [Phrase(NAMES, {"step": step.name}) for step in file.steps if _names_letters(step.only)]
    return Copy(copied, seen, told)


def renamed(text: str, shift: Shift) -> str:
    """Return a title or name with the years in it moved."""
    return YEAR.sub(lambda found: str(int(found[0]) + shift.years), text)


def _step(step: StepDefinition, day: Any) -> StepDefinition:  # noqa: ANN401
    return structs.replace(
        step,
        on=day(step.name, step.on),
        promises=tuple(
            structs.replace(each, due=day(f"{step.name}.{each.name}", each.due))
            for each in step.promises
        ),
        only=step.only and _condition(step.only, step.name, day),
    )


def _condition(only: Condition, key: str, day: Any) -> Condition:  # noqa: ANN401
    return structs.replace(
        only,
        last_contact_before=day(key, only.last_contact_before),
        last_contact_after=day(key, only.last_contact_after),
        any=tuple(_condition(each, key, day) for each in only.any),
        all=tuple(_condition(each, key, day) for each in only.all),
        not_=tuple(_condition(each, key, day) for each in only.not_),
    )


def _names_letters(only: Condition | None) -> bool:
    if only is None:
        return False
    inner = (*only.any, *only.all, *only.not_)
    return bool(
        only.received
        or only.not_received
        or isinstance(only.replied, str)
        or any(map(_names_letters, inner))
    )


def _years(file: CampaignFile) -> Iterator[tuple[str, str]]:
    """Yield the words and figures that may belong to one year: no shift of dates moves them."""
    for step in file.steps:
        for text in (step.title.fr, step.title.es):
            if YEAR.search(text):
                yield step.name, text
        for promise in step.promises:
            for text in (promise.text.fr, promise.text.es):
                if YEAR.search(text):
                    yield f"{step.name}.{promise.name}", text
        for enclosure in step.enclosures:
            for text in (enclosure.fr, enclosure.es, enclosure.file):
                if YEAR.search(text):
                    yield step.name, text
    yield from _facts("facts", file.facts)


def _facts(key: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _facts(f"{key}.{name}", each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _facts(key, each)
    elif (isinstance(value, str) and YEAR.search(value)) or type(value) in {int, float}:
        yield key, str(value)
