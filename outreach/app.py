"""Composition root: the only place that chooses real adapters."""

import threading
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from outreach.accounts import identities as _identities  # noqa: F401  # its table
from outreach.accounts import notices as _notices  # noqa: F401  # its table
from outreach.accounts import signin as _signin  # noqa: F401  # its tables and those it needs
from outreach.accounts import tokens as _tokens  # noqa: F401  # its table
from outreach.campaigns import merges as _of_enrolments
from outreach.campaigns import models as _campaigns  # noqa: F401  # its tables
from outreach.campaigns import privacy as _enrolled
from outreach.campaigns import situations
from outreach.clock import Clock, clock_on, system_clock
from outreach.contacts import channels as _channels  # noqa: F401  # its table
from outreach.contacts import merging, officekey, segments, succession
from outreach.contacts import models as _contacts  # noqa: F401  # its tables
from outreach.contacts.importing import models as _importing  # noqa: F401  # its tables
from outreach.contacts.privacy import cards as _cards
from outreach.contacts.privacy import models as _privacy  # noqa: F401  # its tables
from outreach.contacts.privacy.holding import HOLDERS
from outreach.db import Store
from outreach.dispatch import commitments, credentials, homes, introductions, sentcopies
from outreach.dispatch import criteria as _of_letters
from outreach.dispatch import lots as _lots  # noqa: F401  # its tables
from outreach.dispatch import merges as _of_deliveries
from outreach.dispatch import models as _dispatch  # noqa: F401  # its tables
from outreach.dispatch import preapprovals as _preapprovals  # noqa: F401  # its tables
from outreach.dispatch import privacy as _letters
from outreach.dispatch import shifts as _shifts  # noqa: F401  # its table
from outreach.dispatch.carriers import connection
from outreach.dispatch.carriers.base import Carrier
from outreach.dispatch.carriers.connection import Server
from outreach.dispatch.carriers.drafts import UNSENT, Drafts, EmlFolder
from outreach.dispatch.carriers.mailbox import Mailbox
from outreach.dispatch.carriers.maildir import Maildir
from outreach.dispatch.carriers.several import Several
from outreach.dispatch.carriers.smtp import Lookup, Smtp
from outreach.dispatch.homes import Place
from outreach.dispatch.pace import models as _pace  # noqa: F401  # its tables
from outreach.dispatch.postmark import Postmark
from outreach.dispatch.sentcopies import Laid
from outreach.dispatch.visiting import Visit, Visitor
from outreach.errors import N_, OutreachError
from outreach.inbox import arrivals, fetching, watching
from outreach.inbox import criteria as _of_replies
from outreach.inbox import interest as _interest
from outreach.inbox import models as _inbox  # noqa: F401  # its tables
from outreach.inbox import outcomes as _outcomes
from outreach.inbox import privacy as _replies
from outreach.inbox.arrivals import Desk
from outreach.inbox.fetching import Fetched, Progress
from outreach.keeping import domain, mailserver, places, restoring, witnesses
from outreach.keeping import models as _keeping  # noqa: F401  # its tables
from outreach.keeping.findings import Finding
from outreach.keeping.logbook import Logbook
from outreach.keeping.witnesses import Seen
from outreach.language import overrides
from outreach.letters import models as _texts  # noqa: F401  # its tables
from outreach.partners import criteria as _of_partners
from outreach.partners import models as _partners  # noqa: F401  # its tables
from outreach.partners import privacy as _partners_privacy
from outreach.settings import Security, Settings, load

OVERRIDES = "contacts/overrides"
ABREAST = 4
"""Connections to the mail server of one run. More gain little; servers allow ten and more
(Exchange: 20 from one address)."""

segments.CRITERIA.update(
    themes=_of_partners.themes,
    received=_of_letters.received,
    not_received=_of_letters.not_received,
    replied=_of_replies.replied,
    outcomes=_of_replies.outcomes,
    last_contact_after=_of_replies.last_contact_after,
    last_contact_before=_of_replies.last_contact_before,
)

