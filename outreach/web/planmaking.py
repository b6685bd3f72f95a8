"""A plan made of what a form holds; what is wrong is found field by field, to be said beside it.

What the form does not show (promises, enclosures, who is told, rules of a step) stays as the file has
it.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, cast

from msgspec import structs

from outreach.campaigns.definition import (
    After,
    AtEvent,
    CampaignFile,
    OnOutcome,
    Recipients,
    StepDefinition,
    StepLetter,
    StepPromise,
)
from outreach.contacts.recognition import normalised
from outreach.errors import N_, Phrase
from outreach.settings import Bilingual
from outreach.web.planforms import (
    AFTER,
    EVENT,
    ON,
    OUTCOME,
    WHENS,
    Draft,
    StepDraft,
    shown_fact,
)

MOST_DAYS = 3650

TITLES = N_("Write the title in both languages: recipients read it in theirs.")
NO_LIST = N_("Choose whom it writes to.")
NO_DAY = N_("Write a day, such as 2025-09-01.")
NO_STEP = N_("Choose the step that it follows.")
NOT_EARLIER = N_("It can only follow a step that stands above it.")
NO_DAYS = N_("Write a whole number of days, 3,650 at most.")
NO_OUTCOME = N_("Choose the reply that it follows.")
NO_EVENT = N_("Choose the event.")
NO_LETTER = N_("Choose its letter, or say why there is none yet.")
UNKNOWN_LETTER = N_("There is no letter “{letter}” any more. Choose another one.")
PROMISE = N_("Write what is promised in both languages.")
NO_FIGURE = N_("Write a figure.")
NO_STEPS = N_("A campaign has at least one step. Add one.")

Troubles = dict[str, Phrase]
"""What is wrong, by the name of the field."""


def free_name(text: str, taken: Collection[str], usual: str) -> str:
    """Return a name for a text, such as ``fiches-villes``; a second one gets a figure."""
    plain = normalised(text).replace(" ", "-")[:40].strip("-") or usual
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}-{number}", number + 1
    return name


class Maker:
    """Makes a plan of a draft, and notes what is wrong with it field by field."""

    def __init__(
        self, base: CampaignFile | None, letters: Collection[str], fixed: Collection[str] = ()
    ) -> None:
        """Take the file that is changed, the letters there are, the steps whose day stays."""
        self._base = {step.name: step for step in base.steps} if base else {}
        self._file, self._letters, self._fixed = base, letters, fixed
        self._names: dict[str, str] = {}
        """Of all steps, by key."""
        self._above: set[str] = set()
        """Keys of the steps that stand above the one at hand."""
        self._promised: set[str] = set()
        self.troubles: Troubles = {}

    def make(self, draft: Draft) -> CampaignFile | None:
        """Return the plan; None where something is wrong with it."""
        title = self._title(draft.title_fr, draft.title_es, "title_fr")
        if not draft.audience:
            self._wrong("audience", NO_LIST)
        if not draft.steps:
            self._wrong("steps", NO_STEPS)
        for step in draft.steps:
            self._names[step.key] = (
                step.key if step.key in self._base else self._name(step.title_fr)
            )
        steps = [self._step(step) for step in draft.steps]
        events = dict(self._file.events) if self._file else {}
        for name, day in draft.events.items():
            if name in events:
                on = self._day(f"day:{name}", day)
                events[name] = structs.replace(events[name], on=on)
        facts = self._facts(self._file.facts, draft.facts) if self._file else {}
        if self.troubles:
            return None
        if self._file is None:
            return CampaignFile(title=title, audience=draft.audience, steps=tuple(steps))
        return structs.replace(
            self._file,
            title=title,
            audience=draft.audience,
            steps=tuple(steps),
            events=events,
            facts=facts,
        )

    def _wrong(self, place: str, message: str, **values: object) -> None:
        self.troubles.setdefault(place, Phrase(message, values))

    def _title(self, fr: str, es: str, place: str) -> Bilingual:
        if not fr or not es:
            self._wrong(place, TITLES)
        return Bilingual(fr=fr, es=es)

    def _day(self, place: str, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._wrong(place, NO_DAY)
            return date.min

    def _facts(
        self, facts: Mapping[str, object], given: Mapping[str, str], way: str = ""
    ) -> dict[str, object]:
        """Return the facts with what was filled in, each of the kind that it was."""
        found = dict(facts)
        for name, value in facts.items():
            text = given.get(f"{way}{name}")
            if isinstance(value, Mapping):
                found[name] = self._facts(value, given, f"{way}{name}.")
            elif text is not None and text != shown_fact(cast("Any", value)):
                found[name] = self._fact(f"fact:{way}{name}", value, text)
        return found

    def _fact(self, place: str, was: object, text: str) -> object:
        if isinstance(was, date):
            return self._day(place, text)
        if isinstance(was, str):
            return text
        try:
            return type(cast("Any", was))(text.replace(",", ".").replace(" ", ""))
        except ValueError:
            self._wrong(place, NO_FIGURE)
            return was

    def _step(self, draft: StepDraft) -> StepDefinition:
        key, base = draft.key, self._base.get(draft.key)
        title = self._title(draft.title_fr, draft.title_es, f"title_fr:{key}")
        when: dict[str, Any] = (
            {name: getattr(base, name) for name in WHENS}
            if base is not None and key in self._fixed
            else self._when(draft)
        )
        self._above.add(key)
        name = self._names[key]
        letters = self._step_letters(draft)
        why = None
        if not letters:
            why = Bilingual(fr=draft.why_fr or draft.why_es, es=draft.why_es or draft.why_fr)
            if not why.fr:
                self._wrong(f"letter:{key}.0", NO_LETTER)
        base = base or StepDefinition(name=name, title=title)
        return structs.replace(
            base,
            title=title,
            **when,
            kind=cast("Any", draft.kind if draft.kind in {"chaser", "promised"} else "plain"),
            prefer=cast("Any", draft.prefer if draft.prefer in {"email", "post"} else ""),
            skip_if_replied=draft.skip_if_replied,
            only_if_not_bounced=draft.only_if_not_bounced,
            in_elections=draft.in_elections,
            letters=letters,
            letter_to_come=why,
            promises=base.promises if key in self._fixed else self._promises(draft, base),
        )

    def _promises(self, draft: StepDraft, base: StepDefinition) -> tuple[StepPromise, ...]:
        """Return what the letters of a step promise, with the one that was added."""
        if not draft.promise_fr and not draft.promise_es:
            return base.promises
        taken = {each.name for step in self._base.values() for each in step.promises}
        text = Bilingual(fr=draft.promise_fr, es=draft.promise_es)
        if not text.fr or not text.es:
            self._wrong(f"promise_fr:{draft.key}", PROMISE)
        name = free_name(text.fr, {*taken, *self._promised}, "engagement")
        self._promised.add(name)
        return (
            *base.promises,
            StepPromise(name=name, text=text, kept_by=self._names.get(draft.kept_by, "")),
        )

    def _name(self, title: str) -> str:
        return free_name(title, {*self._base, *self._names.values()}, "lettre")

    def _when(self, draft: StepDraft) -> dict[str, Any]:
        key, found = draft.key, dict[str, Any].fromkeys(WHENS)
        if draft.when == ON or draft.when not in WHENS:
            return found | {ON: self._day(f"on:{key}", draft.on)}
        days = int(draft.days or 0) if draft.days.isascii() and draft.days.isdigit() else -1
        if not draft.days and draft.when != AFTER:
            days = 0
        if not 0 <= days <= MOST_DAYS:
            self._wrong(f"days:{key}", NO_DAYS)
            days = 0
        if draft.when == AFTER:
            if draft.after not in self._above:
                self._wrong(f"after:{key}", NOT_EARLIER if draft.after else NO_STEP)
            step = self._names.get(draft.after, "")
            return found | {AFTER: After(step, days, draft.working)}
        if draft.when == OUTCOME:
            if not draft.outcome:
                self._wrong(f"outcome:{key}", NO_OUTCOME)
            return found | {OUTCOME: OnOutcome(draft.outcome, days, draft.working)}
        if self._file is None or draft.event not in self._file.events:
            self._wrong(f"event:{key}", NO_EVENT)
        side = {"after" if draft.side == "after" else "before": days}
        return found | {EVENT: AtEvent(draft.event, working=draft.working, **side)}

    def _step_letters(self, draft: StepDraft) -> tuple[StepLetter, ...]:
        found: list[StepLetter] = []
        for place, each in enumerate(draft.letters):
            if not each.letter:
                continue
            for name in filter(None, (each.letter, each.cover)):
                if name not in self._letters:
                    self._wrong(f"letter:{draft.key}.{place}", UNKNOWN_LETTER, letter=name)
            country = each.country if each.country in {"FR", "CO"} else ""
            found.append(
                StepLetter(
                    letter=each.letter,
                    to=Recipients(country=cast("Any", country), kinds=each.kinds),
                    mode="circular" if each.circular else "individual",
                    cover=each.cover,
                    pdf=each.pdf,
                )
            )
        return tuple(found)
