"""How fast letters may leave, and when: rules from the settings, and what follows from them.

Pure functions of moments and figures. What was asked and what left stands in the database
(:mod:`outreach.dispatch.pace`), so that all workers of an office keep to the same pace.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from outreach.campaigns import calendar
from outreach.settings import Settings

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
GRACE_MINUTES, FIRST_LETTERS, FIRST_WAIT_MINUTES = 10, 10, 15
"""Where the settings say nothing; a demo office does not wait."""
ENOUGH_TO_JUDGE = 20
"""Letters that must have left before a share of bounces means anything."""
ALL_DAY = ""


class Cause(StrEnum):
    """Why letters wait although they may leave."""

    GRACE = "grace"
    """The sending was asked for a moment ago and can still be taken back."""
    FIRST = "first"
    """The first letters left; it is awaited whether they bounce."""
    LIMIT = "limit"
    """The mail server takes no more for now."""
    HOURS = "hours"
    """Nobody is at work where the letters arrive."""
    CONNECTIONS = "connections"
    """The mail server takes no more connections at once."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Until when nothing leaves, and why."""

    until: datetime
    cause: Cause


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many letters within any stretch of time so long."""

    most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Hours:
    """When letters may arrive, by the clock of each place."""

    opens: time
    closes: time
    working_days: bool
    """Whether weekends and holidays of the place and of the office are left out."""
    office: tuple[str, ...] = ()
    """The office's place: its holidays count too."""

    def next(self, now: datetime, place: str) -> datetime:
        """Return ``now`` where letters may arrive in ``place``, else when they may again."""
        if self.working_days:
            return calendar.next_opening(now, place, self.opens, self.closes, self.office)
        day = now.astimezone(calendar.zone(place)).date()
        if now < calendar.moment(day, self.opens, place):
            return calendar.moment(day, self.opens, place)
        if now < calendar.moment(day, self.closes, place):
            return now
        return calendar.moment(day + DAY, self.opens, place)

    def closing(self, now: datetime, place: str) -> datetime:
        """Return when an open ``place`` closes."""
        day = now.astimezone(calendar.zone(place)).date()
        return calendar.moment(day, self.closes, place)


@dataclass(frozen=True, slots=True)
class Rules:
    """The pace of one office, as its settings say."""

    grace: timedelta = timedelta()
    first: int = 0
    """How many letters leave before the others; 0: all at once."""
    first_wait: timedelta = timedelta()
    limits: tuple[Limit, ...] = ()
    per_domain: Limit | None = None
    """For the letters to one domain."""
    connections: int | None = None
    hours: Hours | None = None
    bounce_rate: float = 0.0
    """A batch pauses when this share of its letters bounced; 0: never."""
    stale: timedelta = timedelta(hours=6)

    @property
    def counts(self) -> bool:
        """Whether what left must be counted."""
        return bool(self.limits) or self.per_domain is not None


def rules(settings: Settings) -> Rules:
    """Return the pace that the settings ask for.

    Limits are those of a mail server: a folder on this machine takes all at once, and nothing
    bounces from there.
    """
    sending, mail = settings.sending, settings.mail
    demo, server = settings.office.demo, mail.carrier == "smtp"

    def minutes(given: int | None, usual: int) -> timedelta:
        return timedelta(minutes=(0 if demo else usual) if given is None else given)

    first = sending.first_letters
    if first is None:
        first = 0 if demo else FIRST_LETTERS
    found = [
        Limit(most, window)
        for most, window in (
            (mail.most_per_minute, MINUTE),
            (mail.per_hour, HOUR),
            (mail.per_day, DAY),
        )
        if most is not None
    ]
    return Rules(
        grace=minutes(sending.grace_minutes, GRACE_MINUTES),
        first=first if server else 0,
        first_wait=minutes(sending.first_wait_minutes, FIRST_WAIT_MINUTES),
        limits=tuple(found) if server else (),
        per_domain=Limit(mail.per_domain_per_minute, MINUTE)
        if server and mail.per_domain_per_minute
        else None,
        connections=mail.most_connections if server else None,
        hours=_hours(settings) if server else None,
        bounce_rate=sending.pause_at_bounce_percent / 100 if server else 0.0,
        stale=timedelta(hours=sending.stale_hours),
    )


def _hours(settings: Settings) -> Hours | None:
    text = settings.sending.hours
    if text is None:
        text = ALL_DAY if settings.office.demo else "08:00-18:00"
    if text == ALL_DAY:
        return None
    opens, _, closes = text.partition("-")
    return Hours(
        opens=time.fromisoformat(opens),
        closes=time.fromisoformat(closes),
        working_days=settings.sending.days == "working",
        office=(settings.office.country,),
    )


def bounced_too_often(left: int, bounced: int, of: Rules, *, first_only: bool = False) -> bool:
    """Say whether so many of the letters that left bounced that the rest had better wait.

    ``first_only``: only the first letters of a batch left, which are judged by themselves; else a
    share means something once ENOUGH_TO_JUDGE have left.
    """
    if not of.bounce_rate or bounced <= 0:
        return False
    return (first_only or left >= ENOUGH_TO_JUDGE) and bounced >= of.bounce_rate * left


def domain(address: str) -> str:
    """Return the domain of an e-mail address, as it is compared."""
    return address.rpartition("@")[2].casefold()
