"""A year of an office: its clock runs by itself, and what comes back comes by dice.

The dice are fixed by a seed, so that a year that went wrong goes wrong again.
"""

import heapq
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from msgspec import structs
from sqlalchemy import select

from outreach.campaigns import calendar
from outreach.campaigns.definition import FOLDER
from outreach.campaigns.definition import load as load_definition
from outreach.campaigns.models import Enrolment
from outreach.clock import local_date
from outreach.contacts.models import Contact, Kind, Membership
from outreach.dispatch import turns
from outreach.dispatch.carriers.base import Addressed, Receipt
from outreach.dispatch.carriers.maildir import Maildir
from outreach.dispatch.models import Batch, Delivery
from outreach.dispatch.release import NothingDueError
from outreach.dispatch.turns import Stock
from outreach.inbox import arrivals, deciding, recording
from outreach.inbox.arrivals import Desk, Origin
from outreach.inbox.deciding import Decision
from outreach.inbox.models import Arrival, Outcome, Way
from outreach.settings import Calendar
from tests.dispatch.world import (
    CAMPAIGN,
    KEY,
    SECRETARY,
    World,
    add_contact,
    add_organisation,
)

PLAN = """
title = { fr = "Une année", es = "Un año" }
audience = "demo"

[facts.rencontres]
edition = 16
mois = 2025-07-01
nom = { fr = "Rencontres", es = "Encuentros" }

[facts.association]
sigle = "Asointermedias"
nom = { fr = "Association", es = "Asociación" }

[events.conference]
on = 2026-05-20
"""
STEP = """
[[steps]]
name = "{name}"
title = {{ fr = "{name}", es = "{name}" }}
letters = [{{ letter = "remerciement-rencontres" }}]
{when}
"""
STEPS = {
    "septembre": 'on = 2025-09-01\npromises = [{ name = "fiches", kept_by = "fiches", '
    'text = { fr = "Les fiches", es = "Las fichas" } }]',
    "relance": 'after = { step = "septembre", days = 14 }\nkind = "chaser"',
    "fiches": 'after = { step = "septembre", days = 30 }\nkind = "promised"',
    "relance-2": 'after = { step = "relance", days = 15, working = true }\nkind = "chaser"\n'
    "only_if_not_bounced = true",
    "details": 'on_outcome = { outcome = "interested", days = 2, working = true }',
    "rendez-vous": 'after = { step = "details", days = 30 }',
    "voeux": 'on = 2026-01-05\nonly = { languages = ["fr"] }',
    "rappel": 'after = { step = "voeux", days = 28 }\nkind = "chaser"',
    "invitation": 'event = { name = "conference", before = 30 }\nskip_if_replied = true',
    "merci": 'event = { name = "conference", after = 2, working = true }\nin_elections = true',
}
RULES = """
[calendar]
closed = [2025-10-31, 2026-07-20]
pauses = [{ from = "12-24", to = "01-01" }, { from = "08-01", to = "08-31" }]

[[calendar.elections]]
name = { fr = "Élections", es = "Elecciones" }
country = "CO"
from = 2025-09-15
to = 2025-09-30
"""
FIRST = date(2025, 8, 25)
HOLIDAY_PLACES = ("75", "67", "57", "974", "971")


class CrashError(Exception):
    """The machine stops: nothing after this happens."""


class Fragile(Maildir):
    """A Maildir whose machine stops by dice: before a letter left, or right after."""

    window = 25

    def __init__(self, year: "Year") -> None:
        super().__init__(year.world.folder / "var" / "outbox")
        self._year = year

    def send(self, letters: Sequence[Addressed]) -> list[Receipt]:
        when = self._year.dice.random()
        if when < self._year.crashes / 2:
            raise CrashError
        receipts = super().send(letters)
        if when < self._year.crashes:
            raise CrashError
        return receipts


