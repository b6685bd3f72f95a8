"""The slots in which letters leave: so many a minute, an hour, a day, and to one domain.

All letters stand in one line, those to a domain in another; a letter takes the next place of its
lines in the transaction that arms it. Workers queue for the line's row, so that two of them never
take the same slot; when letter *n* may leave is read off letter *n* minus the limit, by its key.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from outreach.dispatch.pace.models import Departure, Line
from outreach.dispatch.pacing import Limit, Rules

KEPT = timedelta(days=2)
ALL = ""
LINES, DEPARTURES = Line.__table__, Departure.__table__
LAST = select(LINES.c.last).where(LINES.c.key == bindparam("line")).with_for_update()
AT_PLACES = select(DEPARTURES.c.place, DEPARTURES.c.at).where(
    DEPARTURES.c.key == bindparam("line"),
    DEPARTURES.c.place.in_(bindparam("places", expanding=True)),
)
COME = (
    update(LINES)  # type: ignore[arg-type]  # a Table
    .where(LINES.c.key == bindparam("line"))
    .values(last=LINES.c.last + bindparam("letters"))
    .returning(LINES.c.last)
)
MOVE_BACK = (
    update(LINES)  # type: ignore[arg-type]  # a Table
    .where(LINES.c.key == bindparam("line"))
    .values(last=bindparam("new_last"))
)
LEAVE = insert(DEPARTURES)  # type: ignore[arg-type]  # a Table


@dataclass(slots=True)
class _Queue:
    """One line while letters take their places in it."""

    key: str
    limits: Sequence[Limit]
    last: int
    known: dict[int, datetime]
    """Moments by place, as far as they are needed."""
    counted: int
    """What the line's row says for now."""
    taken: list[int] = field(default_factory=list)

    def free_at(self, now: datetime) -> datetime | None:
        """Return when the next letter may leave; None: now."""
        place = self.last + 1
        ends = [
            self.known[place - limit.most] + limit.window
            for limit in self.limits
            if place - limit.most in self.known
        ]
        later = [end for end in ends if end > now]
        return max(later) if later else None

    def take(self, now: datetime) -> None:
        self.last += 1
        self.known[self.last] = now
        self.taken.append(self.last)


def take(
    session: Session,
    domains: Sequence[str],
    rules: Rules,
    now: datetime,
    behind: Counter[str] | None = None,
) -> list[datetime | None]:
    """Take slots for letters to ``domains``, in order, in the caller's transaction.

    Returns for each letter None, and it leaves now, or when it may be tried again. ``behind``
    counts, from call to call, the letters to each domain that wait: each gets a time of its own.
    """
    behind = Counter() if behind is None else behind
    everything = _open(session, ALL, rules.limits, len(domains))
    by_domain: dict[str, _Queue] = {}
    if rules.per_domain:
        # In one order, so that two workers never wait for each other.
        for name in sorted(set(domains)):
            by_domain[name] = _open(session, name, (rules.per_domain,), domains.count(name))
    answers: list[datetime | None] = []
    for name in domains:
        until = everything.free_at(now)
        queue = by_domain.get(name)
        if until is None and queue is not None and rules.per_domain:
            until = queue.free_at(now)
            if until is not None:
                until += behind[name] // rules.per_domain.most * rules.per_domain.window
                behind[name] += 1
        if until is None:
            everything.take(now)
            if queue is not None:
                queue.take(now)
                behind[name] = 0
        answers.append(until)
    _write(session, [everything, *by_domain.values()], now)
    return answers


def free(session: Session, rules: Rules, now: datetime) -> tuple[int | None, datetime | None]:
    """Return how many letters may leave now (None: any number), and if none, from when."""
    most: int | None = None
    until: datetime | None = None
    for limit in rules.limits:
        left = session.scalar(
            select(func.count()).where(
                DEPARTURES.c.key == ALL, DEPARTURES.c.at > now - limit.window
            )
        )
        room = max(limit.most - (left or 0), 0)
        most = room if most is None else min(most, room)
        if not room:
            oldest = session.scalar(
                select(DEPARTURES.c.at)
                .where(DEPARTURES.c.key == ALL)
                .order_by(DEPARTURES.c.place.desc())
                .offset(limit.most - 1)
                .limit(1)
            )
            end = (oldest or now) + limit.window
            until = end if until is None else max(until, end)
    return most, until


def forget(session: Session, now: datetime) -> None:
    """Remove what no limit looks at any more."""
    session.execute(delete(Departure).where(Departure.at < now - KEPT))


def lock(session: Session, key: str) -> int:
    """Hold a line until the caller commits; return how many ever stood in it."""
    connection = session.connection()
    last = connection.execute(LAST, {"line": key}).scalar_one_or_none()
    if last is None:
        kind = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(kind.insert(LINES).values(key=key, last=0).on_conflict_do_nothing())
        last = connection.execute(LAST, {"line": key}).scalar_one()
    return int(last)


def _open(session: Session, key: str, limits: Sequence[Limit], letters: int) -> _Queue:
    """Lock a line and read the moments that ``letters`` more depend on."""
    connection = session.connection()
    # Counting on and reading in one statement, put right below where not all may leave: over a
    # network, letter by letter, each statement is felt.
    letters_in_line = {"line": key, "letters": letters}
    last = connection.execute(COME, letters_in_line).scalar_one_or_none()
    if last is None:
        lock(session, key)
        last = connection.execute(COME, letters_in_line).scalar_one()
    last -= letters
    places = {
        place
        for limit in limits
        for place in range(last + 1 - limit.most, last + letters + 1 - limit.most)
        if 0 < place <= last
    }
    known = {}
    if places:
        found = connection.execute(AT_PLACES, {"line": key, "places": sorted(places)})
        known = {row.place: row.at for row in found}
    return _Queue(key, limits, last, known, last + letters)


def _write(session: Session, queues: Iterable[_Queue], now: datetime) -> None:
    rows = []
    for queue in queues:
        if queue.last != queue.counted:
            session.connection().execute(MOVE_BACK, {"line": queue.key, "new_last": queue.last})
        rows += [{"key": queue.key, "place": place, "at": now} for place in queue.taken]
    if rows:
        session.connection().execute(LEAVE, rows)
