"""Two contacts become one: the campaign goes on for the one that is kept, once."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns import enrolments
from outreach.campaigns.models import Enrolment, EnrolmentState, StopReason
from outreach.campaigns.privacy import GOING_ON
from outreach.contacts.merging import Follower
from outreach.journal import Act


class Enrolments(Follower):
    """Hands the enrolments of a merged contact over, and back."""

    def merged(self, session: Session, kept: int, gone: int, act: Act) -> list[int]:
        """Stop the follow-ups of ``gone``; who is kept takes its place where it has none.

        Returns the ids of the enrolments that were stopped, then of those that ``kept`` took over,
        as negative numbers.
        """
        theirs = {one.campaign_id: one for one in self._of(session, kept)}
        given = []
        for row in self._of(session, gone):
            if row.state not in GOING_ON:
                continue
            there = theirs.get(row.campaign_id)
            if there is None:
                given.append(-self._take_over(session, row, kept, act))
            elif (there.state, there.reason) == (
                EnrolmentState.STOPPED.value,
                StopReason.MERGED.value,
            ):
                # Merged, parted, and merged again.
                enrolments.resume(session, there, StopReason.MERGED.value, act)
                there.step_id, there.due_on = row.step_id, row.due_on
                given.append(-there.id)
            given.append(row.id)
            enrolments.stop(session, row, StopReason.MERGED, act)
        return given

    def unmerged(self, session: Session, given: list[int], act: Act) -> None:
        """Let what was stopped go on, unless it was ended otherwise; stop what was taken over."""
        for number in given:
            row = session.get_one(Enrolment, abs(number))
            if number < 0 and row.state in GOING_ON:
                enrolments.stop(session, row, StopReason.MERGED, act)
            elif number > 0 and (row.state, row.reason) == (
                EnrolmentState.STOPPED.value,
                StopReason.MERGED.value,
            ):
                enrolments.resume(session, row, "unmerged", act)

    def _of(self, session: Session, contact: int) -> Sequence[Enrolment]:
        query = select(Enrolment).where(Enrolment.contact_id == contact).order_by(Enrolment.id)
        return session.scalars(query).all()

    def _take_over(self, session: Session, row: Enrolment, kept: int, act: Act) -> int:
        new = Enrolment(
            campaign_id=row.campaign_id,
            contact_id=kept,
            state=row.state,
            reason=row.reason,
            step_id=row.step_id,
            due_on=row.due_on,
            held_until=row.held_until,
            enrolled_on=row.enrolled_on,
        )
        session.add(new)
        session.flush()
        journal.record(session, act, "enrolment", new.id, "created", detail={"from": row.id})
        return new.id
