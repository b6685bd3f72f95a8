"""Which step comes next for one contact: decided purely, from the plan and what is known of them.

The steps of a campaign stand on two lines. The **main line** begins at dates (``on``, ``event``) and
goes on ``after`` them: an enrolment's cursor points at its next step, the one that falls due first.
**Answers** begin at an outcome of a reply (``on_outcome``) and go on ``after`` that: they fall due
beside the cursor, so that a promised letter that is held for a decision, or reminders that were
stopped, never keep the details from who asked for them.

The cursor is never the truth: it is what these functions say of what left and what came back, and
is put right whenever letters leave and before each batch.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from outreach.campaigns import calendar, schedule
from outreach.campaigns.definition import CampaignFile, StepDefinition
from outreach.settings import Calendar


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of one contact in one campaign. Contacts in the same one have the same lines."""

    places: tuple[str, ...]
    """The office's place and the reader's (:mod:`outreach.campaigns.calendar`)."""
    kind: str
    """Of the organisation."""
    entered: date
    """The day of the enrolment."""
    received: tuple[tuple[str, date], ...] = ()
    """Steps whose letter left, and when; in any order."""
    outcomes: tuple[tuple[str, date], ...] = ()
    """Outcomes of the contact's own replies, each with its first day."""
    replied: date | None = None
    """The last day on which someone at the organisation answered."""
    bounced: bool = False
    """A letter of the campaign came back from this contact."""
    unfit: frozenset[str] = frozenset()
    """Steps whose ``only`` does not hold for this contact."""
    not_before: tuple[tuple[str, date], ...] = ()
    """Steps that keep a promise which was put off, and to when."""

    def with_letter(self, step: str, day: date) -> "Situation":
        """Return the situation after one more letter left."""
        return replace(self, received=tuple(sorted((*self.received, (step, day)))))


@dataclass(frozen=True, slots=True)
class Due:
    """A step and the day it falls due."""

    step: StepDefinition
    on: date


class Lines:
    """The steps of a file on their two lines: what holds for all contacts, worked out once."""

    def __init__(self, file: CampaignFile) -> None:
        self.file = file
        by_name = {step.name: step for step in file.steps}
        self.chains = {step.name: _chain(by_name, step) for step in file.steps}
        """The steps that lead to each by ``after``, the first one first, itself last."""
        self.places = {step.name: place for place, step in enumerate(file.steps)}
        answering = {name for name, chain in self.chains.items() if chain[0].on_outcome is not None}
        self.main = tuple(step for step in file.steps if step.name not in answering)
        self.answering = tuple(step for step in file.steps if step.name in answering)
        self.dated = tuple(step for step in file.steps if step.follows is None)
        self.leads_to = {
            step.name: frozenset(name for name, chain in self.chains.items() if step in chain[:-1])
            for step in file.steps
        }
        """The steps that follow on each, near or far."""
        self.makers = {
            step.name: frozenset(
                maker.name
                for maker in file.steps
                if any(promise.kept_by == step.name for promise in maker.promises)
            )
            for step in file.steps
        }
        """The steps whose letters promise each."""

    def is_answer(self, step: StepDefinition) -> bool:
        """Say whether a step begins at an outcome, or follows one that does."""
        return self.chains[step.name][0].on_outcome is not None

    def root(self, name: str) -> StepDefinition:
        """Return the step at which the line of a step begins."""
        return self.chains[name][0]


def is_for(step: StepDefinition, now: Situation) -> bool:
    """Say whether a step is for such a contact, whatever came back from it."""
    written = not step.letters or step.letter_for(now.places[-1][:2], now.kind) is not None
    return written and step.name not in now.unfit


def applies(step: StepDefinition, now: Situation) -> bool:
    """Say whether a step is for this contact, as things stand."""
    return is_for(step, now) and not (
        (now.replied is not None and (step.kind == "chaser" or step.skip_if_replied))
        or (step.only_if_not_bounced and now.bounced)
    )


def wants_decision(step: StepDefinition, now: Situation) -> bool:
    """Say whether a person must decide before a step leaves.

    It is a promised letter, and someone there answered since the letter that promised it.
    """
    if step.kind != "promised" or now.replied is None:
        return False
    since = dict(now.received).get(step.after.step) if step.after else None
    return since is None or now.replied >= since


def cursor(lines: Lines, now: Situation, rules: Calendar, today: date) -> Due | None:
    """Return the next step of the main line, and when it is due; None at its end."""
    found = _open(lines, lines.main, now, rules, today)
    return min(found, key=lambda due: due.on, default=None)


def answers(lines: Lines, now: Situation, rules: Calendar, today: date) -> list[Due]:
    """Return the steps that outcomes call for and that have not left yet."""
    return list(_open(lines, lines.answering, now, rules, today))


