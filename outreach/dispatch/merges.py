"""Two contacts become one: a letter that has not left yet is left out, and comes for the one kept."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.merging import Follower
from outreach.dispatch.models import Delivery
from outreach.dispatch.privacy import NOT_LEFT
from outreach.dispatch.states import DeliveryState, move_delivery
from outreach.journal import Act

MERGED = "merged"


class Letters(Follower):
    """Leaves out what waits for a merged contact."""

    def merged(self, session: Session, kept: int, gone: int, act: Act) -> list[int]:  # noqa: ARG002
        """Take the letters of ``gone`` that have not left out of their batches; return their ids.

        Its place in the campaign is the kept contact's by then, whose letter the next batch brings.
        """
        query = select(Delivery).where(Delivery.contact_id == gone, Delivery.state.in_(NOT_LEFT))
        rows = session.scalars(query.order_by(Delivery.id)).all()
        for row in rows:
            move_delivery(session, row, DeliveryState.SKIPPED, act, reason=MERGED)
        return [row.id for row in rows]

    def unmerged(self, session: Session, given: list[int], act: Act) -> None:
        """Leave them out still: approvals were given to other letters. The next batch brings them."""
