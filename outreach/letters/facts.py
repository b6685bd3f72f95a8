"""What a letter says: plain frozen values, stored per delivery and hashed at approval.

Nothing here is looked up again when the letter is written, so that what was approved is what is
sent. Only the :class:`Seal` (number and letter date) comes later, at the signature.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from msgspec import Struct

from outreach.contacts.models import Contact, Organisation
from outreach.letters.enclosures import EnclosedFile
from outreach.partners.briefs import ProposedCity
from outreach.settings import Bilingual, Gender, Language, Settings, Signatory

DAY = "$day"
"""Key under which a date stands in stored campaign facts: JSON has no dates."""


class Frozen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value of a letter: an unknown or missing key in stored facts is an error."""


class PlaceFacts(Frozen, frozen=True):
    """A département, departamento or région. Satisfies ``language.names.Named``."""

    code: str
    name: str
    tncc: int | None = None
    kind: str = "departement"
    country: str = "FR"
    subtype: str | None = None
    official_name: str | None = None

    @classmethod
    def of(cls, organisation: Organisation) -> "PlaceFacts":
        """Take the facts of a row."""
        return cls(
            code=organisation.code,
            name=organisation.name,
            tncc=organisation.tncc,
            kind=organisation.kind,
            country=organisation.country,
            subtype=organisation.subtype,
            official_name=organisation.official_name,
        )


class OrganisationFacts(Frozen, frozen=True):
    """The organisation that is written to. Satisfies ``language.names.Named``."""

    code: str
    country: str
    kind: str
    name: str
    subtype: str | None = None
    official_name: str | None = None
    tncc: int | None = None
    departement: PlaceFacts | None = None
    region: PlaceFacts | None = None
    population: int | None = None
    themes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        organisation: Organisation,
        *,
        departement: Organisation | None = None,
        region: Organisation | None = None,
    ) -> "OrganisationFacts":
        """Take the facts of a row and of the two rows it lies in."""
        return cls(
            code=organisation.code,
            country=organisation.country,
            kind=organisation.kind,
            name=organisation.name,
            subtype=organisation.subtype,
            official_name=organisation.official_name,
            tncc=organisation.tncc,
            departement=None if departement is None else PlaceFacts.of(departement),
            region=None if region is None else PlaceFacts.of(region),
            population=organisation.population,
            themes=_themes(organisation.facts),
        )


class ContactFacts(Frozen, frozen=True):
    """The person or office that is written to.

    ``postal_lines`` is the whole address block, laid out by ``language.postal`` around
    :func:`outreach.letters.layout.recipient_lines`; empty where the letter does not go by post.
    ``source`` says in both languages where the address came from ("l’annuaire de l’administration
    (DILA)"): the first letter tells it.
    """

    code: str
    office: str
    gender: Gender | None = None
    first_name: str | None = None
    last_name: str | None = None
    title_override: str | None = None
    email: str | None = None
    postal_lines: tuple[str, ...] = ()
    source: Bilingual | None = None

    @classmethod
    def of(
        cls,
        contact: Contact,
        *,
        email: str | None,
        postal_lines: tuple[str, ...] = (),
        source: Bilingual | None = None,
    ) -> "ContactFacts":
        """Take the facts of a row, with the address chosen for this letter."""
        gender: Gender | None = None
        if contact.gender == "F":
            gender = "F"
        elif contact.gender == "M":
            gender = "M"
        return cls(
            code=contact.code,
            office=contact.office,
            gender=gender,
            first_name=contact.first_name,
            last_name=contact.last_name,
            title_override=contact.title_override,
            email=email,
            postal_lines=postal_lines,
            source=source,
        )


class CampaignFacts(Frozen, frozen=True):
    """What the campaign file says of the event.

    ``facts`` is in its stored form (see :meth:`of`); letters reach it through :meth:`in_`.
    """

    name: str
    title: Bilingual
    facts: dict[str, object] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, name: str, title: Bilingual, facts: Mapping[str, object]) -> "CampaignFacts":
        """Take the ``[facts]`` tables of a campaign file as TOML reads them (dates are dates)."""
        return cls(name=name, title=title, facts={key: _stored(it) for key, it in facts.items()})

    def in_(self, language: Language) -> dict[str, object]:
        """Return the facts for a letter in ``language``.

        A table whose keys are exactly ``fr`` and ``es`` becomes the words of that language; dates
        are dates again. ``nom``/``nombre`` and ``titre``/``titulo`` of the campaign are added.
        """
        own = {
            "nom": self.name,
            "nombre": self.name,
            "titre": self.title.in_(language),
            "titulo": self.title.in_(language),
        }
        return own | {key: _resolved(value, language) for key, value in self.facts.items()}


