"""What other programs may write: an answer that came by telephone, on paper or in a meeting."""

from litestar.params import JSONBody

from outreach.campaigns import definition as definitions
from outreach.contacts import directory
from outreach.inbox import deciding, following
from outreach.inbox import recording as inbox
from outreach.inbox.following import Planned
from outreach.inbox.models import Outcome, Way
from outreach.web.api.answers import NewReply, Recorded
from outreach.web.api.caller import Call, write


@write("/replies")
def record(call: Call, data: JSONBody[NewReply]) -> Recorded:
    """Write an answer down, with what is to be done and what was promised.

    Reminders to the organisation stop; a promised letter is held until a person decides.
    """
    with call.app.store.transaction() as session:
        done = inbox.record(
            session,
            definitions.load(call.app.folder, data.campaign),
            directory.find(session, data.contact),
            way=Way(data.way),
            outcome=Outcome(data.outcome),
            received_on=data.on or call.today,
            today=call.today,
            settings=call.app.settings,
            act=call.act(),
            note=data.note,
        )
        planned = Planned(
            action=data.next, promise=data.promise, due=data.due, owner=data.owner or None
        )
        arrival = deciding.find(session, done.number)
        following.plan(session, arrival, planned, today=call.today, act=call.act())
    return Recorded(number=done.number, stopped=done.stopped, held=done.held)
