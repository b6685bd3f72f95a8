"""The whole journey on a demo office: load, enrol, prepare, check, approve, sign, send, print.

It goes through the same functions as the commands, into a local Maildir, and talks to no server.
Run again, it goes on where it stopped.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.accounts import users
from outreach.accounts.users import Role
from outreach.app import App
from outreach.campaigns import definition as definitions
from outreach.campaigns import enrolments
from outreach.campaigns.definition import Definition
from outreach.clock import local_date
from outreach.contacts import examples, loading
from outreach.contacts.models import Contact
from outreach.dispatch import (
    approval,
    audience,
    batches,
    external,
    paper,
    preflight,
    release,
    sending,
    signing,
    warnings,
)
from outreach.dispatch import pressroom as pressrooms
from outreach.dispatch.composing import Composer
from outreach.dispatch.ledger import Tally
from outreach.dispatch.models import RegisterEntry
from outreach.dispatch.recipients import Reason
from outreach.dispatch.states import BatchState
from outreach.errors import N_, OutreachError
from outreach.journal import Act
from outreach.reports import figures, letters, lines
from outreach.reports.figures import CampaignStatus
from outreach.reports.lines import Fate

CAMPAIGN = "asointermedias-2025"
SEGMENT = "demo"
THANKED, FOLLOW_UP = "remerciement-rencontres", "suivi-septembre"
THANKED_ON = date(2025, 7, 21)
TODAY = date(2025, 9, 1)
"""The day the demo plays on, unless --today says another."""
SECRETARY, MANAGER = "secretariat", "direction"
MANDATE = "Délégation de signature de démonstration"
NOTE = "demo"

ACCEPTED = "Démonstration : les contacts d’exemple sont pris tels quels."
"""Why the demo lets warnings stand: the office's own words, as a person types them."""
Stage = Callable[[str, int, int], None]


class NoDemoError(OutreachError):
    """A real office."""

    message = N_(
        "{folder} is a real office; the demo would write into its database. Run the demo in an "
        "empty folder: “outreach --office FOLDER demo”."
    )


@dataclass(slots=True)
class Summary:
    """How the demo ended."""

    status: CampaignStatus
    organisations: dict[str, int]
    left_out: dict[str, list[str]]
    """By reason: names."""
    sent_now: int
    seconds_sending: float
    findings: Counter[str]
    """Warnings of preflight, by code."""
    batch: int
    numbers: tuple[str, str] | None
    printed: Path | None
    pages: int
    samples: list[Path] = field(default_factory=list)
    """Files worth opening: a letter's PDF and e-mail in each language."""
    stages: list[tuple[str, float]] = field(default_factory=list)
    """(msgid, seconds)."""

    @property
    def rate(self) -> float:
        """E-mails a second, PDFs of individual letters included."""
        return self.sent_now / self.seconds_sending if self.seconds_sending else 0.0


def run(app: App, progress: Stage) -> Summary:
    """Play the campaign in a demo office. Raises NoDemoError elsewhere."""
    if not app.settings.office.demo:
        raise NoDemoError(folder=app.folder)
    return _Demo(app, progress).play()


