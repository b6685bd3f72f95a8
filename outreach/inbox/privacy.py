"""This room's side of privacy: what a person answered."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.contacts.privacy.holding import Aged, Fate, Holder, Section, Treated, months_before
from outreach.errors import N_
from outreach.inbox.models import Reply
from outreach.journal import Act
from outreach.settings import Retention


class Replies(Holder):
    """Replies: that there was one, when, and what it meant. No word of it."""

    def held(self, session: Session, contact_id: int) -> Iterator[Section]:
        """Return every reply of a contact."""
        rows = session.execute(
            select(Reply, Campaign.name)
            .join(Campaign, Campaign.id == Reply.campaign_id)
            .where(Reply.contact_id == contact_id)
            .order_by(Reply.received_on, Reply.id)
        )
        yield Section(
            "replies",
            N_("Replies"),
            [
                {
                    "campaign": campaign,
                    "received_on": reply.received_on,
                    "way": reply.way,
                    "outcome": reply.outcome,
                    "recorded_by": reply.recorded_by,
                }
                for reply, campaign in rows
            ],
        )

    def blank(self, session: Session, contact_id: int, act: Act) -> Iterator[Treated]:  # noqa: ARG002
        """Keep that there was an answer: the figures rest on it, and it names nobody."""
        rows = session.scalars(select(Reply.id).where(Reply.contact_id == contact_id)).all()
        yield Treated(
            Fate.KEPT, N_("that there were replies, when and with what outcome"), len(rows)
        )

    def heard(self) -> Select[int, date]:
        """Return when each contact last wrote, called or came."""
        return select(Reply.contact_id, func.max(Reply.received_on)).group_by(Reply.contact_id)

    def aged(self, session: Session, retention: Retention, today: date) -> Iterator[Aged]:
        """Count replies that are kept too long."""
        over = 0
        if retention.replies:
            limit = months_before(today, retention.replies)
            query = select(func.count()).select_from(Reply).where(Reply.received_on < limit)
            over = session.scalar(query) or 0
        yield Aged(N_("messages received"), retention.replies, over)
