"""A campaign beside what came before: each step beside the last one, and the campaign before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.definition import Definition
from outreach.campaigns.models import Campaign, Step
from outreach.errors import N_
from outreach.reports import agenda, breakdowns
from outreach.reports.breakdowns import Row
from outreach.reports.documents import Column, Table, Tongue, filled
from outreach.reports.measures import By, Measure
from outreach.reports.tallies import Scope


@dataclass(frozen=True, slots=True)
class Compared:
    """One step, or one campaign, and how its answers stand beside those of the one before."""

    name: str
    row: Row
    before: Row | None
    """Of the last one before it of which letters arrived."""

    @property
    def points(self) -> int | None:
        """By how many points of a hundred the rate of answers changed; None where one has none."""
        if self.before is None:
            return None
        return change(self.row, self.before)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A campaign beside what came before."""

    steps: Sequence[Compared]
    """In the order of the plan; those of which no letter arrived are left out."""
    whole: Compared
    """The campaign beside the one that began before it; its name is that one's."""


def change(now: Row, before: Row) -> int | None:
    """Return by how many points of a hundred the rate of answers changed."""
    if now.reply_rate.value is None or before.reply_rate.value is None:
        return None
    return round(100 * now.reply_rate.value) - round(100 * before.reply_rate.value)


def of(session: Session, campaign: Campaign, zone: ZoneInfo) -> Comparison:
    """Return the comparison of a campaign that began."""
    told = breakdowns.breakdown(session, Scope(campaign), By.STEP, zone=zone)
    rows = {row.key: row for row in told.rows}
    names = session.scalars(
        select(Step.name).where(Step.campaign_id == campaign.id).order_by(Step.position)
    )
    found: list[Compared] = []
    for name in names:
        row = rows.get(name)
        if row is not None and row.reply_rate.denominator:
            found.append(Compared(name, row, found[-1].row if found else None))
    before = _before(session, campaign)
    total = None
    if before is not None:
        total = breakdowns.breakdown(session, Scope(before), By.STEP, zone=zone).total
    return Comparison(found, Compared(before.name if before else "", told.total, total))


def table(found: Comparison, definition: Definition, tongue: Tongue) -> Table:
    """Return the steps as a table: how many answered, and how that stands beside the step before."""
    say = tongue.gettext
    return Table(
        say(N_("Answers step by step")),
        [
            Column(say(N_("Step")), 4),
            Column(say(N_("Arrived")), 1, figures=True),
            Column(say(N_("Answered")), 1, figures=True),
            Column(say(N_("Of those that arrived")), 1, figures=True),
            Column(say(N_("Beside the step before")), 2, figures=True),
            Column(say(N_("Days to the answer (median)")), 1, figures=True),
        ],
        [
            (
                agenda.title(definition, each.name, tongue.written),
                each.row.reply_rate.denominator,
                each.row.counts[Measure.REPLIED],
                _share(each.row, tongue),
                "" if each.points is None else points(each.points, tongue),
                each.row.median_days_to_reply,
            )
            for each in found.steps
        ],
        say(N_("No letter of this campaign has left yet.")),
    )


def line(found: Comparison, title: str, tongue: Tongue) -> str:
    """Return the campaign beside the one before it, in a sentence; "" where there is none."""
    whole = found.whole
    if whole.before is None or whole.points is None:
        return ""
    return filled(
        tongue,
        N_("Answered: {share} of what arrived; in the campaign before it, “{title}”, {before}."),
        share=_share(whole.row, tongue),
        title=title or whole.name,
        before=_share(whole.before, tongue),
    )


def points(number: int, tongue: Tongue) -> str:
    """Return a change of a rate in words: "+4 points"."""
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    return filled(tongue, N_("{sign}{number} points"), sign=sign, number=abs(number))


def _share(row: Row, tongue: Tongue) -> str:
    if row.reply_rate.value is None:
        return ""
    return filled(tongue, N_("{share}%"), share=round(100 * row.reply_rate.value))


def _before(session: Session, campaign: Campaign) -> Campaign | None:
    return session.scalars(
        select(Campaign)
        .where(Campaign.started_at < campaign.started_at, Campaign.id != campaign.id)
        .order_by(Campaign.started_at.desc(), Campaign.id.desc())
        .limit(1)
    ).first()
