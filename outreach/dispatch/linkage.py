"""The links of a batch's letters, each opened once, and judged."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.dispatch.models import Batch, Circular, Delivery
from outreach.dispatch.pressroom import Pressroom
from outreach.dispatch.states import DeliveryState
from outreach.dispatch.visiting import Visit
from outreach.errors import N_, OutreachError, Phrase
from outreach.letters import facts as letter_facts
from outreach.letters import links
from outreach.letters.checks import Finding
from outreach.letters.facts import Seal

MOST = 100
"""Links of one batch that are opened: personal ones are many and alike."""
LEAVING = (DeliveryState.APPROVED.value, DeliveryState.QUEUED.value)
CHUNK = 1_000


class DeadLinksError(OutreachError):
    """A link died between the check and the sending."""

    message = N_(
        "Nothing was sent: {count} links of batch {batch} no longer open for a stranger. {what} "
        "Put the documents back at their addresses, then send again."
    )


class Linkage:
    """Gathers links, and where each stands first."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    def add(self, urls: Iterable[str], where: str) -> None:
        """Take the links of one letter."""
        for url in urls:
            if url not in self._found and links.is_visited(url):
                self._found[url] = where

    def findings(self, visit: Visit | None) -> Iterator[tuple[Finding, None]]:
        """Open what was gathered and yield what is wrong; without ``visit`` nothing is opened."""
        if visit is None or not self._found:
            return
        opened = list(self._found)[:MOST]
        answers = visit(opened)
        online = any(answer.status for answer in answers.values())
        for url in opened:
            wrong = links.verdict(url, answers[url], online=online)
            if wrong is not None:
                yield _finding(wrong[0], wrong[1], self._found[url], url), None
        if len(self._found) > MOST:
            words = Phrase(
                N_("only {most} of {count} links were opened."),
                {"most": MOST, "count": len(self._found)},
            )
            yield _finding("L118", words, self._found[opened[0]], ""), None


def require_alive(session: Session, batch: Batch, room: Pressroom, visit: Visit | None) -> None:
    """Open the links of letters that wait to leave, once more. Raises DeadLinksError.

    What could not be tried stops nothing: it was accepted, or the network is down for mail too.
    """
    if visit is None:
        return
    if batch.letter_day is None:
        raise ValueError("only a signed batch leaves")
    linkage = Linkage()
    seal = Seal(reference="", day=batch.letter_day)
    for name, facts in _leaving(session, batch, room):
        linkage.add(room.write(name, facts.language, facts, seal).links, name)
    dead = [finding for finding, _ in linkage.findings(visit) if finding.severity == "error"]
    if dead:
        raise DeadLinksError(batch=batch.id, count=len(dead), what=dead[0].message)


def _leaving(
    session: Session, batch: Batch, room: Pressroom
) -> Iterator[tuple[str, letter_facts.Facts]]:
    """Yield template and facts of each text that waits."""
    for text in session.scalars(select(Circular).where(Circular.batch_id == batch.id)):
        yield room.step.letters[text.place].letter, letter_facts.read(text.facts)
    ids = session.scalars(
        select(Delivery.id).where(Delivery.batch_id == batch.id, Delivery.state.in_(LEAVING))
    ).all()
    for start in range(0, len(ids), CHUNK):
        rows = session.execute(
            select(Delivery.place, Delivery.facts).where(
                Delivery.id.in_(ids[start : start + CHUNK])
            )
        )
        for row in rows:
            entry = room.step.letters[row.place]
            yield entry.cover or entry.letter, letter_facts.read(row.facts or "")


def _finding(code: str, message: Phrase, where: str, url: str) -> Finding:
    warns = code in {"L116", "L118"}
    return Finding(
        code=code,
        severity="warning" if warns else "error",
        message=message,
        where=where,
        excerpt=url,
    )
