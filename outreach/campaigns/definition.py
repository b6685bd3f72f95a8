"""A campaign as the office writes it: one TOML file in ``campaigns/``."""

import hashlib
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from outreach import tomlfile
from outreach.contacts.segments import Condition
from outreach.errors import N_, OutreachError, Phrase, WrongUseError
from outreach.settings import Bilingual, Strict

Mode = Literal["individual", "circular"]
FOLDER = "campaigns"
EmailAddress = Annotated[str, Meta(pattern=r"^[^@\s<>,]+@[^@\s<>,]+$", max_length=254)]


class UnknownCampaignError(WrongUseError):
    """No file of that name."""

    message = N_("No campaign is called “{name}” in {folder}/. Known: {known}.")


class UnknownStepError(WrongUseError):
    """The campaign has no such step."""

    message = N_("The campaign {campaign} has no step “{step}”. Its steps: {known}.")


class CampaignFileError(OutreachError):
    """The file is sound TOML, but its parts do not fit together."""

    message = N_("{path}, step “{step}”: {reason}")


class LetterToComeError(OutreachError):
    """The step is planned, but nobody has written its letter yet."""

    message = N_("The letter of step “{step}” is not written yet: {why}")


class Recipients(Strict, frozen=True):
    """For whom a letter of a step is meant. Empty means everyone."""

    country: Literal["FR", "CO", ""] = ""
    kinds: tuple[str, ...] = ()

    def include(self, country: str, kind: str) -> bool:
        """Say whether an organisation of that country and kind gets this letter."""
        return self.country in {"", country} and (not self.kinds or kind in self.kinds)


class StepLetter(Strict, frozen=True):
    """One letter of a step: which template, for whom, in which form."""

    letter: str
    to: Recipients = field(default_factory=Recipients)
    mode: Mode = "individual"
    """``circular``: one text and one number for all; ``individual``: a number per letter."""
    cover: str = ""
    """Template of the short personal e-mail that the PDF travels under; empty: the letter itself
    is the e-mail's body."""
    pdf: bool = False
    """Attach the PDF to the e-mail. A letter under a cover always is."""

    @property
    def attaches_pdf(self) -> bool:
        """Whether an e-mail of this letter carries its PDF."""
        return self.pdf or bool(self.cover)


class StepPromise(Strict, frozen=True):
    """What the letter commits us to, and the step that keeps it."""

    name: str
    text: Bilingual
    kept_by: str = ""
    """The step whose letter keeps it; empty: a person says when it is kept."""
    country: Literal["FR", "CO", ""] = ""
    """To whom it is made, among those who get the letters; empty: to all."""
    due: date | None = None
    """By when; else when the step that keeps it is due, else the day chosen at approval."""


class After(Strict, frozen=True):
    """A delay after another step."""

    step: str
    days: Annotated[int, Meta(ge=0, le=3650)]
    working: bool = False
    """Count working days instead of calendar days."""


class OnOutcome(Strict, frozen=True):
    """A delay after a reply with some outcome: "interested" brings the details in two days."""

    outcome: Annotated[str, Meta(pattern="^[a-z]+(-[a-z]+)*$")]
    days: Annotated[int, Meta(ge=0, le=3650)] = 0
    working: bool = False


class AtEvent(Strict, frozen=True):
    """Days before or after an event that the campaign names under ``[events]``."""

    name: str
    before: Annotated[int, Meta(ge=0, le=3650)] = 0
    """The letter leaves on that day at the latest."""
    after: Annotated[int, Meta(ge=0, le=3650)] = 0
    """The letter leaves on that day at the earliest."""
    working: bool = False


class Event(Strict, frozen=True):
    """Something that happens on a day: a conference, a visit, a national day."""

    on: date
    title: Bilingual | None = None


class Enclosure(Bilingual, frozen=True):
    """What is enclosed: its title, as printed after P.J. / Anexos, and its file."""

    file: str = ""
    """Below ``enclosures/``, with ``{contact}``, ``{organisation}`` or ``{language}`` where it
    differs; empty: put into the envelope by hand."""
    profile: Literal["", "proposals", "project-form"] = ""
    """``proposals``: the sheets of the cities proposed to the recipient, made by the program, each
    a file of its own with its own title. ``project-form``: the form on which a Colombian city tells
    of its project, its code and name filled in; nobody else gets one."""


class Copy(Bilingual, frozen=True):
    """Who is named under "Copie" / "c.c."."""

    contact: str = ""
    """Code of the contact that gets the copy by e-mail; without it, it is only named."""


