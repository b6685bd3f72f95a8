"""Prepare a batch: due enrolments become draft deliveries, or are left out with a reason."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import course, enrolments
from outreach.campaigns.definition import Definition, LetterToComeError
from outreach.campaigns.models import Campaign, Enrolment, EnrolmentState, Step, StopReason
from outreach.clock import local_date
from outreach.contacts.models import Contact
from outreach.dispatch import archive, deliveries, turns
from outreach.dispatch.models import Batch, Circular, Delivery
from outreach.dispatch.recipients import Addressee, Chosen, Reason, Recipients
from outreach.dispatch.states import BatchState, DeliveryState
from outreach.dispatch.turns import Stock
from outreach.errors import N_, OutreachError, Phrase
from outreach.journal import Act
from outreach.letters import facts as letter_facts
from outreach.settings import Language, Settings

CHUNK = 2_000


class NothingDueError(OutreachError):
    """Nobody of the audience is due for this step."""

    message = N_(
        "Nobody is due for step “{step}” of {campaign} today ({why}). Nothing was prepared."
    )


@dataclass(slots=True)
class Prepared:
    """A prepared batch in figures."""

    batch: int | None = None
    drafted: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    """By reason: the contacts' codes."""
    since: date | None = None
    """The first day on which one of them was due."""

    def leave_out(self, reason: Reason, code: str) -> None:
        """Note a contact that gets no letter now."""
        self.left_out.setdefault(reason.value, []).append(code)


def prepare(
    session: Session,
    definition: Definition,
    step_name: str,
    *,
    settings: Settings,
    key: bytes,
    audience: Collection[int] | None,
    audience_name: str | None,
    act: Act,
    stock: Stock | None = None,
) -> Prepared:
    """Make a draft batch of a step for all who are due, narrowed to the contacts ``audience``.

    ``stock`` is that of the same round, where it was taken a moment ago. ``key`` is the office's secret, for the suppression list. Raises UnknownStepError,
    LetterToComeError, NotStartedError, NothingDueError (and then nothing is written).
    """
    step = definition.step(step_name)
    if step.letter_to_come is not None:
        language: Language = "es" if settings.office.ui_language == "es" else "fr"
        raise LetterToComeError(step=step.name, why=step.letter_to_come.in_(language))
    users.require(session, act.actor, Role.SECRETARY)
    campaign = enrolments.require_started(session, definition.name)
    course.require_going(campaign)
    if stock is None:
        stock = turns.take_stock(session, definition, campaign, settings=settings, act=act)
    step_row = enrolments.steps(session, campaign)[step.name]
    today = local_date(act.at, settings.zone)
    prepared = Prepared()
    called = stock.called.get(step.name)
    due: list[int] = []
    for row in _enrolled(session, campaign, step_row):
        if audience is not None and row.contact_id not in audience:
            continue
        day = called.get(row.contact_id) if called is not None else row.due_on
        if _is_due(row, step_row, today, day, answer=called is not None, prepared=prepared):
            due.append(row.contact_id)
            prepared.since = min(filter(None, (prepared.since, day)))
    if not due:
        raise nothing_due(definition, step.name, prepared)
    batch = open_batch(session, step_row.id, audience_name, act)
    recipients = Recipients(session, definition, step, settings)
    draft(session, batch, due, recipients, prepared=prepared, key=key, act=act)
    if not prepared.drafted:
        raise nothing_due(definition, step.name, prepared)
    return prepared


def open_batch(session: Session, step_id: int, audience_name: str | None, act: Act) -> Batch:
    """Make an empty draft batch of a step."""
    batch = Batch(
        step_id=step_id,
        origin="tool",
        state=BatchState.DRAFT.value,
        audience=audience_name,
        prepared_by=act.actor,
        prepared_at=act.at,
    )
    session.add(batch)
    session.flush()
    journal.record(session, act, "batch", batch.id, "created", after=batch.state)
    return batch


def draft(
    session: Session,
    batch: Batch,
    contacts: Sequence[int],
    recipients: Recipients,
    *,
    prepared: Prepared,
    key: bytes,
    act: Act,
    kind: str = deliveries.FIRST,
    round_: int = 0,
    signed: Mapping[tuple[int, Language], int] | None = None,
) -> None:
    """Put a letter to each of ``contacts`` (ids) into ``batch``, or the reason why there is none.

    Figures go to ``prepared``. With ``signed``, only these texts of circulars are sent (their rows,
    by place and language); whoever would get another one gets none.
    """
    prepared.batch = batch.id
    circulars = dict(signed or {})
    kept: set[str] = set()
    for start in range(0, len(contacts), CHUNK):
        rows = []
        for one in recipients.of(contacts[start : start + CHUNK], key):
            language: Language = one.facts.language if one.facts else "fr"
            chosen = one.chosen
            text = (chosen.place, language) if isinstance(chosen, Chosen) else None
            if signed is not None and text not in signed and text is not None:
                one = Addressee(one.contact, Reason.NO_LETTER, None)  # noqa: PLW2901
            row = _row(one, prepared) | {"step_id": batch.step_id, "kind": kind, "round": round_}
            if isinstance(one.chosen, Chosen) and text and one.chosen.letter.mode == "circular":
                if text not in circulars:
                    circulars[text] = _circular(session, batch, text, recipients)
                row["circular_id"] = circulars[text]
            rows.append(row)
            _keep_files(session, recipients, one, kept)
        deliveries.place(session, batch.id, rows, act)


