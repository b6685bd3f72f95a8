"""The envelopes of a directory: whoever of a segment has a postal address, in postcode order."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach.contacts import addresses, suppressions
from outreach.contacts.models import Contact, Kind, Organisation
from outreach.dispatch.recipients import Places, postal_lines
from outreach.letters.facts import ContactFacts
from outreach.settings import Language, Settings

CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Envelopes:
    """Address blocks, and the codes of contacts that have none that can be posted to."""

    blocks: tuple[tuple[str, ...], ...]
    without: tuple[str, ...]


def of_contacts(
    session: Session, contacts: Sequence[int], settings: Settings, key: bytes
) -> Envelopes:
    """Return the address blocks of ``contacts`` (ids): the office's country first, by postcode.

    Whoever asked not to be written to (``key`` opens that list) has none.
    """
    kinds = (Kind.DEPARTEMENT.value, Kind.REGION.value, Kind.DEPARTAMENTO.value)
    places = Places(session.scalars(select(Organisation).where(Organisation.kind.in_(kinds))).all())
    blocks: list[tuple[bool, str, str, tuple[str, ...]]] = []
    without: list[str] = []
    for start in range(0, len(contacts), CHUNK):
        rows = session.scalars(
            select(Contact)
            .where(Contact.id.in_(contacts[start : start + CHUNK]))
            .options(
                joinedload(Contact.organisation),
                selectinload(Contact.emails),
                selectinload(Contact.posts),
            )
        ).all()
        known = [email.address for row in rows for email in row.emails]
        barred = suppressions.suppressed(session, key, known)
        for contact in rows:
            wanted = not any(email.address in barred for email in contact.emails)
            block = _block(contact, places, settings) if wanted else None
            if block is None:
                without.append(contact.code)
                continue
            postcode, lines = block
            foreign = contact.organisation.country != settings.office.country
            blocks.append((foreign, postcode, contact.code, lines))
    return Envelopes(tuple(lines for *_, lines in sorted(blocks)), tuple(sorted(without)))


def _block(
    contact: Contact, places: Places, settings: Settings
) -> tuple[str, tuple[str, ...]] | None:
    channel = addresses.best_channel(contact, ("post",))
    if isinstance(channel, addresses.NoChannel) or channel.post is None:
        return None
    language: Language = "es" if contact.language == "es" else "fr"
    facts = ContactFacts.of(contact, email=None, source=None)
    found = postal_lines(
        channel.post, facts, places.around(contact.organisation), language, settings
    )
    return None if found.problems else (channel.post.postcode or "", found.lines)
