"""When a batch will have left: its pace played through, minute by minute.

An estimate: letters that are refused for now, other batches and pauses are not foreseen.
"""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns import calendar
from outreach.contacts.models import Contact, Organisation
from outreach.dispatch import pacing
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.pace import slots
from outreach.dispatch.pace.models import Departure, Schedule
from outreach.dispatch.pacing import MINUTE, Limit, Rules
from outreach.dispatch.states import BatchState, DeliveryState

D = DeliveryState
WAITING = (D.QUEUED.value, D.CLAIMED.value, D.ARMED.value)
GONE = (D.SENT.value, D.BOUNCED.value, D.UNCERTAIN.value)
LATEST = 50
"""Letters from whose moments the speed is read."""
USUAL = timedelta(seconds=0.2)
"""From letter to letter, where nothing left yet."""
FARTHEST = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Work:
    """What is to leave."""

    waiting: Mapping[str, int]
    """Letters by place, in the order in which they leave."""
    start: datetime
    """Not before."""
    gone: int = 0
    """Letters of the batch that left."""
    domains: Mapping[str, int] = field(default_factory=dict)
    """Waiting letters by domain, where domains have a limit."""
    earlier: Sequence[datetime] = ()
    """When letters left that count against the limits, the oldest first."""
    gap: timedelta = USUAL
    """From letter to letter, where nothing holds them."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the letters of a batch that wait leave."""

    letters: int
    starts: datetime
    ends: datetime | None
    """None: not within a year."""


class _Window:
    """How much of a limit is used."""

    def __init__(self, limit: Limit, earlier: Sequence[datetime]) -> None:
        self.limit, self.used = limit, 0
        self.left: deque[tuple[datetime, int]] = deque()
        for moment in earlier:
            self.take(moment, 1)

    def take(self, moment: datetime, letters: int) -> None:
        self.left.append((moment, letters))
        self.used += letters

    def room(self, now: datetime) -> int:
        while self.left and self.left[0][0] + self.limit.window <= now:
            self.used -= self.left.popleft()[1]
        return self.limit.most - self.used

    def frees(self) -> datetime:
        return self.left[0][0] + self.limit.window


def ends_at(work: Work, rules: Rules) -> datetime | None:
    """Return when the last letter leaves; None if that is more than FARTHEST away."""
    ends = _played(work, rules)
    if rules.per_domain and work.domains and ends is not None:
        place = max(work.waiting, key=lambda one: work.waiting[one])
        slowest = Work({place: max(work.domains.values())}, work.start, gap=work.gap)
        alone = replace(rules, limits=(rules.per_domain,), per_domain=None, first=0)
        later = _played(slowest, alone)
        return None if later is None else max(ends, later)
    return ends


def _played(work: Work, rules: Rules) -> datetime | None:
    now, gone = work.start, work.gone
    waiting = {place: count for place, count in work.waiting.items() if count}
    windows = [_Window(limit, work.earlier) for limit in rules.limits]
    a_minute = max(int(MINUTE / work.gap), 1)
    while waiting and now < work.start + FARTHEST:
        opens = {place: rules.hours.next(now, place) if rules.hours else now for place in waiting}
        later = [window.frees() for window in windows if window.room(now) <= 0]
        if min(opens.values()) > now or later:
            now = max([min(opens.values()), *later])
            continue
        in_first = gone < rules.first
        most = min(a_minute, *(window.room(now) for window in windows), 10**9)
        if in_first:
            most = min(most, rules.first - gone)
        left = 0
        for place in [one for one, moment in opens.items() if moment <= now]:
            some = min(waiting[place], most - left)
            left += some
            waiting[place] -= some
            if not waiting[place]:
                del waiting[place]
        for window in windows:
            window.take(now, left)
        gone += left
        if not waiting:
            return now + left * work.gap
        now += rules.first_wait if in_first and gone == rules.first else MINUTE
    return None if waiting else now


def of(session: Session, batch: Batch, rules: Rules, now: datetime) -> Forecast | None:
    """Return when the waiting e-mails of a signed batch leave; None where none waits to.

    A batch whose sending was not asked for yet is taken to be sent now.
    """
    if batch.state not in {BatchState.SIGNED.value, BatchState.SENDING.value}:
        return None
    schedule = session.get(Schedule, batch.id)
    if schedule is not None and schedule.any_hour:
        rules = replace(rules, hours=None)
    mine = (Delivery.batch_id == batch.id, Delivery.channel == "email")
    waiting = Counter[str]()
    for row in session.execute(
        select(Organisation.country, Organisation.departement, func.count().label("letters"))
        .join(Contact, Contact.organisation_id == Organisation.id)
        .join(Delivery, Delivery.contact_id == Contact.id)
        .where(*mine, Delivery.state.in_(WAITING))
        .group_by(Organisation.country, Organisation.departement)
    ):
        waiting[calendar.place(row.country, row.departement)] += row.letters
    if not waiting:
        return None
    earlier: Sequence[datetime] = ()
    if rules.limits:
        longest = max(limit.window for limit in rules.limits)
        earlier = session.scalars(
            select(Departure.at)
            .where(Departure.key == slots.ALL, Departure.at > now - longest)
            .order_by(Departure.at)
        ).all()
    domains = Counter[str]()
    if rules.per_domain:
        query = select(Delivery.address).where(*mine, Delivery.state.in_(WAITING))
        domains.update(pacing.domain(address or "") for address in session.scalars(query))
    work = Work(
        waiting=waiting,
        start=max(now, schedule.leaves_at) if schedule else now + rules.grace,
        gone=session.scalar(select(func.count()).where(*mine, Delivery.state.in_(GONE))) or 0,
        domains=domains,
        earlier=earlier,
        gap=_gap(session, batch.id),
    )
    return Forecast(waiting.total(), work.start, ends_at(work, rules))


def _gap(session: Session, batch: int) -> timedelta:
    """Return how long the latest letters of a batch took, from one to the next."""
    query = (
        select(Delivery.sent_at)
        .where(Delivery.batch_id == batch, Delivery.sent_at.is_not(None))
        .order_by(Delivery.sent_at.desc())
        .limit(LATEST)
    )
    moments = [moment for moment in session.scalars(query) if moment is not None]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(moments)]
    return timedelta(seconds=median(gaps) if gaps else 0) or USUAL