def _open(
    lines: Lines, steps: Sequence[StepDefinition], now: Situation, rules: Calendar, today: date
) -> Iterator[Due]:
    """Yield those of ``steps`` that are to leave and whose day is known, in their order.

    A dated step has gone by for whoever is enrolled later, while another one is still to come:
    nobody is thanked in September for July. The last dated step is never gone by, nor is a promised
    one that is owed; but what leaves before an event is, once that day is past.
    """
    received, outcomes = dict(now.received), dict(now.outcomes)
    alive: set[str] | None = None
    for step in steps:
        if (
            step.name in received
            or not applies(step, now)
            or _is_behind(lines, step, received, now)
        ):
            continue
        if step.follows is None:
            if alive is None:
                alive = _not_gone_by(lines, now)
            owed = step.kind == "promised" and not lines.makers[step.name].isdisjoint(received)
            if step.name not in alive and not owed:
                continue
        if step.on_outcome is not None:
            since = outcomes.get(step.on_outcome.outcome)
        else:
            since = _since(lines, step, received, now, rules)
        if since is None and step.follows is not None:
            continue
        day = schedule.due_on(
            step, since, now.places, rules=rules, events=lines.file.events, kind=now.kind
        )
        if day is not None and not _is_over(lines.file, step, today):
            day = _put_off(step, day, now, rules)
            held_over = _held_over(step, now, rules, today) if day < today else None
            yield Due(step, held_over or day)


def _since(
    lines: Lines,
    step: StepDefinition,
    received: Mapping[str, date],
    now: Situation,
    rules: Calendar,
) -> date | None:
    """Return the day from which the delay of a step counts; None while there is none.

    A promised letter is owed though the step before it fell away (a reminder that a reply stopped):
    its delay then counts from the day on which that one would have left.
    """
    if step.after is None:
        return None
    if step.after.step in received:
        return received[step.after.step]
    before = lines.chains[step.name][-2]
    if step.kind != "promised" or before.after is None or applies(before, now):
        return None
    last = next((each for each in lines.chains[before.name][-2::-1] if each.name in received), None)
    if last is None:
        return None
    day = received[last.name]
    for each in lines.chains[before.name][lines.chains[before.name].index(last) + 1 :]:
        if each.after is not None:
            day = schedule.delayed(day, each.after, now.places, rules, kind=now.kind)
    return day


def _put_off(step: StepDefinition, day: date, now: Situation, rules: Calendar) -> date:
    """Return the day that a step's promise was put off to, where it is later."""
    to = dict(now.not_before).get(step.name)
    if to is None or to <= day:
        return day
    follow_up, free = step.follows is not None, step.in_elections
    return calendar.leaves_on(
        to, now.places, rules, kind=now.kind, follow_up=follow_up, in_elections=free
    )


def _held_over(step: StepDefinition, now: Situation, rules: Calendar, today: date) -> date | None:
    """Return the end of the pause or pre-electoral period that an overdue letter came into."""
    follow_up, free = step.follows is not None, step.in_elections
    where = now.places[-1]
    if not calendar.is_held(
        today, rules, where, kind=now.kind, follow_up=follow_up, in_elections=free
    ):
        return None
    return calendar.leaves_on(
        today, now.places, rules, kind=now.kind, follow_up=follow_up, in_elections=free
    )


def _not_gone_by(lines: Lines, now: Situation) -> set[str]:
    dated = [step for step in lines.dated if is_for(step, now)]
    coming = [step for step in dated if _day_of(lines.file, step, now) >= now.entered]
    return {step.name for step in coming or dated[-1:]}


def _day_of(file: CampaignFile, step: StepDefinition, now: Situation) -> date:
    """Return the day that the plan gives to a dated step, before any calendar holds it."""
    if step.event is not None:
        return schedule.shifted(file.events[step.event.name].on, step.event, now.places)
    return step.on or date.min


def _is_over(file: CampaignFile, step: StepDefinition, today: date) -> bool:
    return bool(
        step.event is not None and step.event.before and file.events[step.event.name].on < today
    )


def _is_behind(
    lines: Lines, step: StepDefinition, received: Mapping[str, date], now: Situation
) -> bool:
    """Say whether the contact has gone past a step without having had it.

    It has had what follows on it; or the step has a date and the contact has had what stands on a
    later one. A promised letter is owed whatever else left.
    """
    if step.kind == "promised" or not received:
        return False
    if not lines.leads_to[step.name].isdisjoint(received):
        return True
    if step.follows is not None:
        return False
    place = _moment(lines, step, now)
    roots = {root.name: root for root in (lines.root(n) for n in received if n in lines.chains)}
    return any(
        root.on_outcome is None and _moment(lines, root, now) > place for root in roots.values()
    )


def _moment(lines: Lines, step: StepDefinition, now: Situation) -> tuple[date, int]:
    return _day_of(lines.file, step, now), lines.places[step.name]


def _chain(
    by_name: Mapping[str, StepDefinition], step: StepDefinition
) -> tuple[StepDefinition, ...]:
    chain = [step]
    while chain[0].after is not None:
        chain.insert(0, by_name[chain[0].after.step])
    return tuple(chain)
