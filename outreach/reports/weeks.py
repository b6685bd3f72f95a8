"""Letters that left and answers that came, week by week, of one campaign or of the whole office."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, Step
from outreach.clock import local_date
from outreach.dispatch.deliveries import is_turn
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState
from outreach.errors import N_
from outreach.inbox.models import Arrival, ArrivalState, Reply
from outreach.pictures import weeks as columns
from outreach.reports.documents import Column, Picture, Table, Tongue

WEEK = timedelta(days=7)
MOST = 26
"""Weeks that a picture shows; the table beside it has them all."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the office's clock."""

    monday: date
    letters: int
    """That left in it and did not come back."""
    answers: int
    """That came in it, from a person who is known."""


def of(
    session: Session,
    zone: ZoneInfo,
    campaign: Campaign | None = None,
    *,
    since: date | None = None,
    until: date | None = None,
) -> list[Week]:
    """Return the weeks from the first with a letter or an answer to the last, none left out.

    ``since`` and ``until``: only what happened from that day on and to that day, both included.
    """
    sent = _sent(session, zone, campaign, since, until)
    back = _back(session, campaign, since, until)
    if not sent and not back:
        return []
    first, last = min([*sent, *back]), max([*sent, *back])
    mondays = [first + WEEK * n for n in range((last - first).days // 7 + 1)]
    return [Week(monday, sent[monday], back[monday]) for monday in mondays]


def picture(rows: Sequence[Week], tongue: Tongue, *, half: bool = False) -> Picture:
    """Return the columns of the last weeks; ``half``: two such may stand side by side."""
    say = tongue.gettext
    title = say(N_("Letters and answers week by week"))
    names = (say(N_("Letters that left")), say(N_("Answers")))
    drawn = rows[-MOST:]
    text = "; ".join(f"{tongue.day(one.monday)}: {one.letters} / {one.answers}" for one in drawn)
    svg = columns.drawn(
        [columns.Week(f"{one.monday:%d/%m}", one.letters, one.answers) for one in drawn],
        names=names,
        name="weeks",
        title=title,
        description=f"{names[0]} / {names[1]}. {text}",
        told=tongue.number,
    )
    data = Table(
        title,
        [
            Column(say(N_("Week of")), 2),
            Column(names[0], 1, figures=True),
            Column(names[1], 1, figures=True),
        ],
        [(one.monday, one.letters, one.answers) for one in rows],
        say(N_("No letter of this campaign has left yet.")),
    )
    return Picture(title, svg, f"{title}. {text}", data, half=half)


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _sent(
    session: Session,
    zone: ZoneInfo,
    campaign: Campaign | None,
    since: date | None,
    until: date | None,
) -> Counter[date]:
    query = (
        select(Delivery.sent_at, func.count())
        .where(
            is_turn(),
            Delivery.sent_at.is_not(None),
            Delivery.state == DeliveryState.SENT.value,
        )
        .group_by(Delivery.sent_at)
    )
    if campaign is not None:
        query = query.where(
            Delivery.step_id.in_(select(Step.id).where(Step.campaign_id == campaign.id))
        )
    if since is not None:
        query = query.where(Delivery.sent_at >= datetime.combine(since, time(), zone))
    if until is not None:
        end = datetime.combine(until + timedelta(days=1), time(), zone)
        query = query.where(Delivery.sent_at < end)
    found: Counter[date] = Counter()
    for moment, letters in session.execute(query):
        if moment is not None:
            found[monday(local_date(moment, zone))] += letters
    return found


def _back(
    session: Session, campaign: Campaign | None, since: date | None, until: date | None
) -> Counter[date]:
    query = (
        select(Reply.received_on, func.count())
        .join(Arrival, Arrival.reply_id == Reply.id)
        .where(Arrival.state == ArrivalState.MATCHED.value)
        .group_by(Reply.received_on)
    )
    if campaign is not None:
        query = query.where(Reply.campaign_id == campaign.id)
    if since is not None:
        query = query.where(Reply.received_on >= since)
    if until is not None:
        query = query.where(Reply.received_on <= until)
    found: Counter[date] = Counter()
    for day, answers in session.execute(query):
        found[monday(day)] += answers
    return found
