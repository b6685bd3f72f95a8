"""Long work behind a page: checking, sending, printing. It goes on while the browser looks on.

A work is known to this process only. What it does is in the database all the same, letter by
letter: a server that is stopped in the middle loses the bar on the screen and nothing else.
"""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from litestar import Response
from litestar.params import FromPath

from outreach import faults
from outreach.app import App
from outreach.errors import N_, OutreachError, Phrase
from outreach.web import visit as visits
from outreach.web.handlers import get
from outreach.web.visit import Asked, Visit

KEPT = 200
"""Works that are remembered once they ended."""
FAULT = N_("The program met a fault of its own. The details are in {log}.")

Progress = Callable[[int, int], None]
Job = Callable[["Work"], Phrase]
"""Does the work, tells it how far it is, and says what came of it."""


class AlreadyGoingError(OutreachError):
    """Someone pressed the button twice, or two people did."""

    message = N_("This is being done already, by {name}.")


@dataclass(slots=True)
class Work:
    """One long work."""

    key: str
    """What it works on ("batch-3"): no two works of one key at a time."""
    title: Phrase
    place: str
    """The page to go back to."""
    actor: str
    began: datetime
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    done: int = 0
    total: int = 0
    note: Phrase | None = None
    """What it waits for just now."""
    stop: str = ""
    """The page to which a form takes the work back, while that is possible."""
    ended: bool = False
    outcome: Phrase | OutreachError | None = None

    def progress(self, done: int, total: int) -> None:
        """Note how far the work is."""
        self.done, self.total, self.note, self.stop = done, total, None, ""

    @property
    def refused(self) -> bool:
        """Whether it ended with a reason instead of a result."""
        return isinstance(self.outcome, OutreachError)


class Works:
    """The works of this process."""

    def __init__(self) -> None:
        self._works: OrderedDict[str, Work] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, app: App, work: Work, job: Job) -> Work:
        """Begin a work in a thread of its own. Raises AlreadyGoingError."""
        with self._lock:
            going = self.going(work.key)
            if going is not None:
                raise AlreadyGoingError(name=going.actor)
            self._works[work.id] = work
            while len(self._works) > KEPT:
                self._works.popitem(last=False)
        threading.Thread(target=_run, args=(app, work, job), name=work.key, daemon=True).start()
        return work

    def find(self, id_: str) -> Work | None:
        """Return a work; None for one of another process, or of long ago."""
        return self._works.get(id_)

    def going(self, key: str) -> Work | None:
        """Return the work that goes on for a key."""
        for work in reversed(self._works.values()):
            if work.key == key and not work.ended:
                return work
        return None


class FaultError(OutreachError):
    """The program's own fault, told to whoever waits."""

    message = FAULT


def _run(app: App, work: Work, job: Job) -> None:
    try:
        work.outcome = job(work)
    except OutreachError as error:
        work.outcome = error
    except Exception as error:  # noqa: BLE001  # kept in the log; a person waits for an answer
        log = faults.keep(error, app.folder, doing=str(work.title), at=app.clock())
        work.outcome = FaultError(log=str(log))
    finally:
        work.ended = True


def begin(
    request: Asked, visit: Visit, key: str, *, title: Phrase, place: str, job: Job
) -> Response[str]:
    """Begin a work and send the browser to the page that shows how it goes."""
    work = Work(key=key, title=title, place=place, actor=visit.actor, began=visit.app.clock())
    of(request).start(visit.app, work, job)
    return visit.to(f"/work/{work.id}")


def of(request: Asked) -> Works:
    """Return the works of the application."""
    works: Works = request.app.state.works
    return works


@get("/work/{id_:str}")
def show(request: Asked, id_: FromPath[str]) -> Response[str]:
    """Show how a work goes; once it ended well, go on to its page and tell what came of it."""
    visit = visits.of(request)
    work = of(request).find(id_)
    if work is None:
        return visit.to("/batches")
    ended = work.ended  # looked at once: it may end while the page is made
    if ended and work.outcome is not None and not work.refused:
        return visit.to_telling(work.place, visit.told(work.outcome))
    return visit.page("work.html", work=work, ended=ended, left=_left(visit, work))


def _left(visit: Visit, work: Work) -> str:
    """Return in how long it ends if it goes on so; "" while nobody can tell."""
    seconds = (visit.app.clock() - work.began).total_seconds()
    if work.done < 1 or work.done >= work.total or seconds < 3:  # noqa: PLR2004  # no forecast from a moment
        return ""
    left = seconds / work.done * (work.total - work.done)
    if left < 60:  # noqa: PLR2004  # a minute
        return visit.text(N_("less than a minute left"))
    return visit.text(N_("about {minutes} minutes left"), minutes=round(left / 60))