def _keep_files(session: Session, recipients: Recipients, one: Addressee, kept: set[str]) -> None:
    """Keep the enclosed files as they are now: what is approved are these bytes."""
    for file in one.facts.files if one.facts else ():
        if file.sha256 and file.sha256 not in kept:
            archive.keep(session, recipients.data(file), file.media)
            kept.add(file.sha256)


def nothing_due(definition: Definition, step: str, prepared: Prepared) -> NothingDueError:
    """Return the refusal of a batch without a letter, with who was left out and why."""
    return NothingDueError(step=step, campaign=definition.name, why=reasons(prepared))


def reasons(prepared: Prepared) -> list[Phrase]:
    """Return why contacts were left out, and how many."""
    return [
        Phrase("{reason}: {count}", {"reason": Reason(reason), "count": len(codes)})
        for reason, codes in sorted(prepared.left_out.items())
    ]


def _enrolled(session: Session, campaign: Campaign, step: Step) -> Sequence[Any]:
    """Return the campaign's enrolments with the state of the step's delivery, if there is one."""
    return session.execute(
        select(
            Enrolment.contact_id,
            Enrolment.state,
            Enrolment.reason,
            Enrolment.step_id,
            Enrolment.due_on,
            Contact.code,
            Delivery.state.label("letter"),
        )
        .join(Contact, Contact.id == Enrolment.contact_id)
        .outerjoin(
            Delivery,
            (Delivery.contact_id == Enrolment.contact_id)
            & (Delivery.step_id == step.id)
            & deliveries.is_turn()
            & Delivery.state.not_in(deliveries.FREE),
        )
        .where(Enrolment.campaign_id == campaign.id)
        .order_by(Enrolment.contact_id)
    ).all()


def _is_due(
    row: Row[*tuple[Any, ...]],
    step: Step,
    today: date,
    due: date | None,
    *,
    answer: bool,
    prepared: Prepared,
) -> bool:
    """Say whether a contact is due for a step on ``due``; who is not is counted in ``prepared``.

    ``answer``: the step answers a reply. A reply that stopped reminders, or holds a promised letter,
    does not hold the answer to it.
    """
    answered = answer and row.reason == StopReason.REPLIED.value
    reason: Reason | None = None
    if row.letter is not None and row.letter not in deliveries.FREE:
        reason = Reason.ALREADY
    elif row.state == EnrolmentState.STOPPED.value and not answered:
        reason = Reason.STOPPED
    elif row.state == EnrolmentState.HELD.value and not answered:
        reason = Reason.HELD
    elif not answer and row.step_id != step.id:
        reason = Reason.OTHER_STEP
    elif due is None or due > today:
        reason = Reason.NOT_DUE
    if reason is not None:
        prepared.leave_out(reason, row.code)
    return reason is None


def _row(one: Addressee, prepared: Prepared) -> dict[str, Any]:
    """Return the delivery row of an addressee, counted in ``prepared``."""
    row: dict[str, Any] = {"contact_id": one.contact.id, "language": one.contact.language}
    if isinstance(one.chosen, Reason) or one.facts is None:
        reason = one.chosen if isinstance(one.chosen, Reason) else Reason.NO_LETTER
        prepared.leave_out(reason, one.contact.code)
        return row | {"state": DeliveryState.SKIPPED.value, "reason": reason.value}
    prepared.drafted += 1
    prepared.channels[one.chosen.channel] += 1
    prepared.languages[one.contact.language] += 1
    return row | {
        "state": DeliveryState.DRAFT.value,
        "place": one.chosen.place,
        "channel": one.chosen.channel,
        "address": one.chosen.email,
        "facts": letter_facts.stored(one.facts),
    }


def _circular(
    session: Session, batch: Batch, text: tuple[int, Language], recipients: Recipients
) -> int:
    place, language = text
    row = Circular(
        batch_id=batch.id,
        place=place,
        language=language,
        facts=letter_facts.stored(recipients.circular(language)),
    )
    session.add(row)
    session.flush()
    return row.id
