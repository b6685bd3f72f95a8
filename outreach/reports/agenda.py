"""What is to be done next in a campaign: decided purely from its plan and figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from outreach.campaigns.definition import Definition, StepDefinition, UnknownStepError
from outreach.campaigns.models import CampaignState, PromiseState
from outreach.dispatch.batches import Summary
from outreach.dispatch.states import BatchState, DeliveryState
from outreach.errors import N_, Phrase
from outreach.reports.figures import CampaignStatus, PromiseStatus, StepStatus
from outreach.reports.lines import Fate
from outreach.settings import Language


class Where(StrEnum):
    """Where on the pages a task is done."""

    START = "start"
    """On the campaign's plan."""
    PREPARE = "prepare"
    """On the list of batches."""
    BATCH = "batch"
    PROMISE = "promise"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: in words, and the command that does it, if one does."""

    what: Phrase
    command: str | None = None
    where: Where | None = None
    number: str = ""
    """Of the batch or the promise."""
    urgent: bool = False
    step: str | None = None
    fate: Fate | None = None
    """With ``step``: which letters it is about."""


BATCHES: dict[BatchState, tuple[str, str]] = {
    BatchState.DRAFT: (
        N_("Batch {batch}: check its letters ({count}), then put them before a manager."),
        "outreach batch submit {batch}",
    ),
    BatchState.SUBMITTED: (
        N_("Batch {batch}: a manager approves its letters ({count})."),
        "outreach batch approve {batch}",
    ),
    BatchState.APPROVED: (
        N_("Batch {batch}: its letters ({count}) wait for the signature."),
        "outreach batch sign {batch}",
    ),
    BatchState.SIGNED: (
        N_("Batch {batch}: its letters ({count}) are signed and can leave."),
        "outreach batch send {batch}",
    ),
    BatchState.PAUSED: (N_("Batch {batch} is paused. Its letters: {count}."), ""),
}


TROUBLES = (
    (
        Fate.PERHAPS,
        N_(
            "{title}: letters that perhaps left: {count}. Find out before anyone is written to again."
        ),
    ),
    (Fate.FAILED, N_("{title}: letters that could not be delivered: {count}.")),
)


def of(
    definition: Definition,
    status: CampaignStatus | None,
    batches: Sequence[Summary],
    today: date,
    language: Language,
) -> list[Task]:
    """Return what is to be done, the urgent first. ``status`` is None before the start."""
    if status is None:
        words = N_("Start the campaign: its recipients are counted and enrolled.")
        return [Task(Phrase(words), f"outreach campaign start {definition.name}", Where.START)]
    if status.state in {CampaignState.STOPPED.value, CampaignState.FINISHED.value}:
        return []
    found = [
        *_promises(definition, status, today, language),
        *_troubles(definition, status, language),
        *_batches(batches, today),
        *_due(definition, status, today, language),
    ]
    return sorted(found, key=lambda task: not task.urgent)


def _promises(
    definition: Definition, status: CampaignStatus, today: date, language: Language
) -> Iterator[Task]:
    """Yield what the open promises want; what was promised stands beside, in the promises."""
    for promise in status.promises:
        if promise.state != PromiseState.OPEN.value:
            continue
        if not promise.kept_by:
            yield _by_hand(promise, today, language)
            continue
        keeper = _step(definition, promise.kept_by)
        to_come = keeper.letter_to_come if keeper else None
        values: dict[str, object] = {
            "title": title(definition, promise.kept_by, language),
            "due": promise.due_on,
        }
        if to_come is not None:
            words = (
                N_("Overdue commitment: the letter “{title}” is not written yet: {why}.")
                if promise.overdue
                else N_("Commitment due on {due}: the letter “{title}” is not written yet: {why}.")
            )
            values["why"] = to_come.in_(language)
            yield Task(Phrase(words, values), urgent=promise.overdue)
            continue
        words = (
            N_("Overdue commitment: prepare the letters “{title}”.")
            if promise.overdue
            else N_("Commitment due on {due}: the letters “{title}” keep it.")
        )
        command = f"outreach batch prepare {definition.name} --step {promise.kept_by}"
        is_due = promise.due_on <= today
        yield Task(
            Phrase(words, values),
            command if is_due else None,
            Where.PREPARE if is_due else None,
            urgent=promise.overdue,
        )


def _by_hand(promise: PromiseStatus, today: date, language: Language) -> Task:
    """Return what a promise wants that no letter of the campaign keeps."""
    words = (
        N_("Overdue commitment: {text}")
        if promise.overdue
        else N_("Commitment due on {due}: {text}")
    )
    values: dict[str, object] = {"text": promise.text.get(language, ""), "due": promise.due_on}
    command = f"outreach promises show {promise.number} --who"
    return Task(
        Phrase(words, values),
        command if promise.due_on <= today else None,
        Where.PROMISE,
        str(promise.number),
        urgent=promise.overdue,
    )


def _troubles(definition: Definition, status: CampaignStatus, language: Language) -> Iterator[Task]:
    for step in status.steps:
        for fate, words in TROUBLES:
            if count := step.fates[fate.value]:
                values = {"title": title(definition, step.name, language), "count": count}
                yield Task(Phrase(words, values), urgent=True, step=step.name, fate=fate)


def _batches(batches: Sequence[Summary], today: date) -> Iterator[Task]:
    for summary in reversed(batches):
        number, state = str(summary.batch.id), BatchState(summary.batch.state)
        if state in BATCHES:
            words, command = BATCHES[state]
            values = {"batch": number, "count": summary.letters}
            command = command.format(batch=number)
            yield Task(Phrase(words, values), command or None, Where.BATCH, number)
        queued = summary.states.get(DeliveryState.QUEUED.value, 0)
        if queued and state is BatchState.SENDING:
            words = N_("Batch {batch}: letters that have not left yet: {count}.")
            values = {"batch": number, "count": queued}
            command = f"outreach batch send {number}"
            yield Task(Phrase(words, values), command, Where.BATCH, number)
        if printed := summary.states.get(DeliveryState.PRINTED.value, 0):
            words = N_("Batch {batch}: printed letters to be posted: {count}. Then record the day.")
            values = {"batch": number, "count": printed}
            command = f"outreach batch posted {number} --on {today}"
            yield Task(Phrase(words, values), command, Where.BATCH, number)


def _due(
    definition: Definition, status: CampaignStatus, today: date, language: Language
) -> Iterator[Task]:
    """Yield the steps that come next; those that keep a promise were named with it."""
    promised = {promise.kept_by for promise in status.promises}
    for step in status.steps:
        plan = _step(definition, step.name)
        if plan is None or not step.due or step.next_due is None or step.name in promised:
            continue
        yield _next(definition, plan, step, today, language)


def _next(
    definition: Definition, plan: StepDefinition, step: StepStatus, today: date, language: Language
) -> Task:
    values = {"title": plan.title.in_(language), "count": step.due, "due": step.next_due}
    if plan.letter_to_come is not None:
        words = N_("{title}: due from {due}, but not written yet: {why}. Recipients: {count}.")
        return Task(Phrase(words, {**values, "why": plan.letter_to_come.in_(language)}))
    if step.next_due is not None and step.next_due <= today:
        words = N_("{title}: letters to prepare now: {count}.")
        command = f"outreach batch prepare {definition.name} --step {step.name}"
        return Task(Phrase(words, values), command, Where.PREPARE)
    return Task(Phrase(N_("{title}: due from {due}. Recipients: {count}."), values))


def title(definition: Definition, step: str, language: Language) -> str:
    """Return a step's title; its name where the file dropped it since."""
    plan = _step(definition, step)
    return plan.title.in_(language) if plan else step


def _step(definition: Definition, name: str) -> StepDefinition | None:
    try:
        return definition.step(name)
    except UnknownStepError:
        return None
