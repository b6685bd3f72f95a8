"""Days and hours: who works when, at both ends of a letter. Pure functions of dates and places.

A *place* is an ISO 3166 code: ``FR``, ``CO``, or a part of France that has holidays of its own:
``FR-67`` (Bas-Rhin), ``FR-974`` (La Réunion). Holidays come from the ``holidays`` package
(>= 0.108 knows Colombia's law of 2026); what only the office knows (days on which it is closed,
pauses, pre-electoral periods) comes from ``[calendar]`` in its settings: no date is invented here.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from outreach.errors import N_, OutreachError
from outreach.settings import Calendar, Election

SATURDAY = 5
DAY = timedelta(days=1)
LONGEST_WAIT = 1100
"""Days; a calendar without a free one in three years was written wrongly."""
NOTHING_OWN = Calendar()
"""An office that never closes."""

SUBDIVISIONS = {
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "975": "PM",
    "976": "976",
    "977": "BL",
    "978": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
"""By département: the name that the ``holidays`` package has for its holidays, where they differ
from the rest of France (Alsace-Moselle, and overseas)."""

ZONES = {
    "CO": "America/Bogota",
    "FR": "Europe/Paris",
    "FR-971": "America/Guadeloupe",
    "FR-972": "America/Martinique",
    "FR-973": "America/Cayenne",
    "FR-974": "Indian/Reunion",
    "FR-975": "America/Miquelon",
    "FR-976": "Indian/Mayotte",
    "FR-977": "America/St_Barthelemy",
    "FR-978": "America/Marigot",
    "FR-986": "Pacific/Wallis",
    "FR-987": "Pacific/Tahiti",
    "FR-988": "Pacific/Noumea",
}
"""By place: the time zone (IANA), where it is not that of the country."""


class NeverFreeError(OutreachError):
    """The office's calendar leaves no day on which a letter may leave."""

    message = N_(
        "No day within three years of {day} is free for a letter to {place}: look at closed, "
        "pauses and elections under [calendar] in outreach.toml."
    )


def place(country: str, departement: str | None) -> str:
    """Return the place of an organisation: its country, with the part that has its own holidays."""
    if country == "FR" and departement in SUBDIVISIONS:
        return f"FR-{departement}"
    return country


def zone(where: str) -> ZoneInfo:
    """Return the time zone of a place."""
    return ZoneInfo(ZONES.get(where) or ZONES[where[:2]])


@lru_cache(maxsize=32)
def _holidays(where: str) -> holidays.HolidayBase:
    country, _, part = where.partition("-")
    return holidays.country_holidays(country, subdiv=SUBDIVISIONS.get(part))


@lru_cache(maxsize=4096)
def _is_worked(day: date, where: str) -> bool:
    return day.weekday() < SATURDAY and day not in _holidays(where)


def is_working_day(day: date, places: Sequence[str]) -> bool:
    """Say whether ``day`` is worked in every one of ``places``."""
    return all(_is_worked(day, where) for where in places)


def working_day_from(day: date, places: Sequence[str]) -> date:
    """Return ``day`` itself if it is worked in all ``places``, else the next day that is."""
    while not is_working_day(day, places):
        day += DAY
    return day


def plus_working_days(day: date, count: int, places: Sequence[str]) -> date:
    """Return the ``count``-th day after ``day`` that is worked in all ``places``.

    A count below zero goes back: the working day so many before ``day``.
    """
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, places):
            day += step
    return day


def is_paused(day: date, rules: Calendar) -> bool:
    """Say whether follow-ups rest on ``day`` (the office's ``pauses``, the same each year)."""
    today = f"{day:%m-%d}"
    return any(
        pause.from_ <= today <= pause.to
        if pause.from_ <= pause.to
        else today >= pause.from_ or today <= pause.to
        for pause in rules.pauses
    )


