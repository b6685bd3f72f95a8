"""What becomes of one due contact: a letter by a channel, or a reason why not. Decided purely."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec import structs
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach.campaigns import enrolments, promises
from outreach.campaigns.definition import Definition, StepDefinition, StepLetter
from outreach.campaigns.models import Step
from outreach.contacts import addresses, channels, suppressions
from outreach.contacts.models import Contact, Kind, Organisation, PostalAddress
from outreach.contacts.privacy import rights
from outreach.contacts.reference import SOURCES
from outreach.dispatch import batches, cityforms, history, introductions
from outreach.dispatch.cityforms import Forms
from outreach.dispatch.citysheets import Sheets
from outreach.dispatch.deliveries import CORRECTION, FREE, TURNS
from outreach.dispatch.introductions import Introductions
from outreach.dispatch.models import Batch, Delivery
from outreach.language import postal
from outreach.letters import layout
from outreach.letters.enclosures import EnclosedFile, Shelf
from outreach.letters.facts import (
    CampaignFacts,
    ContactFacts,
    CorrectedFacts,
    Facts,
    OrganisationFacts,
)
from outreach.partners.briefs import ProposedCity
from outreach.settings import Language, Settings


class Reason(StrEnum):
    """Why a contact gets no letter of this step in this batch."""

    NO_CONTACT = "no-contact"
    NO_ADDRESS = "no-address"
    BAD_ADDRESS = "bad-address"
    """Its postal address cannot be laid out in an envelope's window."""
    SUPPRESSED = "suppressed"
    NO_LETTER = "no-letter"
    SHARED_MAILBOX = "shared-mailbox"
    """Another contact of the organisation gets the one letter that goes to their mailbox."""
    ALREADY = "already"
    NOT_DUE = "not-due"
    OTHER_STEP = "other-step"
    HELD = "held"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A letter and how it travels."""

    place: int
    letter: StepLetter
    channel: str
    email: str | None
    post: PostalAddress | None


def choose(
    contact: Contact, step: StepDefinition, barred: Collection[str], *, prefer: str = "email"
) -> Chosen | Reason:
    """Decide on one contact whose turn it is.

    ``barred`` are the suppressed e-mail addresses. Where e-mail is barred, paper is no way around
    it: the person does not want to be written to. The channel is the contact's own wish, else the
    step's, else ``prefer``; where that has no good address, the other one.
    """
    organisation = contact.organisation
    found = step.letter_for(organisation.country, organisation.kind)
    if found is None:
        return Reason.NO_LETTER
    if any(email.address in barred for email in contact.emails):
        return Reason.SUPPRESSED
    channel = addresses.best_channel(contact, first=step.prefer or prefer)
    if isinstance(channel, addresses.NoChannel):
        return Reason.NO_ADDRESS
    place, letter = found
    return Chosen(
        place=place,
        letter=letter,
        channel=channel.name,
        email=channel.email,
        post=channel.post,
    )


def postal_lines(
    post: PostalAddress,
    contact: ContactFacts,
    organisation: OrganisationFacts,
    language: Language,
    settings: Settings,
) -> postal.Lines:
    """Return the lines of an envelope, and what is wrong with them."""
    return postal.lines(
        post,
        layout.recipient_lines(contact, organisation, language, settings.language),
        from_country=settings.office.country,
        language=language,
        accents=settings.language.capital_accents,
    )


class Places:
    """Départements, departamentos and régions by code: where an organisation lies."""

    def __init__(self, rows: Sequence[Organisation]) -> None:
        self._rows = {row.code: row for row in rows}

    def around(self, organisation: Organisation) -> OrganisationFacts:
        """Return the organisation's facts, with the département and région it lies in."""
        prefix = "FR:DEP-" if organisation.country == "FR" else "CO:"
        return OrganisationFacts.of(
            organisation,
            departement=self._rows.get(f"{prefix}{organisation.departement}"),
            region=self._rows.get(f"FR:REG-{organisation.region}"),
        )


