"""A campaign played ahead, in the reader's words: for the command, the page and the picture."""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from markupsafe import Markup

from outreach.campaigns import triggers
from outreach.campaigns.definition import Definition
from outreach.campaigns.planning import Plan
from outreach.errors import N_
from outreach.pictures import timeline
from outreach.settings import Language

KINDS = {
    "plain": "",
    "chaser": N_("reminder, if nobody answers"),
    "promised": N_("promised"),
    "answer": N_("when a reply asks for it"),
}
UNWRITTEN = N_("not written yet")


class Text(Protocol):
    """Says a msgid in the reader's language, its places filled."""

    def __call__(self, message: str, **values: object) -> str:
        """Return the sentence."""


def kind(definition: Definition, step: str) -> str:
    """Return what kind of step it is: one of KINDS."""
    plan = definition.step(step)
    return "answer" if triggers.Lines(definition.file).is_answer(plan) else plan.kind


def remark(definition: Definition, step: str, text: Text, *, unwritten: bool) -> str:
    """Return what is to be known of a step: what kind it is, whether its letter is missing."""
    said = [KINDS[kind(definition, step)], UNWRITTEN if unwritten else ""]
    return ", ".join(text(each) for each in said if each)


def picture(
    definition: Definition,
    found: Plan,
    *,
    language: Language,
    text: Text,
    number: Callable[[int], str],
    month: Callable[[date], str],
) -> Markup:
    """Return the plan as a timeline: a line for each step, a disc for each day of letters."""
    told = [
        text(
            N_("{title}: sent {sent}, to come {coming}."),
            title=step.title.in_(language),
            sent=found.steps[step.name].left.total(),
            coming=found.steps[step.name].coming.total(),
        )
        for step in definition.file.steps
    ]

    def span(first: date, last: date, count: int) -> str:
        if first == last:
            return text(N_("{day}: {letters}"), day=first, letters=count)
        return text(N_("{first} to {last}: {letters}"), first=first, last=last, letters=count)

    lanes = [
        timeline.Lane(
            label=step.title.in_(language),
            kind=kind(definition, step.name),
            note=remark(definition, step.name, text, unwritten=found.steps[step.name].unwritten),
            left=found.steps[step.name].left,
            coming=found.steps[step.name].coming,
        )
        for step in definition.file.steps
    ]
    words = timeline.Words(
        title=text(N_("Plan of {title}"), title=definition.file.title.in_(language)),
        description=" ".join(told),
        today=text(N_("today")),
        number=number,
        month=month,
        span=span,
    )
    return timeline.draw(lanes, today=found.today, name=f"plan-{definition.name}", words=words)
