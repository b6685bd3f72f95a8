"""Messages that come back to a small office, and how its follow-ups stand."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
from msgspec import structs
from sqlalchemy import select

from outreach.campaigns import enrolments
from outreach.campaigns.models import Campaign, Enrolment, Step
from outreach.contacts import directory
from outreach.contacts.models import Contact, EmailAddress
from outreach.dispatch.models import Delivery
from outreach.inbox import arrivals
from outreach.inbox.arrivals import Desk, Origin, Passing
from outreach.inbox.models import Arrival, Effect, Task
from tests.dispatch.world import KEY, SECRETARY, World, unwritten

OURS = "mission@ambassade.example"
CAME = datetime(2025, 9, 8, 9, 0, tzinfo=UTC)
FILE = Origin("file", "message.eml")
HAVRE, LYON, IBAGUE = "FR:76351", "FR:200046977", "CO:73001"


@dataclass
class Office:
    """A world whose September letters left; its next step may be a reminder."""

    world: World
    chaser: bool = False
    both: bool = False
    number: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        definition = unwritten(self.world.definition, "fiches-villes")
        plan, promised = definition.file.steps, definition.step("fiches-villes")
        place = plan.index(promised)
        if self.both:
            reminder = structs.replace(
                promised,
                name="relance",
                kind="chaser",
                after=structs.replace(promised.after, days=15) if promised.after else None,
            )
            steps = (*plan[:place], reminder, *plan[place:])
        elif self.chaser:
            chaser = structs.replace(promised, kind="chaser")
            steps = (*plan[:place], chaser, *plan[place + 1 :])
        else:
            steps = plan
        self.world.definition = structs.replace(
            definition, file=structs.replace(definition.file, steps=steps)
        )
        self.world.send(self.world.signed())
        self.world.now = CAME

    def desk(self) -> Desk:
        with self.world.store.reading() as session:
            found = arrivals.desk(
                session,
                self.world.settings,
                key=KEY,
                folder=self.world.folder,
                actor=SECRETARY,
            )
        plans = {self.world.definition.name: self.world.definition}
        return Desk(found.settings, found.key, found.known, plans.get, found.actor)

    def take(self, raw: bytes) -> Arrival | Passing:
        with self.world.store.transaction() as session:
            return arrivals.take_in(session, raw, origin=FILE, now=self.world.now, desk=self.desk())

    def taken(self, raw: bytes) -> Arrival:
        found = self.take(raw)
        assert isinstance(found, Arrival)
        return found

    def letter(self, code: str) -> Delivery:
        with self.world.store.reading() as session:
            return session.scalars(
                select(Delivery)
                .join(Contact, Contact.id == Delivery.contact_id)
                .where(Contact.code == code)
                .order_by(Delivery.id)
            ).first() or pytest.fail(f"no letter to {code}")

    def message(
        self,
        text: str,
        *,
        sender: str = "Mairie <mairie@havre.example>",
        subject: str = "Re: Coopération",
        answers: str | None = HAVRE,
        **headers: str,
    ) -> bytes:
        """A message by a person or a program, as an answer to the letter to a contact."""
        self.number += 1
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, OURS, subject
        message["Date"] = format_datetime(self.world.now)
        message["Message-ID"] = f"<{self.number}@havre.example>"
        if answers is not None:
            message["In-Reply-To"] = self.letter(answers).message_id or ""
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        return message.as_bytes()

    def bounce(self, code: str, status: str, words: str) -> bytes:
        """A delivery report (RFC 3464) on the letter to a contact."""
        letter = self.letter(code)
        self.number += 1
        return (
            "From: MAILER-DAEMON@relay.example\n"
            f"To: {OURS}\nSubject: Undelivered Mail Returned to Sender\n"
            f"Message-ID: <dsn{self.number}@relay.example>\n"
            "MIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            f"--b\nContent-Type: text/plain\n\n{words}\n"
            "--b\nContent-Type: message/delivery-status\n\n"
            "Reporting-MTA: dns; relay.example\n\n"
            f"Final-Recipient: rfc822; {letter.address}\nAction: failed\nStatus: {status}\n"
            f"Diagnostic-Code: smtp; 550 {status} {words}\n\n"
            f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {letter.message_id}\n"
            f"To: {letter.address}\nSubject: x\n\nx\n--b--\n"
        ).encode()

    def follow_up(self, code: str) -> tuple[str, str | None]:
        """State and reason of a contact's follow-ups."""
        row = self.enrolment(code)
        return row.state, row.reason

    def enrolment(self, code: str) -> Enrolment:
        with self.world.store.reading() as session:
            return session.scalars(
                select(Enrolment)
                .join(Contact, Contact.id == Enrolment.contact_id)
                .where(Contact.code == code)
            ).one()

    def next_step(self, code: str) -> str | None:
        with self.world.store.reading() as session:
            return session.scalar(
                select(Step.name)
                .join(Enrolment, Enrolment.step_id == Step.id)
                .join(Contact, Contact.id == Enrolment.contact_id)
                .where(Contact.code == code)
            )

    def tasks(self) -> list[str]:
        """Kinds of the tasks that are open."""
        with self.world.store.reading() as session:
            return list(
                session.scalars(select(Task.kind).where(Task.done_at.is_(None)).order_by(Task.id))
            )

    def effects(self) -> list[str]:
        with self.world.store.reading() as session:
            return list(session.scalars(select(Effect.what).order_by(Effect.id)))

    def addresses(self, code: str) -> dict[str, str]:
        with self.world.store.reading() as session:
            contact = directory.find(session, code)
            return dict(
                session.execute(
                    select(EmailAddress.address, EmailAddress.state).where(
                        EmailAddress.contact_id == contact.id
                    )
                ).all()
            )

    def colleague(self, code: str, suffix: str, address: str) -> None:
        """Add another contact at the organisation of ``code``, enrolled as the first is."""
        with self.world.store.transaction() as session:
            first = directory.find(session, code)
            other = Contact(
                code=f"{code}/{suffix}",
                organisation_id=first.organisation_id,
                language=first.language,
                office=suffix,
                source="test",
                purpose="",
                created_at=self.world.now,
                emails=[EmailAddress(address=address)],
            )
            session.add(other)
            session.flush()
            campaign = session.scalars(select(Campaign)).one()
            enrolled = enrolments.of_contact(session, campaign, first.id)
            assert enrolled is not None
            session.add(
                Enrolment(
                    campaign_id=campaign.id,
                    contact_id=other.id,
                    state="active",
                    step_id=enrolled.step_id,
                    due_on=enrolled.due_on,
                )
            )