class _Demo:
    def __init__(self, app: App, progress: Stage) -> None:
        self._app, self._progress = app, progress
        self._definition: Definition = definitions.load(app.folder, CAMPAIGN)
        self._stages: list[tuple[str, float]] = []
        self._findings: Counter[str] = Counter()

    def play(self) -> Summary:
        """Go through the stages; each finds what an earlier run did."""
        with self._stage(N_("Contacts")):
            self._contacts()
        with self._stage(N_("Campaign")):
            self._campaign()
        with self._stage(N_("Letters prepared and checked")):
            number = self._prepare()
        with self._stage(N_("Approved and signed")):
            numbers = self._sign(number)
        start = time.perf_counter()
        with self._stage(N_("E-mails sent")):
            tally = self._send(number)
        seconds = time.perf_counter() - start
        with self._stage(N_("Letters printed")):
            printed = self._print(number)
        return self._summary(number, numbers, tally, seconds, printed)

    @contextmanager
    def _stage(self, label: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self._stages.append((label, time.perf_counter() - start))

    def _act(self, actor: str) -> Act:
        return Act(actor, self._app.clock())

    def _contacts(self) -> None:
        """Load the open data and the example list; make the two people of the demo."""
        with self._app.store.transaction() as session:
            act = self._act(SECRETARY)
            known = {user.name for user in users.everyone(session)}
            for name, role in ((SECRETARY, Role.SECRETARY), (MANAGER, Role.ADMINISTRATOR)):
                if name not in known:
                    users.add(session, name, role, act)
            loading.load(session, self._app.folder, act, self._progress)
            examples.load(session, self._app.folder / examples.FOLDER / "demo.csv", act)

    def _campaign(self) -> None:
        """Enrol the audience; a third of it was thanked in July, beside the tool."""
        with self._app.store.transaction() as session:
            found = audience.of(session, self._app.folder, self._definition.file.audience)
            audience.start(
                session,
                self._definition,
                found,
                settings=self._app.settings,
                typed=len(found.contacts),
                act=self._act(MANAGER),
            )
            if not self._was_recorded(session):
                external.record(
                    session,
                    self._definition,
                    THANKED,
                    self._every_third(session, found.ids),
                    number=None,
                    on=THANKED_ON,
                    settings=self._app.settings,
                    note=NOTE,
                    source=NOTE,
                    act=self._act(SECRETARY),
                )

    def _was_recorded(self, session: Session) -> bool:
        return any(
            summary.step == THANKED and summary.batch.origin == "recorded"
            for summary in batches.summaries(session, campaign=CAMPAIGN)
        )

    def _every_third(self, session: Session, contacts: list[int]) -> list[str]:
        codes = session.scalars(
            select(Contact.code).where(Contact.id.in_(contacts)).order_by(Contact.code)
        )
        return list(codes)[::3]

    def _prepare(self) -> int:
        """Prepare, check and submit the September batch, unless an earlier run did."""
        with self._app.store.transaction() as session:
            number = self._batch(session)
            if number is None:
                number = self._new_batch(session)
            batch = batches.find(session, number)
            if batch.state == BatchState.DRAFT.value:
                room = pressrooms.from_folder(
                    self._app.folder, self._app.settings, self._definition, FOLLOW_UP
                )
                found = preflight.check(
                    session,
                    batch,
                    room,
                    settings=self._app.settings,
                    act=self._act(SECRETARY),
                    progress=self._report(N_("Checking letters")),
                )
                for code in sorted({line.code for line in found if line.severity == "warning"}):
                    warnings.accept(
                        session, batch, found, code, reason=ACCEPTED, act=self._act(SECRETARY)
                    )
                preflight.require_clear(batch, found)
                for line in found:
                    self._findings[line.code] += line.count
                approval.submit(session, batch, self._definition, room, self._act(SECRETARY))
        return number

    def _new_batch(self, session: Session) -> int:
        prepared = release.prepare(
            session,
            self._definition,
            FOLLOW_UP,
            settings=self._app.settings,
            key=self._app.key(),
            audience=set(audience.of(session, self._app.folder, SEGMENT).ids),
            audience_name=SEGMENT,
            act=self._act(SECRETARY),
        )
        if prepared.batch is None:
            raise RuntimeError("a prepared batch has a number")
        return prepared.batch

    def _batch(self, session: Session) -> int | None:
        """Return the batch that an earlier run made and did not cancel."""
        for summary in batches.summaries(session, campaign=CAMPAIGN):
            if summary.step == FOLLOW_UP and summary.batch.state != BatchState.CANCELLED.value:
                return summary.batch.id
        return None

    def _sign(self, number: int) -> tuple[str, str] | None:
        """Approve by the manager and sign by a recorded mandate."""
        app, act = self._app, self._act(MANAGER)
        with app.store.transaction() as session:
            batch = batches.find(session, number)
            room = pressrooms.from_folder(app.folder, app.settings, self._definition, FOLLOW_UP)
            if batch.state == BatchState.SUBMITTED.value:
                approval.approve(
                    session,
                    batch,
                    self._definition,
                    room,
                    settings=app.settings,
                    key=app.key(),
                    alone=None,
                    act=act,
                )
            if batch.state == BatchState.APPROVED.value:
                signing.sign(
                    session,
                    batch,
                    pressrooms.from_archive(session, batch.material or {}),
                    signing.Signature(mandate=MANDATE),
                    settings=app.settings,
                    key=app.key(),
                    act=act,
                )
            references = session.scalars(
                select(RegisterEntry.reference)
                .where(RegisterEntry.batch_id == number)
                .order_by(RegisterEntry.year, RegisterEntry.number)
            ).all()
        return (references[0], references[-1]) if references else None

    def _send(self, number: int) -> Tally:
        app = self._app
        return sending.send(
            app.store,
            number,
            self._definition,
            app.carrier(),
            settings=app.settings,
            key=app.key(),
            clock=app.clock,
            actor=SECRETARY,
            progress=self._report(N_("Sending")),
        )

    def _print(self, number: int) -> tuple[Path | None, int]:
        """Print the postal letters; a second run finds them printed."""
        app = self._app
        with app.store.transaction() as session:
            batch = batches.find(session, number)
            room = pressrooms.from_archive(session, batch.material or {})
            try:
                done = paper.print_batch(
                    session,
                    batch,
                    Composer(batch, room, app.clock()),
                    app.print_folder(number),
                    again=False,
                    progress=self._report(N_("Printing")),
                    act=self._act(SECRETARY),
                )
            except paper.NothingToPrintError:
                return None, 0
        return done.merged, done.pages

    def _report(self, label: str) -> Callable[[int, int], None]:
        return lambda done, total: self._progress(label, done, total)

    def _summary(
        self,
        number: int,
        numbers: tuple[str, str] | None,
        tally: Tally,
        seconds: float,
        printed: tuple[Path | None, int],
    ) -> Summary:
        app = self._app
        with app.store.reading() as session:
            campaign = enrolments.require_started(session, CAMPAIGN)
            left_out: dict[str, list[str]] = {}
            for line in lines.who(session, campaign, step=FOLLOW_UP, fate=Fate.LEFT_OUT):
                left_out.setdefault(line.reason or line.state, []).append(line.organisation)
            nobody = audience.of(session, app.folder, SEGMENT).without_contact
            if nobody:
                left_out[Reason.NO_CONTACT.value] = [name.partition(" (")[0] for name in nobody]
            home = app.folder / "var" / "demo"
            home.mkdir(parents=True, exist_ok=True)
            samples = []
            for exact in letters.samples(session, batches.find(session, number)):
                path = home / exact.name
                path.write_bytes(exact.data)
                samples.append(path)
            return Summary(
                status=figures.status(
                    session, campaign, local_date(app.clock(), app.settings.zone)
                ),
                organisations=loading.counts(session),
                left_out=left_out,
                sent_now=tally.sent,
                seconds_sending=seconds,
                findings=self._findings,
                batch=number,
                numbers=numbers,
                printed=printed[0],
                pages=printed[1],
                samples=samples,
                stages=self._stages,
            )