class Corrected:
    """The letters of a batch that is corrected: their numbers and dates."""

    def __init__(self, session: Session, batch: int) -> None:
        rows = session.execute(
            select(Delivery.contact_id, Delivery.language, Delivery.reference, Batch.letter_day)
            .join(Batch, Batch.id == Delivery.batch_id)
            .where(
                Delivery.batch_id.in_(batches.with_supplements(session, batch)),
                Delivery.kind.in_((*TURNS, CORRECTION)),
                Delivery.reference.is_not(None),
                Batch.letter_day.is_not(None),
            )
        ).all()
        self._by_contact = {
            contact: CorrectedFacts(reference=reference or "", day=day)
            for contact, _, reference, day in rows
            if day is not None
        }
        self._by_language: dict[str, set[CorrectedFacts]] = {}
        for contact, language, _, _ in rows:
            self._by_language.setdefault(language, set()).add(self._by_contact[contact])

    def by(self, contact: int) -> CorrectedFacts | None:
        """Return the letter that this contact got."""
        return self._by_contact.get(contact)

    def by_all(self, language: Language) -> CorrectedFacts | None:
        """Return the one letter that everyone of a language got; None where they were several."""
        found = self._by_language.get(language, set())
        return next(iter(found)) if len(found) == 1 else None


class Mailboxes:
    """Lets one letter of a step into each mailbox of organisations that want it so."""

    def __init__(self, session: Session, step: Step | None) -> None:
        self._organisations = channels.one_letter_organisations(session)
        self._taken: dict[tuple[int, str], int] = {}
        if self._organisations and step is not None:
            rows = session.execute(
                select(Contact.organisation_id, Delivery.address, Delivery.contact_id)
                .join(Contact, Contact.id == Delivery.contact_id)
                .where(
                    Delivery.step_id == step.id,
                    Delivery.address.is_not(None),
                    Delivery.state.not_in(FREE),
                )
                .order_by(Delivery.id)
            )
            for organisation, address, contact in rows:
                self._taken.setdefault((organisation, (address or "").lower()), contact)

    def takes(self, contact: Contact, email: str) -> bool:
        """Say whether this contact's letter goes to its mailbox: the first one's does."""
        if contact.organisation_id not in self._organisations:
            return True
        place = (contact.organisation_id, email.lower())
        return self._taken.setdefault(place, contact.id) == contact.id


@dataclass(frozen=True, slots=True)
class Addressee:
    """One contact with what it gets: facts where a letter was chosen, else a reason."""

    contact: Contact
    chosen: Chosen | Reason
    facts: Facts | None


