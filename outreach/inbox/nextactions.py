"""What a person is to do next: by whom, by when, and whether it is done."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.contacts.models import Contact, Organisation
from outreach.errors import N_, OutreachError, Phrase, WrongUseError
from outreach.inbox.kinds import Reason
from outreach.inbox.models import Task
from outreach.journal import Act


class TaskKind(StrEnum):
    """What is to be done; ``WORDS`` has the sentence of each."""

    OWN = "own"
    """In the words of whoever noted it."""
    PROMISE = "promise"
    ADDRESS = "address"
    RESEND = "resend"
    CONFIRM = "confirm"
    ASK_OFFICE = "ask-office"
    DEPARTURE = "departure"
    DATA_REQUEST = "data-request"
    COMPLAINT = "complaint"
    CHECK_BOUNCE = "check-bounce"
    DECIDE = "decide"
    ADAPT = "adapt"
    CHECK_PROMISE = "check-promise"


WORDS: dict[TaskKind, str] = {
    TaskKind.OWN: N_("{text}"),
    TaskKind.PROMISE: N_("Promised to {contact}: {text}"),
    TaskKind.ADDRESS: N_(
        "{address} does not exist any more ({reason}). Other addresses of {contact}: {others}. "
        "Find out the good one, then send the letter again with “outreach batch resend”."
    ),
    TaskKind.RESEND: N_(
        "The letter to {contact} came back for now ({reason}). Send it again with “outreach batch "
        "resend”, or by post."
    ),
    TaskKind.CONFIRM: N_(
        "A filter at {contact} holds the letter until a person confirms it. Look at the link "
        "before opening it yourself: {link}"
    ),
    TaskKind.ASK_OFFICE: N_(
        "Somebody at {address} wants no more letters, but {contact} is not alone there, or the "
        "message came from a colleague. Ask the office whom it means, then record the objection."
    ),
    TaskKind.DEPARTURE: N_("{contact} is no longer there. The message names: {others}."),
    TaskKind.DATA_REQUEST: N_(
        "{contact} objects to the use of personal data. Nothing more is sent; answer within a "
        "month of {day}, and erase the card if they ask for it."
    ),
    TaskKind.COMPLAINT: N_(
        "{contact} reported our letter as unwanted mail. Nothing more is sent there."
    ),
    TaskKind.CHECK_BOUNCE: N_(
        "A server refused {address}, which is no address of {contact}. See whom it belongs to."
    ),
    TaskKind.DECIDE: N_(
        "{contact} answered, and the letter promised to them waits. Say what becomes of it with "
        "“outreach replies decide {number}”."
    ),
    TaskKind.ADAPT: N_("Adapt the promised letter to {contact} before it leaves."),
    TaskKind.CHECK_PROMISE: N_(
        "{contact} was answered from the mailbox. If that kept what was promised, say so: “outreach "
        "replies decide {number} --as answered”."
    ),
}


class UnknownTaskError(WrongUseError):
    """No open task of that number."""

    message = N_("No task to do has the number {task}. “outreach tasks list” shows them.")


class NoTextError(OutreachError):
    """A next action says nothing."""

    message = N_("Say what is to be done, in a few words.")


@dataclass(frozen=True, slots=True)
class Line:
    """One task, as lists show it."""

    number: int
    due_on: date
    late: bool
    owner: str | None
    what: Phrase
    contact: str | None
    organisation: str | None
    arrival: int | None
    kind: str


def add(
    session: Session,
    kind: TaskKind,
    values: dict[str, Any],
    *,
    due_on: date,
    act: Act,
    owner: str | None = None,
    contact_id: int | None = None,
    arrival_id: int | None = None,
) -> Task:
    """Note what is to be done. ``owner`` must work here. Raises UnknownUserError, NoTextError."""
    if kind in {TaskKind.OWN, TaskKind.PROMISE} and not str(values.get("text", "")).strip():
        raise NoTextError
    task = Task(
        kind=kind.value,
        values=values,
        due_on=due_on,
        owner=users.find(session, owner).name if owner else None,
        contact_id=contact_id,
        arrival_id=arrival_id,
        made_by=act.actor,
        made_at=act.at,
    )
    session.add(task)
    session.flush()
    journal.record(session, act, "task", task.id, "created", after=kind.value)
    return task


def finish(session: Session, number: int, act: Act, *, dropped: bool = False) -> Task:
    """Say that a task is done, or (``dropped``) that nobody has to do it. Raises UnknownTaskError."""
    users.require(session, act.actor, Role.SECRETARY)
    task = session.get(Task, number)
    if task is None or task.done_at is not None:
        raise UnknownTaskError(task=number)
    task.done_by, task.done_at, task.dropped = act.actor, act.at, dropped
    session.flush()
    journal.record(session, act, "task", task.id, "dropped" if dropped else "done")
    return task


def assign(session: Session, number: int, owner: str | None, act: Act) -> Task:
    """Give a task to somebody who works here, or to nobody. Raises the errors of the above."""
    users.require(session, act.actor, Role.SECRETARY)
    task = session.get(Task, number)
    if task is None or task.done_at is not None:
        raise UnknownTaskError(task=number)
    before, task.owner = task.owner, users.find(session, owner).name if owner else None
    session.flush()
    journal.record(session, act, "task", task.id, "assigned", before=before, after=task.owner)
    return task


def open_tasks(
    session: Session,
    today: date,
    *,
    owner: str | None = None,
    unassigned: bool = False,
    late: bool = False,
) -> list[Line]:
    """Return what is to be done, the first due first: of one person, of nobody, or only late."""
    query = (
        select(Task, Contact.code, Organisation.name)
        .outerjoin(Contact, Contact.id == Task.contact_id)
        .outerjoin(Organisation, Organisation.id == Contact.organisation_id)
        .where(Task.done_at.is_(None))
        .order_by(Task.due_on, Task.id)
    )
    if owner is not None:
        query = query.where(Task.owner == owner)
    if unassigned:
        query = query.where(Task.owner.is_(None))
    if late:
        query = query.where(Task.due_on < today)
    return [
        Line(
            number=task.id,
            due_on=task.due_on,
            late=task.due_on < today,
            owner=task.owner,
            what=words(task, code),
            contact=code,
            organisation=organisation,
            arrival=task.arrival_id,
            kind=task.kind,
        )
        for task, code, organisation in session.execute(query)
    ]


def words(task: Task, contact: str | None) -> Phrase:
    """Return the sentence of a task; places whose values were forgotten show as a dash."""
    places = ("text", "address", "reason", "others", "link", "day", "number")
    filled = dict.fromkeys(places, "–") | {"contact": contact or "–"} | task.values
    if filled["reason"] in set(Reason):
        filled["reason"] = Reason(filled["reason"])
    return Phrase(WORDS[TaskKind(task.kind)], filled)