class StepDefinition(Strict, frozen=True):
    """One letter in the plan: when, to whom, in which form."""

    name: Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Bilingual
    on: date | None = None
    after: After | None = None
    on_outcome: OnOutcome | None = None
    event: AtEvent | None = None
    kind: Literal["plain", "chaser", "promised"] = "plain"
    """``chaser``: a reply of anyone at the organisation stops it; ``promised``: none does."""
    only: Condition | None = None
    """Which contacts the step is for, as a segment says it; everyone where left out."""
    only_if_not_bounced: bool = False
    """Not for contacts of whom a letter of this campaign came back."""
    skip_if_replied: bool = False
    """Not for organisations that answered in this campaign."""
    in_elections: bool = False
    """Leaves in pre-electoral periods too (``[calendar]`` in outreach.toml)."""
    letters: tuple[StepLetter, ...] = ()
    letter_to_come: Bilingual | None = None
    """Why there is no letter yet; said to whoever asks for it."""
    promises: tuple[StepPromise, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    copies: tuple[Copy, ...] = ()
    prefer: Literal["", "email", "post"] = ""
    """How its letters travel where a contact can be reached both ways; else as the office does."""
    corrects: int = 0
    """The batch that it corrects: set by the program for a correction, never in the file."""
    signatory: str = ""
    """Who signs, where it is not the office's signatory: one of ``deputies`` in outreach.toml."""
    cc: tuple[EmailAddress, ...] = ()
    """Addresses named as "Cc" on each e-mail of the step, which get it too."""
    reply_to: Annotated[str, Meta(pattern=r"^([^@\s<>,]+@[^@\s<>,]+)?$", max_length=254)] = ""
    """Where answers to this step go; else the sender's."""

    @property
    def follows(self) -> After | OnOutcome | None:
        """The delay after a letter or a reply, where the step has one instead of a date."""
        return self.after or self.on_outcome

    def letter_for(self, country: str, kind: str) -> tuple[int, StepLetter] | None:
        """Return the first letter meant for such an organisation, with its place in the list."""
        for place, letter in enumerate(self.letters):
            if letter.to.include(country, kind):
                return place, letter
        return None


class CampaignFile(Strict, frozen=True):
    """The whole file."""

    title: Bilingual
    audience: str
    """Name of the segment that ``campaign start`` enrols."""
    steps: Annotated[tuple[StepDefinition, ...], Meta(min_length=1)]
    events: dict[str, Event] = field(default_factory=dict)
    """Days that steps are told by."""
    facts: dict[str, object] = field(default_factory=dict)
    """What the letters say of the event: free tables, reached as ``campagne.<key>``."""


class Definition(Struct, frozen=True):
    """A campaign file that was read and found consistent."""

    office: Path
    """The folder it was read from, with the files that its letters enclose."""
    name: str
    sha256: str
    file: CampaignFile

    def step(self, name: str) -> StepDefinition:
        """Return the step called ``name``. Raises UnknownStepError."""
        for step in self.file.steps:
            if step.name == name:
                return step
        known = [step.name for step in self.file.steps]
        raise UnknownStepError(campaign=self.name, step=name, known=known)

    def position(self, name: str) -> int:
        """Return the place of a step, from 0."""
        return self.file.steps.index(self.step(name))

    def letter_names(self) -> set[str]:
        """Return every template that the campaign uses."""
        named = {letter.letter for step in self.file.steps for letter in step.letters}
        covers = {letter.cover for step in self.file.steps for letter in step.letters}
        return (named | covers) - {""}


def names(office: Path) -> list[str]:
    """Return the campaigns of the office folder, by name."""
    return sorted(path.stem for path in (office / FOLDER).glob("*.toml"))


def load(office: Path, name: str) -> Definition:
    """Read ``campaigns/<name>.toml``.

    Raises UnknownCampaignError, the errors of ``tomlfile``, or CampaignFileError.
    """
    path = office / FOLDER / f"{name}.toml"
    if name not in names(office):
        raise UnknownCampaignError(name=name, folder=FOLDER, known=names(office))
    shown = f"{FOLDER}/{name}.toml"
    file = tomlfile.read(path, CampaignFile, shown=shown)
    check(file, shown)
    return Definition(
        office=office, name=name, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), file=file
    )


def check(file: CampaignFile, path: str) -> None:
    """Refuse what a type cannot: unknown steps, two triggers, a step twice. Raises CampaignFileError."""
    seen: list[str] = []
    known = {step.name for step in file.steps}

    def refuse(step: StepDefinition, reason: str) -> CampaignFileError:
        return CampaignFileError(path=path, step=step.name, reason=Phrase(reason))

    for step in file.steps:
        if step.name in seen:
            raise refuse(step, N_("this name stands twice; give each step its own"))
        if sum(each is not None for each in _triggers(step)) != 1:
            raise refuse(
                step,
                N_(
                    "say when, in one way: “on” (a date), “after” (step and days), “on_outcome” "
                    "(outcome and days) or “event” (name, days before or after)"
                ),
            )
        if step.after is not None and step.after.step not in seen:
            raise refuse(step, N_("“after” names no earlier step of this campaign"))
        if step.event is not None and step.event.name not in file.events:
            raise refuse(step, N_("“event” names no event of this campaign; add it under [events]"))
        if step.event is not None and step.event.before and step.event.after:
            raise refuse(step, N_("“event” is either before or after the day, not both"))
        if bool(step.letters) == (step.letter_to_come is not None):
            raise refuse(step, N_("give either “letters” or “letter_to_come”"))
        if (reason := _beside_the_file(step, known)) is not None:
            raise refuse(step, reason)
        seen.append(step.name)


def _beside_the_file(step: StepDefinition, known: Collection[str]) -> str | None:
    """Say what a step names that the file does not hold, or may not."""
    if step.corrects:
        return N_("“corrects” is not for the file: use “outreach batch correct”")
    if any(promise.kept_by not in {*known, ""} for promise in step.promises):
        return N_("a promise is kept by a step that is not in this campaign")
    return None


def _triggers(step: StepDefinition) -> tuple[object, ...]:
    return (step.on, step.after, step.on_outcome, step.event)
