"""Where one campaign stands, as a document of two pages for whoever decides."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.campaigns.definition import Definition
from outreach.campaigns.models import Campaign, Step
from outreach.dispatch.deliveries import is_turn
from outreach.dispatch.models import Delivery
from outreach.dispatch.states import DeliveryState
from outreach.errors import N_, OutreachError
from outreach.inbox.models import Arrival, ArrivalState, Outcome, Reply
from outreach.pictures import funnel
from outreach.reports import agenda, comparing, figures, outcomes, places, weeks
from outreach.reports.documents import (
    Cell,
    Column,
    Document,
    Figure,
    Picture,
    Table,
    Tongue,
    filled,
)

OUTCOMES = {
    Outcome.INTERESTED: N_("interested"),
    Outcome.WANTS_DETAILS: N_("asks for details"),
    Outcome.MEETING: N_("proposes a meeting"),
    Outcome.LATER: N_("will come back to it later"),
    Outcome.DECLINED: N_("declines"),
    Outcome.WRONG_PERSON: N_("wrong person"),
    Outcome.UNJUDGED: N_("not read yet"),
}
FAVOURABLE = (Outcome.INTERESTED, Outcome.WANTS_DETAILS, Outcome.MEETING)


@dataclass(frozen=True, slots=True)
class Recipients:
    """Contacts of a campaign, each counted once whatever they got."""

    enrolled: int
    reached: int
    """At least one letter left for them and did not come back."""
    answered: int
    """Of those reached: a person answered."""
    favourable: int
    """Of those: interested, asks for details, or proposes a meeting."""


def recipients(session: Session, campaign: Campaign, enrolled: int) -> Recipients:
    """Return the four figures; each holds the next."""
    reached = _reached(campaign).subquery()
    answers = (
        select(Reply.contact_id, Reply.outcome)
        .join(Arrival, Arrival.reply_id == Reply.id)
        .join(reached, reached.c.contact_id == Reply.contact_id)
        .where(
            Reply.campaign_id == campaign.id,
            Arrival.state == ArrivalState.MATCHED.value,
        )
        .subquery()
    )
    answered = select(func.count(answers.c.contact_id.distinct()))
    return Recipients(
        enrolled=enrolled,
        reached=session.scalar(select(func.count()).select_from(reached)) or 0,
        answered=session.scalar(answered) or 0,
        favourable=session.scalar(
            answered.where(answers.c.outcome.in_([each.value for each in FAVOURABLE]))
        )
        or 0,
    )


def document(
    session: Session,
    campaign: Campaign,
    definition: Definition,
    tongue: Tongue,
    *,
    office: str,
    folder: Path,
    today: date,
    zone: ZoneInfo,
    is_past: bool = False,
) -> Document:
    """Return the campaign's report for ``today``, in the reader's language.

    ``office`` is its name, ``folder`` where its reference data lie, for the maps. ``is_past``: the
    session is one of ``reports.past``, and nobody wrote down who was to come next on that day.
    """
    say = tongue.gettext
    status = figures.status(session, campaign, today)
    people = recipients(session, campaign, status.enrolled)
    late = sum(promise.overdue for promise in status.promises)
    failed = sum(step.fates["failed"] for step in status.steps)
    by_week = weeks.of(session, zone, campaign)
    found = places.by_place(session, campaign)
    shown = places.picture(found, folder, tongue)
    compared = comparing.of(session, campaign, zone)
    return Document(
        name=f"{campaign.name}-{today.isoformat()}",
        title=definition.file.title.in_(tongue.written),
        office=office,
        subtitle=filled(tongue, N_("As it stands on {day}"), day=today),
        lines=[
            *_lines(people, failed, late, tongue),
            *([beside] if (beside := _beside(compared, folder, tongue)) else []),
        ],
        figures=[
            Figure(say(N_("Recipients of the campaign")), people.enrolled),
            Figure(
                say(N_("Got at least one letter")),
                people.reached,
                _share(people.reached, people.enrolled, tongue),
            ),
            Figure(
                say(N_("Answered")),
                people.answered,
                _share(people.answered, people.reached, tongue),
            ),
            Figure(
                say(N_("Favourable answers")),
                people.favourable,
                _share(people.favourable, people.answered, tongue),
            ),
            Figure(say(N_("Promises overdue")), late),
        ],
        parts=[
            _funnel(people, tongue),
            *([weeks.picture(by_week, tongue, half=True)] if by_week else []),
            *([shown] if shown else []),
            _steps(status, definition, tongue, is_past=is_past),
            comparing.table(compared, definition, tongue),
            _outcomes(outcomes.of(session, campaign), tongue),
            _promises(status, tongue),
            places.table(found, tongue),
            _reasons(status, tongue),
        ],
    )


def percent(part: int, whole: int) -> int | None:
    """Return a share in whole per cent; None where there is nothing to have a share of."""
    return round(100 * part / whole) if whole else None


def _share(part: int, whole: int, tongue: Tongue) -> str:
    share = percent(part, whole)
    if share is None:
        return ""
    return filled(tongue, N_("{share}% of {whole}"), share=share, whole=whole)


def _lines(people: Recipients, failed: int, late: int, tongue: Tongue) -> list[str]:
    found = []
    if people.reached:
        found.append(
            filled(
                tongue,
                N_(
                    "Of {reached} recipients who got a letter, {answered} answered; "
                    "{favourable} of these answers are favourable."
                ),
                reached=people.reached,
                answered=people.answered,
                favourable=people.favourable,
            )
        )
    else:
        found.append(tongue.gettext(N_("No letter of this campaign has left yet.")))
    if failed:
        found.append(filled(tongue, N_("Letters not delivered: {count}."), count=failed))
    if late:
        found.append(filled(tongue, N_("Promises that are overdue: {count}."), count=late))
    return found


def _funnel(people: Recipients, tongue: Tongue) -> Picture:
    say = tongue.gettext
    title = say(N_("From the audience to the answers"))
    steps = [
        (say(N_("Recipients")), people.enrolled, None),
        (say(N_("Got a letter")), people.reached, people.enrolled),
        (say(N_("Answered")), people.answered, people.reached),
        (say(N_("Favourable")), people.favourable, people.answered),
    ]
    data = Table(
        title,
        [Column(say(N_("Stage")), 3), Column(say(N_("Recipients")), 1, figures=True)],
        [(label, value) for label, value, _ in steps],
    )
    text = "; ".join(f"{label}: {tongue.number(value)}" for label, value, _ in steps)
    stages = []
    for label, value, whole in steps:
        share = percent(value, whole) if whole else None
        figure = tongue.number(value)
        stages.append(
            funnel.Stage(label, value, figure if share is None else f"{figure} ({share}\u00a0%)")
        )
    svg = funnel.drawn(stages, name="funnel", title=title, description=text)
    return Picture(title, svg, text, data, half=True)


def _beside(compared: comparing.Comparison, folder: Path, tongue: Tongue) -> str:
    """Return the campaign beside the one before it, under the title of that one."""
    try:
        title = definitions.load(folder, compared.whole.name).file.title.in_(tongue.written)
    except OutreachError:  # there is none, or its file is gone
        title = ""
    return comparing.line(compared, title, tongue)


def _steps(
    status: figures.CampaignStatus, definition: Definition, tongue: Tongue, *, is_past: bool
) -> Table:
    say = tongue.gettext
    titles = [
        *(N_("Sent"), N_("Waiting"), N_("Left out"), N_("Not delivered")),
        *((N_("Perhaps sent"),) if is_past else (N_("Perhaps sent"), N_("To come"))),
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            agenda.title(definition, step.name, tongue.written),
            *(step.fates[key] for key in ("sent", "waiting", "left-out", "failed", "perhaps")),
            *(() if is_past else (step.due,)),
        )
        for step in status.steps
    ]
    return Table(
        say(N_("The letters")),
        [Column(say(N_("Step")), 4), *(Column(say(title), 1, figures=True) for title in titles)],
        rows,
    )


def _outcomes(counted: dict[str, int], tongue: Tongue) -> Table:
    say = tongue.gettext
    return Table(
        say(N_("What the answers say")),
        [Column(say(N_("Answer")), 4), Column(say(N_("Answers")), 1, figures=True)],
        [(say(OUTCOMES[Outcome(key)]), count) for key, count in counted.items()],
        say(N_("Nobody has answered yet.")),
    )


def _promises(status: figures.CampaignStatus, tongue: Tongue) -> Table:
    say = tongue.gettext
    return Table(
        say(N_("What was promised")),
        [
            Column(say(N_("Promise")), 5),
            Column(say(N_("Due")), 2),
            Column(say(N_("State")), 2),
            Column(say(N_("Kept")), 1, figures=True),
            Column(say(N_("Still owed")), 1, figures=True),
        ],
        [
            (
                promise.text.get(tongue.written, promise.name),
                promise.due_on,
                say(N_("Overdue")) if promise.overdue else say(promise.state),
                promise.kept,
                promise.open,
            )
            for promise in status.promises
        ],
        say(N_("Nothing was promised.")),
    )


def _reasons(status: figures.CampaignStatus, tongue: Tongue) -> Table:
    say = tongue.gettext
    counted: Counter[str] = Counter()
    for step in status.steps:
        counted.update(step.reasons)
    return Table(
        say(N_("Why letters did not arrive")),
        [Column(say(N_("Why")), 4), Column(say(N_("Letters")), 1, figures=True)],
        [(say(reason), count) for reason, count in counted.most_common()],
        say(N_("Every letter that was prepared went its way.")),
    )


def _reached(campaign: Campaign) -> Select[*tuple[Any, ...]]:
    return (
        select(Delivery.contact_id)
        .join(Step, Step.id == Delivery.step_id)
        .where(
            Step.campaign_id == campaign.id,
            is_turn(),
            Delivery.state == DeliveryState.SENT.value,
        )
        .distinct()
    )
