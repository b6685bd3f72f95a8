"""The office's week in one document: what went out, what came back, what waits, what is overdue."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.campaigns.models import Campaign, Step
from outreach.dispatch import history
from outreach.dispatch.deliveries import is_turn
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState
from outreach.errors import N_, OutreachError
from outreach.inbox.models import Arrival, ArrivalState, Outcome, Reply
from outreach.reports import agenda, promises, weeks
from outreach.reports.documents import Column, Document, Figure, Table, filled
from outreach.reports.records import Teller
from outreach.reports.standing import FAVOURABLE, OUTCOMES
from outreach.reports.waiting import Item
from outreach.settings import Language

DAYS = 7
BEFORE = timedelta(weeks=7)
"""How far back the picture goes, so that a week can be read beside others."""
CAME_BACK = (DeliveryState.BOUNCED.value, DeliveryState.RETURNED.value)


@dataclass(frozen=True, slots=True)
class Left:
    """The letters of one step that left in the week."""

    campaign: str
    step: str
    letters: int
    came_back: int
    """Of these."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What one campaign was answered in the week."""

    campaign: str
    outcomes: dict[Outcome, int]

    @property
    def favourable(self) -> int:
        """Interested, asks for details, or proposes a meeting."""
        return sum(self.outcomes.get(each, 0) for each in FAVOURABLE)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, and how things stand at their end."""

    first: date
    last: date
    left: Sequence[Left]
    answers: Sequence[Answers]
    overdue: Sequence[promises.Line]
    waiting: Sequence[Item]
    course: Sequence[weeks.Week]
    """This week beside the seven before it."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that anybody would want to read."""
        return not (self.left or self.answers or self.overdue or self.waiting)

    @property
    def letters(self) -> int:
        """How many letters left."""
        return sum(each.letters for each in self.left)

    @property
    def answered(self) -> int:
        """How many answers came."""
        return sum(sum(each.outcomes.values()) for each in self.answers)


def of(session: Session, last: date, zone: ZoneInfo, waiting: Sequence[Item]) -> Week:
    """Return the seven days that end with ``last``, on the office's clock.

    ``waiting`` is what waits for the reader, or for the whole office (``reports.waiting``). What is
    overdue is so on the day after.
    """
    first = last - timedelta(days=DAYS - 1)
    today = last + timedelta(days=1)
    return Week(
        first=first,
        last=last,
        left=_left(
            session, datetime.combine(first, time(), zone), datetime.combine(today, time(), zone)
        ),
        answers=_answers(session, first, last),
        overdue=[line for line in promises.lines(session, today, only_open=True) if line.overdue],
        waiting=waiting,
        course=weeks.of(session, zone, since=weeks.monday(first - BEFORE), until=last),
    )


def titled(week: Week, folder: Path, language: Language) -> Week:
    """Return the week with campaigns and steps under their titles, not their names.

    A name stays where its file is gone or broken: other reports say so.
    """
    known: dict[str, definitions.Definition | None] = {}
    for name in {one.campaign for one in week.left} | {one.campaign for one in week.answers}:
        try:
            known[name] = definitions.load(folder, name)
        except OutreachError:
            known[name] = None

    def title(name: str) -> str:
        found = known[name]
        return found.file.title.in_(language) if found else name

    def step(each: Left) -> str:
        found = known[each.campaign]
        return agenda.title(found, each.step, language) if found else each.step

    return replace(
        week,
        left=[replace(one, campaign=title(one.campaign), step=step(one)) for one in week.left],
        answers=[replace(one, campaign=title(one.campaign)) for one in week.answers],
    )