class Recipients:
    """Turns contacts into letters of one step: channel, template and facts, a chunk at a time."""

    def __init__(
        self, session: Session, definition: Definition, step: StepDefinition, settings: Settings
    ) -> None:
        self._session, self._step, self._settings = session, step, settings
        self._campaign = enrolments.require_started(session, definition.name)
        self._facts = CampaignFacts.of(
            definition.name, definition.file.title, definition.file.facts
        )
        self.shelf = Shelf(definition.office)
        self._corrected = Corrected(session, step.corrects) if step.corrects else None
        self._sheets = Sheets(session, definition.office, settings)
        self._introductions = (
            Introductions(session, definition.office, settings.partners, self._campaign.id)
            if introductions.tells(step)
            else None
        )
        self._promised_for = promises.put_off_to(session, self._campaign)
        self._forms = Forms()
        self._proposes = any(each.profile == "proposals" for each in step.enclosures)
        kinds = (Kind.DEPARTEMENT.value, Kind.REGION.value, Kind.DEPARTAMENTO.value)
        self._mailboxes = Mailboxes(
            session, enrolments.steps(session, self._campaign).get(step.name)
        )
        self._places = Places(
            session.scalars(select(Organisation).where(Organisation.kind.in_(kinds))).all()
        )

    def of(self, contacts: Sequence[int], key: bytes) -> list[Addressee]:
        """Return what each contact (by id) gets; ``key`` opens the suppression list."""
        rows = self._session.scalars(
            select(Contact)
            .where(Contact.id.in_(contacts))
            .options(
                joinedload(Contact.organisation),
                selectinload(Contact.emails),
                selectinload(Contact.posts),
            )
            .order_by(Contact.id)
        ).all()
        barred = suppressions.suppressed(
            self._session, key, [email.address for row in rows for email in row.emails]
        )
        received = history.received(
            self._session, self._campaign, self._settings.zone, list(contacts)
        )
        known = history.written_to(self._session, list(contacts))
        objecting = rights.objecting(self._session, contacts, self._campaign.name)
        return [
            Addressee(row, Reason.SUPPRESSED, None)
            if row.id in objecting
            else self._addressee(
                row, barred, tuple(sorted(received.get(row.id, ()))), row.id in known
            )
            for row in rows
        ]

    def circular(self, language: Language) -> Facts:
        """Return what a circular says: nothing of anyone."""
        return Facts(
            language=language,
            campaign=self._facts,
            enclosures=tuple(
                each.in_(language) for each in self._step.enclosures if cityforms.gets(each, None)
            ),
            copies=tuple(title.in_(language) for title in self._step.copies),
            corrects=self._corrected.by_all(language) if self._corrected else None,
            collective=True,
        )

    def _addressee(
        self,
        contact: Contact,
        barred: Collection[str],
        received: tuple[str, ...],
        known: bool,  # noqa: FBT001  # one call, above
    ) -> Addressee:
        chosen = choose(contact, self._step, barred, prefer=self._settings.sending.prefer)
        if isinstance(chosen, Reason):
            return Addressee(contact, chosen, None)
        if chosen.email is not None and not self._mailboxes.takes(contact, chosen.email):
            return Addressee(contact, Reason.SHARED_MAILBOX, None)
        language: Language = "es" if contact.language == "es" else "fr"
        organisation = self._places.around(contact.organisation)
        source = SOURCES.get(contact.source)
        facts = ContactFacts.of(contact, email=chosen.email, source=source)
        if chosen.post is not None:
            lines = postal_lines(chosen.post, facts, organisation, language, self._settings)
            if lines.problems:
                return Addressee(contact, Reason.BAD_ADDRESS, None)
            facts = structs.replace(facts, postal_lines=lines.lines)
        cities = self._sheets.cities(contact.organisation) if self._proposes else ()
        return Addressee(
            contact,
            chosen,
            structs.replace(
                self.circular(language),
                files=self._files(contact, language, cities),
                enclosures=self._titles(contact.organisation, language, cities),
                cities=cities,
                interested=self._introductions.of(contact.organisation, self._places.around)
                if self._introductions
                else (),
                promised_for=self._promised_for,
                contact=facts,
                organisation=organisation,
                received=received,
                first_letter=not known,
                corrects=self._corrected.by(contact.id) if self._corrected else None,
                collective=False,
            ),
        )

    def data(self, file: EnclosedFile) -> bytes:
        """Return the bytes of a file that a letter encloses."""
        return self._sheets.data(file) or self._forms.data(file) or self.shelf.data(file)

    def _titles(
        self, organisation: Organisation, language: Language, cities: Sequence[ProposedCity]
    ) -> tuple[str, ...]:
        """Return what stands after P.J.: each city's sheet has its own title."""
        return tuple(
            title
            for each in self._step.enclosures
            if cityforms.gets(each, organisation)
            for title in (
                (self._sheets.title(each, city, language) for city in cities)
                if each.profile == "proposals" and cities
                else (each.in_(language),)
            )
        )

    def _files(
        self, contact: Contact, language: Language, cities: Sequence[ProposedCity]
    ) -> tuple[EnclosedFile, ...]:
        """Return the files that this contact's letter encloses."""
        found: list[EnclosedFile] = []
        for each in self._step.enclosures:
            if not cityforms.gets(each, contact.organisation):
                continue
            if each.profile == "project-form":
                found.append(self._forms.file(each, contact.organisation, language))
            elif each.profile:
                found += self._sheets.files(each, contact.organisation, cities, language)
            elif each.file:
                found.append(
                    self.shelf.find(
                        each.file,
                        each.in_(language),
                        contact=contact.code,
                        organisation=contact.organisation.code,
                        language=language,
                    )
                )
        return tuple(found)
