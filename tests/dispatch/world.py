"""A small office with real letters: six organisations, two people, a clock that stands still."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import structs
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.campaigns import definition as definitions
from outreach.campaigns.definition import Definition
from outreach.contacts.models import (
    Contact,
    EmailAddress,
    Kind,
    Membership,
    Organisation,
    PostalAddress,
)
from outreach.db import Store
from outreach.dispatch import (
    approval,
    audience,
    batches,
    paper,
    preflight,
    release,
    sending,
    signing,
)
from outreach.dispatch import pressroom as pressrooms
from outreach.dispatch.carriers.base import Carrier
from outreach.dispatch.carriers.maildir import Maildir
from outreach.dispatch.composing import Composer
from outreach.dispatch.ledger import Tally
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.pace.pacer import NO_PATIENCE, Patience
from outreach.dispatch.paper import Printed
from outreach.dispatch.release import Prepared
from outreach.dispatch.signing import Signed
from outreach.dispatch.turns import Stock
from outreach.dispatch.visiting import Visit
from outreach.journal import Act
from outreach.settings import Bilingual, Settings, load

CAMPAIGN = "asointermedias-2025"
STEP = "suivi-septembre"
SECRETARY, MANAGER, CHIEF = "Maria", "Jean", "Ana"
KEY = bytes(32)


def quiet(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


@dataclass
class World:
    """An office in which a test can go through the whole journey."""

    store: Store
    folder: Path
    now: datetime = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)
    step: str = STEP
    """Whose letters are written."""
    settings: Settings = field(init=False)
    definition: Definition = field(init=False)

    def reopen(self) -> None:
        """Read the office's files, as a second process does."""
        self.now = World.now
        self.settings = load(self.folder)
        self.definition = definitions.load(self.folder, CAMPAIGN)

    def __post_init__(self) -> None:
        self.reopen()
        with self.store.transaction() as session:
            for name, role in (
                (SECRETARY, Role.SECRETARY),
                (MANAGER, Role.MANAGER),
                (CHIEF, Role.ADMINISTRATOR),
            ):
                users.add(session, name, role, self.act())

    def act(self, actor: str = SECRETARY) -> Act:
        return Act(actor, self.now)

    def clock(self) -> datetime:
        return self.now

    def people(self) -> None:
        """Six organisations: by e-mail, by post, without address, without contact; both countries."""
        with self.store.transaction() as session:
            add_organisation(session, "FR:REG-28", Kind.REGION, "Normandie", tncc=0)
            add_organisation(session, "FR:DEP-76", Kind.DEPARTEMENT, "Seine-Maritime", tncc=3)
            havre = add_organisation(session, "FR:76351", Kind.COMMUNE, "Le Havre", tncc=2)
            add_contact(session, havre, "maire", gender="M", email="mairie@havre.example")
            nice = add_organisation(session, "FR:06088", Kind.COMMUNE, "Nice", tncc=0)
            add_contact(session, nice, "maire", gender="F", street="5 rue de la Paix", town="Nice")
            lyon = add_organisation(
                session, "FR:200046977", Kind.EPCI, "Métropole de Lyon", subtype="MET69"
            )
            add_contact(session, lyon, "president", gender="F", email="contact@lyon.example")
            paris = add_organisation(session, "FR:75056", Kind.COMMUNE, "Paris", tncc=0)
            add_contact(session, paris, "maire", gender="F")
            add_organisation(session, "FR:98818", Kind.COMMUNE, "Nouméa")
            ibague = add_organisation(session, "CO:73001", Kind.MUNICIPIO, "Ibagué")
            add_contact(session, ibague, "alcalde", email="despacho@ibague.example", language="es")
            union = add_organisation(
                session, "CO:ASSOC-asointermedias", Kind.ASSOCIATION, "Asointermedias"
            )
            session.add(
                Membership(
                    organisation_id=ibague.id, association_id=union.id, role="member", source="test"
                )
            )

    def many(self, count: int) -> None:
        """``count`` communes with an e-mail address each."""
        with self.store.transaction() as session:
            for number in range(count):
                town = add_organisation(
                    session, f"FR:{number:05d}", Kind.COMMUNE, f"Bourg-{number}", tncc=0
                )
                address = f"mairie@bourg-{number}.example"
                add_contact(session, town, "maire", gender="F", email=address)

    def start(self) -> int:
        with self.store.transaction() as session:
            found = audience.of(session, self.folder, "demo")
            return audience.start(
                session,
                self.definition,
                found,
                settings=self.settings,
                typed=len(found.contacts),
                act=self.act(CHIEF),
            )

    def prepare(self, step: str = STEP, stock: Stock | None = None) -> Prepared:
        with self.store.transaction() as session:
            return release.prepare(
                session,
                self.definition,
                step,
                settings=self.settings,
                key=KEY,
                audience=None,
                audience_name=None,
                act=self.act(),
                stock=stock,
            )

    def room(self, number: int | None = None) -> pressrooms.Pressroom:
        """The material of a batch's step as it is now; of the world's own without a number."""
        step = self.step
        if number is not None:
            with self.store.reading() as session:
                _, step = batches.campaign_of(session, batches.find(session, number))
        return pressrooms.from_folder(self.folder, self.settings, self.definition, step)

    def check(self, number: int, visit: Visit | None = None) -> list[preflight.Line]:
        with self.store.reading() as session:
            return preflight.check(
                session,
                batches.find(session, number),
                self.room(number),
                settings=self.settings,
                act=self.act(),
                progress=quiet,
                present=preflight.Present(self.definition, KEY),
                visit=visit,
            )

    def submit(self, number: int, actor: str = SECRETARY) -> int:
        with self.store.transaction() as session:
            return approval.submit(
                session,
                batches.find(session, number),
                self.definition,
                self.room(number),
                self.act(actor),
            )

    def approve(self, number: int, actor: str = MANAGER, alone: str | None = None) -> str:
        with self.store.transaction() as session:
            return approval.approve(
                session,
                batches.find(session, number),
                self.definition,
                self.room(number),
                settings=self.settings,
                key=KEY,
                alone=alone,
                act=self.act(actor),
            )

    def sign(self, number: int, numbers: tuple[str, ...] = (), scan: bytes | None = None) -> Signed:
        with self.store.transaction() as session:
            batch = batches.find(session, number)
            return signing.sign(
                session,
                batch,
                pressrooms.from_archive(session, batch.material or {}),
                signing.Signature(mandate=None if scan else "Délégation", scan=scan),
                settings=self.settings,
                key=KEY,
                numbers=numbers,
                act=self.act(MANAGER),
            )

    def signed(self, many: int = 0) -> int:
        """Go from nothing to a signed batch."""
        if many:
            self.many(many)
        else:
            self.people()
        self.start()
        number = self.prepare().batch
        assert number is not None
        self.submit(number)
        self.approve(number)
        self.sign(number)
        return number

    def carrier(self) -> Maildir:
        return Maildir(self.folder / "var" / "outbox")

    def send(
        self,
        number: int,
        carrier: Carrier | None = None,
        *,
        patience: Patience = NO_PATIENCE,
        alone: bool = False,
        any_hour: bool = False,
    ) -> Tally:
        return sending.send(
            self.store,
            number,
            self.definition,
            carrier or self.carrier(),
            settings=self.settings,
            key=KEY,
            clock=self.clock,
            actor=SECRETARY,
            progress=quiet,
            patience=patience,
            alone=alone,
            any_hour=any_hour,
        )

    def patience(self, most: timedelta = timedelta(days=30)) -> Patience:
        """Wait by moving this world's clock, in long steps."""

        def sleep(seconds: float) -> None:
            self.now += timedelta(seconds=60 * seconds)

        return Patience(most=most, sleep=sleep)

    def print(self, number: int, *, again: bool = False) -> Printed:
        with self.store.transaction() as session:
            batch = batches.find(session, number)
            room = pressrooms.from_archive(session, batch.material or {})
            return paper.print_batch(
                session,
                batch,
                Composer(batch, room, self.now),
                self.folder / "var" / "print",
                again=again,
                progress=quiet,
                act=self.act(),
            )

    def outbox(self) -> list[Path]:
        return sorted((self.folder / "var" / "outbox" / "new").glob("*"))

    def states(self) -> dict[str, str]:
        """Each contact's delivery state for the September step."""
        with self.store.reading() as session:
            return dict(
                session.execute(
                    select(Contact.code, Delivery.state)
                    .join(Delivery, Delivery.contact_id == Contact.id)
                    .join(Batch, Batch.id == Delivery.batch_id)
                    .order_by(Contact.code)
                ).all()
            )


