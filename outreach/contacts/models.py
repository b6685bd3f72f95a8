"""Organisations, contacts and their addresses."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.db import Base, UtcDateTime


class Kind(StrEnum):
    """What an organisation is."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    TERRITOIRE = "territoire"
    MUNICIPIO = "municipio"
    DEPARTAMENTO = "departamento"
    ASSOCIATION = "association"


class AddressState(StrEnum):
    """Whether an address may be used."""

    GOOD = "good"
    BOUNCED = "bounced"
    RETURNED = "returned"
    RETIRED = "retired"


class Organisation(Base):
    """A local authority or association, keyed by its official code.

    ``code`` is the country and the official code: ``FR:76351`` (INSEE commune), ``FR:200040715``
    (SIREN of an EPCI), ``FR:DEP-76``, ``FR:REG-28``, ``FR:COM-975``, ``CO:05001`` (DIVIPOLA
    municipio), ``CO:05`` (departamento), ``CO:ASSOC-asointermedias``.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        Index("ix_organisation_country_kind", "country", "kind"),
        # Counting a segment reads this and no whole row.
        Index(
            "ix_organisation_segments",
            *("country", "kind", "vanished_on", "population", "departement", "region"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    country: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(20))
    subtype: Mapped[str | None] = mapped_column(String(40))
    """EPCI: CC, CA, CU, METRO, MET69; municipio: DIVIPOLA's type."""
    name: Mapped[str] = mapped_column(String(200), index=True)
    """As printed: ``Le Havre``; for an EPCI the long name; for a municipio the usual name."""
    official_name: Mapped[str | None] = mapped_column(String(200))
    """Where it differs from ``name``: ``San José de Cúcuta``."""
    tncc: Mapped[int | None]
    """INSEE's article code 0-8; None where there is none (EPCI, overseas territories, Colombia)."""
    siren: Mapped[str | None] = mapped_column(String(9), index=True)
    departement: Mapped[str | None] = mapped_column(String(5), index=True)
    """Code of the département or departamento (of the first one for an EPCI)."""
    region: Mapped[str | None] = mapped_column(String(5), index=True)
    epci: Mapped[str | None] = mapped_column(String(9), index=True)
    """SIREN of the commune's EPCI."""
    population: Mapped[int | None] = mapped_column(index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    facts: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    """What else the reference says: zone, postcodes, capital, DNP class."""
    source: Mapped[str] = mapped_column(String(60), index=True)
    """Name of the reference file or list it came from."""
    vanished_on: Mapped[date | None]
    """No longer in the newest reference file; never deleted, letters point to it."""

    contacts: Mapped[list["Contact"]] = relationship(back_populates="organisation")


class Contact(Base):
    """A person or office at an organisation that we may write to.

    ``code`` names it for people: the organisation's code for its head (``FR:76351``), with a
    suffix for others (``FR:76351/dgs``).
    """

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    office: Mapped[str] = mapped_column(String(40))
    """Function in ``language.address``: maire, president, alcalde, gobernador..."""
    gender: Mapped[str | None] = mapped_column(String(1))
    """F or M as the source says; None where unknown. Never guessed."""
    first_name: Mapped[str | None] = mapped_column(String(100))
    last_name: Mapped[str | None] = mapped_column(String(100))
    title_override: Mapped[str | None] = mapped_column(String(100))
    """What the person prefers to be called: ``Madame le Maire``."""
    phone: Mapped[str | None] = mapped_column(String(60))
    preferred_channel: Mapped[str | None] = mapped_column(String(10))
    mandate_end: Mapped[date | None]
    verified_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(60), index=True)
    purpose: Mapped[str] = mapped_column(Text, default="")
    example: Mapped[bool] = mapped_column(default=False)
    """From an example list: the addresses are under reserved domains."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship(back_populates="contacts")
    emails: Mapped[list["EmailAddress"]] = relationship(
        back_populates="contact", order_by="EmailAddress.position"
    )
    posts: Mapped[list["PostalAddress"]] = relationship(
        back_populates="contact", order_by="PostalAddress.position"
    )


class EmailAddress(Base):
    """One e-mail address of a contact, best first."""

    __tablename__ = "email_address"
    __table_args__ = (UniqueConstraint("contact_id", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    address: Mapped[str] = mapped_column(String(320), index=True)
    position: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default=AddressState.GOOD.value)

    contact: Mapped[Contact] = relationship(back_populates="emails")


class PostalAddress(Base):
    """One postal address of a contact, as data; ``language.postal`` lays out the lines."""

    __tablename__ = "postal_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    service: Mapped[str | None] = mapped_column(String(200))
    building: Mapped[str | None] = mapped_column(String(200))
    street: Mapped[str | None] = mapped_column(String(200))
    box: Mapped[str | None] = mapped_column(String(100))
    """Lieu-dit or boîte postale."""
    postcode: Mapped[str | None] = mapped_column(String(10))
    town: Mapped[str] = mapped_column(String(100))
    """With CEDEX where there is one; in Colombia the municipio."""
    district: Mapped[str | None] = mapped_column(String(100))
    """The departamento in Colombia."""
    country: Mapped[str] = mapped_column(String(2))
    position: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default=AddressState.GOOD.value)

    contact: Mapped[Contact] = relationship(back_populates="posts")


class Membership(Base):
    """An organisation's place in an association, dated."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("organisation_id", "association_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    association_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    """``member`` or ``partner``."""
    since: Mapped[date | None]
    until: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text)


class Suppression(Base):
    """Do not contact: the keyed hash of an address, never the address. Survives erasure."""

    __tablename__ = "suppression"

    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64), unique=True)
    reason: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReferenceFile(Base):
    """One reference file as last loaded: when its bytes are the same, nothing is to be done."""

    __tablename__ = "reference_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
