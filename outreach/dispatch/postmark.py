"""What the office's mail settings put on every message: return path, opt-out, copies, signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Step
from outreach.dispatch import batches, dkim, tokens
from outreach.dispatch.deliveries import CORRECTION, RESEND
from outreach.dispatch.dkim import Signer
from outreach.dispatch.history import LEFT
from outreach.dispatch.models import Batch, Delivery, Sequel
from outreach.settings import Mail, Settings


@dataclass(frozen=True, slots=True)
class Postmark:
    """The office's marks, ready."""

    mail: Mail
    key: bytes
    signers: tuple[Signer, ...] = ()

    @classmethod
    def of(cls, settings: Settings, folder: Path, key: bytes) -> "Postmark":
        """Read the settings and the signing keys. Raises SigningKeyError."""
        mail = settings.mail
        return cls(mail, key, dkim.signers(mail.dkim, settings.sender.domain, folder))

    def return_path(self, delivery: int, sender: str) -> str:
        """Return the envelope sender: of the delivery alone, where the server lets it pass."""
        if self.mail.varies_return_path:
            return tokens.return_path(self.key, delivery, self.mail.bounce_address)
        return self.mail.bounce_address or sender

    def blind_copies(self) -> tuple[str, ...]:
        """Return the mailboxes that get every letter without being named on it."""
        return (self.mail.archive_address,) if self.mail.archive_address else ()

    def signature(self, message: bytes) -> bytes:
        """Return the headers that sign ``message``; empty where the relay signs."""
        return b"".join(signer.header(message) for signer in self.signers)


def threads(session: Session, deliveries: Sequence[Delivery]) -> dict[int, tuple[str, ...]]:
    """Return, by delivery, the Message-IDs of earlier letters of its campaign to its contact.

    The oldest first; a delivery without any is left out.
    """
    if not deliveries:
        return {}
    campaign = select(Step.campaign_id).where(Step.id == deliveries[0].step_id).scalar_subquery()
    rows = session.execute(
        select(Delivery.id, Delivery.contact_id, Delivery.message_id, Delivery.batch_id)
        .join(Step, Step.id == Delivery.step_id)
        .where(
            Delivery.contact_id.in_([one.contact_id for one in deliveries]),
            Step.campaign_id == campaign,
            Delivery.state.in_(LEFT),
            Delivery.message_id.is_not(None),
            Delivery.kind != RESEND,  # what was sent again bears the first one's Message-ID
        )
        .order_by(Delivery.sent_at, Delivery.id)
    ).all()
    corrected = _corrected(session, deliveries[0])
    earlier: dict[int, list[tuple[int, str]]] = {}
    # A correction answers the letter it corrects, whatever left since.
    for row in sorted(rows, key=lambda row: row.batch_id in corrected):
        earlier.setdefault(row.contact_id, []).append((row.id, row.message_id))
    return {
        one.id: tuple(mid for delivery, mid in earlier[one.contact_id] if delivery != one.id)
        for one in deliveries
        if one.contact_id in earlier
    }


def _corrected(session: Session, delivery: Delivery) -> list[int]:
    """Return the batches that the delivery's own corrects."""
    if delivery.kind != CORRECTION:
        return []
    parent = session.scalar(select(Sequel.parent_id).where(Sequel.batch_id == delivery.batch_id))
    return [] if parent is None else batches.with_supplements(session, parent)


def is_first(session: Session, batch: Batch) -> bool:
    """Say whether no letter of the batch's campaign left before, so that none has a thread."""
    campaign = select(Step.campaign_id).where(Step.id == batch.step_id).scalar_subquery()
    found = session.scalar(
        select(Delivery.id)
        .join(Step, Step.id == Delivery.step_id)
        .where(
            Step.campaign_id == campaign,
            Delivery.batch_id != batch.id,
            Delivery.state.in_(LEFT),
            Delivery.message_id.is_not(None),
        )
        .limit(1)
    )
    return found is None