def unwritten(definition: Definition, step: str) -> Definition:
    """The plan as it was before anyone wrote the letter of a step."""
    steps = tuple(
        structs.replace(
            each,
            letters=(),
            enclosures=(),
            letter_to_come=Bilingual(fr="elle attend les fiches", es="espera las fichas"),
        )
        if each.name == step
        else each
        for each in definition.file.steps
    )
    return structs.replace(definition, file=structs.replace(definition.file, steps=steps))


def add_organisation(
    session: Session,
    code: str,
    kind: Kind,
    name: str,
    *,
    tncc: int | None = None,
    subtype: str | None = None,
) -> Organisation:
    organisation = Organisation(
        code=code,
        country=code[:2],
        kind=kind.value,
        name=name,
        tncc=tncc,
        subtype=subtype,
        departement="76" if code == "FR:76351" else None,
        region="28" if code == "FR:76351" else None,
        population=100_000,
        facts={},
        source="test",
    )
    session.add(organisation)
    session.flush()
    return organisation


def add_contact(
    session: Session,
    organisation: Organisation,
    office: str,
    *,
    gender: str | None = None,
    email: str | None = None,
    street: str | None = None,
    town: str | None = None,
    language: str = "fr",
) -> Contact:
    contact = Contact(
        code=organisation.code,
        organisation_id=organisation.id,
        language=language,
        office=office,
        gender=gender,
        source="france_mairies.csv",
        purpose="",
        created_at=datetime(2025, 1, 1, tzinfo=UTC),
        emails=[EmailAddress(address=email)] if email else [],
        posts=[PostalAddress(street=street, postcode="06000", town=town, country="FR")]
        if town
        else [],
    )
    session.add(contact)
    session.flush()
    return contact
