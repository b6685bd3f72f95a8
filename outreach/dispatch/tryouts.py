"""A letter on trial: written for one contact from the folder as it stands, without a batch."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec import structs
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import definition as definitions
from outreach.campaigns.definition import Definition, StepDefinition
from outreach.clock import local_date
from outreach.contacts import addresses, directory
from outreach.contacts.models import Kind, Organisation
from outreach.contacts.reference import SOURCES
from outreach.dispatch import register
from outreach.dispatch.recipients import Places
from outreach.language import postal
from outreach.letters import layout
from outreach.letters.catalogue import Letterhead, Source
from outreach.letters.compiling import Press
from outreach.letters.facts import CampaignFacts, ContactFacts, Facts, OfficeFacts, Seal
from outreach.settings import Bilingual, Language, Settings


def seal(settings: Settings, moment: datetime) -> Seal:
    """Return the number and date that a letter shows before it is signed."""
    day = local_date(moment, settings.zone)
    return Seal(reference=register.blank(settings.register.format, day.year), day=day)


def press(
    folder: Path, settings: Settings, source: Source, step: StepDefinition | None = None
) -> Press:
    """Return what writes a text. Raises TemplateError where it is not sound, LetterheadError."""
    return Press(
        source,
        Letterhead.read(folder),
        OfficeFacts.of(settings, source.language, settings.signing(step.signatory if step else "")),
        profile=settings.language,
        window=settings.window,
    )


def plans(folder: Path, letter: str | None) -> Sequence[Definition]:
    """Return the campaigns that send a letter; where none does, all of them."""
    every = [definitions.load(folder, name) for name in definitions.names(folder)]
    users = [plan for plan in every if letter is not None and step_of(plan, letter)]
    return users or every


def step_of(plan: Definition, letter: str | None) -> StepDefinition | None:
    """Return the step that sends a letter."""
    for step in plan.file.steps:
        if any(letter in {each.letter, each.cover} for each in step.letters):
            return step
    return None


def facts(
    session: Session,
    settings: Settings,
    code: str,
    language: Language,
    *,
    plan: Definition | None = None,
    letter: str | None = None,
    received: tuple[str, ...] = (),
    collective: bool = False,
) -> Facts:
    """Return what is known for a contact's letter; ``collective``: for nobody in particular.

    Raises UnknownContactError.
    """
    contact = directory.find(session, code)
    step = plan and step_of(plan, letter)
    told = Facts(
        language=language,
        campaign=_campaign(plan),
        enclosures=tuple(each.in_(language) for each in step.enclosures) if step else (),
        copies=tuple(each.in_(language) for each in step.copies) if step else (),
        collective=collective,
    )
    if collective:
        return told
    organisation = _places(session).around(contact.organisation)
    email = addresses.best_channel(contact, ("email",))
    person = ContactFacts.of(
        contact,
        email=email.email if isinstance(email, addresses.Channel) else None,
        source=SOURCES.get(contact.source),
    )
    paper = addresses.best_channel(contact, ("post",))
    if isinstance(paper, addresses.Channel) and paper.post is not None:
        lines = postal.lines(
            paper.post,
            layout.recipient_lines(person, organisation, language, settings.language),
            from_country=settings.office.country,
            language=language,
            accents=settings.language.capital_accents,
        )
        person = structs.replace(person, postal_lines=lines.lines)
    return structs.replace(
        told,
        contact=person,
        organisation=organisation,
        received=received,
        first_letter=not received,
    )


def _places(session: Session) -> Places:
    kinds = (Kind.DEPARTEMENT, Kind.REGION, Kind.DEPARTAMENTO)
    return Places(session.scalars(select(Organisation).where(Organisation.kind.in_(kinds))).all())


def _campaign(plan: Definition | None) -> CampaignFacts:
    if plan is None:
        return CampaignFacts.of("", Bilingual(fr="", es=""), {})
    return CampaignFacts.of(plan.name, plan.file.title, plan.file.facts)
