"""Letters as a person names them: by number, by the contact's code, by the town."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach.contacts.models import Contact, Organisation
from outreach.db import fold, folded
from outreach.dispatch.models import Batch, Delivery
from outreach.errors import N_, OutreachError


class UnclearLetterError(OutreachError):
    """What was written names no letter of the batch, or several."""

    message = N_(
        "“{text}” names no letter of batch {batch}, or several: {near}. Write its number or the "
        "contact’s code."
    )


def codes(session: Session, batch: Batch, texts: Sequence[str]) -> list[str]:
    """Return the contacts' codes of the batch's letters that ``texts`` name, each once.

    Raises UnclearLetterError.
    """
    return list(dict.fromkeys(_code(session, batch, text) for text in texts if text.strip()))


def _code(session: Session, batch: Batch, text: str) -> str:
    plain = text.strip()
    query = (
        select(Contact.code)
        .join(Delivery, Delivery.contact_id == Contact.id)
        .join(Organisation, Organisation.id == Contact.organisation_id)
        .where(
            Delivery.batch_id == batch.id,
            or_(
                Delivery.reference == plain,
                func.upper(Contact.code) == plain.upper(),
                fold(Organisation.name) == folded(plain),
            ),
        )
        .distinct()
        .limit(6)
    )
    found = session.scalars(query).all()
    if len(found) != 1:
        raise UnclearLetterError(text=plain, batch=batch.id, near=list(found) or ["-"])
    return found[0]
