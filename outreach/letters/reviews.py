"""Two people and two languages at one letter: who has a text open, which twin is to be read again."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import N_, Phrase
from outreach.journal import Act
from outreach.letters.catalogue import LANGUAGES, LetterTemplate
from outreach.letters.checks import Finding
from outreach.letters.models import TextOpening, TextReview
from outreach.settings import Language

OPEN_FOR = timedelta(minutes=30)
"""How long a form counts as open after its last sign."""
DUE, REVIEWED = "due", "reviewed"


def changed(session: Session, letter: LetterTemplate, language: Language, act: Act) -> None:
    """Note that a text was changed: its twin is to be read again.

    A text that waited for that itself is up to date now, and its twin, from which it follows, too.
    """
    if reviewed(session, letter.name, language, act):
        return
    for twin in LANGUAGES:
        if twin == language or twin not in letter.twins or _row(session, letter.name, twin):
            continue
        row = TextReview(letter=letter.name, language=twin, since=act.at, by=act.actor)
        session.add(row)
        session.flush()
        journal.record(session, act, "text_review", row.id, "moved", after=DUE, detail=_told(row))


def reviewed(session: Session, letter: str, language: str, act: Act) -> bool:
    """Note that a text says what its twin says; say whether it waited for that."""
    row = _row(session, letter, language)
    if row is None:
        return False
    journal.record(
        session,
        act,
        "text_review",
        row.id,
        "moved",
        before=DUE,
        after=REVIEWED,
        detail=_told(row),
    )
    session.delete(row)
    session.flush()
    return True


def waiting(session: Session, letters: Collection[str]) -> Sequence[TextReview]:
    """Return the texts of these letters that are to be read again."""
    query = select(TextReview).where(TextReview.letter.in_(letters))
    return session.scalars(query.order_by(TextReview.letter, TextReview.language)).all()


def findings(session: Session, letters: Collection[str]) -> list[Finding]:
    """Return what the check says of texts that are to be read again."""
    return [
        Finding(
            code="L125",
            severity="error",
            message=Phrase(
                N_("{name} changed the other language on {day}: this text is to be read again."),
                {"name": row.by, "day": row.since.date()},
            ),
            where=f"templates/letters/{row.letter}/{row.language}.md",
        )
        for row in waiting(session, letters)
    ]


def opened(session: Session, letter: str, language: str, act: Act) -> TextOpening | None:
    """Note that somebody has a text open; return who else has, since when."""
    old = TextOpening.seen < act.at - OPEN_FOR
    session.execute(delete(TextOpening).where(old))
    rows = session.scalars(
        select(TextOpening)
        .where(TextOpening.letter == letter, TextOpening.language == language)
        .order_by(TextOpening.since)
    ).all()
    mine = next((row for row in rows if row.actor == act.actor), None)
    if mine is None:
        session.add(
            TextOpening(
                letter=letter, language=language, actor=act.actor, since=act.at, seen=act.at
            )
        )
    else:
        mine.seen = act.at
    return next((row for row in rows if row.actor != act.actor), None)


def closed(session: Session, letter: str, language: str, act: Act) -> None:
    """Note that somebody is done with a text."""
    session.execute(
        delete(TextOpening).where(
            TextOpening.letter == letter,
            TextOpening.language == language,
            TextOpening.actor == act.actor,
        )
    )


def _row(session: Session, letter: str, language: str) -> TextReview | None:
    return session.scalars(
        select(TextReview).where(TextReview.letter == letter, TextReview.language == language)
    ).first()


def _told(row: TextReview) -> dict[str, str]:
    return {"letter": row.letter, "language": row.language}
