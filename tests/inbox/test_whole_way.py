"""Out through postfix, back through dovecot: the follow-ups react to what really comes back."""

from collections import Counter
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

from msgspec import structs
from sqlalchemy import select

from outreach.campaigns.models import Enrolment
from outreach.contacts.models import Contact, EmailAddress
from outreach.db import Store
from outreach.dispatch.carriers.connection import Server
from outreach.dispatch.carriers.mailbox import Mailbox
from outreach.dispatch.carriers.smtp import Smtp
from outreach.inbox import fetching, landmarks
from outreach.inbox.arrivals import Desk
from outreach.inbox.models import MailboxCursor
from tests.dispatch.world import KEY, SECRETARY, World, quiet
from tests.inbox.office import HAVRE, IBAGUE, LYON
from tests.mailservers import PASSWORD, MailServers

OURS, BOUNCES = "courrier@ambassade.example", "retours@ambassade.example"
MAYOR, ABSENT, GONE = "mairie@mairies.example", "copie@mairies.example", "nadie@mairies.example"
LIVE_AT = {"mairie@havre.example": MAYOR, "contact@lyon.example": ABSENT}


def test_a_reply_an_absence_and_an_unknown_mailbox_come_back_and_act(
    store: Store, office: Path, mail_servers: MailServers
) -> None:
    world = World(store, office)
    send_letters(world, mail_servers)
    answer(mail_servers, MAYOR, "Bonjour, nous sommes intéressés.", subject="Re: votre lettre")
    answer(
        mail_servers,
        ABSENT,
        "Je suis absente jusqu'au 6 octobre 2025 inclus.",
        subject="Réponse automatique",
        automatic=True,
    )
    mail_servers.wait_for(OURS, where=lambda raw: b"auto-replied" in raw)
    mail_servers.wait_for(OURS, where=lambda raw: b"votre lettre" in raw)
    mail_servers.wait_for(BOUNCES, where=lambda raw: GONE.encode() in raw)
    kinds = read(world, mail_servers, OURS) + read(world, mail_servers, BOUNCES)
    assert kinds == Counter({"reply": 1, "auto-reply": 1, "bounce": 1})
    assert follow_up(world, HAVRE) == ("held", "replied", "2025-10-01")
    assert follow_up(world, LYON) == ("active", None, "2025-10-08")
    assert follow_up(world, IBAGUE)[:2] == ("completed", None)
    states = world.states()
    assert [states[code] for code in (HAVRE, LYON, IBAGUE)] == ["sent", "sent", "bounced"]


def send_letters(world: World, servers: MailServers) -> None:
    """Sign the September letters and hand them to postfix, each with a return path of its own."""
    mail = structs.replace(world.settings.mail, bounce_address=BOUNCES)
    sender = structs.replace(world.settings.sender, address=OURS, reply_to="")
    world.settings = structs.replace(world.settings, mail=mail, sender=sender)
    world.people()
    with world.store.transaction() as session:
        for email in session.scalars(select(EmailAddress)):
            email.address = LIVE_AT.get(email.address, GONE)
    world.start()
    number = world.prepare().batch
    assert number is not None
    world.submit(number)
    world.approve(number)
    world.sign(number)
    server = Server(
        host=servers.host, port=servers.smtp_port, security="none", user="", secret=None
    )
    assert world.send(number, Smtp(server)).sent == 3


def answer(
    servers: MailServers, who: str, text: str, *, subject: str, automatic: bool = False
) -> None:
    """Answer the letter that arrived at an address."""
    letter = message_from_bytes(servers.wait_for(who))
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = who, OURS, subject
    message["In-Reply-To"] = letter["Message-ID"]
    if automatic:
        message["Auto-Submitted"] = "auto-replied"
    message.set_content(text)
    servers.deliver(who, [OURS], message.as_bytes())


def read(world: World, servers: MailServers, account: str) -> Counter[str]:
    """Read an account as the office's mailbox; return what came, by kind."""
    with world.store.reading() as session:
        known = landmarks.survey(session, world.settings, key=KEY)
    plans = {world.definition.name: world.definition}
    desk = Desk(world.settings, KEY, known, plans.get, SECRETARY)
    server = Server(
        host=servers.host,
        port=servers.imap_port,
        security="none",
        user=account,
        secret=lambda: PASSWORD,
    )
    told = fetching.fetch(
        world.store,
        Mailbox(server),
        "INBOX",
        sent="",
        desk=lambda _: desk,
        clock=world.clock,
        progress=quiet,
    )
    with world.store.transaction() as session:  # the next account's folder has the same name
        for cursor in session.scalars(select(MailboxCursor)):
            session.delete(cursor)
    return told.kinds


def follow_up(world: World, code: str) -> tuple[str, str | None, str]:
    """State, reason and day of a contact's follow-up."""
    with world.store.reading() as session:
        row = session.scalars(
            select(Enrolment)
            .join(Contact, Contact.id == Enrolment.contact_id)
            .where(Contact.code == code)
        ).one()
        return row.state, row.reason, str(row.due_on)
