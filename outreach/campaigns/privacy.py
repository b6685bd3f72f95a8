"""This room's side of privacy: in which campaigns a person is, and taking them out."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns import enrolments
from outreach.campaigns.models import (
    Campaign,
    Enrolment,
    EnrolmentState,
    Promise,
    StopReason,
)
from outreach.contacts.models import Contact
from outreach.contacts.privacy.holding import Fate, Holder, Section, Treated
from outreach.errors import N_
from outreach.journal import Act

IN_CAMPAIGNS = N_("contacts in campaigns")
GOING_ON = (EnrolmentState.ACTIVE.value, EnrolmentState.HELD.value)


def enrolled_at(session: Session, organisations: Sequence[int]) -> int:
    """Count enrolments that go on at organisations (by id)."""
    query = select(func.count()).select_from(Enrolment).join(Contact)
    going_on = Enrolment.state.in_(GOING_ON)
    return session.scalar(query.where(going_on, Contact.organisation_id.in_(organisations))) or 0


class Enrolments(Holder):
    """Who is in a campaign."""

    def held(self, session: Session, contact_id: int) -> Iterator[Section]:
        """Return the campaigns a contact is in."""
        rows = session.execute(
            select(Campaign.name, Enrolment.state, Enrolment.reason, Enrolment.due_on)
            .join(Campaign, Campaign.id == Enrolment.campaign_id)
            .where(Enrolment.contact_id == contact_id)
            .order_by(Campaign.id)
        )
        yield Section(
            "campaigns",
            N_("Campaigns"),
            [
                {"campaign": name, "state": state, "reason": reason, "due_on": due_on}
                for name, state, reason, due_on in rows
            ],
        )

        promised = session.scalars(
            select(Promise).where(Promise.contact_id == contact_id).order_by(Promise.id)
        )
        yield Section(
            "promises",
            N_("Promises made to them by a person"),
            [
                {"text": row.text.get("fr", ""), "due_on": row.due_on, "state": row.state}
                for row in promised
            ],
        )

    def stop(self, session: Session, contact_id: int, campaign: str | None, act: Act) -> int:
        """Stop follow-ups: in one campaign, or in all."""
        query = (
            select(Enrolment)
            .join(Campaign, Campaign.id == Enrolment.campaign_id)
            .where(Enrolment.contact_id == contact_id, Enrolment.state.in_(GOING_ON))
        )
        if campaign is not None:
            query = query.where(Campaign.name == campaign)
        rows = session.scalars(query).all()
        for row in rows:
            enrolments.stop(session, row, StopReason.OPTED_OUT, act)
        return len(rows)

    def blank(self, session: Session, contact_id: int, act: Act) -> Iterator[Treated]:  # noqa: ARG002
        """Keep which campaigns there were: the figures rest on it, and it names nobody.

        What a person promised them was written in that person's words: it is blanked.
        """
        rows = session.scalars(select(Enrolment.id).where(Enrolment.contact_id == contact_id)).all()
        yield Treated(Fate.KEPT, N_("in which campaigns, for the figures"), len(rows))
        promised = session.scalars(select(Promise).where(Promise.contact_id == contact_id)).all()
        for row in promised:
            row.text, row.reason = {"fr": "–", "es": "–"}, None
        yield Treated(Fate.BLANKED, N_("what a person promised them"), len(promised))
