"""A campaign ahead, with what has left of it: who would get what, and when."""

from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.campaigns import enrolments, planning
from outreach.campaigns.definition import Definition
from outreach.campaigns.planning import Plan
from outreach.campaigns.situations import Past
from outreach.contacts import segments
from outreach.contacts.segments import Segment
from outreach.dispatch import history
from outreach.settings import Settings


def of(
    session: Session,
    definition: Definition,
    folder: Path,
    *,
    settings: Settings,
    today: date,
    until: date,
    segment: Segment | None = None,
) -> Plan:
    """Return the plan of a campaign; over its audience where it has not started.

    ``segment`` stands for the audience while that is not kept yet.

    Raises UnknownSegmentError and the errors of ``tomlfile``.
    """
    campaign = enrolments.find(session, definition.name)
    audience: list[int] = []
    if campaign is None or campaign.started_at is None:
        segment = segment or segments.load(folder, definition.file.audience)
        audience = [contact for contact, _ in segments.contacts(session, segment)]
    past = history.past(session, campaign, settings.zone) if campaign else Past()
    return planning.of(
        session,
        definition,
        settings=settings,
        past=past,
        today=today,
        until=until,
        audience=audience,
    )