@dataclass
class Year:
    """An office, its dice, and what is on its way back to it."""

    world: World
    contacts: int
    days: int
    seed: int
    crashes: float = 0.1
    dice: random.Random = field(init=False)
    crashed: int = 0
    number: Iterator[int] = field(default_factory=itertools.count, init=False)
    post: list[tuple[datetime, int, str, int]] = field(default_factory=list, init=False)
    """What comes back: (when, running number, what, delivery)."""
    seen: set[int] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311  # no secret: the same year again
        world, folder = self.world, self.world.folder
        (folder / FOLDER).unlink()
        (folder / FOLDER).mkdir()
        text = PLAN + "".join(STEP.format(name=n, when=w) for n, w in STEPS.items())
        (folder / FOLDER / f"{CAMPAIGN}.toml").write_text(text, "utf-8")
        settings = folder / "outreach.toml"
        settings.write_text(settings.read_text("utf-8") + RULES, "utf-8")
        world.reopen()
        world.definition = load_definition(folder, CAMPAIGN)
        # Letters leave in the readers' hours, as to a mail server, though they go into a folder.
        world.settings = structs.replace(
            world.settings,
            mail=structs.replace(world.settings.mail, carrier="smtp", host="127.0.0.1"),
            sending=structs.replace(
                world.settings.sending, hours="08:00-18:00", pause_at_bounce_percent=0.0
            ),
        )
        self.people()

    @property
    def rules(self) -> Calendar:
        """The office's calendar."""
        return self.world.settings.calendar

    def people(self) -> None:
        """Towns of both countries, some with two contacts."""
        with self.world.store.transaction() as session:
            union = add_organisation(
                session, "CO:ASSOC-asointermedias", Kind.ASSOCIATION, "Asointermedias"
            )
            for number in range(self.contacts):
                colombian = number % 5 == 0
                code = f"CO:{number:05d}" if colombian else f"FR:{number:05d}"
                kind = Kind.MUNICIPIO if colombian else Kind.COMMUNE
                town = add_organisation(session, code, kind, f"Bourg-{number}", tncc=0)
                if colombian:
                    member = Membership(
                        organisation_id=town.id,
                        association_id=union.id,
                        role="member",
                        source="test",
                    )
                    session.add(member)
                else:
                    town.departement = HOLIDAY_PLACES[number % len(HOLIDAY_PLACES)]
                add_contact(
                    session,
                    town,
                    "alcalde" if colombian else "maire",
                    gender="F",
                    email=f"despacho@bourg-{number}.example",
                    language="es" if colombian else "fr",
                )

    def run(self) -> None:
        """Let the year pass, day by day; some days the machine is off."""
        self.world.now = datetime.combine(FIRST, time(7), UTC)
        self.world.start()
        asleep = 0
        for day in (FIRST + timedelta(days=n) for n in range(self.days)):
            if asleep:
                asleep -= 1
                continue
            if self.dice.random() < 0.01:
                asleep = self.dice.randint(2, 9)
                continue
            # The clock of the machine is wrong by hours now and then, and put right again.
            minutes = self.dice.randint(6 * 60, 20 * 60)
            self.world.now = datetime.combine(day, time(), UTC) + timedelta(minutes=minutes)
            self.pass_day(day)

    def pass_day(self, day: date) -> None:
        """Collect, release, approve, send; decide once a week."""
        self.collect()
        at_work = calendar.is_working_day(day, ("FR",))
        with self.world.store.transaction() as session:
            due = turns.due(
                session,
                self.world.definition,
                settings=self.world.settings,
                act=self.world.act(),
            )
        for step in due.steps:
            self.release(step, due.stock, at_work=at_work)
        self.send_all()
        if day.weekday() == 0:
            self.decide()

    def release(self, step: str, stock: Stock, *, at_work: bool) -> None:
        """Prepare a step; staff, where it is at work, checks, approves and signs."""
        try:
            number = self.world.prepare(step, stock).batch
        except NothingDueError:
            number = None
        if number is None:
            return
        self.world.step = step
        self.world.submit(number)
        self.world.approve(number)
        if at_work or self.dice.random() < 0.5:
            self.world.sign(number)
        else:
            self.waiting.append(number)

    waiting: list[int] = field(default_factory=list, init=False)

    def send_all(self) -> None:
        """Send what is signed and has not left; the machine may stop in the middle."""
        for number in self.waiting:
            self.world.sign(number)
        self.waiting.clear()
        with self.world.store.reading() as session:
            going = session.scalars(
                select(Batch.id).where(Batch.state.in_(("signed", "sending"))).order_by(Batch.id)
            ).all()
        for number in going:
            for _ in range(20):
                try:
                    self.world.send(number, Fragile(self))
                    break
                except CrashError:
                    # Claims of a dead machine are free again once their lease is over.
                    self.crashed += 1
                    self.world.now += timedelta(minutes=11)
        self.expect_answers()

    def expect_answers(self) -> None:
        """Throw the dice for each letter that left: what comes back of it, and when."""
        with self.world.store.reading() as session:
            fresh = session.execute(
                select(Delivery.id, Delivery.sent_at)
                .where(Delivery.sent_at.is_not(None), Delivery.id.not_in(self.seen))
                .order_by(Delivery.id)
            ).all()
        for id_, sent_at in fresh:
            assert sent_at is not None
            self.seen.add(id_)
            thrown = self.dice.random()
            for what, share in (
                ("reply", 0.10),
                ("absence", 0.05),
                ("bounce", 0.02),
                ("soft", 0.02),
                ("stop", 0.005),
                ("phone", 0.01),
            ):
                if thrown < share:
                    slow = what in {"reply", "stop", "phone"}
                    wait = timedelta(minutes=self.dice.randint(1, 25 * 24 * 60 if slow else 90))
                    heapq.heappush(self.post, (sent_at + wait, next(self.number), what, id_))
                    break
                thrown -= share

    def collect(self) -> None:
        """Take in what came since; some of it twice."""
        if not self.post or self.post[0][0] > self.world.now:
            return
        desk = self.desk()
        while self.post and self.post[0][0] <= self.world.now:
            came, number, what, delivery = heapq.heappop(self.post)
            with self.world.store.transaction() as session:
                letter = session.get_one(Delivery, delivery)
                contact = session.get_one(Contact, letter.contact_id)
                if what == "phone":
                    recording.record(
                        session,
                        self.world.definition,
                        contact,
                        way=Way.PHONE,
                        outcome=self.outcome(),
                        received_on=local_date(self.world.now, self.world.settings.zone),
                        today=local_date(self.world.now, self.world.settings.zone),
                        settings=self.world.settings,
                        act=self.world.act(),
                    )
                    continue
                raw = self.message(what, number, came, letter)
                origin = Origin("file", f"{number}.eml")
                for _ in range(self.dice.choice((1, 1, 2))):
                    found = arrivals.take_in(
                        session, raw, origin=origin, now=self.world.now, desk=desk
                    )
                assert isinstance(found, Arrival)
                if what == "reply":
                    deciding.judge_outcome(session, found, self.outcome(), self.world.act())

    def outcome(self) -> Outcome:
        """What a reply means: a third is interested."""
        return self.dice.choice((Outcome.INTERESTED, Outcome.LATER, Outcome.DECLINED))

    def desk(self) -> Desk:
        """What arrives is compared with."""
        with self.world.store.reading() as session:
            return arrivals.desk(
                session,
                self.world.settings,
                key=KEY,
                folder=self.world.folder,
                actor=SECRETARY,
            )

    def message(self, what: str, number: int, came: datetime, letter: Delivery) -> bytes:
        """A message by a person or a machine, on one letter."""
        if what in {"bounce", "soft"}:
            return report(letter, number, "5.1.1" if what == "bounce" else "4.2.2")
        message = EmailMessage()
        message["From"], message["To"] = letter.address, "mission@ambassade.example"
        message["Date"] = format_datetime(came)
        message["Message-ID"] = f"<{number}@bourg.example>"
        message["In-Reply-To"] = letter.message_id or ""
        if what == "absence":
            back = (came + timedelta(days=self.dice.randint(2, 30))).date()
            message["Subject"] = "Réponse automatique : absence"
            message["Auto-Submitted"] = "auto-replied"
            message.set_content(f"Je suis absente jusqu’au {back:%d/%m/%Y}.")
        elif what == "stop":
            message["Subject"] = "Re: Remerciements"
            message.set_content("Merci de ne plus nous écrire. Désinscription.")
        else:
            message["Subject"] = "Re: Remerciements"
            message.set_content("Merci de votre courrier. Nous vous appellerons bientôt.")
        return message.as_bytes()

    def decide(self) -> None:
        """Once a week a person decides on the promised letters that answers hold."""
        with self.world.store.transaction() as session:
            waiting = (
                select(Contact.organisation_id)
                .join(Enrolment, Enrolment.contact_id == Contact.id)
                .where(Enrolment.state == "held", Enrolment.held_until.is_(None))
            )
            there = (
                select(Arrival)
                .join(Contact, Contact.id == Arrival.contact_id)
                .where(Contact.organisation_id.in_(waiting))
                .order_by(Arrival.id)
            )
            for arrival in session.scalars(there).all():
                if deciding.held(session, arrival):
                    deciding.decide(
                        session,
                        arrival,
                        self.dice.choice((Decision.PLANNED, Decision.DECLINED)),
                        why="weekly meeting",
                        settings=self.world.settings,
                        act=self.world.act(),
                    )


def report(letter: Delivery, number: int, status: str) -> bytes:
    """Return a delivery report (RFC 3464) on one letter."""
    return (
        "From: MAILER-DAEMON@relay.example\nTo: mission@ambassade.example\n"
        f"Subject: Undelivered Mail Returned to Sender\nMessage-ID: <dsn{number}@relay.example>\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"'
        "\n\n--b\nContent-Type: text/plain\n\nUndeliverable\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.example\n\n"
        f"Final-Recipient: rfc822; {letter.address}\nAction: failed\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} undeliverable\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: {letter.message_id}\n"
        f"To: {letter.address}\nSubject: x\n\nx\n--b--\n"
    ).encode()
