"""Who would get what, and when, if nothing came back: a campaign played ahead, nothing written.

It asks the same functions that decide when a batch is prepared (:mod:`outreach.campaigns.triggers`),
so that the plan cannot say one thing and the batches another.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import calendar, enrolments, situations, triggers
from outreach.campaigns.definition import CampaignFile, Definition
from outreach.campaigns.models import CampaignState, EnrolmentState
from outreach.campaigns.situations import Past, Standing
from outreach.campaigns.triggers import Due, Lines, Situation
from outreach.contacts.models import Contact, Organisation
from outreach.contacts.segments import Condition
from outreach.settings import Calendar, Settings

REACHED = Condition(channels=("email", "post"))


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to come."""

    step: str
    contact: int
    on: date


@dataclass(slots=True)
class StepPlan:
    """One step ahead."""

    name: str
    left: Counter[date] = field(default_factory=Counter)
    """Letters that left, by day."""
    coming: Counter[date] = field(default_factory=Counter)
    """Letters to come, by day."""
    held: int = 0
    """Contacts whose letter waits for a person, so without a day."""
    unwritten: bool = False
    """There is no letter yet (``letter_to_come``)."""


@dataclass(slots=True)
class Plan:
    """A campaign ahead."""

    today: date
    until: date
    steps: dict[str, StepPlan]
    contacts: int = 0
    """Enrolled, or in the audience where the campaign has not started."""
    started: bool = False
    ended: bool = False
    """The campaign was stopped or is finished: nothing is to come."""
    stopped: int = 0
    """Contacts that are written to no more."""
    unreachable: int = 0
    """Contacts without a usable address: nothing leaves for them."""
    letters: list[Letter] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Letters to come."""
        return sum(step.coming.total() for step in self.steps.values())


@dataclass(frozen=True, slots=True)
class Delay:
    """What keeps a contact's main line from its plain course."""

    step: str = ""
    """The step it stands at."""
    until: date | None = None
    """The day to which that step was put off."""
    held_until: date | None = None
    """Nothing of the main line leaves before that day."""
    held: bool = False
    """Nothing of it leaves until a person decides."""

    def day(self, due: Due) -> date:
        """Return when a step that is due leaves at the earliest."""
        days = [due.on]
        if self.until is not None and due.step.name == self.step:
            days.append(self.until)
        if self.held_until is not None:
            days.append(self.held_until)
        return max(days)


NO_DELAY = Delay()


def foresee(
    lines: Lines,
    now: Situation,
    rules: Calendar,
    today: date,
    *,
    until: date,
    delay: Delay = NO_DELAY,
) -> Iterator[Due]:
    """Yield the steps that one contact would get from ``today`` to ``until``, the first one first.

    What is overdue leaves on the first free day. What replies asked for comes beside a main line
    that is delayed.
    """
    while True:
        found = triggers.answers(lines, now, rules, today)
        cursor = None if delay.held else triggers.cursor(lines, now, rules, today)
        if cursor is not None:
            found = [*found, Due(cursor.step, delay.day(cursor))]
        if not found:
            return
        first = min(found, key=lambda due: due.on)
        day = calendar.leaves_on(
            max(first.on, today),
            now.places,
            rules,
            kind=now.kind,
            follow_up=first.step.follows is not None,
            in_elections=first.step.in_elections,
        )
        if day > until:
            return
        yield Due(first.step, day)
        now, today = now.with_letter(first.step.name, day), day


def of(
    session: Session,
    definition: Definition,
    *,
    settings: Settings,
    past: Past,
    today: date,
    until: date,
    audience: Sequence[int],
) -> Plan:
    """Return the campaign ahead; of ``audience`` (contacts by id) where it has not started."""
    file = definition.file
    plan = Plan(
        today=today,
        until=until,
        steps={step.name: StepPlan(step.name, unwritten=not step.letters) for step in file.steps},
    )
    for received in past.received.values():
        for step, day in received.items():
            if step in plan.steps:
                plan.steps[step].left[day] += 1
    campaign = enrolments.find(session, definition.name)
    if campaign is not None and campaign.started_at is not None:
        plan.started = True
        plan.ended = campaign.state in {CampaignState.STOPPED.value, CampaignState.FINISHED.value}
        standing = situations.of(session, definition, campaign, None, settings=settings, past=past)
        names = {row.id: row.name for row in enrolments.steps(session, campaign).values()}
    else:
        standing = situations.ahead(
            session, definition, audience, settings=settings, past=past, today=today
        )
        names = {}
    rows = list(standing)
    reached = _reached(session, [row.contact for row in rows])
    plan.contacts, plan.unreachable = len(rows), len(rows) - len(reached)
    if not plan.ended:
        _play(plan, file, [row for row in rows if row.contact in reached], names, settings.calendar)
    return plan


def _play(
    plan: Plan,
    file: CampaignFile,
    rows: Sequence[Standing],
    names: Mapping[int, str],
    rules: Calendar,
) -> None:
    """Put every contact's letters to come into the plan; like ones are played once."""
    lines = Lines(file)
    played: dict[tuple[Situation, Delay], list[Due]] = {}
    for row in rows:
        if not _goes_on(row):
            plan.stopped += 1
            continue
        delay = _delay(row, names)
        if delay.held and delay.step in plan.steps:
            plan.steps[delay.step].held += 1
        key = (row.now, delay)
        if key not in played:
            played[key] = list(
                foresee(lines, row.now, rules, plan.today, until=plan.until, delay=delay)
            )
        for due in played[key]:
            plan.steps[due.step.name].coming[due.on] += 1
            plan.letters.append(Letter(due.step.name, row.contact, due.on))


def _goes_on(row: Standing) -> bool:
    """Say whether anything may still leave for a contact: a reply ends the reminders only."""
    return (
        row.state != EnrolmentState.STOPPED.value
        or (row.state, row.reason) == enrolments.STOPPED_BY_REPLY
    )


def _delay(row: Standing, names: Mapping[int, str]) -> Delay:
    step = names.get(row.step_id or 0, "")
    if row.state != EnrolmentState.HELD.value:
        return Delay(step=step, until=row.due_on)
    return Delay(step=step, held_until=row.held_until, held=row.held_until is None)


def _reached(session: Session, contacts: Sequence[int]) -> set[int]:
    """Return those that have an address which may be used."""
    found: set[int] = set()
    for start in range(0, len(contacts), situations.CHUNK):
        part = contacts[start : start + situations.CHUNK]
        found |= set(
            session.scalars(
                select(Contact.id)
                .join(Organisation, Organisation.id == Contact.organisation_id)
                .where(Contact.id.in_(part), REACHED.clause())
            )
        )
    return found


def people(session: Session, letters: Sequence[Letter]) -> Iterator[dict[str, object]]:
    """Yield each letter with the contact's code and organisation, by day, step and code."""
    ids = sorted({letter.contact for letter in letters})
    who: dict[int, tuple[str, str]] = {}
    for start in range(0, len(ids), situations.CHUNK):
        for id_, code, name in session.execute(
            select(Contact.id, Contact.code, Organisation.name)
            .join(Organisation, Organisation.id == Contact.organisation_id)
            .where(Contact.id.in_(ids[start : start + situations.CHUNK]))
        ):
            who[id_] = (code, name)
    rows = [
        {"on": each.on, "step": each.step, "code": code, "organisation": name}
        for each in letters
        for code, name in [who[each.contact]]
    ]
    yield from sorted(rows, key=lambda row: (row["on"], row["step"], row["code"]))


def default_until(today: date) -> date:
    """Return the day up to which one looks ahead unless told: a year."""
    return today + timedelta(days=365)