class CorrectedFacts(Frozen, frozen=True):
    """The letter that a correction corrects."""

    reference: str
    day: date


class InterestedFacts(Frozen, frozen=True):
    """A French authority that answered that the city which is written to interests it."""

    organisation: OrganisationFacts
    shared: tuple[Bilingual, ...] = ()
    """Themes of both."""
    grounds: tuple[Bilingual, ...] = ()
    """What else they have in common."""
    person: str = ""
    """Who there agreed to be named."""


class Facts(Frozen, frozen=True):
    """All that one letter says, but its number and date.

    A circular (``collective``) has neither contact nor organisation as far as its text goes; by
    post they are given for the address block alone.
    """

    language: Language
    campaign: CampaignFacts
    contact: ContactFacts | None = None
    organisation: OrganisationFacts | None = None
    received: tuple[str, ...] = ()
    """Names of the steps that this contact already received."""
    first_letter: bool = False
    """The first we ever write to this contact: source and right to object are told."""
    enclosures: tuple[str, ...] = ()
    files: tuple[EnclosedFile, ...] = ()
    """The files among what is enclosed: their bytes are approved with the letter."""
    promised_for: date | None = None
    """The day to which what was promised is put off."""
    cities: tuple[ProposedCity, ...] = ()
    """The cities proposed to the recipient by the list that a person released, best first."""
    interested: tuple[InterestedFacts, ...] = ()
    """Of a letter to a city: the authorities that answered that it interests them."""
    copies: tuple[str, ...] = ()
    collective: bool = False
    corrects: CorrectedFacts | None = None
    """Of a correction: the letter it corrects, where it is one letter."""
    own_text: str = ""
    """What stands in place of the template's text, as plain Markdown: retouched by hand."""


LetterFacts = Facts


class Seal(Struct, frozen=True, kw_only=True):
    """What only the signature decides."""

    reference: str
    """``S-EFRPR-25-1``; ``S-EFRPR-25-____`` in a draft."""
    day: date
    signed: bool = False
    """Only a signed letter shows the picture of the signature."""


class OfficeFacts(Frozen, frozen=True):
    """What is the same in every letter of this office in one language."""

    name: str
    place: str
    footer: tuple[str, ...]
    signatory_name: str
    signatory_function: str
    signatory_gender: Gender
    reply_address: str
    """Where a recipient writes to object."""
    country: str = "FR"
    signature: str = ""
    """The picture of the signature, a file of the letterhead."""

    @classmethod
    def of(
        cls, settings: Settings, language: Language, signatory: Signatory | None = None
    ) -> "OfficeFacts":
        """Take them from ``outreach.toml``; ``signatory`` where another one signs."""
        signs = signatory or settings.signatory
        return cls(
            name=settings.office.name.in_(language),
            place=settings.office.place.in_(language),
            footer=settings.office.footer,
            signatory_name=signs.name,
            signatory_function=signs.function.in_(language),
            signatory_gender=signs.gender,
            signature=signs.signature,
            reply_address=settings.sender.reply_to or settings.sender.address,
            country=settings.office.country,
        )


_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder(Facts)


def stored(facts: Facts | OfficeFacts) -> str:
    """Return the one JSON text of these facts: equal facts, equal text."""
    return _ENCODER.encode(facts).decode()


def read(text: str | bytes) -> Facts:
    """Return the facts that :func:`stored` wrote. Raises msgspec.ValidationError."""
    return _DECODER.decode(text)


def digest(facts: Facts | OfficeFacts) -> str:
    """Return the SHA-256 of the stored text."""
    return hashlib.sha256(_ENCODER.encode(facts)).hexdigest()


def _stored(value: object) -> object:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, Mapping):
        return {str(key): _stored(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_stored(each) for each in value]
    return value


def _themes(known: Mapping[str, object] | None) -> tuple[str, ...]:
    """Return the themes that a list or a profile gave an organisation."""
    themes = (known or {}).get("themes")  # a row not stored yet has none
    if not isinstance(themes, list):
        return ()
    return tuple(theme for theme in themes if isinstance(theme, str))


_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _resolved(value: object, language: Language) -> object:
    if isinstance(value, dict):
        if value.keys() == {"fr", "es"}:
            return _resolved(value[language], language)
        day = value.get(DAY)
        if len(value) == 1 and isinstance(day, str) and _ISO_DAY.fullmatch(day):
            return date.fromisoformat(day)
        return {key: _resolved(each, language) for key, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, language) for each in value]
    return value