situations.SOURCES.update(
    replies=_outcomes.of,
    postponed=commitments.postponed,
    interested=introductions.answers,
)
introductions.SOURCES.update(replies=_interest.of)
succession.TOUCHED.update(
    {
        _enrolled.IN_CAMPAIGNS: _enrolled.enrolled_at,
        _letters.NOT_SENT: _letters.waiting_at,
    }
)
merging.FOLLOWERS.update(
    enrolments=_of_enrolments.Enrolments(),
    letters=_of_deliveries.Letters(),
)
HOLDERS[:] = [
    _cards.Cards(),
    _enrolled.Enrolments(),
    _letters.Letters(),
    _replies.Replies(),
    _partners_privacy.Named(),
]


class ClockFixedError(OutreachError):
    """``--today`` outside a demo office."""

    message = N_("--today moves the clock, which only a demo office may (office.demo = true).")


@dataclass(frozen=True, slots=True)
class App:
    """One open office: its folder, settings, database and clock."""

    folder: Path
    settings: Settings
    store: Store
    clock: Clock

    def key(self) -> bytes:
        """Return the office's secret key."""
        return officekey.read(self.folder)

    def place(self) -> Place:
        """Return where the office is open."""
        return homes.here(self.folder, self.store.shown)

    def require_home(self) -> None:
        """Refuse to send or give numbers from a copy of the database, or from a restored one.

        Raises NotAtHomeError, and RestoredError until it was compared and unlocked.
        """
        with self.store.reading() as session:
            homes.require(session, self.place())
            restoring.require_unlocked(session)

    def carrier(self, *, look_up: bool = False, connections: int = ABREAST) -> Carrier:
        """Return what transports e-mail, as ``[mail]`` says; for one thread.

        It opens at most so many ``connections`` to the mail server, and none that ``[mail]`` does
        not grant.

        With ``look_up`` it asks the mailbox what perhaps left: when a person settles that, never
        while sending. Raises NotAtHomeError, and what ``connection.check`` raises.
        """
        if not look_up:
            self.require_home()
        mail = self.settings.mail
        if mail.carrier == "smtp":
            if look_up:
                return Smtp(self.mail_server(), lookup=self._archive_lookup())
            abreast = min(connections, mail.most_connections or connections)
            carriers = [Smtp(self.mail_server()) for _ in range(abreast)]
            return Several(carriers) if abreast > 1 else carriers[0]
        if mail.carrier == "drafts":
            return Drafts(self.mailbox(), mail.mailbox.drafts, mail.mailbox.sent if look_up else "")
        if mail.carrier == "eml":
            return EmlFolder(self.folder / mail.drafts_folder)
        return Maildir(self.folder / self.settings.sending.outbox)

    def mail_server(self) -> Server:
        """Return where letters are handed over. Raises what ``connection.check`` raises."""
        mail = self.settings.mail
        return self._server(mail.server, mail.port, mail.security, mail.user)

    def mailbox(self) -> Mailbox:
        """Return the office's mailbox. Raises what ``connection.check`` raises."""
        mail = self.settings.mail
        box = mail.mailbox
        user = box.user or mail.user
        return Mailbox(self._server(mail.mailbox_server, box.port, box.security, user))

    def lay_sent_copies(self) -> Laid | None:
        """Lay copies of what left into the mailbox's Sent folder; None where none are wanted.

        Raises what ``connection.check`` raises.
        """
        folder = self.settings.mail.sent_folder
        if not folder:
            return None
        return sentcopies.lay(self.store, self.mailbox(), folder, self.clock)

    def lay_draft(self, message: bytes, name: str) -> str:
        """Lay a message ready for a person to finish and send; return where it lies.

        In the mailbox's Drafts, or without a mailbox a file called ``name`` that Outlook opens as
        unsent. Raises MailboxError and what ``connection.check`` raises.
        """
        mail = self.settings.mail
        if mail.mailbox_server:
            self.mailbox().lay(message, mail.mailbox.drafts, draft=True)
            return mail.mailbox.drafts
        folder = self.folder / mail.drafts_folder
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(UNSENT + message)
        return str(path)

    def fetch(self, actor: str, progress: Progress) -> Fetched | None:
        """Read what came back into the mailbox; None where the office has none read.

        Raises MailboxError and what ``connection.check`` raises.
        """
        box = self.settings.mail.mailbox
        if not box.inbox:
            return None

        def desk(session: Session) -> Desk:
            return arrivals.desk(
                session, self.settings, key=self.key(), folder=self.folder, actor=actor
            )

        return fetching.fetch(
            self.store,
            self.mailbox(),
            box.inbox,
            sent=box.sent,
            desk=desk,
            clock=self.clock,
            progress=progress,
        )

    def copies_since(self, moment: datetime) -> list[Seen]:
        """Return what lies among the letters that left since a moment: outbox, Sent, archive.

        Raises MailboxError and what ``connection.check`` raises.
        """
        mail = self.settings.mail
        if mail.carrier in {"maildir", "eml"}:
            return list(witnesses.in_maildir(self.folder / self.settings.sending.outbox, moment))
        if not mail.mailbox_server:
            return []
        folders = sorted({mail.mailbox.sent, mail.mailbox.archive} - {""})
        return [
            one
            for folder in folders
            for one in witnesses.in_mailbox(self.mailbox(), folder, moment)
        ]

    def await_mail(self, seconds: float, stop: threading.Event) -> bool:
        """Wait until something new lies in the mailbox that is read; say whether it does.

        At most ``seconds``, and until ``stop`` is set. Without such a mailbox, that is all. Raises
        MailboxError and what ``connection.check`` raises.
        """
        folder = self.settings.mail.mailbox.inbox
        if not folder:
            stop.wait(seconds)
            return False
        return watching.watch(self.store, self.mailbox(), folder, seconds=seconds, stop=stop)

    def _archive_lookup(self) -> Lookup | None:
        """Return how a letter that perhaps left is looked up, where copies go to a mailbox."""
        folder = self.settings.mail.mailbox.archive
        return self.mailbox().lookup(folder) if folder else None

    def _server(self, host: str, port: int, security: Security, user: str) -> Server:
        mail = self.settings.mail
        connection.check(host, security, demo=self.settings.office.demo)
        return Server(
            host=host,
            port=port,
            security=security,
            user=user,
            auth="xoauth2" if mail.client_id else mail.auth,
            secret=lambda: credentials.secret(mail, self.folder, self.key()),
            ca_file=str(self.folder / mail.ca_file) if mail.ca_file else None,
            local_name=self.settings.sender.domain,
        )

    def logbook(self) -> Logbook:
        """Return where events are written for machines, if the settings name a file."""
        name = self.settings.watching.log
        return Logbook(self.folder / name if name else None)

    def examine_mail(self) -> list[Finding]:
        """Look at the mail server and at what the sender's domain publishes; send nothing."""
        found = []
        if self.settings.mail.carrier == "smtp":
            try:
                found.append(mailserver.examine(self.mail_server(), self.clock()))
            except OutreachError as error:
                found.append(mailserver.refused(error))
        if not self.settings.office.demo:
            found += domain.of_settings(self.settings, self.folder, domain.machine_resolver())
        return found

    def postmark(self) -> Postmark:
        """Return what the office puts on every message. Raises SigningKeyError."""
        return Postmark.of(self.settings, self.folder, self.key())

    def visitor(self) -> Visit | None:
        """Return what opens links as a stranger; a demo office touches no network."""
        return None if self.settings.office.demo else Visitor()

    def print_folder(self, batch: int) -> Path:
        """Return where the PDFs of a batch are printed to."""
        return self.folder / "var" / "print" / f"batch-{batch}"


def open_office(folder: Path, *, today: date | None = None) -> App:
    """Open the office in ``folder``: read its settings, bring its database up to date.

    ``today`` moves the clock, in demo offices only (ClockFixedError elsewhere).
    """
    folder = folder.resolve()
    settings = load(folder)
    clock = system_clock
    if today is not None:
        if not settings.office.demo:
            raise ClockFixedError
        clock = clock_on(today, settings.zone)
    overrides.use(folder / OVERRIDES)
    store = Store(database_url(folder, settings))
    if not store.is_shared:
        places.require_safe(Path(store.engine.url.database or ""), places.disks())
    store.upgrade()
    with store.reading() as session:
        at_home = homes.is_known(session, homes.here(folder, store.shown))
    if at_home is None:
        with store.transaction() as session:
            homes.settle(session, homes.here(folder, store.shown), clock())
    return App(folder=folder, settings=settings, store=store, clock=clock)


def database_url(folder: Path, settings: Settings) -> str:
    """Return the database's URL, a relative SQLite path taken from the office folder."""
    url = settings.database.url
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith(prefix + "/"):
        return f"{prefix}{(folder / url.removeprefix(prefix)).as_posix()}"
    return url