def election_on(day: date, rules: Calendar, where: str, kind: str) -> Election | None:
    """Return the pre-electoral period that holds letters to a place and kind of organisation."""
    for election in rules.elections:
        if (
            election.from_ <= day <= election.to
            and election.country in {"", where[:2]}
            and (not election.kinds or kind in election.kinds)
        ):
            return election
    return None


def is_held(
    day: date,
    rules: Calendar,
    where: str,
    *,
    kind: str = "",
    follow_up: bool = False,
    in_elections: bool = False,
) -> bool:
    """Say whether a pause or a pre-electoral period holds a letter to a place on ``day``."""
    if follow_up and is_paused(day, rules):
        return True
    return not in_elections and election_on(day, rules, where, kind) is not None


def leaves_on(
    day: date,
    places: Sequence[str],
    rules: Calendar = NOTHING_OWN,
    *,
    kind: str = "",
    follow_up: bool = False,
    in_elections: bool = False,
) -> date:
    """Return the first day from ``day`` on which a letter may leave.

    It is worked in all ``places`` (the office's first, the reader's last), the office is not
    closed, no pause holds it (pauses hold follow-ups only) and no pre-electoral period holds what
    goes to the reader (a letter that is meant for such a time says ``in_elections``). Asked again
    with its own answer it gives the same. Raises NeverFreeError.
    """
    return _seek(
        day,
        DAY,
        places,
        lambda each: (
            _is_open(each, places, rules)
            and not is_held(
                *(each, rules, places[-1]),
                kind=kind,
                follow_up=follow_up,
                in_elections=in_elections,
            )
        ),
    )


def leaves_by(
    day: date,
    places: Sequence[str],
    rules: Calendar = NOTHING_OWN,
    *,
    kind: str = "",
    in_elections: bool = False,
) -> date:
    """Return the last day up to ``day`` on which a letter may leave: before an event, say.

    Raises NeverFreeError.
    """
    return _seek(
        day,
        -DAY,
        places,
        lambda each: (
            _is_open(each, places, rules)
            and not is_held(each, rules, places[-1], kind=kind, in_elections=in_elections)
        ),
    )


def _is_open(day: date, places: Sequence[str], rules: Calendar) -> bool:
    return is_working_day(day, places) and day not in rules.closed


def _seek(
    day: date, step: timedelta, places: Sequence[str], is_free: Callable[[date], bool]
) -> date:
    for turn in range(LONGEST_WAIT):
        if is_free(day + turn * step):
            return day + turn * step
    raise NeverFreeError(day=day.isoformat(), place=places[-1])


def moment(day: date, at: time, where: str) -> datetime:
    """Return the one instant (UTC) at which the clock of a place shows ``at`` on ``day``.

    Where the clock jumps over that time in spring, it is the instant of the jump's own length
    later (02:30 becomes 03:30); where it shows it twice in autumn, it is the first: what is
    planned for a time of the day happens once on that day.
    """
    local = datetime.combine(day, at, zone(where))
    # Through UTC: Python takes a time that the clock skips by the rule before the jump.
    return local.replace(fold=0).astimezone(UTC)


def is_open(now: datetime, where: str, opens: time, closes: time, also: Sequence[str] = ()) -> bool:
    """Say whether people are at work in a place: a working day, within its hours there.

    ``also`` names places where that day must be worked too: the office's own.
    """
    day = now.astimezone(zone(where)).date()
    return is_working_day(day, (where, *also)) and moment(day, opens, where) <= now < moment(
        day, closes, where
    )


def next_opening(
    now: datetime, where: str, opens: time, closes: time, also: Sequence[str] = ()
) -> datetime:
    """Return ``now`` if people are at work in a place, else the instant when they next begin."""
    if is_open(now, where, opens, closes, also):
        return now
    day = now.astimezone(zone(where)).date()
    if now >= moment(day, opens, where):
        day += DAY
    return moment(working_day_from(day, (where, *also)), opens, where)