def document(week: Week, tongue: Teller, *, office: str) -> Document:
    """Return the week in the reader's language; ``office`` is its name."""
    say = tongue.gettext
    return Document(
        name=f"week-{week.last.isoformat()}",
        title=say(N_("The week of the office")),
        office=office,
        subtitle=filled(tongue, N_("From {first} to {last}"), first=week.first, last=week.last),
        lines=[
            filled(
                tongue,
                N_("Letters that left: {letters}. Answers: {answers}. Promises overdue: {late}."),
                letters=week.letters,
                answers=week.answered,
                late=len(week.overdue),
            )
        ],
        figures=[
            Figure(say(N_("Letters that left")), week.letters),
            Figure(say(N_("Came back")), sum(each.came_back for each in week.left)),
            Figure(say(N_("Answers")), week.answered),
            Figure(say(N_("Favourable answers")), sum(each.favourable for each in week.answers)),
            Figure(say(N_("Promises overdue")), len(week.overdue)),
        ],
        parts=[
            *([weeks.picture(week.course, tongue)] if week.course else []),
            Table(
                say(N_("What went out")),
                [
                    Column(say(N_("Campaign")), 4),
                    Column(say(N_("Step")), 4),
                    Column(say(N_("Letters")), 1, figures=True),
                    Column(say(N_("Came back")), 1, figures=True),
                ],
                [(each.campaign, each.step, each.letters, each.came_back) for each in week.left],
                say(N_("No letter left in these days.")),
            ),
            Table(
                say(N_("What came back")),
                [
                    Column(say(N_("Campaign")), 4),
                    Column(say(N_("Answer")), 4),
                    Column(say(N_("Answers")), 1, figures=True),
                ],
                [
                    (each.campaign, say(OUTCOMES[outcome]), count)
                    for each in week.answers
                    for outcome, count in each.outcomes.items()
                ],
                say(N_("No answer came in these days.")),
            ),
            Table(
                say(N_("What waits")),
                [Column(say(N_("What")), 8), Column(say(N_("Late")), 1)],
                [
                    (tongue.told(item.what), say(N_("Late")) if item.late else "")
                    for item in week.waiting
                ],
                say(N_("Nothing waits.")),
            ),
            Table(
                say(N_("What is overdue")),
                [
                    Column(say(N_("What was promised")), 5),
                    Column(say(N_("Due")), 2),
                    Column(say(N_("Still owed")), 1, figures=True),
                    Column(say(N_("Sees to it")), 2),
                ],
                [
                    (line.text.get(tongue.written, ""), line.due_on, line.open, line.owner)
                    for line in week.overdue
                ],
                say(N_("No promise is overdue.")),
            ),
        ],
    )


def _left(session: Session, start: datetime, end: datetime) -> list[Left]:
    rows = session.execute(
        select(Campaign.name.label("campaign"), Step.name, Delivery.state, func.count())
        .join(Step, Step.campaign_id == Campaign.id)
        .join(Delivery, Delivery.step_id == Step.id)
        .where(
            is_turn(),
            Delivery.state.in_(history.LEFT),
            Delivery.sent_at >= start,
            Delivery.sent_at < end,
        )
        .group_by(Campaign.name, Step.position, Step.name, Delivery.state)
        .order_by(Campaign.name, Step.position)
    )
    letters: Counter[tuple[str, str]] = Counter()
    back: Counter[tuple[str, str]] = Counter()
    for campaign, step, state, count in rows:
        letters[campaign, step] += count
        back[campaign, step] += count if state in CAME_BACK else 0
    return [
        Left(campaign, step, count, back[campaign, step])
        for (campaign, step), count in letters.items()
    ]


def _answers(session: Session, first: date, last: date) -> list[Answers]:
    rows = session.execute(
        select(Campaign.name, Reply.outcome, func.count())
        .join(Campaign, Campaign.id == Reply.campaign_id)
        .join(Arrival, Arrival.reply_id == Reply.id)
        .where(
            Arrival.state == ArrivalState.MATCHED.value,
            Reply.received_on >= first,
            Reply.received_on <= last,
        )
        .group_by(Campaign.name, Reply.outcome)
        .order_by(Campaign.name)
    )
    found: dict[str, dict[str, int]] = {}
    for campaign, outcome, count in rows:
        found.setdefault(campaign, {})[outcome] = count
    return [
        Answers(name, {each: counts[each.value] for each in Outcome if each.value in counts})
        for name, counts in found.items()
    ]
